//! How much passages are like the best ones.
//!
//! Passages about the same thing share more than the query's words (the cluster
//! hypothesis: N. Jardine and C. J. van Rijsbergen, "The Use of Hierarchic
//! Clustering in Information Retrieval", Information Storage and Retrieval 7,
//! 1971). A passage's likeness is the mean of its cosines with the three best,
//! weighted by their scores; for one of the three its own counts among them.

use std::collections::HashMap;

use super::words::{CandidateWords, Candidates};
use crate::analysis::Weight;
use crate::error::Result;
use crate::rank::evaluate::Evaluator;
use crate::rank::top::ScoredPassage;

/// How many of the best passages are looked to.
const LEADERS: usize = 3;

/// The candidates' likenesses to the best of them.
pub(super) struct Centroid {
    likenesses: Vec<f32>,
}

/// Stems with their weights, ascending by stem, of length 1.
type Vector = Vec<(u32, f32)>;

impl Centroid {
    /// Compares all candidates with the first of `order`.
    pub(super) fn new(
        evaluator: &Evaluator<'_>,
        candidates: &Candidates,
        order: &[usize],
        scored: &[ScoredPassage],
    ) -> Result<Self> {
        let text = evaluator.snapshot.fields().text;
        let average = evaluator.average_length(text)?;
        let factors = candidates
            .vocabulary
            .stems
            .iter()
            .map(|stem| Ok(evaluator.resolve(text, stem)?.factor))
            .collect::<Result<Vec<f32>>>()?;
        let vectors: Vec<Vector> = candidates
            .passages
            .iter()
            .map(|passage| vector(passage, candidates, &factors, evaluator, average))
            .collect();
        let leaders = &order[..LEADERS.min(order.len())];
        let total: f32 = leaders.iter().map(|&leader| scored[leader].score).sum();
        let mut likenesses: Vec<f32> = vectors
            .iter()
            .map(|vector| {
                let shares = leaders.iter().map(|&leader| {
                    scored[leader].score / total.max(1e-9) * cosine(vector, &vectors[leader])
                });
                shares.sum()
            })
            .collect();
        let most = likenesses.iter().copied().fold(0.0, f32::max);
        if most > 0.0 {
            likenesses.iter_mut().for_each(|likeness| *likeness /= most);
        }
        Ok(Self { likenesses })
    }

    /// The likeness of each candidate, 0 to 1.
    pub(super) fn likenesses(&self) -> &[f32] {
        &self.likenesses
    }
}

fn vector(
    passage: &CandidateWords,
    candidates: &Candidates,
    factors: &[f32],
    evaluator: &Evaluator<'_>,
    average: f32,
) -> Vector {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for token in &passage.tokens {
        let word = &candidates.vocabulary.words[token.word as usize];
        if word.weight != Weight::Stop {
            *counts.entry(word.stem).or_default() += 1;
        }
    }
    let (k1, b) = (evaluator.parameters.k1, evaluator.parameters.b);
    let length = passage.tokens.len() as f32;
    let norm = k1 * (1.0 - b + b * length / average.max(1e-9));
    let mut vector: Vector = counts
        .into_iter()
        .map(|(stem, count)| {
            let count = count as f32;
            (stem, factors[stem as usize] * count / (count + norm))
        })
        .collect();
    vector.sort_unstable_by_key(|&(stem, _)| stem);
    let size = vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if size > 0.0 {
        vector.iter_mut().for_each(|(_, weight)| *weight /= size);
    }
    vector
}

fn cosine(a: &Vector, b: &Vector) -> f32 {
    let mut b = b.iter().peekable();
    let mut sum = 0.0;
    for &(stem, weight) in a {
        while b.next_if(|(other, _)| *other < stem).is_some() {}
        if let Some((_, other)) = b.next_if(|(other, _)| *other == stem) {
            sum += weight * other;
        }
    }
    sum
}
