//! The second stage: the best passages scored again.
//!
//! What the first stage cannot see, because it looks at one term at a time, is
//! added here for its best hundred alone: how near the query's words stand to
//! each other (`nearness`), how much of their spelling is shared (`grams`), and
//! how much a passage is like the best ones (`centroid`). Everything added is at
//! least 0, so nothing sinks below the passages that were not looked at.

mod centroid;
mod grams;
mod nearness;
mod wording;

pub use self::grams::GramTable;
pub use self::wording::{QueryWord, Wording};

use self::grams::Grams;
use self::nearness::Nearness;
use super::evaluator::Evaluator;
use super::passage_words::PassageWords;
use super::top::ScoredPassage;
use crate::error::Result;

/// What the later stages add to a passage's score.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Additions {
    pub(super) nearness: f32,
    pub(super) grams: f32,
    pub(super) likeness: f32,
}

/// Scores the first `depth` of `passages`, which are in order, again and puts
/// them in their new order; equal scores keep the order they had. Returns what
/// was added to each of them.
pub(super) fn rerank(
    evaluator: &Evaluator<'_>,
    wording: &Wording,
    grams: &GramTable,
    passages: &mut [ScoredPassage],
) -> Result<Vec<Additions>> {
    let weights = evaluator.parameters.second;
    let depth = weights.depth.min(passages.len());
    let best = &mut passages[..depth];
    if depth == 0 || wording.is_empty() {
        return Ok(Vec::new());
    }
    let candidates = PassageWords::read(evaluator, best)?;
    let nearness = Nearness::new(evaluator, wording, &candidates)?;
    let grams = Grams::new(evaluator, wording, grams, &candidates)?;
    let mut additions = Vec::with_capacity(depth);
    for (scored, passage) in best.iter_mut().zip(&candidates.passages) {
        let nearness = nearness.score(passage, &candidates);
        let grams = grams.score(passage);
        scored.score += nearness + grams;
        additions.push(Additions { nearness, grams, likeness: 0.0 });
    }
    let order = in_order(best);
    let likenesses = centroid::likenesses(evaluator, &candidates, &order, best)?;
    let leader = best[order[0]].score;
    for ((scored, additions), likeness) in best.iter_mut().zip(&mut additions).zip(likenesses) {
        additions.likeness = weights.centroid * leader * likeness;
        scored.score += additions.likeness;
    }
    // Without forward files the statistics of words have walked postings.
    evaluator.snapshot.check_damage()?;
    let order = in_order(best);
    let sorted: Vec<ScoredPassage> = order.iter().map(|&at| best[at]).collect();
    best.copy_from_slice(&sorted);
    Ok(order.into_iter().map(|at| additions[at]).collect())
}

/// The places of `scored`, the best first.
fn in_order(scored: &[ScoredPassage]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scored.len()).collect();
    order.sort_by(|&a, &b| scored[b].score.total_cmp(&scored[a].score));
    order
}
