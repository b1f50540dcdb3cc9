//! The best passages that hold all of some terms, and perhaps some of others.
//!
//! The shortest list leads, a block at a time. Bounds say whether anything in the
//! block can enter at all: first with what the other lists reach anywhere, then
//! with what they reach between the block's first and last passage. If so, its
//! passages are the candidates. Bitmaps drop those that a frequent list lacks
//! before anything is scored; every other list, the shortest first, completes a
//! candidate or drops it.

use super::accept::Accept;
use super::list::List;
use super::top::Top;

struct Candidate {
    doc: u32,
    sum: f64,
}

/// Offers the passages of segment `segment` that hold all terms of `required`,
/// which is not empty, to `top`; those of `optional` add to the scores.
pub(super) fn intersection<'a>(
    mut required: Vec<List<'a>>,
    optional: Vec<List<'a>>,
    segment: usize,
    accept: &Accept<'_>,
    top: &mut Top<'_>,
) {
    // Where a bitmap dropped what its list lacks, that list is asked last.
    required.sort_by_key(|list| list.cursor.doc_freq());
    let leader = required.remove(0);
    required.sort_by_key(|list| (list.has_bitmap(), list.cursor.doc_freq()));
    let demanded = required.len();
    let mut others = required;
    others.extend(optional);
    let rests = vec![0.0; others.len() + 1];
    let candidates = Vec::new();
    Intersection { leader, others, demanded, rests, candidates, segment, accept, top }.run();
}

struct Intersection<'i, 'a, 's> {
    leader: List<'a>,
    /// The lists that passages must be in, then those that they may be in.
    others: Vec<List<'a>>,
    /// How many of `others` passages must be in.
    demanded: usize,
    /// `rests[n]` is the most that the others from the n-th on can add to a
    /// passage of the leader's block.
    rests: Vec<f64>,
    candidates: Vec<Candidate>,
    segment: usize,
    accept: &'i Accept<'i>,
    top: &'i mut Top<'s>,
}

impl Intersection<'_, '_, '_> {
    fn run(&mut self) {
        let anywhere: f64 = self.others.iter_mut().map(List::bound).sum();
        while !self.leader.cursor.is_past() {
            if self.leader.block_bound() + anywhere >= self.top.floor() {
                let Bounded::Yes = self.bound_block() else { return };
                if self.leader.block_bound() + self.rests[0] >= self.top.floor() {
                    self.propose();
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
            // A list with a bitmap is long: its blocks are shorter than the
            // leader's by far, and their bounds together say little.
            sum += if list.has_bitmap() {
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

    /// Makes candidates of those passages of the leader's block that no bitmap
    /// speaks against.
    fn propose(&mut self) {
        let floor = self.top.floor() - self.rests[0];
        let demanded = &self.others[..self.demanded];
        self.leader.score_block();
        let pairs = self.leader.cursor.docs().iter().zip(self.leader.scores());
        self.candidates.clear();
        self.candidates.extend(
            pairs
                .map(|(&doc, &score)| Candidate { doc, sum: f64::from(score) })
                .filter(|candidate| candidate.sum >= floor),
        );
        for list in demanded.iter().filter(|list| list.has_bitmap()) {
            self.candidates.retain(|candidate| !list.lacks(candidate.doc));
        }
    }

    /// Completes the candidates and offers those that are left.
    fn complete(&mut self) {
        for (n, list) in self.others.iter_mut().enumerate() {
            if self.candidates.is_empty() {
                return;
            }
            let (is_demanded, rest) = (n < self.demanded, self.rests[n + 1]);
            let floor = self.top.floor() - rest;
            self.candidates.retain_mut(|candidate| {
                if !list.lacks(candidate.doc) {
                    list.cursor.seek_block(candidate.doc);
                    if candidate.sum + list.block_bound() < floor {
                        return false;
                    }
                    if list.cursor.seek(candidate.doc) == candidate.doc {
                        candidate.sum += f64::from(list.score());
                    } else if is_demanded {
                        return false;
                    }
                }
                candidate.sum >= floor
            });
        }
        for candidate in &self.candidates {
            if candidate.sum >= self.top.floor() && self.accept.accepts(candidate.doc) {
                self.top.offer(self.segment, candidate.doc, candidate.sum);
            }
        }
    }
}

/// Whether a block of the leader can hold anything at all.
enum Bounded {
    Yes,
    /// A list that passages must be in is at its end.
    No,
}
