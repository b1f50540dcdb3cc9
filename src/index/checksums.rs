//! The checksums of a commit: what each of its files has to look like.
//!
//! They are written last, when the commit and the merges behind it are done, to
//! a file that is named by the commit's stamp. Nothing changes a commit's files
//! while its checksums are there: a commit has another stamp, and whoever merges
//! under the same stamp takes the checksums away first ([`remove`]), as whoever makes
//! a file anew that stands beside a segment takes away that file's ([`forget`]). So
//! checksums that are there bind, and a writer that was killed leaves none rather
//! than wrong ones; the next one writes them.
//!
//! The files of segments, the engine's and ours, end with a footer that holds the
//! CRC-32 of all before it, taken while they were written ([`super::footer`]). Of these
//! files only the footer is hashed here: together both cover every byte, a commit
//! costs a few small reads, and no damage is taken for what was written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::footer::Footer;
use super::meta::{CommitRecord, META_FILE};
use super::settings::{self, MANIFEST_FILE, Manifest};
use super::snapshot::CommitInfo;
use super::sources::hex_hash;
use crate::error::refusal::Refusal;
use crate::error::{Error, Result};
use crate::passage::ContentHash;

/// What the names of files of checksums begin with.
pub(super) const PREFIX: &str = "checksums-";

/// What a file has to look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checksum {
    pub(super) bytes: u64,
    #[serde(flatten)]
    pub(super) covers: Covers,
}

/// What of a file was hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Covers {
    /// All of it.
    Whole(#[serde(with = "hex_hash")] ContentHash),
    /// The footer, which covers the rest.
    Footer(#[serde(with = "hex_hash")] ContentHash),
}

/// The checksums of a commit, by the names of its files.
pub(super) type Checksums = BTreeMap<String, Checksum>;

#[derive(Serialize, Deserialize)]
struct Line {
    name: String,
    #[serde(flatten)]
    checksum: Checksum,
}

/// The last line: the hash of all before it.
#[derive(Serialize, Deserialize)]
struct Seal {
    #[serde(with = "hex_hash")]
    sealed: ContentHash,
}

/// The name of the file of checksums of the commit `opstamp`.
pub(super) fn file_name(opstamp: u64) -> String {
    format!("{PREFIX}{opstamp}.jsonl")
}

/// The stamp that a file of checksums is named by.
pub(super) fn stamp_of(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    name.strip_prefix(PREFIX)?.strip_suffix(".jsonl")?.parse().ok()
}

/// Where the commit's file `name` is. The manifest stands above the others.
pub(super) fn path_of(directory: &Path, data: &Path, name: &str) -> PathBuf {
    if name == MANIFEST_FILE { directory.join(name) } else { data.join(name) }
}

/// Reads a file of checksums.
///
/// # Errors
///
/// `NotFound` where there is none, `InvalidData` where any byte of it is not what
/// was written.
pub(super) fn load(path: &Path) -> io::Result<Checksums> {
    let invalid = |why: &str| io::Error::new(ErrorKind::InvalidData, why.to_owned());
    let text = fs::read(path)?;
    let body = text.strip_suffix(b"\n").ok_or_else(|| invalid("it is cut short"))?;
    let end = body.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    // Written again and compared, so that no byte of the seal escapes.
    if seal(&text[..end])? != text[end..] {
        return Err(invalid("its seal does not fit"));
    }
    let lines = text[..end].split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_slice(line).map(|Line { name, checksum }| (name, checksum)))
        .collect::<Result<_, _>>()
        .map_err(io::Error::from)
}

fn seal(lines: &[u8]) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(&Seal { sealed: ContentHash::of(lines) })?;
    line.push(b'\n');
    Ok(line)
}

