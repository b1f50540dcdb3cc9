//! The rarest term first.
//!
//! A short list with a high bound holds most of what gets to the top. Its
//! passages are looked at before all others, whole, and set a threshold under
//! which little is left to do for the union of the other lists.

use super::{Scratch, Union};
use crate::rank::list::List;
use crate::rank::proposal::propose;
use crate::rank::survivors::{Absent, Candidate, complete};
use crate::rank::target::{Repeats, Target};

/// A list is looked at first only where it is so many times shorter than the
/// others together. Chosen by measurement.
const MIN_PART: f64 = 3.0;

/// Of more lists each would be looked up too often. Chosen by hand.
const MAX_LISTS: usize = 8;

/// A list of fewer passages seldom fills even a top of ten, and sets no threshold
/// unless it does. Chosen by hand.
const MIN_PASSAGES: f64 = 16.0;

/// Whether a passage was offered before is looked up among all that are kept, which
/// for more than this takes longer than it saves. Chosen by hand.
const MAX_KEPT: usize = 1024;

/// Offers the passages, below `max_doc`, that hold any of the terms. Looks at
/// rare lists first as long as that pays, then at the union of the others.
pub(in crate::rank) fn union(
    mut lists: &mut [List<'_>],
    max_doc: u32,
    target: &mut Target<'_, '_>,
    scratch: &mut Scratch,
) {
    while target.top.limit() <= MAX_KEPT
        && let Some(leader) = leader(lists)
    {
        lists.swap(0, leader);
        let Some((leader, others)) = lists.split_first_mut() else { return };
        look_through(leader, others, target, &mut scratch.candidates);
        target.repeats = Repeats::Yes;
        if others.iter_mut().map(List::bound).sum::<f64>() < target.floor() {
            return;
        }
        others.iter_mut().for_each(List::rewind);
        lists = others;
    }
    Union::new(lists, max_doc, target, scratch).run();
}

/// The list to look at first; `None` where there is none that pays.
fn leader(lists: &mut [List<'_>]) -> Option<usize> {
    if !(2..=MAX_LISTS).contains(&lists.len()) {
        return None;
    }
    let cost = |list: &List<'_>| f64::from(list.cursor.doc_freq());
    let all: f64 = lists.iter().map(cost).sum();
    let bounds = lists.iter_mut().map(List::bound).enumerate();
    let (leader, _) = bounds.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let own = cost(&lists[leader]);
    (own >= MIN_PASSAGES && own * (MIN_PART + 1.0) <= all).then_some(leader)
}

/// Offers the passages of `leader` with what `others` add to them.
fn look_through(
    leader: &mut List<'_>,
    others: &mut [List<'_>],
    target: &mut Target<'_, '_>,
    candidates: &mut Vec<Candidate>,
) {
    // What adds most for its length is asked first.
    let worth = |list: &mut List<'_>| list.bound() / f64::from(list.cursor.doc_freq());
    let mut others: Vec<(f64, &mut List<'_>)> =
        others.iter_mut().map(|list| (worth(list), list)).collect();
    others.sort_by(|a, b| b.0.total_cmp(&a.0));
    let bounds: Vec<f64> = others.iter_mut().map(|(_, list)| list.bound()).collect();
    // What the lists behind the n-th can still add.
    let mut rests: Vec<f64> = bounds
        .iter()
        .rev()
        .scan(0.0, |sum, bound| {
            *sum += bound;
            Some(*sum)
        })
        .collect();
    rests.reverse();
    rests.push(0.0);
    // The bitmaps of those without which nothing in the block can enter.
    let mut demanded = Vec::new();
    while !leader.cursor.is_past() {
        let needed = target.floor() - leader.block_bound();
        if rests[0] >= needed {
            demanded.clear();
            let others_and_bounds = others.iter().zip(&bounds);
            let without = others_and_bounds.filter(|&(_, bound)| rests[0] - bound < needed);
            demanded.extend(without.filter_map(|((_, list), _)| list.sieve()));
            leader.cursor.unpack_docs();
            let slots = 0..leader.cursor.docs().len();
            propose(candidates, leader, slots, &demanded, target.floor() - rests[0]);
            for ((_, list), rest) in others.iter_mut().zip(&rests[1..]) {
                if candidates.is_empty() {
                    break;
                }
                complete(candidates, list, target.floor() - rest, Absent::Stays);
            }
            target.offer_all(candidates);
        }
        leader.cursor.next_block();
    }
}
