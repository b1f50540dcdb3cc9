//! The columns of a segment: ids, places, lengths, dates and sketches of its
//! passages.
//!
//! Of parts in memory the engine writes them. Those of runs on disk it would take to
//! memory to merge them, all of a column at a time and twice as much again for the ids.
//! So a run holds them in a form ([`packed`]) that can be read from end to end, and
//! [`merge`] writes what the engine would: the ids brought together ([`ids`]), the
//! numbers ([`values`]), which passages have one ([`presence`]), and what column is
//! where ([`output`]).

mod ids;
mod merge;
mod output;
mod packed;
mod presence;
mod values;

pub(super) use self::merge::merge;
pub(super) use self::packed::PackedColumns;

use tantivy::columnar::{ColumnType, ColumnarWriter};
use tantivy::directory::TerminatingWrite;
use tantivy::index::{Segment, SegmentComponent};

use crate::analysis::shingles::Sketch;
use crate::index::schema::{DATE, DOCUMENT_ID, LENGTH, LINE, ORDINAL, SKETCH};
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
    sketch: u32,
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

    /// Gives back what is not needed when nothing more is added.
    pub(super) fn shrink(&mut self) {
        self.rows.shrink_to_fit();
        self.ids.shrink_to_fit();
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

/// The columns, with their types, in the order of their names, as they lie in a file.
const COLUMNS: [(&str, ColumnType); 6] = [
    (DATE, ColumnType::I64),
    (DOCUMENT_ID, ColumnType::Str),
    (LENGTH, ColumnType::U64),
    (LINE, ColumnType::U64),
    (ORDINAL, ColumnType::U64),
    (SKETCH, ColumnType::U64),
];

/// Writes the columns of parts, in this order, as those of `segment`.
pub(super) fn write(segment: &Segment, parts: &[Columns]) -> tantivy::Result<()> {
    let mut writer = ColumnarWriter::default();
    for (name, column) in COLUMNS {
        writer.record_column_type(name, column, false);
    }
    let rows = parts.iter().flat_map(|part| part.rows.iter().map(|row| (&part.ids[row.id()], row)));
    let mut passages = 0;
    for (document, row) in rows {
        writer.record_str(passages, DOCUMENT_ID, document);
        writer.record_numerical(passages, ORDINAL, u64::from(row.ordinal));
        writer.record_numerical(passages, LINE, row.line);
        writer.record_numerical(passages, LENGTH, u64::from(row.length));
        if let Some(day) = row.date {
            writer.record_numerical(passages, DATE, i64::from(day));
        }
        writer.record_numerical(passages, SKETCH, u64::from(row.sketch));
        passages += 1;
    }
    let mut file = segment.open_write(SegmentComponent::FastFields)?;
    writer.serialize(passages, None, &mut file)?;
    Ok(file.terminate()?)
}
