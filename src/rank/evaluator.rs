//! What the evaluation of one query needs of the whole index: averages, and its terms,
//! looked up once and weighed.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;

use super::parameters::Parameters;
use super::statistics::{self, Counts, idf};
use crate::error::Result;
use crate::index::{ListShortcuts, Snapshot};

/// What the evaluation of one query needs of the whole index.
pub(super) struct Evaluator<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) parameters: &'s Parameters,
    pub(super) passages: u64,
    averages: RefCell<FxHashMap<Field, f32>>,
    terms: RefCell<FxHashMap<Field, FxHashMap<String, Rc<Resolved<'s>>>>>,
}

/// A term, looked up once in every segment.
pub(super) struct Resolved<'s> {
    /// Where its postings are, by segment.
    pub(super) infos: Vec<Option<TermInfo>>,
    /// The shortcuts of its lists, by segment, once they are asked for.
    pub(super) shortcuts: Vec<OnceCell<Option<ListShortcuts<'s>>>>,
    /// Its inverse document frequency with what the ranking multiplies it by.
    pub(super) factor: f32,
    /// Its inverse document frequency.
    pub(super) idf: f32,
}

impl<'s> Evaluator<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, parameters: &'s Parameters) -> Self {
        Self {
            snapshot,
            parameters,
            passages: snapshot.passage_count(),
            averages: RefCell::default(),
            terms: RefCell::default(),
        }
    }

    pub(super) fn average_length(&self, field: Field) -> Result<f32> {
        if let Some(&average) = self.averages.borrow().get(&field) {
            return Ok(average);
        }
        let average = statistics::average_length(self.snapshot, field)?;
        self.averages.borrow_mut().insert(field, average);
        Ok(average)
    }

    /// Looks a term up and weighs it.
    pub(super) fn resolve(&self, field: Field, term: &str) -> Result<Rc<Resolved<'s>>> {
        if let Some(resolved) = self.terms.borrow().get(&field).and_then(|terms| terms.get(term)) {
            return Ok(Rc::clone(resolved));
        }
        let infos = statistics::term_infos(self.snapshot, field, term)?;
        let counts = if self.parameters.is_bm25f() {
            statistics::counts(self.snapshot, field, term, &infos)?
        } else {
            let passages = statistics::doc_freq(self.snapshot, field, term, &infos)?;
            Counts { passages, ..Counts::default() }
        };
        let (idf, factor) = (idf(counts.passages, self.passages), self.factor(counts));
        let resolved =
            Rc::new(Resolved { shortcuts: vec![OnceCell::new(); infos.len()], infos, factor, idf });
        let mut terms = self.terms.borrow_mut();
        terms.entry(field).or_default().insert(term.to_owned(), Rc::clone(&resolved));
        Ok(resolved)
    }

    /// The factor of a term that comes to `counts`: in the first stage its burstiness
    /// times its inverse document frequency, for BM25 k1 + 1 times the latter.
    pub(super) fn factor(&self, counts: Counts) -> f32 {
        let idf = idf(counts.passages, self.passages);
        if self.parameters.is_bm25f() {
            statistics::burstiness(counts.occurrences, counts.passages) * idf
        } else {
            (self.parameters.k1 + 1.0) * idf
        }
    }
}
