//! Which part of a long text is shown: the one where most of what matched is
//! close together.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::marked::Marked;
use super::wrap::{columns, is_space};

/// The part of `marked` that is shown in about `budget` columns, with `…` where
/// something was cut off.
pub fn cut(marked: Marked, budget: usize) -> Marked {
    let range = window(&marked, budget);
    let before = if range.start > 0 { "… " } else { "" };
    let after = if range.end < marked.text.len() { " …" } else { "" };
    marked.slice(range).framed(before, after)
}

fn window(marked: &Marked, budget: usize) -> Range<usize> {
    let text = &marked.text;
    if columns(text) <= budget {
        return 0..text.len();
    }
    let dense = densest(marked, budget);
    // Half of what is left may go before it: enough for most sentences.
    let room = budget.saturating_sub(columns(&text[dense.clone()]));
    let earliest = back(text, dense.start, room / 2);
    let start = beginning(text, earliest..dense.start);
    let end = forward(text, start, budget);
    if end == text.len() {
        // Nothing behind it needs the room: all of it goes before.
        let earliest = back(text, text.len(), budget);
        return beginning(text, earliest..dense.start)..end;
    }
    start..ending(text, dense.end.min(end)..end)
}

/// The stretch of at most four fifths of `budget` columns, from one highlight to
/// another, that has the most different words, then the most words; of equal ones
/// the first.
fn densest(marked: &Marked, budget: usize) -> Range<usize> {
    let text = &marked.text;
    let words: Vec<String> =
        marked.highlights.iter().map(|range| text[range.clone()].to_lowercase()).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut best = (0, 0, 0..0);
    let mut first = 0;
    let mut width = 0;
    for (last, highlight) in marked.highlights.iter().enumerate() {
        let begin = if last == 0 { highlight.start } else { marked.highlights[last - 1].end };
        width += columns(&text[begin..highlight.end]);
        *counts.entry(words[last].as_str()).or_default() += 1;
        while first < last && width > budget * 4 / 5 {
            let begin = marked.highlights[first].start;
            width -= columns(&text[begin..marked.highlights[first + 1].start]);
            if let Some(count) = counts.get_mut(words[first].as_str()) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(words[first].as_str());
                }
            }
            first += 1;
        }
        let found = (counts.len(), last - first + 1);
        if found > (best.0, best.1) {
            best = (found.0, found.1, marked.highlights[first].start..highlight.end);
        }
    }
    best.2
}

/// The place `budget` columns before `from`.
fn back(text: &str, from: usize, budget: usize) -> usize {
    let mut used = 0;
    let mut place = from;
    for (at, character) in text[..from].grapheme_indices(true).rev() {
        used += columns(character);
        if used > budget {
            break;
        }
        place = at;
    }
    place
}

/// The place `budget` columns behind `from`.
fn forward(text: &str, from: usize, budget: usize) -> usize {
    let mut used = 0;
    for (at, character) in text[from..].grapheme_indices(true) {
        used += columns(character);
        if used > budget {
            return from + at;
        }
    }
    text.len()
}

/// The best place in `range` to begin: the first sentence, else the first word.
fn beginning(text: &str, range: Range<usize>) -> usize {
    if range.start == 0 {
        return 0;
    }
    let mut word = None;
    let mut previous = text[..range.start].chars().next_back();
    let mut ended = false;
    for (at, c) in text[range.clone()].char_indices() {
        let at = range.start + at;
        let is_after_space = previous.is_some_and(|c| c.is_whitespace() || c.width() == Some(2));
        if ended && !c.is_whitespace() && (is_after_space || c.width() == Some(2)) {
            return at;
        }
        if word.is_none() && is_after_space && c.is_alphanumeric() {
            word = Some(at);
        }
        if !c.is_whitespace() {
            ended = matches!(c, '.' | '!' | '?' | '。' | '！' | '？');
        }
        previous = Some(c);
    }
    word.unwrap_or(range.end)
}

/// The last place in `range` where a word ends.
fn ending(text: &str, range: Range<usize>) -> usize {
    let mut best = range.end;
    let tail = &text[range.clone()];
    if let Some(next) = text[range.end..].chars().next()
        && !next.is_whitespace()
        && let Some((at, last)) = tail
            .grapheme_indices(true)
            .rev()
            .find(|(_, character)| is_space(character) || columns(character) == 2)
    {
        best = range.start + at + if is_space(last) { 0 } else { last.len() };
    }
    best.max(range.start).min(range.start + tail.len()).max(text[..best].trim_end().len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, words: &[&str], budget: usize, expected: &str) {
        let mut highlights: Vec<Range<usize>> = Vec::new();
        for word in words {
            highlights.extend(text.match_indices(word).map(|(at, word)| at..at + word.len()));
        }
        highlights.sort_by_key(|range| range.start);
        let marked = Marked { text: text.to_owned(), highlights };
        assert_eq!(cut(marked, budget).text, expected);
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        check("the time difference", &["time"], 40, "the time difference");
    }

    #[test]
    fn the_densest_part_of_a_long_text_is_shown() {
        let text = "At one time it was so. Then nothing happened for many years. \
                    In the end the time difference made it. That was all there is to say.";
        check(
            text,
            &["time", "difference"],
            50,
            "… In the end the time difference made it. That was …",
        );
        check(text, &[], 22, "At one time it was so. …");
        check(text, &["say"], 30, "… That was all there is to say.");
    }

    proptest! {
        #[test]
        fn what_is_cut_out_fits_and_has_a_match(text in "([a-z]{1,6}[ .]){5,60}", at in 0usize..200, budget in 10usize..60) {
            let start = at.min(text.len() - 1);
            let highlights = std::iter::once(start..start + 1).collect();
            let marked = Marked { text: text.clone(), highlights };
            let shown = cut(marked, budget);
            prop_assert!(columns(&shown.text) <= budget + 4);
            prop_assert_eq!(shown.highlights.len(), 1);
        }
    }
}
