//! What an index was made with, and the manifest that holds it.
//!
//! An index directory holds `excerpt.json` (the manifest), a lock file and one
//! data directory. The manifest names the data directory, so that a rebuild can
//! make a new one beside the old and switch with a single rename.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::ranking::RankingChoice;
use crate::analysis::{ANALYZER_VERSION, Language};
use crate::corpus::INDEX_MANIFEST;
use crate::error::{Error, Result};
use crate::split::SplitOptions;

/// The name of the manifest in an index directory.
pub const MANIFEST_FILE: &str = INDEX_MANIFEST;

/// Version of the layout on disk: manifest, schema, stored passages, list of
/// sources. A change that an older program would misread must raise it.
pub const FORMAT_VERSION: u32 = 3;

/// How passages are made from documents and terms from passages, and what is kept
/// of them. Fixed when an index is created; another choice needs a rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The language that words are stemmed for.
    pub language: Language,
    /// The bounds of a passage.
    pub split: SplitOptions,
    /// What is kept beside the engine's files.
    #[serde(default, skip_serializing_if = "SideFiles::are_all")]
    pub side_files: SideFiles,
}

/// What an index keeps beside the engine's files. It changes how long a search
/// takes, and nothing that it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SideFiles {
    /// All that makes searches fast.
    #[default]
    All,
    /// Of that the least: how high each list of postings reaches, and what deleted
    /// passages held.
    Compact,
}

impl Settings {
    /// In what an index that was made with these differs from one that is made
    /// with `wanted`; `None` where in nothing.
    pub(super) fn differ_from(&self, wanted: &Self) -> Option<String> {
        if self.language != wanted.language {
            let (made, wanted) = (self.language, wanted.language);
            Some(format!("it was made for language `{made}`, not `{wanted}`"))
        } else if self.split != wanted.split {
            let bounds =
                |SplitOptions { min_chars, max_chars }| format!("`{min_chars}` to `{max_chars}`");
            let (made, wanted) = (bounds(self.split), bounds(wanted.split));
            Some(format!("it was made with passages of {made} characters, not {wanted}"))
        } else if self.side_files != wanted.side_files {
            let made = match self.side_files {
                SideFiles::All => "with all that makes searches fast, not compact",
                SideFiles::Compact => "compact, without what makes searches fast",
            };
            Some(format!("it was made {made}"))
        } else {
            None
        }
    }
}

impl SideFiles {
    fn are_all(&self) -> bool {
        *self == Self::All
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::English,
            split: SplitOptions::default(),
            side_files: SideFiles::All,
        }
    }
}

/// The manifest of an index: its versions, its settings and where its data is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The layout on disk; see [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The rules that make terms; see [`ANALYZER_VERSION`].
    pub analyzer_version: u32,
    /// The program that made the index.
    pub program: String,
    /// The data directory, a name inside the index directory.
    pub data: String,
    /// The directory that relative source paths start from; itself relative to
    /// the index directory where it holds it, so that both can be moved.
    pub base: PathBuf,
    /// What the passages and terms were made with.
    pub settings: Settings,
    /// How passages are ranked unless a search says otherwise.
    #[serde(default, skip_serializing_if = "RankingChoice::is_empty")]
    pub ranking: RankingChoice,
}

impl Manifest {
    /// A manifest of this program's versions.
    pub fn new(data: String, base: PathBuf, settings: Settings, ranking: RankingChoice) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            analyzer_version: ANALYZER_VERSION,
            program: concat!("excerpt ", env!("CARGO_PKG_VERSION")).to_owned(),
            data,
            base,
            settings,
            ranking,
        }
    }

    /// Reads the manifest of the index at `directory`.
    ///
    /// # Errors
    ///
    /// [`Error::IndexMissing`] where there is none, [`Error::IndexIncompatible`]
    /// where another version made it, [`Error::IndexDamaged`] where it cannot be
    /// understood, [`Error::Io`] where it cannot be read.
    pub fn load(directory: &Path) -> Result<Self> {
        let bytes = read(directory)?;
        check_versions(directory, &bytes)?;
        understood(directory, &bytes)
    }

    /// The data directory that the manifest of the index at `directory` names, whichever
    /// version made it; `None` where there is no manifest.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where it cannot be told, [`Error::Io`] where the manifest
    /// cannot be read.
    pub(super) fn data_of(directory: &Path) -> Result<Option<String>> {
        #[derive(Deserialize)]
        struct Data {
            data: String,
        }
        match read(directory) {
            Ok(bytes) => understood(directory, &bytes).map(|Data { data }| Some(data)),
            Err(Error::IndexMissing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts the manifest in place of the one before, in one step that survives a
    /// crash at any instant.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the directory cannot be written.
    pub fn store(&self, directory: &Path) -> Result<()> {
        let path = directory.join(MANIFEST_FILE);
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| Error::io("write", &path)(io::Error::other(error)))?;
        text.push('\n');
        let write = || -> io::Result<()> {
            let mut draft = Draft::create(directory, MANIFEST_FILE)?;
            draft.file.write_all(text.as_bytes())?;
            draft.publish()?;
            sync_directory(directory)
        };
        write().map_err(Error::io("write", &path))
    }

    /// The directory that relative source paths start from, as an absolute path
    /// where `directory` is one.
    pub fn base_directory(&self, directory: &Path) -> PathBuf {
        normalize(&directory.join(&self.base))
    }
}

fn read(directory: &Path) -> Result<Vec<u8>> {
    let path = directory.join(MANIFEST_FILE);
    fs::read(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Error::IndexMissing { path: directory.to_owned() }
        }
        _ => Error::io("read", &path)(error),
    })
}

