//! Tells documents apart by their ids, over all segments.

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use crate::error::Result;
use crate::index::{Snapshot, StoredPassage};

/// Numbers the ids of documents in the order in which their passages come. Several
/// sources can use an id, each for a document of its own.
pub(super) struct Documents<'s> {
    snapshot: &'s Snapshot,
    /// By the segment and the number of the id there.
    by_ordinal: FxHashMap<(u32, u64), usize>,
    /// By id: a document's passages may lie in several segments.
    by_id: FxHashMap<String, usize>,
}

impl<'s> Documents<'s> {
    pub(super) fn new(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, by_ordinal: FxHashMap::default(), by_id: FxHashMap::default() }
    }

    /// The number of the id of the document that the passage at `address` is of, from 0;
    /// and the passage, where it had to be read for that: in several segments ids are
    /// compared as text, which takes longer to look up than to read.
    pub(super) fn number(&mut self, address: DocAddress) -> Result<(usize, Option<StoredPassage>)> {
        let segment = &self.snapshot.segments()[address.segment_ord as usize];
        let key = (address.segment_ord, segment.document_of(address.doc_id)?);
        if let Some(&number) = self.by_ordinal.get(&key) {
            return Ok((number, None));
        }
        let (number, stored) = match self.snapshot.segments() {
            [_] => (self.by_ordinal.len(), None),
            _ => {
                let stored = self.snapshot.passage(address)?;
                let next = self.by_id.len();
                let id = stored.passage.id.document.as_str();
                (*self.by_id.entry(id.to_owned()).or_insert(next), Some(stored))
            }
        };
        self.by_ordinal.insert(key, number);
        Ok((number, stored))
    }
}
