//! Passages in which terms stand together.
//!
//! [`Phrase`] walks them one after the other; [`best`] finds the best without
//! looking at most.

mod best;
mod candidates;
mod open;
mod verify;

use tantivy::TERMINATED;

pub(super) use self::best::best;
use self::candidates::Candidates;
use self::verify::Verify;
use super::scale::Scale;
use crate::index::postings::{BLOCK, Cursor, Positions};
use crate::index::{Beside, Signatures};

/// How the terms have to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrangement {
    /// One right behind the other, in order.
    InOrder,
    /// In any order, with at most this many other words between them in all.
    Within(u32),
}

/// Asked how often the terms of a phrase stand in order in a passage.
pub(super) type Count<'a> = Box<dyn FnMut(u32) -> u32 + 'a>;

/// One term of a phrase.
pub(super) struct PhraseTerm<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) positions: Positions<'a>,
    /// The signatures of its occurrences and what the phrase wants of them.
    pub(super) signatures: Option<(Signatures<'a>, Beside)>,
}

/// Walks the passages in which terms stand as arranged. The number of
/// occurrences is scored as a term frequency.
pub(super) struct Phrase<'a> {
    /// The shortest list first, which leads.
    terms: Vec<PlacedTerm<'a>>,
    arrangement: Arrangement,
    lengths: &'a [u8],
    scale: &'a Scale,
    factor: f32,
    /// Tells how often the terms stand in order in any passage, where that is not read
    /// off their lists.
    count: Option<Count<'a>>,
    verify: Option<Verify<'a>>,
    doc: u32,
    /// Occurrences in the current passage; at least 1 before the end.
    occurrences: u32,
}

struct PlacedTerm<'a> {
    term: PhraseTerm<'a>,
    /// The term's place in the phrase, from 0.
    place: u32,
    /// Whether its list is asked about a candidate.
    is_asked: bool,
    found: Vec<u32>,
}

impl<'a> Phrase<'a> {
    /// The phrase of `terms`, in order, in front of its first passage.
    pub(super) fn new(
        terms: Vec<PhraseTerm<'a>>,
        arrangement: Arrangement,
        lengths: &'a [u8],
        scale: &'a Scale,
        factor: f32,
        verify: Option<Verify<'a>>,
    ) -> Self {
        let mut terms: Vec<PlacedTerm<'a>> = (0..)
            .zip(terms)
            .map(|(place, term)| PlacedTerm { term, place, is_asked: true, found: Vec::new() })
            .collect();
        terms.sort_by_key(|placed| placed.term.cursor.doc_freq());
        Self {
            terms,
            arrangement,
            lengths,
            scale,
            factor,
            count: None,
            verify,
            doc: 0,
            occurrences: 0,
        }
    }

    /// The same for `candidates`, where `count` tells how often the terms stand in
    /// order. Before it lists are asked, which say no at less cost: but for those that
    /// do not know what stands beside their terms, and whose bitmaps have been asked.
    fn counted_by(mut self, count: Count<'a>, candidates: &Candidates) -> Self {
        for placed in &mut self.terms {
            placed.is_asked = placed.is_asked_about(candidates);
        }
        self.count = Some(count);
        self
    }

    /// Whether to read off the lists how often the terms stand in order takes more than
    /// to read each of `candidates`, which lie apart: where a list that would be read
    /// for that alone has a block for each.
    fn is_dear(&self, candidates: &Candidates) -> bool {
        let mut terms = self.terms.iter();
        terms.any(|placed| {
            !candidates.are_made_from(placed.place)
                && !placed.is_asked_about(candidates)
                && placed.blocks() >= candidates.passages.len()
        })
    }

    /// Moves in front of the first passage.
    pub(super) fn rewind(&mut self) {
        self.terms.iter_mut().for_each(|placed| placed.term.cursor.rewind());
        self.doc = 0;
    }

    /// The score of the current passage.
    pub(super) fn score(&self) -> f32 {
        self.score_of(self.doc, self.occurrences)
    }

    fn score_of(&self, doc: u32, occurrences: u32) -> f32 {
        let code = self.lengths.get(doc as usize).copied().unwrap_or(0);
        let freq = occurrences as f32;
        self.factor * (freq / (freq + self.scale.norms()[usize::from(code)]))
    }

    /// Moves to the first match at or behind `target` and returns it.
    pub(super) fn seek(&mut self, target: u32) -> u32 {
        let mut candidate = target;
        loop {
            candidate = self.align(candidate);
            self.doc = candidate;
            if candidate == TERMINATED || self.matches(f64::NEG_INFINITY) {
                return candidate;
            }
            candidate += 1;
        }
    }