/// Writes the checksums of the last commit in `data`, unless all are there, and
/// removes those of earlier commits. Only the holder of the writer lock may call
/// it.
///
/// # Errors
///
/// [`Error::Io`], also for a file of the commit that is missing or does not end as it
/// should.
pub(super) fn ensure(directory: &Path, manifest: &Manifest) -> Result<()> {
    let data = directory.join(&manifest.data);
    let meta = data.join(META_FILE);
    let commit = CommitRecord::load(&meta).map_err(Error::io("read", &meta))?;
    let name = file_name(commit.opstamp);
    let path = data.join(&name);
    let files = segment_files(&data, &commit).map_err(Error::io("read", &data))?;
    let covers_all = |known: Checksums| files.iter().all(|file| known.contains_key(file));
    if !load(&path).is_ok_and(covers_all) {
        let earlier = earlier(&data).map_err(Error::io("read", &data))?;
        let checksums = measure(directory, &data, &commit, files, &earlier)?;
        store(&checksums, &data, &name).map_err(Error::io("write", &path))?;
    }
    remove_but(&data, Some(&name))
}

/// Removes all checksums in `data`: what they say is about to become untrue.
pub(super) fn remove(data: &Path) -> Result<()> {
    remove_but(data, None)?;
    settings::sync_directory(data).map_err(Error::io("sync", data))
}

/// Takes the checksum of the file `name` of a segment away: the file is about to be
/// made anew, by a program that may lay it out in another way. Those of all other
/// files stay, so that damage to them does not pass for sound.
///
/// # Errors
///
/// [`Error::Io`].
pub(super) fn forget(data: &Path, name: &str) -> Result<()> {
    for path in files_of_checksums(data).map_err(Error::io("read", data))? {
        let mut checksums = match load(&path) {
            Ok(checksums) => checksums,
            // Damaged ones say nothing of any file.
            Err(error) if error.kind() == ErrorKind::InvalidData => continue,
            Err(error) => return Err(Error::io("read", path)(error)),
        };
        let Some(file) = path.file_name() else { continue };
        if checksums.remove(name).is_some() {
            store(&checksums, data, &file.to_string_lossy()).map_err(Error::io("write", &path))?;
        }
    }
    Ok(())
}

