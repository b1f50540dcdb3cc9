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
    let Some(postings) = segment.field(field)? else { return Ok(Vec::new()) };
    let info = postings.term(term.as_bytes()).map_err(|error| segment.damaged(error))?;
    let Some(info) = info else { return Ok(Vec::new()) };
    let mut cursor = Cursor::new(&postings.lists, &info);
    let mut docs = Vec::with_capacity(info.doc_freq as usize);
    while !cursor.is_past() {
        cursor.unpack_docs();
        docs.extend_from_slice(cursor.docs());
        cursor.next_block();
    }
    Ok(docs)
}
