//! First searches: the index opened anew, its files dropped from the page cache
//! where the system lets us.
//!
//! Only the index's own files are dropped, so that nobody else on the machine
//! pays for it. Whether they were dropped is not taken on trust: every search has
//! to read from the device, and nobody may have the files mapped, since the system
//! keeps what is mapped while it drops the rest.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use excerpt::measure::{BenchQuery, LatencyHistogram, LatencySummary};
use serde::Serialize;

use super::task::Task;
use crate::args::RankingArgs;

/// How many queries are asked cold at most; they are spread over the file.
const MOST_QUERIES: usize = 50;

/// What first searches take.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cold {
    /// How the cache was dropped, or why it was not.
    pub method: String,
    /// Whether it was, as far as can be told: every search read from the device, and
    /// no process that can be looked at had the index mapped.
    pub is_cold: bool,
    /// Bytes that were read from the device, all queries together.
    pub device_bytes: Option<u64>,
    /// From opening the index to ranked addresses.
    pub latency: LatencySummary,
    /// The same with the page cache as it was: what the process does anew, and
    /// not the device.
    pub kept: LatencySummary,
}

/// Times first searches over a sample of `queries`.
pub fn measure(
    directory: &Path,
    ranking: &RankingArgs,
    limit: usize,
    queries: &[BenchQuery],
) -> Result<Cold> {
    let files = files_below(directory)
        .with_context(|| format!("cannot list the files of `{}`", directory.display()))?;
    let first_search = |query: &BenchQuery| -> Result<Duration> {
        let started = Instant::now();
        let task = Task::open(directory, ranking, limit)?;
        let found = std::hint::black_box(task.answer(query));
        let elapsed = started.elapsed();
        found?;
        Ok(elapsed)
    };
    let (mut kept, mut latencies) = (LatencyHistogram::new(), LatencyHistogram::new());
    let sample = || queries.iter().step_by(queries.len().div_ceil(MOST_QUERIES).max(1));
    for query in sample() {
        kept.record(first_search(query)?);
    }
    let mut dropped = true;
    let mut is_mapped = false;
    // What each search read, where the system says it of all.
    let mut read: Option<Vec<u64>> = Some(Vec::new());
    for query in sample() {
        dropped &= files.iter().all(|file| drop_cached(file));
        is_mapped = is_mapped || is_mapped_by_any(directory);
        let before = device_bytes();
        latencies.record(first_search(query)?);
        let bytes = device_bytes().zip(before).map(|(after, before)| after - before);
        read = read.zip(bytes).map(|(mut read, bytes)| {
            read.push(bytes);
            read
        });
    }
    is_mapped = is_mapped || is_mapped_by_any(directory);
    let (method, is_cold) = verdict(dropped, is_mapped, read.as_deref());
    let device_bytes = read.map(|read| read.iter().sum());
    let (latency, kept) = (LatencySummary::of(&[latencies]), LatencySummary::of(&[kept]));
    Ok(Cold { method: method.to_owned(), is_cold, device_bytes, latency, kept })
}

/// How the cache was dropped, or why it was not; and whether it was.
fn verdict(dropped: bool, is_mapped: bool, read: Option<&[u64]>) -> (&'static str, bool) {
    match read {
        _ if !dropped => ("the page cache could not be dropped: warm opens", false),
        _ if is_mapped => (
            "the page cache keeps what another process has mapped of the index: warm opens in part",
            false,
        ),
        None => ("the page cache was asked to drop the index; whether it did is not known", false),
        Some(read) if read.iter().all(|&bytes| bytes == 0) => {
            ("the page cache was asked to drop the index and kept it: warm opens", false)
        }
        Some(read) if read.contains(&0) => (
            "the page cache was asked to drop the index and kept it for some queries: warm opens \
             in part",
            false,
        ),
        Some(_) => ("the index was dropped from the page cache (posix_fadvise)", true),
    }
}

/// Whether a process has files of `directory` mapped, of those that this one may
/// look at.
fn is_mapped_by_any(directory: &Path) -> bool {
    let (Ok(directory), Ok(processes)) = (directory.canonicalize(), fs::read_dir("/proc")) else {
        return false;
    };
    let below = format!(" {}/", directory.display());
    processes.flatten().any(|process| {
        let maps = fs::read(process.path().join("maps")).unwrap_or_default();
        String::from_utf8_lossy(&maps).contains(&below)
    })
}

fn files_below(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

/// Asks the system to drop what it has cached of a file; whether it agreed.
#[cfg(target_os = "linux")]
fn drop_cached(path: &Path) -> bool {
    use rustix::fs::{Advice, fadvise};
    let Ok(file) = File::open(path) else { return false };
    // Pages that are not written yet cannot be dropped.
    let _ = file.sync_all();
    fadvise(&file, 0, None, Advice::DontNeed).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn drop_cached(path: &Path) -> bool {
    let _ = File::open(path);
    false
}

/// How many bytes this process has had read from devices; `None` where the
/// system does not say.
fn device_bytes() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/io").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("read_bytes:"))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any byte that any of the queries read made all of them cold.
    #[test]
    fn cold_is_what_reads_from_the_device_for_every_query() {
        for (dropped, is_mapped, read, expected) in [
            (true, false, Some(&[8, 4096][..]), true),
            (true, false, Some(&[0, 4096]), false),
            (true, false, Some(&[0, 0]), false),
            (true, true, Some(&[8, 4096]), false),
            (false, false, Some(&[8, 4096]), false),
            (true, false, None, false),
        ] {
            let (method, is_cold) = verdict(dropped, is_mapped, read);
            assert_eq!(is_cold, expected, "{method}");
        }
    }
}
