//! What a length makes of BM25's denominator.

/// BM25's length norm: 1 − b + b · length / average, for a passage of average length 1.
///
/// Both parts are kept, since 1 − b rounds: the second stage was tuned with parts that
/// were written out.
#[derive(Debug, Clone, Copy)]
pub(super) struct LengthNorm {
    /// What counts whatever the length is: 1 − b.
    pub(super) flat: f32,
    /// What counts as much as the length does: b.
    pub(super) by_length: f32,
}

impl LengthNorm {
    /// The norm under `b`.
    pub(super) fn under(b: f32) -> Self {
        Self { flat: 1.0 - b, by_length: b }
    }

    /// The norm of `length` where `average` is the average.
    #[inline]
    pub(super) fn of(self, length: f32, average: f32) -> f32 {
        self.flat + self.by_length * length / average
    }
}
