//! Passages by their place: an id, a line of a file, the neighbours of another.

use std::ops::RangeInclusive;

use tantivy::DocAddress;

use super::searcher::Searcher;
use crate::document::DocumentId;
use crate::error::{Error, Result};
use crate::index::sources::SourceKey;
use crate::index::{OpenSegment, Snapshot, StoredPassage};
use crate::passage::{AtLine, ContentHash, Passage, PassageId, Placed};
use crate::rank;

/// How many passages of the same document to give around one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Neighbours {
    /// Before it.
    pub before: u32,
    /// Behind it.
    pub after: u32,
}

impl Searcher {
    /// Where the passages with this id are: several documents can use one.
    ///
    /// # Errors
    ///
    /// [`Error::PassageMissing`] where there is none, [`Error::IndexDamaged`].
    pub fn passages_called(&self, id: &PassageId) -> Result<Vec<DocAddress>> {
        let found = addresses_of(self.snapshot(), id.document.as_str(), id.ordinal..=id.ordinal)?;
        if found.is_empty() {
            return Err(Error::PassageMissing { place: id.to_string() });
        }
        Ok(found.into_iter().map(|(_, address)| address).collect())
    }

    /// Whether a document with this id has passages.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn holds_document(&self, id: &DocumentId) -> Result<bool> {
        addresses_of(self.snapshot(), id.as_str(), 0..=u32::MAX).map(|found| !found.is_empty())
    }

    /// The passages on line `line` (from 1) of a source as it was indexed, in order: the
    /// one that began before it and goes on there, and those that begin there. Where the
    /// line belongs to none, the next one, else the last.
    ///
    /// # Errors
    ///
    /// [`Error::PassageMissing`] where the source has no passages,
    /// [`Error::IndexDamaged`].
    pub fn passages_at(&self, source: &SourceKey, line: u64) -> Result<Vec<Placed<DocAddress>>> {
        let mut at_line = AtLine::new(line);
        for (ordinal, segment) in (0..).zip(self.snapshot().segments()) {
            let (lines, ordinals) = (segment.lines()?, segment.ordinals()?);
            for doc in self.of_source(segment, source)? {
                let number = |column: Option<&tantivy::columnar::Column<u64>>| {
                    column.and_then(|column| column.first(doc)).unwrap_or(0)
                };
                let place = (number(lines.as_ref()), number(ordinals));
                at_line.offer(place, DocAddress::new(ordinal, doc));
            }
        }
        let found = at_line.find(|what| {
            let Passage { span, lines, .. } = self.snapshot().passage(what)?.passage;
            Ok(Placed { what, span, lines })
        })?;
        if found.is_empty() {
            let place = format!("{}:{line}", source.as_str());
            return Err(Error::PassageMissing { place });
        }
        Ok(found)
    }

    /// A passage of a source with this hash; `None` where it has none.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn passage_with(
        &self,
        source: &SourceKey,
        hash: ContentHash,
    ) -> Result<Option<StoredPassage>> {
        for segment in self.snapshot().segments() {
            for doc in self.of_source(segment, source)? {
                let stored = segment.passage(doc)?;
                if stored.passage.content_hash == hash {
                    return Ok(Some(stored));
                }
            }
        }
        Ok(None)
    }

    /// The passages around `passage` of `source` in its document, in order, without
    /// itself. What another source calls by the same id is another document.
    ///
    /// # Errors
    ///
    /// [`Error::IndexDamaged`].
    pub fn neighbours(
        &self,
        source: &SourceKey,
        passage: &Passage,
        neighbours: Neighbours,
    ) -> Result<(Vec<StoredPassage>, Vec<StoredPassage>)> {
        let ordinal = passage.id.ordinal;
        let range =
            ordinal.saturating_sub(neighbours.before)..=ordinal.saturating_add(neighbours.after);
        let mut before = self.of_document(passage.id.document.as_str(), range)?;
        before.retain(|stored| stored.source == source.as_str());
        let at = before.iter().take_while(|stored| stored.passage.id.ordinal < ordinal).count();
        let mut after = before.split_off(at);
        after.retain(|stored| stored.passage.id.ordinal > ordinal);
        Ok((before, after))
    }

    /// The passages of a document whose ordinals lie in `range`, in order; of all
    /// sources that use its id.
    fn of_document(
        &self,
        document: &str,
        range: RangeInclusive<u32>,
    ) -> Result<Vec<StoredPassage>> {
        let found = addresses_of(self.snapshot(), document, range)?;
        found.into_iter().map(|(_, address)| self.snapshot().passage(address)).collect()
    }

    /// The passages of a source in one segment, without deleted ones.
    fn of_source(&self, segment: &OpenSegment, source: &SourceKey) -> Result<Vec<u32>> {
        let field = self.snapshot().fields().source;
        let mut docs = rank::holders(segment, field, source.as_str())?;
        docs.retain(|&doc| segment.is_alive(doc));
        Ok(docs)
    }
}

/// Where `stored` lies; `None` where it is not of this commit. Its id alone does not
/// tell: several files can use one.
pub(super) fn address_of(
    snapshot: &Snapshot,
    stored: &StoredPassage,
) -> Result<Option<DocAddress>> {
    let id = &stored.passage.id;
    for (_, address) in addresses_of(snapshot, id.document.as_str(), id.ordinal..=id.ordinal)? {
        if snapshot.passage(address)? == *stored {
            return Ok(Some(address));
        }
    }
    Ok(None)
}

/// Where the passages of a document lie whose ordinals are in `range`, in
/// the order of these, with them; those of all sources that use its id.
pub(super) fn addresses_of(
    snapshot: &Snapshot,
    document: &str,
    range: RangeInclusive<u32>,
) -> Result<Vec<(u64, DocAddress)>> {
    let range = u64::from(*range.start())..=u64::from(*range.end());
    let mut found = Vec::new();
    for (number, segment) in (0..).zip(snapshot.segments()) {
        let Some(document) = segment.document_called(document)? else { continue };
        let Some(ordinals) = segment.ordinals()? else { continue };
        let docs = segment.passages_of(document)?.into_iter();
        for doc in docs.filter(|&doc| segment.is_alive(doc)) {
            if let Some(ordinal) = ordinals.first(doc).filter(|at| range.contains(at)) {
                found.push((ordinal, DocAddress::new(number, doc)));
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}
