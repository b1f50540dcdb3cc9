//! The columns of a segment: ids, places, lengths, dates and sketches of its
//! passages.
//!
//! To merge those of runs on disk the engine would take them to memory, all of a column
//! at a time and twice as much again for the ids. So they are held in a form ([`packed`])
//! that can be read from end to end, in a run or in memory, and [`merge`] writes what the
//! engine would: the ids brought together ([`ids`]), the numbers ([`values`]), which
//! passages have one ([`presence`]), and what column is where ([`output`]).

mod ids;
mod merge;
mod output;
mod packed;
mod presence;
mod values;

pub(super) use self::merge::merge;
pub(super) use self::packed::{PackedColumns, PlacedColumns};

use std::io;
use std::path::Path;

use tantivy::columnar::ColumnType;
use tantivy::directory::FileSlice;
use tantivy::index::Segment;

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

    /// The same, packed.
    fn pack(self) -> io::Result<(PackedColumns, FileSlice)> {
        let mut bytes = Vec::new();
        let columns = PackedColumns::write(&self, |piece| {
            bytes.extend_from_slice(piece);
            Ok(bytes.len() - piece.len()..bytes.len())
        })?;
        Ok((columns, FileSlice::from(bytes)))
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

/// Writes the columns of parts in memory, in this order, as those of `segment`; see
/// [`merge`].
pub(super) fn write(
    segment: &Segment,
    directory: &Path,
    parts: Vec<Columns>,
) -> tantivy::Result<()> {
    let packed = parts.into_iter().map(Columns::pack).collect::<io::Result<Vec<_>>>()?;
    let placed = packed.iter().map(|(columns, file)| PlacedColumns { columns, file });
    merge(segment, directory, &placed.collect::<Vec<_>>())
}
