//! The first stage: the best passages of a plan, the shortest way there is.

use std::cell::RefCell;

use tantivy::TERMINATED;

use super::evaluator::Evaluator;
use super::intersection::intersection;
use super::phrase::best;
use super::plan::Plan;
use super::scope::Scope;
use super::shape::{Core, Shape};
use super::target::{Repeats, Target};
use super::top::{ScoredPassage, Top};
use super::union::{Scratch, union};
use crate::error::Result;

/// The `limit` best passages that match `plan`, best first; equal scores in
/// order of document id, then ordinal.
pub(super) fn first_stage(
    evaluator: &Evaluator<'_>,
    plan: &Plan,
    limit: usize,
) -> Result<Vec<ScoredPassage>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    // One query after the other on a thread shares its room.
    thread_local!(static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new()));
    SCRATCH.with_borrow_mut(|scratch| evaluate(evaluator, plan, limit, scratch))
}

fn evaluate(
    evaluator: &Evaluator<'_>,
    plan: &Plan,
    limit: usize,
    scratch: &mut Scratch,
) -> Result<Vec<ScoredPassage>> {
    let snapshot = evaluator.snapshot;
    let shape = Shape::of(plan);
    let mut top = Top::new(snapshot, limit);
    for ordinal in 0..snapshot.segments().len() {
        let scope = Scope::new(evaluator, ordinal);
        let segment = scope.segment;
        let accept = scope.accept(&shape)?;
        let mut target =
            Target { segment: ordinal, accept: &accept, top: &mut top, repeats: Repeats::No };
        match &shape.core {
            Core::Union(terms) => {
                let mut lists = scope.lists(terms)?;
                if accept.is_everything() {
                    let reached = lists.iter().filter_map(|list| list.reached_by(limit));
                    reached.for_each(|score| target.top.promise(score));
                }
                union(&mut lists, segment.max_doc(), &mut target, scratch);
            }
            Core::Intersection { required, optional } => {
                let lists = scope.lists(required)?;
                if lists.len() == required.len() {
                    intersection(lists, scope.lists(optional)?, &mut target);
                }
            }
            Core::Phrase(leaf) => {
                if let Some(list) = scope.pair(leaf)? {
                    union(&mut [list], segment.max_doc(), &mut target, scratch);
                } else {
                    best(&scope, leaf, &mut target)?;
                }
            }
            Core::Tree(plan) => {
                let mut node = scope.node(plan)?;
                let mut doc = node.seek(0);
                while doc != TERMINATED {
                    target.offer(doc, node.score());
                    doc = node.seek(doc + 1);
                }
            }
        }
        segment.check_damage()?;
    }
    top.into_sorted()
}
