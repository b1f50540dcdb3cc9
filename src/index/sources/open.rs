//! The list of sources of a commit, read.
//!
//! The file is opened with the commit and read once somebody asks: by then a later
//! commit may have taken it away. Whoever searches asks for one record, or for the roots
//! alone, which are its first line.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use tantivy::HasLen;
use tantivy::directory::FileHandle;

use super::{Header, Root, SourceKey, SourceList, SourceRecord};
use crate::error::refusal::unread;
use crate::error::{Error, Result};
use crate::index::home;
use crate::index::unmapped::UnmappedFile;
use crate::passage::ContentHash;
use crate::threads;

/// The open file of a list.
pub(in crate::index) struct OpenList {
    path: PathBuf,
    file: UnmappedFile,
    /// What it hashes to; none where an earlier version made the commit.
    hash: Option<ContentHash>,
}

impl OpenList {
    /// Opens the list at `path`, which a commit named and said to hash to `hash`.
    pub(in crate::index) fn open(path: &Path, hash: Option<ContentHash>) -> io::Result<Self> {
        let file = UnmappedFile::open(path).map_err(unread("the list of sources", path))?;
        Ok(Self { path: path.to_owned(), file, hash })
    }

    /// Reads only the roots.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where the head of the list is none.
    pub(in crate::index) fn roots(&self) -> Result<Vec<Root>> {
        let (header, _) = self.read()?;
        Ok(header.roots)
    }

    /// Reads only the record of `key`; `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where the list cannot be read so far.
    pub(in crate::index) fn record(&self, key: &SourceKey) -> Result<Option<SourceRecord>> {
        let (_, rest) = self.read()?;
        let key = serde_json::to_string(key).map_err(|error| self.damaged(error))?;
        // It comes first in a line, so that no other line has to be parsed.
        let start = format!("{{\"key\":{key},");
        for line in rest.lines() {
            let line = line.map_err(|error| self.damaged(error))?;
            if line.starts_with(&start) {
                let record = serde_json::from_str(&line);
                return record.map(Some).map_err(|error| self.damaged(error));
            }
        }
        Ok(None)
    }

    /// Reads the list, all of it as it was written: an update writes the next one from
    /// it, with a hash of its own.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where it is cut short, altered or not a list.
    pub(in crate::index) fn list(&self) -> Result<SourceList> {
        let bytes = self.file.read_bytes(0..self.file.len());
        let bytes = bytes.map_err(|error| self.damaged(error))?;
        if self.hash.is_some_and(|hash| hash != ContentHash::of(&bytes)) {
            return Err(self.damaged("its checksum does not fit"));
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| self.damaged(error))?;
        let (header, records) = text.split_once('\n').ok_or_else(|| self.damaged("it is empty"))?;
        let header: Header = serde_json::from_str(header).map_err(|error| self.damaged(error))?;
        let (head, tail) = records.split_at(middle_of(records));
        let (head, tail) = threads::both(|| parse_records(head), || parse_records(tail));
        let parsed = head.and_then(|mut records| {
            records.append(&mut tail?);
            Ok(records)
        });
        // Written in order, so that a map of them is built in one go.
        let records: BTreeMap<_, _> =
            parsed.map_err(|error| self.damaged(error))?.into_iter().collect();
        if records.len() != header.records {
            return Err(self.damaged(format!("{} of {} records", records.len(), header.records)));
        }
        Ok(SourceList { roots: header.roots, records })
    }

    /// Reads the first line, and gives what comes behind it.
    fn read(&self) -> Result<(Header, impl BufRead)> {
        let file = FromStart { file: &self.file, at: 0 };
        // The room is cleared before it is read into, and most lists are short.
        let mut reader = BufReader::with_capacity(self.file.len().min(1 << 18), file);
        let mut header = String::new();
        match reader.read_line(&mut header) {
            Ok(0) => return Err(self.damaged("it is empty")),
            Ok(_) => {}
            Err(error) => return Err(self.damaged(error)),
        }
        let header = serde_json::from_str(&header).map_err(|error| self.damaged(error))?;
        Ok((header, reader))
    }

    fn damaged(&self, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        let error = Error::damage(home::index_of(&self.path), &self.path, reason);
        match error {
            Error::IndexDamaged { path, reason } => {
                Error::IndexDamaged { path, reason: format!("the list of sources: {reason}") }
            }
            other => other,
        }
    }
}

/// Reads an open file from its start, whoever else reads it.
struct FromStart<'f> {
    file: &'f UnmappedFile,
    at: usize,
}

impl Read for FromStart<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.file.len() - self.at);
        bytes[..count].copy_from_slice(&self.file.read_bytes(self.at..self.at + count)?);
        self.at += count;
        Ok(count)
    }
}

/// The beginning of a line about in the middle of `text`.
fn middle_of(text: &str) -> usize {
    let half = text.as_bytes().get(text.len() / 2..).unwrap_or_default();
    half.iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| text.len() / 2 + at + 1)
}

fn parse_records(lines: &str) -> serde_json::Result<Vec<(SourceKey, SourceRecord)>> {
    let record = |line| serde_json::from_str(line).map(|it: SourceRecord| (it.key.clone(), it));
    lines.lines().map(record).collect()
}
