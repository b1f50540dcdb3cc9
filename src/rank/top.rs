//! The best passages so far, and what a passage must reach to be among them.
//!
//! Equal scores are common among short passages. They are ordered by document
//! id and ordinal, never by address, so that the outcome depends neither on the
//! number of segments nor on the threads that made them. Two things make that
//! hold: nothing is skipped whose bound equals the threshold, and scores are sums of
//! 32-bit numbers in 64 bits. These come out the same in any order where the numbers lie
//! within 2²⁸ of each other, as those of a query do; else the last of 53 bits may
//! differ, which is cut off again but for a hair.

use std::cell::{OnceCell, RefCell};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use tantivy::DocAddress;

use crate::error::{Error, Result};
use crate::index::{OpenSegment, Snapshot};

/// A passage's address in a snapshot and its score, which is raw: comparable
/// within one query and nothing more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoredPassage {
    /// Where it is.
    pub address: DocAddress,
    /// Its score; higher is better, 0 is possible.
    pub score: f32,
}

/// The best passages so far.
pub(super) struct Top<'s> {
    limit: usize,
    /// A heap whose first entry is the worst.
    heap: Vec<Kept>,
    floor: f64,
    keys: Keys<'s>,
}

/// A passage with the number of its document, which is read when an equal is met:
/// on its way through the heap a passage can meet several.
struct Kept {
    passage: ScoredPassage,
    document: OnceCell<Option<u64>>,
}

impl<'s> Top<'s> {
    /// Keeps the `limit` best; `limit` is at least 1.
    pub(super) fn new(snapshot: &'s Snapshot, limit: usize) -> Self {
        Self { limit, heap: Vec::new(), floor: f64::NEG_INFINITY, keys: Keys::new(snapshot) }
    }

    /// What the sum of a passage's scores must reach to be looked at. Lower by a
    /// rounding than the score of the worst passage kept. While there is room it
    /// is what was promised, at first negative infinity.
    #[inline]
    pub(super) fn floor(&self) -> f64 {
        self.floor
    }

    /// How many passages are kept.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Whether the passage is among the best so far.
    pub(super) fn holds(&self, segment: usize, doc: u32) -> bool {
        let address = DocAddress::new(segment as u32, doc);
        self.heap.iter().any(|kept| kept.passage.address == address)
    }

    /// Says that as many passages as there is room for score `score` or more.
    pub(super) fn promise(&mut self, score: f64) {
        self.floor = self.floor.max(score);
    }

    /// Takes the passage in if it belongs to the best.
    pub(super) fn offer(&mut self, segment: usize, doc: u32, sum: f64) {
        let address = DocAddress::new(segment as u32, doc);
        let passage = ScoredPassage { address, score: sum as f32 };
        let passage = Kept { passage, document: OnceCell::new() };
        if self.heap.len() < self.limit {
            self.heap.push(passage);
            self.sift_up();
            if self.heap.len() < self.limit {
                return;
            }
        } else if self.keys.compare(&passage, &self.heap[0]) == Ordering::Less {
            self.heap[0] = passage;
            self.sift_down();
        } else {
            return;
        }
        // 32 bits round the sum by at most 2⁻²⁴ of it.
        self.promise(f64::from(self.heap[0].passage.score) * (1.0 - 1e-7));
    }

    /// The best passages, best first.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`] where the columns that order equal scores
    /// cannot be read.
    pub(super) fn into_sorted(self) -> Result<Vec<ScoredPassage>> {
        let Self { mut heap, keys, .. } = self;
        heap.sort_by(|a, b| keys.compare(a, b));
        match keys.failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(heap.into_iter().map(|kept| kept.passage).collect()),
        }
    }

    fn sift_up(&mut self) {
        let mut at = self.heap.len() - 1;
        while at > 0 {
            let parent = (at - 1) / 2;
            if self.keys.compare(&self.heap[at], &self.heap[parent]) != Ordering::Greater {
                return;
            }
            self.heap.swap(at, parent);
            at = parent;
        }
    }

    fn sift_down(&mut self) {
        let mut at = 0;
        loop {
            let left = 2 * at + 1;
            let Some(child) = self.heap.get(left) else { return };
            let right = self.heap.get(left + 1);
            let worse =
                right.is_some_and(|right| self.keys.compare(right, child) == Ordering::Greater);
            let child = if worse { left + 1 } else { left };
            if self.keys.compare(&self.heap[child], &self.heap[at]) != Ordering::Greater {
                return;
            }
            self.heap.swap(at, child);
            at = child;
        }
    }
}

