//! Is every byte of an index as it was written?
//!
//! All files of the last commit are read and compared with its [`checksums`].
//! Files are read, not mapped: a mapped file that is cut short ends the process.
//! No lock is taken and nothing is written; where a writer changes the commit
//! meanwhile, the check starts over.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::checksums::{self, Checksum, Checksums, Covers, Footer};
use super::meta::{CommitRecord, META_FILE};
use super::request::{Going, Observer};
use super::settings::{MANIFEST_FILE, Manifest};
use crate::error::{Error, Result};
use crate::passage::ContentHash;

/// The engine's list of the files that it made.
const ENGINE_FILES: &str = ".managed.json";

/// Read at once; between two reads it is asked whether to go on.
const BLOCK_BYTES: usize = 1 << 20;

/// How often a check that found damage starts over because a writer changed the
/// commit under it; chosen by hand.
const ATTEMPTS: usize = 5;

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct CheckReport {
    /// Files that were read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What is not as it was written.
    pub damaged: Vec<DamagedFile>,
    /// Whether the commit's checksums are there. Without them, a change in one of
    /// [`CheckReport::UNSEALED`] that leaves it readable goes unnoticed.
    pub is_sealed: bool,
    /// Files that no commit names: harmless, and removed by the next update.
    pub leftovers: Vec<PathBuf>,
    /// How long it took.
    pub elapsed: Duration,
}

/// A file that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedFile {
    /// Its path below the index directory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// It has another length.
    Length {
        /// In bytes, as it was written.
        expected: u64,
        /// In bytes, as it is.
        found: u64,
    },
    /// Its bytes are not those that were written.
    Altered,
    /// It contradicts itself or another file.
    Contradictory(String),
    /// The operating system cannot read it.
    Unreadable(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::Length { expected, found } => {
                write!(f, "{found} bytes long instead of {expected}")
            }
            Self::Altered => f.write_str("altered: its checksum does not fit"),
            Self::Contradictory(why) => f.write_str(why),
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
        }
    }
}

impl CheckReport {
    /// The files that have no checksum but those of the commit.
    pub const UNSEALED: [&str; 2] = [MANIFEST_FILE, META_FILE];

    /// Whether nothing is damaged.
    pub fn is_sound(&self) -> bool {
        self.damaged.is_empty()
    }

    /// What to do about the damage in the index at `directory`, where there is
    /// any.
    pub fn advice(&self, directory: &Path) -> Option<String> {
        let is_checksums = |file: &DamagedFile| {
            let name = file.path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(checksums::PREFIX)
        };
        let directory = directory.display();
        if !self.damaged.iter().all(is_checksums) {
            return Some(format!("rebuild with `excerpt index --rebuild --index {directory}`"));
        }
        (!self.is_sealed || !self.damaged.is_empty())
            .then(|| format!("`excerpt index --index {directory}` writes the checksums anew"))
    }
}

