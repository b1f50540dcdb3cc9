//! Where a score came from.

use tantivy::DocAddress;

use super::evaluate::{Evaluator, Scope};
use super::parameters::Parameters;
use super::plan::{Leaf, Plan};
use crate::error::Result;
use crate::index::Snapshot;

/// One part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What matched.
    pub leaf: Leaf,
    /// What it added.
    pub score: f32,
}

/// The parts whose sum is the first stage's score of the passage at `address`
/// for `plan`, the greatest first.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where postings cannot be read.
pub fn explain(
    snapshot: &Snapshot,
    plan: &Plan,
    parameters: &Parameters,
    address: DocAddress,
) -> Result<Vec<Part>> {
    let evaluator = Evaluator::new(snapshot, parameters);
    let scope = Scope::new(&evaluator, address.segment_ord as usize);
    let mut parts = Vec::new();
    for leaf in plan.positive_leaves() {
        let mut node = scope.leaf(leaf)?;
        if node.seek(address.doc_id) == address.doc_id {
            let score = node.score() as f32;
            if score > 0.0 {
                parts.push(Part { leaf: leaf.clone(), score });
            }
        }
    }
    parts.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(parts)
}
