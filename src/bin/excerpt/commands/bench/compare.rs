//! Two results held against each other: saved ones, or two indexes measured
//! alternately, so that what else the machine does falls on both.
//!
//! Compared is the best time of each query: a mean moves with the load of the
//! machine, by more than most changes do.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use excerpt::measure::fail_if::Verdict;
use excerpt::measure::paired::PairedOptions;
use excerpt::measure::{PairedTimes, compare_times};
use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::result::{QueryTimes, SCHEMA_VERSION};
use super::rounds::{self, micros};
use super::task::Task;
use super::{BUSY, limit, named_queries, plot, queries, reps, table};
use crate::args::BenchArgs;
use crate::commands::saving;
use crate::exit::Outcome;
use crate::output::Output;
use crate::report::{self, Hinted};
use crate::size;
use crate::stamp::Stamp;

/// One side of a comparison.
#[derive(Debug, Serialize)]
pub struct Side {
    pub name: String,
    #[serde(flatten)]
    pub stamp: Stamp,
    #[serde(skip)]
    pub best_us: Vec<f64>,
}

/// What a comparison says.
#[derive(Debug, Serialize)]
pub struct Compared {
    schema_version: u32,
    pub a: Side,
    pub b: Side,
    /// Where both were measured just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<Environment>,
    compared: &'static str,
    pub times: PairedTimes,
    pub verdicts: Vec<Verdict>,
}

/// What of a saved result is needed.
#[derive(Deserialize)]
struct Saved {
    schema_version: u32,
    #[serde(flatten)]
    stamp: Stamp,
    environment: Environment,
    limit: usize,
    passes_per_round: usize,
    latency: SavedRounds,
    queries: Vec<QueryTimes>,
}

#[derive(Deserialize)]
struct SavedRounds {
    rounds: usize,
}

impl Saved {
    /// How often each query was timed.
    fn passes(&self) -> usize {
        self.passes_per_round.saturating_mul(self.latency.rounds)
    }
}

/// Compares `contender` with `baseline`.
pub fn run(args: &BenchArgs, baseline: &Path, contender: &Path) -> Result<Outcome> {
    let sides = [("--compare", baseline), ("--compare", contender)];
    saving::check([("--plot", &args.plot)], sides.into_iter().chain(named_queries(args)))?;
    let (a, b, environment) = match (baseline.is_dir(), contender.is_dir()) {
        (true, true) => {
            let environment = Environment::of_machine();
            let (a, b) = alternate(args, baseline, contender)?;
            if environment.is_busy() {
                report::note(BUSY);
            }
            (a, b, Some(environment))
        }
        (false, false) => {
            refuse_unused(args)?;
            let (a, b) = saved_pair(baseline, contender)?;
            (a, b, None)
        }
        _ => {
            for side in [baseline, contender] {
                fs::metadata(side).with_context(|| format!("cannot read `{}`", side.display()))?;
            }
            bail!("`--compare` takes two saved results or two index directories, not one of each")
        }
    };
    if a.stamp.parameters != b.stamp.parameters {
        report::note("the two were ranked differently");
    }
    let times = compare_times(&a.best_us, &b.best_us, &PairedOptions::default())?;
    let verdicts: Vec<Verdict> =
        args.fail_if.iter().map(|limit| limit.judge_times(&times)).collect();
    let has_failed = verdicts.iter().any(|verdict| verdict.failed);
    let compared = Compared {
        schema_version: SCHEMA_VERSION,
        a,
        b,
        environment,
        compared: "the best time of each query, in microseconds",
        times,
        verdicts,
    };
    let Compared { a, b, .. } = &compared;
    let saved = args.plot.as_ref().map_or(Ok(()), |path| plot::sides(path, a, b));
    let printed = print(args, &compared);
    saved.and(printed)?;
    Ok(if has_failed { Outcome::LimitPassed } else { Outcome::Done })
}

fn print(args: &BenchArgs, compared: &Compared) -> Result<()> {
    let mut out = Output::new();
    match args.json {
        true => out.json(compared)?,
        false => out.write(|out| table::comparison(out, compared))?,
    }
    out.finish()
}

