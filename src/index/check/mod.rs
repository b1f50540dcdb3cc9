//! Is every byte of a commit as it was written?
//!
//! All files of the last commit are read ([`bytes`]) and compared with its
//! [`checksums`], and the lists that name them with each other ([`lists`]).
//! What is made of segments is made of such as are sound ([`segments`]).
//! The engine's own list of files is of no commit and has no checksum: it is checked
//! for sense. Files are read, not mapped: a mapped file that is cut short ends the
//! process. No lock is taken and nothing is written; where a writer changes the commit
//! meanwhile, the check starts over.

mod bytes;
mod lists;
mod report;
mod segments;

pub use self::report::{CheckReport, DamagedFile, Fault};
pub(super) use self::segments::{remove_unusable, verify};

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

use super::checksums::{self, Checksum};
use super::meta::{CommitRecord, ENGINE_FILES, META_FILE};
use super::request::Observer;
use super::settings::{MANIFEST_FILE, Manifest};
use crate::error::refusal::Refusal;
use crate::error::{Error, Result};

/// How often a check that found damage starts over because a writer changed the
/// commit under it; chosen by hand.
const ATTEMPTS: usize = 5;

/// Reads every file of the last commit of the index at `directory` and says
/// which are not as they were written.
///
/// # Errors
///
/// [`crate::Error::IndexMissing`], [`crate::Error::IndexIncompatible`],
/// [`crate::Error::IndexDamaged`] where the manifest cannot be understood, and
/// [`crate::Error::Interrupted`].
pub fn check(directory: &Path, observer: &dyn Observer) -> Result<CheckReport> {
    let started = Instant::now();
    let mut attempt = 0;
    loop {
        attempt += 1;
        let manifest = Manifest::load(directory)?;
        let data = directory.join(&manifest.data);
        let state = || {
            let commit = fs::read(data.join(META_FILE)).ok();
            let manifest = fs::read(directory.join(MANIFEST_FILE)).ok();
            (manifest, commit, checksums::files_of_checksums(&data).ok())
        };
        let before = state();
        let check = Check { directory, data: &data, observer, report: CheckReport::default() };
        let mut report = check.run()?;
        if report.is_sound() || attempt == ATTEMPTS || state() == before {
            report.elapsed = started.elapsed();
            return Ok(report);
        }
    }
}

struct Check<'a> {
    directory: &'a Path,
    data: &'a Path,
    observer: &'a dyn Observer,
    report: CheckReport,
}

impl Check<'_> {
    fn run(mut self) -> Result<CheckReport> {
        let meta = self.data.join(META_FILE);
        let commit = match CommitRecord::load(&meta) {
            Ok(commit) => Some(commit),
            Err(error) => {
                self.failed(&meta, error);
                None
            }
        };
        let checksums = self.checksums(commit.as_ref());
        self.report.is_sealed = checksums.is_some();
        let checksums = checksums.unwrap_or_default();
        let mut names: Vec<(String, Option<&Checksum>)> =
            checksums.iter().map(|(name, checksum)| (name.clone(), Some(checksum))).collect();
        let others = self.files_without_checksums(commit.as_ref(), &checksums);
        names.extend(others.into_iter().map(|name| (name, None)));
        let source_list = commit.as_ref().and_then(|commit| self.source_list(commit, &checksums));
        let paths: Vec<PathBuf> = names
            .iter()
            .map(|(name, _)| checksums::path_of(self.directory, self.data, name))
            .collect();
        let sizes = paths.iter().map(|path| path.metadata().map_or(0, |metadata| metadata.len()));
        self.observer.planned(paths.len() as u64, sizes.sum());
        for ((_, expected), path) in names.iter().zip(&paths) {
            if !self.is_told_of(path) {
                self.file(path, *expected)?;
            }
        }
        if let Some((name, checksum)) = &source_list {
            self.file(&self.data.join(name), Some(checksum))?;
            names.push((name.clone(), None));
        }
        let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
        self.engine_list(commit.as_ref());
        // What a commit names that cannot be read is not known.
        if let Some(commit) = &commit {
            self.find_leftovers(commit, &names);
        }
        Ok(self.report)
    }

    /// Whether it was said already that `path` cannot be read or understood.
    fn is_told_of(&self, path: &Path) -> bool {
        let is_unread =
            |error: &Error| matches!(error, Error::Io { path: unread, .. } if unread == path);
        self.report.unread.iter().any(is_unread)
            || self.report.damaged.iter().any(|file| file.path == self.relative(path))
    }

    fn find_leftovers(&mut self, commit: &CommitRecord, names: &[String]) {
        let own = |name: &str| {
            name == META_FILE
                || name == ENGINE_FILES
                || name.ends_with(".lock")
                || name.starts_with(checksums::PREFIX)
                || names.iter().any(|known| known == name)
                // A writer that was killed may have named them nowhere yet.
                || commit.has(name)
        };
        let entries = fs::read_dir(self.data).into_iter().flatten().flatten();
        let mut leftovers: Vec<PathBuf> = entries
            .filter(|entry| !own(&entry.file_name().to_string_lossy()))
            .map(|entry| self.relative(&entry.path()))
            .collect();
        leftovers.sort();
        self.report.leftovers = leftovers;
    }

    fn read(&mut self, path: &Path, bytes: u64) {
        self.report.files += 1;
        self.report.bytes += bytes;
        self.observer.advanced(path, bytes);
    }

    /// Takes note that `path` could not be read.
    fn failed(&mut self, path: &Path, error: io::Error) {
        match Refusal::of(&error) {
            Some(refusal) => self.report.unread.push(refusal.into_error(path)),
            None => self.blame(path, Fault::of(&error)),
        }
    }

    fn blame(&mut self, path: &Path, fault: Fault) {
        let path = self.relative(path);
        self.report.damaged.push(DamagedFile { path, fault });
    }

    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.directory).unwrap_or(path).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::request::Silent;

    /// It was listed as damaged, and a rebuild advised.
    #[test]
    fn what_the_system_does_not_let_be_read_is_not_damaged() {
        let (directory, report) = (Path::new("index"), CheckReport::default());
        let mut check = Check { directory, data: directory, observer: &Silent, report };
        check.failed(Path::new("index/a"), io::Error::from_raw_os_error(24));
        assert!(check.report.damaged.is_empty() && !check.report.is_sound());
        let unread: Vec<String> = check.report.unread.iter().map(Error::with_causes).collect();
        assert_eq!(unread, ["cannot read `index/a`: Too many open files (os error 24)"]);
        let advice = check.report.advice(directory);
        assert_eq!(advice, check.report.unread[0].hint());
        assert!(advice.is_some());
        check.failed(Path::new("index/b"), io::ErrorKind::UnexpectedEof.into());
        let damaged: Vec<&Path> = check.report.damaged.iter().map(|file| &*file.path).collect();
        assert_eq!(damaged, [Path::new("b")]);
    }
}
