//! The postings lists of one field as bytes.

use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::DocId;
use tantivy::directory::OwnedBytes;
use tantivy::schema::IndexRecordOption;

/// Postings lists, one after the other, in the engine's format.
pub struct Lists {
    pub(super) bytes: OwnedBytes,
    pub(super) option: IndexRecordOption,
    /// Their passages are below.
    pub(super) max_doc: DocId,
    damaged: AtomicBool,
}

impl Lists {
    /// Takes `bytes` for lists of passages below `max_doc` that hold what `option`
    /// says.
    pub fn new(bytes: OwnedBytes, option: IndexRecordOption, max_doc: DocId) -> Self {
        Self { bytes, option, max_doc, damaged: AtomicBool::new(false) }
    }

    /// Notes that the bytes of a list contradict themselves. A walk over
    /// postings ends there and does not stop for it; whoever evaluates asks
    /// [`Lists::are_damaged`] in the end.
    pub fn report_damage(&self) {
        self.damaged.store(true, Ordering::Relaxed);
    }

    /// Whether a list that was walked so far contradicted itself.
    pub fn are_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }
}
