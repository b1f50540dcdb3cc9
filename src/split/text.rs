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

/// How much a short text says, which may grow.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    chars: usize,
    wide: usize,
    says_something: bool,
}

impl Extent {
    /// That of `text`, if it is shorter than `min_chars`, wide characters counted twice,
    /// or holds no letter or digit at all.
    pub(super) fn of_short(text: &str, min_chars: usize) -> Option<Self> {
        if let Some(head) = text.as_bytes().get(..min_chars)
            && head.is_ascii()
            && head.iter().any(u8::is_ascii_alphanumeric)
        {
            return None;
        }
        let mut extent = Self::default();
        for c in text.chars() {
            extent.push(c);
            if !extent.is_short(min_chars) {
                return None;
            }
        }
        Some(extent)
    }

    /// Adds what follows. Says whether it is still short.
    pub(super) fn grow(&mut self, text: &str, min_chars: usize) -> bool {
        text.chars().for_each(|c| self.push(c));
        self.is_short(min_chars)
    }

    /// How many characters it has.
    pub(super) fn chars(&self) -> usize {
        self.chars
    }

    fn push(&mut self, c: char) {
        self.chars += 1;
        self.wide += usize::from(is_wide(c));
        self.says_something = self.says_something || c.is_alphanumeric();
    }

    fn is_short(&self, min_chars: usize) -> bool {
        !self.says_something || self.chars + self.wide < min_chars
    }
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
        let is_short = |text| Extent::of_short(text, 4).is_some();
        assert!(is_short("------------"));
        assert!(is_short("Yes"));
        assert!(!is_short("Yes."));
        assert!(!is_short("天地"));
    }

    #[test]
    fn a_text_that_grows_is_as_short_as_it_is_whole() {
        for (text, more) in [("---", "--"), ("-", "a"), ("--", "ab"), ("天", "a"), ("a", "天")] {
            let whole = Extent::of_short(&format!("{text}{more}"), 4);
            let mut grown = Extent::of_short(text, 4).unwrap_or_default();
            assert_eq!(grown.grow(more, 4), whole.is_some(), "{text:?} and {more:?}");
        }
    }
}
