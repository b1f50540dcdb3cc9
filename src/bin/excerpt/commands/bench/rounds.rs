//! Latencies on one thread: rounds of passes over all queries.
//!
//! Every pass goes through the whole file, so that a query finds the caches as
//! its neighbours leave them; the same query again and again would flatter.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Result;
use excerpt::measure::{BenchQuery, LatencyHistogram, LatencySummary};

use super::task::Task;

/// The most kinds that are told apart, each with a histogram of half a megabyte.
/// Chosen by hand: more than anybody reads.
pub const MOST_KINDS: usize = 50;

/// The kind of queries without one, and of those of too many kinds.
const OTHER: &str = "other";

/// The latencies of all rounds.
pub struct Measured {
    /// Those of all queries.
    pub whole: Rounds,
    /// Those of each kind of query, kinds in order of first appearance.
    pub of_kinds: Vec<Rounds>,
    /// The names of the kinds, and which one each query is of.
    pub kinds: Kinds,
    /// The shortest time of each query over all passes, in microseconds.
    pub best_us: Vec<f64>,
    /// The mean time of each query over all passes, in microseconds.
    pub mean_us: Vec<f64>,
}

impl Measured {
    /// How long one pass takes, in microseconds.
    pub fn total_mean_us(&self) -> f64 {
        self.mean_us.iter().sum()
    }
}

/// The latencies of the same queries over rounds. A round leaves its mean and no
/// more, so that many of them take no memory.
pub struct Rounds {
    pub all: LatencyHistogram,
    means_us: Vec<f64>,
    sum: Duration,
    count: u64,
}

impl Rounds {
    fn new() -> Self {
        let all = LatencyHistogram::new();
        Self { all, means_us: Vec::new(), sum: Duration::ZERO, count: 0 }
    }

    fn record(&mut self, latency: Duration) {
        self.all.record(latency);
        self.sum += latency;
        self.count += 1;
    }

    fn end_round(&mut self) {
        self.means_us.push(micros(self.sum) / self.count.max(1) as f64);
        (self.sum, self.count) = (Duration::ZERO, 0);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.means_us.len()
    }

    /// What a report says of them.
    pub fn summary(&self) -> LatencySummary {
        LatencySummary::of_rounds(&self.all, &self.means_us)
    }
}

/// The kinds of some queries.
pub struct Kinds {
    pub names: Vec<String>,
    pub of_queries: Vec<usize>,
    /// Whether there are more than [`MOST_KINDS`].
    pub has_more: bool,
}

impl Kinds {
    /// The kinds of `queries`; those without one are `other`, and so are all
    /// behind the first [`MOST_KINDS`].
    pub fn of(queries: &[BenchQuery]) -> Self {
        let mut kinds = Self { names: Vec::new(), of_queries: Vec::new(), has_more: false };
        for query in queries {
            let mut kind = query.kind().unwrap_or(OTHER);
            if kinds.names.len() >= MOST_KINDS && kinds.at(kind).is_none() && kind != OTHER {
                kinds.has_more = true;
                kind = OTHER;
            }
            let at = kinds.at(kind).unwrap_or_else(|| {
                kinds.names.push(kind.to_owned());
                kinds.names.len() - 1
            });
            kinds.of_queries.push(at);
        }
        kinds
    }

    fn at(&self, kind: &str) -> Option<usize> {
        self.names.iter().position(|name| name == kind)
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
    let mut whole = Rounds::new();
    let mut of_kinds: Vec<Rounds> = kinds.names.iter().map(|_| Rounds::new()).collect();
    for _ in 0..rounds {
        for _ in 0..passes {
            for (at, query) in queries.iter().enumerate() {
                let elapsed = time(task, query)?;
                whole.record(elapsed);
                of_kinds[kinds.of_queries[at]].record(elapsed);
                best[at] = best[at].min(elapsed);
                sums[at] += elapsed;
            }
        }
        whole.end_round();
        of_kinds.iter_mut().for_each(Rounds::end_round);
    }
    let count = (rounds * passes).max(1) as f64;
    Ok(Measured {
        whole,
        of_kinds,
        kinds,
        best_us: best.into_iter().map(micros).collect(),
        mean_us: sums.into_iter().map(|sum| micros(sum) / count).collect(),
    })
}

/// A duration in microseconds.
pub fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each kind takes memory: 3,000 of them took gigabytes.
    #[test]
    fn kinds_behind_the_first_ones_are_counted_together() {
        let query = |tag: usize| BenchQuery { text: "a".into(), tags: vec![tag.to_string()] };
        let few = Kinds::of(&(0..MOST_KINDS).map(query).collect::<Vec<_>>());
        assert_eq!((few.names.len(), few.has_more), (MOST_KINDS, false));
        let many = Kinds::of(&(0..3000).chain([1]).map(query).collect::<Vec<_>>());
        assert_eq!((many.names.len(), many.has_more), (MOST_KINDS + 1, true));
        assert_eq!(many.names.last().map(String::as_str), Some(OTHER));
        assert_eq!(many.of_queries[MOST_KINDS - 1..MOST_KINDS + 2], [49, 50, 50]);
        assert_eq!(many.of_queries.last(), Some(&1));
    }

    #[test]
    fn rounds_give_the_mean_its_interval() {
        let mut rounds = Rounds::new();
        for round in [[10, 20], [12, 22], [11, 21]] {
            round.into_iter().for_each(|us| rounds.record(Duration::from_micros(us)));
            rounds.end_round();
        }
        let summary = rounds.summary();
        assert_eq!((summary.count, summary.rounds, summary.mean_us), (6, 3, 16.0));
        assert!(summary.mean_interval_us.is_some_and(|mean| mean.low > 13.5 && mean.high < 18.5));
    }
}
