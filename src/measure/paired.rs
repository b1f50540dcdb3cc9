//! Two lists of times of the same queries: how much slower or faster, and how
//! sure that is.
//!
//! Ratios come with intervals, [`Interval`]s of 95 %, where there are queries enough
//! for one; the sign test asks how many queries got slower, whatever the amount. Both
//! are about the choice of queries. What the machine does from run to run is not in
//! them, as each query has one time of each side; whoever calls has to find that out by
//! comparing a system with itself.

use serde::Serialize;

use super::latency::Interval;
use super::ratio_interval::{mean, nearest_rank, of_geometric_mean, of_means, of_percentiles};
use super::statistic::Statistic;
use super::student::sign_test_p;
use crate::error::{Error, Result};

/// How times are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairedOptions {
    /// How many times the queries are drawn anew, for the intervals of percentiles.
    pub resamples: u32,
    /// The seed of these draws.
    pub seed: u64,
}

impl Default for PairedOptions {
    /// 1,000 draws, the usual number for an interval of 95 %.
    fn default() -> Self {
        Self { resamples: 1000, seed: 1 }
    }
}

/// How the times of a contender stand to those of a baseline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairedTimes {
    /// The number of queries.
    pub queries: usize,
    /// Queries that the contender answers faster.
    pub faster: u64,
    /// Queries that it answers more slowly.
    pub slower: u64,
    /// Queries that take both the same time.
    pub equal: u64,
    /// The two-sided p value of the sign test over them.
    pub sign_test_p: f64,
    /// The geometric mean of all queries' ratios, contender to baseline. It
    /// weighs every query the same, short or long.
    pub geometric_mean_ratio: f64,
    /// The 95 % interval of that, by Student's t distribution of the logarithms; none
    /// for a single query.
    pub geometric_mean_interval: Option<Interval>,
    /// One estimate for each of [`Statistic::ALL`].
    pub estimates: Vec<RatioEstimate>,
}

/// A statistic of both lists, and its ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RatioEstimate {
    /// The statistic.
    pub statistic: Statistic,
    /// The baseline's value in microseconds.
    pub baseline_us: f64,
    /// The contender's value in microseconds.
    pub contender_us: f64,
    /// Contender to baseline: above 1 is slower.
    pub ratio: f64,
    /// The 95 % interval of the ratio, by Fieller's theorem for the mean and by the
    /// paired bootstrap for percentiles. None where there are too few queries: of the
    /// mean fewer than 3, or times so far apart that a few queries make it all; fewer
    /// than 6 for p50, 36 for p90, 72 for p95, 368 for p99, 3,688 for p99.9. The
    /// longest time never has one.
    pub interval: Option<Interval>,
}

impl PairedTimes {
    /// The estimate for a statistic.
    pub fn estimate(&self, statistic: Statistic) -> RatioEstimate {
        let known = self.estimates.iter().find(|estimate| estimate.statistic == statistic);
        known.copied().unwrap_or(RatioEstimate {
            statistic,
            baseline_us: 0.0,
            contender_us: 0.0,
            ratio: 1.0,
            interval: None,
        })
    }
}

/// Compares times in microseconds; those at the same place are of the same
/// query. A time of less than a nanosecond counts as one nanosecond.
///
/// # Errors
/// [`Error::InvalidOption`] if the lists are empty or of different length, or a
/// time is not a number from 0 on.
///
/// ```
/// use excerpt::measure::paired::{PairedOptions, compare_times};
/// use excerpt::measure::Statistic;
///
/// let times = compare_times(&[10.0, 20.0], &[20.0, 40.0], &PairedOptions::default())?;
/// assert_eq!(times.estimate(Statistic::Mean).ratio, 2.0);
/// assert_eq!(times.slower, 2);
/// # Ok::<(), excerpt::Error>(())
/// ```
pub fn compare_times(
    baseline_us: &[f64],
    contender_us: &[f64],
    options: &PairedOptions,
) -> Result<PairedTimes> {
    let (baseline, contender) = (times(baseline_us)?, times(contender_us)?);
    if baseline.len() != contender.len() || baseline.is_empty() {
        return Err(invalid(
            format!("{} and {} times", baseline.len(), contender.len()),
            "both have to time the same queries, at least one",
        ));
    }
    let count = |is: fn(&f64, &f64) -> bool| {
        contender
            .iter()
            .zip(&baseline)
            .filter(|(contender, baseline)| is(contender, baseline))
            .count() as u64
    };
    let (faster, slower) = (count(f64::lt), count(f64::gt));
    let logarithm = |(contender, baseline): (&f64, &f64)| (contender / baseline).ln();
    let log_ratios: Vec<f64> = contender.iter().zip(&baseline).map(logarithm).collect();
    Ok(PairedTimes {
        queries: baseline.len(),
        faster,
        slower,
        equal: baseline.len() as u64 - faster - slower,
        sign_test_p: sign_test_p(faster, slower),
        geometric_mean_ratio: mean(&log_ratios).exp(),
        geometric_mean_interval: of_geometric_mean(&log_ratios),
        estimates: estimates(&baseline, &contender, options),
    })
}

/// Times of a list that can be divided by.
fn times(list_us: &[f64]) -> Result<Vec<f64>> {
    const ONE_NANOSECOND_US: f64 = 0.001;
    let time = |&time: &f64| match time {
        0.0..f64::INFINITY => Ok(time.max(ONE_NANOSECOND_US)),
        wrong => Err(invalid(wrong.to_string(), "a time is a number from 0 on")),
    };
    list_us.iter().map(time).collect()
}

