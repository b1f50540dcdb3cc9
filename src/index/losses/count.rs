//! Counts losses by the forward file of a segment.

use tantivy::DocId;

use super::Losses;
use super::write::encode;
use crate::error::Result;
use crate::index::forward::{self, Forward, ForwardToken};
use crate::index::segment::OpenSegment;

/// Counts what the deleted passages of `segment` hold, whose forward file is
/// `forward`.
///
/// # Errors
///
/// [`Error::IndexDamaged`](crate::Error::IndexDamaged).
pub(in crate::index) fn count(segment: &OpenSegment, forward: &Forward) -> Result<Losses> {
    let damaged = || segment.damaged("its forward file contradicts itself");
    let Counts { words, stems } = Counts::of(forward, segment.deleted()).ok_or_else(damaged)?;
    let grams = forward::gram_sums(words.len(), |at| {
        let passages = words[at].passages;
        (passages > 0).then(|| (forward.word(at as u32).unwrap_or_default(), passages))
    });
    let stems: Vec<(u32, Count)> = (0..).zip(stems).filter(|(_, stem)| stem.passages > 0).collect();
    encode(segment, &stems, &grams)
}

/// Where a word or a stem stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    /// In how many passages.
    pub(super) passages: u32,
    /// How often.
    pub(super) occurrences: u32,
    /// The number of the last one of them, counted from 1.
    last: u32,
}

impl Count {
    /// Adds what other passages come to.
    pub(super) fn add(&mut self, other: Self) {
        self.passages = self.passages.saturating_add(other.passages);
        self.occurrences = self.occurrences.saturating_add(other.occurrences);
    }

    /// Counts an occurrence in the passage with this number, counted from 1; those of
    /// one passage come one after the other.
    pub(super) fn meet(&mut self, passage: u32) {
        self.occurrences = self.occurrences.saturating_add(1);
        if self.last != passage {
            self.last = passage;
            self.passages += 1;
        }
    }
}

/// The words and stems of some passages, by their numbers in a forward file.
pub(super) struct Counts {
    pub(super) words: Vec<Count>,
    pub(super) stems: Vec<Count>,
}

impl Counts {
    /// Counts those of the passages `docs`; `None` where `forward` contradicts
    /// itself.
    pub(super) fn of(forward: &Forward, docs: &[DocId]) -> Option<Self> {
        let mut words = vec![Count::default(); forward.word_count()];
        let mut stems = vec![Count::default(); forward.stem_count()];
        for (passage, &doc) in (1..).zip(docs) {
            for token in forward.tokens(doc)?.1 {
                let ForwardToken::Word(word) = token else { continue };
                words.get_mut(word as usize)?.meet(passage);
                let (stem, _) = forward.stem_of(word)?;
                // Some words have a stem that is no term.
                if let Some(stem) = stems.get_mut(stem as usize) {
                    stem.meet(passage);
                }
            }
        }
        Some(Self { words, stems })
    }
}
