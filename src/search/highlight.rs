//! Which words of a passage matched.

mod phrases;
mod wanted;

use std::ops::Range;

use rustc_hash::FxHashMap;

use self::phrases::Placed;
use self::wanted::{Meaning, Wanted};
use crate::analysis::Analyzer;
use crate::analysis::fast::{FastWords, Folded, WordSink};
use crate::analysis::words::{Unit, Word};
use crate::query::Query;

/// Finds the words of one query in passages.
pub(super) struct Highlighter {
    finder: FastWords,
    wanted: Wanted,
    met: Met,
}

/// The words that were met, and what they are to the query: passages that match
/// share most of theirs.
#[derive(Default)]
struct Met {
    /// Words of up to eight bytes are their own key.
    short: FxHashMap<u64, Meaning>,
    long: FxHashMap<Box<[u8]>, Meaning>,
}

impl Highlighter {
    /// A highlighter for what `query` wants, leaving out what it excludes.
    pub(super) fn new(query: &Query, analyzer: Analyzer) -> Self {
        let finder = FastWords::new(analyzer.language());
        let wanted = Wanted::of(query, analyzer);
        Self { finder, wanted, met: Met::default() }
    }

    /// The byte ranges of `text` that matched, in order, neither overlapping
    /// nor touching.
    pub(super) fn ranges(&mut self, text: &str) -> Vec<Range<usize>> {
        let Self { finder, wanted, met } = self;
        let mut found = Found { wanted, met, position: 0, ranges: Vec::new(), placed: Vec::new() };
        finder.each(text, &mut found);
        let Found { mut ranges, placed, .. } = found;
        ranges.extend(wanted.phrases.ranges(placed));
        if !wanted.characters.is_empty() {
            let is_wanted = |c: &(usize, char)| wanted.characters.contains(&c.1);
            let single = |(at, c): (usize, char)| at..at + c.len_utf8();
            ranges.extend(text.char_indices().filter(is_wanted).map(single));
        }
        ranges.sort_by_key(|range| range.start);
        merge(ranges)
    }
}

/// Collects the places of wanted words, and of those that are wanted in phrases.
struct Found<'h> {
    wanted: &'h mut Wanted,
    met: &'h mut Met,
    /// How many words came before.
    position: usize,
    ranges: Vec<Range<usize>>,
    placed: Vec<Placed>,
}

impl WordSink for Found<'_> {
    fn word(&mut self, word: Folded<'_>, place: Word) {
        let position = self.position;
        self.position += 1;
        if !self.wanted.first_bytes[usize::from(word.first_byte())] {
            return;
        }
        let known = match word {
            Folded::Short { packed, .. } => self.met.short.get(&packed),
            Folded::Long(bytes) => self.met.long.get(bytes),
        };
        let Meaning { is_wanted, piece } = match known {
            Some(&meaning) => meaning,
            None => self.look_at(word, place.unit),
        };
        if is_wanted {
            self.ranges.push(place.range.clone());
        }
        if !piece.is_none() {
            self.placed.push(Placed { piece, position, range: place.range });
        }
    }
}

impl Found<'_> {
    /// What a word is to the query that was not met before.
    #[inline(never)]
    fn look_at(&mut self, word: Folded<'_>, unit: Unit) -> Meaning {
        // Folded words are text, and so is what they are cut to.
        let mut room = [0; 8];
        let surface = std::str::from_utf8(word.bytes(&mut room)).unwrap_or_default();
        let meaning = self.wanted.meaning(surface, unit);
        match word {
            Folded::Short { packed, .. } => self.met.short.insert(packed, meaning),
            Folded::Long(bytes) => self.met.long.insert(bytes.into(), meaning),
        };
        meaning
    }
}

/// Joins what overlaps or touches, such as the pairs of an unspaced script.
fn merge(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Language;

    fn check(query: &str, text: &str, expected: &[&str]) {
        let query = crate::query::parse(query).query;
        let mut highlighter = Highlighter::new(&query, Analyzer::new(Language::English));
        let found: Vec<&str> =
            highlighter.ranges(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{query:?}");
    }

    #[test]
    fn matching_words_are_found_in_every_form() {
        check(
            "time difference",
            "Times differ; the time difference.",
            &["Times", "differ", "time", "difference"],
        );
        check("=time", "Times and time", &["time"]);
        check("relat*", "A relationship related", &["relationship", "related"]);
        check("chian~1", "a chain", &["chain"]);
        check("time -bet", "bet on time", &["time"]);
    }

    /// They were marked wherever they stood, though no passage is found by them.
    #[test]
    fn words_that_are_not_looked_for_are_not_marked() {
        let text = "The timing of the bet";
        check("the timing", text, &["timing"]);
        check("the", text, &["The", "the"]);
        check("the of", text, &["The", "of", "the"]);
        check("the-timing", text, &["timing"]);
        check("=(the timing)", text, &["timing"]);
        check("+the timing", text, &["The", "timing", "the"]);
        check("(the OR bet) AND timing", text, &["timing", "bet"]);
        check("timing \"the\"", text, &["The", "timing", "the"]);
        check("title:(the timing)", text, &["The", "timing", "the"]);
        check("the timing path:x", text, &["timing"]);
        check("the-timing path:x", text, &["timing"]);
    }

    /// All of its words were marked wherever they stood, in any form.
    #[test]
    fn words_that_are_wanted_as_a_phrase_are_marked_there_only() {
        let text = "He stated that the State units united against the United States, united";
        check("\"united states\"", text, &["United", "States"]);
        check("\"united states\" united", text, &["units", "united", "United", "States", "united"]);
        check("=\"united state\"", text, &[]);
        check("=\"united states\"", text, &["United", "States"]);
        check("\"united states\"~2", "State units unite", &["State", "units", "unite"]);
        check("\"a b a\"", "a b a b a c a b", &["a", "b", "a", "b", "a"]);
        check("\"关系链\"", "关系和系链，关系链。", &["关系链"]);
        check(
            "\"e-mail box\" \"box is\"",
            "An e-mail box is no mail box.",
            &["e", "mail", "box", "is"],
        );
        check("\"time\"", "Times", &["Times"]);
    }

    #[test]
    fn pairs_are_shown_as_one_run() {
        check("关系链", "QQ的关系链。", &["关系链"]);
        check("链", "关系链", &["链"]);
    }
}
