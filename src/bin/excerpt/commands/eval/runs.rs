//! Two runs compared.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Result, bail};
use excerpt::measure::compare::MeasureComparison;
use excerpt::measure::{
    Averaging, Comparison, ComparisonOptions, Evaluation, Run, compare, evaluate,
};
use serde::Serialize;

use super::wire::{SCHEMA_VERSION, Topics, per_topic};
use super::{averaging, judgments, not_judged, table};
use crate::args::EvalArgs;
use crate::commands::figures::{decimal, probability, write_cells};
use crate::exit::Outcome;
use crate::output::{Output, sanitize};
use crate::report;
use crate::size;
use crate::stamp;

#[derive(Serialize)]
struct Wire<'r> {
    schema_version: u32,
    baseline: &'r str,
    contender: &'r str,
    averaging: Averaging,
    program: String,
    qrels_digest: String,
    baseline_digest: String,
    contender_digest: String,
    #[serde(flatten)]
    comparison: &'r Comparison,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_topic: Option<PerTopic<'r>>,
}

/// The values of each topic, of both runs.
#[derive(Serialize)]
struct PerTopic<'r> {
    baseline: Topics<'r>,
    contender: Topics<'r>,
}

/// Compares the run `contender` with the run `baseline`.
pub fn run(args: &EvalArgs, baseline: &Path, contender: &Path) -> Result<Outcome> {
    let Some(qrels) = &args.qrels else { bail!("`--runs` needs `--qrels`") };
    let qrels = judgments(qrels)?;
    let averaging = averaging(args, Averaging::Judged);
    let score = |path: &Path| -> Result<_> {
        let run = Run::load(path)?;
        if run.topics().next().is_none() {
            bail!("the run `{}` ranks nothing", path.display());
        }
        if !run.topics().any(|topic| qrels.judged(topic).is_some()) {
            return Err(not_judged(&path.to_string_lossy()));
        }
        Ok((evaluate(&run, &qrels, &args.measures, averaging), stamp::digest(&run)?))
    };
    let (of_baseline, baseline_digest) = score(baseline)?;
    let (of_contender, contender_digest) = score(contender)?;
    let comparison = compare(&of_baseline, &of_contender, &ComparisonOptions::default());
    if comparison.topics == 0 {
        bail!("the two runs have no judged topic in common: they cannot be compared");
    }
    let (baseline, contender) = (baseline.to_string_lossy(), contender.to_string_lossy());
    note_left_out(&comparison, [&baseline, &contender]);
    let wire = Wire {
        schema_version: SCHEMA_VERSION,
        baseline: &baseline,
        contender: &contender,
        averaging,
        program: stamp::program(),
        qrels_digest: stamp::digest(&qrels)?,
        baseline_digest,
        contender_digest,
        comparison: &comparison,
        per_topic: args.per_topic.then(|| PerTopic {
            baseline: per_topic(&of_baseline),
            contender: per_topic(&of_contender),
        }),
    };
    let mut out = Output::new();
    match args.json {
        true => out.json(&wire)?,
        false => out.write(|out| print(out, &wire))?,
    }
    if args.per_topic && !args.json {
        out.write(|out| print_topics(out, &of_baseline, &of_contender))?;
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn note_left_out(comparison: &Comparison, names: [&str; 2]) {
    let left_out = [&comparison.only_in_baseline, &comparison.only_in_contender];
    for (topics, name) in left_out.into_iter().zip(names) {
        if !topics.is_empty() {
            let count = size::plural(topics.len() as u64, "topic");
            report::note(format_args!("{count} only in `{name}` left out"));
        }
    }
}

fn print(out: &mut dyn Write, wire: &Wire<'_>) -> io::Result<()> {
    writeln!(out, "A: {}", sanitize::line(wire.baseline))?;
    writeln!(out, "B: {}", sanitize::line(wire.contender))?;
    writeln!(out, "{} in both\n", size::plural(wire.comparison.topics as u64, "topic"))?;
    let head =
        ["measure", "A", "B", "B - A", "wins", "losses", "ties", "p (randomisation)", "p (t-test)"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(wire.comparison.measures.iter().map(row));
    write_cells(out, &rows)?;
    for measure in wire.comparison.measures.iter().filter(|measure| !measure.changed.is_empty()) {
        writeln!(out, "\nTopics that changed most by {}:\n", measure.measure)?;
        let mut rows = vec![["topic", "A", "B", "B - A"].map(str::to_owned).to_vec()];
        rows.extend(measure.changed.iter().map(|change| {
            vec![
                sanitize::line(&change.topic).to_string(),
                decimal(change.baseline),
                decimal(change.contender),
                decimal(change.difference),
            ]
        }));
        write_cells(out, &rows)?;
    }
    Ok(())
}

fn print_topics(out: &mut dyn Write, a: &Evaluation, b: &Evaluation) -> io::Result<()> {
    writeln!(out)?;
    table::topics_head(out, "run", &a.measures)?;
    table::topics(out, "A", a)?;
    table::topics(out, "B", b)
}

fn row(measure: &MeasureComparison) -> Vec<String> {
    vec![
        measure.measure.to_string(),
        decimal(measure.baseline),
        decimal(measure.contender),
        decimal(measure.difference),
        measure.wins.to_string(),
        measure.losses.to_string(),
        measure.ties.to_string(),
        probability(measure.randomization_p),
        measure.t_test.as_ref().map_or_else(|| "-".to_owned(), |test| probability(test.p)),
    ]
}
