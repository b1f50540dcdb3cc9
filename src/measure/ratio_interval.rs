//! 95 % intervals of how two lists of times of the same queries stand to each
//! other, and none where the number of queries does not carry one.
//!
//! Of means they come from Student's t distribution, of percentiles from the
//! paired bootstrap. The ratios themselves are those of [`super::paired`].

use super::latency::{Interval, mean_interval};
use super::paired::PairedOptions;
use super::random::SplitMix64;
use super::student::two_sided_t;

/// What lies outside of an interval, at both ends together.
const OUTSIDE: f64 = 0.05;

/// The fewest queries of which the ratio of the means has an interval. In simulations with
/// lognormal times and ratios those of two queries covered the ratio in 82 to 93 % of
/// cases, those of three in 93 to 96 %, those of five and more in 95 to 97 %.
const FEWEST_FOR_MEANS: usize = 3;

/// The interval of the geometric mean of ratios, of which `log_ratios` are the
/// logarithms: Student's, of their mean. None for fewer than two, which do not tell
/// how far they spread.
pub(super) fn of_geometric_mean(log_ratios: &[f64]) -> Option<Interval> {
    let Interval { low, high } = mean_interval(log_ratios)?;
    bounded(low.exp(), high.exp())
}

/// The interval of the contender's mean over the baseline's, by Fieller's theorem
/// (E. C. Fieller, "Some problems in interval estimation", J. R. Stat. Soc. B 16(2),
/// 1954): all ratios r for which contender - r · baseline, query by query, does not
/// differ from 0 by the t-test. None where times lie so far apart that one of the means
/// itself does not differ from 0: then the set has no end above, or reaches below 0. None
/// for fewer than three queries either: of two few have such a set, and these do not cover
/// the ratio as often as they say.
pub(super) fn of_means(baseline: &[f64], contender: &[f64]) -> Option<Interval> {
    let n = baseline.len().min(contender.len());
    if n < FEWEST_FOR_MEANS {
        return None;
    }
    let (of_baseline, of_contender) = (mean(baseline), mean(contender));
    // As parts of the means, so that what cancels is not left to rounding: the theorem
    // then is about how far, as a part of it, a ratio lies from the one observed.
    let (mut spread, mut joint, mut rest) = (0.0, 0.0, 0.0);
    for (baseline, contender) in baseline.iter().zip(contender) {
        let from_mean = baseline / of_baseline - 1.0;
        let residual = contender / of_contender - baseline / of_baseline;
        spread += from_mean * from_mean;
        joint += from_mean * residual;
        rest += residual * residual;
    }
    let t = two_sided_t(OUTSIDE, (n - 1) as f64);
    let squared_t_of_a_mean = t * t / (n - 1) as f64 / n as f64;
    let [spread, joint, rest] = [spread, joint, rest].map(|sum| sum * squared_t_of_a_mean);
    // Both ends are roots of a · x² + 2 · joint · x - rest.
    let a = 1.0 - spread;
    if a <= 0.0 {
        return None;
    }
    let root = (joint * joint + a * rest).sqrt();
    let end = |x: f64| of_contender / of_baseline * (1.0 + x);
    bounded(end((-joint - root) / a), end((-joint + root) / a))
}

/// The intervals of the ratios of the percentiles at `quantiles` (0 to 1), by the
/// paired bootstrap, which draws queries and keeps both times of each (Efron and
/// Tibshirani, "An introduction to the bootstrap", 1993, percentile method). None where
/// there are [fewer queries](fewest_queries) than a percentile needs.
pub(super) fn of_percentiles(
    baseline: &[f64],
    contender: &[f64],
    quantiles: &[f64],
    options: &PairedOptions,
) -> Vec<Option<Interval>> {
    let n = baseline.len().min(contender.len());
    let is_carried = |quantile: f64| n as f64 >= fewest_queries(quantile);
    let mut ratios = vec![Vec::new(); quantiles.len()];
    if quantiles.iter().copied().any(is_carried) {
        let mut random = SplitMix64::new(options.seed);
        let (mut of_baseline, mut of_contender) = (vec![0.0; n], vec![0.0; n]);
        for _ in 0..options.resamples.max(1) {
            for at in 0..n {
                let drawn = random.below(n);
                (of_baseline[at], of_contender[at]) = (baseline[drawn], contender[drawn]);
            }
            of_baseline.sort_unstable_by(f64::total_cmp);
            of_contender.sort_unstable_by(f64::total_cmp);
            for (ratios, &quantile) in ratios.iter_mut().zip(quantiles) {
                let of = |sorted| nearest_rank(sorted, quantile);
                ratios.push(of(&of_contender) / of(&of_baseline));
            }
        }
    }
    let interval = |(ratios, &quantile): (&mut Vec<f64>, &f64)| {
        ratios.sort_unstable_by(f64::total_cmp);
        let ends = [OUTSIDE / 2.0, 1.0 - OUTSIDE / 2.0].map(|end| nearest_rank(ratios, end));
        is_carried(quantile).then_some(Interval { low: ends[0], high: ends[1] })
    };
    ratios.iter_mut().zip(quantiles).map(interval).collect()
}

