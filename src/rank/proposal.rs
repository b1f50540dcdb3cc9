//! Candidates from a block of the list that leads.
//!
//! Most passages of a block are dropped before they are scored, by bitmaps of
//! other lists without which they cannot enter. What is left is kept as a row of
//! slots, one byte each, and no step branches on an answer that is as good as
//! random.

use std::ops::Range;

use super::list::List;
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
    let chosen = match bitmaps.split_first() {
        Some((first, others)) => {
            let docs = leader.cursor.doc_slots();
            let mut chosen = Slots::of(slots, |slot| first.may_hold(docs[slot]));
            for bitmap in others {
                chosen.keep(|slot| bitmap.may_hold(docs[slot]));
            }
            leader.score_slots(chosen.as_slice());
            let scores = leader.scores();
            chosen.keep(|slot| f64::from(scores[slot]) >= floor);
            chosen
        }
        None => {
            leader.score_block();
            let scores = leader.scores();
            Slots::of(slots, |slot| f64::from(scores[slot]) >= floor)
        }
    };
    let (docs, scores) = (leader.cursor.doc_slots(), leader.scores());
    candidates.clear();
    candidates.extend(chosen.as_slice().iter().map(|&slot| {
        let slot = usize::from(slot) % BLOCK;
        Candidate { doc: docs[slot], sum: f64::from(scores[slot]) }
    }));
}

/// Some slots of a block, ascending.
///
/// Places are taken modulo the length of a block, below which they are anyway, so
/// that the compiler need not check them.
struct Slots {
    slots: [u8; BLOCK],
    len: usize,
}

impl Slots {
    /// Those of `range` of which `choose` says so.
    #[inline]
    fn of(range: Range<usize>, choose: impl Fn(usize) -> bool) -> Self {
        let mut chosen = Self { slots: [0; BLOCK], len: 0 };
        for slot in range {
            chosen.slots[chosen.len % BLOCK] = slot as u8;
            chosen.len += usize::from(choose(slot % BLOCK));
        }
        chosen
    }

    /// Keeps those of which `keep` says so.
    #[inline]
    fn keep(&mut self, keep: impl Fn(usize) -> bool) {
        let mut kept = 0;
        for n in 0..self.len {
            let slot = self.slots[n % BLOCK];
            self.slots[kept % BLOCK] = slot;
            kept += usize::from(keep(usize::from(slot) % BLOCK));
        }
        self.len = kept;
    }

    fn as_slice(&self) -> &[u8] {
        &self.slots[..self.len]
    }
}
