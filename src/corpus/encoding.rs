//! Which encoding the characters of a text are in.
//!
//! A byte order mark decides; then the pattern of NULs that UTF-16 has; then
//! whether the bytes are UTF-8, which nothing else is by chance; then what the
//! text declares, where it holds; then the statistics of `chardetng`. Turning
//! bytes into characters is [`super::decode`]'s.

use std::str::from_utf8;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memmem};

use super::Skip;
use super::binary::is_binary;

/// How much of a text its encoding is guessed from, from the first byte on that
/// is not ASCII. The guess is settled long before; more costs time.
const GUESS_BYTES: usize = 64 << 10;

/// How much of a text is looked at for the signs of UTF-16. Chosen by hand.
const UTF_16_BYTES: usize = 8 << 10;

/// A text is UTF-8 with damage, and not something else, where it has at least
/// this many proper characters beyond ASCII for each break. In GBK or Shift_JIS
/// read as UTF-8 the breaks prevail. Chosen by hand.
const CHARACTERS_PER_BREAK: usize = 4;

/// How many in a hundred may be no characters before a text is taken for none.
/// Chosen by hand.
const BROKEN_PERCENT: usize = 10;

/// UTF-16 that does not say so has at most one implausible unit in so many, and at
/// least one of ASCII. Chosen by hand.
const UNITS_PER_SIGN: usize = 200;

/// Whether the bytes at hand end where the text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// They are all there is.
    End,
    /// More follows, and the last character may be cut.
    More,
}

/// The encoding of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detected<'a> {
    /// The encoding.
    pub(super) encoding: &'static Encoding,
    /// The length of the byte order mark; 0 where there is none.
    pub(super) bom_bytes: usize,
    /// All bytes behind the mark, where they turned out to be valid UTF-8.
    pub(super) text: Option<&'a str>,
}

/// Tells the encoding of `bytes`. `declared` is what the text itself says.
///
/// # Errors
///
/// [`Skip::Binary`] where they are no text.
pub(super) fn detect<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
    reach: Reach,
) -> Result<Detected<'a>, Skip> {
    let found = |encoding| Detected { encoding, bom_bytes: 0, text: None };
    if let Some((encoding, bom_bytes)) = Encoding::for_bom(bytes) {
        let behind = &bytes[bom_bytes..];
        if is_binary_in(behind, encoding) {
            return Err(Skip::Binary);
        }
        let text = if encoding == UTF_8 { from_utf8(behind).ok() } else { None };
        return Ok(Detected { encoding, bom_bytes, text });
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return Ok(found(encoding));
    }
    if is_binary(bytes) {
        return Err(Skip::Binary);
    }
    match from_utf8(bytes) {
        Ok(_) if is_iso_2022_jp(bytes) => return Ok(found(ISO_2022_JP)),
        Ok(text) => return Ok(Detected { encoding: UTF_8, bom_bytes: 0, text: Some(text) }),
        Err(error) if error.error_len().is_none() && reach == Reach::More => {
            return Ok(found(UTF_8));
        }
        Err(_) => {}
    }
    if is_mostly_utf_8(bytes) {
        return Ok(found(UTF_8));
    }
    let sample = beyond_ascii(bytes);
    if let Some(declared) = declared
        && can_be_declared(declared)
        && replaced_percent(sample, declared) < 1
    {
        return Ok(found(declared));
    }
    let guessed = guess(sample);
    if replaced_percent(sample, guessed) >= BROKEN_PERCENT {
        return Err(Skip::Binary);
    }
    Ok(found(guessed))
}

/// Whether a further part of a text that began in `encoding` is no text.
pub(super) fn is_binary_in(bytes: &[u8], encoding: &'static Encoding) -> bool {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        let units = Utf16Units::count(bytes, encoding);
        units.implausible * 100 > units.total * BROKEN_PERCENT
    } else {
        is_binary(bytes)
    }
}

/// What stands at the beginning of `bytes`, read as UTF-16.
struct Utf16Units {
    total: usize,
    /// ASCII, white space included.
    ascii: usize,
    /// ASCII white space.
    spaces: usize,
    /// Controls, halves of pairs, private use: what text does not have.
    implausible: usize,
}