    /// Moves to `doc` and says whether it is a match that scores `floor` or more.
    /// Never moves back.
    pub(super) fn stands_in(&mut self, doc: u32, floor: f64) -> bool {
        self.doc = doc;
        self.terms.iter_mut().all(|placed| !placed.is_asked || placed.holds(doc))
            && self.matches(floor)
    }

    /// Whether the current passage, which holds all terms that are asked about it, is a
    /// match that scores `floor` or more.
    fn matches(&mut self, floor: f64) -> bool {
        // Terms in order stand so at most as often as each of them does beside the
        // right words. Near each other they may oftener: no floor is asked of them.
        let mut most = u32::MAX;
        for term in 0..self.terms.len() {
            if !self.terms[term].is_asked {
                continue;
            }
            most = most.min(self.terms[term].most());
            if most == 0 || !self.reaches(self.score_of(self.doc, most), floor) {
                return false;
            }
        }
        self.occurrences = match (&mut self.count, self.arrangement) {
            (Some(count), _) => count(self.doc),
            (None, Arrangement::InOrder) => self.count_in_order(),
            (None, Arrangement::Within(distance)) => self.count_within(distance),
        };
        self.occurrences > 0
            && self.reaches(self.score(), floor)
            && self.verify.as_mut().is_none_or(|verify| verify(self.doc))
    }

    fn reaches(&self, score: f32, floor: f64) -> bool {
        f64::from(score) >= floor
    }

    /// The first passage at or behind `candidate` that holds all terms.
    fn align(&mut self, mut candidate: u32) -> u32 {
        'next: loop {
            for placed in &mut self.terms {
                let doc = placed.term.cursor.seek(candidate);
                if doc == TERMINATED {
                    return TERMINATED;
                }
                if doc > candidate {
                    candidate = doc;
                    continue 'next;
                }
            }
            return candidate;
        }
    }

    /// Shifts every position to where the phrase would end, so that a phrase is
    /// a number that stands in all lists.
    fn count_in_order(&mut self) -> u32 {
        let last = self.terms.len() as u32 - 1;
        let (leader, others) = match self.terms.split_first_mut() {
            Some(parts) => parts,
            None => return 0,
        };
        leader.read(last - leader.place);
        for placed in others {
            placed.read(last - placed.place);
            retain_common(&mut leader.found, &placed.found);
            if leader.found.is_empty() {
                return 0;
            }
        }
        leader.found.len() as u32
    }

    /// Counts, for each occurrence that can begin one, the smallest window that holds
    /// every term, if it is narrow enough.
    fn count_within(&mut self, distance: u32) -> u32 {
        let widest = distance.saturating_add(self.terms.len() as u32 - 1);
        self.terms.iter_mut().for_each(|placed| placed.read(0));
        let mut at = vec![0; self.terms.len()];
        let mut windows = 0;
        loop {
            let mut first = (u32::MAX, 0);
            let mut last = 0;
            for (n, placed) in self.terms.iter().enumerate() {
                let Some(&position) = placed.found.get(at[n]) else {
                    return windows;
                };
                first = first.min((position, n));
                last = last.max(position);
            }
            if last - first.0 <= widest {
                windows += 1;
            }
            at[first.1] += 1;
        }
    }
}

impl PlacedTerm<'_> {
    /// How many blocks its list has.
    fn blocks(&self) -> usize {
        (self.term.cursor.doc_freq() as usize).div_ceil(BLOCK)
    }

    /// Whether its list has something to say of `candidates` that is not known of them.
    fn is_asked_about(&self, candidates: &Candidates) -> bool {
        !candidates.are_made_from(self.place)
            && (self.term.signatures.is_some() || !candidates.hold(self.place))
    }

    /// Moves to `doc` and says whether the term stands there.
    fn holds(&mut self, doc: u32) -> bool {
        self.term.cursor.seek(doc) == doc
    }

    /// How often the term stands in the current passage beside the right words,
    /// at most.
    fn most(&mut self) -> u32 {
        let PhraseTerm { cursor, signatures, .. } = &mut self.term;
        let freq = cursor.freq();
        match signatures {
            Some((signatures, beside)) => {
                let first = cursor.first_occurrence();
                signatures.count(first..first + u64::from(freq), *beside)
            }
            None => freq,
        }
    }

    fn read(&mut self, shift: u32) {
        self.term.positions.read(&mut self.term.cursor, shift, &mut self.found);
    }
}

/// Keeps of the ascending `common` what stands in the ascending `other` too.
fn retain_common(common: &mut Vec<u32>, other: &[u32]) {
    let mut other = other.iter().peekable();
    common.retain(|position| {
        while other.next_if(|next| *next < position).is_some() {}
        other.peek() == Some(&position)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_common_positions_are_kept() {
        let mut common = vec![1, 4, 6, 9];
        retain_common(&mut common, &[0, 4, 5, 9, 12]);
        assert_eq!(common, [4, 9]);
    }
}
