//! From files on disk to documents.
//!
//! Every format is a file or a folder with a type that implements [`Reader`], and a
//! row in the table of `format`. A reader gets the source as a [`Source`] and hands
//! [`Document`]s to a sink, in order. What cannot be read is a [`Skip`] with its
//! reason, never an error: one bad file must not stop the rest.
//!
//! The way of a file: [`walk()`] finds it, [`read_file`] opens, hashes and where
//! needed decompresses it, `format` names its format, the format's reader makes
//! documents, with `decode` for the characters. Cutting documents into passages
//! is [`crate::split`]'s.

mod binary;
mod compress;
mod date;
mod decode;
mod encoding;
mod fields;
mod format;
mod frames;
mod html;
mod markdown;
mod meta;
mod open;
mod peek;
mod read;
mod records;
mod rules;
mod sniff;
mod text;
mod title;
mod trim;
mod walk;
mod whole;
mod window;

use std::io::{self, Read};
use std::ops::ControlFlow;

use crate::document::{Coordinates, Document};

pub use self::fields::FieldMap;
pub use self::format::Format;
pub use self::html::is_unspaced;
pub use self::markdown::{MAX_BYTES as MAX_MARKDOWN_BYTES, fenced_lines};
pub use self::meta::FileMeta;
pub(crate) use self::open::can_be_opened;
pub(crate) use self::open::hash_file;
pub(crate) use self::read::read_file_telling;
pub use self::read::{ReadOptions, ReadOutcome, read_file, read_stream};
pub use self::rules::{Hidden, IgnoreFiles, Links, WalkOptions};
pub(crate) use self::sniff::{SNIFF_BYTES, encoding_of};
pub(crate) use self::walk::{INDEX_DATA_PREFIX, INDEX_MANIFEST};
pub use self::walk::{INDEX_DIRECTORY, Walk, WalkIssue, WalkedFile, walk};

/// One source to read: a stream of bytes and what is known about it.
pub struct Source<'a> {
    /// The path as results show it; also the document id where the format gives
    /// none.
    pub name: &'a str,
    /// The bytes, decompressed where the file was compressed.
    pub bytes: &'a mut dyn Read,
    /// What byte offsets into `bytes` count.
    pub coordinates: Coordinates,
    /// How many bytes a reader may hold at a time where its format can be read
    /// in parts.
    pub window_bytes: usize,
    /// How many bytes a reader may hold where its format can only be read whole.
    /// A larger source is [`Skip::TooLarge`], a larger record a bad one.
    ///
    /// Readers of formats that take much more memory than their source has bytes
    /// have a lower bound of their own.
    pub max_whole_bytes: usize,
}

impl<'a> Source<'a> {
    /// A source called `name` that lies on disk as `bytes` gives it, with the
    /// bounds of [`ReadOptions::default`].
    pub fn new(name: &'a str, bytes: &'a mut dyn Read) -> Self {
        let ReadOptions { window_bytes, max_whole_bytes, .. } = ReadOptions::default();
        Self { name, bytes, coordinates: Coordinates::File, window_bytes, max_whole_bytes }
    }
}

/// Where a reader puts its documents. A break stops the reading: the receiver
/// wants no more.
pub type Sink<'s> = dyn FnMut(Document<'_>) -> ControlFlow<()> + 's;

/// Reads one format.
pub trait Reader: Send + Sync {
    /// Hands the documents of `source` to `sink`, in the order of the source.
    ///
    /// A document whose `blocks` are empty is plain text: where its paragraphs
    /// are is for the splitter to see, by blank lines. A document that is too
    /// large to be held whole comes in parts, each but the first with
    /// [`Document::continues`].
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
    /// Records that could not be read, such as a bad JSON line.
    pub bad_records: u64,
    /// The first bad record, as `line N: why`.
    pub first_bad_record: Option<String>,
    /// The field that may hold the texts of records, where none has one by a name that
    /// is known and there are documents of titles alone.
    pub likely_text: Option<String>,
    /// Records whose date, in a field that was named for it, is in no form that is read.
    pub unread_dates: u64,
    /// The first of these dates, as `line N: date`; its beginning, if it is long.
    pub first_unread_date: Option<String>,
}

/// Why a source was left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Skip {
    /// No reader for this kind of file: its extension with the dot, or what its
    /// content says.
    #[error("no reader for {0}")]
    UnknownFormat(String),
    /// It is a table that has none of the columns that are read.
    #[error("{why}: its columns are {columns}")]
    UnknownColumns {
        /// Which are missing, and what can be done about it.
        why: String,
        /// Those that it has.
        columns: String,
    },
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
    /// It is compressed, and the content goes on behind what is read of it; how far
    /// that is.
    #[error("{0}")]
    Overlong(String),
    /// The content breaks off or contradicts itself; where.
    #[error("damaged: {0}")]
    Damaged(String),
}

impl Skip {
    /// What is counted with others: without what is said of this source alone.
    pub fn kind(&self) -> String {
        match self {
            Self::UnknownColumns { why, columns: _ } => why.clone(),
            other => other.to_string(),
        }
    }
}

/// An error while bytes are read is either the operating system's or the
/// decompressor's, which calls its own *invalid data* or *unexpected end*, and *too
/// large* where it goes no further.
impl From<io::Error> for Skip {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof => Self::Damaged(error.to_string()),
            io::ErrorKind::FileTooLarge => Self::Overlong(error.to_string()),
            _ => Self::Unreadable(error.to_string()),
        }
    }
}