/// Reads every file of the last commit of the index at `directory` and says
/// which are not as they were written.
///
/// # Errors
///
/// [`Error::IndexMissing`], [`Error::IndexIncompatible`],
/// [`Error::IndexDamaged`] where the manifest cannot be understood, and
/// [`Error::Interrupted`].
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
                self.blame(&meta, fault_of(&error));
                None
            }
        };
        let checksums = self.checksums(commit.as_ref());
        self.report.is_sealed = checksums.is_some();
        let checksums = checksums.unwrap_or_default();
        let mut names: Vec<(String, Option<&Checksum>)> =
            checksums.iter().map(|(name, checksum)| (name.clone(), Some(checksum))).collect();
        let listed = commit.iter().flat_map(CommitRecord::files);
        names.extend(listed.filter(|name| !checksums.contains_key(name)).map(|name| (name, None)));
        let source_list = commit.as_ref().and_then(|commit| self.source_list(commit, &checksums));
        let paths: Vec<PathBuf> = names
            .iter()
            .map(|(name, _)| checksums::path_of(self.directory, self.data, name))
            .collect();
        let sizes = paths.iter().map(|path| path.metadata().map_or(0, |metadata| metadata.len()));
        self.observer.planned(paths.len() as u64, sizes.sum());
        for ((_, expected), path) in names.iter().zip(&paths) {
            // Already said of it: it cannot be understood.
            if !self.report.damaged.iter().any(|file| file.path == self.relative(path)) {
                self.file(path, *expected)?;
            }
        }
        if let Some((name, checksum)) = &source_list {
            self.file(&self.data.join(name), Some(checksum))?;
            names.push((name.clone(), None));
        }
        let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
        self.engine_list(commit.as_ref());
        self.find_leftovers(&names);
        Ok(self.report)
    }

    /// The checksums of `commit`, or of whatever they are there for where it
    /// cannot be told.
    fn checksums(&mut self, commit: Option<&CommitRecord>) -> Option<Checksums> {
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
                self.blame(&path, fault_of(&error));
                None
            }
        }
    }

    /// The list of sources, where no checksums cover it: the commit has its hash.
    fn source_list(
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
                self.blame(&path, fault_of(&error));
                None
            }
        }
    }

    fn file(&mut self, path: &Path, expected: Option<&Checksum>) -> Result<()> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                self.blame(path, fault_of(&error));
                return Ok(());
            }
        };
        let found = match file.metadata() {
            Ok(metadata) => metadata.len(),
            Err(error) => {
                self.blame(path, fault_of(&error));
                return Ok(());
            }
        };
        if let Some(expected) = expected.map(|checksum| checksum.bytes)
            && expected != found
        {
            self.blame(path, Fault::Length { expected, found });
            return Ok(());
        }
        let result = match expected.map(|checksum| &checksum.covers) {
            Some(Covers::Whole(hash)) => self.whole(&mut file, *hash),
            Some(Covers::Footer(hash)) => self.body(&mut file, Some(*hash)),
            None => self.body(&mut file, None),
        };
        match result {
            Ok(()) => {}
            Err(Stop::Interrupted) => return Err(Error::Interrupted),
            Err(Stop::Fault(fault)) => self.blame(path, fault),
        }
        self.read(path, found);
        Ok(())
    }

    fn whole(&self, file: &mut File, expected: ContentHash) -> Result<(), Stop> {
        let mut hasher = blake3::Hasher::new();
        self.blocks(file, u64::MAX, |block| {
            hasher.update(block);
        })?;
        if checksums::hash_of(&hasher) == expected { Ok(()) } else { Err(Fault::Altered.into()) }
    }

    /// Checks a file that the engine wrote: its footer against `expected`, all
    /// before it against the footer.
    fn body(&self, file: &mut File, expected: Option<ContentHash>) -> Result<(), Stop> {
        let footer = Footer::read(file).map_err(|error| fault_of(&error))?;
        if expected.is_some_and(|expected| ContentHash::of(&footer.text) != expected) {
            return Err(Fault::Altered.into());
        }
        file.rewind().map_err(|error| fault_of(&error))?;
        let mut hasher = crc32fast::Hasher::new();
        self.blocks(file, footer.body_bytes, |block| hasher.update(block))?;
        if hasher.finalize() == footer.crc { Ok(()) } else { Err(Fault::Altered.into()) }
    }

    /// Hands the first `bytes` of `file` to `take`, block by block.
    fn blocks(&self, file: &mut File, bytes: u64, mut take: impl FnMut(&[u8])) -> Result<(), Stop> {
        let mut file = file.take(bytes);
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        loop {
            if self.observer.going() == Going::Stop {
                return Err(Stop::Interrupted);
            }
            block.clear();
            let read = file.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut block);
            if read.map_err(|error| fault_of(&error))? == 0 {
                return Ok(());
            }
            take(&block);
        }
    }

    /// The engine's own list changes between commits and has no checksum: it has
    /// to be readable and to name what the commit holds, or the engine would not
    /// open it, or never take these files away.
    fn engine_list(&mut self, commit: Option<&CommitRecord>) {
        let path = self.data.join(ENGINE_FILES);
        let listed: Vec<String> = match fs::read(&path) {
            Ok(bytes) => {
                self.read(&path, bytes.len() as u64);
                match serde_json::from_slice(&bytes) {
                    // As the engine writes it, byte for byte.
                    Ok(listed) if is_written_as(&listed, &bytes) => listed,
                    Ok(_) => return self.blame(&path, Fault::Altered),
                    Err(error) => return self.blame(&path, fault_of(&error.into())),
                }
            }
            Err(error) => return self.blame(&path, fault_of(&error)),
        };
        let mut needed = commit.into_iter().flat_map(CommitRecord::files);
        let unlisted = needed.find(|name| !listed.contains(name));
        let meta = || (!listed.iter().any(|name| name == META_FILE)).then(|| META_FILE.to_owned());
        if let Some(name) = unlisted.or_else(meta) {
            self.blame(&path, Fault::Contradictory(format!("does not name {name}")));
        }
    }

    fn find_leftovers(&mut self, names: &[String]) {
        let own = |name: &str| {
            name == META_FILE
                || name == ENGINE_FILES
                || name.ends_with(".lock")
                || name.starts_with(checksums::PREFIX)
                || names.iter().any(|known| known == name)
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
        self.observer.file_read(path, bytes);
    }

    fn blame(&mut self, path: &Path, fault: Fault) {
        let path = self.relative(path);
        self.report.damaged.push(DamagedFile { path, fault });
    }

    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.directory).unwrap_or(path).to_owned()
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
    if !info.sources.is_empty() && info.sources != super::home::sources_name(stamp) {
        return Some(format!("it has the stamp {stamp} and the list {}", info.sources));
    }
    // Checksums are written after their commit, so none can be of a later one.
    let stamps = there.iter().filter_map(|path| checksums::stamp_of(path));
    let later = stamps.max().filter(|&later| later > stamp)?;
    Some(format!("it has the stamp {stamp}, and there are checksums of {later}"))
}

fn fault_of(error: &io::Error) -> Fault {
    match error.kind() {
        ErrorKind::NotFound => Fault::Missing,
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::InvalidInput => {
            Fault::Contradictory(error.to_string())
        }
        _ => Fault::Unreadable(error.to_string()),
    }
}

enum Stop {
    Interrupted,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
