//! Makes the forward file of a merged segment from those of the segments that
//! were merged: the tokens are theirs, under other numbers.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tantivy::directory::MmapDirectory;
use tantivy::fastfield::AliveBitSet;
use tantivy::index::SegmentId;

use super::lexicon::Lexicon;
use super::read::Forward;
use super::share::{Numbers, Renumbered};
use super::write::ForwardFile;
use super::{SHARE_PASSAGES, file_name};
use crate::error::{Error, Result};
use crate::index::in_order::shares;
use crate::index::snapshot::Snapshot;
use crate::index::varint::Packed;
use crate::index::word_list::WordList;

/// Segments that are about to be merged, in this order, and that all have forward
/// files. Their other files go with the merge.
pub(in crate::index) struct Merging {
    sources: Vec<Source>,
}

struct Source {
    data: PathBuf,
    name: String,
    passages: u32,
    alive: Option<AliveBitSet>,
    /// What its tokens are in the merged segment.
    numbers: OnceLock<Vec<Packed>>,
}

impl Merging {
    /// Takes note of the segments `ids` of the last commit; `None` where one has
    /// no forward file that can be read.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where a segment cannot be read.
    pub(in crate::index) fn begin(directory: &Path, ids: &[SegmentId]) -> Result<Option<Self>> {
        let snapshot = Snapshot::open(directory)?;
        let mut sources = Vec::with_capacity(ids.len());
        for &id in ids {
            let name = file_name(id);
            let mut segments = snapshot.segments().iter();
            let Some(segment) = segments.find(|segment| segment.forward_file() == name) else {
                return Ok(None);
            };
            let Ok(Some(_)) = segment.forward() else { return Ok(None) };
            sources.push(Source {
                data: snapshot.data_directory().to_owned(),
                name,
                passages: segment.max_doc(),
                alive: segment.alive().cloned(),
                numbers: OnceLock::new(),
            });
        }
        Ok(Some(Self { sources }))
    }

    /// Makes the forward file of the segment `merged` that they became. Where that
    /// fails there is none, and [`super::add_missing`] tries its way.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`] where the segment cannot be read, [`Error::Io`] where
    /// a forward file cannot be read or written.
    pub(in crate::index) fn finish(
        &self,
        directory: &Path,
        merged: SegmentId,
        threads: usize,
    ) -> Result<()> {
        let snapshot = Snapshot::open(directory)?;
        let name = file_name(merged);
        let mut segments = snapshot.segments().iter();
        let Some(segment) = segments.find(|segment| segment.forward_file() == name) else {
            return Ok(());
        };
        let (language, passages) = (snapshot.language(), segment.max_doc());
        let lexicon = Lexicon::read(&snapshot, segment)?;
        let data = snapshot.data_directory().to_owned();
        drop(snapshot);
        let file = ForwardFile { directory: &data, name: &name, language, passages, threads };
        let shares = self.shares();
        file.write(lexicon, shares.len(), |at, all| {
            let (source, docs) = &shares[at];
            source.renumber(docs.clone(), all)
        })
    }

    /// The passages of all sources, cut into shares.
    fn shares(&self) -> Vec<(&Source, Range<u32>)> {
        let sources = self.sources.iter();
        let cut = sources.map(|source| (source, shares(source.passages, SHARE_PASSAGES)));
        cut.flat_map(|(source, shares)| shares.map(move |docs| (source, docs))).collect()
    }
}

impl Source {
    /// The tokens of those of the passages `docs` that are not deleted.
    ///
    /// The file is opened anew for each share, as what was read of it stays mapped
    /// as long as it is open.
    fn renumber(&self, docs: Range<u32>, all: &Numbers<'_>) -> Result<Renumbered> {
        let forward = self.open()?;
        let table = self.numbers.get_or_init(|| self.table(&forward, all));
        let damaged = || self.failed(io::ErrorKind::InvalidData.into());
        let mut renumbered = Renumbered::default();
        let is_alive = |doc: u32| self.alive.as_ref().is_none_or(|alive| alive.is_alive(doc));
        for doc in docs.filter(|&doc| is_alive(doc)) {
            let (title_len, tokens) = forward.tokens(doc).ok_or_else(damaged)?;
            renumbered
                .push(title_len, tokens.as_bytes(), table)
                .map_err(|error| self.failed(error))?;
        }
        Ok(renumbered)
    }

    fn open(&self) -> Result<Forward> {
        let map = || -> io::Result<Option<Forward>> {
            let directory = MmapDirectory::open(&self.data).map_err(io::Error::other)?;
            Forward::read(&directory, &self.data, &self.name, self.passages)
        };
        let opened = map().map_err(|error| self.failed(error))?;
        opened.ok_or_else(|| self.failed(io::ErrorKind::NotFound.into()))
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::io("read", self.data.join(&self.name))(error)
    }

    /// What the tokens of `forward` are in the merged segment.
    fn table(&self, forward: &Forward, all: &Numbers<'_>) -> Vec<Packed> {
        let mut words = WordList::default();
        (0..forward.word_count() as u32)
            .for_each(|word| words.push(forward.word(word).unwrap_or_default().as_bytes()));
        let (sorted, order) = words.sorted();
        all.table(&sorted, &order)
    }
}
