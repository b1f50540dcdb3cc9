//! The index directory: made, recognised, swept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::checksums;
use super::draft;
use super::lock::LOCK_FILE;
use super::meta::{self, CommitRecord, ENGINE_FILES, META_FILE};
use super::settings::{MANIFEST_FILE, Manifest};
use crate::corpus::INDEX_DATA_PREFIX;
use crate::error::{Error, Result};

const SOURCES_PREFIX: &str = "sources-";

/// The name of the list of sources of the commit `opstamp`.
pub(super) fn sources_name(opstamp: u64) -> String {
    format!("{SOURCES_PREFIX}{opstamp}.jsonl")
}

/// Makes `directory` ready for an index: creates it, or recognises what is in
/// it as ours, be it whole or what a killed creation left.
///
/// # Errors
///
/// [`Error::IndexForeign`] where it holds anything else.
pub(super) fn claim(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
    if directory.join(MANIFEST_FILE).exists() {
        return Ok(());
    }
    let mut is_empty = true;
    for path in children(directory)? {
        let name = file_name(&path);
        // Another writer may be about to put a manifest there.
        let is_head = [LOCK_FILE, MANIFEST_FILE].contains(&&*name) || is_draft_of_manifest(&name);
        if !is_head && !is_data_directory(&path)? {
            return Err(Error::IndexForeign { path: directory.to_owned() });
        }
        is_empty = false;
    }
    // Every writer makes it before all else.
    if is_empty || directory.join(LOCK_FILE).exists() {
        return Ok(());
    }
    Err(Error::IndexForeign { path: directory.to_owned() })
}

/// Creates a data directory beside those that are there and returns its name.
pub(super) fn create_data(directory: &Path) -> Result<String> {
    let mut number = 1;
    loop {
        let name = format!("{INDEX_DATA_PREFIX}{number}");
        let path = directory.join(&name);
        match fs::create_dir(&path) {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(Error::io("create", path)(error)),
        }
    }
}

/// Removes what killed or finished writers left: data directories that the
/// manifest does not name, lists of sources and segments that the last commit does
/// not name, drafts of atomic writes. What may be somebody else's stays. A list of
/// deletions has to go too before the next writer gives one the same name: the engine
/// refuses to write it twice. Only the holder of the writer lock may call it, while the
/// engine's writer is closed.
pub(super) fn sweep(directory: &Path, manifest: Option<&Manifest>, sources: &str) -> Result<()> {
    let data = manifest.map(|manifest| manifest.data.as_str());
    sweep_beside(directory, data)?;
    data.map_or(Ok(()), |data| sweep_within(&directory.join(data), sources))
}

