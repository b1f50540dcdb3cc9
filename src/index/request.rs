//! What is asked of an update, what it tells along the way, what it did.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::ranking::RankingChoice;
use super::settings::SideFiles;
use super::sources::SourceKey;
use crate::analysis::Language;
use crate::corpus::{FieldMap, Skip, WalkOptions};
use crate::error::{Error, Result};
use crate::split::SplitOptions;

/// Memory for indexing unless told otherwise, in bytes: 1 GiB.
pub const DEFAULT_MEMORY_BYTES: u64 = 1 << 30;

/// The least memory that indexing can be done with, in bytes. Below it windows onto
/// files and what is inverted at a time do not fit.
pub const MIN_MEMORY_BYTES: u64 = 128 << 20;

/// The least memory for each thread, in bytes. Chosen by hand.
const THREAD_BYTES: u64 = 64 << 20;

/// With more threads than these, memory is cut into too small pieces. Chosen by hand.
const MOST_THREADS: usize = 8;

/// How many threads work with `bytes` of memory, where `wanted` would or, without a
/// wish, all cores: each needs room of its own, so where memory is short, threads give.
pub(super) fn threads_within(bytes: u64, wanted: Option<NonZeroUsize>) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let room = (bytes / THREAD_BYTES) as usize;
    wanted.map_or(cores, usize::from).min(room).clamp(1, MOST_THREADS)
}

/// # Errors
///
/// [`Error::InvalidOption`] where `bytes` is less than [`MIN_MEMORY_BYTES`].
pub(super) fn check_memory(bytes: u64) -> Result<()> {
    if bytes >= MIN_MEMORY_BYTES {
        return Ok(());
    }
    Err(Error::InvalidOption {
        option: "memory",
        value: bytes.to_string(),
        reason: format!("at least {MIN_MEMORY_BYTES} bytes are needed"),
    })
}

/// What an index is to hold.
pub enum Input<'a> {
    /// Files and folders, by absolute paths. They become roots of the index:
    /// what was indexed below them and is gone is removed.
    Paths(Vec<PathBuf>),
    /// The roots that the index already has, looked at again. Options for files
    /// then hold for all of them.
    KnownRoots,
    /// Documents from a stream: JSON Lines or HTML where it begins like them, else
    /// text. They take the place of what came from one before, unless nothing comes.
    Stream(&'a mut (dyn Read + Send)),
}

/// Whether an index that exists is updated or made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Keep what is unchanged.
    #[default]
    Update,
    /// Read everything again, with new settings, beside the old index, and put
    /// it in its place in one step. It then holds the input and nothing else: the
    /// paths that are given and the known roots below them, or the stream alone.
    Rebuild,
}

/// What is asked of an update.
pub struct UpdateRequest<'a> {
    /// What the index is to hold.
    pub input: Input<'a>,
    /// Which files below the given paths count; `None` keeps what a known root
    /// was given before.
    pub walk: Option<WalkOptions>,
    /// Which fields of JSON Lines, CSV and TSV mean what; `None` as for `walk`. Of a
    /// stream nothing is kept.
    pub fields: Option<FieldMap>,
    /// The language to stem for.
    pub language: LanguageRequest,
    /// The bounds of a passage; `None` takes the index's, or the default.
    pub split: Option<SplitOptions>,
    /// What to keep beside the engine's files; `None` takes the index's, or all.
    pub side_files: Option<SideFiles>,
    /// How passages are ranked unless a search says otherwise; what it leaves
    /// open stays as the index has it.
    pub ranking: RankingChoice,
    /// The directory that source keys are relative to; used when the index is
    /// created.
    pub base: PathBuf,
    /// Memory for the update, in bytes. Where it merges segments of earlier ones,
    /// the stored text of one of them is mapped beside that.
    pub memory_bytes: u64,
    /// Threads; `None` takes one per core. There are never more than eight, nor more
    /// than one for each 64 MiB of memory.
    pub threads: Option<NonZeroUsize>,
    /// Whether to keep what is there.
    pub mode: Mode,
    /// What to do while another process writes.
    pub waiting: Waiting,
}

impl<'a> UpdateRequest<'a> {
    /// A request with every choice left to the index or the defaults. `base` is
    /// the directory that source keys are relative to, used when the index is
    /// created.
    pub fn new(input: Input<'a>, base: PathBuf) -> Self {
        Self {
            input,
            walk: None,
            fields: None,
            language: LanguageRequest::Kept,
            split: None,
            side_files: None,
            ranking: RankingChoice::default(),
            base,
            memory_bytes: DEFAULT_MEMORY_BYTES,
            threads: None,
            mode: Mode::Update,
            waiting: Waiting::No,
        }
    }
}

/// Which language to stem for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LanguageRequest {
    /// The index's; of a new one as [`LanguageRequest::Detected`].
    #[default]
    Kept,
    /// The one that a sample of the documents is written in, where the index is new
    /// or made anew; else the index's.
    Detected,
    /// This one.
    Named(Language),
}

