//! Why nothing matched.

use super::barrier::{Barrier, without};
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

/// How many barriers are tried one by one, each by another evaluation of the
/// query. Chosen by hand.
const MAX_TRIED: usize = 8;

/// What is known about a query without hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// Each word of the query, in order.
    pub words: Vec<WordReport>,
    /// What kept out everything: each filter and exclusion without which there
    /// would be hits; where it takes several, all there are, together.
    pub to_blame: Vec<Blame>,
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
    /// Whether it was looked for.
    pub standing: Standing,
}

/// Whether a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Sought,
    /// It says nothing and stands beside other words, of which any suffices.
    LeftOut,
}

/// Barriers without which there would be hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blame {
    /// The barriers.
    pub barriers: Vec<Barrier>,
    /// How many passages would match.
    pub passages: u64,
}

impl Searcher {
    /// Finds out why `query` under `filters` has no hits.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`] where postings cannot be read,
    /// [`crate::Error::InvalidOption`] for a malformed path pattern among the
    /// filters.
    pub fn diagnose(&self, query: &Query, filters: &Filters) -> Result<Diagnosis> {
        let snapshot = self.snapshot();
        let mut lowering = Lowering::new(snapshot, Ranking::Bm25);
        let query = &fitted(query, &mut lowering.analyzer);
        let left_out = self.left_out(query)?;
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
            let standing = match left_out.iter().any(|left_out| left_out == word) {
                true => Standing::LeftOut,
                false => Standing::Sought,
            };
            words.push(WordReport { word: word.to_owned(), passages, nearest, standing });
        }
        let to_blame = self.to_blame(&mut lowering, query, filters)?;
        Ok(Diagnosis { words, to_blame, passages: snapshot.passage_count() })
    }

    /// The words of `query`, as typed, that are not looked for: they say nothing,
    /// and stand beside other words, of which any suffices.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`] where the index cannot be read.
    pub fn left_out(&self, query: &Query) -> Result<Vec<String>> {
        let mut lowering = Lowering::new(self.snapshot(), Ranking::Bm25);
        let query = fitted(query, &mut lowering.analyzer);
        lowering.plan(&query)?;
        let words = query.words().into_iter();
        Ok(words.filter(|word| lowering.has_left_out(word)).map(str::to_owned).collect())
    }

    fn to_blame(
        &self,
        lowering: &mut Lowering<'_>,
        query: &Query,
        filters: &Filters,
    ) -> Result<Vec<Blame>> {
        let mut count = |barriers: &[Barrier]| -> Result<u64> {
            let plan = lowering.plan(&without(query, barriers))?;
            let filters = match barriers.contains(&Barrier::Filters) {
                true => Vec::new(),
                false => filters.select(self.snapshot())?,
            };
            Ok(rank::count(self.snapshot(), &plan.filtered(filters))?.passages)
        };
        let barriers = Barrier::all(query, filters);
        if barriers.is_empty() {
            return Ok(Vec::new());
        }
        let with_none = count(&barriers)?;
        if with_none == 0 && without(query, &barriers) != Query::Nothing {
            return Ok(Vec::new());
        }
        let mut to_blame = Vec::new();
        for barrier in barriers.iter().take(MAX_TRIED) {
            let barriers = vec![barrier.clone()];
            let passages = count(&barriers)?;
            if passages > 0 {
                to_blame.push(Blame { barriers, passages });
            }
        }
        if to_blame.is_empty() && with_none > 0 {
            to_blame.push(Blame { barriers, passages: with_none });
        }
        Ok(to_blame)
    }

    fn nearest(&self, lowering: &mut Lowering<'_>, word: &str) -> Result<Option<String>> {
        let dictionary = Dictionary::new(self.snapshot(), self.snapshot().surface_field());
        match lowering.analyzer.words(word).as_slice() {
            [only] => dictionary.nearest(&only.surface),
            _ => Ok(None),
        }
    }
}
