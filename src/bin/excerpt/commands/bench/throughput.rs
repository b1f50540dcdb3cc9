//! Queries a second, on one thread and on more.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use excerpt::measure::BenchQuery;
use excerpt::measure::latency::queries_per_second;
use serde::Serialize;

use super::task::Task;

/// How long each number of threads is measured at least, in microseconds.
const LEAST_US: f64 = 500_000.0;

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

/// Measures at 1, 2, 4 … threads up to `most`, and at `most`. `pass_us` is how
/// long a pass takes on one thread.
pub fn measure(
    task: &Task,
    queries: &[BenchQuery],
    most: usize,
    pass_us: f64,
) -> Result<Vec<Rate>> {
    let mut counts: Vec<usize> =
        std::iter::successors(Some(1), |count| Some(count * 2)).take_while(|&n| n < most).collect();
    counts.extend((most > 0).then_some(most));
    counts
        .into_iter()
        .map(|threads| {
            let passes = (LEAST_US * threads as f64 / pass_us.max(1.0)).ceil();
            let passes = passes.clamp(1.0, MOST_PASSES) as usize;
            at(task, queries, threads, passes)
        })
        .collect()
}

fn at(task: &Task, queries: &[BenchQuery], threads: usize, passes: usize) -> Result<Rate> {
    let total = queries.len() * passes;
    let next = AtomicUsize::new(0);
    let start = Barrier::new(threads + 1);
    let work = || -> Result<(), excerpt::Error> {
        start.wait();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= total {
                return Ok(());
            }
            black_box(task.answer(&queries[at % queries.len()])?);
        }
    };
    let elapsed = std::thread::scope(|scope| -> Result<Duration> {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        start.wait();
        let started = Instant::now();
        for worker in workers {
            worker.join().map_err(|_| anyhow!("a thread panicked"))??;
        }
        Ok(started.elapsed())
    })?;
    Ok(Rate {
        threads,
        queries: total as u64,
        elapsed_ms: elapsed.as_secs_f64() * 1e3,
        queries_per_second: queries_per_second(total as u64, elapsed),
    })
}
