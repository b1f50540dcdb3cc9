//! Distributions as a picture.

use std::path::Path;

use anyhow::Result;
use excerpt::measure::latency::QuantilePoint;
use excerpt::measure::plot::{Series, latency_svg};

use super::compare::Side;
use super::result::{BenchResult, histogram};
use crate::commands::saving;
use crate::output::columns;
use crate::size::plural;

/// How many columns of a path the legend has room for: its 640 units hold as many
/// letters of about 7 units, which is wide for the fonts that the picture asks for.
const LABEL_COLUMNS: usize = 85;

/// Draws all times of a result, and the best one of each query.
pub fn result(path: &Path, result: &BenchResult) -> Result<()> {
    let best = histogram(result.queries.iter().map(|query| query.best_us)).distribution();
    let all = format!("all times ({})", plural(result.latency.rounds as u64, "round"));
    let series = [(all.as_str(), result.distribution.as_slice()), ("best of each query", &best)];
    let title = format!(
        "{}, {}, {}",
        plural(result.queries.len() as u64, "query"),
        plural(result.stamp.passages, "passage"),
        result.stamp.parameters
    );
    write(path, &title, &series)
}

/// Draws the best time of each query of both sides.
pub fn sides(path: &Path, a: &Side, b: &Side) -> Result<()> {
    let points = |side: &Side| histogram(side.best_us.iter().copied()).distribution();
    let (of_a, of_b) = (points(a), points(b));
    let title = format!("best times of {}", plural(a.best_us.len() as u64, "query"));
    let (a, b) = (label("A", &a.name), label("B", &b.name));
    write(path, &title, &[(&a, &of_a), (&b, &of_b)])
}

/// What the legend calls a side. Of a long path its end is kept, which tells two of them
/// apart more often than the beginning.
fn label(side: &str, path: &str) -> String {
    let ends = path.char_indices().map(|(at, _)| &path[at..]);
    let end = ends.into_iter().find(|end| columns(end) <= LABEL_COLUMNS).unwrap_or_default();
    let cut = if end.len() < path.len() { "…" } else { "" };
    format!("{side}: {cut}{end}")
}

fn write(path: &Path, title: &str, series: &[(&str, &[QuantilePoint])]) -> Result<()> {
    let series: Vec<Series<'_>> =
        series.iter().map(|&(label, points)| Series { label, points }).collect();
    saving::write(path, |out| out.write_all(latency_svg(title, &series).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index against itself had two curves of one name, and long names ran out of the
    /// picture.
    #[test]
    fn labels_name_the_side_and_fit_the_picture() {
        assert_eq!(label("A", "index"), "A: index");
        let long = format!("{}/index", "folder/".repeat(40));
        let label = label("B", &long);
        assert!(label.starts_with("B: …") && label.ends_with("folder//index"), "{label}");
        assert_eq!(columns(&label), LABEL_COLUMNS + 4);
    }
}
