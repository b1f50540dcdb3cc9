//! What can be said about a query beside its text, and how that changes it.

use super::ast::Query;
use super::group::Joining;
use super::leaf;
use super::limits::{self, Budget, cut};
use super::normal;
use super::note::{Note, Notes};
use super::parser;

/// How the text of a query is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParseOptions {
    /// How its words belong together.
    pub mode: Mode,
    /// In which forms they count.
    pub form: WordForm,
    /// What may not be there: words, or several words that stand in a row. Taken
    /// literally, whatever signs are in it.
    pub excluded: Vec<String>,
}

/// How words that stand side by side belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Any of them suffices.
    #[default]
    Any,
    /// All must be there, within parentheses too; either side of an `OR` does.
    All,
    /// The whole text is one phrase, and no sign in it means anything.
    Phrase,
    /// All must be there, the plain words with at most so many others between
    /// them.
    Near(u32),
}

/// In which forms a word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WordForm {
    /// In every form that has the same stem.
    #[default]
    Stemmed,
    /// As it is written only.
    Exact,
    /// In spellings with this many changes, 1 or 2, as far as it is a plain word
    /// of 3 characters or more.
    Fuzzy(u8),
}

/// Reads `text` under `options`.
pub(super) fn read(text: &str, options: &ParseOptions, notes: &mut Notes) -> Query {
    let budget = &mut Budget::new();
    let text = cut(text, notes);
    let query = match options.mode {
        Mode::Any => parser::read(text, Joining::Any, budget, notes),
        Mode::All => parser::read(text, Joining::All, budget, notes),
        Mode::Near(distance) => {
            let joining = Joining::Near(limits::distance(distance, notes));
            parser::read(text, joining, budget, notes)
        }
        Mode::Phrase => budget.spend(leaf::phrase(text, 0), notes).unwrap_or_default(),
    };
    let query = match options.form {
        WordForm::Fuzzy(_) if matches!(options.mode, Mode::Near(_) | Mode::Phrase) => {
            notes.add(Note::FuzzyIgnored);
            query
        }
        WordForm::Fuzzy(distance) => fuzzy(query, distance),
        WordForm::Stemmed | WordForm::Exact => query,
    };
    let query = exclude(query, &options.excluded, budget, notes);
    match options.form {
        WordForm::Exact => normal::exact(query),
        WordForm::Stemmed | WordForm::Fuzzy(_) => query,
    }
}

/// `query` with its plain words in near spellings. What is excluded stays: to
/// leave out look-alikes too would be a surprise.
fn fuzzy(query: Query, distance: u8) -> Query {
    let all = |queries: Vec<Query>| queries.into_iter().map(|q| fuzzy(q, distance)).collect();
    match query {
        Query::Word(word) => leaf::spelled_like(word, distance),
        Query::Field { field, query } => {
            Query::Field { field, query: Box::new(fuzzy(*query, distance)) }
        }
        Query::Boolean { must, should, must_not } => {
            Query::Boolean { must: all(must), should: all(should), must_not }
        }
        other => other,
    }
}

fn exclude(query: Query, excluded: &[String], budget: &mut Budget, notes: &mut Notes) -> Query {
    let mut unwanted = Vec::new();
    for text in excluded {
        let leaf = literal(cut(text, notes));
        if leaf == Query::Nothing {
            continue;
        }
        let Some(leaf) = budget.spend(leaf, notes) else { break };
        unwanted.push(leaf);
    }
    if unwanted.is_empty() {
        return query;
    }
    match query {
        Query::Nothing => normal::boolean(vec![], vec![], unwanted),
        Query::Boolean { must, should, mut must_not } if must.is_empty() && should.is_empty() => {
            must_not.append(&mut unwanted);
            normal::boolean(must, should, must_not)
        }
        filter if filter.is_filter() => normal::boolean(vec![filter], vec![], unwanted),
        Query::Boolean { must, should, mut must_not } => {
            must_not.append(&mut unwanted);
            normal::boolean(must, should, must_not)
        }
        wanted => normal::boolean(vec![], vec![wanted], unwanted),
    }
}

/// The word or the phrase that `text` is, whatever signs are in it.
fn literal(text: &str) -> Query {
    match leaf::phrase(text, 0) {
        Query::Phrase { text, .. } if !text.contains(' ') => Query::Word(text),
        other => other,
    }
}
