//! How much length counts: the tables behind BM25's length normalisation.
//!
//! A field's length is one byte a passage, so everything that depends on it is a
//! table of 256 numbers.

use std::sync::LazyLock;

use tantivy::fieldnorm::FieldNormReader;

use super::length::LengthNorm;
use crate::index::postings::BlockBest;
use crate::index::{FieldPostings, OpenSegment, Peak, Peaks};

/// The engine's own constants, under which it chose the best passage of each
/// block.
const ENGINE_K1: f32 = 1.2;
const ENGINE_B: f32 = 0.75;

/// The length norms of one field in one segment.
pub(super) struct Scale {
    /// K of the average length.
    k1: f32,
    /// K = k1 · (1 − b + b · length / average), by length code.
    norms: [f32; 256],
    /// The same under the engine's constants and the segment's own average.
    engine: [f32; 256],
    /// The greatest ratio of the engine's norm to ours over all lengths but 0: what
    /// the best passage of a block may fall short of the true best by.
    inflation: f32,
}

impl Scale {
    /// The norms of `field` under `k1` and `b`, where its average length over
    /// the whole index is `average` tokens.
    pub(super) fn new(
        k1: f32,
        b: f32,
        average: f32,
        segment: &OpenSegment,
        field: &FieldPostings,
    ) -> Self {
        let own_average = field.token_count as f32 / segment.max_doc().max(1) as f32;
        let engine = table(ENGINE_K1, ENGINE_B, own_average);
        let norms = match field.lengths {
            Some(_) => table(k1, b, average),
            None => [k1; 256],
        };
        let ratios = engine.iter().zip(&norms).map(|(engine, norm)| engine / norm);
        // A passage that has a term has a length: it counts its terms. The norm of
        // none, code 0, is 0 where b = 1.
        Self { k1, norms, engine, inflation: ratios.skip(1).fold(0.0, f32::max) }
    }

    /// K for each length code.
    #[inline]
    pub(super) fn norms(&self) -> &[f32; 256] {
        &self.norms
    }

    /// Term frequency over K of a passage of average length with the term once.
    pub(super) fn usual(&self) -> f32 {
        1.0 / self.k1
    }

    /// The most that term frequency over K can be in a block whose best passage
    /// under the engine's constants is `best`.
    ///
    /// For every passage of the block tf / K' ≤ best.tf / K'(best.length), K'
    /// being the engine's norm, since BM25 rises with that quotient alone; and
    /// tf / K = (tf / K') · (K' / K).
    pub(super) fn most(&self, best: BlockBest) -> f32 {
        best.term_freq / self.engine[usize::from(best.length_code)] * self.inflation
    }

    /// The most that term frequency over K is in a list with these peaks.
    pub(super) fn most_of(&self, peaks: Peaks<'_>) -> f32 {
        let most = |peak: Peak| match peak.term_freq {
            u8::MAX => f32::INFINITY,
            _ => self.quotient(peak),
        };
        peaks.best().map(most).fold(0.0, f32::max)
    }

    /// The least of term frequency over K of some peaks; `None` where there are
    /// none.
    pub(super) fn least_of(&self, peaks: impl Iterator<Item = Peak>) -> Option<f32> {
        peaks.map(|peak| self.quotient(peak)).reduce(f32::min)
    }

    fn quotient(&self, peak: Peak) -> f32 {
        f32::from(peak.term_freq) / self.norms[usize::from(peak.length_code)]
    }
}

/// The length that each code stands for.
static LENGTHS: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|code| FieldNormReader::id_to_fieldnorm(code as u8) as f32)
});

fn table(k1: f32, b: f32, average: f32) -> [f32; 256] {
    if average <= 0.0 {
        return [k1; 256];
    }
    let norm = LengthNorm::under(b);
    LENGTHS.map(|length| k1 * norm.of(length, average))
}
