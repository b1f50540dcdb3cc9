//! Takes from text what would make a terminal do something.
//!
//! Articles, paths and errors may hold escape sequences, which move the cursor
//! or worse, and marks that turn the direction of writing, which make a text
//! look like another one. Each such character becomes one that only looks.

use std::borrow::Cow;

/// `text` as one line that is safe to print on a terminal.
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| replacement(c).is_none()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| replacement(c).unwrap_or(c)).collect())
}

/// What stands for `c` where `c` is not safe: the picture of a control
/// character, a space for a tab, else the replacement character.
pub fn replacement(c: char) -> Option<char> {
    match c {
        '\t' => Some(' '),
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7F}' => Some('\u{2421}'),
        // Line and paragraph separators.
        '\u{2028}' | '\u{2029}' => Some(' '),
        c if is_hidden_control(c) => Some(char::REPLACEMENT_CHARACTER),
        _ => None,
    }
}

/// Whether `c` is a control character that JSON need not escape, or turns the
/// direction of writing.
pub fn is_hidden_control(c: char) -> bool {
    matches!(
        c,
        '\u{7F}'..='\u{9F}'
            | '\u{61C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let all: String = (0..=0x2100u32).filter_map(char::from_u32).collect();
        assert!(line(&all).chars().all(|c| !c.is_control() && !is_hidden_control(c)));
    }

    #[test]
    fn controls_become_pictures_and_text_stays() {
        for (text, expected) in [
            ("plain é 差\u{200D}", "plain é 差\u{200D}"),
            ("\u{1B}[31mred\u{1B}[0m", "␛[31mred␛[0m"),
            ("a\tb\nc\r", "a b␊c␍"),
            ("\u{9B}2J\u{202E}txt", "\u{FFFD}2J\u{FFFD}txt"),
        ] {
            assert_eq!(line(text), expected);
        }
    }
}
