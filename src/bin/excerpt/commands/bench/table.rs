//! A result and a comparison for people to read.

use std::io::{self, Write};

use excerpt::measure::latency::Interval;
use excerpt::measure::{LatencySummary, Statistic};

use super::compare::Compared;
use super::phases::{NOT_IN_THEM, REPEATS};
use super::result::{BenchResult, Kind, TIMED};
use crate::commands::figures::{percent, probability, room};
use crate::output::{columns, sanitize};
use crate::size::{plural, thousands};

/// How wide names are; those of kinds may be wider.
const NAME_COLUMNS: usize = 22;

/// What intervals and the sign test do not cover.
const CHANCE: &str = "intervals and p are over the choice of queries, not over runs: to see what \
chance does, compare an index with itself";

/// Why an interval is `-`.
const NO_INTERVAL: &str = "-: too few queries for an interval of 95 %, or too far apart for that of \
the mean; the longest time never has one";

/// Prints a result.
pub fn print(out: &mut dyn Write, result: &BenchResult) -> io::Result<()> {
    let (stamp, machine) = (&result.stamp, &result.environment);
    writeln!(
        out,
        "queries: {}, over {} ({}), the best {} each, ranking {}",
        thousands(result.queries.len() as u64),
        plural(stamp.passages, "passage"),
        stamp.language,
        result.limit,
        stamp.parameters
    )?;
    writeln!(
        out,
        "{}, index {}, queries {}{}",
        stamp.program,
        short(&stamp.index_digest),
        short(&stamp.query_hash),
        if machine.is_optimized { "" } else { ", built WITHOUT optimisation" }
    )?;
    let load = machine
        .load_average
        .map_or_else(String::new, |[minute, ..]| format!(", load {minute:.2} before"));
    let cpu = machine.cpu.as_deref().unwrap_or("unknown processor");
    writeln!(out, "{cpu}, {}{load}, {}", plural(machine.cores as u64, "core"), machine.os)?;
    writeln!(out, "timed: {TIMED}")?;
    writeln!(
        out,
        "untimed passes over all queries before: {} ({:.0} ms); rounds: {}; passes a round: {}\n",
        result.warm_up.passes,
        result.warm_up.elapsed_ms,
        result.latency.rounds,
        result.passes_per_round
    )?;
    latencies(out, result)?;
    throughput(out, result)?;
    phases(out, result)?;
    if let Some(cold) = &result.cold {
        writeln!(out, "\nfirst searches: {}", cold.method)?;
        let read = cold.device_bytes.map_or_else(String::new, |bytes| {
            format!("; {} read from the device", plural(bytes, "byte"))
        });
        writeln!(out, "of {}, spread over the file{read}", plural(cold.latency.count, "query"))?;
        head(out, NAME_COLUMNS)?;
        row(out, NAME_COLUMNS, "open + search", &cold.latency)?;
        row(out, NAME_COLUMNS, "the same, cache kept", &cold.kept)?;
    }
    Ok(())
}

fn latencies(out: &mut dyn Write, result: &BenchResult) -> io::Result<()> {
    head(out, NAME_COLUMNS)?;
    row(out, NAME_COLUMNS, "all times", &result.latency)?;
    row(out, NAME_COLUMNS, "best of each query", &result.best_of)?;
    if let Some(Interval { low, high }) = result.latency.mean_interval_us {
        writeln!(out, "mean of all times: 95 % interval over rounds {} to {}", us(low), us(high))?;
    }
    let kinds: Vec<String> = result.kinds.iter().map(kind_name).collect();
    let width = kinds.iter().map(|name| columns(name)).fold(NAME_COLUMNS, usize::max);
    if !kinds.is_empty() {
        writeln!(out)?;
        head(out, width)?;
    }
    for (kind, name) in result.kinds.iter().zip(&kinds) {
        row(out, width, name, &kind.latency)?;
        row(out, width, "  best of each query", &kind.best_of)?;
    }
    Ok(())
}

