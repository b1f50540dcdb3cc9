//! Whether passages still stand in their files where they stood.
//!
//! Looked at when a passage is printed, not when it is searched for. The bytes
//! at its span decide, and the line ends before it; where they are others, the file
//! is read again and the passage looked for by its hash. Of a compressed file size and
//! time decide first. Each file is opened once, and read again once,
//! for all the passages that are looked up together. Where single words stand is
//! for [`super::spans`] to find.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8};
use rustc_hash::FxHashMap;

use super::ingest::read_options;
use super::snapshot::Snapshot;
use super::sources::{Root, SourceKey};
use super::spans::TRACE_BYTES;
use crate::corpus::{self, FileMeta, ReadOptions, SNIFF_BYTES, Skip};
use crate::document::{Coordinates, Document};
use crate::error::refusal::Refusal;
use crate::error::{Error, Result};
use crate::passage::{AtLine, ByteSpan, ContentHash, LineSpan, Passage, Placed};
use crate::split::{Passages, Splitter};

/// A file larger than this, or what lies beyond in the text of a compressed one, is not
/// read again to find where a passage went, where its words stand, or whether its bytes
/// are the same.
pub(super) const REREAD_BYTES: u64 = 64 << 20;

/// The line ends before a passage are counted without more ado where it begins within
/// this; to ask the list of sources whether the file was changed takes about as long.
const COUNTED_BYTES: u64 = 1 << 20;

/// So many files are kept open; then all are closed. Below what systems let a
/// process have, of which 256 is the least in common use.
const MOST_OPEN: usize = 128;

/// Whether a passage still stands where it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Its bytes are at its span, and on its lines as far as is known: in a file that was
    /// changed and is too large to be read again they are not counted everywhere.
    Current,
    /// Its bytes are elsewhere in the file by now, or on other lines.
    Moved {
        /// Where.
        span: ByteSpan,
        /// On which lines.
        lines: LineSpan,
    },
    /// Its bytes are not in the file any more; or it is not known that they are, since
    /// the file is another and too large to look for them.
    Changed,
    /// The file is gone.
    Missing,
    /// The file is there, and cannot be read: see [`SourceFiles::refused`].
    Unreadable,
}

/// The files that the passages of a commit came from, as they are now.
pub struct SourceFiles<'s> {
    snapshot: &'s Snapshot,
    base: PathBuf,
    /// How files are read, once one is read again.
    roots: Option<Vec<Root>>,
    /// How much may still be read again to find where words stand.
    pub(super) left_to_trace: u64,
    /// Those that were opened, and what is known of passages of the others.
    files: FxHashMap<SourceKey, Result<SourceFile, Freshness>>,
    refused: Option<Error>,
}

struct SourceFile {
    file: File,
    /// Where its passages stand, once it was read again.
    places: Option<Places>,
    /// The encoding it is in, once that was asked for.
    encoding: Option<&'static Encoding>,
    /// Whether it looks as it did when it was indexed, once that was asked for.
    looks_the_same: Option<bool>,
    /// Whether its bytes are those that were indexed, once that was asked for.
    has_same_bytes: Option<bool>,
}

impl SourceFile {
    /// An open file of which nothing is known.
    fn new(file: File) -> Self {
        let (places, encoding) = (None, None);
        Self { file, places, encoding, looks_the_same: None, has_same_bytes: None }
    }
}

/// Where passages stand, by their hashes.
type Places = FxHashMap<ContentHash, Vec<(ByteSpan, LineSpan)>>;

impl<'s> SourceFiles<'s> {
    /// The files of `snapshot`, none of them opened yet.
    pub fn new(snapshot: &'s Snapshot) -> Self {
        let base = snapshot.base_directory();
        let files = FxHashMap::default();
        Self { snapshot, base, roots: None, left_to_trace: TRACE_BYTES, files, refused: None }
    }

    /// The file of `source`; `None` where it is gone, cannot be read or is no
    /// file, as standard input is none.
    pub fn file(&mut self, source: &SourceKey) -> Option<&File> {
        self.open(source).map(|open| &open.file)
    }

