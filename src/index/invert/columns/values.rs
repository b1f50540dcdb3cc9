//! The values of a column, as the engine writes them, but one at a time.

use std::io::{self, Write};
use std::num::NonZeroU64;

use tantivy::columnar::column_values::{CodecType, ColumnStats};

/// What the engine chooses from, in its order.
const CODECS: [CodecType; 2] = [CodecType::Bitpacked, CodecType::BlockwiseLinear];

/// Writes the values that `open` gives, each time the same ones, in the smallest of the
/// engine's ways.
pub(super) fn write<I: Iterator<Item = u64>>(
    to: &mut dyn Write,
    open: impl Fn() -> I,
) -> io::Result<()> {
    let mut statistics = Statistics::default();
    let mut estimators = CODECS.map(|codec| (codec, codec.estimator()));
    for value in open() {
        statistics.add(value);
        estimators.iter_mut().for_each(|(_, estimator)| estimator.collect(value));
    }
    estimators.iter_mut().for_each(|(_, estimator)| estimator.finalize());
    let statistics = statistics.finish();
    let sizes = estimators.iter().filter_map(|(codec, estimator)| {
        Some((estimator.estimate(&statistics)?, codec, estimator))
    });
    let least = sizes.min_by_key(|&(bytes, ..)| bytes);
    let (_, &codec, estimator) = least.ok_or(io::ErrorKind::InvalidData)?;
    to.write_all(&[codec as u8])?;
    // Where reading them fails the second time they may be others, over which the engine
    // would end the program. Whoever opened them knows of the failure.
    let (least, greatest) = (statistics.min_value, statistics.max_value);
    let values = open().chain(std::iter::repeat(least)).take(statistics.num_rows as usize);
    estimator.serialize(&statistics, &mut values.map(|value| value.clamp(least, greatest)), to)
}

/// What the engine wants to know of all values.
#[derive(Default)]
struct Statistics {
    count: u32,
    /// The first value, the least and the greatest.
    values: Option<(u64, u64, u64)>,
    /// The greatest common divisor of the distances of all from the first; 0 where
    /// all are equal.
    divisor: u64,
}

impl Statistics {
    #[inline]
    fn add(&mut self, value: u64) {
        self.count += 1;
        let (first, least, greatest) = self.values.unwrap_or((value, value, value));
        self.values = Some((first, least.min(value), greatest.max(value)));
        // Most often it is 1 soon.
        if self.divisor != 1 {
            self.divisor = common_divisor(value.abs_diff(first), self.divisor);
        }
    }

    fn finish(self) -> ColumnStats {
        let (_, min_value, max_value) = self.values.unwrap_or_default();
        let gcd = NonZeroU64::new(self.divisor).unwrap_or(NonZeroU64::MIN);
        ColumnStats { gcd, min_value, max_value, num_rows: self.count }
    }
}

/// Euclid's algorithm ("Elements", book VII).
fn common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The engine counts on as many values the second time as there were the first.
    #[test]
    fn values_that_are_lost_the_second_time_do_no_harm() -> io::Result<()> {
        let times = std::cell::Cell::new(0);
        let open = || {
            times.set(times.get() + 1);
            let values = [7, 3000, 9].repeat(1000).into_iter();
            values.take(if times.get() == 1 { 3000 } else { 5 }).map(|it| it / times.get())
        };
        write(&mut Vec::new(), open)
    }
}
