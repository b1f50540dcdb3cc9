//! The phrases that a query asks for, and where they stand among the words of a
//! passage.

use std::collections::HashMap;
use std::ops::Range;

use crate::analysis::AnalyzedWord;
use crate::query::Form;

/// Phrases of at least two words.
#[derive(Default)]
pub(super) struct Phrases {
    /// Each as the numbers of its words, in order.
    phrases: Vec<Vec<u32>>,
    stems: HashMap<String, u32>,
    surfaces: HashMap<String, u32>,
}

/// Which word of a phrase a word is: by its stem, and as it is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Piece {
    stem: Option<u32>,
    surface: Option<u32>,
}

/// A piece in a text.
pub(super) struct Placed {
    pub(super) piece: Piece,
    /// How many words stand before it.
    pub(super) position: usize,
    /// Its bytes.
    pub(super) range: Range<usize>,
}

impl Piece {
    /// Whether it is a word of no phrase.
    pub(super) fn is_none(self) -> bool {
        self == Self::default()
    }

    fn is(self, number: u32) -> bool {
        self.stem == Some(number) || self.surface == Some(number)
    }
}

impl Phrases {
    /// Adds `words` in a row.
    pub(super) fn add(&mut self, words: Vec<AnalyzedWord>, form: Form) {
        let numbers = words.into_iter().map(|word| {
            let next = (self.stems.len() + self.surfaces.len()) as u32;
            match form {
                Form::Stemmed => *self.stems.entry(word.stem).or_insert(next),
                Form::Exact => *self.surfaces.entry(word.surface).or_insert(next),
            }
        });
        let phrase = numbers.collect();
        if !self.phrases.contains(&phrase) {
            self.phrases.push(phrase);
        }
    }

    /// Which word of a phrase the one is that is written as `surface`.
    pub(super) fn piece(&self, surface: &str, stem: &str) -> Piece {
        Piece { stem: self.stems.get(stem).copied(), surface: self.surfaces.get(surface).copied() }
    }

    /// The words of phrases, stemmed and as written.
    pub(super) fn words(&self) -> impl Iterator<Item = &String> {
        self.stems.keys().chain(self.surfaces.keys())
    }

    /// The places of those of `placed`, the pieces of one text in order, that stand
    /// in a phrase.
    pub(super) fn ranges(&self, placed: Vec<Placed>) -> impl Iterator<Item = Range<usize>> {
        let mut is_in_phrase = vec![false; placed.len()];
        for phrase in &self.phrases {
            for (at, row) in placed.windows(phrase.len()).enumerate() {
                let is_here = row.iter().zip(phrase).enumerate().all(|(step, (word, number))| {
                    word.piece.is(*number) && word.position == row[0].position + step
                });
                if is_here {
                    is_in_phrase[at..at + phrase.len()].fill(true);
                }
            }
        }
        let placed = placed.into_iter().zip(is_in_phrase);
        placed.filter(|(_, is_in_phrase)| *is_in_phrase).map(|(placed, _)| placed.range)
    }
}