    /// The encoding that the file of `source` is in; UTF-8 where that cannot be
    /// told.
    pub fn encoding(&mut self, source: &SourceKey) -> &'static Encoding {
        let path = source.path(&self.base);
        let Some(open) = self.open(source) else { return UTF_8 };
        let file = &open.file;
        open.encoding.get_or_insert_with(|| {
            head(file).ok().and_then(|head| corpus::encoding_of(&path, &head)).unwrap_or(UTF_8)
        })
    }

    /// Whether `passage` still stands in the file of `source`. A passage from
    /// standard input always does.
    ///
    /// It is known by its bytes alone, not by its document's id: that of a record
    /// without one is its line, which moves with it.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`] where it cannot be told how the file was
    /// read.
    pub fn freshness(&mut self, source: &SourceKey, passage: &Passage) -> Result<Freshness> {
        if *source == SourceKey::stdin() {
            // Nothing to compare with: a stream is what it was.
            return Ok(Freshness::Current);
        }
        let file = match self.look(source) {
            Ok(open) => &open.file,
            Err(freshness) => return Ok(freshness),
        };
        let is_compressed = passage.coordinates == Coordinates::Decompressed;
        let on_its_lines = match is_compressed {
            // It has no bytes of its own to look at.
            true => Some(self.looks_the_same(source)? || self.has_same_bytes(source)?),
            false if holds(file, passage) => self.has_its_lines(source, passage)?,
            false => Some(false),
        };
        if on_its_lines == Some(true) {
            return Ok(Freshness::Current);
        }
        let SourceFile { file, places, .. } = match self.look(source) {
            Ok(open) => open,
            Err(freshness) => return Ok(freshness),
        };
        if let Some(places) = places {
            return Ok(find(places, passage));
        }
        match file.metadata() {
            Ok(metadata) if metadata.len() <= REREAD_BYTES => {
                let Some(places) = self.places(source)? else { return Ok(Freshness::Unreadable) };
                let freshness = find(&places, passage);
                if let Some(open) = self.open(source) {
                    open.places = Some(places);
                }
                Ok(freshness)
            }
            // Too large to look for it; its lines are the only doubt.
            Ok(_) if on_its_lines.is_none() => Ok(Freshness::Current),
            Ok(_) => Ok(Freshness::Changed),
            Err(error) => {
                let refused = Error::io("read", source.path(&self.base))(error);
                self.refused.get_or_insert(refused);
                Ok(Freshness::Unreadable)
            }
        }
    }

    /// The passages on line `line` (from 1) of the file of `source` as it is by now, by
    /// their hashes, in order: the one that began before it and goes on there, and those
    /// that begin there. Where the line belongs to none, the next one, else the last.
    /// `None` where no passage was found to stand elsewhere than before, so that the
    /// index knows the lines.
    pub fn at_line(&mut self, source: &SourceKey, line: u64) -> Option<Vec<Placed<ContentHash>>> {
        let places = self.open(source)?.places.as_ref()?;
        let mut at_line = AtLine::new(line);
        for (&what, stands) in places {
            for &(span, lines) in stands {
                at_line.offer((lines.start, span.start), Placed { what, span, lines });
            }
        }
        let Ok(found) = at_line.find(Ok::<_, Infallible>);
        Some(found)
    }

    /// What the system said where it did not let a file be read, the first time.
    pub fn refused(&self) -> Option<&Error> {
        self.refused.as_ref()
    }

    fn open(&mut self, source: &SourceKey) -> Option<&mut SourceFile> {
        self.look(source).ok()
    }

    /// The file of `source`; where it cannot be read, what that says of its passages.
    fn look(&mut self, source: &SourceKey) -> Result<&mut SourceFile, Freshness> {
        if self.files.len() >= MOST_OPEN && !self.files.contains_key(source) {
            self.files.clear();
        }
        let (base, refused) = (&self.base, &mut self.refused);
        let opened = || {
            if *source == SourceKey::stdin() {
                return Err(Freshness::Missing);
            }
            let path = source.path(base);
            match open_file(&path) {
                Ok(Some(file)) => Ok(SourceFile::new(file)),
                Ok(None) => Err(Freshness::Missing),
                Err(refusal) => {
                    refused.get_or_insert_with(|| refusal.into_error(&path));
                    Err(Freshness::Unreadable)
                }
            }
        };
        self.files
            .entry(source.clone())
            .or_insert_with(opened)
            .as_mut()
            .map_err(|freshness| *freshness)
    }

    /// Whether `passage`, whose bytes stand where they stood in the file of `source`,
    /// is still on its lines: a paragraph before it that was filled anew can be as long
    /// as it was. `None` where that is not known.
    fn has_its_lines(&mut self, source: &SourceKey, passage: &Passage) -> Result<Option<bool>> {
        let start = passage.span.start;
        if start > COUNTED_BYTES && self.looks_the_same(source)? {
            return Ok(Some(true));
        }
        let Some(SourceFile { file, .. }) = self.open(source) else { return Ok(None) };
        let Some(before) = (start <= REREAD_BYTES).then(|| line_ends(file, start).ok()).flatten()
        else {
            return Ok(None);
        };
        if before + 1 == passage.lines.start || self.looks_the_same(source)? {
            return Ok(Some(true));
        }
        // In UTF-16 a line end's byte can be half of another character.
        Ok(self.encoding(source).is_ascii_compatible().then_some(false))
    }

    /// Whether the file of `source` has the size and the time that it had when it was
    /// indexed. What else is known of it changes where it is copied or restored as it
    /// was.
    fn looks_the_same(&mut self, source: &SourceKey) -> Result<bool> {
        let Some(SourceFile { file, looks_the_same, .. }) = self.open(source) else {
            return Ok(false);
        };
        if let Some(known) = *looks_the_same {
            return Ok(known);
        }
        let Ok(now) = file.metadata().map(|metadata| FileMeta::of(&metadata)) else {
            return Ok(false);
        };
        let record = self.snapshot.source(source)?;
        let is_same = |then: FileMeta| (then.size, then.mtime_ns) == (now.size, now.mtime_ns);
        let looks_the_same = record.is_some_and(|record| is_same(record.meta));
        if let Some(open) = self.open(source) {
            open.looks_the_same = Some(looks_the_same);
        }
        Ok(looks_the_same)
    }

    /// Whether the file of `source`, of which the time says nothing, has the bytes that it
    /// had: to hash those of a compressed file takes a small part of what reading its
    /// text does.
    fn has_same_bytes(&mut self, source: &SourceKey) -> Result<bool> {
        let path = source.path(&self.base);
        let Some(SourceFile { file, has_same_bytes, .. }) = self.open(source) else {
            return Ok(false);
        };
        if let Some(known) = *has_same_bytes {
            return Ok(known);
        }
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let record = self.snapshot.source(source)?;
        let is_same =
            size <= REREAD_BYTES && record.is_some_and(|record| record.has_bytes_of(&path, size));
        if let Some(open) = self.open(source) {
            open.has_same_bytes = Some(is_same);
        }
        Ok(is_same)
    }

    /// Where the passages of `source` stand by now; nothing where the system does not let
    /// its file be read.
    fn places(&mut self, source: &SourceKey) -> Result<Option<Places>> {
        let mut places = Places::default();
        let skip = self.read_again(source, &mut |_, passages| {
            for passage in passages {
                let places = places.entry(passage.content_hash).or_default();
                places.push((passage.span, passage.lines));
            }
            ControlFlow::Continue(())
        })?;
        if let Some(Skip::Unreadable(why)) = skip {
            let refused = Error::io("read", source.path(&self.base))(io::Error::other(why));
            self.refused.get_or_insert(refused);
            return Ok(None);
        }
        Ok(Some(places))
    }

    /// Reads and splits the file of `source` as it was read first, as far as its text has
    /// [`REREAD_BYTES`], however it is compressed. Says why it, or the rest of it, was left
    /// out.
    pub(super) fn read_again(
        &mut self,
        source: &SourceKey,
        take: &mut dyn FnMut(&Document<'_>, Passages<'_>) -> ControlFlow<()>,
    ) -> Result<Option<Skip>> {
        let roots = match self.roots.take() {
            Some(roots) => roots,
            None => self.snapshot.roots()?,
        };
        let options =
            ReadOptions { max_decompressed_bytes: REREAD_BYTES, ..read_options(&roots, source) };
        self.roots = Some(roots);
        let mut splitter = Splitter::new(self.snapshot.manifest().settings.split)?;
        let path = source.path(&self.base);
        let outcome = corpus::read_file(&path, source.as_str(), &options, &mut |document| {
            take(&document, splitter.split(&document))
        });
        Ok(outcome.skip)
    }
}

