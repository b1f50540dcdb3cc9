//! How much passages are like the best ones.
//!
//! Passages about the same thing share more than the query's words (the cluster
//! hypothesis: N. Jardine and C. J. van Rijsbergen, "The Use of Hierarchic
//! Clustering in Information Retrieval", Information Storage and Retrieval 7,
//! 1971). A passage's likeness is the mean of its cosines with the three best,
//! weighted by their scores; for one of the three its own counts among them.

use super::candidates::{CandidatePassage, Candidates};
use crate::analysis::Weight;
use crate::error::Result;
use crate::rank::evaluate::Evaluator;
use crate::rank::top::ScoredPassage;

/// How many of the best passages are looked to.
const LEADERS: usize = 3;

/// The likeness of each candidate to the first of `order`, 0 to 1.
pub(super) fn likenesses(
    evaluator: &Evaluator<'_>,
    candidates: &Candidates<'_>,
    order: &[usize],
    scored: &[ScoredPassage],
) -> Result<Vec<f32>> {
    let leaders = &order[..LEADERS.min(order.len())];
    let total: f32 = leaders.iter().map(|&leader| scored[leader].score).sum();
    let mut vectors = Vectors {
        candidates,
        counts: vec![0; candidates.factors.len()],
        touched: Vec::new(),
        k1: evaluator.parameters.k1,
        b: evaluator.parameters.b,
        average_length: evaluator.average_length(evaluator.snapshot.fields().text)?,
    };
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

/// Passages as vectors of length 1 over stems.
struct Vectors<'c, 's> {
    candidates: &'c Candidates<'s>,
    /// How often each stem stands in the passage at hand; 0 in between.
    counts: Vec<u32>,
    touched: Vec<u32>,
    k1: f32,
    b: f32,
    average_length: f32,
}

impl Vectors<'_, '_> {
    /// Gives each stem of `passage` with its weight, stop words left out, in
    /// order of their first occurrence.
    fn visit(&mut self, passage: &CandidatePassage, mut visit: impl FnMut(u32, f32)) {
        self.touched.clear();
        for token in &passage.tokens {
            let word = &self.candidates.words[token.word as usize];
            if word.weight == Weight::Stop {
                continue;
            }
            let count = &mut self.counts[word.stem as usize];
            if *count == 0 {
                self.touched.push(word.stem);
            }
            *count += 1;
        }
        let length = passage.tokens.len() as f32 / self.average_length.max(1e-9);
        let norm = self.k1 * (1.0 - self.b + self.b * length);
        let (counts, factors) = (&self.counts, &self.candidates.factors);
        let weight = |stem: u32| {
            let count = counts[stem as usize] as f32;
            factors[stem as usize] * count / (count + norm)
        };
        let size = self.touched.iter().map(|&stem| weight(stem) * weight(stem)).sum::<f32>();
        if size > 0.0 {
            let scale = size.sqrt().recip();
            self.touched.iter().for_each(|&stem| visit(stem, weight(stem) * scale));
        }
        for &stem in &self.touched {
            self.counts[stem as usize] = 0;
        }
    }
}
