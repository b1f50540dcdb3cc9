//! Which files there are below a path, by ripgrep's rules.

use std::fs::{self, Metadata};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ignore::DirEntry;

use super::rules::WalkOptions;
use super::{FileMeta, Skip};
use crate::error::{Error, Result};
use crate::threads::join;

/// The directory that an index is kept in unless told otherwise.
pub const INDEX_DIRECTORY: &str = ".excerpt";

/// The file that makes a directory an index, and how the directories beside it
/// begin that hold its data.
pub(crate) const INDEX_MANIFEST: &str = "excerpt.json";
pub(crate) const INDEX_DATA_PREFIX: &str = "data-";

/// What a walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// The files, in the order of their paths.
    pub files: Vec<WalkedFile>,
    /// What was left out for a reason that is worth a word, in the same order;
    /// not what the options leave out.
    pub issues: Vec<WalkIssue>,
    /// Whether there is nothing at the path, which is not the same as an empty
    /// folder.
    pub is_missing: bool,
}

/// A file that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkedFile {
    /// Where it is, beginning with the path that was walked.
    pub path: PathBuf,
    /// What the file system says of it.
    pub meta: FileMeta,
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkIssue {
    /// Where it is. A folder stands for all that may be in it.
    pub path: PathBuf,
    /// Why.
    pub skip: Skip,
    /// The file or folder that could not be looked at, where there may be files
    /// that count: that none was found does not mean that none is there.
    pub unseen: Option<PathBuf>,
}

/// Finds the files at and below `path`. A path that is a file is taken whatever
/// the rules say; one that does not exist has no files, and is said to be missing.
/// Directories that hold an index of ours are left out. `going` is asked at every
/// step, and breaks the walk off.
///
/// # Errors
///
/// [`Error::InvalidOption`] where `path` is a folder and the options are none that
/// [`WalkOptions::check`] lets pass; [`Error::Interrupted`] where it was broken off.
pub fn walk(
    path: &Path,
    options: &WalkOptions,
    going: &dyn Fn() -> ControlFlow<()>,
) -> Result<Walk> {
    let mut walk = Walk::default();
    if going().is_break() {
        return Err(Error::Interrupted);
    }
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => walk.take_directory(path, options, going)?,
        Ok(metadata) => walk.take_file(path, &metadata, options),
        Err(error) if is_missing(&error) => walk.is_missing = true,
        Err(error) => walk.pass_unseen(path, path, Skip::Unreadable(error.to_string())),
    }
    Ok(walk)
}

