//! The postings of one term, brought together from all parts and chunks.

use super::chunk::{Chunk, Postings};
use super::words::{ABSENT, Terms};
use tantivy::schema::IndexRecordOption;

/// A term's postings in the order of the passages. Buffers that are used for
/// one term after the other.
#[derive(Debug, Default)]
pub(super) struct TermPostings {
    /// The passages that have the term, ascending.
    pub(super) passages: Vec<u32>,
    /// How often each of them has it.
    pub(super) freqs: Vec<u32>,
    /// The positions in each of them, one passage behind the other, each as the
    /// distance from the one before, the first in a passage from 0.
    pub(super) deltas: Vec<u32>,
    merged: Vec<u32>,
}

/// What of a term's postings is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The passages alone.
    Passages,
    /// All there is.
    Positions,
}

impl Wanted {
    /// What a field of `option` wants.
    pub(super) fn of(option: IndexRecordOption) -> Self {
        if option.has_freq() { Self::Positions } else { Self::Passages }
    }
}

/// The parts of one field: for each its first passage and its postings.
pub(super) type FieldParts<'a> = Vec<(u32, &'a Postings)>;

impl TermPostings {
    /// Gathers the postings of `term` in a field.
    pub(super) fn gather(
        &mut self,
        terms: &Terms<'_>,
        term: usize,
        parts: &FieldParts<'_>,
        wanted: Wanted,
    ) {
        self.passages.clear();
        self.freqs.clear();
        self.deltas.clear();
        for (part, &(base, postings)) in parts.iter().enumerate() {
            let ids = terms.ids(term).map(|ids| ids[part]).filter(|&id| id != ABSENT);
            for chunk in &postings.chunks {
                let mut runs = ids.clone().map(|id| chunk.run(id)).filter(|run| !run.is_empty());
                let Some(first) = runs.next() else { continue };
                let Some(second) = runs.next() else {
                    self.append(chunk, base, first, wanted);
                    continue;
                };
                // Several words of one stem. Each run ascends, which is what
                // this sort is made for.
                let mut merged = std::mem::take(&mut self.merged);
                merged.clear();
                [first, second].into_iter().chain(runs).for_each(|run| merged.extend(run));
                merged.sort();
                self.append(chunk, base, &merged, wanted);
                self.merged = merged;
            }
        }
    }

    fn append(&mut self, chunk: &Chunk, base: u32, run: &[u32], wanted: Wanted) {
        let passages = run.iter().map(|&occurrence| base + chunk.passage(occurrence));
        if wanted == Wanted::Passages {
            let mut last = None;
            self.passages
                .extend(passages.filter(|&passage| last.replace(passage) != Some(passage)));
            return;
        }
        // Whether an occurrence begins a passage is as good as random, so that
        // no branch may hang on it: every one writes its passage, and only the
        // first in a passage goes on to the next place.
        let start = self.passages.len();
        self.passages.resize(start + run.len(), 0);
        self.freqs.resize(start + run.len(), 0);
        let passages_out = &mut self.passages[start..];
        let freqs_out = &mut self.freqs[start..];
        let (mut last, mut position_before, mut count) = (u32::MAX, 0, 0);
        self.deltas.extend(run.iter().zip(passages).map(|(&occurrence, passage)| {
            let is_first = passage != last;
            last = passage;
            count += usize::from(is_first);
            passages_out[count - 1] = passage;
            freqs_out[count - 1] += 1;
            let position = chunk.position(occurrence);
            let delta = position.wrapping_sub(if is_first { 0 } else { position_before });
            position_before = position;
            delta
        }));
        self.passages.truncate(start + count);
        self.freqs.truncate(start + count);
    }
}
