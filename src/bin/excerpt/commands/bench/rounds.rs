//! Latencies on one thread: rounds of passes over all queries.
//!
//! Every pass goes through the whole file, so that a query finds the caches as
//! its neighbours leave them; the same query again and again would flatter.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Result;
use excerpt::measure::{BenchQuery, LatencyHistogram};

use super::task::Task;

/// The latencies of all rounds.
pub struct Measured {
    /// For each round the latencies of each kind of query; kinds in order of
    /// first appearance.
    pub rounds: Vec<Vec<LatencyHistogram>>,
    /// The names of the kinds, and which one each query is of.
    pub kinds: Kinds,
    /// The shortest time of each query over all passes, in microseconds.
    pub best_us: Vec<f64>,
    /// The mean time of each query over all passes, in microseconds.
    pub mean_us: Vec<f64>,
}

impl Measured {
    /// All latencies of each round.
    pub fn whole_rounds(&self) -> Vec<LatencyHistogram> {
        let merged = |kinds: &Vec<LatencyHistogram>| {
            let mut whole = LatencyHistogram::new();
            kinds.iter().for_each(|kind| whole.merge(kind));
            whole
        };
        self.rounds.iter().map(merged).collect()
    }

    /// The latencies of one kind in each round.
    pub fn rounds_of(&self, kind: usize) -> Vec<LatencyHistogram> {
        self.rounds.iter().filter_map(|round| round.get(kind).cloned()).collect()
    }

    /// How long one pass takes, in microseconds.
    pub fn total_mean_us(&self) -> f64 {
        self.mean_us.iter().sum()
    }
}

/// The kinds of some queries.
pub struct Kinds {
    pub names: Vec<String>,
    pub of_queries: Vec<usize>,
}

impl Kinds {
    /// The kinds of `queries`; those without one are `other`.
    pub fn of(queries: &[BenchQuery]) -> Self {
        let mut names: Vec<String> = Vec::new();
        let of_queries = queries
            .iter()
            .map(|query| {
                let kind = query.kind().unwrap_or("other");
                names.iter().position(|name| name == kind).unwrap_or_else(|| {
                    names.push(kind.to_owned());
                    names.len() - 1
                })
            })
            .collect();
        Self { names, of_queries }
    }
}

/// Answers every query once; tells how long that took.
pub fn warm_up(task: &Task, queries: &[BenchQuery]) -> Result<Duration> {
    let started = Instant::now();
    for query in queries {
        black_box(task.answer(query)?);
    }
    Ok(started.elapsed())
}

/// The time of one answer. What was found is dropped behind the clock.
pub fn time(task: &Task, query: &BenchQuery) -> Result<Duration> {
    let started = Instant::now();
    let found = black_box(task.answer(black_box(query)));
    let elapsed = started.elapsed();
    found?;
    Ok(elapsed)
}

/// Times every query `passes` times in each of `rounds` rounds.
pub fn measure(
    task: &Task,
    queries: &[BenchQuery],
    rounds: usize,
    passes: usize,
) -> Result<Measured> {
    let kinds = Kinds::of(queries);
    let mut best = vec![Duration::MAX; queries.len()];
    let mut sums = vec![Duration::ZERO; queries.len()];
    let mut histograms = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let mut round = vec![LatencyHistogram::new(); kinds.names.len()];
        for _ in 0..passes {
            for (at, query) in queries.iter().enumerate() {
                let elapsed = time(task, query)?;
                round[kinds.of_queries[at]].record(elapsed);
                best[at] = best[at].min(elapsed);
                sums[at] += elapsed;
            }
        }
        histograms.push(round);
    }
    let count = (rounds * passes).max(1) as f64;
    Ok(Measured {
        rounds: histograms,
        kinds,
        best_us: best.into_iter().map(micros).collect(),
        mean_us: sums.into_iter().map(|sum| micros(sum) / count).collect(),
    })
}

/// A duration in microseconds.
pub fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
