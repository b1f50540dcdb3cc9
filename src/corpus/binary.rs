//! Telling what is no text by its bytes alone.

use memchr::memchr_iter;

/// How many bytes are looked at closely. Chosen by hand.
const SAMPLE_BYTES: usize = 8 << 10;

/// More suspicious bytes than this, in a hundred, and it is no text. Random
/// bytes have eleven; a text that was cut out of a mail or a log has a few in a
/// thousand. Chosen by hand.
const SUSPICIOUS_PERCENT: usize = 2;

/// A NUL counts for this many control characters: text has them only by
/// accident. Chosen by hand.
const NUL_WEIGHT: usize = 10;

/// The first bytes of kinds of file that are no text, or are text only to
/// programs, with what a user calls them; `?` stands for any byte, and a line may end
/// in any way. Where a kind begins with what can be a word of prose, what follows it in
/// such a file is asked for too: the end of the line, or a byte that is no character.
const MAGICS: &[(&[u8], Option<&str>)] = &[
    (b"%PDF-?.?\n", Some(".pdf")),
    (b"%!PS\n", Some(".ps")),
    (b"%!PS-Adobe", Some(".ps")),
    (b"{\\rtf", Some(".rtf")),
    (b"PK\x03\x04", Some(".zip")),
    (b"PK\x05\x06", Some(".zip")),
    (b"\x1f\x8b", Some(".gz")),
    (b"\x28\xb5\x2f\xfd", Some(".zst")),
    (b"\xfd7zXZ\0", Some(".xz")),
    (b"BZh?1AY&SY", Some(".bz2")),
    (b"\x04\x22\x4d\x18", Some(".lz4")),
    (b"7z\xbc\xaf\x27\x1c", Some(".7z")),
    (b"Rar!\x1a\x07", Some(".rar")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Some(".doc")),
    (b"SQLite format 3\0", Some(".sqlite")),
    (b"\x89PNG\r\n\x1a\n", None),
    (b"\xff\xd8\xff", None),
    // Behind the size and the colours is the aspect ratio, which none has.
    (b"GIF87a??????\0", None),
    (b"GIF89a??????\0", None),
    (b"RIFF????AVI ", None),
    (b"RIFF????WAVE", None),
    (b"RIFF????WEBP", None),
    (b"OggS\0", None),
    (b"ID3\x02", None),
    (b"ID3\x03", None),
    (b"ID3\x04", None),
    // The length of the first block is always the same.
    (b"fLaC?\0\0\x22", None),
    (b"\x7fELF", None),
    (b"\xca\xfe\xba\xbe", None),
    (b"\0asm", None),
    (b"!<arch>\n", None),
];

/// What a known kind of file that is no text begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Magic {
    /// A document or archive, by the extension that it commonly has.
    Kind(&'static str),
    /// A picture, sound, program: nothing that anyone would want read.
    Other,
}

/// The kind of file that begins with `head`, where it is a known one that is no
/// text.
pub(super) fn magic(head: &[u8]) -> Option<Magic> {
    let known = MAGICS.iter().find(|(magic, _)| begins_with(head, magic));
    match known {
        Some((_, kind)) => Some(kind.map_or(Magic::Other, Magic::Kind)),
        None => is_tar(head).then_some(Magic::Kind(".tar")),
    }
}

fn begins_with(head: &[u8], magic: &[u8]) -> bool {
    let (magic, ends_line) = match magic.strip_suffix(b"\n") {
        Some(magic) => (magic, true),
        None => (magic, false),
    };
    let Some((head, rest)) = head.split_at_checked(magic.len()) else { return false };
    let is_asked = |(&asked, &byte)| asked == b'?' || asked == byte;
    magic.iter().zip(head).all(is_asked) && (!ends_line || is_line_end(rest))
}

/// Whether nothing follows in the line but blanks and the beginning of a comment.
fn is_line_end(rest: &[u8]) -> bool {
    let mut rest = rest.iter().skip_while(|byte| b" \t%".contains(byte));
    matches!(rest.next(), Some(b'\n' | b'\r'))
}

/// The one magic number that does not stand at the beginning; the second is how
/// GNU writes it.
fn is_tar(head: &[u8]) -> bool {
    let place = head.get(257..).unwrap_or_default();
    place.starts_with(b"ustar\0") || place.starts_with(b"ustar  \0")
}

