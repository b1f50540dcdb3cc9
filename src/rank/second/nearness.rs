//! How near the query's words stand to each other in a passage.
//!
//! In the manner of T. Tao and C. Zhai, "An Exploration of Proximity Measures in
//! Information Retrieval", SIGIR 2007, saturated as BM25 saturates term
//! frequencies (Y. Rasolofo and J. Savoy, "Term Proximity Scoring for
//! Keyword-Based Retrieval Systems", ECIR 2003). Distances and the saturation
//! n / (n + K) were found by experiment.

use super::wording::Wording;
use crate::error::Result;
use crate::rank::candidates::{CandidatePassage, Candidates};
use crate::rank::evaluate::Evaluator;

/// Neighbours of the query count when the second stands up to this many
/// positions behind the first.
const ADJACENT: u32 = 3;

/// Any two words of the query count when they stand less than this many
/// positions apart.
const NEAR: u32 = 8;

/// The place of a stem that the query does not have.
const NOWHERE: u16 = u16::MAX;

/// Scores nearness for one query.
pub(super) struct Nearness {
    /// The inverse document frequencies of the query's distinct stems.
    idfs: Vec<f32>,
    /// For each stem of the candidates its place in `idfs`, or `NOWHERE`.
    places: Vec<u16>,
    /// Neighbours in the query, as places in `idfs`.
    neighbours: Vec<(usize, usize)>,
    adjacency: f32,
    proximity: f32,
    average_length: f32,
}

impl Nearness {
    pub(super) fn new(
        evaluator: &Evaluator<'_>,
        wording: &Wording,
        candidates: &Candidates<'_>,
    ) -> Result<Self> {
        let text = evaluator.snapshot.fields().text;
        let mut stems: Vec<&str> = Vec::new();
        let mut idfs = Vec::new();
        let mut places = vec![NOWHERE; candidates.factors.len()];
        let mut order = Vec::new();
        for word in wording.telling() {
            let known = stems.iter().position(|stem| *stem == word.stem);
            order.push(known.unwrap_or(stems.len()));
            if known.is_none() {
                if let Some(stem) = candidates.find_stem(evaluator, &word.stem)? {
                    places[stem as usize] = stems.len() as u16;
                }
                idfs.push(evaluator.resolve(text, &word.stem)?.idf);
                stems.push(&word.stem);
            }
        }
        let mut neighbours: Vec<(usize, usize)> =
            order.windows(2).map(|pair| (pair[0], pair[1])).filter(|(a, b)| a != b).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        Ok(Self {
            idfs,
            places,
            neighbours,
            adjacency: evaluator.parameters.second.adjacency,
            proximity: evaluator.parameters.second.proximity,
            average_length: evaluator.average_length(text)?,
        })
    }

    /// What nearness adds to the score of `passage`.
    pub(super) fn score(&self, passage: &CandidatePassage, candidates: &Candidates<'_>) -> f32 {
        if self.idfs.len() < 2 {
            return 0.0;
        }
        let positions = self.positions(passage, candidates);
        let length = passage.tokens.len() as f32;
        let saturation = 0.6 + 0.4 * length / self.average_length.max(1e-9);
        let saturated = |count: u32| count as f32 / (count as f32 + saturation);
        let mut score = 0.0;
        for &(a, b) in &self.neighbours {
            let count = pairs(&positions[a], &positions[b], |a, b| b > a && b - a <= ADJACENT);
            score += self.adjacency * (self.idfs[a] + self.idfs[b]) * saturated(count);
        }
        for a in 0..self.idfs.len() {
            for b in a + 1..self.idfs.len() {
                let count = pairs(&positions[a], &positions[b], |a, b| a.abs_diff(b) < NEAR);
                let (a, b) = (self.idfs[a], self.idfs[b]);
                let mean = 2.0 * a * b / (a + b).max(1e-9);
                score += self.proximity * mean * saturated(count);
            }
        }
        score
    }

    /// Where each stem of the query stands in the passage.
    fn positions(&self, passage: &CandidatePassage, candidates: &Candidates<'_>) -> Vec<Vec<u32>> {
        let mut positions = vec![Vec::new(); self.idfs.len()];
        for token in &passage.tokens {
            let stem = candidates.words[token.word as usize].stem;
            let place = self.places[stem as usize];
            if place != NOWHERE {
                positions[usize::from(place)].push(token.position);
            }
        }
        positions
    }
}

fn pairs(a: &[u32], b: &[u32], counts: impl Fn(u32, u32) -> bool) -> u32 {
    a.iter().map(|&a| b.iter().filter(|&&b| counts(a, b)).count() as u32).sum()
}
