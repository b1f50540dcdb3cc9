//! Latencies: recorded into histograms, summed up as percentiles, a mean with
//! its interval, and a rate.
//!
//! Whoever calls keeps the clock, the warm-up and the rounds; two lists of
//! times of the same queries are compared in [`super::paired`].

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::statistic::Statistic;
use super::student::two_sided_t;

/// The longest latency told apart, in nanoseconds: an hour. Longer ones count
/// as this long in percentiles, as long as they are in mean and maximum.
const LONGEST_NS: u64 = 3_600_000_000_000;

/// Latencies of one round, or of several merged ones.
///
/// Percentiles are exact to three digits (about 500 KB of counters, whatever
/// the number of latencies); count, sum, minimum and maximum are exact.
#[derive(Debug, Clone)]
pub struct LatencyHistogram {
    counts: Histogram<u64>,
    sum_ns: u128,
    min_ns: u64,
    max_ns: u64,
}

impl Default for LatencyHistogram {
    fn default() -> Self {
        Self::new()
    }
}

impl LatencyHistogram {
    /// An empty histogram.
    pub fn new() -> Self {
        #[expect(clippy::expect_used, reason = "the bounds are constants that are accepted")]
        let counts = Histogram::new_with_bounds(1, LONGEST_NS, 3).expect("valid bounds");
        Self { counts, sum_ns: 0, min_ns: u64::MAX, max_ns: 0 }
    }

    /// Adds a latency.
    pub fn record(&mut self, latency: Duration) {
        let ns = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.counts.saturating_record(ns);
        self.sum_ns += u128::from(ns);
        self.min_ns = self.min_ns.min(ns);
        self.max_ns = self.max_ns.max(ns);
    }

    /// Adds all latencies of another histogram.
    pub fn merge(&mut self, other: &Self) {
        // It fails for values beyond the bounds only, and both have the same.
        let merged = self.counts.add(&other.counts);
        debug_assert!(merged.is_ok());
        self.sum_ns += other.sum_ns;
        self.min_ns = self.min_ns.min(other.min_ns);
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    /// The number of latencies.
    pub fn count(&self) -> u64 {
        self.counts.len()
    }

    /// The mean in microseconds; 0 if there are none.
    pub fn mean_us(&self) -> f64 {
        self.sum_ns as f64 / self.count().max(1) as f64 / 1000.0
    }

    /// The smallest latency, in microseconds, that at least the part `quantile`
    /// (0 to 1) of all latencies does not exceed; 0 if there are none.
    pub fn quantile_us(&self, quantile: f64) -> f64 {
        if self.count() == 0 {
            return 0.0;
        }
        let ns = self.counts.value_at_quantile(quantile);
        // The counter's upper end may lie above all that was recorded.
        ns.clamp(self.min_ns.min(LONGEST_NS), self.max_ns) as f64 / 1000.0
    }

    /// Points of the distribution for [`super::plot`], ascending: ten for each
    /// nine of the quantile, the last one the longest latency.
    pub fn distribution(&self) -> Vec<QuantilePoint> {
        // Half a latency below 1: of n only the longest lies there, and a quantile
        // of 1 has no place on an axis of nines.
        let last = 1.0 - 0.5 / self.count().max(1) as f64;
        (0..)
            .map(|step| 1.0 - 10_f64.powf(-f64::from(step) / 10.0))
            .take_while(|&quantile| quantile < last)
            .chain([last])
            .map(|quantile| QuantilePoint { quantile, latency_us: self.quantile_us(quantile) })
            .collect()
    }
}

/// One point of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct QuantilePoint {
    /// The part of the latencies that is not longer, from 0 to 1.
    pub quantile: f64,
    /// The latency in microseconds.
    pub latency_us: f64,
}

