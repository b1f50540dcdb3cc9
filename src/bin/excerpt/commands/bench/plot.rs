//! Distributions as a picture.

use std::path::Path;

use anyhow::Result;
use excerpt::measure::latency::QuantilePoint;
use excerpt::measure::plot::{Series, latency_svg};

use super::compare::Side;
use super::result::{BenchResult, histogram};
use crate::commands::saving;

/// Draws all times of a result, and the best one of each query.
pub fn result(path: &Path, result: &BenchResult) -> Result<()> {
    let best = histogram(result.queries.iter().map(|query| query.best_us)).distribution();
    let all = format!("all times ({} rounds)", result.latency.rounds);
    let series = [(all.as_str(), result.distribution.as_slice()), ("best of each query", &best)];
    let title = format!(
        "{} queries, {} passages, {}",
        result.queries.len(),
        result.stamp.passages,
        result.stamp.parameters.ranking
    );
    write(path, &title, &series)
}

/// Draws the best time of each query of both sides.
pub fn sides(path: &Path, a: &Side, b: &Side) -> Result<()> {
    let points = |side: &Side| histogram(side.best_us.iter().copied()).distribution();
    let (of_a, of_b) = (points(a), points(b));
    let title = format!("best times of {} queries", a.best_us.len());
    write(path, &title, &[(&a.name, &of_a), (&b.name, &of_b)])
}

fn write(path: &Path, title: &str, series: &[(&str, &[QuantilePoint])]) -> Result<()> {
    let series: Vec<Series<'_>> =
        series.iter().map(|&(label, points)| Series { label, points }).collect();
    saving::write(path, |out| out.write_all(latency_svg(title, &series).as_bytes()))
}
