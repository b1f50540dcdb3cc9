//! One segment of a commit, open for reading.
//!
//! The engine's own reader opens every column and keeps postings to itself; a
//! search from the shell needs few columns. Here the files are mapped at once,
//! and the dictionaries and columns in them opened when they are first asked for.
//! Postings are given as the bytes they are, for [`super::postings`] to walk in
//! its own way.
//!
//! Here it is opened, and knows which of its passages are deleted; [`postings`],
//! [`columns`] and [`beside`] open what else is in its files.

mod beside;
mod columns;
mod postings;

pub use self::postings::FieldPostings;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tantivy::columnar::{Column, ColumnarReader, StrColumn};
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{CompositeFile, Directory, FileSlice, MmapDirectory, OwnedBytes};
use tantivy::fastfield::AliveBitSet;
use tantivy::store::StoreReader;
use tantivy::{DocId, HasLen};

use super::encode::{self, StoredPassage};
use super::footer::{self, TAIL_BYTES};
use super::forward::{Forward, Rows};
use super::losses::Losses;
use super::meta::SegmentRecord;
use super::schema::Fields;
use super::shortcuts::Shortcuts;
use super::sparse::SparseBytes;
use super::stored;
use crate::error::{Error, Result};

/// Blocks of the document store that are kept decompressed. Chosen by hand: more than
/// the ten best passages of a search lie in.
const STORE_CACHE_BLOCKS: usize = 16;

/// One segment of a commit, open for reading.
pub struct OpenSegment {
    index: PathBuf,
    data: PathBuf,
    directory: MmapDirectory,
    record: SegmentRecord,
    fields: Fields,
    alive: Option<AliveBitSet>,
    deleted: OnceLock<Vec<DocId>>,
    terms: CompositeFile,
    postings: CompositeFile,
    positions: CompositeFile,
    lengths: CompositeFile,
    opened: [OnceLock<Option<FieldPostings>>; MAX_FIELDS],
    columns: ColumnarReader,
    document_ids: OnceLock<Option<StrColumn>>,
    ordinals: OnceLock<Option<Column<u64>>>,
    text_tokens: OnceLock<u64>,
    store: StoreReader,
    forward: OnceLock<Option<Forward>>,
    shortcuts: OnceLock<Option<Shortcuts>>,
    losses: OnceLock<Option<Losses>>,
    unreadable: AtomicBool,
}

/// Field numbers below this can have postings; those of the schema come first in it.
const MAX_FIELDS: usize = 8;

impl OpenSegment {
    /// Opens the segment `record` whose files are in `directory`, which is at
    /// `data`; `index` is named in errors.
    pub(super) fn open(
        index: &Path,
        data: &Path,
        directory: &MmapDirectory,
        record: SegmentRecord,
        fields: Fields,
    ) -> io::Result<Self> {
        let read = |name: &str| read(directory, name);
        let component = |extension: &str| read(&record.file(extension));
        // A search looks at little of these.
        let sparse = |extension: &str| read_sparse(directory, data, &record.file(extension));
        let composite = |extension: &str| CompositeFile::open(&component(extension)?);
        let alive = match record.deletes_file() {
            Some(name) => Some(alive(read(&name)?.read_bytes()?, record.max_doc)?),
            None => None,
        };
        // All files of the engine are opened at once, so that one which a merge
        // took away shows here, where opening can start over.
        Ok(Self {
            index: index.to_owned(),
            data: data.to_owned(),
            directory: directory.clone(),
            fields,
            alive,
            deleted: OnceLock::new(),
            terms: composite("term")?,
            postings: composite("idx")?,
            positions: composite("pos")?,
            lengths: composite("fieldnorm")?,
            opened: Default::default(),
            columns: ColumnarReader::open(sparse("fast")?)?,
            document_ids: OnceLock::new(),
            ordinals: OnceLock::new(),
            text_tokens: OnceLock::new(),
            store: StoreReader::open(sparse("store")?, STORE_CACHE_BLOCKS)?,
            forward: OnceLock::new(),
            shortcuts: OnceLock::new(),
            losses: OnceLock::new(),
            unreadable: AtomicBool::new(false),
            record,
        })
    }

    /// The same segment with maps of its own. What was read of a map counts as the
    /// process's memory as long as that is open: who reads a large file from end to end
    /// gives it back so.
    pub(super) fn again(&self) -> Result<Self> {
        let open = || {
            let directory = MmapDirectory::open(&self.data).map_err(io::Error::other)?;
            Self::open(&self.index, &self.data, &directory, self.record.clone(), self.fields)
        };
        open().map_err(|error| self.damaged(error))
    }

    /// How many passages it holds, deleted ones included; addresses are below.
    pub fn max_doc(&self) -> DocId {
        self.record.max_doc
    }

    /// How many passages it holds, without deleted ones.
    pub fn doc_count(&self) -> DocId {
        self.record.max_doc - self.record.deleted_count()
    }

    /// Which passages are not deleted; `None` where none is.
    pub fn alive(&self) -> Option<&AliveBitSet> {
        self.alive.as_ref()
    }

    /// The deleted passages, ascending.
    pub fn deleted(&self) -> &[DocId] {
        self.deleted.get_or_init(|| match &self.alive {
            Some(alive) => (0..self.max_doc()).filter(|&doc| alive.is_deleted(doc)).collect(),
            None => Vec::new(),
        })
    }

