//! What a report holds. Saved as JSON it is one side of a comparison.

use std::time::Duration;

use excerpt::measure::latency::QuantilePoint;
use excerpt::measure::{BenchQuery, LatencyHistogram, LatencySummary};
use serde::{Deserialize, Serialize};

use super::cold::Cold;
use super::environment::Environment;
use super::phases::Phase;
use super::rounds::{Measured, Rounds};
use super::throughput::Rate;
use crate::stamp::Stamp;

/// The version of what is saved.
pub const SCHEMA_VERSION: u32 = 1;

/// What the clock stands around, said in every output.
pub const TIMED: &str = "reading the query, looking its words up, evaluating it to the ranked \
addresses of the best passages; on one thread, the index open and warm";

/// All figures of one index and file of queries.
#[derive(Debug, Serialize)]
pub struct BenchResult {
    pub schema_version: u32,
    #[serde(flatten)]
    pub stamp: Stamp,
    pub environment: Environment,
    pub timed: &'static str,
    /// How many passages are found for each query at most.
    pub limit: usize,
    pub warm_up: Warmth,
    pub passes_per_round: usize,
    /// All times of all passes.
    pub latency: LatencySummary,
    /// The best time of each query: what it takes undisturbed.
    pub best_of: LatencySummary,
    /// Both for each kind of query, where there are several.
    pub kinds: Vec<Kind>,
    pub throughput: Vec<Rate>,
    pub phases: Vec<Phase>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cold: Option<Cold>,
    /// The distribution of all times.
    pub distribution: Vec<QuantilePoint>,
    /// Each query, in file order.
    pub queries: Vec<QueryTimes>,
}

/// What was run before the clock.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Warmth {
    pub passes: usize,
    pub elapsed_ms: f64,
}

/// The figures of one kind of query.
#[derive(Debug, Serialize)]
pub struct Kind {
    pub kind: String,
    pub queries: usize,
    pub latency: LatencySummary,
    pub best_of: LatencySummary,
}

/// The times of one query in microseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueryTimes {
    pub query: String,
    pub best_us: f64,
    pub mean_us: f64,
}

/// What a result is made of.
pub struct Parts<'q> {
    pub environment: Environment,
    pub stamp: Stamp,
    pub limit: usize,
    pub warmth: Warmth,
    pub passes: usize,
    pub queries: &'q [BenchQuery],
    pub measured: Measured,
    pub throughput: Vec<Rate>,
    pub phases: Vec<Phase>,
    pub cold: Option<Cold>,
}

impl BenchResult {
    /// Sums up what was measured.
    pub fn new(parts: Parts<'_>) -> Self {
        let Measured { best_us, mean_us, .. } = &parts.measured;
        let whole = &parts.measured.whole;
        let times = parts.queries.iter().zip(best_us.iter().zip(mean_us));
        Self {
            schema_version: SCHEMA_VERSION,
            stamp: parts.stamp,
            environment: parts.environment,
            timed: TIMED,
            limit: parts.limit,
            warm_up: parts.warmth,
            passes_per_round: parts.passes,
            latency: whole.summary(),
            best_of: best_of(best_us.iter().copied(), whole),
            kinds: kinds(&parts.measured),
            throughput: parts.throughput,
            phases: parts.phases,
            cold: parts.cold,
            distribution: whole.all.distribution(),
            queries: times
                .map(|(query, (&best_us, &mean_us))| QueryTimes {
                    query: query.text.clone(),
                    best_us,
                    mean_us,
                })
                .collect(),
        }
    }
}

fn kinds(measured: &Measured) -> Vec<Kind> {
    let kinds = &measured.kinds;
    if kinds.names.len() < 2 {
        return Vec::new();
    }
    let kind = |(at, (name, rounds)): (usize, (&String, &Rounds))| {
        let best: Vec<f64> = kinds
            .of_queries
            .iter()
            .zip(&measured.best_us)
            .filter(|(kind, _)| **kind == at)
            .map(|(_, &best)| best)
            .collect();
        Kind {
            kind: name.clone(),
            queries: best.len(),
            latency: rounds.summary(),
            best_of: best_of(best, rounds),
        }
    };
    kinds.names.iter().zip(&measured.of_kinds).enumerate().map(kind).collect()
}

/// Sums up the best time of each query over `rounds`, of which each has had its part.
fn best_of(times_us: impl IntoIterator<Item = f64>, rounds: &Rounds) -> LatencySummary {
    let summary = LatencySummary::of(&[histogram(times_us)]);
    LatencySummary { rounds: rounds.count(), ..summary }
}

/// Times in microseconds as a histogram.
pub fn histogram(times_us: impl IntoIterator<Item = f64>) -> LatencyHistogram {
    let mut histogram = LatencyHistogram::new();
    for time_us in times_us {
        // What a file says may be no time at all.
        let seconds = Duration::try_from_secs_f64(time_us / 1e6);
        histogram.record(seconds.unwrap_or_default());
    }
    histogram
}
