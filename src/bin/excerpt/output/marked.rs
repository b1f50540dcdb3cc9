//! A text with highlighted ranges, which stay in place while it is rewritten.

use std::ops::Range;

use super::flow::{self, Break, Flow};
use super::sanitize;

/// A text and the byte ranges of it that are highlighted, in order and apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// What is highlighted.
    pub highlights: Vec<Range<usize>>,
}

impl Marked {
    /// A text for one line: its lines follow each other, and nothing in it makes
    /// a terminal do something.
    pub fn one_line(text: &str, highlights: &[Range<usize>]) -> Self {
        Self::rewrite(text, highlights, |lines| vec![Break::Space; lines.len()])
    }

    /// A text to be wrapped: only line ends that mean something are left, and
    /// nothing in it makes a terminal do something.
    pub fn flowing(text: &str, highlights: &[Range<usize>], flow: &Flow) -> Self {
        Self::rewrite(text, highlights, |lines| flow::breaks(lines, flow))
    }

    fn rewrite(
        text: &str,
        highlights: &[Range<usize>],
        breaks_of: impl Fn(&[&str]) -> Vec<Break>,
    ) -> Self {
        let mut copy = Copy::new(text.len(), highlights);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let contents: Vec<&str> =
            lines.iter().map(|line| line.trim_end_matches(['\r', '\n'])).collect();
        let breaks = breaks_of(&contents);
        let mut at = 0;
        let mut is_joined = false;
        for (number, (line, content)) in lines.iter().zip(&contents).enumerate() {
            // White space where lines were joined is not said twice.
            let said = if is_joined { content.trim_start() } else { content };
            copy.put_safely(at + content.len() - said.len(), said);
            let line_end = at + content.len();
            at += line.len();
            if number + 1 == lines.len() {
                break;
            }
            is_joined = breaks[number] != Break::Line;
            match breaks[number] {
                Break::Line => copy.put(line_end, '\n'),
                // White space is not said twice.
                Break::Space if copy.text.ends_with(' ') => {}
                Break::Space => copy.put(line_end, ' '),
                Break::Nothing => {}
            }
        }
        copy.finish()
    }

    /// The part `range` of the text, with what is highlighted in it.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let inside = self.highlights.iter().filter_map(|highlight| {
            let start = highlight.start.max(range.start);
            let end = highlight.end.min(range.end);
            (start < end).then(|| start - range.start..end - range.start)
        });
        Self { highlights: inside.collect(), text: self.text[range].to_owned() }
    }

    /// The text between `before` and `after`.
    pub fn framed(self, before: &str, after: &str) -> Self {
        let shift = |range: Range<usize>| range.start + before.len()..range.end + before.len();
        Self {
            highlights: self.highlights.into_iter().map(shift).collect(),
            text: format!("{before}{}{after}", self.text),
        }
    }

    /// The part `range` in pieces, each with whether it is highlighted.
    pub fn pieces(&self, range: Range<usize>) -> Vec<(&str, bool)> {
        let mut pieces = Vec::new();
        let mut at = range.start;
        for highlight in &self.highlights {
            let start = highlight.start.clamp(at, range.end.max(at));
            let end = highlight.end.clamp(start, range.end.max(start));
            if start < end {
                pieces.push((&self.text[at..start], false));
                pieces.push((&self.text[start..end], true));
                at = end;
            }
        }
        pieces.push((&self.text[at..range.end.max(at)], false));
        pieces.retain(|(piece, _)| !piece.is_empty());
        pieces
    }
}

/// A copy in the making: places of the old text are led to the new one.
struct Copy<'h> {
    text: String,
    old: &'h [Range<usize>],
    new: Vec<Range<usize>>,
    /// Where the highlight that is open began.
    open: Option<usize>,
}

impl<'h> Copy<'h> {
    fn new(capacity: usize, old: &'h [Range<usize>]) -> Self {
        Self { text: String::with_capacity(capacity), old, new: Vec::new(), open: None }
    }

    /// Adds `text`, which was at `place`, with nothing left in it that makes a
    /// terminal do something. Places ascend.
    fn put_safely(&mut self, place: usize, text: &str) {
        let mut at = 0;
        while at < text.len() {
            // Most text is runs of what needs no second look.
            let run = text[at..].bytes().take_while(|byte| (b' '..=b'~').contains(byte)).count();
            if run > 0 {
                self.put_as_it_is(place + at, &text[at..at + run]);
                at += run;
            }
            if let Some(c) = text[at..].chars().next() {
                self.put(place + at, sanitize::replacement(c).unwrap_or(c));
                at += c.len_utf8();
            }
        }
    }

