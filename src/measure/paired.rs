//! Two lists of times of the same queries: how much slower or faster, and how
//! sure that is.
//!
//! Ratios come with intervals from the paired bootstrap, which draws queries
//! and keeps both times of each (Efron and Tibshirani, "An introduction to the
//! bootstrap", 1993, percentile method); the sign test asks how many queries
//! got slower, whatever the amount. Both are about the choice of queries. What the
//! machine does from run to run is not in them, as each query has one time of each
//! side; whoever calls has to find that out by comparing a system with itself.

use serde::Serialize;

use super::latency::Interval;
use super::random::SplitMix64;
use super::statistic::Statistic;
use super::student::sign_test_p;
use crate::error::{Error, Result};

/// How times are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairedOptions {
    /// How many times the queries are drawn anew.
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
    /// The 95 % interval of that.
    pub geometric_mean_interval: Interval,
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
    /// The 95 % interval of the ratio.
    pub interval: Interval,
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
            interval: Interval { low: 1.0, high: 1.0 },
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
    let pairs = pairs(baseline_us, contender_us)?;
    let (faster, slower) = (
        pairs.iter().filter(|pair| pair.contender < pair.baseline).count() as u64,
        pairs.iter().filter(|pair| pair.contender > pair.baseline).count() as u64,
    );
    let observed = Figures::of(&pairs);
    let spread = Spread::draw(&pairs, options);
    let estimates = Statistic::ALL
        .iter()
        .enumerate()
        .map(|(index, &statistic)| RatioEstimate {
            statistic,
            baseline_us: observed.baseline[index],
            contender_us: observed.contender[index],
            ratio: observed.contender[index] / observed.baseline[index],
            interval: interval(&spread.ratios[index]),
        })
        .collect();
    Ok(PairedTimes {
        queries: pairs.len(),
        faster,
        slower,
        equal: pairs.len() as u64 - faster - slower,
        sign_test_p: sign_test_p(faster, slower),
        geometric_mean_ratio: observed.log_ratio.exp(),
        geometric_mean_interval: interval(&spread.geometric_means),
        estimates,
    })
}

#[derive(Clone, Copy)]
struct Pair {
    baseline: f64,
    contender: f64,
    /// The logarithm of their ratio, taken once for all draws.
    log_ratio: f64,
}

fn pairs(baseline_us: &[f64], contender_us: &[f64]) -> Result<Vec<Pair>> {
    const ONE_NANOSECOND_US: f64 = 0.001;
    let invalid = |value: String, reason: &str| Error::InvalidOption {
        option: "compare",
        value,
        reason: reason.to_owned(),
    };
    if baseline_us.len() != contender_us.len() || baseline_us.is_empty() {
        return Err(invalid(
            format!("{} and {} times", baseline_us.len(), contender_us.len()),
            "both have to time the same queries, at least one",
        ));
    }
    if let Some(wrong) =
        baseline_us.iter().chain(contender_us).find(|time| !(0.0..f64::INFINITY).contains(*time))
    {
        return Err(invalid(wrong.to_string(), "a time is a number from 0 on"));
    }
    let pair = |(&baseline, &contender): (&f64, &f64)| {
        let (baseline, contender) =
            (baseline.max(ONE_NANOSECOND_US), contender.max(ONE_NANOSECOND_US));
        Pair { baseline, contender, log_ratio: (contender / baseline).ln() }
    };
    Ok(baseline_us.iter().zip(contender_us).map(pair).collect())
}

/// The statistics of one sample, in the order of [`Statistic::ALL`].
struct Figures {
    baseline: Vec<f64>,
    contender: Vec<f64>,
    log_ratio: f64,
}

impl Figures {
    fn of(pairs: &[Pair]) -> Self {
        let mut baseline: Vec<f64> = pairs.iter().map(|pair| pair.baseline).collect();
        let mut contender: Vec<f64> = pairs.iter().map(|pair| pair.contender).collect();
        let log_ratio = pairs.iter().map(|pair| pair.log_ratio).sum::<f64>() / pairs.len() as f64;
        Self {
            baseline: statistics(&mut baseline),
            contender: statistics(&mut contender),
            log_ratio,
        }
    }
}

