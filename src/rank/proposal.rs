//! Candidates from a block of the list that leads.
//!
//! Most passages of a block are dropped at once: by bitmaps of other lists without
//! which they cannot enter, or because they score too little, whichever tells more.
//! What is left is kept as a bit for each slot, and no step branches on an answer
//! that is as good as random.

use std::ops::Range;

use super::list::List;
use super::ones::Ones;
use super::survivors::Candidate;
use crate::index::Bitmap;
use crate::index::postings::BLOCK;

/// Makes candidates of the passages in `slots` of the leader's current block,
/// which is unpacked: of those that all of `bitmaps` may hold and whose scores
/// reach `floor`.
pub(super) fn propose(
    candidates: &mut Vec<Candidate>,
    leader: &mut List<'_>,
    slots: Range<usize>,
    bitmaps: &[Bitmap<'_>],
    floor: f64,
) {
    // What drops more passages has the first say. Where a passage of average length
    // does not reach the floor, few do.
    let chosen = if bitmaps.is_empty() || floor > leader.usual_score() {
        leader.score_block();
        let (docs, scores) = (leader.cursor.doc_slots(), leader.scores());
        let least = least_reaching(floor);
        let mut chosen = Slots::of(slots, |slot| scores[slot] >= least);
        bitmaps.iter().for_each(|bitmap| chosen.keep(|slot| bitmap.may_hold(docs[slot])));
        chosen
    } else {
        let docs = leader.cursor.doc_slots();
        let mut chosen = Slots::of(slots, |slot| bitmaps[0].may_hold(docs[slot]));
        bitmaps[1..].iter().for_each(|bitmap| chosen.keep(|slot| bitmap.may_hold(docs[slot])));
        leader.score_slots(chosen.len(), chosen.iter());
        let scores = leader.scores();
        chosen.keep(|slot| f64::from(scores[slot]) >= floor);
        chosen
    };
    let (docs, scores) = (leader.cursor.doc_slots(), leader.scores());
    candidates.clear();
    candidates.extend(
        chosen.iter().map(|slot| Candidate { doc: docs[slot], sum: f64::from(scores[slot]) }),
    );
}

/// The least score that reaches `floor`.
fn least_reaching(floor: f64) -> f32 {
    let nearest = floor as f32;
    if f64::from(nearest) < floor { nearest.next_up() } else { nearest }
}

/// Some slots of a block, a bit each.
struct Slots([u64; BLOCK / 64]);

impl Slots {
    /// Those of `range` of which `choose` says so, which is asked of all.
    #[inline]
    fn of(range: Range<usize>, choose: impl Fn(usize) -> bool) -> Self {
        let mut chosen = Self([0; BLOCK / 64]);
        for (n, bits) in chosen.0.iter_mut().enumerate() {
            let first = n * 64;
            let answers = std::array::from_fn(|n| u8::from(choose((first + n) % BLOCK)));
            *bits = packed(&answers) & within(range.clone(), first);
        }
        chosen
    }

    /// Keeps those of which `keep` says so.
    #[inline]
    fn keep(&mut self, keep: impl Fn(usize) -> bool) {
        for (n, bits) in self.0.iter_mut().enumerate() {
            let kept = Ones(*bits).map(|bit| u64::from(keep((n * 64 + bit) % BLOCK)) << bit);
            *bits = kept.fold(0, |kept, bit| kept | bit);
        }
    }

    fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    #[inline]
    fn iter(&self) -> impl Iterator<Item = usize> {
        self.0
            .iter()
            .enumerate()
            .flat_map(|(n, &bits)| Ones(bits).map(move |bit| (n * 64 + bit) % BLOCK))
    }
}

/// Bits for those of the 64 places from `first` on that lie in `range`.
fn within(range: Range<usize>, first: usize) -> u64 {
    let below = |end: usize| match end.saturating_sub(first) {
        places @ 0..64 => !(u64::MAX << places),
        64.. => u64::MAX,
    };
    below(range.end) & !below(range.start)
}

/// Bytes that are 0 or 1 as bits.
#[inline]
fn packed(answers: &[u8; 64]) -> u64 {
    // The product's highest byte gathers the lowest bit of each of eight.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let eights = answers.as_chunks().0.iter().rev();
    eights.fold(0, |bits, &eight| bits << 8 | u64::from_le_bytes(eight).wrapping_mul(GATHER) >> 56)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slots_are_those_chosen(
            answers in prop::collection::vec(any::<(bool, bool)>(), BLOCK),
            ends in (0..=BLOCK, 0..=BLOCK),
        ) {
            let range = ends.0.min(ends.1)..ends.0.max(ends.1);
            let mut chosen = Slots::of(range.clone(), |slot| answers[slot].0);
            let first: Vec<usize> = range.filter(|&slot| answers[slot].0).collect();
            prop_assert_eq!(chosen.len(), first.len());
            prop_assert_eq!(chosen.iter().collect::<Vec<_>>(), first.clone());
            chosen.keep(|slot| answers[slot].1);
            let both: Vec<usize> = first.into_iter().filter(|&slot| answers[slot].1).collect();
            prop_assert_eq!(chosen.iter().collect::<Vec<_>>(), both);
        }

        #[test]
        fn a_score_reaches_the_floor_if_it_reaches_the_least(
            floor in any::<f64>(),
            score in any::<f32>(),
        ) {
            prop_assert_eq!(score >= least_reaching(floor), f64::from(score) >= floor);
            let near = f64::from(score) * (1.0 + f64::EPSILON);
            prop_assert_eq!(score >= least_reaching(near), f64::from(score) >= near);
        }
    }
}