fn invalid(value: String, reason: &str) -> Error {
    Error::InvalidOption { option: "compare", value, reason: reason.to_owned() }
}

fn estimates(baseline: &[f64], contender: &[f64], options: &PairedOptions) -> Vec<RatioEstimate> {
    let quantiles: Vec<f64> = Statistic::ALL.iter().filter_map(|one| one.quantile()).collect();
    let mut of_percentiles = of_percentiles(baseline, contender, &quantiles, options).into_iter();
    let (of_baseline, of_contender) = (statistics(baseline), statistics(contender));
    let estimate = |(at, &statistic): (usize, &Statistic)| RatioEstimate {
        statistic,
        baseline_us: of_baseline[at],
        contender_us: of_contender[at],
        ratio: of_contender[at] / of_baseline[at],
        interval: match statistic.quantile() {
            None => of_means(baseline, contender),
            Some(_) => of_percentiles.next().flatten(),
        },
    };
    Statistic::ALL.iter().enumerate().map(estimate).collect()
}

/// The values of [`Statistic::ALL`].
fn statistics(times: &[f64]) -> Vec<f64> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let value = |statistic: &Statistic| match statistic.quantile() {
        None => mean(times),
        Some(quantile) => nearest_rank(&sorted, quantile),
    };
    Statistic::ALL.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::random::SplitMix64;
    use proptest::prelude::*;

    #[test]
    fn a_tenth_more_on_each_query_is_a_tenth_more_of_everything() -> Result<()> {
        let baseline: Vec<f64> = (1..=200).map(f64::from).collect();
        let contender: Vec<f64> = baseline.iter().map(|time| time * 1.1).collect();
        let times = compare_times(&baseline, &contender, &PairedOptions::default())?;
        assert_eq!((times.faster, times.slower, times.equal), (0, 200, 0));
        assert!(times.sign_test_p < 1e-50);
        assert_eq!(times.estimate(Statistic::Max).baseline_us, 200.0);
        for estimate in times.estimates {
            assert!((estimate.ratio - 1.1).abs() < 1e-9, "{estimate:?}");
            // 200 queries say nothing of those beyond p99, nor of the longest.
            let has_one =
                !matches!(estimate.statistic, Statistic::P99 | Statistic::P99_9 | Statistic::Max);
            let width = estimate.interval.map(|interval| interval.high - interval.low);
            assert_eq!(width.is_some(), has_one, "{estimate:?}");
            assert!(width.is_none_or(|width| width < 1e-9), "{estimate:?}");
        }
        Ok(())
    }

    #[test]
    fn each_query_is_faster_slower_or_equal() -> Result<()> {
        let (baseline, contender) =
            ([1.0, 2.0, 3.0, 4.0, 0.0, 0.0], [0.5, 3.0, 5.0, 4.0, 1e-9, 9.0]);
        let times = compare_times(&baseline, &contender, &PairedOptions::default())?;
        assert_eq!((times.queries, times.faster, times.slower, times.equal), (6, 1, 3, 2));
        Ok(())
    }

    #[test]
    fn percentiles_are_times_that_occurred() {
        let times: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(statistics(&times), [50.5, 50.0, 90.0, 95.0, 99.0, 100.0, 100.0]);
        assert_eq!(statistics(&[7.0]), [7.0; 7]);
    }

    #[test]
    fn noise_is_not_called_a_change() -> Result<()> {
        let mut random = SplitMix64::new(3);
        let mut noisy = || (0..300).map(|_| 100.0 + random.below(1000) as f64 / 50.0).collect();
        let (baseline, contender): (Vec<f64>, Vec<f64>) = (noisy(), noisy());
        let times = compare_times(&baseline, &contender, &PairedOptions::default())?;
        let interval = times.geometric_mean_interval;
        assert!(interval.is_some_and(|of| of.low < 1.0 && 1.0 < of.high), "{interval:?}");
        assert!(times.sign_test_p > 0.05, "{}", times.sign_test_p);
        Ok(())
    }

    /// One query gave an interval of no width, said to be of 95 %.
    #[test]
    fn one_query_gives_no_interval() -> Result<()> {
        let times = compare_times(&[10.0], &[12.72], &PairedOptions::default())?;
        assert_eq!(times.geometric_mean_interval, None);
        assert!(times.estimates.iter().all(|estimate| estimate.interval.is_none()));
        Ok(())
    }

    #[test]
    fn lists_of_different_queries_are_refused() {
        let options = PairedOptions::default();
        for (baseline, contender) in
            [(&[1.0][..], &[1.0, 2.0][..]), (&[], &[]), (&[f64::NAN], &[1.0])]
        {
            assert!(compare_times(baseline, contender, &options).is_err());
        }
    }

    proptest! {
        #[test]
        fn every_figure_is_finite(pairs in prop::collection::vec((0.0..1e9_f64, 0.0..1e9_f64), 1..30)) {
            let (baseline, contender): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            let options = PairedOptions { resamples: 20, seed: 1 };
            let Ok(times) = compare_times(&baseline, &contender, &options) else {
                return Err(TestCaseError::fail("refused"));
            };
            for estimate in &times.estimates {
                prop_assert!(estimate.ratio.is_finite());
                let is_finite = |of: Interval| of.low <= of.high && of.high.is_finite();
                prop_assert!(estimate.interval.is_none_or(is_finite), "{:?}", estimate);
            }
            prop_assert!((0.0..=1.0).contains(&times.sign_test_p));
        }
    }
}
