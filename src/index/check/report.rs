//! What a check finds, and what can be done about it.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, rebuild_hint};
use crate::index::checksums;
use crate::index::meta::META_FILE;
use crate::index::settings::MANIFEST_FILE;

/// What a check found.
#[derive(Debug, Default)]
pub struct CheckReport {
    /// Files that were read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What is not as it was written.
    pub damaged: Vec<DamagedFile>,
    /// Files that the system did not let be read, of which nothing is known:
    /// [`Error::Io`], each.
    pub unread: Vec<Error>,
    /// Whether the commit's checksums are there. Without them, a change in one of
    /// [`CheckReport::UNSEALED`] that leaves it readable goes unnoticed.
    pub is_sealed: bool,
    /// Files that no commit names: harmless, and removed by the next update. None is told
    /// of where the commit cannot be read.
    pub leftovers: Vec<PathBuf>,
    /// How long it took.
    pub elapsed: Duration,
}

/// A file that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedFile {
    /// Its path below the index directory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// It has another length.
    Length {
        /// In bytes, as it was written.
        expected: u64,
        /// In bytes, as it is.
        found: u64,
    },
    /// Its bytes are not those that were written.
    Altered,
    /// It contradicts itself or another file.
    Contradictory(String),
    /// The operating system cannot read it.
    Unreadable(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::Length { expected, found } => {
                write!(f, "{found} bytes long instead of {expected}")
            }
            Self::Altered => f.write_str("altered: its checksum does not fit"),
            Self::Contradictory(why) => f.write_str(why),
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
        }
    }
}

impl CheckReport {
    /// The files that have no checksum but those of the commit.
    pub const UNSEALED: [&str; 2] = [MANIFEST_FILE, META_FILE];

    /// Whether all was read and nothing is damaged.
    pub fn is_sound(&self) -> bool {
        self.damaged.is_empty() && self.unread.is_empty()
    }

    /// What to do about the damage in the index at `directory`, or so that all of it can
    /// be read, where there is something.
    pub fn advice(&self, directory: &Path) -> Option<String> {
        let is_checksums = |file: &DamagedFile| {
            let name = file.path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(checksums::PREFIX)
        };
        if !self.damaged.iter().all(is_checksums) {
            return Some(rebuild_hint(directory));
        }
        if let Some(unread) = self.unread.first() {
            return unread.hint();
        }
        let directory = directory.display();
        (!self.is_sealed || !self.damaged.is_empty())
            .then(|| format!("`excerpt index --index {directory}` writes the checksums anew"))
    }
}

impl Fault {
    /// What reading a file failed with, as a fault of that file.
    pub(super) fn of(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::InvalidInput => {
                Self::Contradictory(error.to_string())
            }
            _ => Self::Unreadable(error.to_string()),
        }
    }
}