/// Opens the file at `path`; nothing where there is none.
fn open_file(path: &Path) -> Result<Option<File>, Refusal> {
    // Opening a pipe that took the file's place would wait for its other end.
    let opened = match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Ok(None),
        Ok(_) => File::open(path),
        Err(error) => Err(error),
    };
    match opened {
        Ok(file) => Ok(Some(file)),
        Err(error) => Refusal::of(&error).map_or(Ok(None), Err),
    }
}

/// Whether the bytes at the span of `passage` are its own. Holds none of them: a damaged
/// index says any number.
fn holds(mut file: &File, passage: &Passage) -> bool {
    let mut hasher = blake3::Hasher::new();
    let read = file
        .seek(SeekFrom::Start(passage.span.start))
        .and_then(|_| io::copy(&mut file.take(passage.span.len()), &mut hasher));
    read.is_ok() && ContentHash::of_all(&hasher) == passage.content_hash
}

/// How many line ends there are in the first `len` bytes of `file`.
fn line_ends(mut file: &File, len: u64) -> io::Result<u64> {
    file.rewind()?;
    let mut before = BufReader::new(file.take(len));
    let mut count = 0;
    loop {
        let bytes = before.fill_buf()?;
        if bytes.is_empty() {
            return Ok(count);
        }
        count += memchr::memchr_iter(b'\n', bytes).count() as u64;
        let used = bytes.len();
        before.consume(used);
    }
}

/// The beginning of `file`, by which its encoding is told.
fn head(mut file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(SNIFF_BYTES);
    file.rewind()?;
    file.take(SNIFF_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Of several equal passages the one nearest to the old place is meant.
fn find(places: &Places, passage: &Passage) -> Freshness {
    let places = places.get(&passage.content_hash).into_iter().flatten();
    match places.min_by_key(|(span, _)| span.start.abs_diff(passage.span.start)) {
        Some(&place) if place == (passage.span, passage.lines) => Freshness::Current,
        Some(&(span, lines)) => Freshness::Moved { span, lines },
        None => Freshness::Changed,
    }
}