impl LanguageRequest {
    /// The language that is named.
    pub(super) fn named(self) -> Option<Language> {
        match self {
            Self::Named(language) => Some(language),
            Self::Kept | Self::Detected => None,
        }
    }
}

/// The language that a new index was given because none was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LanguageChoice {
    /// Most documents are written in it, or, where it is none, in languages without a
    /// stemmer.
    Detected(Language),
    /// The default: no language was detected with certainty, or one whose words are not
    /// spaced.
    InDoubt(Language),
}

impl LanguageChoice {
    /// The language.
    pub fn language(self) -> Language {
        match self {
            Self::Detected(language) | Self::InDoubt(language) => language,
        }
    }
}

impl fmt::Display for LanguageChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Detected(Language::None) => f.write_str("none (detected one without a stemmer)"),
            Self::Detected(language) => write!(f, "{language} (detected)"),
            Self::InDoubt(language) => write!(f, "{language} (none detected)"),
        }
    }
}

/// What to do while another process writes to the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Waiting {
    /// Give up at once, naming it.
    #[default]
    No,
    /// Wait until it has ended.
    UntilFree,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    /// Go on.
    On,
    /// Stop soon. An update that reads commits what it has read until then, and of a
    /// file in whose middle it was stopped keeps what it knew; all else leaves the
    /// index as it is and ends with [`Error::Interrupted`].
    Stop,
}

/// How much of a file is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// What lies behind some place; the passages before it are kept.
    Rest,
}

/// Told what an update does while it does it, from several threads at once.
pub trait Observer: Sync {
    /// How many files will be read, and how many bytes will be read or written; told
    /// once.
    fn planned(&self, _files: u64, _bytes: u64) {}

    /// So many more of the planned bytes are done: read of the file at `path`, a piece of
    /// it at a time, or written to the directory at `path`. What need not be read counts
    /// as read.
    fn advanced(&self, _path: &Path, _bytes: u64) {}

    /// A file was left out, or the rest of it.
    fn skipped(&self, _path: &Path, _why: &Skip, _extent: Extent) {}

    /// A file is as it was when it was left out, or the rest of it, for the reason `why`.
    fn still_skipped(&self, _path: &Path, _why: &str, _extent: Extent) {}

    /// No record of the file at `path` has a text by a name that is known, so that there
    /// are only titles; `field` may hold it.
    fn found_no_text(&self, _path: &Path, _field: &str) {}

    /// In so many records of the file at `path` the date is in no form that is read, in a
    /// field that was named for it; of the `first`, as `line N: date`.
    fn found_no_dates(&self, _path: &Path, _records: u64, _first: &str) {}

    /// Asked while files are looked for, between them, and now and then within large
    /// ones.
    fn going(&self) -> Going {
        Going::On
    }
}

/// An observer that looks away.
pub struct Silent;

impl Observer for Silent {}

/// What an update did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpdateSummary {
    /// Files that were not in the index before.
    pub added: u64,
    /// Files whose content is not what it was.
    pub changed: u64,
    /// Files left as they were.
    pub unchanged: u64,
    /// Files whose passages were taken out.
    pub removed: u64,
    /// Known roots that are not there, whose passages were kept.
    pub vanished: Vec<PathBuf>,
    /// Why nothing came of a stream, where the passages of the one before were kept.
    pub kept_stream: Option<String>,
    /// Known roots that a rebuild was not given, `<stdin>` for a stream: nothing
    /// of them is in the index any more.
    pub dropped: Vec<PathBuf>,
    /// Bytes read from files, as they lie on disk.
    pub bytes_read: u64,
    /// Passages that were added.
    pub passages_added: u64,
    /// Files in the index after it.
    pub files: u64,
    /// Documents in the index after it.
    pub documents: u64,
    /// Passages in the index after it.
    pub passages: u64,
    /// Segments after it.
    pub segments: usize,
    /// What failed behind the commit, which stands all the same: merging segments,
    /// clearing up, writing checksums.
    pub after_commit: Option<String>,
    /// Why files were left out, and how many for each reason.
    pub skipped: BTreeMap<String, u64>,
    /// Why only the beginnings of files were read, and how many for each reason.
    pub in_part: BTreeMap<String, u64>,
    /// Lines or records that could not be read.
    pub bad_records: u64,
    /// The first of them in each file that has some, as `line N: why`, in the order of the
    /// files.
    pub bad_record_examples: Vec<(SourceKey, String)>,
    /// The language, where the index is new or made anew and it was detected.
    pub language: Option<LanguageChoice>,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether it was stopped before all files were read.
    pub interrupted: bool,
}

impl UpdateSummary {
    /// Whether a file, the rest of one, a root or a stream was left out.
    pub fn lacks_files(&self) -> bool {
        let lacks_sources = !self.vanished.is_empty() || self.kept_stream.is_some();
        lacks_sources || !self.skipped.is_empty() || !self.in_part.is_empty()
    }

    /// Whether anything was left out or could not be read.
    pub fn is_partial(&self) -> bool {
        self.lacks_files() || self.bad_records > 0
    }
}