impl Utf16Units {
    fn count(bytes: &[u8], encoding: &'static Encoding) -> Self {
        let sample = &bytes[..bytes.len().min(UTF_16_BYTES)];
        let units = sample.as_chunks::<2>().0.iter().map(|&pair| {
            if encoding == UTF_16LE { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
        });
        let mut counts = Self { total: 0, ascii: 0, spaces: 0, implausible: 0 };
        for unit in char::decode_utf16(units) {
            counts.total += 1;
            match unit {
                Ok('\t' | '\n' | '\r' | '\u{c}' | ' ') => {
                    counts.ascii += 1;
                    counts.spaces += 1;
                }
                Ok('!'..='~') => counts.ascii += 1,
                Ok('\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}')
                | Ok('\u{fdd0}'..='\u{fdef}' | '\u{fffe}'..='\u{ffff}')
                | Err(_) => counts.implausible += 1,
                Ok(_) => {}
            }
        }
        counts
    }

    /// Whether this is text without doubt; no encoding was named.
    fn is_likely_text(&self) -> bool {
        self.implausible * UNITS_PER_SIGN <= self.total
            && self.ascii > 0
            && self.ascii * UNITS_PER_SIGN >= self.total
    }
}

/// UTF-16 that says so only by its NULs. Those of spaces and line ends are at
/// one half of each pair; but a plain count of halves would not do, as `一` and
/// the ideographic space have theirs at the other.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(UTF_16_BYTES)];
    memchr(0, sample)?;
    if is_utf_8_with_few_controls(sample) {
        return None;
    }
    let candidates =
        [UTF_16LE, UTF_16BE].map(|encoding| (Utf16Units::count(bytes, encoding), encoding));
    let plausible = candidates.into_iter().filter(|(units, _)| units.is_likely_text());
    plausible.max_by_key(|(units, _)| (units.spaces, units.ascii)).map(|(_, encoding)| encoding)
}

/// Two letters of ASCII make one Han character of UTF-16, so that a short text
/// with a stray NUL would pass for it. UTF-16 that is UTF-8 by chance is of a
/// script whose characters have a low byte or half in common (Latin 0, Greek 3,
/// Cyrillic 4): about half of its bytes are controls.
fn is_utf_8_with_few_controls(sample: &[u8]) -> bool {
    let is_utf_8 = from_utf8(sample).map_or_else(|error| error.error_len().is_none(), |_| true);
    let is_control = |byte: &&u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    is_utf_8 && sample.iter().filter(is_control).count() * 8 < sample.len()
}

/// ISO-2022-JP is ASCII throughout and turns to Japanese by escape sequences.
pub(super) fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    memchr(0x1b, bytes).is_some()
        && bytes.is_ascii()
        && [b"\x1b$B", b"\x1b$@"].iter().any(|escape| memmem::find(bytes, *escape).is_some())
}

fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut characters, mut breaks) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        characters += chunk.valid().bytes().filter(|&byte| byte >= 0xc0).count();
        breaks += usize::from(!chunk.invalid().is_empty());
    }
    characters >= CHARACTERS_PER_BREAK * breaks
}

/// A text that declares UTF-8 or UTF-16 and reached this point lies.
fn can_be_declared(encoding: &'static Encoding) -> bool {
    ![UTF_8, UTF_16LE, UTF_16BE, REPLACEMENT].contains(&encoding)
}

fn beyond_ascii(bytes: &[u8]) -> &[u8] {
    let behind = &bytes[Encoding::ascii_valid_up_to(bytes)..];
    &behind[..behind.len().min(GUESS_BYTES)]
}

fn guess(sample: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, false);
    detector.guess(None, Utf8Detection::Deny)
}

/// How many characters in a hundred are no characters of `encoding`.
fn replaced_percent(sample: &[u8], encoding: &'static Encoding) -> usize {
    let (text, had_errors) = encoding.decode_without_bom_handling(sample);
    if !had_errors {
        return 0;
    }
    // The last character may be cut, which is no fault.
    let replaced = text.chars().filter(|&c| c == '\u{fffd}').count().saturating_sub(1);
    replaced * 100 / text.chars().count().max(1)
}

#[cfg(test)]
mod tests;
