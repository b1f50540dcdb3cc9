//! The list of sources: which files the passages of a commit came from.
//!
//! Each commit has a list of its own, a file beside the segments that is written
//! and synced first; the commit then names it in its payload. The engine's
//! `meta.json` is replaced by one rename, so list and passages change together
//! or not at all, and a list that no commit names is a leftover to be swept.

mod key;
mod open;
mod roots;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::request::{Extent, Observer};
use crate::corpus::{self, FileMeta};
use crate::error::{Error, Result};
use crate::passage::ContentHash;

pub use self::key::SourceKey;
pub(super) use self::open::OpenList;
pub use self::roots::{Root, fields_of, holding};

/// What was read from one source, and what it looked like then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// Which file.
    pub key: SourceKey,
    /// Size, times and inode when it was read.
    pub meta: FileMeta,
    /// The hash of its bytes; all zero where it was not made.
    #[serde(with = "hex_hash")]
    pub content_hash: ContentHash,
    /// When it was read, in nanoseconds since 1970; 0 where it has to be read
    /// again, whatever it looks like.
    pub read_at_ns: i64,
    /// The format it was read as.
    pub format: String,
    /// How many documents it held.
    pub documents: u64,
    /// How many passages they gave.
    pub passages: u64,
    /// Why it, or the rest of it, was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// How many of its records could not be read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bad_records: u64,
    /// The first of them, as `line N: why`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_bad_record: Option<String>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl SourceRecord {
    /// Makes the next update read the source again.
    pub(super) fn forget(&mut self) {
        self.read_at_ns = 0;
        self.content_hash = ContentHash([0; 16]);
    }

    /// Whether it was read in part only: up to where it is damaged, say.
    pub fn is_in_part(&self) -> bool {
        self.skipped.is_some() && self.passages > 0
    }

    /// Whether nothing of it is in the index, for the reason in
    /// [`SourceRecord::skipped`].
    pub fn is_left_out(&self) -> bool {
        self.skipped.is_some() && self.passages == 0
    }

    /// Tells `observer` why it, or the rest of it, was left out, and is again: its file
    /// at `path` is as it was.
    pub(super) fn tell_kept_skip(&self, path: &Path, observer: &dyn Observer) {
        let Some(why) = &self.skipped else { return };
        let extent = if self.is_in_part() { Extent::Rest } else { Extent::Whole };
        observer.still_skipped(path, why, extent);
    }

    /// Whether it is known by the hash of its bytes.
    pub(super) fn has_hash(&self) -> bool {
        self.content_hash != ContentHash([0; 16])
    }

    /// Whether the file at `path`, which has `size` bytes, has those that were read, by
    /// their hash: for files whose times say nothing or changed without their bytes.
    pub(super) fn has_bytes_of(&self, path: &Path, size: u64) -> bool {
        self.meta.size == size
            && self.has_hash()
            && corpus::hash_file(path).is_ok_and(|hash| hash == self.content_hash)
    }

    /// Whether the next update has to read the source again, whatever it looks
    /// like: its fields have come to mean something else, the reading was stopped in
    /// its middle, or the system did not let it be read.
    pub(super) fn is_forgotten(&self) -> bool {
        self.read_at_ns == 0
    }
}

/// Hashes as hexadecimal digits.
pub(super) mod hex_hash {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::passage::ContentHash;

    pub(in crate::index) fn serialize<S: Serializer>(
        hash: &ContentHash,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(hash)
    }

    pub(in crate::index) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<ContentHash, D::Error> {
        let text = String::deserialize(from)?;
        let number = u128::from_str_radix(&text, 16).map_err(D::Error::custom)?;
        Ok(ContentHash(number.to_be_bytes()))
    }
}

/// All sources of a commit, and the roots they were found under.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceList {
    /// What is kept in the index, in the order of the keys.
    pub roots: Vec<Root>,
    /// What was read, by key.
    pub records: BTreeMap<SourceKey, SourceRecord>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    roots: Vec<Root>,
    records: usize,
}

impl SourceList {
    /// Writes the list, makes it durable and returns the hash of the file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the file cannot be written.
    pub(super) fn store(&self, path: &Path) -> Result<ContentHash> {
        let write = || -> std::io::Result<ContentHash> {
            let file = Hashing { file: File::create(path)?, hasher: blake3::Hasher::new() };
            let mut file = BufWriter::with_capacity(1 << 18, file);
            let header = Header { roots: self.roots.clone(), records: self.records.len() };
            serde_json::to_writer(&mut file, &header)?;
            file.write_all(b"\n")?;
            for record in self.records.values() {
                serde_json::to_writer(&mut file, record)?;
                file.write_all(b"\n")?;
            }
            let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.file.sync_all()?;
            Ok(ContentHash::of_all(&file.hasher))
        };
        write().map_err(Error::io("write", path))
    }
}

/// Writes to a file and hashes what it writes.
struct Hashing {
    file: File,
    hasher: blake3::Hasher,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
