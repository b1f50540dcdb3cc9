//! How many passages match, in how many documents.

use std::collections::HashSet;

use tantivy::{DocAddress, TERMINATED};

use super::evaluator::Evaluator;
use super::parameters::{Parameters, Ranking};
use super::plan::Plan;
use super::scope::Scope;
use crate::error::Result;
use crate::index::{OpenSegment, Snapshot};

/// How much matches a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Matches {
    /// Passages.
    pub passages: u64,
    /// Documents that hold them, by their ids: those that several sources call by one
    /// count once.
    pub documents: u64,
}

/// Counts all matches of `plan`. Takes time in proportion to their number.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where postings or columns cannot be read.
pub fn count(snapshot: &Snapshot, plan: &Plan) -> Result<Matches> {
    let parameters = Parameters::new(Ranking::Bm25);
    let evaluator = Evaluator::new(snapshot, &parameters);
    let mut passages = 0;
    let mut documents = Vec::new();
    for ordinal in 0..snapshot.segments().len() {
        let scope = Scope::new(&evaluator, ordinal);
        let mut node = scope.node(plan)?;
        let mut found: HashSet<u64> = HashSet::new();
        let mut doc = node.seek(0);
        while doc != TERMINATED {
            if scope.segment.is_alive(doc) {
                passages += 1;
                found.extend(scope.segment.document(doc)?);
            }
            doc = node.seek(doc + 1);
        }
        scope.segment.check_damage()?;
        documents.push((scope.segment, found));
    }
    Ok(Matches { passages, documents: count_documents(documents)? })
}

/// Keeps those of `addresses`, which ascend, whose passages match `plan`. Takes
/// time in proportion to their number.
///
/// # Errors
///
/// As [`count`].
pub fn retain_matching<T>(
    snapshot: &Snapshot,
    plan: &Plan,
    addresses: &mut Vec<(DocAddress, T)>,
) -> Result<()> {
    let parameters = Parameters::new(Ranking::Bm25);
    let evaluator = Evaluator::new(snapshot, &parameters);
    let mut matching = Vec::with_capacity(addresses.len());
    for group in addresses.chunk_by(|(a, _), (b, _)| a.segment_ord == b.segment_ord) {
        let scope = Scope::new(&evaluator, group[0].0.segment_ord as usize);
        let mut node = scope.node(plan)?;
        let mut at = None;
        for (DocAddress { doc_id, .. }, _) in group {
            let next = at.filter(|at| at >= doc_id).unwrap_or_else(|| node.seek(*doc_id));
            matching.push(next == *doc_id && scope.segment.is_alive(*doc_id));
            at = Some(next);
        }
        scope.segment.check_damage()?;
    }
    let mut matching = matching.into_iter();
    addresses.retain(|_| matching.next().unwrap_or(false));
    Ok(())
}

/// A document's passages may lie in several segments; there its name decides.
fn count_documents(segments: Vec<(&OpenSegment, HashSet<u64>)>) -> Result<u64> {
    if let [(_, found)] = segments.as_slice() {
        return Ok(found.len() as u64);
    }
    let mut names: HashSet<String> = HashSet::new();
    for (segment, found) in segments {
        for document in found {
            names.extend(segment.document_id(document)?);
        }
    }
    Ok(names.len() as u64)
}
