//! Quotes: which characters open one, and where it is closed.

use super::escape::unit_len;

/// What opens a quote, and each character that closes it. German closes with
/// what English opens with, hence two behind `„`.
const QUOTES: [(char, &[char]); 7] = [
    ('"', &['"']),
    ('“', &['”']),
    ('„', &['“', '”']),
    ('«', &['»']),
    ('「', &['」']),
    ('『', &['』']),
    ('＂', &['＂']),
];

pub(super) fn is_opener(c: char) -> bool {
    kind(c).is_some()
}

fn kind(c: char) -> Option<usize> {
    QUOTES.iter().position(|(opener, _)| *opener == c)
}

/// Finds the ends of quotes in one text.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    /// The kinds that are closed nowhere in what is left of the text. Without
    /// this, a text of many unclosed quotes would be searched once for each.
    unclosed: [bool; QUOTES.len()],
}

impl Quotes {
    /// What stands in the quote that `rest` begins with, and the length of all
    /// of it in bytes. `rest` is a later part of the text at each call.
    pub(super) fn quoted<'t>(&mut self, rest: &'t str) -> Option<(&'t str, usize)> {
        let opener = rest.chars().next()?;
        let kind = kind(opener)?;
        if self.unclosed[kind] {
            return None;
        }
        let (_, closers) = QUOTES[kind];
        let start = opener.len_utf8();
        let mut at = start;
        while let Some(c) = rest[at..].chars().next() {
            if closers.contains(&c) {
                return Some((&rest[start..at], at + c.len_utf8()));
            }
            at += unit_len(&rest[at..]);
        }
        self.unclosed[kind] = true;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rest: &str, expected: Option<&str>) {
        assert_eq!(Quotes::default().quoted(rest).map(|(text, _)| text), expected, "{rest:?}");
    }

    #[test]
    fn a_quote_ends_at_its_own_closer() {
        check("\"a b\" c", Some("a b"));
        check("“a \"b\" c” d", Some("a \"b\" c"));
        check("„a b“", Some("a b"));
        check("「時間 差」", Some("時間 差"));
        check(r#""a \" b" c"#, Some(r#"a \" b"#));
        check("\"a", None);
        check("\"a\\\"", None);
        check("a", None);
    }
}