/// Options that say how to measure are an error beside results that were saved.
fn refuse_unused(args: &BenchArgs) -> Result<()> {
    let (ranking, weights) = (&args.ranking, &args.ranking.weights);
    let given = [
        ("--queries", args.queries.is_some() || args.file.is_some()),
        ("--limit", args.limit.is_some()),
        ("--rounds", args.rounds.is_some()),
        ("--reps", args.reps.is_some()),
        ("--ranking", ranking.ranking.is_some()),
        ("--feedback", ranking.feedback),
        ("--k1", weights.k1.is_some()),
        ("--b", weights.b.is_some()),
        ("--field-weight", !weights.field_weights.is_empty()),
    ];
    match given.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((option, _)) => Err(Hinted::new(
            format!("`{option}` says how to measure, and saved results have been measured"),
            "leave it out, or compare two index directories",
        )
        .into()),
    }
}

fn saved_pair(baseline: &Path, contender: &Path) -> Result<(Side, Side)> {
    let (a, b) = (saved(baseline)?, saved(contender)?);
    if a.stamp.query_hash != b.stamp.query_hash {
        bail!("the two results are of different queries: they cannot be compared");
    }
    if a.limit != b.limit {
        let passages = size::plural(a.limit as u64, "passage");
        bail!("one result finds {passages} a query, the other {}", b.limit);
    }
    if a.passes() != b.passes() {
        return Err(Hinted::new(
            format!(
                "one result has the best of {} of each query, the other of {}: the more, the \
                 less the best one takes",
                size::plural(a.passes() as u64, "time"),
                b.passes()
            ),
            "measure both with the same `--rounds` and `--reps`",
        )
        .into());
    }
    note_differences(&a, &b);
    let side = |path: &Path, saved: Saved| Side {
        name: path.display().to_string(),
        stamp: saved.stamp,
        best_us: saved.queries.iter().map(|query| query.best_us).collect(),
    };
    Ok((side(baseline, a), side(contender, b)))
}

/// Tells what else than the program may be why times differ.
fn note_differences(a: &Saved, b: &Saved) {
    if let Some(difference) = a.environment.differs_by(&b.environment) {
        report::note(difference);
    }
    if a.stamp.index_digest != b.stamp.index_digest {
        report::note("they are of different indexes, or of different states of one");
    }
    for (name, saved) in [("A", a), ("B", b)] {
        if saved.environment.is_busy() {
            report::note(format_args!("{name} was measured while other processes were busy"));
        }
    }
}

fn saved(path: &Path) -> Result<Saved> {
    let place = || format!("cannot read the result `{}`", path.display());
    let text = fs::read(path).with_context(place)?;
    let saved: Saved = serde_json::from_slice(&text).with_context(place)?;
    if saved.schema_version != SCHEMA_VERSION {
        bail!("{}: it has version {}, not {SCHEMA_VERSION}", place(), saved.schema_version);
    }
    Ok(saved)
}

/// Measures two indexes, pass by pass in turn; each begins every other time.
fn alternate(args: &BenchArgs, baseline: &Path, contender: &Path) -> Result<(Side, Side)> {
    let queries = queries(args)?;
    let open = |directory: &Path| -> Result<(Task, Side)> {
        let task = Task::open(directory, &args.ranking, limit(args))?;
        let stamp = task.stamp(&queries)?;
        let best_us = vec![f64::INFINITY; queries.len()];
        Ok((task, Side { name: directory.display().to_string(), stamp, best_us }))
    };
    let mut sides = [open(baseline)?, open(contender)?];
    for (task, _) in &sides {
        rounds::warm_up(task, &queries)?;
    }
    for pass in 0..super::rounds(args) * reps(args) {
        for turn in 0..2 {
            let (task, side) = &mut sides[(pass + turn) % 2];
            for (query, best) in queries.iter().zip(&mut side.best_us) {
                *best = best.min(micros(rounds::time(task, query)?));
            }
        }
    }
    let [(_, a), (_, b)] = sides;
    Ok((a, b))
}
