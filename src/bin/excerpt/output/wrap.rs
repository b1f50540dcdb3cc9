//! Breaks a text into lines of so many columns.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns `text` takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The lines of `text`, as byte ranges, none wider than `width` columns (unless
/// a single character is). They end at line ends, else at white space or beside
/// a wide character, else, where a word is wider than a line, within it.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        wrap_line(text, start..start + line.trim_end_matches('\n').len(), width, &mut lines);
        start += line.len();
    }
    lines
}

fn wrap_line(text: &str, line: Range<usize>, width: usize, lines: &mut Vec<Range<usize>>) {
    let mut start = line.start;
    let mut used = 0;
    // Where the line could end, and where the next one would begin.
    let mut last: Option<(usize, usize)> = None;
    let mut previous: Option<char> = None;
    let chars = text[line.clone()].char_indices().map(|(at, c)| (line.start + at, c));
    for (at, c) in chars {
        let wide = c.width().unwrap_or(0);
        if c.is_whitespace() {
            let behind = at + c.len_utf8();
            // A run of white space is one place to break.
            let end = match last {
                Some((end, next)) if next == at => end,
                _ => at,
            };
            last = Some((end, behind));
        } else if at > start && previous.is_some_and(|previous| breaks_between(previous, c)) {
            last = Some((at, at));
        }
        while used + wide > width && at > start && !c.is_whitespace() {
            start = match last {
                // Indentation that leaves no room is left out.
                Some((end, next)) if end == start => next,
                Some((end, next)) => {
                    lines.push(start..end);
                    next
                }
                None => {
                    lines.push(start..at);
                    at
                }
            };
            used = columns(&text[start..at]);
            last = None;
        }
        used += wide;
        previous = Some(c);
    }
    lines.push(start..start + text[start..line.end].trim_end().len());
}

/// Whether a line may end between two characters of an unspaced script. What
/// closes stays with what it closes, what opens with what it opens.
fn breaks_between(before: char, after: char) -> bool {
    let is_wide = |c: char| c.width() == Some(2);
    !before.is_whitespace()
        && (is_wide(before) || is_wide(after))
        && !"，。、；：？！）》」』】〉”’％…—".contains(after)
        && !"（《「『【〈“‘".contains(before)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, width: usize, expected: &[&str]) {
        let lines: Vec<&str> = wrap(text, width).into_iter().map(|range| &text[range]).collect();
        assert_eq!(lines, expected, "{text:?} at {width}");
    }

    #[test]
    fn lines_end_at_white_space() {
        check("the time difference", 10, &["the time", "difference"]);
        check("the  time   difference", 9, &["the  time", "differenc", "e"]);
        check("one\ntwo", 10, &["one", "two"]);
        check("", 10, &[]);
        check("a\n\nb", 10, &["a", "", "b"]);
    }

    #[test]
    fn long_words_are_cut_and_wide_characters_count_twice() {
        check("abcdefgh", 3, &["abc", "def", "gh"]);
        check("时间差的意义", 6, &["时间差", "的意义"]);
        check("时间差，的意义", 6, &["时间", "差，的", "意义"]);
        check("差", 1, &["差"]);
        check("用户QQ 的用户", 7, &["用户QQ", "的用户"]);
        // A line that was broken before a wide character came out too wide.
        check("， ， 差a aaa 差", 7, &["， ，", "差a aaa", "差"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_but_space_is_lost(text in "[a-z 差，。\n]{0,60}", width in 2usize..20) {
            let lines = wrap(&text, width);
            let mut kept = String::new();
            for line in lines {
                prop_assert!(columns(&text[line.clone()]) <= width);
                kept.extend(text[line].chars().filter(|c| !c.is_whitespace()));
            }
            let all: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert_eq!(kept, all);
        }
    }
}
