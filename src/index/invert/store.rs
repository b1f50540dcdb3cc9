//! The stored values of passages, compressed while they come.
//!
//! Each part fills a document store of its own in memory; a segment's store is
//! those of its parts stacked, which copies blocks and compresses nothing again.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::IndexSettings;
use tantivy::directory::{FileSlice, TerminatingWrite, WritePtr};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::schema::Field;
use tantivy::store::{StoreReader, StoreWriter};

use super::super::schema::schema;
use super::super::{encode, stored};
use crate::passage::Passage;

/// Takes the stored values of a part's passages.
pub(super) struct PartStore {
    /// `None` after a failure, which `failure` keeps.
    writer: Option<StoreWriter>,
    failure: Option<io::Error>,
    written: Buffer,
    /// The stored field.
    field: Field,
    packed: Vec<u8>,
    stored: Vec<u8>,
}

impl PartStore {
    /// An empty store, compressed as the index of `settings` is.
    pub(super) fn new(settings: &IndexSettings) -> Self {
        let (_, fields) = schema();
        let written = Buffer::default();
        let (writer, failure) = match writer(settings, WritePtr::new(Box::new(written.clone()))) {
            Ok(writer) => (Some(writer), None),
            Err(failure) => (None, Some(failure)),
        };
        let (packed, stored) = (Vec::new(), Vec::new());
        Self { writer, failure, written, field: fields.passage, packed, stored }
    }

    pub(super) fn add(&mut self, source: &str, passage: &Passage) {
        let Some(writer) = &mut self.writer else { return };
        self.packed.clear();
        encode::pack(source, passage, &mut self.packed);
        self.stored.clear();
        stored::push(&mut self.stored, self.field, &self.packed);
        if let Err(failure) = writer.store_bytes(&self.stored) {
            self.failure = Some(failure);
            self.writer = None;
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.written.capacity()
            + self.packed.capacity()
            + self.stored.capacity()
            + self.writer.as_ref().map_or(0, StoreWriter::mem_usage)
    }

    /// The bytes of the store, as its file would have them.
    pub(super) fn finish(self) -> io::Result<Vec<u8>> {
        match (self.writer, self.failure) {
            (Some(writer), _) => writer.close()?,
            (None, failure) => return Err(failure.unwrap_or_else(|| io::ErrorKind::Other.into())),
        }
        Ok(self.written.take())
    }
}

/// The store of a segment, to which those of parts are added one after the other.
pub(super) struct StackedStore(StoreWriter);

impl StackedStore {
    pub(super) fn create(segment: &Segment) -> tantivy::Result<Self> {
        let file = segment.open_write(SegmentComponent::Store)?;
        Ok(Self(writer(segment.index().settings(), file)?))
    }

    /// Adds what [`PartStore::finish`] gave.
    pub(super) fn add(&mut self, store: Vec<u8>) -> io::Result<()> {
        self.0.stack(StoreReader::open(FileSlice::from(store), 0)?)
    }

    pub(super) fn close(self) -> io::Result<()> {
        self.0.close()
    }
}

fn writer(settings: &IndexSettings, file: WritePtr) -> io::Result<StoreWriter> {
    // No thread of its own: there is one part for each thread already.
    StoreWriter::new(file, settings.docstore_compression, settings.docstore_blocksize, false)
}

/// A file in memory that can still be read when its writer is gone.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn with<T>(&self, act: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn capacity(&self) -> usize {
        self.with(|bytes| bytes.capacity())
    }

    fn take(&self) -> Vec<u8> {
        self.with(std::mem::take)
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|written| written.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Buffer {
    fn terminate_ref(&mut self, _: tantivy::directory::AntiCallToken) -> io::Result<()> {
        Ok(())
    }
}
