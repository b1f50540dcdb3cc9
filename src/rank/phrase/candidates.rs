//! Which passages may hold a phrase, by the list of one of its terms alone.

use std::ops::Range;

use crate::index::postings::Cursor;
use crate::index::{Beside, Bitmap, Signatures};

/// The list that candidates are made from.
pub(super) struct Leader<'a> {
    /// The places in the phrase of the terms that the list is of.
    places: Range<usize>,
    cursor: Cursor<'a>,
    /// The signatures of its occurrences and what the phrase wants of them.
    signatures: Option<(Signatures<'a>, Beside)>,
    /// Sets that every candidate must be in, and the places of their terms.
    bitmaps: Vec<(usize, Bitmap<'a>)>,
}

/// Passages that may hold a phrase.
pub(super) struct Candidates {
    /// They, ascending.
    pub(super) passages: Vec<Candidate>,
    /// The places in the phrase of the terms whose list they are made from.
    places: Range<usize>,
    /// The places of other terms that all of them hold.
    held: Vec<usize>,
}

/// A passage that may hold a phrase.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub(super) doc: u32,
    /// How often it may hold it, at most.
    pub(super) most: u32,
}

impl Candidates {
    /// Whether they are made from the list of the term at `place` of the phrase.
    pub(super) fn are_made_from(&self, place: u32) -> bool {
        self.places.contains(&(place as usize))
    }

    /// Whether all of them are known to hold the term at `place` of the phrase, by its
    /// bitmap.
    pub(super) fn hold(&self, place: u32) -> bool {
        self.held.contains(&(place as usize))
    }
}

impl<'a> Leader<'a> {
    pub(super) fn new(
        places: Range<usize>,
        cursor: Cursor<'a>,
        signatures: Option<(Signatures<'a>, Beside)>,
        bitmaps: Vec<(usize, Bitmap<'a>)>,
    ) -> Self {
        Self { places, cursor, signatures, bitmaps }
    }

    /// All candidates.
    pub(super) fn candidates(mut self) -> Candidates {
        let exact = self.bitmaps.iter().filter(|(_, bitmap)| bitmap.is_exact());
        let held = exact.map(|&(place, _)| place).collect();
        let mut candidates = Vec::new();
        let mut fitting = Vec::new();
        while !self.cursor.is_past() {
            match self.signatures {
                Some((signatures, beside)) => {
                    let occurrences = self.cursor.block_occurrences();
                    signatures.find(occurrences.clone(), beside, &mut fitting);
                    self.add_fitting(&fitting, occurrences, &mut candidates);
                }
                None => self.add_all(&mut candidates),
            }
            self.cursor.next_block();
        }
        Candidates { passages: candidates, places: self.places, held }
    }

    /// Adds the passages of the current block that the occurrences numbered
    /// `fitting` are in.
    fn add_fitting(
        &mut self,
        fitting: &[u32],
        occurrences: Range<u64>,
        candidates: &mut Vec<Candidate>,
    ) {
        if fitting.is_empty() {
            return;
        }
        self.cursor.unpack_docs();
        let docs = self.cursor.docs();
        if occurrences.end - occurrences.start == docs.len() as u64 {
            // Each passage has one.
            let docs = fitting.iter().filter_map(|&slot| docs.get(slot as usize).copied());
            let docs = docs.filter(|&doc| self.may_hold(doc));
            return candidates.extend(docs.map(|doc| Candidate { doc, most: 1 }));
        }
        self.cursor.unpack_all();
        let mut passages = self.cursor.docs().iter().zip(self.cursor.freqs());
        // The passage at hand, and the first occurrence behind it.
        let (mut doc, mut end) = (0, 0);
        for &occurrence in fitting {
            while occurrence >= end {
                let Some((&next, &freq)) = passages.next() else { return };
                (doc, end) = (next, freq.saturating_add(end));
            }
            match candidates.last_mut() {
                Some(last) if last.doc == doc => last.most += 1,
                _ if self.may_hold(doc) => candidates.push(Candidate { doc, most: 1 }),
                _ => {}
            }
        }
    }

    /// Whether no bitmap speaks against `doc`.
    fn may_hold(&self, doc: u32) -> bool {
        self.bitmaps.iter().all(|(_, bitmap)| bitmap.may_hold(doc))
    }

    fn add_all(&mut self, candidates: &mut Vec<Candidate>) {
        self.cursor.unpack_all();
        let pairs = self.cursor.docs().iter().zip(self.cursor.freqs());
        candidates.extend(
            pairs
                .filter(|&(&doc, _)| self.may_hold(doc))
                .map(|(&doc, &most)| Candidate { doc, most }),
        );
    }
}
