//! Figures as one table: a row for each subject, a column for each ranking.

use std::io::{self, Write};

use excerpt::measure::significance::EXACT_UP_TO;
use excerpt::measure::{Averaging, ComparisonOptions, Evaluation, Measure};

use super::score::Row;
use super::wire::DOCUMENT_SCORE;
use crate::args::EvalArgs;
use crate::commands::figures::{decimal, percent, probability, write_cells};
use crate::output::sanitize;
use crate::size::{plural, thousands};

/// Prints the table, what it means, and each topic where that is wanted.
pub fn print(args: &EvalArgs, out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let measures = &args.measures;
    let mut cells = vec![header(first)];
    cells.extend(rows.iter().map(figures));
    if rows.len() > 1 {
        cells.push(mean(rows, measures.len()));
    }
    write_cells(out, &cells)?;
    writeln!(out)?;
    explain(out, rows, measures)?;
    if args.per_topic {
        writeln!(out)?;
        topics_head(out, "collection\tranking", measures)?;
        for row in rows {
            let name = sanitize::line(&row.name);
            for score in &row.scores {
                topics(out, &format!("{name}\t{}", score.ranking), &score.evaluation)?;
            }
        }
    }
    Ok(())
}

fn header(row: &Row) -> Vec<String> {
    let mut cells = vec!["collection".to_owned(), "topics".to_owned()];
    cells.extend(row.scores.iter().map(|score| score.ranking.clone()));
    if row.against.is_some() {
        cells.extend(["gain".to_owned(), "p".to_owned()]);
    }
    cells
}

fn figures(row: &Row) -> Vec<String> {
    let topics = row.scores.first().map_or(0, |score| score.evaluation.per_topic.len());
    let mut cells = vec![sanitize::line(&row.name).to_string(), topics.to_string()];
    cells.extend(row.scores.iter().map(|score| joined(&score.evaluation.mean, decimal)));
    if let Some(against) = &row.against {
        cells.push(gain(row).map_or_else(String::new, |gain| percent(gain * 100.0, 1)));
        let p: Vec<f64> =
            against.comparison.measures.iter().map(|measure| measure.randomization_p).collect();
        cells.push(joined(&p, probability));
    }
    cells
}

fn mean(rows: &[Row], measures: usize) -> Vec<String> {
    let mut cells = vec!["mean".to_owned(), String::new()];
    let count = rows.len() as f64;
    let columns = rows.first().map_or(0, |row| row.scores.len());
    for column in 0..columns {
        let of_measure = |measure: usize| {
            rows.iter().map(|row| row.scores[column].evaluation.mean[measure]).sum::<f64>() / count
        };
        let means: Vec<f64> = (0..measures).map(of_measure).collect();
        cells.push(joined(&means, decimal));
    }
    if rows.iter().any(|row| row.against.is_some()) {
        cells.push(gain_of_means(rows).map_or_else(String::new, |gain| percent(gain * 100.0, 1)));
        cells.push(String::new());
    }
    cells
}

/// By how much of the baselines' mean the first measure's mean grew. The mean of the
/// rows' gains would be another number, which the means beside it do not give.
fn gain_of_means(rows: &[Row]) -> Option<f64> {
    let (mut baseline, mut contender) = (0.0, 0.0);
    for row in rows {
        let against = row.against.as_ref()?;
        baseline += row.scores[against.baseline].evaluation.mean.first()?;
        contender += row.scores[against.contender].evaluation.mean.first()?;
    }
    (baseline > 0.0).then(|| (contender - baseline) / baseline)
}

/// By how much of the baseline's value the first measure grew.
fn gain(row: &Row) -> Option<f64> {
    let measure = row.against.as_ref()?.comparison.measures.first()?;
    (measure.baseline > 0.0).then(|| measure.difference / measure.baseline)
}

fn explain(out: &mut dyn Write, rows: &[Row], measures: &[Measure]) -> io::Result<()> {
    let names: Vec<String> = measures.iter().map(ToString::to_string).collect();
    let averaging = rows.first().map_or(Averaging::All, |row| row.averaging);
    let topics = match averaging {
        Averaging::All => "all judged topics, 0 for those with nothing found",
        Averaging::Judged => "judged topics with something found",
    };
    writeln!(out, "{}: means over {topics}.", names.join(" / "))?;
    writeln!(out, "Documents are scored by their {DOCUMENT_SCORE}.")?;
    for synthetic in rows.iter().filter_map(|row| row.synthetic.as_ref()) {
        writeln!(
            out,
            "The topics are synthetic, drawn from the index (seed {}; {}, {}): not to be compared \
             with topics that people asked.",
            synthetic.seed,
            plural(synthetic.headings as u64, "heading"),
            plural(synthetic.phrases as u64, "rare phrase")
        )?;
    }
    let Some((row, against)) = rows.iter().find_map(|row| row.against.as_ref().map(|a| (row, a)))
    else {
        return Ok(());
    };
    let contender = &row.scores[against.contender].ranking;
    let mut baselines: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.against.as_ref().map(|against| (row, against)))
        .map(|(row, against)| row.scores[against.baseline].ranking.as_str())
        .collect();
    baselines.sort_unstable();
    baselines.dedup();
    let choice = if baselines.len() > 1 { ", the better one of each row" } else { "" };
    writeln!(
        out,
        "gain: {contender} over {}{choice}, by {}; p: paired randomisation test of the same two, \
         by {} draws, exact where {EXACT_UP_TO} topics differ or fewer.",
        baselines.join(" or "),
        names.first().map_or("", String::as_str),
        thousands(ComparisonOptions::default().permutations.into())
    )
}

/// Prints what the columns of [`topics`] are; `of` is what its `name` is.
pub fn topics_head(out: &mut dyn Write, of: &str, measures: &[Measure]) -> io::Result<()> {
    write!(out, "{of}\ttopic")?;
    measures.iter().try_for_each(|measure| write!(out, "\t{measure}"))?;
    writeln!(out)
}

/// Prints the values of each topic that was counted.
pub fn topics(out: &mut dyn Write, name: &str, evaluation: &Evaluation) -> io::Result<()> {
    evaluation.per_topic.iter().try_for_each(|(topic, values)| {
        write!(out, "{name}\t{}", sanitize::line(topic))?;
        values.iter().try_for_each(|value| write!(out, "\t{value:.4}"))?;
        writeln!(out)
    })
}

fn joined(values: &[f64], write: fn(f64) -> String) -> String {
    values.iter().map(|&value| write(value)).collect::<Vec<_>>().join(" / ")
}
