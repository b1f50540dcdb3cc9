//! The best passages that hold all of some terms, and perhaps some of others.
//!
//! The shortest list leads. Over each stretch in which no list leaves its block
//! the bounds of the blocks say whether anything there can enter; if so, the
//! leader's passages are the candidates, and every other list either completes a
//! candidate or drops it.

use tantivy::TERMINATED;

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
    mut optional: Vec<List<'a>>,
    segment: usize,
    accept: &Accept<'_>,
    top: &mut Top<'_>,
) {
    required.sort_by_key(|list| list.cursor.doc_freq());
    let (leader, others) = match required.split_first_mut() {
        Some(parts) => parts,
        None => return,
    };
    let mut candidates: Vec<Candidate> = Vec::new();
    // What the lists behind the n-th can still add.
    let mut rests = vec![0.0; others.len() + optional.len() + 1];
    let mut doc = 0;
    loop {
        doc = leader.cursor.peek(doc);
        if doc == TERMINATED {
            return;
        }
        let mut last = leader.cursor.last_doc();
        for list in others.iter_mut() {
            list.cursor.seek_block(doc);
            if list.cursor.is_past() {
                return;
            }
            last = last.min(list.cursor.last_doc());
        }
        for list in &mut optional {
            list.cursor.seek_block(doc);
            last = last.min(list.cursor.last_doc());
        }
        let rest = others.iter_mut().chain(&mut optional).rev();
        let mut sum = 0.0;
        for (slot, list) in rests.iter_mut().rev().skip(1).zip(rest) {
            sum += list.block_bound();
            *slot = sum;
        }
        if leader.block_bound() + rests[0] >= top.floor() {
            leader.score_block();
            candidates.clear();
            candidates.extend(in_stretch(leader, doc, last, top.floor() - rests[0]));
            for (n, list) in others.iter_mut().enumerate() {
                let floor = top.floor() - rests[n + 1];
                candidates.retain_mut(|candidate| {
                    if list.cursor.seek(candidate.doc) != candidate.doc {
                        return false;
                    }
                    candidate.sum += f64::from(list.score());
                    candidate.sum >= floor
                });
            }
            for list in &mut optional {
                for candidate in &mut candidates {
                    if list.cursor.seek(candidate.doc) == candidate.doc {
                        candidate.sum += f64::from(list.score());
                    }
                }
            }
            for candidate in &candidates {
                if candidate.sum >= top.floor() && accept.accepts(candidate.doc) {
                    top.offer(segment, candidate.doc, candidate.sum);
                }
            }
        }
        match last {
            TERMINATED => return,
            last => doc = last + 1,
        }
    }
}

/// The passages of the leader's block from `from` to `last` that score at least
/// `floor`.
fn in_stretch(
    leader: &List<'_>,
    from: u32,
    last: u32,
    floor: f64,
) -> impl Iterator<Item = Candidate> {
    let docs = leader.cursor.docs();
    let start = leader.cursor.slot_at(from).min(docs.len());
    let pairs = docs[start..].iter().zip(&leader.scores()[start..]);
    pairs
        .take_while(move |&(&doc, _)| doc <= last)
        .map(|(&doc, &score)| Candidate { doc, sum: f64::from(score) })
        .filter(move |candidate| candidate.sum >= floor)
}
