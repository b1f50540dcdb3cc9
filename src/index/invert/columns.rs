//! The columns of a segment: ids, places, lengths, dates and sketches of its
//! passages.

use tantivy::columnar::{ColumnType, ColumnarWriter};
use tantivy::directory::TerminatingWrite;
use tantivy::index::{Segment, SegmentComponent};

use super::super::schema::Fields;
use crate::analysis::shingles::Sketch;
use crate::passage::Passage;

/// What a part's passages have in columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    rows: Vec<Row>,
    /// The document ids, one behind the other, each once for all the passages
    /// of its document that follow on each other.
    ids: String,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    id_start: usize,
    id_len: u32,
    ordinal: u32,
    line: u64,
    length: u32,
    date: Option<i32>,
    sketch: u64,
}

impl Columns {
    /// Adds a passage whose whole text has `length` tokens.
    pub(super) fn push(&mut self, passage: &Passage, length: u32, sketch: Sketch) {
        let id = passage.id.document.as_str();
        let id_start = match self.rows.last() {
            Some(last) if &self.ids[last.id()] == id => last.id_start,
            _ => {
                self.ids.push_str(id);
                self.ids.len() - id.len()
            }
        };
        self.rows.push(Row {
            id_start,
            id_len: id.len() as u32,
            ordinal: passage.id.ordinal,
            line: passage.lines.start,
            length,
            date: passage.date.map(time::Date::to_julian_day),
            sketch: sketch.0,
        });
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Row>() + self.ids.capacity()
    }
}

impl Row {
    fn id(&self) -> std::ops::Range<usize> {
        self.id_start..self.id_start + self.id_len as usize
    }
}

/// Writes the columns of parts, in this order, as those of `segment`.
pub(super) fn write(segment: &Segment, fields: &Fields, parts: &[Columns]) -> tantivy::Result<()> {
    let schema = segment.schema();
    let name = |field| schema.get_field_name(field);
    let (id, ordinal, line) = (name(fields.document_id), name(fields.ordinal), name(fields.line));
    let (length, date, sketch) = (name(fields.length), name(fields.date), name(fields.sketch));
    let mut writer = ColumnarWriter::default();
    for (name, column) in [
        (id, ColumnType::Str),
        (ordinal, ColumnType::U64),
        (line, ColumnType::U64),
        (length, ColumnType::U64),
        (date, ColumnType::I64),
        (sketch, ColumnType::U64),
    ] {
        writer.record_column_type(name, column, false);
    }
    let rows = parts.iter().flat_map(|part| part.rows.iter().map(|row| (&part.ids[row.id()], row)));
    let mut passages = 0;
    for (document, row) in rows {
        writer.record_str(passages, id, document);
        writer.record_numerical(passages, ordinal, u64::from(row.ordinal));
        writer.record_numerical(passages, line, row.line);
        writer.record_numerical(passages, length, u64::from(row.length));
        if let Some(day) = row.date {
            writer.record_numerical(passages, date, i64::from(day));
        }
        writer.record_numerical(passages, sketch, row.sketch);
        passages += 1;
    }
    let mut file = segment.open_write(SegmentComponent::FastFields)?;
    writer.serialize(passages, None, &mut file)?;
    Ok(file.terminate()?)
}
