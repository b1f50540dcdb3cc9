//! One segment instead of many, without what was deleted, in an order that is good
//! for searching.
//!
//! The engine merges; the commit stays what it is, with its payload and its
//! list of sources. Where another order pays ([`super::reorder`]), one more commit
//! follows that says the same. Killed at any time, the index is the one before or
//! the one after.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use tantivy::index::SegmentId;
use tantivy::{Index, IndexWriter, SegmentMeta};

use super::check;
use super::checksums;
use super::forward::{self, Merging};
use super::home;
use super::lock::WriterLock;
use super::merge;
use super::meta::{CommitRecord, META_FILE};
use super::reorder::{self, Order, Reordering};
use super::request::{self, Going, Observer, Waiting};
use super::settings::Manifest;
use super::shortcuts;
use super::snapshot::Snapshot;
use super::windows::WindowedDirectory;
use crate::error::{Error, Result};

/// How often progress is told and an interrupt looked for. Chosen by hand; in tests,
/// whose merges take no time, at once.
const TICK: Duration = Duration::from_millis(if cfg!(test) { 0 } else { 100 });

/// What is asked of an optimization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptimizeRequest {
    /// When passages are put in another order.
    pub reordering: Reordering,
    /// Memory for putting them in another order, in bytes.
    pub memory_bytes: u64,
    /// What to do while another process writes.
    pub waiting: Waiting,
}

impl Default for OptimizeRequest {
    fn default() -> Self {
        Self {
            reordering: Reordering::default(),
            memory_bytes: request::DEFAULT_MEMORY_BYTES,
            waiting: Waiting::default(),
        }
    }
}

/// What an optimization did.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OptimizeSummary {
    /// Segments before it.
    pub segments_before: usize,
    /// Segments after it: one, or none in an empty index.
    pub segments_after: usize,
    /// Deleted passages that were dropped.
    pub deleted: u64,
    /// What became of the order of passages.
    pub order: Order,
    /// Bytes on disk before it.
    pub bytes_before: u64,
    /// Bytes on disk after it.
    pub bytes_after: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// Merges all segments of the index at `directory` into one, drops deleted passages
/// and puts the others in another order where that was asked for. It needs as much
/// free space as the index takes. `observer` is told of bytes that are about to be
/// written, and of those that were.
///
/// # Errors
///
/// [`Error::IndexMissing`], [`Error::IndexIncompatible`],
/// [`Error::IndexDamaged`], [`Error::IndexLocked`], [`Error::InvalidOption`],
/// [`Error::Interrupted`], [`Error::Io`] and [`Error::Engine`]. What the index holds
/// stays what it was.
pub fn optimize(
    directory: &Path,
    request: OptimizeRequest,
    observer: &dyn Observer,
) -> Result<OptimizeSummary> {
    let started = Instant::now();
    request::check_memory(request.memory_bytes)?;
    // Without an index there is nothing to lock.
    Manifest::load(directory)?;
    let _lock = WriterLock::acquire(directory, request.waiting)?;
    let snapshot = Snapshot::open(directory)?;
    let manifest = snapshot.manifest().clone();
    checksums::check_heads(directory, &manifest)?;
    home::sweep(directory, Some(&manifest), &snapshot.info().sources)?;
    let deleted = snapshot.segments().iter().map(|s| u64::from(s.max_doc() - s.doc_count())).sum();
    let segments = snapshot.segments().len();
    drop(snapshot);
    let mut summary = OptimizeSummary {
        segments_before: segments,
        segments_after: segments,
        deleted,
        bytes_before: home::size_bytes(directory)?,
        ..OptimizeSummary::default()
    };
    let threads = request::threads_within(request.memory_bytes, None);
    let merged = files_of_commit(&directory.join(&manifest.data))?;
    let merged = if segments > 1 || deleted > 0 { merged } else { Vec::new() };
    let merged_bytes = merged.iter().map(|(_, bytes)| bytes).sum::<u64>();
    let bytes = match request.reordering {
        Reordering::Never => 0,
        Reordering::Auto | Reordering::Always => summary.bytes_before,
    };
    observer.planned(1, merged_bytes + 2 * bytes);
    let make = || -> Result<Order> {
        if !merged.is_empty() {
            summary.segments_after =
                merge_all(directory, &manifest.data, merged, threads, observer)?;
        }
        check::remove_unusable(directory)?;
        forward::add_missing(directory, threads)?;
        let OptimizeRequest { reordering, memory_bytes, .. } = request;
        let order =
            reorder::reorder(directory, reordering, memory_bytes, threads, (observer, bytes))?;
        shortcuts::add_missing(directory, threads)?;
        Ok(order)
    };
    let order = make();
    if order.is_err() {
        clear_up(directory, &manifest);
    }
    summary.order = order?;
    checksums::ensure(directory, &manifest)?;
    let snapshot = Snapshot::open(directory)?;
    home::sweep(directory, Some(&manifest), &snapshot.info().sources)?;
    summary.bytes_after = home::size_bytes(directory)?;
    summary.elapsed = started.elapsed();
    Ok(summary)
}