fn statistics(times: &mut [f64]) -> Vec<f64> {
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    times.sort_unstable_by(f64::total_cmp);
    Statistic::ALL
        .iter()
        .map(|statistic| match statistic {
            Statistic::Mean => mean,
            Statistic::P50 => nearest_rank(times, 0.5),
            Statistic::P90 => nearest_rank(times, 0.9),
            Statistic::P95 => nearest_rank(times, 0.95),
            Statistic::P99 => nearest_rank(times, 0.99),
            Statistic::P99_9 => nearest_rank(times, 0.999),
            Statistic::Max => nearest_rank(times, 1.0),
        })
        .collect()
}

/// The smallest of the sorted times that at least the part `quantile` does not
/// exceed, as histograms define it too.
fn nearest_rank(sorted: &[f64], quantile: f64) -> f64 {
    // The slack keeps 0.99 · 100 from being a little more than 99.
    let rank = (quantile * sorted.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(rank.min(sorted.len()) - 1).copied().unwrap_or(0.0)
}

/// What the ratios are over many draws of the queries.
struct Spread {
    ratios: Vec<Vec<f64>>,
    geometric_means: Vec<f64>,
}

impl Spread {
    fn draw(pairs: &[Pair], options: &PairedOptions) -> Self {
        let mut random = SplitMix64::new(options.seed);
        let mut spread =
            Self { ratios: vec![Vec::new(); Statistic::ALL.len()], geometric_means: Vec::new() };
        let mut sample = Vec::with_capacity(pairs.len());
        for _ in 0..options.resamples.max(1) {
            sample.clear();
            sample.extend((0..pairs.len()).map(|_| pairs[random.below(pairs.len())]));
            let figures = Figures::of(&sample);
            spread.geometric_means.push(figures.log_ratio.exp());
            for (index, ratios) in spread.ratios.iter_mut().enumerate() {
                ratios.push(figures.contender[index] / figures.baseline[index]);
            }
        }
        spread.geometric_means.sort_unstable_by(f64::total_cmp);
        spread.ratios.iter_mut().for_each(|ratios| ratios.sort_unstable_by(f64::total_cmp));
        spread
    }
}

fn interval(sorted: &[f64]) -> Interval {
    Interval { low: nearest_rank(sorted, 0.025), high: nearest_rank(sorted, 0.975) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tenth_more_on_each_query_is_a_tenth_more_of_everything() -> Result<()> {
        let baseline: Vec<f64> = (1..=200).map(f64::from).collect();
        let contender: Vec<f64> = baseline.iter().map(|time| time * 1.1).collect();
        let times = compare_times(&baseline, &contender, &PairedOptions::default())?;
        assert_eq!((times.faster, times.slower, times.equal), (0, 200, 0));
        assert!(times.sign_test_p < 1e-50);
        for estimate in times.estimates {
            assert!((estimate.ratio - 1.1).abs() < 1e-9, "{estimate:?}");
            assert!(estimate.interval.high - estimate.interval.low < 1e-9, "{estimate:?}");
        }
        Ok(())
    }

    #[test]
    fn percentiles_are_times_that_occurred() {
        let mut times: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(statistics(&mut times), [50.5, 50.0, 90.0, 95.0, 99.0, 100.0, 100.0]);
        assert_eq!(statistics(&mut [7.0]), [7.0; 7]);
    }

    #[test]
    fn noise_is_not_called_a_change() -> Result<()> {
        let mut random = SplitMix64::new(3);
        let mut noisy = || (0..300).map(|_| 100.0 + random.below(1000) as f64 / 50.0).collect();
        let (baseline, contender): (Vec<f64>, Vec<f64>) = (noisy(), noisy());
        let times = compare_times(&baseline, &contender, &PairedOptions::default())?;
        let interval = times.geometric_mean_interval;
        assert!(interval.low < 1.0 && 1.0 < interval.high, "{interval:?}");
        assert!(times.sign_test_p > 0.05, "{}", times.sign_test_p);
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
                prop_assert!(estimate.ratio.is_finite() && estimate.interval.high.is_finite());
            }
            prop_assert!((0.0..=1.0).contains(&times.sign_test_p));
        }
    }
}
