//! `excerpt bench`: how long queries take.
//!
//! `task` is what is timed and nothing else; `rounds`, `throughput`, `phases`
//! and `cold` time it in their ways, each with the clock outside of it.
//! `result` is what a report holds and what is saved for `compare`; `table`
//! prints it, `plot` draws it. `per_query` is the form that scripts rely on.

mod cold;
mod compare;
mod environment;
mod per_query;
mod phases;
mod plot;
mod result;
mod rounds;
mod table;
mod task;
mod throughput;

use std::path::Path;

use anyhow::{Result, bail};
use excerpt::index::Snapshot;
use excerpt::measure::{BenchQuery, queries};

use self::environment::Environment;
use self::result::{BenchResult, Warmth};
use self::task::Task;
use crate::args::BenchArgs;
use crate::commands::saving;
use crate::config;
use crate::exit::Outcome;
use crate::output::Output;
use crate::report::{self, Hinted};
use crate::stamp::{self, Stamp};

/// How many passages are found for each query at most.
const LIMIT: usize = 10;

/// Rounds, where no number is given. Chosen by hand: the fewest that give an
/// interval of use.
const ROUNDS: usize = 5;

/// Passes in a round of the report.
const REPORT_REPS: usize = 1;

/// What is said where the load was high before measuring.
const BUSY: &str = "other processes are busy on this machine: times are longer than need be";

/// What is said where the index is another than the one that was opened first.
const CHANGED: &str = "the index was changed while it was measured: what takes opening it anew is \
left out";

pub fn run(args: &BenchArgs) -> Result<Outcome> {
    if let [baseline, contender] = args.compare.as_slice() {
        return compare::run(args, baseline, contender);
    }
    if let Some(limit) = args.fail_if.first() {
        return Err(Hinted::new(
            format!("the limit `{limit}` has nothing to judge: `--fail-if` is for comparisons"),
            "save results with `--out`, then give two: `excerpt bench --compare A B --fail-if LIMIT`",
        )
        .into());
    }
    let queries = queries(args)?;
    let directory = config::index_to_read(args.place.index.as_deref())?;
    let task = Task::open(&directory, &args.ranking, limit(args))?;
    if args.per_query {
        return per_query::run(args, &task, &queries);
    }
    saving::check([("--out", &args.out), ("--plot", &args.plot)], named_queries(args))?;
    let result = measure(args, task, &directory, &queries)?;
    // What was measured is printed even where it cannot be saved, and the reverse.
    let saved = save(args, &result);
    let printed = print(args, &result);
    saved.and(printed)?;
    Ok(Outcome::Done)
}

fn save(args: &BenchArgs, result: &BenchResult) -> Result<()> {
    if let Some(path) = &args.out {
        let mut text = serde_json::to_vec(result)?;
        text.push(b'\n');
        saving::write(path, |out| out.write_all(&text))?;
    }
    args.plot.as_ref().map_or(Ok(()), |path| plot::result(path, result))
}

fn print(args: &BenchArgs, result: &BenchResult) -> Result<()> {
    let mut out = Output::new();
    match args.json {
        true => out.json(result)?,
        false => out.write(|out| table::print(out, result))?,
    }
    out.finish()
}

fn measure(
    args: &BenchArgs,
    task: Task,
    directory: &Path,
    queries: &[BenchQuery],
) -> Result<BenchResult> {
    // Before anything is measured: the load is what others cause.
    let environment = Environment::of_machine();
    let stamp = task.stamp(queries)?;
    let passes = reps(args);
    let warm_up = rounds::warm_up(&task, queries)?;
    let measured = rounds::measure(&task, queries, rounds(args), passes)?;
    if measured.kinds.has_more {
        report::note(format_args!(
            "more than {} kinds of queries: those behind the first ones are counted as `other`",
            rounds::MOST_KINDS
        ));
    }
    let cores = environment.cores;
    let most = args.threads.unwrap_or(cores);
    let pass_us = measured.total_mean_us();
    let throughput = throughput::measure(&task, queries, most, cores, pass_us)?;
    let mut phases = phases::measure(&task, directory, queries, rounds(args) * passes)?;
    let limit = task.limit;
    // What is still mapped cannot leave the page cache.
    drop(task);
    let mut cold = if args.cold {
        Some(cold::measure(directory, &args.ranking, limit, queries)?)
    } else {
        None
    };
    // Both opened it anew, and the stamp is that of the first opening.
    if !is_at(directory, &stamp) {
        report::warning(CHANGED);
        phases.retain(|phase| phase.name != phases::OPEN);
        cold = None;
    }
    if environment.is_busy() {
        report::note(BUSY);
    }
    let warmth = Warmth { passes: 1, elapsed_ms: warm_up.as_secs_f64() * 1e3 };
    Ok(BenchResult::new(result::Parts {
        environment,
        stamp,
        limit,
        warmth,
        passes,
        queries,
        measured,
        throughput,
        phases,
        cold,
    }))
}

/// Whether the index at `directory` is in the state that `stamp` is of.
fn is_at(directory: &Path, stamp: &Stamp) -> bool {
    let digest = Snapshot::open(directory).map(|snapshot| stamp::index_digest(&snapshot));
    matches!(digest, Ok(Ok(digest)) if digest == stamp.index_digest)
}

fn limit(args: &BenchArgs) -> usize {
    args.limit.map_or(LIMIT, std::num::NonZero::get)
}

fn rounds(args: &BenchArgs) -> usize {
    args.rounds.map_or(ROUNDS, std::num::NonZero::get)
}

fn reps(args: &BenchArgs) -> usize {
    args.reps.map_or(REPORT_REPS, std::num::NonZero::get)
}

/// The file of queries, and the option that it belongs to.
fn named_queries(args: &BenchArgs) -> Option<(&'static str, &Path)> {
    let path = args.queries.as_ref().or(args.file.as_ref())?;
    Some(("--queries", path))
}

/// The queries that were asked for.
fn queries(args: &BenchArgs) -> Result<Vec<BenchQuery>> {
    let Some((_, path)) = named_queries(args) else {
        return Err(Hinted::new(
            "no queries to time",
            "give a file with a query a line: `excerpt bench --queries FILE`",
        )
        .into());
    };
    let queries = queries::load(path)?;
    if queries.is_empty() {
        bail!("no queries in `{}`", path.display());
    }
    Ok(queries)
}

#[cfg(test)]
mod tests {
    use excerpt::index::{Input, Silent, UpdateRequest, update};
    use excerpt::rank::Parameters;

    use super::*;

    /// Warm times were those of one state, first searches those of another, and the stamp
    /// was that of the one.
    #[test]
    fn an_index_that_was_changed_is_noticed() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (corpus, index) = (folder.path().join("corpus"), folder.path().join("index"));
        std::fs::create_dir(&corpus)?;
        let write = |name: &str| -> Result<()> {
            std::fs::write(corpus.join(name), format!("A paragraph of {name}.\n"))?;
            let request = UpdateRequest::new(Input::Paths(vec![corpus.clone()]), corpus.clone());
            update(&index, request, &Silent)?;
            Ok(())
        };
        write("one.txt")?;
        let stamp = Stamp::new(&Snapshot::open(&index)?, String::new(), &Parameters::default())?;
        assert!(is_at(&index, &stamp));
        write("two.txt")?;
        assert!(!is_at(&index, &stamp));
        std::fs::remove_dir_all(&index)?;
        assert!(!is_at(&index, &stamp));
        Ok(())
    }
}
