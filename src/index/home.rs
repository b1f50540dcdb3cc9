//! The index directory: made, recognised, swept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::draft;
use super::lock::LOCK_FILE;
use super::meta::{CommitRecord, META_FILE};
use super::settings::{MANIFEST_FILE, Manifest};
use crate::error::{Error, Result};

const DATA_PREFIX: &str = "data-";
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
    for entry in fs::read_dir(directory).map_err(Error::io("read", directory))? {
        let entry = entry.map_err(Error::io("read", directory))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name == LOCK_FILE
            || name == format!("{}{MANIFEST_FILE}", draft::PREFIX)
            || name.starts_with(DATA_PREFIX);
        if !ours {
            return Err(Error::IndexForeign { path: directory.to_owned() });
        }
    }
    Ok(())
}

/// Creates a data directory beside those that are there and returns its name.
pub(super) fn create_data(directory: &Path) -> Result<String> {
    let mut number = 1;
    loop {
        let name = format!("{DATA_PREFIX}{number}");
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
/// not name, drafts of atomic writes. A list of deletions has to go too before the
/// next writer gives one the same name: the engine refuses to write it twice. Only
/// the holder of the writer lock may call it, while the engine's writer is closed.
pub(super) fn sweep(directory: &Path, manifest: Option<&Manifest>, sources: &str) -> Result<()> {
    for path in children(directory)? {
        let name = file_name(&path);
        if name.starts_with(DATA_PREFIX) && manifest.is_none_or(|manifest| manifest.data != name) {
            fs::remove_dir_all(&path).map_err(Error::io("remove", &path))?;
        }
    }
    let Some(manifest) = manifest else {
        return Ok(());
    };
    let data = directory.join(&manifest.data);
    // Without a commit that can be read nothing is known to be left over.
    let commit = CommitRecord::load(&data.join(META_FILE)).ok();
    for path in children(&data)? {
        let name = file_name(&path);
        let stale_list = name.starts_with(SOURCES_PREFIX) && name != sources;
        let stale_segment = commit.as_ref().is_some_and(|commit| commit.disowns(&name));
        if stale_list || stale_segment || name.starts_with(".tmp") {
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
    }
    Ok(())
}

/// Removes what a writer left that failed: all but what is in force on disk,
/// whatever the writer was about to put in its place.
pub(super) fn sweep_failure(directory: &Path) -> Result<()> {
    let manifest = match Manifest::load(directory) {
        Ok(manifest) => manifest,
        // Nothing was ever in force.
        Err(Error::IndexMissing { .. }) => return sweep(directory, None, ""),
        Err(error) => return Err(error),
    };
    let meta = directory.join(&manifest.data).join(META_FILE);
    let commit = CommitRecord::load(&meta).map_err(Error::io("read", &meta))?;
    let info = commit.info().map_err(|error| Error::io("read", &meta)(error.into()))?;
    sweep(directory, Some(&manifest), &info.sources)
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

    #[test]
    fn a_foreign_directory_is_never_taken_for_ours() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        fs::write(directory.path().join("thesis.txt"), "precious")?;
        assert!(matches!(claim(directory.path()), Err(Error::IndexForeign { .. })));
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
        Ok(())
    }
}
