//! Where a score came from.

use tantivy::DocAddress;

use super::evaluate::{Evaluator, Scope};
use super::plan::Leaf;
use super::second::{self, GramTable};
use super::{Request, search};
use crate::error::Result;
use crate::index::Snapshot;

/// One part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it is for.
    pub reason: Reason,
    /// What it added.
    pub score: f32,
}

/// What a part of a score is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// What matched, in the first stage.
    Match(Leaf),
    /// How near the query's words stand to each other.
    Nearness,
    /// How much of their spelling is shared.
    Grams,
    /// How much the passage is like the best ones.
    Likeness,
}

/// The parts whose sum is the score that [`super::top`] gave the passage at
/// `address`, the greatest first.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where postings or passages cannot be read.
pub fn explain<'g>(
    snapshot: &Snapshot,
    request: &Request<'_>,
    grams: impl FnOnce() -> Result<&'g GramTable>,
    address: DocAddress,
) -> Result<Vec<Part>> {
    let evaluator = Evaluator::new(snapshot, request.parameters);
    let scope = Scope::new(&evaluator, address.segment_ord as usize);
    let mut parts = Vec::new();
    for leaf in request.plan.positive_leaves() {
        let mut node = scope.leaf(leaf)?;
        if node.seek(address.doc_id) == address.doc_id {
            let score = node.score() as f32;
            parts.push(Part { reason: Reason::Match(leaf.clone()), score });
        }
    }
    let depth = request.parameters.second.depth;
    if depth > 0 {
        // What is added depends on the other passages: all are scored again.
        let mut best = search::first_stage(&evaluator, request.plan, request.limit.max(depth))?;
        let additions = second::rerank(&evaluator, request.wording, grams()?, &mut best)?;
        let place = best.iter().position(|scored| scored.address == address);
        if let Some(additions) = place.and_then(|place| additions.get(place)) {
            parts.push(Part { reason: Reason::Nearness, score: additions.nearness });
            parts.push(Part { reason: Reason::Grams, score: additions.grams });
            parts.push(Part { reason: Reason::Likeness, score: additions.likeness });
        }
    }
    parts.retain(|part| part.score > 0.0);
    parts.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(parts)
}
