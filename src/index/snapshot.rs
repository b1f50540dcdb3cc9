//! One commit of an index, open for reading.
//!
//! Opening takes no lock, starts no thread and needs no right to write: the
//! engine's own reader would lock and watch. Files that a merge removes between
//! reading `meta.json` and opening them make the opening start over; once open,
//! they stay readable, whatever becomes of their names.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::DocAddress;
use tantivy::directory::MmapDirectory;
use tantivy::schema::Field;

use super::encode::StoredPassage;
use super::meta::{CommitRecord, META_FILE};
use super::schema::{self, Fields};
use super::segment::OpenSegment;
use super::settings::Manifest;
use super::sources::{OpenList, Root, SourceKey, SourceList, SourceRecord};
use crate::analysis::Language;
use crate::corpus::Format;
use crate::error::refusal::unread;
use crate::error::{Error, Result};
use crate::passage::ContentHash;

/// How often an opening that lost files to a merge starts over. Each merge or
/// commit can take files away once; chosen by hand.
const OPEN_ATTEMPTS: usize = 10;

/// What a commit says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitInfo {
    /// The file that holds the list of sources.
    pub sources: String,
    /// The hash of that file; none where an earlier version made the commit.
    #[serde(default, with = "optional_hash")]
    pub sources_hash: Option<ContentHash>,
    /// How many documents there are.
    pub documents: u64,
    /// How many passages there are.
    pub passages: u64,
    /// How many bytes the sources had.
    pub source_bytes: u64,
    /// When it was made, in seconds since 1970.
    pub committed_at: i64,
}

mod optional_hash {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::index::sources::hex_hash;
    use crate::passage::ContentHash;

    #[derive(Serialize, Deserialize)]
    struct Hex(#[serde(with = "hex_hash")] ContentHash);

    pub(super) fn serialize<S: Serializer>(
        hash: &Option<ContentHash>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        hash.map(Hex).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<ContentHash>, D::Error> {
        Ok(Option::<Hex>::deserialize(from)?.map(|Hex(hash)| hash))
    }
}

/// One commit of an index, open for reading.
pub struct Snapshot {
    directory: PathBuf,
    data: PathBuf,
    manifest: Manifest,
    fields: Fields,
    info: CommitInfo,
    segments: Vec<OpenSegment>,
    /// The list of sources; none where nothing was committed.
    list: Option<OpenList>,
}

impl Snapshot {
    /// Opens the last commit of the index at `directory`.
    ///
    /// # Errors
    ///
    /// [`Error::IndexMissing`], [`Error::IndexIncompatible`], [`Error::IndexDamaged`],
    /// or [`Error::Io`] where the system does not let it be read.
    pub fn open(directory: &Path) -> Result<Self> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let manifest = Manifest::load(directory)?;
            match Self::open_once(directory, manifest) {
                Ok(snapshot) => return Ok(snapshot),
                Err(error) if attempt < OPEN_ATTEMPTS && error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(Error::damage(directory, directory, error)),
            }
        }
    }

    fn open_once(directory: &Path, manifest: Manifest) -> io::Result<Self> {
        let data = directory.join(&manifest.data);
        let meta = data.join(META_FILE);
        let commit = std::fs::read(&meta).map_err(unread(META_FILE, &meta))?;
        let commit: CommitRecord = serde_json::from_slice(&commit)
            .map_err(|error| io::Error::other(format!("{META_FILE}: {error}")))?;
        let info = commit
            .info()
            .map_err(|error| io::Error::other(format!("the commit's payload: {error}")))?;
        let files = MmapDirectory::open(&data).map_err(io::Error::other)?;
        let fields = Fields::new();
        let segments = commit
            .segments
            .into_iter()
            .map(|record| OpenSegment::open(directory, &data, &files, record, fields))
            .collect::<io::Result<Vec<_>>>()?;
        let list = Some(&info.sources).filter(|name| !name.is_empty());
        let list = list.map(|name| OpenList::open(&data.join(name), info.sources_hash));
        let list = list.transpose()?;
        let directory = directory.to_owned();
        Ok(Self { directory, data, manifest, fields, info, segments, list })
    }

    /// The index directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The directory of the engine's files.
    pub fn data_directory(&self) -> &Path {
        &self.data
    }

    /// What the index was made with.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What the commit says of itself.
    pub fn info(&self) -> &CommitInfo {
        &self.info
    }

    /// The fields of the schema.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The language that words are stemmed for.
    pub fn language(&self) -> Language {
        self.manifest.settings.language
    }

    /// The field whose terms are words as they are written.
    pub fn surface_field(&self) -> Field {
        schema::surface_field(&self.fields, self.language())
    }

    /// The segments, in the engine's order.
    pub fn segments(&self) -> &[OpenSegment] {
        &self.segments
    }

    /// Says whether all that was walked of postings could be read; see
    /// [`OpenSegment::check_damage`].
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn check_damage(&self) -> Result<()> {
        self.segments.iter().try_for_each(OpenSegment::check_damage)
    }

    /// How many passages there are, without deleted ones.
    pub fn passage_count(&self) -> u64 {
        self.segments.iter().map(|segment| u64::from(segment.doc_count())).sum()
    }

    /// The directory that relative source keys start from.
    pub fn base_directory(&self) -> PathBuf {
        self.manifest.base_directory(&self.directory)
    }

    /// The list of sources of this commit; empty where nothing was committed.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn sources(&self) -> Result<SourceList> {
        self.list.as_ref().map_or_else(|| Ok(SourceList::default()), OpenList::list)
    }

    /// What was read from `source`; `None` where this commit does not have it. At a
    /// part of the cost of [`Snapshot::sources`].
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn source(&self, source: &SourceKey) -> Result<Option<SourceRecord>> {
        self.list.as_ref().map_or(Ok(None), |list| list.record(source))
    }

    /// The format that `source` was read as: what its name says, else what was found out
    /// by its content. `None` where the index has no such source.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::source`].
    pub fn format(&self, source: &SourceKey) -> Result<Option<Format>> {
        if let Some(format) = Format::named(Path::new(source.as_str())) {
            return Ok(Some(format));
        }
        Ok(self.source(source)?.and_then(|record| Format::called(&record.format)))
    }

    /// The roots of this commit, without its sources, at a small part of the cost.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn roots(&self) -> Result<Vec<Root>> {
        self.list.as_ref().map_or_else(|| Ok(Vec::new()), OpenList::roots)
    }

    /// The absolute paths of the [roots](Self::roots), in their order.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn root_paths(&self) -> Result<Vec<PathBuf>> {
        let base = self.base_directory();
        Ok(self.roots()?.iter().map(|root| root.key.path(&base)).collect())
    }

    /// The id of the document that the passage at `address` is from.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where it cannot be read back.
    pub fn document_id(&self, address: DocAddress) -> Result<String> {
        let segment = &self.segments[address.segment_ord as usize];
        let id = segment.document_id(segment.document_of(address.doc_id)?)?;
        id.ok_or_else(|| segment.damaged("a passage has a document id that is not there"))
    }

    /// The stored passage at `address`.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where it cannot be read back.
    pub fn passage(&self, address: DocAddress) -> Result<StoredPassage> {
        self.segments[address.segment_ord as usize].passage(address.doc_id)
    }
}
