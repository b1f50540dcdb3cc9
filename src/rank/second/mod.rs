//! The second and third stage: the best passages scored again.
//!
//! What the first stage cannot see, because it looks at one term at a time, is
//! added here for its best hundred alone: how near the query's words stand to
//! each other (`nearness`), how much of their spelling is shared (`grams`), and
//! how much a passage is like the best ones (`centroid`). Everything added is at
//! least 0, so nothing sinks below the passages that were not looked at.

mod candidates;
mod centroid;
mod grams;
mod nearness;
mod wording;

pub use self::grams::GramTable;
pub use self::wording::{QueryWord, Wording};

use std::cmp::Ordering;

use self::candidates::Candidates;
use self::grams::Grams;
use self::nearness::Nearness;
use super::evaluate::Evaluator;
use super::top::ScoredPassage;
use crate::error::Result;

/// Scores the first `depth` of `passages`, which are in order, again and puts
/// them in their new order. Equal scores keep the order they had.
pub(super) fn rerank(
    evaluator: &Evaluator<'_>,
    wording: &Wording,
    grams: &GramTable,
    passages: &mut [ScoredPassage],
) -> Result<()> {
    let weights = evaluator.parameters.second;
    let depth = weights.depth.min(passages.len());
    let best = &mut passages[..depth];
    if depth == 0 || wording.is_empty() {
        return Ok(());
    }
    let candidates = Candidates::read(evaluator, best)?;
    let nearness = Nearness::new(evaluator, wording, &candidates)?;
    let grams = Grams::new(evaluator, wording, grams, &candidates)?;
    for (scored, passage) in best.iter_mut().zip(&candidates.passages) {
        scored.score += nearness.score(passage, &candidates) + grams.score(passage);
    }
    let mut order: Vec<usize> = (0..depth).collect();
    let by_score =
        |a: &ScoredPassage, b: &ScoredPassage| -> Ordering { b.score.total_cmp(&a.score) };
    order.sort_by(|&a, &b| by_score(&best[a], &best[b]));
    let likenesses = centroid::likenesses(evaluator, &candidates, &order, best)?;
    let leader = best[order[0]].score;
    for (scored, likeness) in best.iter_mut().zip(likenesses) {
        scored.score += weights.centroid * leader * likeness;
    }
    best.sort_by(by_score);
    Ok(())
}
