//! Measures of one topic's ranking, as trec_eval computes them, and their names.
//!
//! A document without a judgment, or with a negative grade, counts as not
//! relevant; a topic without anything relevant counts as 0. Means over topics
//! are taken in [`super::evaluation`].

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::qrels::Qrels;
use super::run::Run;
use crate::error::Error;

/// A measure of one topic's ranking, from 0 to 1. Cutoffs are 1 or more.
///
/// Written and read as `nDCG`, `nDCG@10`, `AP`, `MRR`, `MRR@10`, `P@5`,
/// `R@100`, `success@1`; trec_eval's names (`ndcg_cut_10`, `map`,
/// `recip_rank`, `P_5`, `recall_100`, `success_1`) are understood, in any case.
///
/// ```
/// use excerpt::measure::Measure;
///
/// assert_eq!("ndcg_cut_10".parse::<Measure>()?, Measure::Ndcg { cutoff: Some(10) });
/// assert_eq!(Measure::Ndcg { cutoff: Some(10) }.to_string(), "nDCG@10");
/// # Ok::<(), excerpt::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Normalised discounted cumulative gain: Järvelin and Kekäläinen,
    /// "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002,
    /// in trec_eval's variant: the gain is the grade itself, the discount of
    /// rank r is log2(r + 1), and the ideal ranking is that of all judged
    /// documents, cut at the same rank.
    Ndcg {
        /// The last rank that counts.
        cutoff: Option<u32>,
    },
    /// Average precision: the mean, over all relevant documents, of the
    /// precision at their ranks, 0 for those not found. Its mean over topics is
    /// MAP.
    AveragePrecision,
    /// One divided by the rank of the first relevant document. Its mean over
    /// topics is MRR.
    ReciprocalRank {
        /// The last rank that counts.
        cutoff: Option<u32>,
    },
    /// The part of the first `cutoff` ranks that is relevant; ranks that the
    /// run does not fill are not.
    Precision {
        /// The number of ranks.
        cutoff: u32,
    },
    /// The part of the relevant documents that is among the first `cutoff`.
    Recall {
        /// The number of ranks.
        cutoff: u32,
    },
    /// 1 if one of the first `cutoff` documents is relevant, else 0.
    Success {
        /// The number of ranks.
        cutoff: u32,
    },
}

/// One topic's ranking as a list of grades; negative ones are 0.
pub(super) struct Grades {
    /// Of the documents found, best rank first.
    ranked: Vec<u32>,
    /// Of all relevant documents, best first.
    ideal: Vec<u32>,
}

impl Grades {
    /// The grades of what was found for `topic`.
    pub(super) fn of(run: &Run, qrels: &Qrels, topic: &str) -> Self {
        let gain = |grade: i32| u32::try_from(grade).unwrap_or(0);
        let ranked = run
            .ranked(topic)
            .iter()
            .map(|found| qrels.grade(topic, &found.document).map_or(0, gain))
            .collect();
        let mut ideal: Vec<u32> = qrels
            .judged(topic)
            .into_iter()
            .flat_map(|judged| judged.values().map(|&grade| gain(grade)))
            .filter(|&grade| grade > 0)
            .collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        Self { ranked, ideal }
    }

    fn relevant_within(&self, cutoff: u32) -> usize {
        first(&self.ranked, Some(cutoff)).iter().filter(|&&grade| grade > 0).count()
    }
}

impl Measure {
    /// The value for one ranking.
    pub(super) fn value(self, grades: &Grades) -> f64 {
        match self {
            Self::Ndcg { cutoff } => {
                let found = discounted_gain(first(&grades.ranked, cutoff));
                ratio(found, discounted_gain(first(&grades.ideal, cutoff)))
            }
            Self::AveragePrecision => {
                let ranks = relevant_ranks(&grades.ranked);
                let precisions =
                    ranks.enumerate().map(|(before, rank)| (before + 1) as f64 / rank as f64);
                ratio(total(precisions), grades.ideal.len() as f64)
            }
            Self::ReciprocalRank { cutoff } => relevant_ranks(first(&grades.ranked, cutoff))
                .next()
                .map_or(0.0, |rank| 1.0 / rank as f64),
            Self::Precision { cutoff } => {
                ratio(grades.relevant_within(cutoff) as f64, f64::from(cutoff))
            }
            Self::Recall { cutoff } => {
                ratio(grades.relevant_within(cutoff) as f64, grades.ideal.len() as f64)
            }
            Self::Success { cutoff } => f64::from(u8::from(grades.relevant_within(cutoff) > 0)),
        }
    }
}

fn first(grades: &[u32], cutoff: Option<u32>) -> &[u32] {
    let length = cutoff.map_or(grades.len(), |cutoff| grades.len().min(cutoff as usize));
    &grades[..length]
}

fn discounted_gain(grades: &[u32]) -> f64 {
    total(
        grades
            .iter()
            .zip(2_u32..)
            .map(|(&grade, place)| f64::from(grade) / f64::from(place).log2()),
    )
}

fn relevant_ranks(grades: &[u32]) -> impl Iterator<Item = usize> {
    grades.iter().zip(1..).filter(|(grade, _)| **grade > 0).map(|(_, rank)| rank)
}

/// A sum that is 0 where there is nothing to add up; `Iterator::sum` gives -0,
/// which would be printed so.
pub(super) fn total(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, value| sum + value)
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ndcg { cutoff: Some(cutoff) } => write!(f, "nDCG@{cutoff}"),
            Self::Ndcg { cutoff: None } => f.write_str("nDCG"),
            Self::AveragePrecision => f.write_str("AP"),
            Self::ReciprocalRank { cutoff: Some(cutoff) } => write!(f, "MRR@{cutoff}"),
            Self::ReciprocalRank { cutoff: None } => f.write_str("MRR"),
            Self::Precision { cutoff } => write!(f, "P@{cutoff}"),
            Self::Recall { cutoff } => write!(f, "R@{cutoff}"),
            Self::Success { cutoff } => write!(f, "success@{cutoff}"),
        }
    }
}

