//! One segment of a commit, open for reading.
//!
//! The engine's own reader opens every column and keeps postings to itself; a
//! search from the shell needs few columns. Here the files are mapped at once,
//! and the dictionaries and columns in them opened when they are first asked for.
//! Postings are given as the bytes they are, for [`super::postings`] to walk in
//! its own way.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tantivy::columnar::{Column, ColumnarReader, DynamicColumn, StrColumn};
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{CompositeFile, Directory, FileSlice, MmapDirectory, OwnedBytes};
use tantivy::fastfield::AliveBitSet;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::store::StoreReader;
use tantivy::termdict::TermDictionary;
use tantivy::{DocId, HasLen};

use super::checksums::FOOTER_MAGIC;
use super::encode::{self, StoredPassage};
use super::forward::{self, Forward};
use super::losses::{self, Losses};
use super::meta::SegmentRecord;
use super::postings::Lists;
use super::schema::Fields;
use super::shortcuts::{self, Shortcuts};
use super::stored;
use crate::error::{Error, Result};

/// Blocks of the document store that are kept decompressed.
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
}

/// Field numbers below this can have postings; those of the schema come first in it.
const MAX_FIELDS: usize = 8;

/// The inverted index of one field of one segment.
pub struct FieldPostings {
    /// From terms to [`TermInfo`].
    pub dictionary: TermDictionary,
    /// The postings lists of all terms, one after the other.
    pub lists: Lists,
    /// The positions of all terms; empty where the field has none.
    pub positions: OwnedBytes,
    /// One code a passage for the field's length; see
    /// [`tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm`]. `None` where
    /// the field keeps no lengths.
    pub lengths: Option<OwnedBytes>,
    /// How many tokens the engine takes the field to have in all passages, deleted
    /// ones included. Once a merge has dropped passages it is an estimate: see
    /// [`OpenSegment::text_tokens`].
    pub token_count: u64,
}