/// What a report says about latencies; all times in microseconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LatencySummary {
    /// The number of latencies.
    pub count: u64,
    /// The number of rounds that they come from.
    pub rounds: usize,
    /// The mean of all.
    pub mean_us: f64,
    /// The 95 % confidence interval of the mean over rounds; none for a single
    /// round, or where they lie so far apart that it would reach below 0.
    pub mean_interval_us: Option<Interval>,
    /// The shortest.
    pub min_us: f64,
    /// Half are not longer.
    pub p50_us: f64,
    /// 90 % are not longer.
    pub p90_us: f64,
    /// 95 % are not longer.
    pub p95_us: f64,
    /// 99 % are not longer.
    pub p99_us: f64,
    /// 99.9 % are not longer.
    pub p99_9_us: f64,
    /// The longest.
    pub max_us: f64,
}

/// A confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl LatencySummary {
    /// Sums up rounds over the same queries. Rounds without latencies are left
    /// out.
    pub fn of(rounds: &[LatencyHistogram]) -> Self {
        let mut all = LatencyHistogram::new();
        let mut means = Vec::new();
        for round in rounds.iter().filter(|round| round.count() > 0) {
            all.merge(round);
            means.push(round.mean_us());
        }
        Self::of_rounds(&all, &means)
    }

    /// Sums up rounds over the same queries: all latencies, and the mean of each
    /// round in microseconds. It is for many rounds, of which no histograms are
    /// kept.
    pub fn of_rounds(all: &LatencyHistogram, means_us: &[f64]) -> Self {
        Self {
            count: all.count(),
            rounds: means_us.len(),
            mean_us: all.mean_us(),
            mean_interval_us: mean_interval(means_us).filter(|interval| interval.low > 0.0),
            min_us: if all.count() == 0 { 0.0 } else { all.min_ns as f64 / 1000.0 },
            p50_us: all.quantile_us(0.5),
            p90_us: all.quantile_us(0.9),
            p95_us: all.quantile_us(0.95),
            p99_us: all.quantile_us(0.99),
            p99_9_us: all.quantile_us(0.999),
            max_us: all.max_ns as f64 / 1000.0,
        }
    }

    /// The value of a statistic, in microseconds.
    pub fn get(&self, statistic: Statistic) -> f64 {
        match statistic {
            Statistic::Mean => self.mean_us,
            Statistic::P50 => self.p50_us,
            Statistic::P90 => self.p90_us,
            Statistic::P95 => self.p95_us,
            Statistic::P99 => self.p99_us,
            Statistic::P99_9 => self.p99_9_us,
            Statistic::Max => self.max_us,
        }
    }
}

/// The 95 % confidence interval of the mean of `values`, by Student's t
/// distribution; none for fewer than two.
pub fn mean_interval(values: &[f64]) -> Option<Interval> {
    let n = values.len();
    if n < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let standard_error = (squares / (n - 1) as f64 / n as f64).sqrt();
    let half = two_sided_t(0.05, (n - 1) as f64) * standard_error;
    Some(Interval { low: mean - half, high: mean + half })
}

