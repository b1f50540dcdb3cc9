//! Small questions about text: what is white space, how long is it, how wide.

use std::ops::Range;

/// White space, and the byte order mark, which is none by Unicode's account but
/// looks like it wherever two files were put together.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// `range` without the white space at its ends.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let end = range.start + text[range.clone()].trim_end_matches(is_space).len();
    let start = end - text[range.start..end].trim_start_matches(is_space).len();
    start..end
}

/// Where the last line begins that begins in `space`, which is white space.
pub(super) fn last_line(text: &str, space: Range<usize>) -> Option<usize> {
    text[space.clone()].rfind(['\n', '\r']).map(|at| space.start + at + 1)
}

/// Whether `text` has at most `max_chars` characters; looks at the text only
/// where its length in bytes leaves that open.
pub(super) fn fits(text: &str, max_chars: usize) -> bool {
    // No character has more than four bytes.
    text.len() <= max_chars
        || text.len() <= max_chars.saturating_mul(4) && text.chars().count() <= max_chars
}

/// The columns that `text` takes on a screen, roughly: wide characters take two.
pub(super) fn columns(text: &str) -> usize {
    text.chars().count() + wide(text)
}

/// Whether more than a third of the characters are wide: Chinese, Japanese or
/// Korean prose, however many names in Latin letters stand in it.
pub(super) fn is_wide_prose(text: &str) -> bool {
    wide(text) * 3 > text.chars().count()
}

/// How many characters of `text` are wide, as [`is_wide`] has it, by their first
/// bytes. Counted in bytes, as many as a byte can count: the compiler makes
/// vector code of that, several times as fast as a count in words.
fn wide(text: &str) -> usize {
    let count =
        |bytes: &[u8]| bytes.iter().map(|byte| u8::from(matches!(byte, 0xe3..=0xef))).sum::<u8>();
    text.as_bytes().chunks(u8::MAX.into()).map(|bytes| usize::from(count(bytes))).sum()
}

/// Whether `text` is shorter than `min_chars`, wide characters counted twice, or
/// holds no letter or digit at all.
pub(super) fn is_short(text: &str, min_chars: usize) -> bool {
    if let Some(head) = text.as_bytes().get(..min_chars)
        && head.is_ascii()
        && head.iter().any(u8::is_ascii_alphanumeric)
    {
        return false;
    }
    let mut count = 0;
    let mut says_something = false;
    for c in text.chars() {
        count += if is_wide(c) { 2 } else { 1 };
        says_something = says_something || c.is_alphanumeric();
        if says_something && count >= min_chars {
            return false;
        }
    }
    true
}

/// Chinese, Japanese, Korean and full-width characters; takes in some rare ones
/// that are not wide.
fn is_wide(c: char) -> bool {
    ('\u{3000}'..='\u{ffff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimming_takes_ideographic_spaces_and_byte_order_marks() {
        let text = "\u{feff}\u{3000}\u{3000}天 x\u{85}\r\n";
        assert_eq!(&text[trim(text, 0..text.len())], "天 x");
        assert_eq!(trim(" \n ", 0..3), 0..0);
    }

    #[test]
    fn control_characters_are_text() {
        assert_eq!(trim("\0a\u{1f}", 0..3), 0..3);
    }

    #[test]
    fn bounds_count_characters_and_not_bytes() {
        assert!(fits("天地玄黄", 4));
        assert!(!fits("天地玄黄宇", 4));
        assert!(!fits("abcde", 4));
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(columns("aé天。한"), 8);
    }

    #[test]
    fn a_rule_is_short_however_long_it_is() {
        assert!(is_short("------------", 4));
        assert!(is_short("Yes", 4));
        assert!(!is_short("Yes.", 4));
        assert!(!is_short("天地", 4));
    }
}
