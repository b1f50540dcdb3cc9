//! How many passages match, in how many documents.

use std::collections::HashSet;

use tantivy::TERMINATED;
use tantivy::columnar::StrColumn;

use super::evaluate::{Evaluator, Scope};
use super::parameters::{Parameters, Ranking};
use super::plan::Plan;
use crate::error::Result;
use crate::index::Snapshot;

/// How much matches a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Matches {
    /// Passages.
    pub passages: u64,
    /// Documents that hold them.
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
        let column = scope.segment.document_ids()?;
        let mut found: HashSet<u64> = HashSet::new();
        let mut doc = node.seek(0);
        while doc != TERMINATED {
            if scope.segment.is_alive(doc) {
                passages += 1;
                found.extend(column.as_ref().and_then(|column| column.ords().first(doc)));
            }
            doc = node.seek(doc + 1);
        }
        scope.segment.check_damage()?;
        documents.push((column, found));
    }
    Ok(Matches { passages, documents: count_documents(documents) })
}

/// A document's passages may lie in several segments; there its name decides.
fn count_documents(segments: Vec<(Option<&StrColumn>, HashSet<u64>)>) -> u64 {
    if let [(_, found)] = segments.as_slice() {
        return found.len() as u64;
    }
    let mut names: HashSet<String> = HashSet::new();
    for (column, found) in segments {
        let Some(column) = column else { continue };
        for ordinal in found {
            let mut name = String::new();
            if column.ord_to_str(ordinal, &mut name).unwrap_or(false) {
                names.insert(name);
            }
        }
    }
    names.len() as u64
}
