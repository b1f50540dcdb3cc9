//! Postings lists that are read one at a time, not mapped.
//!
//! For who goes through all of them: what was read of a mapped file counts as the
//! process's memory as long as it is open.

use std::io;
use std::path::Path;

use tantivy::directory::FileSlice;
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, HasLen};

use super::postings::{Cursor, Lists};
use super::segment::OpenSegment;
use super::snapshot::Snapshot;
use super::windows::WindowedDirectory;

/// The postings lists of a field of a segment.
pub(super) struct ListFile<'s> {
    directory: &'s Path,
    segment: &'s OpenSegment,
    field: Field,
    option: IndexRecordOption,
}

impl<'s> ListFile<'s> {
    /// Those of `field` in `segment`, which is one of `snapshot`.
    pub(super) fn new(snapshot: &'s Snapshot, segment: &'s OpenSegment, field: Field) -> Self {
        let option = snapshot.fields().record_option(field);
        Self { directory: snapshot.data_directory(), segment, field, option }
    }

    /// Opens a window onto them.
    pub(super) fn reader(&self) -> io::Result<ListReader> {
        let files = WindowedDirectory::open(self.directory).map_err(io::Error::other)?;
        let lists = self.segment.lists_in(&files, self.field)?;
        let lists = lists.ok_or(io::ErrorKind::NotFound)?;
        Ok(ListReader { lists, option: self.option, max_doc: self.segment.max_doc() })
    }
}

/// A window onto postings lists, best moved from the first to the last.
pub(super) struct ListReader {
    lists: FileSlice,
    option: IndexRecordOption,
    max_doc: DocId,
}

impl ListReader {
    /// Lets `look` walk over the list of `info`.
    pub(super) fn read<T>(
        &self,
        info: &TermInfo,
        look: impl FnOnce(Cursor<'_>) -> T,
    ) -> io::Result<T> {
        let damaged = || io::Error::other("a postings list contradicts itself");
        let range = info.postings_range.clone();
        if range.start > range.end || range.end > self.lists.len() {
            return Err(damaged());
        }
        let info = TermInfo { postings_range: 0..range.len(), ..info.clone() };
        let list = Lists::new(self.lists.read_bytes_slice(range)?, self.option, self.max_doc);
        let seen = look(Cursor::new(&list, &info));
        if list.are_damaged() { Err(damaged()) } else { Ok(seen) }
    }
}