    /// Adds `run`, which was at `place` and stays as it is.
    fn put_as_it_is(&mut self, place: usize, run: &str) {
        self.mark(place, run.len());
        self.text.push_str(run);
    }

    /// Adds `c`, which stands for what was at `place`.
    fn put(&mut self, place: usize, c: char) {
        self.mark(place, 1);
        self.text.push(c);
    }

    /// Opens and closes highlights up to the last of `len` places, which are those
    /// of the old text from `place` on, and of the new one from its end.
    fn mark(&mut self, place: usize, len: usize) {
        while let Some(highlight) = self.old.get(self.new.len()) {
            let new = |old: usize| self.text.len() + old.saturating_sub(place);
            if place + len <= highlight.start {
                break;
            }
            let start = *self.open.get_or_insert(new(highlight.start));
            if place + len <= highlight.end {
                break;
            }
            self.close(start..new(highlight.end));
        }
    }

    fn close(&mut self, range: Range<usize>) {
        self.new.push(range);
        self.open = None;
    }

    fn finish(mut self) -> Marked {
        if let Some(start) = self.open {
            self.close(start..self.text.len());
        }
        self.new.retain(|range| !range.is_empty());
        Marked { text: self.text, highlights: self.new }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bold(marked: &Marked) -> String {
        let pieces = marked.pieces(0..marked.text.len());
        pieces
            .iter()
            .map(|(text, on)| if *on { format!("[{text}]") } else { (*text).to_owned() })
            .collect()
    }

    fn check(text: &str, words: &[&str], flowing: &str, one_line: &str) {
        let mut highlights = Vec::new();
        let mut at = 0;
        for word in words {
            if let Some(found) = text[at..].find(word) {
                highlights.push(at + found..at + found + word.len());
                at += found + word.len();
            }
        }
        let laid_out = Marked::flowing(text, &highlights, &Flow::UNKNOWN);
        assert_eq!(bold(&laid_out), flowing, "flowing {text:?}");
        assert_eq!(bold(&Marked::one_line(text, &highlights)), one_line, "one line {text:?}");
    }

    #[test]
    fn lines_of_a_page_flow_and_those_of_an_author_stay() {
        let text = "he was betting on, he said, was the time\r\n  difference";
        check(
            text,
            &["time", "difference"],
            "he was betting on, he said, was the [time] [difference]",
            "he was betting on, he said, was the [time] [difference]",
        );
        check(
            "at:\n- one\n  more\n- two",
            &["more"],
            "at:\n- one\n  [more]\n- two",
            "at: - one [more] - two",
        );
        let text = "如果腾讯一年后才有反应米聊有一半的胜算时间\n  差别";
        check(
            text,
            &["差"],
            "如果腾讯一年后才有反应米聊有一半的胜算时间[差]别",
            "如果腾讯一年后才有反应米聊有一半的胜算时间 [差]别",
        );
        check("a\n\nb", &[], "a\n\nb", "a b");
        check("|a|\n|b|", &["b"], "|a|\n|[b]|", "|a| |[b]|");
    }

    #[test]
    fn a_highlight_stays_in_place_behind_a_control() {
        check("\u{1B}[31mred\u{9B}", &["red"], "␛[31m[red]\u{FFFD}", "␛[31m[red]\u{FFFD}");
        check("two\nwords", &["two\nwords"], "[two\nwords]", "[two words]");
    }

    /// Ranges of `text`, apart from each other, that begin and end near `cuts`.
    fn ranges(text: &str, cuts: &[usize]) -> Vec<Range<usize>> {
        let mut cuts: Vec<usize> = cuts.iter().map(|&at| text.floor_char_boundary(at)).collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect()
    }

    proptest! {
        #[test]
        fn a_text_with_nothing_to_replace_stays_as_it_is(
            text in "[a-c差é]{0,40}",
            cuts in prop::collection::vec(0usize..60, 0..9),
        ) {
            let highlights = ranges(&text, &cuts);
            let marked = Marked::one_line(&text, &highlights);
            prop_assert_eq!(marked, Marked { text, highlights });
        }

        #[test]
        fn ranges_stay_within_the_text(
            text in "[a-c \n\r\t差\u{1B}|-]{0,40}",
            cuts in prop::collection::vec(0usize..60, 0..6),
        ) {
            let highlights = ranges(&text, &cuts);
            let laid_out = Marked::flowing(&text, &highlights, &Flow::UNKNOWN);
            for marked in [laid_out, Marked::one_line(&text, &highlights)] {
                let whole = 0..marked.text.len();
                let joined: String = marked.pieces(whole).iter().map(|(piece, _)| *piece).collect();
                prop_assert_eq!(joined, marked.text);
            }
        }
    }
}
