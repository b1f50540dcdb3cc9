//! Makes the shortcuts of segments, in memory that hardly grows with them.
//!
//! All lists are looked through, one at a time ([`Heights`]). Then the tokens of
//! all passages are, a share of them at a time, and what stands beside what goes
//! to disk ([`Rows`]), from where it is put together by list while the file is
//! written ([`Content`]).

use std::io;
use std::ops::Range;
use std::path::Path;

use tantivy::directory::MmapDirectory;

use super::content::Content;
use super::gather::{Roles, Row};
use super::heights::Heights;
use super::lists::Dictionary;
use super::rows::Rows;
use crate::error::{Error, Result};
use crate::index::checksums;
use crate::index::draft::{Draft, Scratch};
use crate::index::forward::Forward;
use crate::index::list_reader::ListFile;
use crate::index::segment::OpenSegment;
use crate::index::settings::SideFiles;
use crate::index::snapshot::Snapshot;

/// A segment of fewer passages is searched in microseconds anyway.
const MIN_PASSAGES: u32 = 4096;

/// A share of the passages has about so many bytes of tokens. A row of them is
/// smaller, and each thread holds two or three, and while it makes one up to four
/// times these bytes. Chosen by hand; in tests so small that there are many.
const SHARE_BYTES: u64 = if cfg!(test) { 1 << 13 } else { 2 << 20 };

/// There are about so many shares at most: each row is read through a window of
/// its own.
const MAX_SHARES: u64 = 1024;

/// So many shares are looked for in one map of where the tokens of passages are, which
/// takes eight bytes for each. Chosen by hand.
const SHARES_AT_A_TIME: usize = if cfg!(test) { 2 } else { 32 };

/// Makes the shortcuts of the segments of the last commit that have none and are
/// worth it. Only the holder of the writer lock may call it.
///
/// # Errors
///
/// [`Error::IndexDamaged`] where a segment cannot be read, [`Error::Io`] where a
/// file cannot be written.
pub(in crate::index) fn add_missing(directory: &Path, threads: usize) -> Result<()> {
    // Opened anew for each, so that what was read of one segment is mapped no more
    // when the next one is read.
    for ordinal in 0.. {
        let snapshot = Snapshot::open(directory)?;
        let Some(segment) = snapshot.segments().get(ordinal) else { break };
        if segment.max_doc() >= MIN_PASSAGES && segment.shortcuts()?.is_none() {
            build(&snapshot, segment, threads)?;
        }
    }
    Ok(())
}

/// Writes the shortcuts of `segment`; all of them only where it has a forward file.
pub(super) fn build(snapshot: &Snapshot, segment: &OpenSegment, threads: usize) -> Result<()> {
    let damaged = |error: io::Error| segment.damaged(error);
    let (directory, field) = (snapshot.data_directory(), snapshot.fields().text);
    let Some(text) = segment.field(field)? else { return Ok(()) };
    let passages = segment.max_doc();
    let mut dictionary = Dictionary::read(&text.dictionary, passages).map_err(damaged)?;
    let name = segment.shortcuts_file();
    let failed = |error| Error::io("write", directory.join(&name))(error);
    let rows = match snapshot.manifest().settings.side_files {
        SideFiles::Compact => {
            dictionary.keep_peaks_alone();
            None
        }
        SideFiles::All => {
            let tokens = Tokens { directory, name: &segment.forward_file(), passages };
            let Some(forward) = tokens.open().map_err(damaged)? else { return Ok(()) };
            let scratch = Scratch::new(directory, &format!("{name}.rows"));
            Some(gather(&dictionary, &tokens, forward, scratch, threads).map_err(failed)?)
        }
    };
    let Dictionary { listed, .. } = dictionary;
    let lengths = text.lengths.as_ref();
    let tokens = segment.again()?.count_text_tokens()?;
    // As the engine takes it to be: what is best in a block of a pair's list is read
    // back under that.
    let average = text.token_count as f32 / passages.max(1) as f32;
    let file = ListFile::new(snapshot, segment, field);
    checksums::forget(directory, &name)?;
    let codes = lengths.map_or(&[][..], |lengths| lengths);
    let heights = Heights::of(&file, &listed, (codes, average), threads).map_err(damaged)?;
    let has_documents = rows.is_some() && segment.document_ids()?.is_some();
    let content = Content {
        passages,
        lengths,
        tokens,
        average,
        documents: has_documents.then_some(segment),
        listed: &listed,
        file: &file,
        heights: &heights,
        rows: rows.as_ref().filter(|rows| rows.agree(&listed, &heights)),
    };
    Draft::create(directory, &name).and_then(|draft| content.write(draft)).map_err(failed)
}

/// Puts on disk what stands beside what. `forward` is the file of `tokens`.
fn gather(
    dictionary: &Dictionary,
    tokens: &Tokens<'_>,
    forward: Forward,
    scratch: Scratch,
    threads: usize,
) -> io::Result<Rows> {
    let roles = Roles::of(dictionary, &forward);
    drop(forward);
    let shares = tokens.shares()?;
    let row = |share: usize| {
        let forward = tokens.open()?.ok_or(io::ErrorKind::NotFound)?;
        Ok(Row::gather(&forward, shares[share].clone(), &roles))
    };
    Rows::write(scratch, &roles, shares.len(), threads, row)
}

/// The forward file of a segment of `passages` passages.
struct Tokens<'s> {
    directory: &'s Path,
    name: &'s str,
    passages: u32,
}

impl Tokens<'_> {
    /// Its passages in shares.
    fn shares(&self) -> io::Result<Vec<Range<u32>>> {
        let (mut shares, mut first) = (Vec::new(), 0);
        while first < self.passages {
            let forward = self.open()?.ok_or(io::ErrorKind::NotFound)?;
            shares.extend(forward.shares(first, SHARE_BYTES, MAX_SHARES).take(SHARES_AT_A_TIME));
            first = shares.last().map_or(self.passages, |last: &Range<u32>| last.end);
        }
        Ok(shares)
    }

    /// What was read of a mapped file counts as the process's memory as long as it
    /// is open somewhere, so that each share of the passages opens it anew, and in
    /// a directory of its own, which would give it the same map else.
    fn open(&self) -> io::Result<Option<Forward>> {
        let own = MmapDirectory::open(self.directory).map_err(io::Error::other)?;
        Forward::read(&own, self.directory, self.name, self.passages)
    }
}
