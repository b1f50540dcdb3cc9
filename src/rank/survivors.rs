//! Passages that may be among the best, and what is known of their scores.

use super::list::List;

/// A passage with what the lists looked at so far give it.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub(super) doc: u32,
    /// Its slot in the block it came from.
    pub(super) slot: u32,
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

/// Makes candidates of those of the passages `docs` of which `propose` says so,
/// given its slot.
#[inline]
pub(super) fn fill(
    candidates: &mut Vec<Candidate>,
    docs: &[u32],
    mut propose: impl FnMut(usize, u32) -> (f64, bool),
) {
    candidates.resize(docs.len(), Candidate { doc: 0, slot: 0, sum: 0.0 });
    let mut kept = 0;
    for (slot, &doc) in docs.iter().enumerate() {
        let (sum, stays) = propose(slot, doc);
        candidates[kept] = Candidate { doc, slot: slot as u32, sum };
        kept += usize::from(stays);
    }
    candidates.truncate(kept);
}

/// Makes candidates of those of the passages `docs` whose `scores` reach `floor`.
#[inline]
pub(super) fn fill_scored(
    candidates: &mut Vec<Candidate>,
    docs: &[u32],
    scores: &[f32],
    floor: f64,
) {
    fill(candidates, &docs[..scores.len().min(docs.len())], |slot, _| {
        let score = f64::from(scores[slot]);
        (score, score >= floor)
    });
}

/// Keeps those of `candidates` of which `keep` says so.
///
/// As [`Vec::retain_mut`], but without a branch on the answer, which here is as
/// good as random.
#[inline]
pub(super) fn keep(candidates: &mut Vec<Candidate>, mut keep: impl FnMut(&mut Candidate) -> bool) {
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
    let mut last = None;
    let mut needed = f64::NEG_INFINITY;
    let mut at = 0;
    keep(candidates, |candidate| {
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
        let mut stays = absent == Absent::Stays;
        if !list.lacks(candidate.doc) {
            list.cursor.unpack_docs();
            at = list.cursor.slot_from(at, candidate.doc);
            if list.cursor.doc_at(at) == candidate.doc {
                candidate.sum += f64::from(list.score_at(at));
                stays = true;
            }
        }
        stays && candidate.sum >= floor
    });
}
