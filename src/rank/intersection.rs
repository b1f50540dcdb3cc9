//! The best passages that hold all of some terms, and perhaps some of others.
//!
//! The shortest list leads, a block at a time. Bounds say whether anything in the
//! block can enter at all: first with what the other lists reach anywhere, then
//! with what they reach between the block's first and last passage. If so, its
//! passages are the candidates. Bitmaps drop most of those that a frequent list
//! lacks; then every list completes a candidate or drops it, those that passages must
//! be in before the others, of each the shortest first.

use super::list::List;
use super::proposal::propose;
use super::survivors::{Absent, Candidate, complete};
use super::target::Target;
use crate::index::Bitmap;

/// Offers the passages that hold all terms of `required`, which is not empty;
/// those of `optional` add to the scores.
pub(super) fn intersection<'a>(
    mut required: Vec<List<'a>>,
    mut optional: Vec<List<'a>>,
    target: &mut Target<'_, '_>,
) {
    required.sort_by_key(|list| list.cursor.doc_freq());
    optional.sort_by_key(|list| list.cursor.doc_freq());
    let leader = required.remove(0);
    let bitmaps = required.iter().filter_map(List::sieve).collect();
    let demanded = required.len();
    let mut others = required;
    others.extend(optional);
    let rests = vec![0.0; others.len() + 1];
    let candidates = Vec::new();
    Intersection { leader, others, demanded, rests, bitmaps, candidates, target }.run();
}

/// A list so many times longer than the leader's is bounded as a whole. Chosen by
/// measurement.
const LONGER: u32 = 4;

struct Intersection<'i, 'a, 't, 's> {
    leader: List<'a>,
    /// The lists that passages must be in, then those that they may be in.
    others: Vec<List<'a>>,
    /// How many of `others` passages must be in.
    demanded: usize,
    /// `rests[n]` is the most that the others from the n-th on can add to a
    /// passage of the leader's block.
    rests: Vec<f64>,
    /// Those of the lists that passages must be in.
    bitmaps: Vec<Bitmap<'a>>,
    candidates: Vec<Candidate>,
    target: &'i mut Target<'t, 's>,
}

impl Intersection<'_, '_, '_, '_> {
    fn run(&mut self) {
        let anywhere: f64 = self.others.iter_mut().map(List::bound).sum();
        while !self.leader.cursor.is_past() {
            if self.leader.block_bound() + anywhere >= self.target.floor() {
                let Bounded::Yes = self.bound_block() else { return };
                if self.leader.block_bound() + self.rests[0] >= self.target.floor() {
                    let slots = 0..self.leader.cursor.docs().len();
                    let floor = self.target.floor() - self.rests[0];
                    propose(&mut self.candidates, &mut self.leader, slots, &self.bitmaps, floor);
                    self.complete();
                }
            }
            self.leader.cursor.next_block();
        }
    }

    /// Fills `rests` for the leader's block.
    fn bound_block(&mut self) -> Bounded {
        self.leader.cursor.unpack_docs();
        let (Some(&first), Some(&last)) =
            (self.leader.cursor.docs().first(), self.leader.cursor.docs().last())
        else {
            return Bounded::No;
        };
        let mut sum = 0.0;
        for (n, list) in self.others.iter_mut().enumerate().rev() {
            // Many short blocks together say little more than the whole list.
            let is_far_longer = list.cursor.doc_freq() / LONGER > self.leader.cursor.doc_freq();
            sum += if is_far_longer && list.bitmap().is_some() {
                list.bound()
            } else {
                list.cursor.seek_block(first);
                if list.cursor.is_past() && n < self.demanded {
                    return Bounded::No;
                }
                list.bound_before(last + 1)
            };
            self.rests[n] = sum;
        }
        Bounded::Yes
    }

    /// Completes the candidates and offers those that are left.
    fn complete(&mut self) {
        for (n, list) in self.others.iter_mut().enumerate() {
            if self.candidates.is_empty() {
                return;
            }
            let absent = if n < self.demanded { Absent::Drops } else { Absent::Stays };
            let floor = self.target.floor() - self.rests[n + 1];
            complete(&mut self.candidates, list, floor, absent);
        }
        self.target.offer_all(&self.candidates);
    }
}

/// Whether a block of the leader can hold anything at all.
enum Bounded {
    Yes,
    /// A list that passages must be in is at its end.
    No,
}
