//! One segment instead of many, without what was deleted.
//!
//! The engine merges; the commit stays what it is, with its payload and its
//! list of sources. Passages keep the order they have: nothing is rearranged for
//! speed. Killed at any time, the index is the one before or the one after.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use tantivy::index::SegmentId;
use tantivy::merge_policy::NoMergePolicy;
use tantivy::{Index, IndexWriter, SegmentMeta, TantivyDocument};

use super::checksums;
use super::forward::{self, Merging};
use super::home;
use super::lock::WriterLock;
use super::merge;
use super::meta::{CommitRecord, META_FILE};
use super::request::{Going, Observer, Waiting};
use super::settings::{self, Manifest};
use super::shortcuts;
use super::snapshot::Snapshot;
use super::windows::WindowedDirectory;
use crate::error::{Error, Result};

/// How often progress is told and an interrupt looked for.
const TICK: Duration = Duration::from_millis(100);

/// What an optimization did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OptimizeSummary {
    /// Segments before it.
    pub segments_before: usize,
    /// Segments after it: one, or none in an empty index.
    pub segments_after: usize,
    /// Deleted passages that were dropped.
    pub deleted: u64,
    /// Bytes on disk before it.
    pub bytes_before: u64,
    /// Bytes on disk after it.
    pub bytes_after: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// Merges all segments of the index at `directory` into one and drops deleted
/// passages. It needs as much free space as the index takes. `observer` is told
/// of bytes that are about to be written, and of those that were.
///
/// # Errors
///
/// [`Error::IndexMissing`], [`Error::IndexIncompatible`],
/// [`Error::IndexDamaged`], [`Error::IndexLocked`], [`Error::Interrupted`],
/// [`Error::Io`] and [`Error::Engine`]. The commit stays as good as it was.
pub fn optimize(
    directory: &Path,
    waiting: Waiting,
    observer: &dyn Observer,
) -> Result<OptimizeSummary> {
    let started = Instant::now();
    // Without an index there is nothing to lock.
    Manifest::load(directory)?;
    let mut lock = WriterLock::acquire(directory, waiting)?;
    let snapshot = Snapshot::open(directory)?;
    let manifest = snapshot.manifest();
    checksums::check_heads(directory, manifest)?;
    home::sweep(directory, Some(manifest), &snapshot.info().sources)?;
    let data = directory.join(&manifest.data);
    let deleted = snapshot.segments().iter().map(|s| u64::from(s.max_doc() - s.doc_count())).sum();
    let mut summary = OptimizeSummary {
        segments_before: snapshot.segments().len(),
        segments_after: snapshot.segments().len(),
        deleted,
        bytes_before: home::size_bytes(directory)?,
        ..OptimizeSummary::default()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if summary.segments_before > 1 || deleted > 0 {
        checksums::remove(&data)?;
        let before = files_of_commit(&data)?;
        let progress = Progress { data: &data, before, observer };
        let (index, mut writer) = open_engine(&data)?;
        let ids = index.searchable_segment_ids().map_err(Error::engine("list segments"))?;
        let forwards = Merging::begin(directory, &ids)?;
        let merged;
        (merged, lock) = merge(&mut writer, &ids, lock, &progress)?;
        let merged = match merged {
            Ok(merged) => merged,
            Err(error) => {
                drop(writer);
                // Gives a full disk its space back; the error is what counts.
                let _ = home::sweep_failure(directory)
                    .and_then(|()| checksums::ensure(directory, manifest));
                return Err(error);
            }
        };
        // The engine renames `meta.json` and leaves the directory unsynced.
        settings::sync_directory(&data).map_err(Error::io("sync", &data))?;
        writer.garbage_collect_files().wait().map_err(Error::engine("remove merged segments"))?;
        writer.wait_merging_threads().map_err(Error::engine("merge segments"))?;
        if let (Some(forwards), Some(merged)) = (forwards, merged) {
            // What fails here is done another way later, and fails aloud there.
            let _ = forwards.finish(directory, merged.id(), threads);
        }
        summary.segments_after = index.searchable_segment_ids().map_or(0, |ids| ids.len());
    }
    forward::add_missing(directory, threads)?;
    shortcuts::add_missing(directory, threads)?;
    checksums::ensure(directory, manifest)?;
    home::sweep(directory, Some(manifest), &snapshot.info().sources)?;
    drop(lock);
    summary.bytes_after = home::size_bytes(directory)?;
    summary.elapsed = started.elapsed();
    Ok(summary)
}

fn open_engine(data: &Path) -> Result<(Index, IndexWriter)> {
    let files = WindowedDirectory::open(data)?;
    let index = Index::open(files).map_err(Error::engine("open its files"))?;
    let writer: IndexWriter<TantivyDocument> = index
        .writer_with_num_threads(1, merge::WRITER_HEAP_BYTES)
        .map_err(Error::engine("open its writer"))?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    Ok((index, writer))
}

/// Merges the segments `ids` and tells how it went, unless it is interrupted. A
/// merge cannot be stopped, only left alone: it then finds, before it changes
/// anything, that its writer is gone. Until that moment
/// it keeps the lock, so that nobody clears away the files it is writing.
fn merge(
    writer: &mut IndexWriter,
    ids: &[SegmentId],
    lock: WriterLock,
    progress: &Progress<'_>,
) -> Result<(Result<Option<SegmentMeta>>, WriterLock)> {
    let merging = writer.merge(ids);
    let (sender, receiver) = mpsc::channel();
    // Where nobody receives any more, this drops the lock.
    std::thread::spawn(move || sender.send((merging.wait(), lock)));
    let mut told = 0;
    progress.begin();
    loop {
        match receiver.recv_timeout(TICK) {
            Ok((merged, lock)) => {
                return Ok((merged.map_err(Error::engine("merge segments")), lock));
            }
            Err(RecvTimeoutError::Timeout) => told = progress.tell(told),
            Err(RecvTimeoutError::Disconnected) => return Err(Error::Interrupted),
        }
        if progress.observer.going() == Going::Stop {
            return Err(Error::Interrupted);
        }
    }
}

/// How far a merge has come, by the bytes of the files that it has made.
struct Progress<'a> {
    data: &'a Path,
    /// The files of the commit, and their bytes.
    before: Vec<(String, u64)>,
    observer: &'a dyn Observer,
}

impl Progress<'_> {
    fn begin(&self) {
        let bytes = self.before.iter().map(|(_, bytes)| bytes).sum();
        self.observer.planned(1, bytes);
    }

    /// Tells what was written beyond the `told` bytes, and returns how much it is.
    fn tell(&self, told: u64) -> u64 {
        let entries = std::fs::read_dir(self.data).into_iter().flatten().flatten();
        let new = entries.filter(|entry| {
            let name = entry.file_name();
            !self.before.iter().any(|(known, _)| name == known.as_str())
        });
        let written: u64 = new.filter_map(|entry| entry.metadata().ok()).map(|m| m.len()).sum();
        self.observer.file_read(self.data, written.saturating_sub(told));
        written.max(told)
    }
}

fn files_of_commit(data: &Path) -> Result<Vec<(String, u64)>> {
    let meta: PathBuf = data.join(META_FILE);
    let commit = CommitRecord::load(&meta).map_err(Error::io("read", &meta))?;
    let size = |name: &String| data.join(name).metadata().map_or(0, |metadata| metadata.len());
    Ok(commit.files().map(|name| (name.clone(), size(&name))).collect())
}