fn remove_but(data: &Path, kept: Option<&str>) -> Result<()> {
    for path in files_of_checksums(data).map_err(Error::io("read", data))? {
        if path.file_name().and_then(|name| name.to_str()) != kept {
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
    }
    Ok(())
}

/// All files of checksums in `data`: one, but for what a killed writer left.
pub(super) fn files_of_checksums(data: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(data)?.collect::<io::Result<Vec<_>>>()?;
    let names = entries.iter().filter(|e| e.file_name().to_string_lossy().starts_with(PREFIX));
    Ok(names.map(fs::DirEntry::path).collect())
}

/// Compares the two files that a commit builds on, and that say nothing wrong by
/// themselves, with the checksums, where there are any.
///
/// # Errors
///
/// [`Error::IndexDamaged`], [`Error::Io`] where they cannot be read.
pub(super) fn check_heads(directory: &Path, manifest: &Manifest) -> Result<()> {
    let data = directory.join(&manifest.data);
    let damaged = |name: &str, what: &str| {
        let reason = format!("{name} {what}");
        Error::IndexDamaged { path: directory.to_owned(), reason }
    };
    let meta = data.join(META_FILE);
    let commit = CommitRecord::load(&meta).map_err(|error| match Refusal::of(&error) {
        Some(refusal) => refusal.into_error(&meta),
        None => damaged(META_FILE, "cannot be understood"),
    })?;
    // Damaged checksums say nothing; they are written anew.
    let Ok(checksums) = load(&data.join(file_name(commit.opstamp))) else {
        return Ok(());
    };
    for name in [META_FILE, MANIFEST_FILE] {
        let path = path_of(directory, &data, name);
        let found = of_file(&path);
        if let Some(refusal) = found.as_ref().err().and_then(|error| Refusal::of(error)) {
            return Err(refusal.into_error(&path));
        }
        if checksums.get(name) != found.as_ref().ok() {
            return Err(damaged(name, "is not what was committed"));
        }
    }
    Ok(())
}

/// What is still known of files that never change: those of segments.
fn earlier(data: &Path) -> io::Result<Checksums> {
    let files = files_of_checksums(data)?;
    Ok(files.iter().filter_map(|path| load(path).ok()).flatten().collect())
}

fn measure(
    directory: &Path,
    data: &Path,
    commit: &CommitRecord,
    segment_files: Vec<String>,
    earlier: &Checksums,
) -> Result<Checksums> {
    let mut checksums = Checksums::new();
    for name in segment_files {
        let path = data.join(&name);
        let checksum = match earlier.get(&name) {
            Some(known) => known.clone(),
            None => match of_segment_file(&path) {
                Ok(checksum) => checksum,
                // Another version laid it out, or its end is damaged. What stands beside
                // a segment can be made anew.
                Err(error) if error.kind() == ErrorKind::InvalidData && !commit.needs(&name) => {
                    fs::remove_file(&path).map_err(Error::io("remove", &path))?;
                    continue;
                }
                Err(error) => return Err(Error::io("read", &path)(error)),
            },
        };
        checksums.insert(name, checksum);
    }
    let info: CommitInfo = commit.info().unwrap_or_default();
    let heads = [MANIFEST_FILE, META_FILE, &info.sources];
    for name in heads.into_iter().filter(|name| !name.is_empty()) {
        let path = path_of(directory, data, name);
        let mut checksum = of_file(&path).map_err(Error::io("read", &path))?;
        if let Some(hash) = info.sources_hash
            && *name == info.sources
        {
            checksum.covers = Covers::Whole(hash);
        }
        checksums.insert(name.to_owned(), checksum);
    }
    Ok(checksums)
}

/// The files of the commit's segments: those that must be there, and any others
/// that were made beside them.
pub(super) fn segment_files(data: &Path, commit: &CommitRecord) -> io::Result<Vec<String>> {
    let mut names: Vec<String> = commit.files().collect();
    for entry in fs::read_dir(data)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if commit.has(&name) && !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn store(checksums: &Checksums, data: &Path, name: &str) -> io::Result<()> {
    let mut text = Vec::new();
    for (file, checksum) in checksums {
        let line = Line { name: file.clone(), checksum: checksum.clone() };
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    let seal = seal(&text)?;
    text.extend(seal);
    let mut draft = Draft::create(data, name)?;
    draft.file.write_all(&text)?;
    draft.publish()?;
    settings::sync_directory(data)
}

/// The checksum of a file as it is.
fn of_file(path: &Path) -> io::Result<Checksum> {
    let mut hasher = blake3::Hasher::new();
    let bytes = io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(Checksum { bytes, covers: Covers::Whole(ContentHash::of_all(&hasher)) })
}

/// The checksum of a file of a segment.
fn of_segment_file(path: &Path) -> io::Result<Checksum> {
    let footer = Footer::read(&mut File::open(path)?)?;
    let covers = Covers::Footer(ContentHash::of(&footer.text));
    Ok(Checksum { bytes: footer.body_bytes + footer.text.len() as u64, covers })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_byte_of_the_checksums_is_noticed() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join(file_name(7));
        let hash = ContentHash::of(b"x");
        let checksums = Checksums::from([
            ("a.idx".to_owned(), Checksum { bytes: 9, covers: Covers::Footer(hash) }),
            ("meta.json".to_owned(), Checksum { bytes: 1, covers: Covers::Whole(hash) }),
        ]);
        store(&checksums, directory.path(), &file_name(7))?;
        assert_eq!(load(&path)?, checksums);
        let sound = fs::read(&path)?;
        for at in 0..sound.len() {
            for bit in 0..8 {
                let mut text = sound.clone();
                text[at] ^= 1 << bit;
                fs::write(&path, &text)?;
                assert!(load(&path).is_err(), "byte {at}, bit {bit}");
            }
            fs::write(&path, &sound[..at])?;
            assert!(load(&path).is_err(), "cut to {at} bytes");
        }
        Ok(())
    }
}
