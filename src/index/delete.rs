//! Taking the passages of sources out.
//!
//! The engine's own deletion by term reaches into every segment of the next
//! commit, those that were added beside it too, since such segments do not say
//! when their passages came. So sources are deleted by a query that knows which
//! segment holds what is new.

use std::collections::BTreeSet;

use tantivy::index::SegmentId;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::sources::SourceKey;

/// The passages that an update takes out.
#[derive(Debug, Clone)]
pub(super) struct Passages {
    /// The sources' keys, as terms of this field.
    pub(super) field: Field,
    /// The segment that holds the new passages, where there are any.
    pub(super) new: Option<SegmentId>,
    /// The sources whose passages go in all other segments.
    pub(super) old: BTreeSet<SourceKey>,
    /// The sources whose passages go in the new one.
    pub(super) given_up: BTreeSet<SourceKey>,
}

impl Query for Passages {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Passages {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let is_new = self.new == Some(reader.segment_id());
        let sources = if is_new { &self.given_up } else { &self.old };
        if sources.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        let index = reader.inverted_index(self.field)?;
        let mut found = BitSet::with_max_value(reader.max_doc());
        for source in sources {
            let term = Term::from_field_text(self.field, source.as_str());
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                found.insert(postings.doc());
                postings.advance();
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a deletion is not scored".to_owned()))
    }
}