/// Gives a full disk its space back after a failure, and the commit its checksums. That
/// is the error that counts, not what happens here.
fn clear_up(directory: &Path, manifest: &Manifest) {
    let _ =
        home::sweep_failure(directory, None).and_then(|()| checksums::ensure(directory, manifest));
}

/// Merges all segments of the last commit, whose files are `before`; returns how many
/// there are then.
fn merge_all(
    directory: &Path,
    data: &str,
    before: Vec<(String, u64)>,
    threads: usize,
    observer: &dyn Observer,
) -> Result<usize> {
    check::verify(directory, None, observer)?;
    let data = directory.join(data);
    checksums::remove(&data)?;
    let progress = Progress { data: &data, before, observer };
    let files = WindowedDirectory::open(&data)?;
    let index = Index::open(files.clone()).map_err(Error::engine("open its files"))?;
    let mut writer = merge::open_writer(&index)?;
    let ids = index.searchable_segment_ids().map_err(Error::engine("list segments"))?;
    let forwards = Merging::begin(directory, &ids)?;
    let merged = merge(&mut writer, &ids, &files, &progress)?;
    writer.garbage_collect_files().wait().map_err(Error::engine("remove merged segments"))?;
    writer.wait_merging_threads().map_err(Error::engine("merge segments"))?;
    if let (Some(forwards), Some(merged)) = (forwards, merged) {
        // What fails here is done another way later, and fails aloud there.
        let _ = forwards.finish(directory, merged.id(), threads);
    }
    Ok(index.searchable_segment_ids().map_or(0, |ids| ids.len()))
}

/// Merges the segments `ids`, whose `files` are the engine's, and tells how it goes.
/// The engine does not let a merge be stopped; when it is interrupted, nothing of it
/// can be written any more, and so it ends.
fn merge(
    writer: &mut IndexWriter,
    ids: &[SegmentId],
    files: &WindowedDirectory,
    progress: &Progress<'_>,
) -> Result<Option<SegmentMeta>> {
    let merging = writer.merge(ids);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || sender.send(merging.wait()));
        let (mut told, mut going) = (0, Going::On);
        loop {
            if going == Going::On && progress.observer.going() == Going::Stop {
                going = Going::Stop;
                files.refuse_writes();
            }
            match receiver.recv_timeout(TICK) {
                Err(RecvTimeoutError::Timeout) => told = progress.tell(told),
                _ if going == Going::Stop => return Err(Error::Interrupted),
                Ok(merged) => return merged.map_err(Error::engine("merge segments")),
                Err(RecvTimeoutError::Disconnected) => return Err(Error::Interrupted),
            }
        }
    })
}

/// How far a merge has come, by the bytes of the files that it has made.
struct Progress<'a> {
    data: &'a Path,
    /// The files of the commit, and their bytes.
    before: Vec<(String, u64)>,
    observer: &'a dyn Observer,
}

impl Progress<'_> {
    /// Tells what was written beyond the `told` bytes, and returns how much it is.
    fn tell(&self, told: u64) -> u64 {
        let entries = std::fs::read_dir(self.data).into_iter().flatten().flatten();
        let new = entries.filter(|entry| {
            let name = entry.file_name();
            !self.before.iter().any(|(known, _)| name == known.as_str())
        });
        let written: u64 = new.filter_map(|entry| entry.metadata().ok()).map(|m| m.len()).sum();
        self.observer.advanced(self.data, written.saturating_sub(told));
        written.max(told)
    }
}

fn files_of_commit(data: &Path) -> Result<Vec<(String, u64)>> {
    let meta: PathBuf = data.join(META_FILE);
    let commit = CommitRecord::load(&meta).map_err(Error::io("read", &meta))?;
    let size = |name: &String| data.join(name).metadata().map_or(0, |metadata| metadata.len());
    Ok(commit.files().map(|name| (name.clone(), size(&name))).collect())
}
