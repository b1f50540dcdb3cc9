//! How many hits documents have, of which several can have the same id.

use rustc_hash::FxHashMap;

use super::choose::Chosen;
use super::of_source::OfSource;
use crate::error::Result;
use crate::index::{Snapshot, StoredPassage};

/// The hits whose documents have one id. What each source calls by it is a document of
/// its own; which source a hit is of is looked up once it matters.
#[derive(Default)]
pub(super) struct Taken<'s> {
    /// Their places among the hits, ascending.
    hits: Vec<usize>,
    /// How many hits each source has, of the first `counted` ones.
    by_source: FxHashMap<String, usize>,
    counted: usize,
    /// The passages of the first hit's source.
    of_first: Option<OfSource<'s>>,
}

impl<'s> Taken<'s> {
    /// Whether one of them comes at `place` or behind it.
    pub(super) fn reach(&self, place: usize) -> bool {
        self.hits.last().is_some_and(|&last| last >= place)
    }

    /// Whether there are none so far.
    pub(super) fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// Adds the hit that comes at `place`.
    pub(super) fn add(&mut self, place: usize) {
        self.hits.push(place);
    }

    /// Whether the document that `passage` is of has `limit` of `hits` or more.
    pub(super) fn is_enough(
        &mut self,
        snapshot: &'s Snapshot,
        limit: usize,
        hits: &mut [Chosen],
        passage: &mut Chosen,
    ) -> Result<bool> {
        if self.hits.len() < limit {
            return Ok(false);
        }
        self.count(snapshot, hits)?;
        if let [only] = self.by_source.keys().collect::<Vec<_>>()[..] {
            // The usual case, in which the passage need not be read.
            let of_first = match self.of_first.take() {
                Some(of_first) => of_first,
                None => OfSource::new(snapshot, only)?,
            };
            if self.of_first.insert(of_first).holds(passage.scored.address)? {
                return Ok(true);
            }
        }
        let source = &passage.read(snapshot)?.source;
        Ok(self.by_source.get(source).is_some_and(|&count| count >= limit))
    }

    /// Says of the hits that are the last of documents with `limit` or more how many
    /// these have.
    pub(super) fn tell(
        mut self,
        snapshot: &'s Snapshot,
        limit: usize,
        hits: &mut [Chosen],
    ) -> Result<()> {
        if self.hits.len() < limit {
            return Ok(());
        }
        self.count(snapshot, hits)?;
        for &place in self.hits.iter().rev() {
            let StoredPassage { source, .. } = hits[place].read(snapshot)?;
            let count = self.by_source.remove(source);
            hits[place].last_of = count.filter(|&count| count >= limit);
        }
        Ok(())
    }

    fn count(&mut self, snapshot: &Snapshot, hits: &mut [Chosen]) -> Result<()> {
        for &place in &self.hits[self.counted..] {
            let StoredPassage { source, .. } = hits[place].read(snapshot)?;
            *self.by_source.entry(source.clone()).or_default() += 1;
            self.counted += 1;
        }
        Ok(())
    }
}
