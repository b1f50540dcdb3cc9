//! Scoring a run by judgments: each topic, and the mean.
//!
//! Ties are broken by [`Run`], formulas stand in [`super::metrics`]; here it is
//! decided which topics count. Figures equal trec_eval's to all digits that it
//! prints (`tests/golden/measure`).

use std::collections::BTreeMap;

use serde::Serialize;

use super::metrics::{Grades, Measure};
use super::qrels::Qrels;
use super::run::Run;

/// Which topics the mean is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Averaging {
    /// Topics with judgments and with something found, as trec_eval does by
    /// itself.
    #[default]
    Judged,
    /// All topics with judgments, 0 for those with nothing found, as
    /// `trec_eval -c` does. No system gains by staying silent.
    All,
}

/// The figures of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// The measures, in the order in which all values come.
    pub measures: Vec<Measure>,
    /// Which topics were counted.
    pub averaging: Averaging,
    /// The values of each topic that was counted.
    pub per_topic: BTreeMap<String, Vec<f64>>,
    /// The means over these topics; 0 if there are none.
    pub mean: Vec<f64>,
    /// Topics with judgments for which nothing was found, ascending.
    pub missing: Vec<String>,
    /// Topics with something found that have no judgments, ascending. They are
    /// never counted.
    pub unjudged: Vec<String>,
}

/// Scores a run by judgments.
///
/// ```
/// use excerpt::measure::{Averaging, Measure, Qrels, Run, evaluate};
///
/// let qrels = Qrels::read(&mut "1 0 a 0\n1 0 b 1\n2 0 a 1\n".as_bytes(), "qrels")?;
/// let mut run = Run::default();
/// run.insert("1", [("a", 2.5), ("b", 1.5)]);
///
/// let measures = ["MRR".parse::<Measure>()?];
/// assert_eq!(evaluate(&run, &qrels, &measures, Averaging::Judged).mean, [0.5]);
/// assert_eq!(evaluate(&run, &qrels, &measures, Averaging::All).mean, [0.25]);
/// # Ok::<(), excerpt::Error>(())
/// ```
pub fn evaluate(
    run: &Run,
    qrels: &Qrels,
    measures: &[Measure],
    averaging: Averaging,
) -> Evaluation {
    let mut per_topic = BTreeMap::new();
    let mut missing = Vec::new();
    for topic in qrels.topics() {
        let found = !run.ranked(topic).is_empty();
        if !found {
            missing.push(topic.to_owned());
        }
        if found || averaging == Averaging::All {
            let grades = Grades::of(run, qrels, topic);
            let values = measures.iter().map(|measure| measure.value(&grades)).collect();
            per_topic.insert(topic.to_owned(), values);
        }
    }
    let unjudged =
        run.topics().filter(|topic| qrels.judged(topic).is_none()).map(str::to_owned).collect();
    let mean = means(measures.len(), &per_topic);
    Evaluation { measures: measures.to_vec(), averaging, per_topic, mean, missing, unjudged }
}

fn means(measures: usize, per_topic: &BTreeMap<String, Vec<f64>>) -> Vec<f64> {
    let mut sums = vec![0.0; measures];
    for values in per_topic.values() {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    let topics = per_topic.len().max(1) as f64;
    sums.iter().map(|sum| sum / topics).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use proptest::prelude::*;

    #[test]
    fn topics_missing_on_either_side_are_named() -> Result<(), Error> {
        let qrels = Qrels::read(&mut "1 0 a 1\n2 0 a 1\n".as_bytes(), "q")?;
        let mut run = Run::default();
        run.insert("1", [("a", 1.0)]);
        run.insert("3", [("a", 1.0)]);
        let evaluation = evaluate(&run, &qrels, &["AP".parse()?], Averaging::Judged);
        assert_eq!((evaluation.missing, evaluation.unjudged), (vec!["2".into()], vec!["3".into()]));
        assert_eq!(evaluation.mean, [1.0]);
        Ok(())
    }

    proptest! {
        #[test]
        fn every_value_lies_between_zero_and_one(
            ranked in prop::collection::vec(-1..4, 0..12),
            rest in prop::collection::vec(-1..4, 0..12),
        ) {
            let (mut qrels, mut run) = (Qrels::default(), Run::default());
            for (index, &grade) in ranked.iter().chain(&rest).enumerate() {
                qrels.insert("1", &index.to_string(), grade);
            }
            run.insert("1", (0..ranked.len()).map(|index| (index.to_string(), -(index as f32))));
            for name in ["nDCG", "nDCG@3", "AP", "MRR", "MRR@2", "P@5", "R@5", "success@3"] {
                let measures: Vec<Measure> = name.parse().into_iter().collect();
                let evaluation = evaluate(&run, &qrels, &measures, Averaging::All);
                for value in evaluation.mean {
                    prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{} {}", name, value);
                }
            }
        }
    }
}
