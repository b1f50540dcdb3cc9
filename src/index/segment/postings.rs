//! The inverted index of each field of a segment.

use std::io;
use std::sync::atomic::Ordering;

use tantivy::HasLen;
use tantivy::directory::{CompositeFile, Directory, FileSlice, OwnedBytes};
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;

use super::{OpenSegment, open_once, read};
use crate::error::Result;
use crate::index::postings::Lists;
use crate::index::shortcuts::Shortcuts;

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
    /// The inverted index of `field`; `None` where no passage has terms in it.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub(crate) fn field(&self, field: Field) -> Result<Option<&FieldPostings>> {
        let Some(slot) = self.opened.get(field.field_id() as usize) else { return Ok(None) };
        let opened = open_once(slot, || self.open_field(field));
        opened.map(Option::as_ref).map_err(|error| self.damaged(error))
    }

    /// Whether every list that was walked so far was sound, and every passage that was
    /// asked for meanwhile was read back.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`] where one was not.
    pub fn check_damage(&self) -> Result<()> {
        if self.unreadable.load(Ordering::Relaxed) {
            return Err(self.damaged("a passage cannot be read back"));
        }
        let opened = self.opened.iter().filter_map(|slot| slot.get()?.as_ref());
        let shortcuts = self.shortcuts.get().and_then(Option::as_ref);
        let lists = opened.map(|field| &field.lists).chain(shortcuts.map(Shortcuts::pair_postings));
        match lists.filter(|lists| lists.are_damaged()).count() {
            0 => Ok(()),
            _ => Err(self.damaged("a postings list contradicts itself")),
        }
    }

    /// The postings lists of `field` as they are in `files`, the directory of the
    /// segment's files; `None` where no passage has terms in it.
    pub(in crate::index) fn lists_in(
        &self,
        files: &impl Directory,
        field: Field,
    ) -> io::Result<Option<FileSlice>> {
        let postings = CompositeFile::open(&read(files, &self.record.file("idx"))?)?;
        // In front of them is how many tokens the field has.
        Ok(postings.open_read(field).filter(|it| it.len() >= 8).map(|it| it.slice_from(8)))
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
            lists: Lists::new(postings, self.fields.record_option(field), self.max_doc()),
            positions: positions.unwrap_or_else(OwnedBytes::empty),
            lengths: lengths.filter(|lengths| lengths.len() == self.record.max_doc as usize),
            token_count,
        }))
    }
}
