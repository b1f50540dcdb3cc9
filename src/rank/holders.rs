//! All passages that hold a term.

use tantivy::schema::Field;

use crate::error::Result;
use crate::index::OpenSegment;
use crate::index::postings::Cursor;

/// The passages of a segment that hold `term` in `field`, ascending, deleted
/// ones included.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`].
pub fn holders(segment: &OpenSegment, field: Field, term: &str) -> Result<Vec<u32>> {
    let mut holders = Vec::new();
    each_block_of_holders(segment, field, term, |docs| holders.extend_from_slice(docs))?;
    Ok(holders)
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
