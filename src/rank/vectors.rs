//! Passages as vectors of length 1 over stems.
//!
//! A stem's weight is what the first stage would score it in the passage, taken
//! as one text. The cosine of two such vectors tells how much two passages are
//! about the same thing; their weighted sum, what several are about.

use super::evaluator::Evaluator;
use super::length::LengthNorm;
use super::passage_words::{PassageTokens, PassageWords};
use crate::analysis::Weight;
use crate::error::Result;

/// Makes vectors of some passages.
pub(super) struct Vectors<'c, 's> {
    passages: &'c PassageWords<'s>,
    /// How often each stem stands in the passage at hand; 0 in between.
    counts: Vec<u32>,
    touched: Vec<u32>,
    k1: f32,
    norm: LengthNorm,
    average_length: f32,
}

impl<'c, 's> Vectors<'c, 's> {
    pub(super) fn new(evaluator: &Evaluator<'_>, passages: &'c PassageWords<'s>) -> Result<Self> {
        Ok(Self {
            passages,
            counts: vec![0; passages.factors.len()],
            touched: Vec::new(),
            k1: evaluator.parameters.k1,
            norm: LengthNorm::under(evaluator.parameters.b),
            average_length: evaluator.average_length(evaluator.snapshot.fields().text)?,
        })
    }

    /// Gives each stem of `passage` with its weight, stop words left out, in
    /// order of their first occurrence.
    pub(super) fn visit(&mut self, passage: &PassageTokens, mut visit: impl FnMut(u32, f32)) {
        self.touched.clear();
        for token in &passage.tokens {
            let word = &self.passages.words[token.word as usize];
            if word.weight == Weight::Stop {
                continue;
            }
            let count = &mut self.counts[word.stem as usize];
            if *count == 0 {
                self.touched.push(word.stem);
            }
            *count += 1;
        }
        // In average lengths.
        let length = passage.tokens.len() as f32 / self.average_length.max(1e-9);
        let norm = self.k1 * self.norm.of(length, 1.0);
        let (counts, factors) = (&self.counts, &self.passages.factors);
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
