//! All passages that hold a term, or any of some.

use std::sync::Arc;

use tantivy::schema::Field;

use super::passage_set::PassageSet;
use super::plan::Selection;
use crate::error::Result;
use crate::index::postings::Cursor;
use crate::index::{OpenSegment, Snapshot};

/// Passages of one snapshot; copies share them.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPassages {
    of_segments: Arc<[PassageSet]>,
}

/// The passages of a segment that hold `term` in `field`, ascending, deleted
/// ones included.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`].
pub fn holders(segment: &OpenSegment, field: Field, term: &str) -> Result<Vec<u32>> {
    let mut holders = Vec::new();
    each_block_of_holders(segment, field, term, |docs| holders.extend_from_slice(docs))?;
    segment.check_damage()?;
    Ok(holders)
}

/// For each of `fits` the passages that hold any of the terms in `field` which it
/// accepts. All terms are walked once, and none is looked up.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`].
pub fn holders_of_any(
    snapshot: &Snapshot,
    field: Field,
    fits: &[impl Fn(&str) -> bool],
) -> Result<Vec<Selection>> {
    let mut found: Vec<Vec<PassageSet>> = vec![Vec::new(); fits.len()];
    for segment in snapshot.segments() {
        found.iter_mut().for_each(|sets| sets.push(PassageSet::none(segment.max_doc())));
        if let Some(postings) = segment.field(field)? {
            let stream = postings.dictionary.stream();
            let mut stream = stream.map_err(|error| segment.damaged(error))?;
            while stream.advance() {
                let Ok(term) = std::str::from_utf8(stream.key()) else { continue };
                for (fits, sets) in fits.iter().zip(&mut found) {
                    if let Some(set) = sets.last_mut().filter(|_| fits(term)) {
                        let cursor = Cursor::new(&postings.lists, stream.value());
                        cursor.each_block(|docs| set.insert_all(docs));
                    }
                }
            }
        }
        segment.check_damage()?;
    }
    let selection = |sets: Vec<_>| Selection::Found(FoundPassages { of_segments: sets.into() });
    Ok(found.into_iter().map(selection).collect())
}

impl FoundPassages {
    /// Those of the segment with this number.
    pub(super) fn of_segment(&self, ordinal: usize) -> &PassageSet {
        &self.of_segments[ordinal]
    }
}

/// Gives them to `take`, a block of postings at a time.
pub(super) fn each_block_of_holders(
    segment: &OpenSegment,
    field: Field,
    term: &str,
    take: impl FnMut(&[u32]),
) -> Result<()> {
    let Some(postings) = segment.field(field)? else { return Ok(()) };
    let info = postings.term(term.as_bytes()).map_err(|error| segment.damaged(error))?;
    if let Some(info) = info {
        Cursor::new(&postings.lists, &info).each_block(take);
    }
    Ok(())
}
