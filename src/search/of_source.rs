//! Whether passages are of a source, over all segments.

use tantivy::DocAddress;

use crate::error::Result;
use crate::index::postings::Cursor;
use crate::index::{OpenSegment, Snapshot};

/// The passages of a source, of which there may be a million: walked to where it is
/// asked, never listed.
pub(super) struct OfSource<'s> {
    snapshot: &'s Snapshot,
    /// By segment; none where the segment has nothing of the source.
    cursors: Vec<Option<Cursor<'s>>>,
}

impl<'s> OfSource<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, source: &str) -> Result<Self> {
        let cursor = |segment: &'s OpenSegment| {
            let Some(postings) = segment.field(snapshot.fields().source)? else { return Ok(None) };
            let info = postings.term(source.as_bytes()).map_err(|error| segment.damaged(error))?;
            Ok(info.map(|info| Cursor::new(&postings.lists, &info)))
        };
        let cursors = snapshot.segments().iter().map(cursor).collect::<Result<_>>()?;
        Ok(Self { snapshot, cursors })
    }

    /// Whether the passage at `address` is of the source. Takes least where addresses
    /// ascend.
    pub(super) fn holds(&mut self, address: DocAddress) -> Result<bool> {
        let DocAddress { segment_ord, doc_id } = address;
        let segment = &self.snapshot.segments()[segment_ord as usize];
        let Some(cursor) = &mut self.cursors[segment_ord as usize] else { return Ok(false) };
        if cursor.doc_freq() == segment.max_doc() {
            return Ok(true);
        }
        if doc_id < cursor.first_possible_doc() {
            cursor.rewind();
        }
        let is_held = cursor.peek(doc_id) == doc_id;
        segment.check_damage()?;
        Ok(is_held)
    }
}
