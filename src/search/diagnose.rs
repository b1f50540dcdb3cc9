//! Why nothing matched.

use super::dictionary::Dictionary;
use super::filter::Filters;
use super::fit::fitted;
use super::lower::Lowering;
use super::searcher::Searcher;
use crate::error::Result;
use crate::query::Query;
use crate::rank::{self, Ranking};

/// For how many unknown words the nearest known one is looked up, in the whole
/// dictionary each time. Chosen by hand: more are not read.
const MAX_NEAREST: usize = 8;

/// What is known about a query without hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// Each word of the query, in order.
    pub words: Vec<WordReport>,
    /// How many passages would have matched without the filters, where there
    /// are filters.
    pub without_filters: Option<u64>,
    /// How many passages the index holds.
    pub passages: u64,
}

/// What is known about one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordReport {
    /// The word as typed.
    pub word: String,
    /// How many passages hold it in any form.
    pub passages: u64,
    /// The indexed word that is spelled most like it, where none holds it; for the
    /// first few such words of a query only.
    pub nearest: Option<String>,
}

impl Searcher {
    /// Finds out why `query` under `filters` has no hits.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`] where postings cannot be read,
    /// [`crate::Error::InvalidOption`] for a malformed path pattern.
    pub fn diagnose(&self, query: &Query, filters: &Filters) -> Result<Diagnosis> {
        let snapshot = self.snapshot();
        let mut lowering = Lowering::new(snapshot, Ranking::Bm25);
        let query = &fitted(query, &mut lowering.analyzer);
        let mut words = Vec::new();
        let mut unknown = 0;
        for word in query.words() {
            let plan = lowering.plan(&Query::Word(word.to_owned()))?;
            let passages = rank::count(snapshot, &plan)?.passages;
            unknown += usize::from(passages == 0);
            let nearest = match passages {
                0 if unknown <= MAX_NEAREST => self.nearest(&mut lowering, word)?,
                _ => None,
            };
            words.push(WordReport { word: word.to_owned(), passages, nearest });
        }
        let without_filters = if filters.is_empty() {
            None
        } else {
            Some(rank::count(snapshot, &lowering.plan(query)?)?.passages)
        };
        Ok(Diagnosis { words, without_filters, passages: snapshot.passage_count() })
    }

    fn nearest(&self, lowering: &mut Lowering<'_>, word: &str) -> Result<Option<String>> {
        let dictionary = Dictionary::new(self.snapshot(), self.snapshot().surface_field());
        match lowering.analyzer.words(word).as_slice() {
            [only] => dictionary.nearest(&only.surface),
            _ => Ok(None),
        }
    }
}
