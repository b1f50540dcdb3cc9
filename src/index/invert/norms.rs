//! The lengths of fields in passages, as the engine rounds them.

use std::io;

use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::schema::Field;

use crate::index::schema::Fields;

/// The fields that keep norms.
pub(super) fn fields_with_norms(fields: &Fields) -> [Field; 4] {
    [fields.text, fields.title, fields.heading, fields.characters]
}

/// Writes the norms of a segment, one byte a passage, which `of` gives for each
/// field, and opens what was written.
pub(super) fn write(
    segment: &Segment,
    fields: &Fields,
    of: impl Fn(Field) -> io::Result<Vec<u8>>,
) -> tantivy::Result<FieldNormReaders> {
    let file = segment.open_write(SegmentComponent::FieldNorms)?;
    let mut serializer = FieldNormsSerializer::from_write(file)?;
    for field in fields_with_norms(fields) {
        serializer.serialize_field(field, &of(field)?)?;
    }
    serializer.close()?;
    FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)
}
