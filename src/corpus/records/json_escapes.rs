//! What the escapes in a JSON string say, and where.
//!
//! The strings have passed [`super::json_scan`], so that escapes are whole. Half
//! of a surrogate pair, which JSON allows and UTF-8 does not, counts as U+FFFD.

use super::pieces::Notation;
use crate::document::OffsetMap;

/// How JSON writes strings.
pub(super) const NOTATION: Notation = Notation { unescape, cut };

fn unescape(raw: &str, source: u64, text: &mut String, offsets: &mut OffsetMap) {
    let bytes = raw.as_bytes();
    text.reserve(raw.len());
    let mut at = 0;
    while at < bytes.len() {
        at += match bytes[at] {
            b'\\' => unescape_run(&bytes[at..], source + at as u64, text, offsets),
            _ => {
                let len = memchr::memchr(b'\\', &bytes[at..]).unwrap_or(bytes.len() - at);
                offsets.push(text.len(), len, source + at as u64, 1, 1);
                text.push_str(&raw[at..at + len]);
                len
            }
        };
    }
}

/// Appends what the escapes at the start of `bytes` say, as far as they are of
/// the same length in source and text, and returns their length: text in ASCII
/// with every character escaped then is a run or two of the map.
fn unescape_run(bytes: &[u8], source: u64, text: &mut String, offsets: &mut OffsetMap) -> usize {
    let begin = text.len();
    let (mut c, escape_len) = escape(bytes);
    let unit = c.len_utf8();
    let mut at = 0;
    loop {
        text.push(c);
        at += escape_len;
        if bytes.get(at) != Some(&b'\\') {
            break;
        }
        let (next, len) = escape(&bytes[at..]);
        if len != escape_len || next.len_utf8() != unit {
            break;
        }
        c = next;
    }
    offsets.push(begin, text.len() - begin, source, unit as u32, escape_len as u32);
    at
}

fn cut(raw: &str, limit: usize) -> usize {
    let bytes = raw.as_bytes();
    let mut at = 0;
    let mut space_end = None;
    let mut line_end = None;
    let mut paragraph_end = None;
    while at < limit {
        if bytes[at] != b'\\' {
            let stop = memchr::memchr(b'\\', &bytes[at..limit]).map_or(limit, |len| at + len);
            let stop = raw.floor_char_boundary(stop);
            if stop == at {
                break;
            }
            let spaces = raw[at..stop].char_indices().rfind(|(_, c)| c.is_whitespace());
            space_end = spaces.map(|(place, c)| at + place + c.len_utf8()).or(space_end);
            at = stop;
            continue;
        }
        let (c, len) = escape(&bytes[at..]);
        if c.is_whitespace() {
            space_end = Some(at + len);
        }
        if c == '\n' {
            if line_end == Some(at) {
                paragraph_end = Some(at + len);
            }
            line_end = Some(at + len);
        }
        at += len;
    }
    paragraph_end.or(line_end).or(space_end).unwrap_or(at)
}

/// The character that the escape at the start of `bytes` stands for, and the
/// escape's length.
fn escape(bytes: &[u8]) -> (char, usize) {
    let simple = match bytes.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => return escaped_unit(bytes),
        Some(&other) if other.is_ascii() => char::from(other),
        // The scanner lets nothing else through.
        _ => return (char::REPLACEMENT_CHARACTER, 1),
    };
    (simple, 2)
}

fn escaped_unit(bytes: &[u8]) -> (char, usize) {
    let Some(unit) = hex4(bytes, 2) else {
        return (char::REPLACEMENT_CHARACTER, 2);
    };
    if let Some(c) = char::from_u32(unit) {
        return (c, 6);
    }
    let low = if bytes.get(6..8) == Some(b"\\u") { hex4(bytes, 8) } else { None };
    match low {
        Some(low @ 0xdc00..=0xdfff) if unit < 0xdc00 => {
            let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

/// The number that the four hexadecimal digits at `at` write.
pub(super) fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits: &[u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    let [a, b, c, d] = digits.map(|digit| HEX[usize::from(digit)]);
    // Only what is no digit has one of the upper bits.
    let number = u32::from(a) << 12 | u32::from(b) << 8 | u32::from(c) << 4 | u32::from(d);
    ((a | b | c | d) < 16).then_some(number)
}

/// The value of each byte as a hexadecimal digit, or 255.
const HEX: [u8; 256] = {
    let mut table = [255; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value] as usize] = value as u8;
        table[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        let check = |raw: &str, expected: &str| {
            let mut text = String::new();
            unescape(raw, 0, &mut text, &mut OffsetMap::empty());
            assert_eq!(text, expected, "{raw}");
        };
        check(r"\ud83d\ude00", "😀");
        check(r"\ud83d", "\u{fffd}");
        check(r"\ude00\ud83d", "\u{fffd}\u{fffd}");
        check(r"\ud83dx\n", "\u{fffd}x\n");
        check(r"\ud83d\u0041", "\u{fffd}A");
    }

    #[test]
    fn the_best_place_to_cut_is_taken() {
        let check = |raw: &str, expected: &str| assert_eq!(&raw[..cut(raw, 16)], expected, "{raw}");
        check(r"a\n\nb\nc\td efghijkl", r"a\n\n");
        check(r"a\nb\tc d efghijklm", r"a\n");
        // A word was cut wherever the piece ended.
        check(r"one two\\three four five", r"one two\\three ");
        check(r"one two\tthree-four", r"one two\t");
        check(r"one\u3000two-three-four", r"one\u3000");
        check(r"abcdefghijklmnopqr\n", r"abcdefghijklmnop");
    }

    proptest! {
        #[test]
        fn a_string_that_is_cut_says_the_same(
            pieces in prop::collection::vec(
                prop_oneof![
                    Just("a"), Just("é"), Just("😀"), Just("\\n"), Just("\\u00e9"), Just("\\\\"),
                    Just("\\ud83d\\ude00"), Just("\\\""),
                ],
                0..24,
            ),
            limit in 4_usize..30,
        ) {
            let raw = pieces.concat();
            let (mut whole, mut in_pieces) = (String::new(), String::new());
            let (mut of_whole, mut of_pieces) = (OffsetMap::empty(), OffsetMap::empty());
            unescape(&raw, 5, &mut whole, &mut of_whole);
            let mut at = 0;
            while at < raw.len() {
                let rest = &raw[at..];
                let end = if rest.len() > limit { cut(rest, limit) } else { rest.len() };
                prop_assert!((1..limit + 12).contains(&end));
                unescape(&rest[..end], 5 + at as u64, &mut in_pieces, &mut of_pieces);
                at += end;
            }
            prop_assert_eq!(whole, in_pieces);
            prop_assert_eq!(of_whole, of_pieces);
        }
    }
}
