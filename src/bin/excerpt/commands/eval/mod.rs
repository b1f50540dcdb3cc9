//! `excerpt eval`: how well rankings serve, measured on judged topics.
//!
//! `subject` opens what is measured on, `score` runs and scores it under each
//! ranking, `table` and `wire` print it; `runs` compares two runs that were
//! written before.

mod runs;
mod score;
mod subject;
mod table;
mod wire;

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::{Context, Result, bail};
use excerpt::measure::Averaging;
use excerpt::rank::{Feedback, Parameters};

use self::score::Row;
use self::subject::{Source, Subject};
use crate::args::EvalArgs;
use crate::args::eval::WhichTopics;
use crate::exit::Outcome;
use crate::output::Output;
use crate::report::{self, Hinted};

/// A ranking under the name that it was typed with.
pub struct NamedRanking {
    pub name: String,
    pub parameters: Parameters,
}

/// What `--ranking all` stands for: plain BM25 with both of the usual settings,
/// and ours.
const ALL_RANKINGS: [&str; 5] = ["bm25:k1=0.9,b=0.4", "bm25", "fast", "full", "full+feedback"];

pub fn run(args: &EvalArgs) -> Result<Outcome> {
    if let [baseline, contender] = args.runs.as_slice() {
        return runs::run(args, baseline, contender);
    }
    let sources = Source::all(args);
    if sources.is_empty() {
        return Err(Hinted::new(
            "nothing to evaluate",
            "give a BEIR folder with `--collection`, or `--topics` and `--qrels`, or \
             `--known-item N`, or two runs with `--runs`",
        )
        .into());
    }
    let rankings = rankings(args)?;
    if args.run.is_some() && sources.len() * rankings.len() > 1 {
        bail!("`--run` holds one run: give one collection and one ranking");
    }
    let mut rows = Vec::new();
    let mut is_partial = false;
    for source in sources {
        let subject = match Subject::open(args, source)? {
            Some(subject) => subject,
            None => return Ok(Outcome::Interrupted),
        };
        is_partial |= subject.is_partial;
        let row = Row::measure(args, subject, &rankings)?;
        for score in &row.scores {
            report::plain(format_args!(
                "{}, {}: {} topics in {:.2} s",
                row.name,
                score.ranking,
                row.topics_run,
                score.elapsed.as_secs_f64()
            ));
        }
        rows.push(row);
    }
    let mut out = Output::new();
    if args.json {
        out.write(|out| wire::print(out, &rows, args.per_topic))?;
    } else {
        out.write(|out| table::print(out, &rows, &args.measures, args.per_topic))?;
    }
    out.finish()?;
    Ok(if is_partial { Outcome::Partial } else { Outcome::Done })
}

fn rankings(args: &EvalArgs) -> Result<Vec<NamedRanking>> {
    let typed = args.ranking.iter().flat_map(|typed| match typed.as_str() {
        "all" => ALL_RANKINGS.to_vec(),
        other => vec![other],
    });
    let mut names: Vec<&str> = typed.collect();
    if names.is_empty() {
        names.push(Parameters::default().ranking.name());
    }
    let named = |name: &str| {
        let parameters = args.weights.parameters_of(name)?;
        Ok(match parameters.feedback {
            None if args.feedback => NamedRanking {
                name: format!("{name}+feedback"),
                parameters: Parameters { feedback: Some(Feedback::default()), ..parameters },
            },
            _ => NamedRanking { name: name.to_owned(), parameters },
        })
    };
    names.into_iter().map(named).collect()
}

fn averaging(args: &EvalArgs, default: Averaging) -> Averaging {
    match args.averaging {
        None => default,
        Some(WhichTopics::Judged) => Averaging::Judged,
        Some(WhichTopics::All) => Averaging::All,
    }
}

fn threads(args: &EvalArgs) -> NonZeroUsize {
    let of_machine = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    args.threads.unwrap_or_else(of_machine)
}

/// Writes a file with `write`.
fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<()> {
    let write_all = || {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
        write(&mut file)?;
        std::io::Write::flush(&mut file)
    };
    write_all().with_context(|| format!("cannot write `{}`", path.display()))
}
