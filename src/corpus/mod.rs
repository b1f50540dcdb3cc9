//! From files on disk to documents.
//!
//! Every format is one file with one type that implements [`Reader`]. A reader
//! gets the source as a [`Source`] and hands [`Document`]s to a sink, in order.
//! What cannot be read is a [`Skip`] with its reason, never an error: one bad
//! file must not stop the rest.

use std::io::Read;
use std::ops::ControlFlow;

use crate::document::{Coordinates, Document};

/// One source to read: a stream of bytes and what is known about it.
pub struct Source<'a> {
    /// The path as results show it; also the document id where the format gives
    /// none.
    pub name: &'a str,
    /// The bytes, decompressed where the file was compressed.
    pub bytes: &'a mut dyn Read,
    /// What byte offsets into `bytes` count.
    pub coordinates: Coordinates,
    /// How many bytes a reader may hold at a time; a format that can only be
    /// read whole skips a larger source.
    pub window_bytes: usize,
}

/// Where a reader puts its documents. A break stops the reading: the receiver
/// wants no more.
pub type Sink<'s> = dyn FnMut(Document<'_>) -> ControlFlow<()> + 's;

/// Reads one format.
pub trait Reader: Send + Sync {
    /// Hands the documents of `source` to `sink`, in the order of the source.
    ///
    /// # Errors
    ///
    /// A [`Skip`] where the source, or the rest of it, cannot be read. What was
    /// handed over before stays good.
    fn read(&self, source: Source<'_>, sink: &mut Sink<'_>) -> Result<ReadReport, Skip>;
}

/// What a reader noticed along the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadReport {
    /// Records that could not be read (a bad JSON line), and the first of them
    /// as `line N: why`.
    pub bad_records: u64,
    /// The first bad record, as `line N: why`.
    pub first_bad_record: Option<String>,
}

/// Why a source was left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Skip {
    /// No reader for this kind of file; the extension, or what its content says.
    #[error("no reader for {0}")]
    UnknownFormat(String),
    /// The content is not text.
    #[error("binary")]
    Binary,
    /// Larger than `--max-filesize`, or than a format read whole may be.
    #[error("too large")]
    TooLarge,
    /// Not a regular file (a socket, a pipe, a device).
    #[error("not a regular file")]
    NotAFile,
    /// The operating system refused; its words.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// The content breaks off or contradicts itself; where.
    #[error("damaged: {0}")]
    Damaged(String),
}
