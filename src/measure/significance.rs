//! Whether paired differences are more than chance.
//!
//! Both tests are paired and two-sided. Smucker, Allan and Carterette, "A
//! comparison of statistical significance tests for information retrieval
//! evaluation", CIKM 2007, find that the randomisation test assumes the least,
//! and that the t-test nearly always agrees with it.

use serde::Serialize;

use super::random::SplitMix64;
use super::student::two_sided_p;

/// With so many topics that differ, or fewer, [`randomization_p`] goes through all
/// assignments instead of drawing some.
pub const EXACT_UP_TO: usize = 12;

/// The p value of the paired randomisation test (Fisher's): how often the sum
/// of `differences` is at least as far from 0 as it is, when each one's sign is
/// tossed.
///
/// Random draws count the observed assignment among them, so that p is never
/// 0: Phipson and Smyth, "Permutation p-values should never be zero", Stat.
/// Appl. Genet. Mol. Biol. 9(1), 2010.
pub fn randomization_p(differences: &[f64], permutations: u32, seed: u64) -> f64 {
    // Topics without a difference are the same under either sign.
    let differences: Vec<f64> = differences.iter().copied().filter(|&d| differs(d)).collect();
    if differences.is_empty() {
        return 1.0;
    }
    // Sums in another order differ in their last bits; they are equal.
    let slack = 1e-12 * differences.iter().map(|d| d.abs()).sum::<f64>();
    let observed = differences.iter().sum::<f64>().abs() - slack;
    let as_far = |signs: &mut dyn FnMut() -> u64| -> bool {
        let mut sum = 0.0;
        for differences in differences.chunks(64) {
            let mut bits = signs();
            for &difference in differences {
                sum += f64::from_bits(difference.to_bits() ^ (bits << 63));
                bits >>= 1;
            }
        }
        sum.abs() >= observed
    };
    if differences.len() <= EXACT_UP_TO {
        let all = 1_u64 << differences.len();
        let count = (0..all).filter(|&assignment| as_far(&mut || assignment)).count();
        return count as f64 / all as f64;
    }
    let mut random = SplitMix64::new(seed);
    let count = (0..permutations).filter(|_| as_far(&mut || random.next_bits())).count();
    (count + 1) as f64 / (f64::from(permutations) + 1.0)
}

/// The paired t-test of `differences` against a mean of 0. None for fewer than two, and
/// where all are equal but for rounding: a spread of zero would make any mean certain.
pub fn t_test(differences: &[f64]) -> Option<TTest> {
    let n = differences.len();
    let mean = differences.iter().sum::<f64>() / n as f64;
    if n < 2 || !differences.iter().any(|&d| differs(d - mean)) {
        return None;
    }
    let squares: f64 = differences.iter().map(|d| (d - mean).powi(2)).sum();
    let standard_error = (squares / (n - 1) as f64 / n as f64).sqrt();
    let t = mean / standard_error;
    Some(TTest { t, df: n - 1, p: two_sided_p(t, (n - 1) as f64) })
}

/// Values come from sums of fractions: what differs by less than this is equal.
pub(super) fn differs(difference: f64) -> bool {
    difference.abs() > 1e-9
}

/// The result of a paired t-test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TTest {
    /// The mean difference in standard errors.
    pub t: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// The two-sided p value.
    pub p: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BASELINE: [f64; 15] =
        [0.61, 0.42, 0.93, 0.1, 0.55, 0.77, 0.31, 0.02, 0.49, 0.88, 0.7, 0.36, 0.64, 0.5, 0.25];
    const CONTENDER: [f64; 15] =
        [0.66, 0.40, 0.95, 0.2, 0.58, 0.90, 0.31, 0.10, 0.45, 0.93, 0.8, 0.41, 0.60, 0.62, 0.33];

    fn differences(topics: usize) -> Vec<f64> {
        CONTENDER.iter().zip(BASELINE).map(|(b, a)| b - a).take(topics).collect()
    }

    fn check_t(topics: usize, t: f64, p: f64) {
        let found = t_test(&differences(topics)).map(|test| (test.t, test.df, test.p));
        let Some((found_t, df, found_p)) = found else { panic!("no test") };
        assert!((found_t - t).abs() < 1e-9 && (found_p - p).abs() < 1e-9, "{found:?}");
        assert_eq!(df, topics - 1);
    }

    #[test]
    fn the_t_test_equals_that_of_scipy() {
        // scipy.stats.ttest_rel(contender, baseline)
        check_t(15, 3.311935255757218, 0.005138789836763131);
        check_t(8, 2.68305478167339, 0.031399993568965945);
    }

    /// They had p = 0, or t = 8e15 where the last bit differed.
    #[test]
    fn equal_differences_have_no_t_test() {
        for differences in [&[0.1, 0.1][..], &[0.1, 0.1, 0.3 - 0.2], &[0.0, 0.0], &[0.5]] {
            assert_eq!(t_test(differences), None, "{differences:?}");
        }
        assert!(t_test(&[0.1, 0.1001]).is_some());
    }

    #[test]
    fn few_topics_are_gone_through_exactly() {
        // scipy.stats.permutation_test(..., permutation_type="samples", n_resamples=inf)
        assert_eq!(randomization_p(&differences(8), 1, 1), 0.046875);
    }

    #[test]
    fn many_topics_are_drawn_close_to_the_exact_value() {
        // The exact value over all 2^15 assignments, from the same function.
        let p = randomization_p(&differences(15), 100_000, 1);
        assert!((p - 0.0076904296875).abs() < 0.001, "{p}");
    }

    proptest! {
        #[test]
        fn p_values_are_probabilities(differences in prop::collection::vec(-1.0..1.0_f64, 0..40)) {
            let p = randomization_p(&differences, 200, 1);
            prop_assert!(p > 0.0 && p <= 1.0);
            if let Some(test) = t_test(&differences) {
                prop_assert!((0.0..=1.0).contains(&test.p), "{:?}", test);
            }
        }
    }
}
