//! Breaks a text into lines of so many columns, between what a reader takes for
//! characters: a family or a flag is one, of two columns, and written as many.

use std::ops::Range;

use excerpt::corpus;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

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
    let mut previous: Option<&str> = None;
    for (at, character) in text[line.clone()].grapheme_indices(true) {
        let (at, wide) = (line.start + at, columns(character));
        if is_space(character) {
            let behind = at + character.len();
            // A run of white space is one place to break.
            let end = match last {
                Some((end, next)) if next == at => end,
                _ => at,
            };
            last = Some((end, behind));
        } else if at > start && previous.is_some_and(|before| breaks_between(before, character)) {
            last = Some((at, at));
        }
        while used + wide > width && at > start && !is_space(character) {
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
        previous = Some(character);
    }
    lines.push(start..start + text[start..line.end].trim_end().len());
}

/// What `text` begins with that no line is to end within: a word, or a character of
/// an unspaced script.
pub fn first_piece(text: &str) -> &str {
    let mut previous: Option<&str> = None;
    let end = text.grapheme_indices(true).find(|&(_, character)| {
        let before = previous.replace(character);
        is_space(character) || before.is_some_and(|before| breaks_between(before, character))
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// Whether `character`, as a reader sees one, is white space.
pub fn is_space(character: &str) -> bool {
    character.chars().all(char::is_whitespace)
}

/// Must not begin a line: what closes, and what only lengthens, repeats or ends the
/// character before it (JIS X 4051, strict).
const CLOSING: &str = "，。、；：？！）》」』】〉〕］｝〗〙｠”’％…—・゛゜ヽヾゝゞー々〻\
    ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ";

/// Must not end one.
const OPENING: &str = "（《「『【〈〔［｛〖〘｟“‘";

/// Whether a line may end between two characters because one of them is of an unspaced
/// script, or a picture. What closes stays with what it closes, what opens with what
/// it opens.
fn breaks_between(before: &str, after: &str) -> bool {
    let stands_alone = |character: &str| {
        // The words of Hangul are spaced.
        columns(character) == 2
            && character.starts_with(|c: char| corpus::is_unspaced(c) || !c.is_alphanumeric())
    };
    !is_space(before)
        && (stands_alone(before) || stands_alone(after))
        && !after.starts_with(|c| CLOSING.contains(c))
        && !before.starts_with(|c| OPENING.contains(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthChar;

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

    /// Joined pictures were counted one by one and cut within; a line began with what
    /// closes or lengthens.
    #[test]
    fn what_looks_like_one_character_is_one() {
        check("家👨‍👩‍👧‍👦族", 4, &["家👨‍👩‍👧‍👦", "族"]);
        check("👍🏽👍🏽👍🏽", 4, &["👍🏽👍🏽", "👍🏽"]);
        check("🇩🇪🇫🇷🇮🇹", 4, &["🇩🇪🇫🇷", "🇮🇹"]);
        check("☂️☂️☂️", 4, &["☂️☂️", "☂️"]);
        check("ab👨‍👩‍👧‍👦", 3, &["ab", "👨‍👩‍👧‍👦"]);
    }

    #[test]
    fn a_line_begins_with_nothing_that_belongs_to_the_character_before_it() {
        check("〔时间〕差", 6, &["〔时", "间〕差"]);
        check("データの", 4, &["デー", "タの"]);
        check("人々がいった", 6, &["人々が", "いった"]);
        check("私はいった", 6, &["私は", "いった"]);
    }

    #[test]
    fn korean_breaks_between_its_words() {
        check("시간 차이에 걸었다", 9, &["시간", "차이에", "걸었다"]);
        check("시간차이", 5, &["시간", "차이"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_but_space_is_lost(text in "[a-z 差，。한👨👧\u{200D}\u{FE0F}\n]{0,60}", width in 2usize..20) {
            let lines = wrap(&text, width);
            // What joins to white space goes with it.
            let is_said = |c: &char| c.width().is_some_and(|width| width > 0) && !c.is_whitespace();
            let mut kept = String::new();
            for line in lines {
                let is_one = text[line.clone()].graphemes(true).count() == 1;
                prop_assert!(columns(&text[line.clone()]) <= width || is_one);
                kept.extend(text[line].chars().filter(is_said));
            }
            let all: String = text.chars().filter(is_said).collect();
            prop_assert_eq!(kept, all);
        }
    }
}
