//! Why nothing matched.

use std::collections::HashSet;

use super::barrier::{Barrier, without};
use super::dictionary::Dictionary;
use super::filter::Filters;
use super::fit::fitted;
use super::lower::Lowering;
use super::searcher::Searcher;
use super::sought::{Sought, sought};
use crate::error::Result;
use crate::query::Query;
use crate::rank::{self, Plan, Ranking};

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
    /// The word as typed, with the marks that say how it is asked for.
    pub word: String,
    /// How many passages hold it as it is asked for.
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
    /// [`crate::Error::InvalidOption`] for more or longer path patterns among the
    /// filters than a query may have.
    pub fn diagnose(&self, query: &Query, filters: &Filters) -> Result<Diagnosis> {
        let snapshot = self.snapshot();
        let mut lowering = Lowering::new(snapshot, Ranking::Bm25);
        let query = &fitted(query, &lowering.analyzer);
        let left_out = left_out(&mut lowering, query)?;
        let mut words: Vec<WordReport> = Vec::new();
        let mut unknown = 0;
        let mut counted = HashSet::new();
        for sought in sought(query) {
            if !counted.insert((sought.told.clone(), sought.query.to_string())) {
                continue;
            }
            let plan = lowering.plan(&sought.query)?;
            let passages = rank::count_passages(snapshot, &plan)?;
            let known = words.iter().position(|known| known.word == sought.told);
            // Of a word that is asked for in several ways the one that fits least.
            if known.is_some_and(|known| words[known].passages <= passages) {
                continue;
            }
            unknown += usize::from(passages == 0);
            let nearest = match passages {
                0 if unknown <= MAX_NEAREST => self.nearest(&mut lowering, &sought)?,
                _ => None,
            };
            let is_left_out = sought.is_in_bag && left_out.iter().any(|word| word == sought.word);
            let standing = if is_left_out { Standing::LeftOut } else { Standing::Sought };
            let report = WordReport { word: sought.told, passages, nearest, standing };
            match known {
                Some(known) => words[known] = report,
                None => words.push(report),
            }
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
        let query = fitted(query, &lowering.analyzer);
        left_out(&mut lowering, &query)
    }

    fn to_blame(
        &self,
        lowering: &mut Lowering<'_>,
        query: &Query,
        filters: &Filters,
    ) -> Result<Vec<Blame>> {
        let selected = filters.select(self.snapshot())?;
        let mut count = |barriers: &[Barrier]| -> Result<u64> {
            let plan = match without(query, barriers) {
                // Of filters alone what is left finds all that the others let pass.
                Query::Nothing if *query != Query::Nothing => Plan::Everything,
                rest => lowering.plan(&rest)?,
            };
            let filters = match barriers.contains(&Barrier::Filters) {
                true => Vec::new(),
                false => selected.clone(),
            };
            rank::count_passages(self.snapshot(), &plan.filtered(filters))
        };
        let barriers = Barrier::all(query, filters);
        if barriers.is_empty() {
            return Ok(Vec::new());
        }
        let with_none = count(&barriers)?;
        if with_none == 0 {
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
        if to_blame.is_empty() {
            to_blame.push(Blame { barriers, passages: with_none });
        }
        Ok(to_blame)
    }

    /// The indexed word that is spelled most like one that is not where it is asked
    /// for; none where it stands elsewhere.
    fn nearest(&self, lowering: &mut Lowering<'_>, sought: &Sought<'_>) -> Result<Option<String>> {
        if sought.field.is_some() {
            let plan = lowering.plan(&Query::Word(sought.word.to_owned()))?;
            if rank::count_passages(self.snapshot(), &plan)? > 0 {
                return Ok(None);
            }
        }
        let dictionary = Dictionary::new(self.snapshot(), self.snapshot().surface_field());
        match lowering.analyzer.words(sought.word).as_slice() {
            [only] => dictionary.nearest(&only.surface),
            _ => Ok(None),
        }
    }
}

/// The words of `query`, which was fitted, that are not looked for.
fn left_out(lowering: &mut Lowering<'_>, query: &Query) -> Result<Vec<String>> {
    lowering.plan(query)?;
    let words = query.words().into_iter();
    Ok(words.filter(|word| lowering.has_left_out(word)).map(str::to_owned).collect())
}
