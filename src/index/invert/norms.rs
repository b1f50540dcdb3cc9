//! The lengths of fields in passages, as the engine rounds them.

use std::io::{self, Write};

use tantivy::directory::{CompositeFile, CompositeWrite, FileSlice};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::{Segment, SegmentComponent};
use tantivy::schema::Field;

use crate::index::schema::Fields;

/// The fields that keep norms.
pub(super) fn fields_with_norms(fields: &Fields) -> [Field; 4] {
    [fields.text, fields.title, fields.heading, fields.characters]
}

/// The norms of a segment, one byte a passage and field.
pub(super) struct Norms {
    file: CompositeFile,
    /// For each field what all its norms stand for together.
    tokens: Vec<(Field, u64)>,
}

/// Takes norms of a field, piece by piece.
pub(super) type TakeNorms<'t> = &'t mut dyn FnMut(&[u8]) -> io::Result<()>;

impl Norms {
    /// Writes the norms of `segment`, which `give` gives for each field, and opens what
    /// was written.
    pub(super) fn write(
        segment: &Segment,
        fields: &Fields,
        give: impl Fn(Field, TakeNorms<'_>) -> io::Result<()>,
    ) -> tantivy::Result<Self> {
        let mut file = CompositeWrite::wrap(segment.open_write(SegmentComponent::FieldNorms)?);
        let mut all_tokens = Vec::new();
        for field in fields_with_norms(fields) {
            let (file, mut tokens) = (file.for_field(field), 0);
            give(field, &mut |norms| {
                let lengths = norms.iter().map(|&norm| FieldNormReader::id_to_fieldnorm(norm));
                tokens += lengths.map(u64::from).sum::<u64>();
                file.write_all(norms)
            })?;
            all_tokens.push((field, tokens));
        }
        file.close()?;
        let file = CompositeFile::open(&segment.open_read(SegmentComponent::FieldNorms)?)?;
        Ok(Self { file, tokens: all_tokens })
    }

    /// Those of `field`; `None` where it keeps none.
    pub(super) fn of_field(&self, field: Field) -> Option<FieldNorms> {
        let &(_, tokens) = self.tokens.iter().find(|(with_norms, _)| *with_norms == field)?;
        Some(FieldNorms { file: self.file.open_read(field)?, tokens })
    }
}

/// The norms of a field. Those of a large segment are mapped as long as a reader of them
/// is held.
pub(super) struct FieldNorms {
    file: FileSlice,
    /// How many tokens they stand for together.
    pub(super) tokens: u64,
}

impl FieldNorms {
    pub(super) fn open(&self) -> io::Result<FieldNormReader> {
        FieldNormReader::open(self.file.clone()).map_err(io::Error::other)
    }
}