impl FieldPostings {
    /// Where the postings of `term` are; `None` where no passage holds it.
    ///
    /// # Errors
    ///
    /// What the dictionary says where it cannot be read.
    pub fn term(&self, term: &[u8]) -> io::Result<Option<TermInfo>> {
        self.dictionary.get(term)
    }
}

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
        let composite = |extension: &str| CompositeFile::open(&component(extension)?);
        let alive = match record.deletes_file() {
            Some(name) => Some(AliveBitSet::open(read(&name)?.read_bytes()?)),
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
            columns: ColumnarReader::open(component("fast")?)?,
            document_ids: OnceLock::new(),
            ordinals: OnceLock::new(),
            text_tokens: OnceLock::new(),
            store: StoreReader::open(component("store")?, STORE_CACHE_BLOCKS)?,
            forward: OnceLock::new(),
            shortcuts: OnceLock::new(),
            losses: OnceLock::new(),
            record,
        })
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

    /// The inverted index of `field`; `None` where no passage has terms in it.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn field(&self, field: Field) -> Result<Option<&FieldPostings>> {
        let slot = &self.opened[field.field_id() as usize];
        let opened = open_once(slot, || self.open_field(field));
        opened.map(Option::as_ref).map_err(|error| self.damaged(error))
    }

    /// Whether every list that was walked so far was sound.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where one was not.
    pub fn check_damage(&self) -> Result<()> {
        let opened = self.opened.iter().filter_map(|slot| slot.get()?.as_ref());
        let shortcuts = self.shortcuts.get().and_then(Option::as_ref);
        let lists = opened.map(|field| &field.lists).chain(shortcuts.map(Shortcuts::pair_postings));
        match lists.filter(|lists| lists.are_damaged()).count() {
            0 => Ok(()),
            _ => Err(self.damaged("a postings list contradicts itself")),
        }
    }

    fn open_field(&self, field: Field) -> io::Result<Option<FieldPostings>> {
        let (Some(terms), Some(postings)) =
            (self.terms.open_read(field), self.postings.open_read(field))
        else {
            return Ok(None);
        };
        let mut postings = postings.read_bytes()?;
        if postings.len() < 8 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let token_count = postings.read_u64();
        let bytes = |file: &CompositeFile| -> io::Result<Option<OwnedBytes>> {
            file.open_read(field).map(|file| file.read_bytes()).transpose()
        };
        let (positions, lengths) = (bytes(&self.positions)?, bytes(&self.lengths)?);
        Ok(Some(FieldPostings {
            dictionary: TermDictionary::open(terms)?,
            lists: Lists::new(postings, self.fields.record_option(field)),
            positions: positions.unwrap_or_else(OwnedBytes::empty),
            lengths: lengths.filter(|lengths| lengths.len() == self.record.max_doc as usize),
            token_count,
        }))
    }

    /// The numbers of the column `name`; `None` where no passage has one.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn numbers(&self, name: &str) -> Result<Option<Column<u64>>> {
        match self.column(name).map_err(|error| self.damaged(error))? {
            Some(DynamicColumn::U64(column)) => Ok(Some(column)),
            _ => Ok(None),
        }
    }

    /// How many tokens the field `text` has in all passages, deleted ones included.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn text_tokens(&self) -> Result<u64> {
        if let Some(&tokens) = self.text_tokens.get() {
            return Ok(tokens);
        }
        let tokens = match self.shortcuts()? {
            Some(shortcuts) => shortcuts.tokens(),
            None => self.count_text_tokens()?,
        };
        Ok(*self.text_tokens.get_or_init(|| tokens))
    }

    /// Adds up the lengths of all passages.
    pub(super) fn count_text_tokens(&self) -> Result<u64> {
        let lengths = self.numbers("length")?;
        let lengths = lengths
            .iter()
            .flat_map(|column| (0..self.max_doc()).filter_map(|doc| column.first(doc)));
        Ok(lengths.sum())
    }

    /// The dates, as Julian days; `None` where no passage has one.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn dates(&self) -> Result<Option<Column<i64>>> {
        match self.column("date").map_err(|error| self.damaged(error))? {
            Some(DynamicColumn::I64(column)) => Ok(Some(column)),
            _ => Ok(None),
        }
    }

    /// The document ids.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn document_ids(&self) -> Result<Option<&StrColumn>> {
        let opened = open_once(&self.document_ids, || match self.column("document_id")? {
            Some(DynamicColumn::Str(column)) => Ok(Some(column)),
            _ => Ok(None),
        });
        opened.map(Option::as_ref).map_err(|error| self.damaged(error))
    }

    /// The number of the document that the passage `doc` is of, among all ids of
    /// the segment in order; `None` where it has none.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn document(&self, doc: DocId) -> Result<Option<u64>> {
        match self.shortcuts()?.and_then(Shortcuts::documents) {
            Some(numbers) => Ok(numbers.of(doc).map(u64::from)),
            None => Ok(self.document_ids()?.and_then(|ids| ids.ords().first(doc))),
        }
    }

    /// The passages' numbers in their documents.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn ordinals(&self) -> Result<Option<&Column<u64>>> {
        let opened = open_once(&self.ordinals, || match self.column("ordinal")? {
            Some(DynamicColumn::U64(column)) => Ok(Some(column)),
            _ => Ok(None),
        });
        opened.map(Option::as_ref).map_err(|error| self.damaged(error))
    }

    fn column(&self, name: &str) -> io::Result<Option<DynamicColumn>> {
        self.columns.read_columns(name)?.first().map(|handle| handle.open()).transpose()
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

    /// From passages to their words; `None` where the segment has no forward
    /// file, or one of another version.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn forward(&self) -> Result<Option<&Forward>> {
        let opened = open_once(&self.forward, || {
            Forward::read(&self.directory, &self.data, &self.forward_file(), self.max_doc())
        });
        opened.map(Option::as_ref).map_err(|error| self.damaged(error))
    }

    /// The postings lists of `field` as they are in `files`, the directory of the
    /// segment's files; `None` where no passage has terms in it.
    pub(super) fn lists_in(
        &self,
        files: &impl Directory,
        field: Field,
    ) -> io::Result<Option<FileSlice>> {
        let postings = CompositeFile::open(&read(files, &self.record.file("idx"))?)?;
        // In front of them is how many tokens the field has.
        Ok(postings.open_read(field).filter(|it| it.len() >= 8).map(|it| it.slice_from(8)))
    }

    /// What lets a search leave out most of the postings; `None` where the
    /// segment has no file of them, or one of another version.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn shortcuts(&self) -> Result<Option<&Shortcuts>> {
        let opened = open_once(&self.shortcuts, || {
            let name = self.shortcuts_file();
            let open = |bytes| Shortcuts::open(bytes, &self.data.join(&name), self.max_doc());
            self.beside(&name)?.map_or(Ok(None), open)
        });
        opened.map(Option::as_ref).map_err(|error| self.damaged(error))
    }

    /// What its deleted passages hold; `None` where none is deleted, or where the
    /// segment has no forward file.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn losses(&self) -> Result<Option<&Losses>> {
        if let Some(losses) = self.losses.get() {
            return Ok(losses.as_ref());
        }
        let losses = self.read_losses()?;
        Ok(self.losses.get_or_init(|| losses).as_ref())
    }

    fn read_losses(&self) -> Result<Option<Losses>> {
        let Some(name) = self.losses_file() else { return Ok(None) };
        let (passages, deleted) = (self.max_doc(), self.record.deleted_count());
        let written = self.beside(&name).and_then(|bytes| {
            bytes.map_or(Ok(None), |bytes| Losses::open(bytes, passages, deleted))
        });
        match written.map_err(|error| self.damaged(error))? {
            Some(losses) => Ok(Some(losses)),
            None => self.forward()?.map(|forward| losses::count(self, forward)).transpose(),
        }
    }

    /// How many tokens of `field` its deleted passages have.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn deleted_tokens(&self, field: Field) -> Result<u64> {
        match self.losses()? {
            Some(losses) => Ok(losses.tokens(field)),
            None if self.alive.is_some() => losses::deleted_tokens(self, field),
            None => Ok(0),
        }
    }

    /// The bytes of a file of ours beside the engine's; `None` where there is
    /// none.
    fn beside(&self, name: &str) -> io::Result<Option<OwnedBytes>> {
        match self.directory.open_read(Path::new(name)) {
            Ok(file) => file.read_bytes().map(Some),
            Err(OpenReadError::FileDoesNotExist(_)) => Ok(None),
            Err(other) => Err(io::Error::other(other.to_string())),
        }
    }

    /// The name of the file of its stored passages.
    pub(super) fn store_file(&self) -> String {
        self.record.file("store")
    }

    /// The name of the segment's forward file.
    pub(super) fn forward_file(&self) -> String {
        self.record.file(forward::EXTENSION)
    }

    /// The name of the segment's file of shortcuts.
    pub(super) fn shortcuts_file(&self) -> String {
        self.record.file(shortcuts::EXTENSION)
    }

    /// The name of the segment's file of losses; `None` where no passage is deleted.
    pub(super) fn losses_file(&self) -> Option<String> {
        self.record.deletions_file(losses::EXTENSION)
    }

    /// The fields of the schema.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Turns what a reader of this segment's files says into the damage that it
    /// means.
    pub fn damaged(&self, reason: impl ToString) -> Error {
        Error::IndexDamaged { path: self.index.clone(), reason: reason.to_string() }
    }
}

/// The body of a file, without the engine's footer. Its checksum is not
/// looked at: that would read the whole file.
fn read(directory: &impl Directory, name: &str) -> io::Result<FileSlice> {
    let not_readable = |error: OpenReadError| match error {
        OpenReadError::FileDoesNotExist(path) => {
            io::Error::new(io::ErrorKind::NotFound, format!("{} is missing", path.display()))
        }
        other => io::Error::other(other.to_string()),
    };
    let file = directory.open_read(Path::new(name)).map_err(not_readable)?;
    let cut_short = || io::Error::other(format!("{name} is cut short"));
    if file.len() < 8 {
        return Err(cut_short());
    }
    let (_, tail) = file.clone().split_from_end(8);
    let mut tail = tail.read_bytes()?;
    let (footer_len, magic) = (tail.read_u32() as usize, tail.read_u32());
    let body = file.len().checked_sub(8 + footer_len).filter(|_| magic == FOOTER_MAGIC);
    Ok(file.slice_to(body.ok_or_else(cut_short)?))
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
