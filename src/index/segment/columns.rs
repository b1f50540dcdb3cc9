//! The columns of a segment: numbers, dates and documents of its passages.

use std::io;

use tantivy::DocId;
use tantivy::columnar::{Column, DynamicColumn, StrColumn};

use super::{OpenSegment, open_once};
use crate::error::Result;
use crate::index::schema::{DATE, DOCUMENT_ID, LENGTH, LINE, ORDINAL, SKETCH};
use crate::index::shortcuts::Shortcuts;

impl OpenSegment {
    /// The passages' first lines in their sources.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn lines(&self) -> Result<Option<Column<u64>>> {
        self.numbers(LINE)
    }

    /// The sketches of the passages' texts.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn sketches(&self) -> Result<Option<Column<u64>>> {
        self.numbers(SKETCH)
    }

    /// How many tokens the field `text` has in each passage.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub(in crate::index) fn text_lengths(&self) -> Result<Option<Column<u64>>> {
        self.numbers(LENGTH)
    }

    /// How many tokens the field `text` has in all passages, deleted ones included.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
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
    pub(in crate::index) fn count_text_tokens(&self) -> Result<u64> {
        let lengths = self.text_lengths()?;
        let lengths = lengths
            .iter()
            .flat_map(|column| (0..self.max_doc()).filter_map(|doc| column.first(doc)));
        Ok(lengths.sum())
    }

    /// The dates, as Julian days; `None` where no passage has one.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn dates(&self) -> Result<Option<Column<i64>>> {
        match self.column(DATE).map_err(|error| self.damaged(error))? {
            Some(DynamicColumn::I64(column)) => Ok(Some(column)),
            _ => Ok(None),
        }
    }

    /// The document ids.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn document_ids(&self) -> Result<Option<&StrColumn>> {
        let opened = open_once(&self.document_ids, || match self.column(DOCUMENT_ID)? {
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
    /// [`crate::Error::IndexDamaged`].
    pub fn document(&self, doc: DocId) -> Result<Option<u64>> {
        match self.shortcuts()?.and_then(Shortcuts::documents) {
            Some(numbers) => Ok(numbers.of(doc).map(u64::from)),
            None => Ok(self.document_ids()?.and_then(|ids| ids.ords().first(doc))),
        }
    }

    /// Gives the numbers of the documents of `passages` to `take`, as
    /// [`OpenSegment::document`] has them.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn each_document(
        &self,
        passages: impl Iterator<Item = DocId>,
        take: impl FnMut(u32),
    ) -> Result<()> {
        if let Some(numbers) = self.shortcuts()?.and_then(Shortcuts::documents) {
            passages.filter_map(|doc| numbers.of_one_of_many(doc)).for_each(take);
        } else if let Some(ids) = self.document_ids()? {
            let numbers = passages.filter_map(|doc| ids.ords().first(doc));
            numbers.filter_map(|number| u32::try_from(number).ok()).for_each(take);
        }
        Ok(())
    }

    /// As [`OpenSegment::document`], which every passage of an index has.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`], also where this one has none.
    pub fn document_of(&self, doc: DocId) -> Result<u64> {
        let missing = || self.damaged(format!("passage {doc} has no document id"));
        self.document(doc)?.ok_or_else(missing)
    }

    /// The id of the document with this number; `None` where there is none. Takes a
    /// block of the dictionary apart.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn document_id(&self, document: u64) -> Result<Option<String>> {
        let Some(ids) = self.document_ids()? else { return Ok(None) };
        let mut id = String::new();
        let is_there = ids.ord_to_str(document, &mut id).map_err(|error| self.damaged(error))?;
        Ok(is_there.then_some(id))
    }

    /// Goes through the ids of all documents in order: each call puts the next one into
    /// its argument and returns its number, `None` behind the last one.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn walk_document_ids(&self) -> Result<impl FnMut(&mut Vec<u8>) -> Option<u64>> {
        let ids = self.document_ids()?;
        let stream = ids.map(|ids| ids.dictionary().stream()).transpose();
        let mut stream = stream.map_err(|error| self.damaged(error))?;
        Ok(move |id: &mut Vec<u8>| {
            let stream = stream.as_mut()?;
            if !stream.advance() {
                return None;
            }
            id.clear();
            id.extend_from_slice(stream.key());
            Some(stream.term_ord())
        })
    }

    /// How many documents have ids before `id`, and whether one has it.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn place_of_id(&self, id: &str) -> Result<(u64, bool)> {
        let Some(ids) = self.document_ids()? else { return Ok((0, false)) };
        let from = ids.dictionary().range().ge(id.as_bytes()).limit(1).into_stream();
        let mut from = from.map_err(|error| self.damaged(error))?;
        Ok(match from.advance() {
            true => (from.term_ord(), from.key() == id.as_bytes()),
            false => (ids.num_terms() as u64, false),
        })
    }

    /// The number of the document with the id `id`; `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn document_called(&self, id: &str) -> Result<Option<u64>> {
        let Some(ids) = self.document_ids()? else { return Ok(None) };
        ids.dictionary().term_ord(id.as_bytes()).map_err(|error| self.damaged(error))
    }

    /// The passages of the document with this number, deleted ones included.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn passages_of(&self, document: u64) -> Result<Vec<DocId>> {
        let numbers = self.shortcuts()?.and_then(Shortcuts::documents);
        if let (Some(numbers), Ok(document)) = (numbers, u32::try_from(document)) {
            return Ok(numbers.passages_of(document));
        }
        let mut docs = Vec::new();
        if let Some(ids) = self.document_ids()? {
            let all = 0..self.max_doc();
            ids.ords().get_docids_for_value_range(document..=document, all, &mut docs);
        }
        Ok(docs)
    }

    /// The passages' numbers in their documents.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn ordinals(&self) -> Result<Option<&Column<u64>>> {
        let opened = open_once(&self.ordinals, || match self.column(ORDINAL)? {
            Some(DynamicColumn::U64(column)) => Ok(Some(column)),
            _ => Ok(None),
        });
        opened.map(Option::as_ref).map_err(|error| self.damaged(error))
    }

    /// The numbers of the column `name`; `None` where no passage has one.
    fn numbers(&self, name: &str) -> Result<Option<Column<u64>>> {
        match self.column(name).map_err(|error| self.damaged(error))? {
            Some(DynamicColumn::U64(column)) => Ok(Some(column)),
            _ => Ok(None),
        }
    }

    fn column(&self, name: &str) -> io::Result<Option<DynamicColumn>> {
        self.columns.read_columns(name)?.first().map(|handle| handle.open()).transpose()
    }
}