/// Whether `bytes`, in an encoding whose ASCII is ASCII, are no text.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    is_suspicious(sample)
        // A file may begin as text and go on as something else.
        || memchr_iter(0, bytes).count() * NUL_WEIGHT * 100 > bytes.len() * SUSPICIOUS_PERCENT
}

fn is_suspicious(sample: &[u8]) -> bool {
    // So many at a time as weigh no more than fits a byte: that is vector code.
    let chunks = sample.chunks(u8::MAX as usize / NUL_WEIGHT);
    let weight: usize = chunks.map(|chunk| usize::from(chunk.iter().map(weight).sum::<u8>())).sum();
    weight * 100 > sample.len() * SUSPICIOUS_PERCENT
}

fn weight(byte: &u8) -> u8 {
    let is_control = (*byte < 0x20) | (*byte == 0x7f);
    // Backspace, white space and escape: terminals and typescripts.
    let is_of_text = (0x08..=0x0d).contains(byte) | (*byte == 0x1b);
    u8::from(is_control & !is_of_text) + (NUL_WEIGHT as u8 - 1) * u8::from(*byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: bool) {
        assert_eq!(is_binary(bytes), expected, "{:?}", &bytes[..bytes.len().min(40)]);
    }

    #[test]
    fn text_is_no_binary_and_bytes_at_random_are() {
        check(b"", false);
        check(b"plain text\r\n\tand more\x0c", false);
        check("déjà vu 时间差".as_bytes(), false);
        check(b"\x1b[1mbold\x1b[0m", false);
        check(b"two\0words", true);
        check(&[0; 100], true);
        let mut state = 1u32;
        let noise: Vec<u8> = (0..4096)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        check(&noise, true);
    }

    #[test]
    fn one_stray_nul_in_a_long_text_is_forgiven() {
        let mut bytes = b"a line of text\n".repeat(1000);
        bytes[500] = 0;
        check(&bytes, false);
    }

    #[test]
    fn text_that_goes_on_as_nuls_is_binary() {
        let mut bytes = b"a line of text\n".repeat(1000);
        bytes.resize(30_000, 0);
        check(&bytes, true);
    }

    #[test]
    fn known_kinds_are_named() {
        let check = |head: &[u8], expected| assert_eq!(magic(head), expected, "{head:?}");
        let kind = |name| Some(Magic::Kind(name));
        check(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", kind(".pdf"));
        check(b"%PDF-1.4\r\n1 0 obj\r\n", kind(".pdf"));
        // A blank there made a text of it.
        check(b"%PDF-1.4 \n1 0 obj\n", kind(".pdf"));
        check(b"%PDF-1.4%\n1 0 obj\n", kind(".pdf"));
        check(b"%!PS\n/Times-Roman findfont", kind(".ps"));
        check(b"%!PS \r\n/Times-Roman findfont", kind(".ps"));
        check(b"%!PS-Adobe-3.0 EPSF-3.0\n", kind(".ps"));
        check(b"\x7fELF\x02", Some(Magic::Other));
        check(b"GIF89a\x90\x01\x2c\x01\xf7\x20\0\x41", Some(Magic::Other));
        check(b"RIFF\x24\x41\x42\x43WEBPVP8 ", Some(Magic::Other));
        check(b"OggS\0\x02", Some(Magic::Other));
        check(b"fLaC\0\0\0\x22\x10", Some(Magic::Other));
        let tar = |magic: &[u8]| [&[b'a'; 257], magic, &[b'0'; 255]].concat();
        check(&tar(b"ustar\0"), kind(".tar"));
        check(&tar(b"ustar  \0"), kind(".tar"));
        // Of the nine levels two were known.
        for level in 1..=9 {
            check(format!("BZh{level}1AY&SY").as_bytes(), kind(".bz2"));
        }
    }

    #[test]
    fn words_that_are_the_name_of_a_kind_are_text() {
        // Such texts were left out as binary.
        for text in [
            "PK and other initials",
            "RIFF is a container format of 1991, by Microsoft and IBM.\n",
            "OggS stands at the beginning of each page of an Ogg file.\n",
            "fLaC, in ASCII, are the first four bytes of a FLAC stream.\n",
            "GIF89a is the second version of the format.\n",
            "%PDF-1.7 is what the first line says.\n",
            "%!PS is how PostScript begins.\n",
        ] {
            assert_eq!(magic(text.as_bytes()), None, "{text}");
        }
        let far = [&[b'a'; 257], b"ustar is the magic number of tar\n".as_slice()].concat();
        assert_eq!(magic(&far), None);
    }
}
