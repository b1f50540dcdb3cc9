//! A limit on how much slower something may get, as a build script states it.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::paired::PairedTimes;
use super::statistic::Statistic;
use crate::error::Error;

/// What differs by a smaller part is equal: far above what rounding makes of two
/// figures, far below what a clock tells apart. Chosen by hand.
const SLACK: f64 = 1e-12;

/// A limit such as `p99>+5%`: failed if the statistic of the contender lies
/// more than 5 % above that of the baseline. `<` fails below instead:
/// `mean<-10%` fails if the mean fell by more than 10 %. What lies exactly at the
/// limit is within it.
///
/// ```
/// use excerpt::measure::FailIf;
///
/// let limit: FailIf = "p99>+5%".parse()?;
/// assert!(limit.judge(100.0, 105.1).failed);
/// assert!(!limit.judge(100.0, 104.9).failed);
/// # Ok::<(), excerpt::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FailIf {
    /// The figure that is watched.
    pub statistic: Statistic,
    /// On which side of the limit it fails.
    pub side: Side,
    /// The limit, in percent of the baseline.
    pub percent: f64,
}

/// A side of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Above it.
    Above,
    /// Below it.
    Below,
}

/// What a limit says about two figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Verdict {
    /// The limit.
    pub limit: FailIf,
    /// How far the contender lies above the baseline, in percent of it.
    pub change_percent: f64,
    /// Whether that is beyond the limit.
    pub failed: bool,
}

impl FailIf {
    /// Judges two values of the statistic.
    pub fn judge(&self, baseline: f64, contender: f64) -> Verdict {
        // No time at all cannot grow by a part of itself.
        let (baseline, contender) = if baseline > 0.0 { (baseline, contender) } else { (1.0, 1.0) };
        let beyond = contender * 100.0 - baseline * (100.0 + self.percent);
        // Decimal fractions are rounded: 101 over 100 came out as more than 1 %.
        let slack = SLACK * 100.0 * (baseline + contender);
        let failed = match self.side {
            Side::Above => beyond > slack,
            Side::Below => beyond < -slack,
        };
        Verdict { limit: *self, change_percent: (contender / baseline - 1.0) * 100.0, failed }
    }

    /// Judges two lists of times of the same queries.
    pub fn judge_times(&self, times: &PairedTimes) -> Verdict {
        let estimate = times.estimate(self.statistic);
        self.judge(estimate.baseline_us, estimate.contender_us)
    }
}

impl FromStr for FailIf {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = |reason: String| Error::InvalidOption {
            option: "fail-if",
            value: text.to_owned(),
            reason,
        };
        let form = || invalid("it has the form `p99>+5%`".to_owned());
        let sign = text.find(['>', '<']).ok_or_else(form)?;
        let side = if text[sign..].starts_with('>') { Side::Above } else { Side::Below };
        let statistic = text[..sign].trim().parse().map_err(|error| match error {
            Error::InvalidOption { reason, .. } => invalid(reason),
            other => other,
        })?;
        let number = text[sign + 1..].trim().strip_suffix('%').ok_or_else(form)?.trim();
        let percent = match number.parse::<f64>() {
            Ok(percent) if percent.is_finite() => percent,
            _ => return Err(form()),
        };
        Ok(Self { statistic, side, percent })
    }
}

impl fmt::Display for FailIf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Above => '>',
            Side::Below => '<',
        };
        write!(f, "{}{side}{:+}%", self.statistic, self.percent)
    }
}

impl Serialize for FailIf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<&str>) {
        let found = text.parse::<FailIf>().ok().map(|limit| limit.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn limits_are_read_with_and_without_signs_and_spaces() {
        check("p99>+5%", Some("p99>+5%"));
        check(" p99.9 > 2.5 % ", Some("p99.9>+2.5%"));
        check("MEAN<-10%", Some("mean<-10%"));
        check("max>0%", Some("max>+0%"));
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for text in
            ["", "p99", "p99>5", "p98>5%", ">5%", "p99>%", "p99>inf%", "p99=5%", "p99>>5%", "é<1%"]
        {
            check(text, None);
        }
    }

    #[test]
    fn the_error_names_what_is_known() {
        let message = "p98>5%".parse::<FailIf>().err().map(|error| error.to_string());
        assert_eq!(
            message.as_deref(),
            Some(
                "invalid value `p98>5%` for fail-if: known are mean, p50, p90, p95, p99, p99.9, max"
            )
        );
    }

    #[test]
    fn a_limit_below_fails_on_a_fall() -> Result<(), Error> {
        let limit: FailIf = "mean<-10%".parse()?;
        assert!(limit.judge(100.0, 89.0).failed);
        assert!(!limit.judge(100.0, 91.0).failed);
        Ok(())
    }

    #[test]
    fn the_change_is_told_in_percent_and_is_none_of_no_time_at_all() -> Result<(), Error> {
        let limit: FailIf = "p99>+50%".parse()?;
        for (baseline, contender, change) in
            [(100.0, 150.0, 50.0), (200.0, 100.0, -50.0), (0.0, 1.0, 0.0)]
        {
            let verdict = limit.judge(baseline, contender);
            assert_eq!((verdict.change_percent, verdict.failed), (change, false), "{baseline}");
        }
        Ok(())
    }

    /// 101 against 100 failed a limit of 1 %, by the rounding of 1.01.
    #[test]
    fn what_lies_exactly_at_the_limit_is_within_it() -> Result<(), Error> {
        for percent in 1..=100_u32 {
            for hundreds in 1..=50_u32 {
                let baseline = f64::from(100 * hundreds);
                let above = f64::from((100 + percent) * hundreds);
                let below = f64::from((100 - percent) * hundreds);
                let limit: FailIf = format!("p99>+{percent}%").parse()?;
                assert!(!limit.judge(baseline, above).failed, "{baseline} {above}");
                assert!(limit.judge(baseline, above + 0.001).failed, "{baseline} {above}");
                let limit: FailIf = format!("p99<-{percent}%").parse()?;
                assert!(!limit.judge(baseline, below).failed, "{baseline} {below}");
                assert!(limit.judge(baseline, below - 0.001).failed, "{baseline} {below}");
            }
        }
        assert!(!"p99>+0.1%".parse::<FailIf>()?.judge(0.1, 0.1001).failed);
        Ok(())
    }

    proptest! {
        #[test]
        fn any_text_is_a_limit_or_refused(text in "(p99|mean|[a-z.<>+%0-9 é-]){0,8}") {
            if let Ok(limit) = text.parse::<FailIf>() {
                prop_assert_eq!(limit.to_string().parse::<FailIf>().ok(), Some(limit));
            }
        }
    }
}
