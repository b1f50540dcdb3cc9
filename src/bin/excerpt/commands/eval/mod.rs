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
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use excerpt::index::RankingChoice;
use excerpt::measure::{Averaging, Qrels};
use excerpt::rank::{Feedback, Parameters};
use excerpt::search::Searcher;

use self::score::Row;
use self::subject::{Source, Subject};
use crate::args::EvalArgs;
use crate::args::eval::WhichTopics;
use crate::commands::saving;
use crate::exit::Outcome;
use crate::output::Output;
use crate::report::{self, Hinted};
use crate::size;

/// A ranking that is to be measured.
pub struct Contender {
    choice: RankingChoice,
    feedback: Option<Feedback>,
}

impl Contender {
    /// Its parameters on the index that `searcher` reads.
    fn on(&self, searcher: &Searcher) -> Result<Parameters> {
        Ok(Parameters { feedback: self.feedback, ..searcher.parameters(&self.choice)? })
    }
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
    let contenders = contenders(args)?;
    if args.run.is_some() && sources.len() * contenders.len() > 1 {
        bail!("`--run` holds one run: give one collection and one ranking");
    }
    subject::check_languages(args)?;
    saving::check(files_to_write(args), sources.iter().flat_map(Source::files))?;
    let mut rows = Vec::new();
    let mut is_partial = false;
    for source in sources {
        let subject = match Subject::open(args, source)? {
            Some(subject) => subject,
            None => return Ok(Outcome::Interrupted),
        };
        is_partial |= subject.is_partial;
        let row = Row::measure(args, subject, &contenders)?;
        for score in &row.scores {
            report::plain(format_args!(
                "{}, {}: {} in {:.2} s",
                row.name,
                score.ranking,
                size::plural(row.topics_run as u64, "topic"),
                score.elapsed.as_secs_f64()
            ));
        }
        rows.push(row);
    }
    let mut out = Output::new();
    match args.json {
        true => wire::print(args, &mut out, &rows)?,
        false => out.write(|out| table::print(args, out, &rows))?,
    }
    out.finish()?;
    // What was measured is printed even where it cannot be saved.
    rows.into_iter().try_for_each(|row| row.saved)?;
    Ok(if is_partial { Outcome::Partial } else { Outcome::Done })
}

/// Each with its option, in the order in which they are written.
fn files_to_write(args: &EvalArgs) -> [(&'static str, &Option<PathBuf>); 3] {
    [
        ("--write-topics", &args.write_topics),
        ("--write-qrels", &args.write_qrels),
        ("--run", &args.run),
    ]
}

/// The rankings that were typed, else the index's own.
fn contenders(args: &EvalArgs) -> Result<Vec<Contender>> {
    let for_all = args.feedback.then(Feedback::default);
    if args.ranking.is_empty() {
        let choice = args.weights.choice(None)?;
        return Ok(vec![Contender { choice, feedback: for_all }]);
    }
    let typed = args.ranking.iter().flat_map(|typed| match typed.as_str() {
        "all" => ALL_RANKINGS.to_vec(),
        other => vec![other],
    });
    let named = |name: &str| {
        let (choice, feedback) = args.weights.named(name)?;
        Ok(Contender { choice, feedback: feedback.or(for_all) })
    };
    let contenders = typed.map(named).collect::<Result<Vec<_>>>()?;
    refuse_unused(args, &contenders)?;
    Ok(contenders)
}

/// An option of which every ranking has a number of its own is an error.
fn refuse_unused(args: &EvalArgs, contenders: &[Contender]) -> Result<()> {
    let numbers = |choice: &RankingChoice| {
        let RankingChoice { k1, b, title_weight, heading_weight, .. } = *choice;
        [
            ("--k1", k1),
            ("--b", b),
            ("--field-weight title", title_weight),
            ("--field-weight heading", heading_weight),
        ]
    };
    let typed = numbers(&args.weights.choice(None)?);
    for (option, number) in typed.into_iter().filter(|(_, number)| number.is_some()) {
        if !contenders.iter().any(|of| numbers(&of.choice).contains(&(option, number))) {
            return Err(Hinted::new(
                format!("`{option}` changes no ranking: each has a number of its own"),
                "leave it out, or the number behind the name of a ranking",
            )
            .into());
        }
    }
    Ok(())
}

/// Judgments, at least one.
fn judgments(path: &Path) -> Result<Qrels> {
    let qrels = Qrels::load(path)?;
    if qrels.topics().next().is_none() {
        bail!("`{}` has no judgments", path.display());
    }
    Ok(qrels)
}

/// Topics or a run, called `name`, of which the judgments know nothing.
fn not_judged(name: &str) -> anyhow::Error {
    let hint = "topics and judgments belong together by the ids of topics";
    Hinted::new(format!("no topic of `{name}` is judged"), hint).into()
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
