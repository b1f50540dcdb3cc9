//! The files of ours beside a segment: its forward file, its shortcuts, its losses.

use std::io;
use std::path::Path;

use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, OwnedBytes};
use tantivy::schema::Field;

use super::{OpenSegment, open_once};
use crate::error::Result;
use crate::index::forward::{self, Forward};
use crate::index::losses::{self, Losses};
use crate::index::shortcuts::{self, Shortcuts};

impl OpenSegment {
    /// From passages to their words; `None` where the segment has no forward
    /// file, or one of another version.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub(crate) fn forward(&self) -> Result<Option<&Forward>> {
        let opened = open_once(&self.forward, || {
            Forward::read(&self.directory, &self.data, &self.forward_file(), self.max_doc())
        });
        opened.map(Option::as_ref).map_err(|error| self.damaged(error))
    }

    /// What lets a search leave out most of the postings; `None` where the
    /// segment has no file of them, or one of another version.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub(crate) fn shortcuts(&self) -> Result<Option<&Shortcuts>> {
        let opened = open_once(&self.shortcuts, || {
            let name = self.shortcuts_file();
            let open = |bytes| Shortcuts::open(bytes, &self.data.join(&name), self.max_doc());
            self.beside(&name)?.map_or(Ok(None), open)
        });
        opened.map(Option::as_ref).map_err(|error| self.damaged(error))
    }

    /// What its deleted passages hold; `None` where none is deleted, or where the
    /// segment has neither a file that tells nor a forward file to count by.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub(crate) fn losses(&self) -> Result<Option<&Losses>> {
        if let Some(losses) = self.losses.get() {
            return Ok(losses.as_ref());
        }
        let losses = self.read_losses()?;
        Ok(self.losses.get_or_init(|| losses).as_ref())
    }

    fn read_losses(&self) -> Result<Option<Losses>> {
        if self.alive.is_none() {
            return Ok(None);
        }
        match self.written_losses()? {
            Some(losses) => Ok(Some(losses)),
            None => self.forward()?.map(|forward| losses::count(self, forward)).transpose(),
        }
    }

    /// Whether there is a file of what its deleted passages hold, laid out as this
    /// version of the program does.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub(in crate::index) fn has_losses_file(&self) -> Result<bool> {
        self.written_losses().map(|losses| losses.is_some())
    }

    fn written_losses(&self) -> Result<Option<Losses>> {
        let Some(name) = self.losses_file() else { return Ok(None) };
        let (passages, deleted) = (self.max_doc(), self.record.deleted_count());
        let written = self.beside(&name).and_then(|bytes| {
            bytes.map_or(Ok(None), |bytes| Losses::open(bytes, passages, deleted))
        });
        written.map_err(|error| self.damaged(error))
    }

    /// How many tokens of `field` its deleted passages have.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
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
            Err(other) => Err(io::Error::other(other)),
        }
    }

    /// The name of the segment's forward file.
    pub(in crate::index) fn forward_file(&self) -> String {
        self.record.file(forward::EXTENSION)
    }

    /// The name of the segment's file of shortcuts.
    pub(in crate::index) fn shortcuts_file(&self) -> String {
        self.record.file(shortcuts::EXTENSION)
    }

    /// The name of the segment's file of losses; `None` where no passage is deleted.
    pub(in crate::index) fn losses_file(&self) -> Option<String> {
        self.record.deletions_file(losses::EXTENSION)
    }
}
