//! Everything that can go wrong in the library, as one typed enum.
//!
//! Messages follow one pattern: what failed, on what, why. What to do about it
//! is the [`Error::hint`], kept apart so that a caller can print it on its own
//! line. Bad *documents* are not errors: they are skipped and counted (see
//! [`crate::corpus`]).

pub(crate) mod refusal;

use std::io;
use std::path::{Path, PathBuf};

use self::refusal::Refusal;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What failed, on what, and why.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or directory could not be used.
    #[error("cannot {action} {}", quoted(path))]
    Io {
        /// What was tried, as a verb: `read`, `create`, `rename`.
        action: &'static str,
        /// The file or directory it was tried on.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is no index at the given place.
    #[error("cannot open the index at {}: no manifest found", quoted(path))]
    IndexMissing {
        /// The directory that was looked into.
        path: PathBuf,
    },
    /// The directory holds files, and they are not an index of ours.
    #[error(
        "cannot create an index at {}: the directory is not empty and holds no manifest",
        quoted(path)
    )]
    IndexForeign {
        /// The directory that was refused.
        path: PathBuf,
    },
    /// The index was made by a version or with settings that this program
    /// cannot read without giving wrong answers.
    #[error("cannot use the index at {}: {reason}", quoted(path))]
    IndexIncompatible {
        /// The index directory.
        path: PathBuf,
        /// What differs, with both values.
        reason: String,
    },
    /// The index is damaged: a file is missing, cut short or altered.
    #[error("the index at {} is damaged: {reason}", quoted(path))]
    IndexDamaged {
        /// The index directory.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// A rebuild would lose passages: what they came from cannot be read again.
    #[error(
        "cannot rebuild the index at {}: {passages} of its passages came from {}",
        quoted(path), lost(origin.as_deref())
    )]
    PassagesLost {
        /// The index directory.
        path: PathBuf,
        /// How many would be lost.
        passages: u64,
        /// The folder or file that is not there or cannot be opened; `None` for
        /// standard input.
        origin: Option<PathBuf>,
    },
    /// Another process is writing to the index.
    #[error("cannot write to the index at {}: {holder} is writing to it", quoted(path))]
    IndexLocked {
        /// The index directory.
        path: PathBuf,
        /// Who holds the lock, as far as it left word: process id and start.
        holder: String,
    },
    /// An option has a value that makes no sense.
    #[error("invalid value `{value}` for {option}: {reason}")]
    InvalidOption {
        /// The option's name, as the library calls it.
        option: &'static str,
        /// The value that was given.
        value: String,
        /// Why it cannot be used.
        reason: String,
    },
    /// A file of topics, judgments, runs or queries breaks its format.
    #[error("cannot read the {what} at `{place}`: {reason}")]
    Malformed {
        /// What was being read: `topics`, `judgments`, `run`, `queries`.
        what: &'static str,
        /// The place, as `path:line`.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// A passage that was asked for by place or by id is not in the index.
    #[error("no passage at `{place}`")]
    PassageMissing {
        /// The place or id that was asked for.
        place: String,
    },
    /// The engine refused or failed.
    #[error("the search engine cannot {action}")]
    Engine {
        /// What was asked of it, as a verb: `commit`, `open a segment`.
        action: &'static str,
        /// What it said.
        source: tantivy::TantivyError,
    },
    /// The work was interrupted on request; what was committed stays.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// Wraps an I/O error with what was tried, and on what.
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// Wraps an engine error with what was asked of it; where the system refused it a
    /// file, tells that instead.
    pub fn engine(action: &'static str) -> impl FnOnce(tantivy::TantivyError) -> Self {
        move |source| match Refusal::of_a_file(&source) {
            Some(error) => error,
            None => Self::Engine { action, source },
        }
    }

    /// The same error, but that the index at `path` cannot be updated where the system
    /// refused the engine something and the engine does not say on which file.
    pub(crate) fn in_update(self, path: &Path) -> Self {
        match self {
            Self::Engine { action, source } => match Refusal::of(&source) {
                Some(refusal) => refusal.into_error_of("update", path),
                None => Self::Engine { action, source },
            },
            other => other,
        }
    }

    /// What `cause`, which a reader of the file or directory `file` says, means for the
    /// index at `path`: that it is damaged, or that the system does not let it be read.
    pub(crate) fn damage(
        path: &Path,
        file: &Path,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let cause = cause.into();
        match Refusal::of(&*cause) {
            Some(refusal) => refusal.into_error(file),
            None => Self::IndexDamaged { path: path.to_owned(), reason: cause.to_string() },
        }
    }

    /// The message with those of all that caused it, for where an error is told of
    /// and not returned.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }

    /// What the user can do about it, as one sentence, where there is something.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::IndexMissing { path } => {
                Some(format!("create it with `excerpt index --index {} <corpus>`", path.display()))
            }
            Self::IndexForeign { .. } => {
                Some("choose another directory with `--index`, or an empty one".into())
            }
            Self::IndexIncompatible { path, .. } | Self::IndexDamaged { path, .. } => {
                Some(rebuild_hint(path))
            }
            Self::PassagesLost { path, origin, .. } => Some(reread_hint(path, origin.as_deref())),
            Self::IndexLocked { .. } => Some("wait for it to end, or stop it".into()),
            Self::PassageMissing { .. } => {
                Some("give `PATH:LINE` as `excerpt search` prints it, or a passage id".into())
            }
            Self::Io { source, .. } => refusal::hint(source),
            Self::InvalidOption { .. }
            | Self::Malformed { .. }
            | Self::Engine { .. }
            | Self::Interrupted => None,
        }
    }
}

/// What to do about the index at `path` where it cannot be mended.
pub(crate) fn rebuild_hint(path: &Path) -> String {
    format!(
        "rebuild with `excerpt index --rebuild --index {} <corpus>` and the options it should have",
        path.display()
    )
}

fn lost(origin: Option<&Path>) -> String {
    match origin {
        Some(path) => format!("{}, which is not there or cannot be opened", quoted(path)),
        None => "standard input, which cannot be read again".to_owned(),
    }
}

/// What to do where the index at `path` cannot be rebuilt from `origin`.
fn reread_hint(path: &Path, origin: Option<&Path>) -> String {
    let rebuild = format!("`excerpt index --rebuild --index {}", path.display());
    match origin {
        Some(_) => format!("bring it back, or name all that is to be indexed: {rebuild} <corpus>`"),
        None => format!("feed it again by {rebuild} -`, or do without it: {rebuild} <corpus>`"),
    }
}

fn quoted(path: &Path) -> String {
    format!("`{}`", path.display())
}
