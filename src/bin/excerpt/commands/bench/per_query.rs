//! The best time of each query and what it finds.

use std::io::{self, Write};
use std::num::NonZero;
use std::time::Duration;

use anyhow::Result;
use excerpt::measure::BenchQuery;
use excerpt::rank::Parameters;
use serde::Serialize;

use super::result::SCHEMA_VERSION;
use super::rounds::{self, micros};
use super::task::Task;
use crate::args::BenchArgs;
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
    origin: &'q Origin<'q>,
}

/// The stamp without its number of documents: a line's are those that were found.
#[derive(Serialize)]
struct Origin<'s> {
    program: &'s str,
    index_digest: &'s str,
    language: &'s str,
    analyzer_version: u32,
    passages: u64,
    query_hash: &'s str,
    parameters: &'s Parameters,
}

impl<'s> Origin<'s> {
    fn of(stamp: &'s Stamp) -> Self {
        let Stamp { program, index_digest, language, query_hash, parameters, .. } = stamp;
        let &Stamp { analyzer_version, passages, documents: _, .. } = stamp;
        Self { program, index_digest, language, analyzer_version, passages, query_hash, parameters }
    }
}

/// Passes, where no number is given. Chosen by hand: enough for the minimum to
/// settle.
const PASSES: usize = 5;

/// Prints a line for each query, in their order.
pub fn run(args: &BenchArgs, task: &Task, queries: &[BenchQuery]) -> Result<Outcome> {
    let passes = args.reps.map_or(PASSES, NonZero::get);
    let stamp = task.stamp(queries)?;
    let origin = &Origin::of(&stamp);
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
        let line = Line {
            query: &query.text,
            tags: &query.tags,
            best_us: micros(best),
            documents: &documents,
            scores: found.iter().map(|passage| passage.score).collect(),
            schema_version: SCHEMA_VERSION,
            origin,
        };
        match args.json {
            true => out.json(&line)?,
            false => out.write(|out| columns(out, &line))?,
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn columns(out: &mut dyn Write, line: &Line<'_>) -> io::Result<()> {
    write!(out, "{:.3}", line.best_us)?;
    line.documents.iter().try_for_each(|document| write!(out, "\t{}", one_column(document)))?;
    writeln!(out)
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