fn kind_name(kind: &Kind) -> String {
    format!("{} ({})", sanitize::line(&kind.kind), kind.queries)
}

fn throughput(out: &mut dyn Write, result: &BenchResult) -> io::Result<()> {
    if result.throughput.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nthreads  queries/s")?;
    result.throughput.iter().try_for_each(|rate| {
        writeln!(out, "{:>7}  {:>9}", rate.threads, thousands(rate.queries_per_second as u64))
    })
}

fn phases(out: &mut dyn Write, result: &BenchResult) -> io::Result<()> {
    writeln!(out, "\n{:<10} {:>9} {:>9}", "phase (µs)", "best", "mean")?;
    for phase in &result.phases {
        let (best, mean) = (us(phase.best_us), us(phase.mean_us));
        writeln!(out, "{:<10} {best:>9} {mean:>9}  {}", phase.name, phase.what)?;
    }
    let repeats = result.phases.last().map_or(0, |phase| phase.repeats);
    writeln!(
        out,
        "best: the mean of the best of {repeats} of each query ({REPEATS} of start and open); \
         mean: that of all"
    )?;
    writeln!(out, "in none of them: {NOT_IN_THEM}")
}

fn head(out: &mut dyn Write, width: usize) -> io::Result<()> {
    write!(out, "{:<width$}", "latency (µs)")?;
    Statistic::ALL.iter().try_for_each(|statistic| write!(out, " {:>9}", statistic.name()))?;
    writeln!(out)
}

fn row(out: &mut dyn Write, width: usize, name: &str, summary: &LatencySummary) -> io::Result<()> {
    write!(out, "{name}{}", room(name, width))?;
    for &statistic in Statistic::ALL {
        write!(out, " {:>9}", us(summary.get(statistic)))?;
    }
    writeln!(out)
}

/// Prints a comparison.
pub fn comparison(out: &mut dyn Write, compared: &Compared) -> io::Result<()> {
    for (name, side) in [("A", &compared.a), ("B", &compared.b)] {
        let (path, stamp) = (sanitize::line(&side.name), &side.stamp);
        writeln!(
            out,
            "{name}: {path} ({}, {}, index {})",
            stamp.program,
            stamp.parameters,
            short(&stamp.index_digest)
        )?;
    }
    let times = &compared.times;
    writeln!(out, "compared: the best times of {}\n", plural(times.queries as u64, "query"))?;
    writeln!(out, "{:<10} {:>9} {:>9} {:>7}  95 % interval", "(µs)", "A", "B", "B/A")?;
    for estimate in &times.estimates {
        writeln!(
            out,
            "{:<10} {:>9} {:>9} {:>7.3}  {}",
            estimate.statistic.name(),
            us(estimate.baseline_us),
            us(estimate.contender_us),
            estimate.ratio,
            interval(estimate.interval)
        )?;
    }
    writeln!(
        out,
        "geometric mean of all ratios {:.3}  {}",
        times.geometric_mean_ratio,
        interval(times.geometric_mean_interval)
    )?;
    writeln!(
        out,
        "B is faster on {}, slower on {}, equal on {} (sign test p {})",
        times.faster,
        times.slower,
        times.equal,
        probability(times.sign_test_p)
    )?;
    writeln!(out, "{CHANCE}\n{NO_INTERVAL}")?;
    for verdict in &compared.verdicts {
        let found = if verdict.failed { "BEYOND the limit" } else { "within the limit" };
        let change = percent(verdict.change_percent, 2);
        writeln!(out, "limit {}: {change} is {found}", verdict.limit)?;
    }
    Ok(())
}

/// An interval of ratios, `-` where there are too few queries for one.
fn interval(interval: Option<Interval>) -> String {
    interval.map_or_else(|| "-".to_owned(), |of| format!("{:.3} to {:.3}", of.low, of.high))
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// Microseconds with about three digits that count.
fn us(time: f64) -> String {
    if time < 100.0 { format!("{time:.1}") } else { format!("{time:.0}") }
}
