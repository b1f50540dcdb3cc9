//! How much passages are like the best ones.
//!
//! Passages about the same thing share more than the query's words (the cluster
//! hypothesis: N. Jardine and C. J. van Rijsbergen, "The Use of Hierarchic
//! Clustering in Information Retrieval", Information Storage and Retrieval 7,
//! 1971). A passage's likeness is the mean of its cosines with the three best,
//! weighted by their scores; for one of the three its own counts among them. It is
//! told as a part of the greatest, so that the candidate most like them has 1.

use crate::error::Result;
use crate::rank::evaluator::Evaluator;
use crate::rank::passage_words::PassageWords;
use crate::rank::top::ScoredPassage;
use crate::rank::vectors::Vectors;

/// How many of the best passages are looked to. Of the ranking that measured best; see
/// [`Parameters::new`](crate::rank::Parameters::new).
const LEADERS: usize = 3;

/// The likeness of each candidate to the first of `order`, 0 to 1.
pub(super) fn likenesses(
    evaluator: &Evaluator<'_>,
    candidates: &PassageWords<'_>,
    order: &[usize],
    scored: &[ScoredPassage],
) -> Result<Vec<f32>> {
    let leaders = &order[..LEADERS.min(order.len())];
    let total: f32 = leaders.iter().map(|&leader| scored[leader].score).sum();
    let mut vectors = Vectors::new(evaluator, candidates)?;
    // The cosines with several vectors, weighted, are one with their sum.
    let mut sum = vec![0.0; candidates.factors.len()];
    for &leader in leaders {
        let share = scored[leader].score / total.max(1e-9);
        vectors.visit(&candidates.passages[leader], |stem, weight| {
            sum[stem as usize] += share * weight;
        });
    }
    let mut likenesses: Vec<f32> = candidates
        .passages
        .iter()
        .map(|passage| {
            let mut likeness = 0.0;
            vectors.visit(passage, |stem, weight| likeness += weight * sum[stem as usize]);
            likeness
        })
        .collect();
    let most = likenesses.iter().copied().fold(0.0, f32::max);
    if most > 0.0 {
        likenesses.iter_mut().for_each(|likeness| *likeness /= most);
    }
    Ok(likenesses)
}