/// With fewer queries than this all of them lie on one side of the percentile too
/// often, with more than half of [`OUTSIDE`], so that no two of the times enclose it: 6
/// for the median, 36 for p90, 368 for p99. That is the condition of the interval
/// between order statistics (David and Nagaraja, "Order statistics", third edition,
/// 2003, 7.1); the bootstrap, which draws no other times, needs as many. For the longest
/// time no number is enough, and the bootstrap of it fails (Bickel and Freedman, "Some
/// asymptotic theory for the bootstrap", Ann. Statist. 9(6), 1981).
fn fewest_queries(quantile: f64) -> f64 {
    let likelier = quantile.max(1.0 - quantile);
    if likelier < 1.0 { (OUTSIDE / 2.0).ln() / likelier.ln() } else { f64::INFINITY }
}

/// The smallest of the sorted times that at least the part `quantile` does not
/// exceed, as histograms define it too; 0 if there are none.
pub(super) fn nearest_rank(sorted: &[f64], quantile: f64) -> f64 {
    // The slack keeps 0.99 · 100 from being a little more than 99.
    let rank = (quantile * sorted.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(rank.min(sorted.len()).saturating_sub(1)).copied().unwrap_or(0.0)
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn bounded(low: f64, high: f64) -> Option<Interval> {
    (low > 0.0 && high.is_finite()).then_some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ratios whose logarithms spread by so much around [`CENTRE`].
    const SPREAD: f64 = 0.3;
    const CENTRE: f64 = 0.05;

    fn normal(random: &mut SplitMix64) -> f64 {
        // Box and Muller, "A note on the generation of random normal deviates", 1958.
        let mut uniform = || (random.next_bits() >> 11) as f64 / (1_u64 << 53) as f64;
        let (radius, angle) = (1.0 - uniform(), uniform());
        (-2.0 * radius.ln()).sqrt() * (2.0 * std::f64::consts::PI * angle).cos()
    }

    /// Lognormal times of `n` queries, and the same with lognormal ratios.
    fn times(random: &mut SplitMix64, n: usize) -> (Vec<f64>, Vec<f64>) {
        let pair = |_| {
            let baseline = normal(random).exp();
            (baseline, baseline * (CENTRE + SPREAD * normal(random)).exp())
        };
        (0..n).map(pair).unzip()
    }

    /// How often `interval` covers the true ratio, in percent of those there are.
    fn coverage(
        trials: u32,
        n: usize,
        truth: f64,
        interval: impl Fn(&[f64], &[f64]) -> Option<Interval>,
    ) -> Option<f64> {
        let mut random = SplitMix64::new(7);
        let (mut covered, mut all) = (0, 0);
        for _ in 0..trials {
            let (baseline, contender) = times(&mut random, n);
            if let Some(interval) = interval(&baseline, &contender) {
                covered += u32::from((interval.low..=interval.high).contains(&truth));
                all += 1;
            }
        }
        (all > 0).then(|| f64::from(covered) / f64::from(all) * 100.0)
    }

    fn of_logarithms(baseline: &[f64], contender: &[f64]) -> Option<Interval> {
        let ratios = baseline.iter().zip(contender);
        of_geometric_mean(&ratios.map(|(a, b)| (b / a).ln()).collect::<Vec<_>>())
    }

    /// The bootstrap's covered the ratio in 0 % of cases with one query, in 53 % with
    /// two, in 88 % with five.
    #[test]
    fn intervals_of_means_cover_what_they_say() {
        assert_eq!(coverage(1000, 1, CENTRE.exp(), of_logarithms), None);
        assert_eq!(coverage(1000, 2, 1.0, of_means), None);
        assert!(coverage(1000, 3, 1.0, of_means).is_some());
        let of_mean = (CENTRE + SPREAD * SPREAD / 2.0).exp();
        for n in [2, 3, 5, 10, 40] {
            let found = coverage(1000, n, CENTRE.exp(), of_logarithms);
            assert!(found.is_some_and(|found| (93.0..97.0).contains(&found)), "{n}: {found:?}");
        }
        // With fewer queries hardly any has one.
        for n in [5, 10, 40] {
            let found = coverage(1000, n, of_mean, of_means);
            assert!(found.is_some_and(|found| found > 93.0), "{n}: {found:?}");
        }
    }

    #[test]
    fn intervals_of_percentiles_cover_what_they_say() {
        // At the 90th percentile a normal distribution lies 1.2816 above its mean.
        let of_p90 = (CENTRE + 1.2816 * ((1.0 + SPREAD * SPREAD).sqrt() - 1.0)).exp();
        let options = PairedOptions { resamples: 100, seed: 1 };
        for (quantile, fewest, truth) in [(0.5, 6, CENTRE.exp()), (0.9, 36, of_p90)] {
            let interval = |baseline: &[f64], contender: &[f64]| {
                of_percentiles(baseline, contender, &[quantile], &options)[0]
            };
            let found = coverage(300, fewest, truth, interval);
            assert!(found.is_some_and(|found| found > 93.0), "{quantile}: {found:?}");
            assert_eq!(coverage(300, fewest - 1, truth, interval), None, "{quantile}");
        }
    }

    #[test]
    fn a_time_that_makes_the_mean_alone_leaves_it_without_an_interval() {
        let (even, uneven) = ([1.0, 1.1, 1.2], [1.0, 1.1, 90.0]);
        assert!(of_means(&even, &even).is_some());
        assert_eq!(of_means(&even, &uneven), None);
        assert_eq!(of_means(&uneven, &even), None);
    }

    #[test]
    fn an_interval_of_percentiles_leaves_out_as_much_at_either_end() {
        let (baseline, contender) = times(&mut SplitMix64::new(5), 40);
        // Of so many draws the two ends are the third from below and the third from above.
        let options = PairedOptions { resamples: 101, seed: 1 };
        let there = of_percentiles(&baseline, &contender, &[0.5], &options)[0];
        let back = of_percentiles(&contender, &baseline, &[0.5], &options)[0];
        let (Some(there), Some(back)) = (there, back) else { panic!("no interval") };
        assert!((there.low * back.high - 1.0).abs() < 1e-9, "{there:?} {back:?}");
        assert!((there.high * back.low - 1.0).abs() < 1e-9, "{there:?} {back:?}");
    }

    #[test]
    fn a_percentile_needs_queries_on_both_sides_of_it() {
        for (quantile, fewest) in [(0.5, 6.0), (0.9, 36.0), (0.95, 72.0), (0.99, 368.0)] {
            assert_eq!(fewest_queries(quantile).ceil(), fewest, "{quantile}");
            assert!((fewest_queries(1.0 - quantile) - fewest_queries(quantile)).abs() < 1e-6);
        }
        assert_eq!(fewest_queries(1.0), f64::INFINITY);
    }

    #[test]
    fn the_interval_of_means_is_where_the_t_test_turns() {
        let (baseline, contender) = times(&mut SplitMix64::new(5), 20);
        let Some(interval) = of_means(&baseline, &contender) else { panic!("no interval") };
        for end in [interval.low, interval.high] {
            let differences: Vec<f64> =
                baseline.iter().zip(&contender).map(|(a, b)| b - end * a).collect();
            let test = crate::measure::significance::t_test(&differences);
            assert!(test.is_some_and(|test| (test.p - 0.05).abs() < 1e-9), "{test:?}");
        }
    }
}