impl Walk {
    fn take_directory(
        &mut self,
        root: &Path,
        options: &WalkOptions,
        going: &dyn Fn() -> ControlFlow<()>,
    ) -> Result<()> {
        let mut walker = options.walker(root)?;
        if holds_index(root) {
            return Ok(());
        }
        // The walker does not ask about the root, nor about the folders above it,
        // whose rules it reads.
        let whole = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        if let Some((trap, skip)) = whole.ancestors().find_map(|above| options.trap(above)) {
            self.pass_unseen(&trap, root, skip);
            return Ok(());
        }
        let traps = Arc::new(Mutex::new(Vec::new()));
        let found = Arc::clone(&traps);
        let rules = options.clone();
        walker
            // Depth first by name is the order of whole paths. Of siblings those
            // differ in their names only, and are compared as bytes in a fraction
            // of the time that it takes to cut the names off.
            .sort_by_file_path(|a, b| a.as_os_str().cmp(b.as_os_str()))
            .filter_entry(move |entry| {
                if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
                    return true;
                }
                let trap = rules.trap(entry.path());
                let is_trapped = trap.is_some();
                let trapped = trap.map(|(trap, skip)| (trap, entry.path().to_owned(), skip));
                found.lock().unwrap_or_else(PoisonError::into_inner).extend(trapped);
                !is_trapped && entry.file_name() != INDEX_DIRECTORY && !holds_index(entry.path())
            });
        let mut files = Vec::new();
        for entry in walker.build() {
            if going().is_break() {
                return Err(Error::Interrupted);
            }
            match entry {
                Ok(entry) if is_file_like(&entry) => files.push(entry),
                Ok(_) => {}
                Err(error) => self.take_error(root, &error),
            }
        }
        for (entry, metadata) in files.iter().zip(metadata_of(&files)) {
            match metadata {
                Ok(metadata) => self.take_file(entry.path(), &metadata, options),
                Err(error) => self.take_error(root, &error),
            }
        }
        for (trap, folder, skip) in traps.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            self.pass_unseen(&trap, &folder, skip);
        }
        self.issues.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(())
    }

    fn take_file(&mut self, path: &Path, metadata: &Metadata, options: &WalkOptions) {
        if !metadata.is_file() {
            self.leave_out(path, Skip::NotAFile);
        } else if options.max_filesize.is_some_and(|max| metadata.len() > max) {
            self.leave_out(path, Skip::TooLarge);
        } else {
            self.files.push(WalkedFile { path: path.to_owned(), meta: FileMeta::of(metadata) });
        }
    }

    fn take_error(&mut self, root: &Path, error: &ignore::Error) {
        let mut path = root;
        let mut inner = error;
        loop {
            match inner {
                ignore::Error::WithPath { path: at, err } => (path, inner) = (at, err),
                ignore::Error::WithDepth { err, .. } => inner = err,
                ignore::Error::Loop { child, .. } => {
                    let reason = "a link to a folder that it lies in".to_owned();
                    return self.leave_out(child, Skip::Unreadable(reason));
                }
                ignore::Error::Io(error) => {
                    let skip = Skip::Unreadable(cause_of(error));
                    if is_missing(error) {
                        // It went while it was walked over.
                        return self.leave_out(path, skip);
                    }
                    return self.pass_unseen(path, path, skip);
                }
                // A bad line of an ignore file is no rule; nothing is left out.
                _ => return,
            }
        }
    }

    fn leave_out(&mut self, path: &Path, skip: Skip) {
        self.issues.push(WalkIssue { path: path.to_owned(), skip, unseen: None });
    }

    /// Leaves out what is at and below `unseen` for what is at `path`.
    fn pass_unseen(&mut self, path: &Path, unseen: &Path, skip: Skip) {
        let (path, unseen) = (path.to_owned(), Some(unseen.to_owned()));
        self.issues.push(WalkIssue { path, skip, unseen });
    }
}

/// What the system said, without the path that the walker puts in front of it: files
/// that are left out are counted by their reasons.
fn cause_of(error: &io::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// Whether an entry is something to be read: no folder, and no link that is not
/// followed.
fn is_file_like(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| !kind.is_dir() && !kind.is_symlink())
}

/// What the file system says of each entry. It is asked by all cores, since most
/// of a walk over files that did not change is waiting for its answers.
fn metadata_of(entries: &[DirEntry]) -> Vec<std::result::Result<Metadata, ignore::Error>> {
    /// Fewer are asked for sooner than a thread is started.
    const MIN_SHARE: usize = 512;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = entries.len().div_ceil(cores).max(MIN_SHARE);
    thread::scope(|scope| {
        let ask = |share: &[DirEntry]| share.iter().map(DirEntry::metadata).collect::<Vec<_>>();
        let threads: Vec<_> =
            entries.chunks(share).map(|share| scope.spawn(move || ask(share))).collect();
        threads.into_iter().flat_map(join).collect()
    })
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn holds_index(directory: &Path) -> bool {
    directory.join(INDEX_MANIFEST).symlink_metadata().is_ok()
        && fs::read_dir(directory).is_ok_and(|entries| {
            let names = entries.flatten().map(|entry| entry.file_name());
            names.into_iter().any(|name| name.to_string_lossy().starts_with(INDEX_DATA_PREFIX))
        })
}

#[cfg(test)]
mod tests;
