//! Figures as JSON: one object a line, for each subject and ranking.

use std::collections::BTreeMap;

use anyhow::Result;
use excerpt::measure::{Averaging, Evaluation};
use serde::Serialize;

use super::score::{Against, Row, Score};
use super::subject::Synthetic;
use crate::args::EvalArgs;
use crate::output::Output;
use crate::stamp::Stamp;

/// The version of what is printed.
pub const SCHEMA_VERSION: u32 = 1;

/// How documents are scored, said in every output.
pub const DOCUMENT_SCORE: &str = "best passage (MaxP)";

/// The first three keys are what scripts rely on.
#[derive(Serialize)]
struct Line<'r> {
    collection: &'r str,
    topics: usize,
    measures: BTreeMap<String, f64>,
    schema_version: u32,
    ranking: &'r str,
    averaging: Averaging,
    document_score: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    synthetic: Option<Synthetic>,
    /// Judged topics that were run and found nothing.
    topics_missing: usize,
    /// Judged topics that were not run: no query has their id.
    topics_not_asked: usize,
    /// Topics that were run and have no judgments; they are not counted.
    topics_unjudged: usize,
    elapsed_ms: f64,
    #[serde(flatten)]
    stamp: &'r Stamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<WireAgainst<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_topic: Option<Topics<'r>>,
}

/// The value of each measure, by topic.
pub type Topics<'r> = BTreeMap<&'r str, BTreeMap<String, f64>>;

#[derive(Serialize)]
struct WireAgainst<'r> {
    ranking: &'r str,
    measures: BTreeMap<String, Difference>,
}

#[derive(Serialize)]
struct Difference {
    difference: f64,
    wins: usize,
    losses: usize,
    ties: usize,
    randomization_p: f64,
    t_test_p: Option<f64>,
}

/// Prints a line for each subject and ranking.
pub fn print(args: &EvalArgs, out: &mut Output, rows: &[Row]) -> Result<()> {
    for row in rows {
        for (at, score) in row.scores.iter().enumerate() {
            let against = row.against.as_ref().filter(|against| against.contender == at);
            let against = against.map(|against| wire_against(row, against));
            out.json(&line(args, row, score, against))?;
        }
    }
    Ok(())
}

fn line<'r>(
    args: &EvalArgs,
    row: &'r Row,
    score: &'r Score,
    against: Option<WireAgainst<'r>>,
) -> Line<'r> {
    let evaluation = &score.evaluation;
    Line {
        collection: &row.name,
        topics: evaluation.per_topic.len(),
        measures: named(evaluation, &evaluation.mean),
        schema_version: SCHEMA_VERSION,
        ranking: &score.ranking,
        averaging: row.averaging,
        document_score: DOCUMENT_SCORE,
        synthetic: row.synthetic,
        topics_missing: evaluation.missing.len() - row.not_asked,
        topics_not_asked: row.not_asked,
        topics_unjudged: row.not_judged,
        elapsed_ms: score.elapsed.as_secs_f64() * 1e3,
        stamp: &score.stamp,
        against,
        per_topic: args.per_topic.then(|| per_topic(evaluation)),
    }
}

fn wire_against<'r>(row: &'r Row, against: &'r Against) -> WireAgainst<'r> {
    let measures = against.comparison.measures.iter().map(|measure| {
        let difference = Difference {
            difference: measure.difference,
            wins: measure.wins,
            losses: measure.losses,
            ties: measure.ties,
            randomization_p: measure.randomization_p,
            t_test_p: measure.t_test.as_ref().map(|test| test.p),
        };
        (measure.measure.to_string(), difference)
    });
    let ranking = &row.scores[against.baseline].ranking;
    WireAgainst { ranking, measures: measures.collect() }
}

/// The values of each topic that was counted.
pub fn per_topic(evaluation: &Evaluation) -> Topics<'_> {
    let topics = evaluation.per_topic.iter();
    topics.map(|(topic, values)| (topic.as_str(), named(evaluation, values))).collect()
}

fn named(evaluation: &Evaluation, values: &[f64]) -> BTreeMap<String, f64> {
    evaluation.measures.iter().map(ToString::to_string).zip(values.iter().copied()).collect()
}
