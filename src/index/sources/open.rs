//! The list of sources of a commit, read.
//!
//! The file is opened with the commit and read once somebody asks: by then a later
//! commit may have taken it away. Whoever searches asks for one record, or for the roots
//! alone, which are its first line.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tantivy::HasLen;
use tantivy::directory::FileHandle;

use super::{Header, Root, SourceKey, SourceList, SourceRecord};
use crate::error::refusal::unread;
use crate::error::{Error, Result};
use crate::index::home;
use crate::index::unmapped::UnmappedFile;
use crate::passage::ContentHash;
use crate::threads;

/// So much is read at once to find a record: a few lines.
const LINE_ROOM: usize = 1 << 12;

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
        Ok(self.header()?.roots)
    }

    /// Reads only the record of `key`, and those by which it is found: they stand in the
    /// order of their keys. `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where one of these cannot be read.
    pub(in crate::index) fn record(&self, key: &SourceKey) -> Result<Option<SourceRecord>> {
        // It begins at `low`, where a line does, or behind it, and before `high`.
        let (mut low, mut high) = (0, self.file.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let (start, line) = self.line_from(middle).map_err(|error| self.damaged(error))?;
            if start >= high {
                high = middle;
                continue;
            }
            if start == 0 {
                // The header.
                low = line.len();
                continue;
            }
            let found = serde_json::from_str(&line).map_err(|error| self.damaged(error))?;
            let Keyed { key: found } = found;
            match found.cmp(key) {
                Ordering::Less => low = start + line.len(),
                Ordering::Greater => high = middle,
                Ordering::Equal => {
                    let record = serde_json::from_str(&line);
                    return record.map(Some).map_err(|error| self.damaged(error));
                }
            }
        }
        Ok(None)
    }

    /// Where the first line begins that begins at `at` or behind it, and the line.
    fn line_from(&self, at: usize) -> io::Result<(usize, String)> {
        let before = at.saturating_sub(1);
        let file = FromPlace { file: &self.file, at: before };
        let mut reader = BufReader::with_capacity(LINE_ROOM, file);
        let start = match at {
            0 => 0,
            _ => before + reader.skip_until(b'\n')?,
        };
        let mut line = String::new();
        reader.read_line(&mut line)?;
        Ok((start, line))
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

    /// Reads the first line.
    fn header(&self) -> Result<Header> {
        let file = FromPlace { file: &self.file, at: 0 };
        // The room is cleared before it is read into, and most lists are short.
        let mut reader = BufReader::with_capacity(self.file.len().min(1 << 18), file);
        let mut header = String::new();
        match reader.read_line(&mut header) {
            Ok(0) => return Err(self.damaged("it is empty")),
            Ok(_) => {}
            Err(error) => return Err(self.damaged(error)),
        }
        serde_json::from_str(&header).map_err(|error| self.damaged(error))
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

/// Reads an open file from a place on, whoever else reads it.
struct FromPlace<'f> {
    file: &'f UnmappedFile,
    at: usize,
}

impl Read for FromPlace<'_> {
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

/// What of a record tells which it is.
#[derive(Deserialize)]
struct Keyed {
    key: SourceKey,
}

fn parse_records(lines: &str) -> serde_json::Result<Vec<(SourceKey, SourceRecord)>> {
    let record = |line| serde_json::from_str(line).map(|it: SourceRecord| (it.key.clone(), it));
    lines.lines().map(record).collect()
}
