//! The list of sources: which files the passages of a commit came from.
//!
//! Each commit has a list of its own, a file beside the segments that is written
//! and synced first; the commit then names it in its payload. The engine's
//! `meta.json` is replaced by one rename, so list and passages change together
//! or not at all, and a list that no commit names is a leftover to be swept.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::checksums::hash_of;
use super::home;
use super::settings::normalize;
use crate::corpus::{FieldMap, FileMeta, WalkOptions};
use crate::error::{Error, Result};
use crate::passage::ContentHash;
use crate::threads;

/// Names a source in an index: its path below the index's base directory where
/// it lies there, else its absolute path. Bytes that are no UTF-8 are kept as
/// characters of a private plane, so that every path has a key and gets back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceKey(String);

/// The private-use character that stands for the byte 0 in a key.
const ESCAPED_BYTES: u32 = 0x0010_FF00;

impl SourceKey {
    /// The key under which documents from standard input are kept.
    pub fn stdin() -> Self {
        Self("<stdin>".to_owned())
    }

    /// The key of the file at the absolute path `path`.
    pub fn new(path: &Path, base: &Path) -> Self {
        let path = normalize(path);
        Self(escape(below(&path, base).unwrap_or(&path)))
    }

    /// The key that was stored as `text`.
    pub fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The key as text: a term of the field `source`, and the document id of
    /// formats that bring none.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The absolute path of the file.
    pub fn path(&self, base: &Path) -> PathBuf {
        base.join(unescape(&self.0))
    }

    /// Whether the file is `root` itself or lies below it.
    pub fn is_under(&self, root: &SourceKey) -> bool {
        match root.0.as_str() {
            // The base directory itself: all that is not elsewhere, and in a file.
            "" => !self.0.starts_with('/') && *self != Self::stdin(),
            "/" => self.0.starts_with('/'),
            root => self
                .0
                .strip_prefix(root)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}

/// What comes behind `base` in `path`, both normal; `None` where it does not lie
/// there. As [`Path::strip_prefix`], which goes through every part of both.
#[cfg(unix)]
fn below<'p>(path: &'p Path, base: &Path) -> Option<&'p Path> {
    use std::os::unix::ffi::OsStrExt;
    let rest = path.as_os_str().as_bytes().strip_prefix(base.as_os_str().as_bytes())?;
    let rest = match rest {
        [] => rest,
        [b'/', rest @ ..] => rest,
        _ if base.as_os_str().as_bytes() == b"/" => rest,
        _ => return None,
    };
    Some(Path::new(std::ffi::OsStr::from_bytes(rest)))
}

#[cfg(not(unix))]
fn below<'p>(path: &'p Path, base: &Path) -> Option<&'p Path> {
    path.strip_prefix(base).ok()
}

#[cfg(unix)]
fn escape(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        let escaped = chunk.invalid().iter();
        text.extend(escaped.filter_map(|&byte| char::from_u32(ESCAPED_BYTES + u32::from(byte))));
    }
    text
}

#[cfg(unix)]
fn unescape(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u32::from(c).checked_sub(ESCAPED_BYTES).and_then(|byte| u8::try_from(byte).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn escape(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(not(unix))]
fn unescape(text: &str) -> PathBuf {
    PathBuf::from(text)
}

/// A folder or file that is kept in the index, and how it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Root {
    /// Where it is.
    pub key: SourceKey,
    /// Which files below it count.
    pub walk: WalkOptions,
    /// Which fields of JSON Lines, CSV and TSV mean what.
    pub fields: FieldMap,
}

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

    /// Whether it is known by the hash of its bytes.
    pub(super) fn has_hash(&self) -> bool {
        self.content_hash != ContentHash([0; 16])
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
    /// What is kept in the index.
    pub roots: Vec<Root>,
    /// What was read, by key.
    pub records: BTreeMap<SourceKey, SourceRecord>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    roots: Vec<Root>,
    records: usize,
}

/// The root among `roots` that `key` is or lies below, the innermost where
/// several hold it.
pub fn root_of<'r>(roots: &'r [Root], key: &SourceKey) -> Option<&'r Root> {
    let holding = roots.iter().filter(|root| key.is_under(&root.key));
    holding.max_by_key(|root| root.key.0.len())
}

