//! The lists that name an index's files, against each other: the checksums, the list
//! of sources, the engine's own list.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::Check;
use super::report::Fault;
use crate::index::checksums::{self, Checksum, Checksums, Covers};
use crate::index::home;
use crate::index::meta::{CommitRecord, ENGINE_FILES, META_FILE};
use crate::index::side_file;

impl Check<'_> {
    /// The checksums of `commit`, or of whatever they are there for where it
    /// cannot be told.
    pub(super) fn checksums(&mut self, commit: Option<&CommitRecord>) -> Option<Checksums> {
        let there = checksums::files_of_checksums(self.data).unwrap_or_default();
        let path = match commit {
            Some(commit) => self.data.join(checksums::file_name(commit.opstamp)),
            None => there.first()?.clone(),
        };
        if let Some(commit) = commit
            && let Some(why) = contradiction(commit, &there)
        {
            self.blame(&self.data.join(META_FILE), Fault::Contradictory(why));
        }
        match checksums::load(&path) {
            Ok(checksums) => {
                self.read(&path, path.metadata().map_or(0, |metadata| metadata.len()));
                Some(checksums)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                self.failed(&path, error);
                None
            }
        }
    }

    /// The files of segments that have no checksum but their own.
    pub(super) fn files_without_checksums(
        &self,
        commit: Option<&CommitRecord>,
        checksums: &Checksums,
    ) -> Vec<String> {
        let Some(commit) = commit else { return Vec::new() };
        let files = checksums::segment_files(self.data, commit);
        let mut files = files.unwrap_or_else(|_| commit.files().collect());
        files.retain(|name| {
            !checksums.contains_key(name)
                && !side_file::is_from_before_footers(&self.data.join(name))
        });
        files
    }

    /// The list of sources, where no checksums cover it: the commit has its hash.
    pub(super) fn source_list(
        &mut self,
        commit: &CommitRecord,
        checksums: &Checksums,
    ) -> Option<(String, Checksum)> {
        let info = match commit.info() {
            Ok(info) => info,
            Err(error) => {
                let why = format!("its payload cannot be understood: {error}");
                self.blame(&self.data.join(META_FILE), Fault::Contradictory(why));
                return None;
            }
        };
        let name = info.sources;
        if name.is_empty() || checksums.contains_key(&name) {
            return None;
        }
        let path = self.data.join(&name);
        match path.metadata() {
            Ok(metadata) => {
                let covers = Covers::Whole(info.sources_hash?);
                Some((name, Checksum { bytes: metadata.len(), covers }))
            }
            Err(error) => {
                self.failed(&path, error);
                None
            }
        }
    }

    /// The engine's own list changes between commits and has no checksum: it has
    /// to be readable and to name what the commit holds, or the engine would not
    /// open it, or never take these files away.
    pub(super) fn engine_list(&mut self, commit: Option<&CommitRecord>) {
        let path = self.data.join(ENGINE_FILES);
        let listed: Vec<String> = match fs::read(&path) {
            Ok(bytes) => {
                self.read(&path, bytes.len() as u64);
                match serde_json::from_slice(&bytes) {
                    // As the engine writes it, byte for byte.
                    Ok(listed) if is_written_as(&listed, &bytes) => listed,
                    Ok(_) => return self.blame(&path, Fault::Altered),
                    Err(error) => return self.blame(&path, Fault::of(&error.into())),
                }
            }
            Err(error) => return self.failed(&path, error),
        };
        let mut needed = commit.into_iter().flat_map(CommitRecord::files);
        let unlisted = needed.find(|name| !listed.contains(name));
        let meta = || (!listed.iter().any(|name| name == META_FILE)).then(|| META_FILE.to_owned());
        if let Some(name) = unlisted.or_else(meta) {
            self.blame(&path, Fault::Contradictory(format!("does not name {name}")));
        }
    }
}

fn is_written_as(listed: &Vec<String>, bytes: &[u8]) -> bool {
    let text = serde_json::to_vec(listed).unwrap_or_default();
    bytes.strip_suffix(b"\n") == Some(&text[..])
}

/// How `commit` contradicts itself or the files of checksums that are there.
fn contradiction(commit: &CommitRecord, there: &[PathBuf]) -> Option<String> {
    let stamp = commit.opstamp;
    let info = commit.info().ok()?;
    if !info.sources.is_empty() && info.sources != home::sources_name(stamp) {
        return Some(format!("it has the stamp {stamp} and the list {}", info.sources));
    }
    // Checksums are written after their commit, so none can be of a later one.
    let stamps = there.iter().filter_map(|path| checksums::stamp_of(path));
    let later = stamps.max().filter(|&later| later > stamp)?;
    Some(format!("it has the stamp {stamp}, and there are checksums of {later}"))
}
