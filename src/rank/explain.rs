//! Where scores came from.

use std::collections::HashMap;

use tantivy::DocAddress;

use super::evaluator::Evaluator;
use super::node::Optional;
use super::plan::{Clauses, Leaf, Plan};
use super::scope::Scope;
use super::second::{self, Additions, GramTable};
use super::{Request, first};
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

/// For each passage of `addresses` the parts whose sum is the score that
/// [`super::top`] gave it, the greatest first. What all of them share is done
/// once; the limit of `request` is not looked at.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where postings or passages cannot be read.
///
/// # Panics
///
/// Where an address is of another snapshot.
pub fn explain(
    snapshot: &Snapshot,
    request: &Request<'_>,
    grams: &GramTable,
    addresses: &[DocAddress],
) -> Result<Vec<Vec<Part>>> {
    let evaluator = Evaluator::new(snapshot, request.parameters);
    let mut explained = matches(&evaluator, request.plan, addresses)?;
    let depth = request.parameters.second.depth;
    if depth > 0 && !addresses.is_empty() {
        // What is added depends on the other passages: all are scored again.
        let mut best = first::first_stage(&evaluator, request.plan, depth)?;
        let additions = second::rerank(&evaluator, request.wording, grams, &mut best)?;
        let added: HashMap<DocAddress, Additions> =
            best.iter().map(|scored| scored.address).zip(additions).collect();
        for (address, parts) in addresses.iter().zip(&mut explained) {
            let Some(added) = added.get(address) else { continue };
            parts.push(Part { reason: Reason::Nearness, score: added.nearness });
            parts.push(Part { reason: Reason::Grams, score: added.grams });
            parts.push(Part { reason: Reason::Likeness, score: added.likeness });
        }
    }
    for parts in &mut explained {
        parts.retain(|part| part.score > 0.0);
        parts.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
    Ok(explained)
}

/// For each passage of `addresses` what matched in it and counts.
fn matches(
    evaluator: &Evaluator<'_>,
    plan: &Plan,
    addresses: &[DocAddress],
) -> Result<Vec<Vec<Part>>> {
    let mut explained = vec![Vec::new(); addresses.len()];
    let mut order: Vec<usize> = (0..addresses.len()).collect();
    order.sort_unstable_by_key(|&at| addresses[at]);
    let segment = |at: usize| addresses[at].segment_ord;
    for of_segment in order.chunk_by(|&a, &b| segment(a) == segment(b)) {
        let scope = Scope::new(evaluator, segment(of_segment[0]) as usize);
        let mut tree = Tree::new(&scope, plan)?;
        for &at in of_segment {
            tree.take_apart(addresses[at].doc_id, &mut explained[at]);
        }
        scope.segment.check_damage()?;
    }
    Ok(explained)
}

/// A plan over one segment, in which each leaf can be asked for its own score.
/// Passages are asked for in order of their addresses.
enum Tree<'p, 'a> {
    Nothing,
    Everything,
    Leaf(&'p Leaf, Optional<'a>),
    Boolean { must: Vec<Self>, should: Vec<Self>, must_not: Vec<Optional<'a>> },
}

impl<'p, 'a> Tree<'p, 'a> {
    fn new(scope: &'a Scope<'_, '_>, plan: &'p Plan) -> Result<Self> {
        let each = |plans: &'p [Plan]| -> Result<Vec<Self>> {
            plans.iter().map(|plan| Self::new(scope, plan)).collect()
        };
        Ok(match plan {
            Plan::Nothing => Self::Nothing,
            Plan::Everything => Self::Everything,
            Plan::Leaf(leaf) => Self::Leaf(leaf, Optional::new(scope.leaf(leaf)?)),
            Plan::Boolean(Clauses { must, should, must_not }) => {
                let excluded = must_not.iter().map(|plan| scope.node(plan).map(Optional::new));
                Self::Boolean {
                    must: each(must)?,
                    should: each(should)?,
                    must_not: excluded.collect::<Result<_>>()?,
                }
            }
        })
    }

    /// Whether `doc` matches; if it does, adds to `parts` what its score is the sum
    /// of. A leaf adds nothing where what it is part of does not match.
    fn take_apart(&mut self, doc: u32, parts: &mut Vec<Part>) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Leaf(leaf, node) => {
                let score = node.score_of(doc);
                let part = |score| Part { reason: Reason::Match(leaf.clone()), score };
                parts.extend(score.map(|score| part(score as f32)));
                score.is_some()
            }
            Self::Boolean { must, should, must_not } => {
                let before = parts.len();
                let has_all = must.iter_mut().all(|tree| tree.take_apart(doc, parts));
                let mut suffices = should.is_empty() || !must.is_empty();
                for tree in should {
                    suffices |= tree.take_apart(doc, parts);
                }
                let is_match =
                    has_all && suffices && !must_not.iter_mut().any(|node| node.holds(doc));
                if !is_match {
                    parts.truncate(before);
                }
                is_match
            }
        }
    }
}