impl SourceList {
    /// Reads only the roots from the list that a commit named.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where it is missing or its head is none.
    pub fn load_roots(path: &Path) -> Result<Vec<Root>> {
        let (header, _) = open_list(path)?;
        Ok(header.roots)
    }

    /// Reads the list that a commit named.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where it is missing, cut short or not a list.
    pub fn load(path: &Path) -> Result<Self> {
        let damaged = |reason: String| damaged(path, &reason);
        let (header, mut rest) = open_list(path)?;
        let mut text = String::new();
        rest.read_to_string(&mut text).map_err(|error| damaged(error.to_string()))?;
        let (head, tail) = text.split_at(middle_of(&text));
        let (head, tail) = threads::both(|| parse_records(head), || parse_records(tail));
        let parsed = head.and_then(|mut records| {
            records.append(&mut tail?);
            Ok(records)
        });
        // Written in order, so that a map of them is built in one go.
        let records: BTreeMap<_, _> =
            parsed.map_err(|error| damaged(error.to_string()))?.into_iter().collect();
        if records.len() != header.records {
            return Err(damaged(format!("{} of {} records", records.len(), header.records)));
        }
        Ok(Self { roots: header.roots, records })
    }

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
            Ok(hash_of(&file.hasher))
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

fn open_list(path: &Path) -> Result<(Header, BufReader<File>)> {
    let damaged = |reason: String| damaged(path, &reason);
    let file = File::open(path).map_err(|error| damaged(error.to_string()))?;
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let mut header = String::new();
    match reader.read_line(&mut header) {
        Ok(0) => return Err(damaged("it is empty".into())),
        Ok(_) => {}
        Err(error) => return Err(damaged(error.to_string())),
    }
    let header = serde_json::from_str(&header).map_err(|error| damaged(error.to_string()))?;
    Ok((header, reader))
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

fn damaged(path: &Path, reason: &str) -> Error {
    Error::IndexDamaged {
        path: home::index_of(path).to_owned(),
        reason: format!("the list of sources: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_relative_below_the_base_and_absolute_elsewhere() {
        let base = Path::new("/project");
        assert_eq!(SourceKey::new(Path::new("/project/./a/b.md"), base).as_str(), "a/b.md");
        assert_eq!(SourceKey::new(Path::new("/other/b.md"), base).as_str(), "/other/b.md");
        assert_eq!(SourceKey::new(Path::new("/projects/b.md"), base).as_str(), "/projects/b.md");
        assert_eq!(SourceKey::new(Path::new("/project"), base).as_str(), "");
        assert_eq!(SourceKey::new(Path::new("/a/../b.md"), Path::new("/")).as_str(), "b.md");
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_utf_8_gets_back_from_its_key() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/project/\xffn\xe9\n.txt"));
        let key = SourceKey::new(path, Path::new("/project"));
        assert_eq!(key.path(Path::new("/project")), path);
    }

    #[test]
    fn a_root_holds_what_lies_below_it_and_no_namesakes() {
        let key = |text: &str| SourceKey::from_stored(text);
        assert!(key("news/a.md").is_under(&key("news")));
        assert!(key("news").is_under(&key("news")));
        assert!(!key("newsletter/a.md").is_under(&key("news")));
        assert!(key("a.md").is_under(&key("")));
        assert!(!key("/elsewhere/a.md").is_under(&key("")));
        assert!(!SourceKey::stdin().is_under(&key("")));
        assert!(key("/elsewhere/a.md").is_under(&key("/")));
        assert!(!key("a.md").is_under(&key("/")));
    }
}
