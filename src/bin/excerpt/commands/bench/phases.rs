//! The parts of a search from the shell, each timed by itself.
//!
//! Their sum is more than a search takes where a part finds warm what the one
//! before has touched, and less where the parts share work or a search does what
//! is in none of them ([`NOT_IN_THEM`]); it is a guide to where time goes, no second
//! total.

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Result;
use excerpt::index::sources::SourceKey;
use excerpt::index::{SourceFiles, StoredPassage};
use excerpt::measure::BenchQuery;
use excerpt::query::parse;
use excerpt::search::{Neighbours, Searcher};
use serde::Serialize;

use super::rounds::micros;
use super::task::Task;
use crate::commands::look::{Depth, Found, Looker};
use crate::config::Here;
use crate::output::{Fences, JsonLines, Renderer, Shown, Wanted};

/// How often a process is started and an index opened.
pub const REPEATS: usize = 20;

/// The phase of which each time opens the index anew.
pub const OPEN: &str = "open";

/// How many queries are taken apart at most; they are spread over the file.
const MOST_QUERIES: usize = 1000;

/// How often each is at most. Chosen by hand: as often as searches are timed by
/// default.
const MOST_PASSES: usize = 5;

/// What a search does besides, by itself or on a terminal.
pub const NOT_IN_THEM: &str = "leaving out passages that say the same and further ones of a \
document, counting all that match";

/// The time of one part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Phase {
    pub name: String,
    /// What is done in it.
    pub what: String,
    /// How many times were taken.
    pub count: usize,
    /// How many of each query, or of what needs no query.
    pub repeats: usize,
    /// The mean of the best times of each query.
    pub best_us: f64,
    /// The mean of all.
    pub mean_us: f64,
}

struct Clock {
    name: &'static str,
    what: &'static str,
    /// The best time of each query.
    best: Vec<Duration>,
    sum: Duration,
    count: usize,
}

impl Clock {
    fn new(name: &'static str, what: &'static str) -> Self {
        Self { name, what, best: Vec::new(), sum: Duration::ZERO, count: 0 }
    }

    /// Times what is done for the query `at`; each is new once, in order.
    fn time<T>(&mut self, at: usize, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = black_box(work());
        let elapsed = started.elapsed();
        match self.best.get_mut(at) {
            Some(best) => *best = elapsed.min(*best),
            None => self.best.push(elapsed),
        }
        self.sum += elapsed;
        self.count += 1;
        done
    }

    fn phase(&self) -> Option<Phase> {
        let queries = self.best.len();
        let repeats = self.count.checked_div(queries)?;
        Some(Phase {
            name: self.name.to_owned(),
            what: self.what.to_owned(),
            count: self.count,
            repeats,
            best_us: micros(self.best.iter().sum()) / queries as f64,
            mean_us: micros(self.sum) / self.count as f64,
        })
    }
}

/// Times the parts of a search over a sample of `queries`, in as many passes as the
/// searches themselves were, within bounds.
pub fn measure(
    task: &Task,
    directory: &Path,
    queries: &[BenchQuery],
    passes: usize,
) -> Result<Vec<Phase>> {
    let (start, open) = (start(), open(directory)?);
    let here = Here::new(task.searcher.snapshot().base_directory())?;
    let mut parts = Parts::new(task, &here);
    let step = queries.len().div_ceil(MOST_QUERIES).max(1);
    for _ in 0..passes.min(MOST_PASSES) {
        for (at, query) in queries.iter().step_by(step).enumerate() {
            parts.time(at, query)?;
        }
    }
    let Parts { parse, matching, fetch, highlight, print, .. } = parts;
    let clocks = [start, open, parse, matching, fetch, highlight, print];
    Ok(clocks.iter().filter_map(Clock::phase).collect())
}

fn start() -> Clock {
    let mut start = Clock::new("start", "a process that prints its version");
    // Where the program cannot be started again, the phase is left out.
    if let Ok(program) = std::env::current_exe() {
        for _ in 0..REPEATS {
            let mut command = Command::new(&program);
            command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null());
            if !start.time(0, || command.status()).is_ok_and(|status| status.success()) {
                start.best.clear();
                break;
            }
        }
    }
    start
}

fn open(directory: &Path) -> Result<Clock> {
    let mut open = Clock::new(OPEN, "the index");
    for _ in 0..REPEATS {
        open.time(0, || Searcher::open(directory))?;
    }
    Ok(open)
}

/// What is done for a query, a clock for each part of it.
struct Parts<'t> {
    task: &'t Task,
    looker: Looker<'t>,
    printed: Vec<u8>,
    parse: Clock,
    matching: Clock,
    fetch: Clock,
    highlight: Clock,
    print: Clock,
}

impl<'t> Parts<'t> {
    fn new(task: &'t Task, here: &'t Here) -> Self {
        let looker = Looker {
            searcher: &task.searcher,
            here,
            depth: Depth::Index,
            depth_of_duplicates: Depth::Index,
            flows: false,
            is_fresh: true,
            lines: Wanted::default(),
            neighbours: Neighbours::default(),
            files: SourceFiles::new(task.searcher.snapshot()),
            fences: Fences::default(),
        };
        Self {
            task,
            looker,
            printed: Vec::new(),
            parse: Clock::new("parse", "the query"),
            matching: Clock::new("match", "from the parsed query to ranked addresses"),
            fetch: Clock::new("fetch", "all passages found"),
            highlight: Clock::new("highlight", "the words that matched in them"),
            print: Clock::new("print", "them as JSON lines, into memory"),
        }
    }

    /// Does all of it once.
    fn time(&mut self, query_at: usize, query: &BenchQuery) -> Result<()> {
        let Task { searcher, parameters, limit } = self.task;
        let parsed = self.parse.time(query_at, || parse(&query.text));
        let found =
            self.matching.time(query_at, || searcher.rank(&parsed.query, parameters, *limit))?;
        let passages = self.fetch.time(query_at, || {
            let passages = found.iter().map(|found| searcher.snapshot().passage(found.address));
            passages.collect::<Result<Vec<_>, _>>()
        })?;
        let texts = || passages.iter().map(|stored| stored.passage.text.as_str());
        let highlights =
            self.highlight.time(query_at, || searcher.highlight(&parsed.query, texts()));
        let mut shown = Vec::with_capacity(passages.len());
        for (at, (stored, highlights)) in passages.into_iter().zip(highlights).enumerate() {
            let StoredPassage { source, passage } = stored;
            shown.push(self.looker.look(Found {
                rank: at + 1,
                score: found[at].score,
                source: SourceKey::from_stored(&source),
                passage,
                highlights,
                duplicates: Vec::new(),
                more_in_document: 0,
                explanation: None,
            })?);
        }
        self.printed.clear();
        self.print.time(query_at, || render(&shown, &mut self.printed))?;
        Ok(())
    }
}

fn render(shown: &[Shown], out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut renderer = JsonLines;
    shown.iter().try_for_each(|hit| renderer.hit(out, hit))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quickest query was called the best of them.
    #[test]
    fn the_best_of_a_phase_is_the_mean_over_its_queries() {
        let mut clock = Clock::new("parse", "the query");
        clock.best = [3, 5].map(Duration::from_micros).to_vec();
        (clock.sum, clock.count) = (Duration::from_micros(36), 6);
        let phase = clock.phase().map(|phase| (phase.repeats, phase.best_us, phase.mean_us));
        assert_eq!(phase, Some((3, 4.0, 6.0)));
        assert_eq!(Clock::new("start", "nothing").phase(), None);
    }
}
