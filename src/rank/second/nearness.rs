//! How near the query's words stand to each other in a passage.
//!
//! In the manner of T. Tao and C. Zhai, "An Exploration of Proximity Measures in
//! Information Retrieval", SIGIR 2007, saturated as BM25 saturates term
//! frequencies (Y. Rasolofo and J. Savoy, "Term Proximity Scoring for
//! Keyword-Based Retrieval Systems", ECIR 2003). Distances and the saturation
//! n / (n + K) were found by experiment.

use super::words::{CandidateWords, Candidates, Wording};
use crate::error::Result;
use crate::rank::evaluate::Evaluator;

/// Neighbours of the query count when the second stands up to this many
/// positions behind the first.
const ADJACENT: u32 = 3;

/// Any two words of the query count when they stand less than this many
/// positions apart.
const NEAR: u32 = 8;

/// Scores nearness for one query.
pub(super) struct Nearness {
    /// The query's distinct stems with their inverse document frequencies.
    stems: Vec<(String, f32)>,
    /// Neighbours in the query, as places in `stems`.
    neighbours: Vec<(usize, usize)>,
    adjacency: f32,
    proximity: f32,
    average_length: f32,
}

impl Nearness {
    pub(super) fn new(evaluator: &Evaluator<'_>, wording: &Wording) -> Result<Self> {
        let text = evaluator.snapshot.fields().text;
        let mut stems: Vec<(String, f32)> = Vec::new();
        let mut places = Vec::new();
        for word in wording.telling() {
            let place = stems.iter().position(|(stem, _)| *stem == word.stem);
            places.push(match place {
                Some(place) => place,
                None => {
                    let idf = evaluator.resolve(text, &word.stem)?.idf;
                    stems.push((word.stem.clone(), idf));
                    stems.len() - 1
                }
            });
        }
        let mut neighbours: Vec<(usize, usize)> =
            places.windows(2).map(|pair| (pair[0], pair[1])).filter(|(a, b)| a != b).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        Ok(Self {
            stems,
            neighbours,
            adjacency: evaluator.parameters.second.adjacency,
            proximity: evaluator.parameters.second.proximity,
            average_length: evaluator.average_length(text)?,
        })
    }

    /// What nearness adds to the score of `passage`.
    pub(super) fn score(&self, passage: &CandidateWords, candidates: &Candidates) -> f32 {
        if self.stems.len() < 2 {
            return 0.0;
        }
        let positions = self.positions(passage, candidates);
        let length = passage.tokens.len() as f32;
        let saturation = 0.6 + 0.4 * length / self.average_length.max(1e-9);
        let saturated = |count: u32| count as f32 / (count as f32 + saturation);
        let mut score = 0.0;
        for &(a, b) in &self.neighbours {
            let count = pairs(&positions[a], &positions[b], |a, b| b > a && b - a <= ADJACENT);
            score += self.adjacency * (self.stems[a].1 + self.stems[b].1) * saturated(count);
        }
        for a in 0..self.stems.len() {
            for b in a + 1..self.stems.len() {
                let count = pairs(&positions[a], &positions[b], |a, b| a.abs_diff(b) < NEAR);
                let (a, b) = (self.stems[a].1, self.stems[b].1);
                let mean = 2.0 * a * b / (a + b).max(1e-9);
                score += self.proximity * mean * saturated(count);
            }
        }
        score
    }

    /// Where each stem of the query stands in the passage.
    fn positions(&self, passage: &CandidateWords, candidates: &Candidates) -> Vec<Vec<u32>> {
        let vocabulary = &candidates.vocabulary;
        let wanted: Vec<Option<u32>> =
            self.stems.iter().map(|(stem, _)| vocabulary.find_stem(stem)).collect();
        let mut positions = vec![Vec::new(); wanted.len()];
        for token in &passage.tokens {
            let stem = Some(vocabulary.words[token.word as usize].stem);
            for (place, _) in wanted.iter().enumerate().filter(|(_, wanted)| **wanted == stem) {
                positions[place].push(token.position);
            }
        }
        positions
    }
}

fn pairs(a: &[u32], b: &[u32], counts: impl Fn(u32, u32) -> bool) -> u32 {
    a.iter().map(|&a| b.iter().filter(|&&b| counts(a, b)).count() as u32).sum()
}