impl FromStr for Measure {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = |reason: &str| Error::InvalidOption {
            option: "measure",
            value: text.to_owned(),
            reason: reason.to_owned(),
        };
        let lower = text.trim().to_ascii_lowercase();
        let digits = lower.trim_start_matches(|c: char| !c.is_ascii_digit());
        let name = lower[..lower.len() - digits.len()].trim_end_matches(['@', '_', '.']);
        let cutoff = match digits {
            "" => None,
            digits => match digits.parse::<u32>() {
                Ok(cutoff) if cutoff > 0 => Some(cutoff),
                _ => return Err(invalid("the cutoff is a whole number from 1 on")),
            },
        };
        match (name, cutoff) {
            ("ndcg" | "ndcg_cut", cutoff) => Ok(Self::Ndcg { cutoff }),
            ("ap" | "map", None) => Ok(Self::AveragePrecision),
            ("mrr" | "rr" | "recip_rank", cutoff) => Ok(Self::ReciprocalRank { cutoff }),
            ("p" | "precision", Some(cutoff)) => Ok(Self::Precision { cutoff }),
            ("r" | "recall", Some(cutoff)) => Ok(Self::Recall { cutoff }),
            ("success", Some(cutoff)) => Ok(Self::Success { cutoff }),
            ("ap" | "map", Some(_)) => Err(invalid("AP has no cutoff")),
            ("p" | "precision" | "r" | "recall" | "success", None) => {
                Err(invalid("it needs a cutoff, as in `P@5`"))
            }
            _ => Err(invalid("known are nDCG, nDCG@k, AP, MRR, MRR@k, P@k, R@k, success@k")),
        }
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(measure: &str, grades: &[u32], ideal: &[u32], expected: f64) -> Result<(), Error> {
        let grades = Grades { ranked: grades.to_vec(), ideal: ideal.to_vec() };
        let value = measure.parse::<Measure>()?.value(&grades);
        assert!((value - expected).abs() < 1e-12, "{measure}: {value}, expected {expected}");
        Ok(())
    }

    #[test]
    fn measures_equal_those_computed_by_hand() -> Result<(), Error> {
        let (ranked, ideal) = (&[0, 2, 0, 1][..], &[3, 2, 1][..]);
        let (second, third) = (3_f64.log2(), 2.0);
        check("nDCG@3", ranked, ideal, (2.0 / second) / (3.0 + 2.0 / second + 1.0 / third))?;
        check("AP", ranked, ideal, (1.0 / 2.0 + 2.0 / 4.0) / 3.0)?;
        check("MRR", ranked, ideal, 0.5)?;
        check("MRR@1", ranked, ideal, 0.0)?;
        check("P@10", ranked, ideal, 0.2)?;
        check("R@2", ranked, ideal, 1.0 / 3.0)?;
        check("success@1", ranked, ideal, 0.0)?;
        check("success@2", ranked, ideal, 1.0)
    }

    #[test]
    fn a_topic_without_anything_relevant_counts_as_zero() -> Result<(), Error> {
        for measure in ["nDCG", "nDCG@5", "AP", "MRR", "P@1", "R@1", "success@1"] {
            check(measure, &[0, 0], &[], 0.0)?;
            check(measure, &[], &[1], 0.0)?;
        }
        Ok(())
    }

    /// It was -0, and printed as that.
    #[test]
    fn nothing_found_is_zero_without_a_sign() -> Result<(), Error> {
        for measure in ["nDCG", "nDCG@5", "AP", "MRR", "P@1", "R@1", "success@1"] {
            for ranked in [&[][..], &[0, 0]] {
                let grades = Grades { ranked: ranked.to_vec(), ideal: vec![1] };
                let value = measure.parse::<Measure>()?.value(&grades);
                assert!(value.is_sign_positive(), "{measure}: {value}");
            }
        }
        Ok(())
    }

    #[test]
    fn names_of_measures_survive_being_written_and_read() -> Result<(), Error> {
        for name in ["nDCG", "nDCG@10", "AP", "MRR", "MRR@10", "P@5", "R@100", "success@1"] {
            assert_eq!(name.parse::<Measure>()?.to_string(), name);
        }
        for (theirs, ours) in
            [("map", "AP"), ("P.5", "P@5"), ("recall_100", "R@100"), ("RR@10", "MRR@10")]
        {
            assert_eq!(theirs.parse::<Measure>()?.to_string(), ours);
        }
        for wrong in ["", "P", "AP@3", "nDCG@0", "bpref", "P@99999999999", "é@1", "R@1x"] {
            assert!(wrong.parse::<Measure>().is_err(), "{wrong}");
        }
        Ok(())
    }

    #[test]
    fn the_error_says_what_is_wrong_with_a_name() {
        for (name, reason) in [
            ("AP@3", "AP has no cutoff"),
            ("P", "it needs a cutoff, as in `P@5`"),
            ("nDCG@0", "the cutoff is a whole number from 1 on"),
            ("bpref", "known are nDCG, "),
        ] {
            let message = name.parse::<Measure>().err().map(|error| error.to_string());
            assert!(message.is_some_and(|message| message.contains(reason)), "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_a_measure_or_refused(name in ".{0,12}") {
            let _ = name.parse::<Measure>();
        }
    }
}
