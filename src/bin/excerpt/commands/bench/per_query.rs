//! The best time of each query and what it finds.

use std::time::Duration;

use anyhow::Result;
use excerpt::measure::BenchQuery;
use serde::Serialize;

use super::result::SCHEMA_VERSION;
use super::rounds::{self, micros};
use super::task::Task;
use crate::exit::Outcome;
use crate::output::Output;
use crate::stamp::Stamp;

#[derive(Serialize)]
struct Line<'q> {
    query: &'q str,
    tags: &'q [String],
    best_us: f64,
    documents: &'q [String],
    scores: Vec<f32>,
    schema_version: u32,
    #[serde(flatten)]
    stamp: &'q Stamp,
}

/// Prints a line for each query, in their order.
pub fn run(task: &Task, queries: &[BenchQuery], passes: usize, as_json: bool) -> Result<Outcome> {
    let stamp = &task.stamp(queries)?;
    rounds::warm_up(task, queries)?;
    let mut best = vec![Duration::MAX; queries.len()];
    for _ in 0..passes {
        for (best, query) in best.iter_mut().zip(queries) {
            *best = (*best).min(rounds::time(task, query)?);
        }
    }
    let mut out = Output::new();
    for (query, best) in queries.iter().zip(best) {
        let found = task.answer(query)?;
        let snapshot = task.searcher.snapshot();
        let documents = found.iter().map(|passage| snapshot.document_id(passage.address));
        let documents = documents.collect::<Result<Vec<String>, _>>()?;
        out.write(|out| {
            if as_json {
                let scores = found.iter().map(|passage| passage.score).collect();
                let (tags, documents) = (query.tags.as_slice(), documents.as_slice());
                let best_us = micros(best);
                let (query, schema_version) = (query.text.as_str(), SCHEMA_VERSION);
                let line = Line { query, tags, best_us, documents, scores, schema_version, stamp };
                serde_json::to_writer(&mut *out, &line)?;
            } else {
                write!(out, "{:.3}", micros(best))?;
                for document in &documents {
                    write!(out, "\t{}", one_column(document))?;
                }
            }
            writeln!(out)
        })?;
    }
    out.finish()?;
    Ok(Outcome::Done)
}

/// A document id without what would break the columns; paths may have it.
fn one_column(id: &str) -> String {
    let mut column = String::with_capacity(id.len());
    for character in id.chars() {
        match character {
            character if character.is_control() => {
                column.push_str(&format!("%{:02X}", u32::from(character)));
            }
            character => column.push(character),
        }
    }
    column
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_column() {
        assert_eq!(one_column("my notes/a\tb\n.md"), "my notes/a%09b%0A.md");
    }
}
