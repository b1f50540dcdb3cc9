//! Passages that may be among the best, and what is known of their scores.

use super::list::List;
use crate::index::Bitmap;

/// A passage with what the lists looked at so far give it.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub(super) doc: u32,
    pub(super) sum: f64,
}

/// What becomes of a candidate that is not in a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// It stays.
    Stays,
    /// It is dropped.
    Drops,
}

/// Keeps those of `candidates` of which `keep` says so.
///
/// As [`Vec::retain_mut`], but without a branch on the answer, which here is as
/// good as random.
#[inline]
fn keep(candidates: &mut Vec<Candidate>, mut keep: impl FnMut(&mut Candidate) -> bool) {
    let mut kept = 0;
    for n in 0..candidates.len() {
        let mut candidate = candidates[n];
        let stays = keep(&mut candidate);
        candidates[kept] = candidate;
        kept += usize::from(stays);
    }
    candidates.truncate(kept);
}

/// Adds to `candidates`, which ascend, what `list` gives them. Keeps those that
/// reach `floor` with it.
pub(super) fn complete(
    candidates: &mut Vec<Candidate>,
    list: &mut List<'_>,
    floor: f64,
    absent: Absent,
) {
    // Elsewhere the bound of a block seldom tells more than that of the window.
    let looks_at_bounds = absent == Absent::Drops || list.bitmap().is_some();
    // Where candidates must be in the list, its sieve had its say when they were
    // proposed.
    let bitmap = list.sieve().filter(|_| absent == Absent::Stays);
    if let Some(bitmap) = bitmap {
        keep(candidates, |candidate| (candidate.sum >= floor) | bitmap.may_hold(candidate.doc));
    }
    if let Some(bitmap) = list.bitmap().filter(Bitmap::is_exact) {
        return complete_in_place(candidates, list, bitmap, floor, absent);
    }
    let mut last = None;
    let mut needed = f64::NEG_INFINITY;
    let mut at = 0;
    keep(candidates, |candidate| {
        if bitmap.is_some_and(|bitmap| !bitmap.may_hold(candidate.doc)) {
            return true;
        }
        if last.is_none_or(|last| candidate.doc > last) {
            list.cursor.seek_block(candidate.doc);
            last = Some(list.cursor.last_doc());
            at = 0;
            if looks_at_bounds {
                needed = floor - list.block_bound();
            }
        }
        if candidate.sum < needed {
            return false;
        }
        list.cursor.unpack_docs();
        at = list.cursor.slot_from(at, candidate.doc);
        let is_held = list.cursor.doc_at(at) == candidate.doc;
        if is_held {
            candidate.sum += f64::from(list.score_at(at));
        }
        (is_held || absent == Absent::Stays) && candidate.sum >= floor
    });
}

/// As [`complete`], by an exact bitmap of `list`. Its ones from a block's first
/// passage to a candidate tell the candidate's slot, so that nothing is unpacked.
fn complete_in_place(
    candidates: &mut Vec<Candidate>,
    list: &mut List<'_>,
    bitmap: Bitmap<'_>,
    floor: f64,
    absent: Absent,
) {
    let mut last = None;
    let mut needed = f64::NEG_INFINITY;
    // The slot of the first passage of the list at or behind another passage.
    let (mut slot, mut slot_of) = (0, 0);
    keep(candidates, |candidate| {
        let doc = candidate.doc;
        if !bitmap.may_hold(doc) {
            return absent == Absent::Stays && candidate.sum >= floor;
        }
        if last.is_none_or(|last| doc > last) {
            list.cursor.seek_block(doc);
            last = Some(list.cursor.last_doc());
            (slot, slot_of) = (0, list.cursor.first_possible_doc());
            needed = floor - list.block_bound();
        }
        if candidate.sum < needed {
            return false;
        }
        slot += bitmap.count(slot_of..doc);
        slot_of = doc;
        candidate.sum += f64::from(list.score_in_place(doc, slot));
        candidate.sum >= floor
    });
}
