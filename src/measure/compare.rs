//! Two runs over the same topics: what differs, and whether it is more than
//! chance.
//!
//! Topics are paired by their ids; the tests stand in [`super::significance`].

use serde::Serialize;

use super::evaluation::Evaluation;
use super::metrics::{Measure, total};
use super::significance::{TTest, differs, randomization_p, t_test};

/// How runs are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparisonOptions {
    /// How many random assignments the randomisation test draws. With twelve or
    /// fewer topics that differ it goes through all of them instead.
    pub permutations: u32,
    /// The seed of these draws.
    pub seed: u64,
    /// How many of the most changed topics are listed per measure.
    pub changed: usize,
}

impl Default for ComparisonOptions {
    /// 20,000 draws: a p value near .05 is then within .003 of the exact one.
    fn default() -> Self {
        Self { permutations: 20_000, seed: 1, changed: 10 }
    }
}

/// How a contender does against a baseline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The number of topics that both have; no others are compared.
    pub topics: usize,
    /// Topics of the baseline that the contender lacks, ascending.
    pub only_in_baseline: Vec<String>,
    /// Topics of the contender that the baseline lacks, ascending.
    pub only_in_contender: Vec<String>,
    /// One entry for each measure that both have, in the baseline's order.
    pub measures: Vec<MeasureComparison>,
}

/// How a contender does against a baseline, by one measure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasureComparison {
    /// The measure.
    pub measure: Measure,
    /// The baseline's mean over the topics compared.
    pub baseline: f64,
    /// The contender's mean over them.
    pub contender: f64,
    /// Contender minus baseline.
    pub difference: f64,
    /// Topics on which the contender is better.
    pub wins: usize,
    /// Topics on which it is worse.
    pub losses: usize,
    /// Topics on which both are equal.
    pub ties: usize,
    /// The p value of the randomisation test; 1 where nothing differs.
    pub randomization_p: f64,
    /// The paired t-test; none with fewer than two topics, or where all differ by
    /// the same.
    pub t_test: Option<TTest>,
    /// The topics that differ most, the largest difference first; equal ones
    /// ascending by id.
    pub changed: Vec<TopicChange>,
}

/// What became of one topic.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TopicChange {
    /// The topic's id.
    pub topic: String,
    /// The baseline's value.
    pub baseline: f64,
    /// The contender's value.
    pub contender: f64,
    /// Contender minus baseline.
    pub difference: f64,
}

/// Compares two evaluations over the topics and measures that both have.
pub fn compare(
    baseline: &Evaluation,
    contender: &Evaluation,
    options: &ComparisonOptions,
) -> Comparison {
    let measures = baseline
        .measures
        .iter()
        .enumerate()
        .filter_map(|(from, &measure)| {
            let to = contender.measures.iter().position(|&own| own == measure)?;
            Some(compare_measure(measure, changes(baseline, from, contender, to), options))
        })
        .collect();
    Comparison {
        topics: baseline
            .per_topic
            .keys()
            .filter(|topic| contender.per_topic.contains_key(*topic))
            .count(),
        only_in_baseline: topics_without(baseline, contender),
        only_in_contender: topics_without(contender, baseline),
        measures,
    }
}

fn compare_measure(
    measure: Measure,
    mut changes: Vec<TopicChange>,
    options: &ComparisonOptions,
) -> MeasureComparison {
    let topics = changes.len().max(1) as f64;
    let mean = |value: fn(&TopicChange) -> f64| total(changes.iter().map(value)) / topics;
    let (baseline, contender) = (mean(|change| change.baseline), mean(|change| change.contender));
    let differences: Vec<f64> = changes.iter().map(|change| change.difference).collect();
    let wins = differences.iter().filter(|&&d| differs(d) && d > 0.0).count();
    let losses = differences.iter().filter(|&&d| differs(d) && d < 0.0).count();
    let ties = differences.len() - wins - losses;
    changes.retain(|change| differs(change.difference));
    // A stable sort: equal changes stay ascending by topic.
    changes.sort_by(|a, b| b.difference.abs().total_cmp(&a.difference.abs()));
    changes.truncate(options.changed);
    MeasureComparison {
        measure,
        baseline,
        contender,
        difference: contender - baseline,
        wins,
        losses,
        ties,
        randomization_p: randomization_p(&differences, options.permutations, options.seed),
        t_test: t_test(&differences),
        changed: changes,
    }
}

