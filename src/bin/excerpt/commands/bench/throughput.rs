//! Queries a second, on one thread and on more.

use std::hint::black_box;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use excerpt::measure::BenchQuery;
use excerpt::measure::latency::queries_per_second;
use serde::Serialize;

use super::task::Task;
use crate::report::Hinted;

/// How long each number of threads is measured about, in microseconds.
const ABOUT_US: f64 = 500_000.0;

/// The most passes for that: very fast files of queries are not run for ever.
const MOST_PASSES: f64 = 1000.0;

/// The rate at a number of threads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    pub threads: usize,
    pub queries: u64,
    pub elapsed_ms: f64,
    pub queries_per_second: f64,
}

/// Measures at 1, 2, 4 … threads up to `most`, and at `most`, on so many `cores`.
/// `pass_us` is how long a pass takes on one thread.
pub fn measure(
    task: &Task,
    queries: &[BenchQuery],
    most: usize,
    cores: usize,
    pass_us: f64,
) -> Result<Vec<Rate>> {
    let mut counts: Vec<usize> =
        std::iter::successors(Some(1), |count| Some(count * 2)).take_while(|&n| n < most).collect();
    counts.extend((most > 0).then_some(most));
    counts
        .into_iter()
        .map(|threads| {
            // More threads than cores do no more in the same time.
            let passes = (ABOUT_US * threads.min(cores) as f64 / pass_us.max(1.0)).ceil();
            let passes = passes.clamp(1.0, MOST_PASSES) as usize;
            at(task, queries, threads, passes)
        })
        .collect()
}

fn at(task: &Task, queries: &[BenchQuery], threads: usize, passes: usize) -> Result<Rate> {
    let total = queries.len() * passes;
    let next = AtomicUsize::new(0);
    // Whether all threads could be started: none works before that is known.
    let all_started = OnceLock::new();
    let work = || -> Result<(Instant, Instant), excerpt::Error> {
        let total = if *all_started.wait() { total } else { 0 };
        let began = Instant::now();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= total {
                return Ok((began, Instant::now()));
            }
            black_box(task.answer(&queries[at % queries.len()])?);
        }
    };
    let spans = thread::scope(|scope| -> Result<Vec<(Instant, Instant)>> {
        let start = |_| thread::Builder::new().spawn_scoped(scope, work);
        let workers = (0..threads).map(start).collect::<io::Result<Vec<_>>>();
        all_started.get_or_init(|| workers.is_ok());
        let workers = workers.map_err(|error| {
            Hinted::new(
                format!("cannot start {threads} threads: {error}"),
                "measure fewer with `--threads N`",
            )
        })?;
        let ended = |_| anyhow!("a thread panicked");
        workers.into_iter().map(|worker| Ok(worker.join().map_err(ended)??)).collect()
    })?;
    let elapsed = from_first_to_last(&spans);
    Ok(Rate {
        threads,
        queries: total as u64,
        elapsed_ms: elapsed.as_secs_f64() * 1e3,
        queries_per_second: queries_per_second(total as u64, elapsed),
    })
}

/// From when the first begins to when the last ends. A clock beside the threads
/// would begin late: they may be done before its thread has its turn.
fn from_first_to_last(spans: &[(Instant, Instant)]) -> Duration {
    let began = spans.iter().map(|(began, _)| *began).min();
    let ended = spans.iter().map(|(_, ended)| *ended).max();
    began.zip(ended).map_or(Duration::ZERO, |(began, ended)| ended - began)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock that began behind the threads gave 275 million queries a second.
    #[test]
    fn a_rate_is_that_of_all_threads_together() {
        let now = Instant::now();
        let at = |ms| now + Duration::from_millis(ms);
        let spans = [(at(5), at(9)), (at(2), at(7)), (at(8), at(8))];
        assert_eq!(from_first_to_last(&spans), Duration::from_millis(7));
        assert_eq!(from_first_to_last(&[]), Duration::ZERO);
    }
}
