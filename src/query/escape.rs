//! The backslash: it makes the sign behind it an ordinary character.
//!
//! Before a letter or a digit it is a character itself, so that `C:\Users` is
//! not robbed of it; there is nothing to escape in a letter. The one exception,
//! `\OR`, is made by the lexer.

/// Text with its escapes resolved.
#[derive(Debug)]
pub(super) struct Unescaped {
    pub(super) text: String,
    /// What stands in `text` before this byte ends with an escaped character:
    /// a `*` or `~` there is no operator.
    pub(super) literal_to: usize,
}

/// The length in bytes of the first character of `rest` and what escapes it;
/// 0 at the end.
pub(super) fn unit_len(rest: &str) -> usize {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), Some(next)) if !next.is_alphanumeric() => 1 + next.len_utf8(),
        (Some(first), _) => first.len_utf8(),
        (None, _) => 0,
    }
}

/// Takes the escapes out of `raw`.
pub(super) fn unescape(raw: &str) -> Unescaped {
    let mut text = String::with_capacity(raw.len());
    let mut literal_to = 0;
    let mut rest = raw;
    while !rest.is_empty() {
        let (unit, behind) = rest.split_at(unit_len(rest));
        rest = behind;
        match unit.strip_prefix('\\') {
            Some(escaped) if !escaped.is_empty() => {
                text.push_str(escaped);
                literal_to = text.len();
            }
            _ => text.push_str(unit),
        }
    }
    Unescaped { text, literal_to }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, text: &str, literal_to: usize) {
        let unescaped = unescape(raw);
        assert_eq!((unescaped.text.as_str(), unescaped.literal_to), (text, literal_to), "{raw:?}");
    }

    #[test]
    fn a_backslash_escapes_signs_and_leaves_letters_alone() {
        check("a", "a", 0);
        check(r"\-a", "-a", 1);
        check(r"a\*b", "a*b", 2);
        check(r"a\\", r"a\", 2);
        check(r"a\", r"a\", 0);
        check(r"C:\Users\é", r"C:\Users\é", 0);
        check(r"a\ b", "a b", 2);
        check("\\“", "“", 3);
    }
}