/// What orders equal scores, read when the first two meet.
struct Keys<'s> {
    segments: &'s [OpenSegment],
    /// Where documents stand among those of another segment, by that segment and theirs.
    /// One passage, the worst that is kept, is compared with many where scores are equal.
    places: RefCell<HashMap<(u32, u32, u64), Place>>,
    failure: OnceCell<Error>,
}

/// Where an id stands among the ids of a segment, or would stand.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// How many of these come before it.
    before: u64,
    /// Whether it is one of them.
    is_there: bool,
}

impl<'s> Keys<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        let (places, failure) = (RefCell::default(), OnceCell::new());
        Self { segments: snapshot.segments(), places, failure }
    }

    /// Better is less.
    fn compare(&self, a: &Kept, b: &Kept) -> Ordering {
        let by_score = b.passage.score.total_cmp(&a.passage.score);
        if by_score != Ordering::Equal { by_score } else { self.compare_equals(a, b) }
    }

    #[cold]
    fn compare_equals(&self, a: &Kept, b: &Kept) -> Ordering {
        let compared = self.compare_documents(a, b).and_then(|by_document| match by_document {
            Ordering::Equal => Ok(self.ordinal(a)?.cmp(&self.ordinal(b)?)),
            decided => Ok(decided),
        });
        let ordering = compared.unwrap_or_else(|error| {
            let _ = self.failure.set(error);
            Ordering::Equal
        });
        ordering.then_with(|| a.passage.address.cmp(&b.passage.address))
    }

    fn compare_documents(&self, a: &Kept, b: &Kept) -> Result<Ordering> {
        let (in_a, in_b) = (a.passage.address.segment_ord, b.passage.address.segment_ord);
        match (self.document(a)?, self.document(b)?) {
            (Some(a), Some(b)) if in_a != in_b => {
                let Place { before, is_there } = self.place(in_a, in_b, b)?;
                let or_behind = if is_there { Ordering::Equal } else { Ordering::Greater };
                Ok(a.cmp(&before).then(or_behind))
            }
            // Within a segment the id's number in the sorted dictionary orders as
            // the id does.
            (a, b) => Ok(a.cmp(&b)),
        }
    }

    /// Where the document number `document` of the segment `of` stands among those of
    /// the segment `among`.
    fn place(&self, among: u32, of: u32, document: u64) -> Result<Place> {
        match self.places.borrow_mut().entry((among, of, document)) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(slot) => {
                let id = self.segments[of as usize].document_id(document)?.unwrap_or_default();
                let (before, is_there) = self.segments[among as usize].place_of_id(&id)?;
                Ok(*slot.insert(Place { before, is_there }))
            }
        }
    }

    fn document(&self, kept: &Kept) -> Result<Option<u64>> {
        if let Some(&number) = kept.document.get() {
            return Ok(number);
        }
        let number = self.of(kept).document(kept.passage.address.doc_id)?;
        Ok(*kept.document.get_or_init(|| number))
    }

    fn ordinal(&self, kept: &Kept) -> Result<Option<u64>> {
        let ordinals = self.of(kept).ordinals()?;
        Ok(ordinals.and_then(|ordinals| ordinals.first(kept.passage.address.doc_id)))
    }

    fn of(&self, kept: &Kept) -> &OpenSegment {
        &self.segments[kept.passage.address.segment_ord as usize]
    }
}
