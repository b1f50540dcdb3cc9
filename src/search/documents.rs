//! Tells documents apart, over all segments.

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use crate::error::Result;
use crate::index::Snapshot;

/// Numbers documents in the order in which their passages come.
pub(super) struct Documents<'s> {
    snapshot: &'s Snapshot,
    /// By the segment and the number of the id in its dictionary.
    by_ordinal: FxHashMap<(u32, u64), usize>,
    /// By id: a document's passages may lie in several segments.
    by_id: FxHashMap<String, usize>,
}

impl<'s> Documents<'s> {
    pub(super) fn new(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, by_ordinal: FxHashMap::default(), by_id: FxHashMap::default() }
    }

    /// The number of the document that the passage at `address` is of, from 0.
    pub(super) fn number(&mut self, address: DocAddress) -> Result<usize> {
        let segment = &self.snapshot.segments()[address.segment_ord as usize];
        let ordinal = segment.document(address.doc_id)?.ok_or_else(|| {
            segment.damaged(format!("passage {} has no document id", address.doc_id))
        })?;
        let key = (address.segment_ord, ordinal);
        if let Some(&number) = self.by_ordinal.get(&key) {
            return Ok(number);
        }
        let number = match self.snapshot.segments() {
            [_] => self.by_ordinal.len(),
            _ => {
                let next = self.by_id.len();
                *self.by_id.entry(self.snapshot.document_id(address)?).or_insert(next)
            }
        };
        self.by_ordinal.insert(key, number);
        Ok(number)
    }
}