/// As [`sweep`], for a writer that puts another index in the place of the one that is
/// there, and need not understand that: its data stays as it is. Where the manifest
/// cannot be read, all of it may be in force.
pub(super) fn sweep_for_rebuild(directory: &Path) -> Result<()> {
    match Manifest::data_of(directory) {
        Ok(data) => sweep_beside(directory, data.as_deref()),
        Err(Error::IndexDamaged { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Removes what a writer left that failed: all but what is in force on disk, whatever
/// the writer was about to put in its place. `begun` is the data directory that it made,
/// if it did.
pub(super) fn sweep_failure(directory: &Path, begun: Option<&str>) -> Result<()> {
    let data = match Manifest::data_of(directory) {
        Ok(data) => data,
        // What it named was there before.
        Err(Error::IndexDamaged { .. }) => {
            return begun.map_or(Ok(()), |begun| remove_directory(&directory.join(begun)));
        }
        Err(error) => return Err(error),
    };
    sweep_beside(directory, data.as_deref())?;
    // Nothing was ever in force.
    let Some(data) = data else { return Ok(()) };
    // What another version wrote stays as it is.
    Manifest::load(directory)?;
    let data = directory.join(data);
    let meta = data.join(META_FILE);
    let commit = CommitRecord::load(&meta).map_err(Error::io("read", &meta))?;
    let info = commit.info().map_err(|error| Error::io("read", &meta)(error.into()))?;
    sweep_within(&data, &info.sources)
}

/// Removes the data directories in `directory` but for `kept`, and the draft of a manifest.
fn sweep_beside(directory: &Path, kept: Option<&str>) -> Result<()> {
    for path in children(directory)? {
        if is_draft_of_manifest(&file_name(&path)) {
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        } else if kept != Some(&*file_name(&path)) && is_data_directory(&path)? {
            remove_directory(&path)?;
        }
    }
    Ok(())
}

fn sweep_within(data: &Path, sources: &str) -> Result<()> {
    // Without a commit that can be read nothing is known to be left over.
    let commit = CommitRecord::load(&data.join(META_FILE)).ok();
    for path in children(data)? {
        let name = file_name(&path);
        let stale_list = name.starts_with(SOURCES_PREFIX) && name != sources;
        let stale_segment = commit.as_ref().is_some_and(|commit| commit.disowns(&name));
        if stale_list || stale_segment || name.starts_with(".tmp") {
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
    }
    Ok(())
}

fn remove_directory(path: &Path) -> Result<()> {
    fs::remove_dir_all(path).map_err(Error::io("remove", path))
}

/// The directory of the index whose data `file` is part of.
pub(super) fn index_of(file: &Path) -> &Path {
    file.ancestors().nth(2).unwrap_or(file)
}

/// How many bytes the index at `directory` takes on disk.
///
/// # Errors
///
/// [`Error::Io`] where a directory cannot be read.
pub fn size_bytes(directory: &Path) -> Result<u64> {
    walkdir::WalkDir::new(directory)
        .into_iter()
        .map(|entry| entry.and_then(|entry| entry.metadata()))
        // A merge may take a file away between listing and looking.
        .filter(|metadata| !matches!(metadata, Err(error) if is_gone(error)))
        .map(|metadata| match metadata {
            Ok(metadata) if metadata.is_file() => Ok(metadata.len()),
            Ok(_) => Ok(0),
            Err(error) => Err(Error::io("read", directory)(error.into())),
        })
        .sum()
}

fn is_gone(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn is_draft_of_manifest(name: &str) -> bool {
    name.strip_prefix(draft::PREFIX) == Some(MANIFEST_FILE)
}

/// Whether `path` is a data directory, by its name and by those of all that is in it: so
/// may a person call a folder too.
fn is_data_directory(path: &Path) -> Result<bool> {
    let name = file_name(path);
    let number = name.strip_prefix(INDEX_DATA_PREFIX).unwrap_or_default();
    let is_named_so = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    // A link to a directory is none that a writer made.
    if !is_named_so || !path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(false);
    }
    let files = children(path)?;
    // Others name files by a hash too, but nobody else has these beside them.
    let has_lists = files.iter().any(|path| is_of_lists(&file_name(path)));
    let is_ours = |path: &PathBuf| {
        let name = file_name(path);
        !path.is_dir() && (is_of_lists(&name) || has_lists && meta::is_of_segment(&name))
    };
    Ok(files.iter().all(is_ours))
}

/// Whether `name` is that of a file of a data directory that is of no segment.
fn is_of_lists(name: &str) -> bool {
    // The engine's locks, and drafts, the engine's among them.
    let prefixes = [".tantivy-", ".tmp", SOURCES_PREFIX, checksums::PREFIX];
    [META_FILE, ENGINE_FILES].contains(&name)
        || prefixes.iter().any(|prefix| name.starts_with(prefix))
}

fn children(directory: &Path) -> Result<Vec<PathBuf>> {
    fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(Error::io("read", directory))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory_of(files: &[&str]) -> io::Result<tempfile::TempDir> {
        let directory = tempfile::tempdir()?;
        for name in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            fs::write(path, "precious")?;
        }
        Ok(directory)
    }

    /// A folder of a person's folders `data-raw` and `data-2023` was taken for what a
    /// killed creation had left, and emptied.
    #[test]
    fn a_foreign_directory_is_never_taken_for_ours() -> io::Result<()> {
        for files in [
            &["thesis.txt"][..],
            &["data-raw/a.csv", "data-2023/b.csv"],
            &["data-2023/b.csv"],
            &["data-1/meta.json"],
            &["data-1"],
            &["writer.lock", "data-raw/meta.json"],
            &["writer.lock", "data-1/meta.json", "data-1/b.csv"],
            &["writer.lock", "data-1/.tmp/b.csv"],
            &["writer.lock", "data-2023/0f0452c75eb54affb6b930f6d9d7fb63.jpg"],
            &["writer.lock", "data-1/b.csv", "data-2/meta.json"],
        ] {
            let directory = directory_of(files)?;
            let claimed = claim(directory.path());
            assert!(matches!(claimed, Err(Error::IndexForeign { .. })), "{files:?}: {claimed:?}");
        }
        Ok(())
    }

    /// Beside a manifest every folder went whose name begins like one of ours.
    #[test]
    fn nothing_is_swept_that_may_be_a_persons() -> io::Result<()> {
        let files = ["data-raw/meta.json", "data-2023/b.csv", "data-/b", "data-7", "data-8/.tmp/b"];
        let directory = directory_of(&files)?;
        fs::create_dir(directory.path().join("data-3"))?;
        assert!(sweep(directory.path(), None, "").is_ok());
        for name in files {
            assert_eq!(fs::read(directory.path().join(name))?, b"precious", "{name}");
        }
        assert!(!directory.path().join("data-3").exists());
        Ok(())
    }

    #[test]
    fn what_a_killed_creation_left_is_taken_over() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        fs::write(directory.path().join("writer.lock"), "process 1")?;
        fs::write(directory.path().join(".tmp-excerpt.json"), "{")?;
        fs::create_dir(directory.path().join("data-1"))?;
        assert!(claim(directory.path()).is_ok());
        assert!(sweep(directory.path(), None, "").is_ok());
        assert!(!directory.path().join("data-1").exists());
        // It was never removed.
        assert!(!directory.path().join(".tmp-excerpt.json").exists());
        Ok(())
    }
}