/// Queries per second; 0 where no time has passed.
pub fn queries_per_second(queries: u64, elapsed: Duration) -> f64 {
    if elapsed.is_zero() { 0.0 } else { queries as f64 / elapsed.as_secs_f64() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn histogram(latencies_us: impl IntoIterator<Item = u64>) -> LatencyHistogram {
        let mut histogram = LatencyHistogram::new();
        for latency in latencies_us {
            histogram.record(Duration::from_micros(latency));
        }
        histogram
    }

    fn near(found: f64, expected: f64) -> bool {
        (found / expected - 1.0).abs() < 0.002
    }

    #[test]
    fn percentiles_are_right_to_three_digits() {
        let summary = LatencySummary::of(&[histogram(1..=10_000)]);
        assert_eq!((summary.count, summary.rounds), (10_000, 1));
        assert_eq!((summary.min_us, summary.max_us), (1.0, 10_000.0));
        assert_eq!(summary.mean_us, 5000.5);
        let expected =
            [(0.5, 5000.0), (0.9, 9000.0), (0.95, 9500.0), (0.99, 9900.0), (0.999, 9990.0)];
        for (quantile, expected) in expected {
            let found = histogram(1..=10_000).quantile_us(quantile);
            assert!(near(found, expected), "{quantile}: {found}");
        }
    }

    #[test]
    fn a_single_latency_is_every_percentile() {
        let summary = LatencySummary::of(&[histogram([1234])]);
        for &statistic in Statistic::ALL {
            assert_eq!(summary.get(statistic), 1234.0, "{statistic}");
        }
        assert_eq!(summary.mean_interval_us, None);
    }

    #[test]
    fn nothing_recorded_is_all_zero() {
        let summary = LatencySummary::of(&[LatencyHistogram::new()]);
        assert!(Statistic::ALL.iter().all(|&statistic| summary.get(statistic) == 0.0));
        assert_eq!((summary.count, summary.rounds, summary.min_us), (0, 0, 0.0));
    }

    #[test]
    fn a_latency_of_days_is_still_counted() {
        let mut histogram = histogram([1]);
        histogram.record(Duration::from_secs(200_000));
        histogram.record(Duration::MAX);
        assert_eq!(histogram.count(), 3);
        assert!(near(histogram.quantile_us(0.6), 3.6e9));
    }

    #[test]
    fn rounds_give_the_mean_its_interval() {
        let rounds = [histogram([10, 20]), histogram([12, 22]), histogram([11, 21])];
        let summary = LatencySummary::of(&rounds);
        assert_eq!(summary.mean_us, 16.0);
        // scipy.stats.t.interval(.95, 2, loc=16, scale=scipy.stats.sem([15, 17, 16]))
        let interval = summary.mean_interval_us.map(|interval| (interval.low, interval.high));
        let Some((low, high)) = interval else { panic!("no interval") };
        assert!(
            (low - 13.515_862_288_2).abs() < 1e-9 && (high - 18.484_137_711_8).abs() < 1e-9,
            "{low} {high}"
        );
    }

    /// Two rounds, of 2 and 6 µs, gave a mean between -21.4 and 29.4.
    #[test]
    fn no_interval_of_the_mean_reaches_below_zero() {
        let intervals = [[2, 6], [200, 206], [0, 0]].map(|rounds| {
            LatencySummary::of(&rounds.map(|us| histogram([us]))).mean_interval_us.is_some()
        });
        assert_eq!(intervals, [false, true, false]);
    }

    /// The last point was that of the second longest.
    #[test]
    fn a_distribution_ends_with_the_longest_latency() {
        for count in [1, 2, 3, 100, 12_345] {
            let points = histogram((1..count).chain([38_014])).distribution();
            assert_eq!(points.last().map(|point| point.latency_us), Some(38_014.0), "{count}");
        }
    }

    #[test]
    fn a_rate_over_no_time_is_zero() {
        assert_eq!(queries_per_second(10, Duration::from_millis(500)), 20.0);
        assert_eq!(queries_per_second(10, Duration::ZERO), 0.0);
    }

    proptest! {
        #[test]
        fn merging_loses_nothing(
            one in prop::collection::vec(0..10_000_000_u64, 0..20),
            two in prop::collection::vec(0..10_000_000_u64, 0..20),
        ) {
            let mut merged = histogram(one.clone());
            merged.merge(&histogram(two.clone()));
            let all = histogram(one.into_iter().chain(two));
            prop_assert_eq!(merged.count(), all.count());
            prop_assert_eq!(merged.mean_us(), all.mean_us());
            prop_assert_eq!(merged.distribution(), all.distribution());
        }

        #[test]
        fn distributions_ascend(latencies in prop::collection::vec(0..10_000_000_u64, 1..200)) {
            let points = histogram(latencies).distribution();
            for pair in points.windows(2) {
                prop_assert!(pair[0].quantile < pair[1].quantile);
                prop_assert!(pair[0].latency_us <= pair[1].latency_us);
            }
        }
    }
}