    /// Whether `doc` is not deleted.
    pub fn is_alive(&self, doc: DocId) -> bool {
        self.alive.as_ref().is_none_or(|alive| alive.is_alive(doc))
    }

    /// The stored passage `doc`.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where it cannot be read back.
    pub fn passage(&self, doc: DocId) -> Result<StoredPassage> {
        let unreadable = || self.damaged(format!("passage {doc} cannot be read back"));
        let document = self.store.get_document_bytes(doc).map_err(|_| unreadable())?;
        let packed = stored::value(&document, self.fields.passage);
        packed.and_then(encode::unpack).ok_or_else(unreadable)
    }

    /// As [`OpenSegment::passage`], for who evaluates and cannot stop: `None` where it
    /// cannot be read back, which [`OpenSegment::check_damage`] tells in the end.
    pub fn passage_or_damage(&self, doc: DocId) -> Option<StoredPassage> {
        self.noting_damage(self.passage(doc).ok())
    }

    /// How many of `rows`, which are of its forward file, stand in the passage `doc`, for
    /// who evaluates and cannot stop: 0 where its tokens cannot be read, which
    /// [`OpenSegment::check_damage`] tells in the end.
    pub(crate) fn rows_or_damage(&self, rows: &mut Rows<'_>, doc: DocId) -> u32 {
        self.noting_damage(rows.count(doc)).unwrap_or_default()
    }

    fn noting_damage<T>(&self, read: Option<T>) -> Option<T> {
        if read.is_none() {
            self.unreadable.store(true, Ordering::Relaxed);
        }
        read
    }

    /// The engine's name for it, without hyphens.
    pub(super) fn id(&self) -> String {
        self.record.id()
    }

    /// The name of the file of its stored passages.
    pub(super) fn store_file(&self) -> String {
        self.record.file("store")
    }

    /// The fields of the schema.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Turns what a reader of this segment's files says into the damage that it
    /// means, or into [`Error::Io`] where the system does not let them be read.
    pub fn damaged(&self, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::damage(&self.index, &self.data, reason)
    }
}

/// The passages that are alive of `max_doc`, as the engine writes them: their number
/// and a bit for each, in words of 64.
fn alive(bytes: OwnedBytes, max_doc: DocId) -> io::Result<AliveBitSet> {
    let len = 4 + 8 * max_doc.div_ceil(64) as usize;
    if bytes.len() != len || !bytes.starts_with(&max_doc.to_le_bytes()) {
        return Err(io::Error::other("a list of deletions is malformed"));
    }
    Ok(AliveBitSet::open(bytes))
}

/// The body of a file, without its footer. Its checksum is not
/// looked at: that would read the whole file.
fn read(directory: &impl Directory, name: &str) -> io::Result<FileSlice> {
    body(open(directory, name)?, name)
}

/// As [`read`], for a file of `directory`, which is at `data`, of which few bytes are
/// looked at here and there.
fn read_sparse(directory: &MmapDirectory, data: &Path, name: &str) -> io::Result<FileSlice> {
    let mapped = open(directory, name)?.read_bytes()?;
    let sparse = SparseBytes::new(mapped, &data.join(name));
    body(FileSlice::new(Arc::new(sparse)), name)
}

fn open(directory: &impl Directory, name: &str) -> io::Result<FileSlice> {
    directory.open_read(Path::new(name)).map_err(|error| match error {
        OpenReadError::FileDoesNotExist(path) => {
            io::Error::new(io::ErrorKind::NotFound, format!("{} is missing", path.display()))
        }
        other => io::Error::other(other),
    })
}

/// `file`, which is called `name`, without its footer.
fn body(file: FileSlice, name: &str) -> io::Result<FileSlice> {
    let cut_short = || io::Error::other(format!("{name} is cut short"));
    let tail = file.len().checked_sub(TAIL_BYTES).ok_or_else(cut_short)?;
    let tail = file.slice_from(tail).read_bytes()?;
    let tail = tail.last_chunk().ok_or_else(cut_short)?;
    let body = footer::body_bytes(*tail, file.len() as u64).ok_or_else(cut_short)?;
    Ok(file.slice_to(body as usize))
}

fn open_once<T>(slot: &OnceLock<T>, open: impl FnOnce() -> io::Result<T>) -> io::Result<&T> {
    match slot.get() {
        Some(opened) => Ok(opened),
        None => {
            let opened = open()?;
            Ok(slot.get_or_init(|| opened))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_deletions_fits_its_segment() -> io::Result<()> {
        let of = |len: u32, words: usize| {
            let mut bytes = len.to_le_bytes().to_vec();
            bytes.resize(4 + 8 * words, 0xFF);
            OwnedBytes::new(bytes)
        };
        assert!(alive(of(100, 2), 100)?.is_alive(99));
        for (len, words) in [(100, 1), (100, 3), (101, 2), (0, 0)] {
            assert!(alive(of(len, words), 100).is_err(), "{len} {words}");
        }
        assert!(alive(of(100, 2).slice(0..13), 100).is_err());
        assert!(alive(OwnedBytes::empty(), 100).is_err());
        Ok(())
    }
}
