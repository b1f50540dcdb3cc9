//! Which words of a passage matched.

use std::collections::HashSet;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::spelling;
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

/// What a query wants.
struct Wanted {
    analyzer: Analyzer,
    stems: HashSet<String>,
    surfaces: HashSet<String>,
    /// Characters of unspaced scripts that were asked for alone.
    characters: Vec<char>,
    prefixes: Vec<String>,
    spellings: Vec<(String, u8)>,
    /// Which bytes a wanted word can begin with.
    first_bytes: [bool; 256],
}

/// The words that were met, and whether they are wanted: passages that match
/// share most of theirs.
#[derive(Default)]
struct Met {
    /// Words of up to eight bytes are their own key.
    short: FxHashMap<u64, bool>,
    long: FxHashMap<Box<[u8]>, bool>,
}

impl Highlighter {
    /// A highlighter for what `query` wants, leaving out what it excludes.
    pub(super) fn new(query: &Query, analyzer: Analyzer) -> Self {
        let finder = FastWords::new(analyzer.language());
        let mut wanted = Wanted {
            analyzer,
            stems: HashSet::new(),
            surfaces: HashSet::new(),
            characters: Vec::new(),
            prefixes: Vec::new(),
            spellings: Vec::new(),
            first_bytes: [true; 256],
        };
        wanted.collect(query, Form::Stemmed);
        wanted.limit_first_bytes();
        Self { finder, wanted, met: Met::default() }
    }

    /// The byte ranges of `text` that matched, in order, neither overlapping
    /// nor touching.
    pub(super) fn ranges(&mut self, text: &str) -> Vec<Range<usize>> {
        let Self { finder, wanted, met } = self;
        let mut found = Found { wanted, met, ranges: Vec::new() };
        finder.each(text, &mut found);
        let mut ranges = found.ranges;
        if !wanted.characters.is_empty() {
            let is_wanted = |c: &(usize, char)| wanted.characters.contains(&c.1);
            let single = |(at, c): (usize, char)| at..at + c.len_utf8();
            ranges.extend(text.char_indices().filter(is_wanted).map(single));
            ranges.sort_by_key(|range| range.start);
        }
        merge(ranges)
    }
}

/// Collects the places of wanted words.
struct Found<'h> {
    wanted: &'h mut Wanted,
    met: &'h mut Met,
    ranges: Vec<Range<usize>>,
}

impl WordSink for Found<'_> {
    fn word(&mut self, word: Folded<'_>, place: Word) {
        if !self.wanted.first_bytes[usize::from(word.first_byte())] {
            return;
        }
        let known = match word {
            Folded::Short { packed, .. } => self.met.short.get(&packed),
            Folded::Long(bytes) => self.met.long.get(bytes),
        };
        let is_wanted = match known {
            Some(&is_wanted) => is_wanted,
            None => self.look_at(word, place.unit),
        };
        if is_wanted {
            self.ranges.push(place.range);
        }
    }
}

impl Found<'_> {
    /// Whether a word is wanted that was not met before.
    #[inline(never)]
    fn look_at(&mut self, word: Folded<'_>, unit: Unit) -> bool {
        // Folded words are text, and so is what they are cut to.
        let mut room = [0; 8];
        let surface = std::str::from_utf8(word.bytes(&mut room)).unwrap_or_default();
        let is_wanted = self.wanted.holds(surface, unit);
        match word {
            Folded::Short { packed, .. } => self.met.short.insert(packed, is_wanted),
            Folded::Long(bytes) => self.met.long.insert(bytes.into(), is_wanted),
        };
        is_wanted
    }
}

impl Wanted {
    /// Finds the bytes that wanted words can begin with. Most words are done with
    /// by that, which spares their stemming.
    fn limit_first_bytes(&mut self) {
        if !self.spellings.is_empty() || !self.analyzer.language().keeps_first_letters() {
            return;
        }
        self.first_bytes = [false; 256];
        for wanted in self.stems.iter().chain(&self.surfaces).chain(&self.prefixes) {
            match wanted.as_bytes().first() {
                Some(&byte) => self.first_bytes[usize::from(byte)] = true,
                None => self.first_bytes = [true; 256],
            }
        }
    }

    fn holds(&mut self, surface: &str, unit: Unit) -> bool {
        self.surfaces.contains(surface)
            || self.prefixes.iter().any(|prefix| surface.starts_with(prefix.as_str()))
            || self.is_spelled(surface)
            || match unit {
                Unit::Word => self.stems.contains(&self.analyzer.stem(surface)),
                Unit::Pair | Unit::Single | Unit::Triple => self.stems.contains(surface),
            }
    }

    fn is_spelled(&self, surface: &str) -> bool {
        self.spellings
            .iter()
            .any(|(word, distance)| spelling::distance(word, surface) <= usize::from(*distance))
    }

    fn collect(&mut self, query: &Query, form: Form) {
        match query {
            Query::Nothing | Query::Path(_) | Query::Date { .. } => {}
            Query::Word(text) | Query::Phrase { text, .. } => self.add(text, form),
            Query::Near { words, .. } => words.iter().for_each(|word| self.add(word, form)),
            Query::Prefix(prefix) => {
                let mut words = self.analyzer.words(prefix);
                self.prefixes.extend(words.pop().map(|last| last.surface));
                self.stems.extend(words.into_iter().map(|word| word.stem));
            }
            Query::Fuzzy { word, distance } => {
                self.add(word, form);
                for piece in self.analyzer.words(word) {
                    let changes = spelling::changes(&piece.surface, *distance);
                    let wanted = (piece.surface, changes);
                    if changes > 0 && !self.spellings.contains(&wanted) {
                        self.spellings.push(wanted);
                    }
                }
            }
            Query::Exact(inner) => self.collect(inner, Form::Exact),
            Query::Field { query, .. } => self.collect(query, form),
            Query::Boolean { must, should, must_not: _ } => {
                must.iter().chain(should).for_each(|query| self.collect(query, form));
            }
        }
    }

    fn add(&mut self, text: &str, form: Form) {
        for word in self.analyzer.words(text) {
            if word.unit == Unit::Single {
                let characters = word.surface.chars();
                let new = characters.filter(|character| !self.characters.contains(character));
                self.characters.extend(new.collect::<Vec<_>>());
            }
            match form {
                Form::Stemmed => self.stems.insert(word.stem),
                Form::Exact => self.surfaces.insert(word.surface),
            };
        }
    }
}

#[derive(Clone, Copy)]
enum Form {
    Stemmed,
    Exact,
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

    #[test]
    fn pairs_are_shown_as_one_run() {
        check("关系链", "QQ的关系链。", &["关系链"]);
        check("链", "关系链", &["链"]);
    }
}
