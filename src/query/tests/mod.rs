//! Tests of all of it together, from text to reading.

mod bounds;
mod options;
mod properties;
mod syntax;

use super::*;

/// Checks the reading of `text`, and that it can be used without a remark.
fn check(text: &str, reading: &str) {
    check_noted(text, reading, &[]);
}

fn check_noted(text: &str, reading: &str, notes: &[Note]) {
    check_with(text, &ParseOptions::default(), reading, notes);
}

fn check_with(text: &str, options: &ParseOptions, reading: &str, notes: &[Note]) {
    let parsed = parse_with(text, options);
    assert_eq!(parsed.query.to_string(), reading, "{text:?} is {:?}", parsed.query);
    assert_eq!(parsed.notes, notes, "{text:?}");
    assert_eq!(parse(reading).query, parsed.query, "the reading of {text:?}");
}

fn word(text: &str) -> Query {
    Query::Word(text.to_owned())
}

/// Each pair of parentheses makes at most a conjunction within an alternative
/// within what a filter holds together, and an exactness and a field around it.
const DEEPEST_TREE: usize = 6 * (MAX_DEPTH + 1);

fn clauses(query: &Query) -> usize {
    match query {
        Query::Nothing => 0,
        Query::Phrase { text, .. } => text.split_whitespace().count(),
        Query::Near { words, .. } => words.len(),
        Query::Exact(query) | Query::Field { query, .. } => clauses(query),
        Query::Boolean { must, should, must_not } => {
            must.iter().chain(should).chain(must_not).map(clauses).sum()
        }
        _ => 1,
    }
}

fn depth(query: &Query) -> usize {
    match query {
        Query::Exact(query) | Query::Field { query, .. } => 1 + depth(query),
        Query::Boolean { must, should, must_not } => {
            1 + must.iter().chain(should).chain(must_not).map(depth).max().unwrap_or(0)
        }
        _ => 1,
    }
}
