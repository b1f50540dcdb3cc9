//! Taking the passages of sources out.
//!
//! The engine's own deletion by term reaches into every segment of the next
//! commit, those that were added beside it too, since such segments do not say
//! when their passages came. So sources are deleted by a query that knows which
//! segment holds what is new.
//!
//! What is old is looked up before: damage to a list of passages is told of there. The
//! engine's cursor panics over it, in a thread of the engine's, and that ends the
//! process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::postings::Cursor;
use super::segment::OpenSegment;
use super::snapshot::Snapshot;
use super::sources::SourceKey;
use crate::error::Result;

/// The passages that an update takes out.
#[derive(Debug, Clone)]
pub(super) struct Passages {
    /// Those of the last commit.
    pub(super) old: Arc<Found>,
    /// The segment that holds the new passages, where there are any.
    pub(super) new: Option<SegmentId>,
    /// The sources whose passages go in the new one.
    pub(super) given_up: BTreeSet<SourceKey>,
    /// Their keys are terms of this field.
    pub(super) field: Field,
}

/// Passages of a commit.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By the ids of their segments.
    segments: BTreeMap<String, BitSet>,
}

impl Found {
    /// The passages of `sources` in `snapshot`.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub(super) fn of(sources: &BTreeSet<SourceKey>, snapshot: &Snapshot) -> Result<Self> {
        let field = snapshot.fields().source;
        let mut segments = BTreeMap::new();
        for segment in snapshot.segments() {
            segments.insert(segment.id(), passages_of(sources, segment, field)?);
        }
        Ok(Self { segments })
    }
}

fn passages_of(
    sources: &BTreeSet<SourceKey>,
    segment: &OpenSegment,
    field: Field,
) -> Result<BitSet> {
    let mut found = BitSet::with_max_value(segment.max_doc());
    let Some(postings) = segment.field(field)? else { return Ok(found) };
    for source in sources {
        let info = postings.term(source.as_str().as_bytes());
        if let Some(info) = info.map_err(|error| segment.damaged(error))? {
            Cursor::new(&postings.lists, &info).each_block(|docs| {
                docs.iter().for_each(|&doc| {
                    found.insert(doc);
                });
            });
        }
    }
    segment.check_damage()?;
    Ok(found)
}

impl Query for Passages {
    fn weight(&self, _scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Passages {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let id = reader.segment_id();
        let found = if self.new == Some(id) {
            self.given_up_in(reader)?
        } else {
            match self.old.segments.get(&id.uuid_string()) {
                Some(found) => found.clone(),
                None => return Ok(Box::new(EmptyScorer)),
            }
        };
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a deletion is not scored".to_owned()))
    }
}

impl Passages {
    /// What goes of the new segment, which was only just written.
    fn given_up_in(&self, reader: &SegmentReader) -> tantivy::Result<BitSet> {
        let index = reader.inverted_index(self.field)?;
        let mut found = BitSet::with_max_value(reader.max_doc());
        for source in &self.given_up {
            let term = Term::from_field_text(self.field, source.as_str());
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                found.insert(postings.doc());
                postings.advance();
            }
        }
        Ok(found)
    }
}