/// What the manifest `bytes` of the index at `directory` says.
fn understood<T: DeserializeOwned>(directory: &Path, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| Error::IndexDamaged {
        path: directory.to_owned(),
        reason: format!("{MANIFEST_FILE} cannot be understood: {error}"),
    })
}

/// Looks at the versions before the rest, whose shape may differ.
fn check_versions(directory: &Path, bytes: &[u8]) -> Result<()> {
    #[derive(Deserialize)]
    struct Versions {
        format_version: u32,
        analyzer_version: u32,
    }
    let versions: Versions = understood(directory, bytes)?;
    let mismatch = |what: &str, found: u32, known: u32| {
        Err(Error::IndexIncompatible {
            path: directory.to_owned(),
            reason: format!("it has {what} version {found}, this program reads version {known}"),
        })
    };
    if versions.format_version != FORMAT_VERSION {
        return mismatch("format", versions.format_version, FORMAT_VERSION);
    }
    if versions.analyzer_version != ANALYZER_VERSION {
        return mismatch("analyzer", versions.analyzer_version, ANALYZER_VERSION);
    }
    Ok(())
}

/// Makes renames and new files in `directory` durable.
pub(super) fn sync_directory(directory: &Path) -> io::Result<()> {
    fs::File::open(directory)?.sync_all()
}

/// `path` without `.` and `..`, by its words alone: links are not looked at, so
/// the result names what the user named.
pub fn normalize(path: &Path) -> PathBuf {
    use std::path::Component;
    if is_plain(path) {
        return path.to_owned();
    }
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if !normal.pop() {
                    normal.push("..");
                }
            }
            other => normal.push(other),
        }
    }
    normal
}

/// Whether nothing in an absolute path can be left out. May say no all the same;
/// a hundred thousand paths of a walk are told in a few milliseconds.
fn is_plain(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    cfg!(unix)
        && bytes.first() == Some(&b'/')
        && bytes.last() != Some(&b'/')
        && !bytes.windows(2).any(|pair| pair == b"//" || pair == b"/.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_survives_being_stored_and_loaded() -> Result<()> {
        let directory = tempfile::tempdir().map_err(Error::io("create", "temp"))?;
        let ranking = RankingChoice { k1: Some(0.9), ..RankingChoice::default() };
        let manifest = Manifest::new("data-1".into(), "..".into(), Settings::default(), ranking);
        manifest.store(directory.path())?;
        assert_eq!(Manifest::load(directory.path())?, manifest);
        Ok(())
    }

    #[test]
    fn another_format_version_asks_for_a_rebuild() -> Result<()> {
        let directory = tempfile::tempdir().map_err(Error::io("create", "temp"))?;
        let (settings, ranking) = (Settings::default(), RankingChoice::default());
        let mut manifest = Manifest::new("data-1".into(), "..".into(), settings, ranking);
        manifest.format_version = FORMAT_VERSION + 1;
        manifest.store(directory.path())?;
        assert!(matches!(Manifest::load(directory.path()), Err(Error::IndexIncompatible { .. })));
        Ok(())
    }

    #[test]
    fn a_path_is_normalized_by_its_words() {
        assert_eq!(normalize(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(normalize(Path::new("/a/.excerpt/..")), Path::new("/a"));
    }
}