fn changes(
    baseline: &Evaluation,
    baseline_index: usize,
    contender: &Evaluation,
    contender_index: usize,
) -> Vec<TopicChange> {
    baseline
        .per_topic
        .iter()
        .filter_map(|(topic, values)| {
            let baseline = *values.get(baseline_index)?;
            let contender = *contender.per_topic.get(topic)?.get(contender_index)?;
            let difference = contender - baseline;
            Some(TopicChange { topic: topic.clone(), baseline, contender, difference })
        })
        .collect()
}

fn topics_without(evaluation: &Evaluation, other: &Evaluation) -> Vec<String> {
    evaluation
        .per_topic
        .keys()
        .filter(|topic| !other.per_topic.contains_key(*topic))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::evaluation::Averaging;

    const BASELINE: [f64; 15] =
        [0.61, 0.42, 0.93, 0.1, 0.55, 0.77, 0.31, 0.02, 0.49, 0.88, 0.7, 0.36, 0.64, 0.5, 0.25];
    const CONTENDER: [f64; 15] =
        [0.66, 0.40, 0.95, 0.2, 0.58, 0.90, 0.31, 0.10, 0.45, 0.93, 0.8, 0.41, 0.60, 0.62, 0.33];

    fn evaluation(values: &[f64], first: usize) -> Evaluation {
        Evaluation {
            measures: vec![Measure::AveragePrecision],
            averaging: Averaging::All,
            per_topic: (first..)
                .map(|id| format!("{id:02}"))
                .zip(values.iter().map(|&v| vec![v]))
                .collect(),
            mean: Vec::new(),
            missing: Vec::new(),
            unjudged: Vec::new(),
        }
    }

    #[test]
    fn equal_runs_do_not_differ() {
        let same = evaluation(&BASELINE, 1);
        let comparison = compare(&same, &same, &ComparisonOptions::default());
        let measure = &comparison.measures[0];
        assert_eq!((measure.wins, measure.losses, measure.ties), (0, 0, 15));
        assert_eq!((measure.randomization_p, measure.t_test), (1.0, None));
        assert!(measure.changed.is_empty());
    }

    #[test]
    fn only_topics_of_both_are_compared() {
        let (baseline, contender) = (evaluation(&BASELINE, 1), evaluation(&CONTENDER, 3));
        let comparison = compare(&baseline, &contender, &ComparisonOptions::default());
        assert_eq!(comparison.topics, 13);
        assert_eq!(comparison.only_in_baseline, ["01", "02"]);
        assert_eq!(comparison.only_in_contender, ["16", "17"]);
    }

    #[test]
    fn means_are_over_the_topics_of_both() {
        let (baseline, contender) = (evaluation(&[0.1, 0.5, 0.25], 1), evaluation(&[0.75, 0.5], 2));
        let comparison = compare(&baseline, &contender, &ComparisonOptions::default());
        let MeasureComparison { baseline, contender, difference, .. } = comparison.measures[0];
        assert_eq!((baseline, contender, difference), (0.375, 0.625, 0.25));
    }

    /// Their means were -0, and printed as that.
    #[test]
    fn runs_without_a_topic_in_common_have_means_of_zero() {
        let (baseline, contender) = (evaluation(&BASELINE, 1), evaluation(&CONTENDER, 40));
        let comparison = compare(&baseline, &contender, &ComparisonOptions::default());
        let measure = &comparison.measures[0];
        assert_eq!(comparison.topics, 0);
        for value in [measure.baseline, measure.contender, measure.difference] {
            assert!(value == 0.0 && value.is_sign_positive(), "{value}");
        }
    }

    #[test]
    fn the_largest_changes_come_first() {
        let (baseline, contender) = (evaluation(&BASELINE, 1), evaluation(&CONTENDER, 1));
        let options = ComparisonOptions { changed: 2, ..ComparisonOptions::default() };
        let comparison = compare(&baseline, &contender, &options);
        let measure = &comparison.measures[0];
        let topics: Vec<_> = measure.changed.iter().map(|change| change.topic.as_str()).collect();
        assert_eq!(topics, ["06", "14"]);
        assert_eq!((measure.wins, measure.losses, measure.ties), (11, 3, 1));
    }
}
