//! Student's t distribution and the binomial one, both by way of the
//! regularised incomplete beta function.
//!
//! DLMF is the NIST Digital Library of Mathematical Functions.

/// The probability that |t| is at least `t` with `df` degrees of freedom: the
/// two-sided p value. DLMF 8.17 with x = df / (df + t²).
pub fn two_sided_p(t: f64, df: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    let square = t * t;
    incomplete_beta(df / 2.0, 0.5, df / (df + square), square / (df + square))
}

/// The t that |t| exceeds with probability `p` with `df` degrees of freedom:
/// half the width of a confidence interval of 1 - p, in standard errors.
pub fn two_sided_t(p: f64, df: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while two_sided_p(high, df) > p && high < 1e12 {
        high *= 2.0;
    }
    // Bisection down to the last bits: this is called once per report.
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if two_sided_p(middle, df) > p {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The two-sided p value of the sign test: how likely a fair coin gives a split
/// at least as uneven as `wins` against `losses`. Ties are left out by the
/// caller. DLMF 8.17.5 leads from the binomial sum to the beta function.
pub fn sign_test_p(wins: u64, losses: u64) -> f64 {
    if wins == losses {
        return 1.0;
    }
    let (few, many) = (wins.min(losses) as f64, wins.max(losses) as f64);
    (2.0 * incomplete_beta(many, few + 1.0, 0.5, 0.5)).min(1.0)
}

/// I_x(a, b) for `x` + `y` = 1; both are given so that neither loses digits
/// near its end.
fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    // The fraction converges fast on this side of the mean only; on the other
    // one DLMF 8.17.4 turns it round.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta_fraction(b, a, y, x);
    }
    incomplete_beta_fraction(a, b, x, y)
}

/// DLMF 8.17.22, the continued fraction evaluated by Lentz's method as modified
/// in Thompson and Barnett, "Coulomb and Bessel functions of complex arguments
/// and order", J. Comput. Phys. 64, 1986.
fn incomplete_beta_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    const TINY: f64 = 1e-300;
    // It takes about sqrt(max(a, b)) steps.
    const MAX_STEPS: u32 = 100_000;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };

    let log_beta = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let front = (a * x.ln() + b * y.ln() - log_beta).exp() / a;
    let (mut fraction, mut c, mut d) = (1.0, f64::INFINITY, 1.0);
    for step in 1..MAX_STEPS {
        let m = f64::from(step / 2);
        let coefficient = if step.is_multiple_of(2) {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        d = 1.0 / away_from_zero(1.0 + coefficient * d);
        c = away_from_zero(1.0 + coefficient / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * fraction
}

/// ln Γ(x) for x > 0: Stirling's series, DLMF 5.11.1, after moving x up to
/// where five terms of it give full precision (DLMF 5.5.1).
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 15.0 {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse
        * (1.0 / 12.0
            - square
                * (1.0 / 360.0
                    - square * (1.0 / 1260.0 - square * (1.0 / 1680.0 - square / 1188.0))));
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - product.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: f64, expected: f64) {
        let error = (found - expected).abs() / expected.abs().max(1e-300);
        assert!(error < 1e-10, "{found}, expected {expected}");
    }

    #[test]
    fn p_values_equal_those_of_scipy() {
        // 2 * scipy.stats.t.sf(t, df)
        check(two_sided_p(1.0, 1.0), 0.5000000000000001);
        check(two_sided_p(2.5, 3.0), 0.08770664700806556);
        check(two_sided_p(0.001, 10.0), 0.999221783374741);
        check(two_sided_p(2.045, 29.0), 0.05002407592241161);
        check(two_sided_p(4.2, 299.0), 3.526213845396629e-05);
        check(two_sided_p(12.0, 49.0), 3.380810494797404e-16);
        check(two_sided_p(1.96, 100000.0), 0.04999856319430168);
        // scipy.stats.t.isf(p / 2, df)
        check(two_sided_t(0.05, 1.0), 12.7062047361747);
        check(two_sided_t(0.05, 4.0), 2.77644510519779);
        check(two_sided_t(0.05, 299.0), 1.96792966906567);
        check(two_sided_t(0.01, 9.0), 3.24983554159213);
        // scipy.stats.binomtest(wins, wins + losses).pvalue
        check(sign_test_p(8, 2), 0.109375);
        check(sign_test_p(3, 4), 1.0);
        check(sign_test_p(0, 20), 1.9073486328125e-06);
        check(sign_test_p(700, 600), 0.00601579386104494);
        check(sign_test_p(1, 0), 1.0);
    }

    #[test]
    fn the_ends_of_the_distribution_are_exact() {
        assert_eq!(two_sided_p(0.0, 5.0), 1.0);
        assert_eq!(two_sided_p(f64::INFINITY, 5.0), 0.0);
        assert_eq!(sign_test_p(3, 3), 1.0);
        assert_eq!(sign_test_p(0, 0), 1.0);
    }

    #[test]
    fn the_gamma_function_meets_factorials() {
        check(ln_gamma(1.0).exp(), 1.0);
        check(ln_gamma(7.0).exp(), 720.0);
        check(ln_gamma(0.5).exp(), std::f64::consts::PI.sqrt());
    }
}
