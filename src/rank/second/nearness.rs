//! How near the query's words stand to each other in a passage.
//!
//! In the manner of T. Tao and C. Zhai, "An Exploration of Proximity Measures in
//! Information Retrieval", SIGIR 2007, saturated as BM25 saturates term
//! frequencies (Y. Rasolofo and J. Savoy, "Term Proximity Scoring for
//! Keyword-Based Retrieval Systems", ECIR 2003). Distances and the saturation
//! n / (n + K) were found by experiment.

use std::ops::Range;

use super::wording::Wording;
use crate::error::Result;
use crate::rank::evaluator::Evaluator;
use crate::rank::length::LengthNorm;
use crate::rank::passage_words::{PassageTokens, PassageWords};

/// Neighbours of the query count when the second stands up to this many
/// positions behind the first.
const ADJACENT: u32 = 3;

/// Any two words of the query count when they stand less than this many
/// positions apart.
const NEAR: u32 = 8;

/// K of the saturation: b = 0.4. The ranking was tuned with this; the first stage's b
/// does not reach it.
const SATURATION: LengthNorm = LengthNorm { flat: 0.6, by_length: 0.4 };

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
        candidates: &PassageWords<'_>,
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
    pub(super) fn score(&self, passage: &PassageTokens, candidates: &PassageWords<'_>) -> f32 {
        if self.idfs.len() < 2 {
            return 0.0;
        }
        let positions = self.positions(passage, candidates);
        let length = passage.tokens.len() as f32;
        let saturation = SATURATION.of(length, self.average_length.max(1e-9));
        let saturated = |count: u32| count as f32 / (count as f32 + saturation);
        let mut score = 0.0;
        for &(a, b) in &self.neighbours {
            let count = pairs(&positions[a], &positions[b], behind);
            score += self.adjacency * (self.idfs[a] + self.idfs[b]) * saturated(count);
        }
        // Of a long query a passage holds few words.
        let is_held = |&place: &usize| !positions[place].is_empty();
        let held: Vec<usize> = (0..self.idfs.len()).filter(is_held).collect();
        for (n, &a) in held.iter().enumerate() {
            for &b in &held[n + 1..] {
                let count = pairs(&positions[a], &positions[b], around);
                let (a, b) = (self.idfs[a], self.idfs[b]);
                let mean = 2.0 * a * b / (a + b).max(1e-9);
                score += self.proximity * mean * saturated(count);
            }
        }
        score
    }

    /// Where each stem of the query stands in the passage.
    fn positions(&self, passage: &PassageTokens, candidates: &PassageWords<'_>) -> Vec<Vec<u32>> {
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

/// Where a neighbour may stand of a word at `position`.
fn behind(position: u32) -> Range<u32> {
    let next = position.saturating_add(1);
    next..next.saturating_add(ADJACENT)
}

/// Where any word may stand that is near one at `position`.
fn around(position: u32) -> Range<u32> {
    position.saturating_sub(NEAR - 1)..position.saturating_add(NEAR)
}

/// How many pairs there are of a position in `a` and one in `b` that lies in the
/// window of the former. Positions ascend and windows with them, so each list is
/// gone through once: a passage may be as long as its file.
fn pairs(a: &[u32], b: &[u32], window: impl Fn(u32) -> Range<u32>) -> u32 {
    let before = |position: u32, from: &mut usize| {
        *from += b[*from..].iter().take_while(|&&b| b < position).count();
        *from
    };
    let (mut first, mut end) = (0, 0);
    let mut count = 0;
    for &position in a {
        let window = window(position);
        count += before(window.end, &mut end) - before(window.start, &mut first);
    }
    count as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Once each position was held against each: a paragraph of 1 MB took seconds.
    #[test]
    fn long_passages_are_gone_through_once() {
        let (even, odd): (Vec<u32>, Vec<u32>) = (0..1 << 19).map(|n| (2 * n, 2 * n + 1)).unzip();
        // Two stand behind each and eight around it, but for those at the ends.
        assert_eq!(pairs(&even, &odd, behind), 2 * even.len() as u32 - 1);
        assert_eq!(pairs(&even, &odd, around), 8 * even.len() as u32 - 16);
    }

    fn positions() -> impl Strategy<Value = Vec<u32>> {
        let positions = prop::collection::btree_set(0..100_u32, 0..40);
        positions.prop_map(|set: BTreeSet<u32>| set.into_iter().collect())
    }

    proptest! {
        #[test]
        fn pairs_are_those_near_enough(a in positions(), b in positions()) {
            let count = |counts: fn(u32, u32) -> bool| -> u32 {
                a.iter().map(|&a| b.iter().filter(|&&b| counts(a, b)).count() as u32).sum()
            };
            let adjacent = count(|a, b| b > a && b - a <= ADJACENT);
            prop_assert_eq!(pairs(&a, &b, behind), adjacent);
            prop_assert_eq!(pairs(&a, &b, around), count(|a, b| a.abs_diff(b) < NEAR));
        }
    }
}
