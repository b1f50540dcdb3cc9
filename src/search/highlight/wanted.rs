//! What a query wants of the words of a passage.

use std::borrow::Cow;
use std::collections::HashSet;

use super::phrases::{Phrases, Piece};
use crate::analysis::words::Unit;
use crate::analysis::{self, AnalyzedWord, Analyzer};
use crate::query::{Asked, Form, Query};
use crate::search::spelling;

/// What a query wants.
pub(super) struct Wanted {
    analyzer: Analyzer,
    stems: HashSet<String>,
    surfaces: HashSet<String>,
    pub(super) phrases: Phrases,
    /// Characters of unspaced scripts that were asked for alone.
    pub(super) characters: Vec<char>,
    prefixes: Vec<String>,
    spellings: Vec<(String, u8)>,
    /// Which bytes a wanted word can begin with.
    pub(super) first_bytes: [bool; 256],
}

/// What a word is to the query.
#[derive(Clone, Copy)]
pub(super) struct Meaning {
    /// Whether it is wanted wherever it stands.
    pub(super) is_wanted: bool,
    /// Which word it is of the phrases that are wanted.
    pub(super) piece: Piece,
}

/// Where words are wanted.
#[derive(Clone, Copy)]
enum Place {
    /// Anywhere, where stop words are not looked for beside other words.
    Anywhere,
    /// In the headings or the title.
    Field,
}

impl Wanted {
    /// What `query` wants, without what it excludes.
    pub(super) fn of(query: &Query, analyzer: Analyzer) -> Self {
        let mut wanted = Self {
            analyzer,
            stems: HashSet::new(),
            surfaces: HashSet::new(),
            phrases: Phrases::default(),
            characters: Vec::new(),
            prefixes: Vec::new(),
            spellings: Vec::new(),
            first_bytes: [true; 256],
        };
        wanted.collect(query, Form::Stemmed, Place::Anywhere);
        wanted.limit_first_bytes();
        wanted
    }

    /// Finds the bytes that wanted words can begin with. Most words are done with
    /// by that, which spares their stemming.
    fn limit_first_bytes(&mut self) {
        if !self.spellings.is_empty() || !self.analyzer.language().keeps_first_letters() {
            return;
        }
        self.first_bytes = [false; 256];
        let alone = self.stems.iter().chain(&self.surfaces).chain(&self.prefixes);
        for wanted in alone.chain(self.phrases.words()) {
            match wanted.as_bytes().first() {
                Some(&byte) => self.first_bytes[usize::from(byte)] = true,
                None => self.first_bytes = [true; 256],
            }
        }
    }

    /// What the word is that is written as `surface`.
    pub(super) fn meaning(&self, surface: &str, unit: Unit) -> Meaning {
        let stem = match unit {
            Unit::Word => self.analyzer.stem(surface),
            Unit::Pair | Unit::Single | Unit::Triple => Cow::Borrowed(surface),
        };
        let is_wanted = self.surfaces.contains(surface)
            || self.prefixes.iter().any(|prefix| surface.starts_with(prefix.as_str()))
            || self.is_spelled(surface)
            || self.stems.contains(&*stem);
        Meaning { is_wanted, piece: self.phrases.piece(surface, &stem) }
    }

    fn is_spelled(&self, surface: &str) -> bool {
        self.spellings
            .iter()
            .any(|(word, distance)| spelling::distance(word, surface) <= usize::from(*distance))
    }

    fn collect(&mut self, query: &Query, form: Form, place: Place) {
        match query {
            Query::Nothing | Query::Path(_) | Query::Date { .. } => {}
            Query::Phrase { text, slop: 0 } => self.add_phrase(text, form),
            Query::Word(text) => self.add_any(&[text], form, place),
            Query::Phrase { text, .. } => self.add(text, form),
            Query::Near { words, .. } => words.iter().for_each(|word| self.add(word, form)),
            Query::Prefix(prefix) => {
                let mut words = self.analyzer.words(prefix);
                self.prefixes.extend(words.pop().map(|last| last.surface));
                self.stems.extend(words.into_iter().map(|word| word.stem));
            }
            Query::Fuzzy { word, distance } => {
                self.add(word, form);
                for piece in self.analyzer.words(word).into_iter().filter(spelling::is_spelled) {
                    let changes = spelling::changes(&piece.surface, *distance);
                    let wanted = (piece.surface, changes);
                    if changes > 0 && !self.spellings.contains(&wanted) {
                        self.spellings.push(wanted);
                    }
                }
            }
            Query::Exact(inner) => self.collect(inner, Form::Exact, place),
            Query::Field { query, .. } => self.collect(query, form, Place::Field),
            Query::Boolean { must, should, must_not: _ } => {
                let asked = Asked::of(must, should);
                for query in must {
                    match (query, asked) {
                        (Query::Word(text), Asked::Demanded) => self.add(text, form),
                        (query, _) => self.collect(query, form, place),
                    }
                }
                let mut side_by_side = Vec::new();
                for query in should {
                    match query {
                        Query::Word(text) => side_by_side.push(text),
                        query => self.collect(query, form, place),
                    }
                }
                self.add_any(&side_by_side, form, place);
            }
        }
    }

    /// Words of which any suffices, without those that are not looked for.
    fn add_any(&mut self, texts: &[&String], form: Form, place: Place) {
        let mut words: Vec<Vec<AnalyzedWord>> =
            texts.iter().map(|text| self.analyzer.words(text)).collect();
        match place {
            Place::Anywhere => {
                analysis::take_stop_words(&mut words, self.analyzer.language());
            }
            Place::Field => {}
        }
        words.into_iter().for_each(|pieces| self.add_words(pieces, form));
    }

    /// Words that are wanted in a row only.
    fn add_phrase(&mut self, text: &str, form: Form) {
        match self.analyzer.words(text) {
            words if words.len() > 1 => self.phrases.add(words, form),
            _ => self.add(text, form),
        }
    }

    fn add(&mut self, text: &str, form: Form) {
        let words = self.analyzer.words(text);
        self.add_words(words, form);
    }

    fn add_words(&mut self, words: Vec<AnalyzedWord>, form: Form) {
        for word in words {
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
