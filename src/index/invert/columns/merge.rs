//! Merges the columns of parts.

use std::cell::Cell;
use std::io::{self, Write};
use std::path::Path;

use tantivy::columnar::MonotonicallyMappableToU64;
use tantivy::directory::TerminatingWrite;
use tantivy::index::{Segment, SegmentComponent};

use super::ids::MergedIds;
use super::output::{Counted, Output};
use super::packed::{PlacedColumns, unpacked_date};
use super::{COLUMNS, presence, values};
use crate::index::draft::Scratch;
use crate::index::schema::{DATE, DOCUMENT_ID};
use crate::index::window::Window;

/// Writes the columns of `parts`, in this order, as those of `segment`. What of them is
/// put together on the way lies in `directory` for the time being.
pub(in crate::index::invert) fn merge(
    segment: &Segment,
    directory: &Path,
    parts: &[PlacedColumns<'_>],
) -> tantivy::Result<()> {
    let stacked = Stacked { parts, failure: Cell::default() };
    let mut output = Output::new(segment.open_write(SegmentComponent::FastFields)?);
    for (at, column) in COLUMNS.into_iter().enumerate() {
        output.column(column, |file| match column {
            (DATE, _) => stacked.write_dates(at, file),
            (DOCUMENT_ID, _) => stacked.write_ids(at, Scratch::new(directory, "runs.ids"), file),
            _ => stacked.write_full(file, || stacked.numbers(at)),
        })?;
        stacked.check()?;
    }
    Ok(output.close(stacked.passages())?.terminate()?)
}

/// Parts as one.
struct Stacked<'p> {
    parts: &'p [PlacedColumns<'p>],
    /// What went wrong while something of them was read.
    failure: Cell<Option<io::Error>>,
}

impl Stacked<'_> {
    fn passages(&self) -> u32 {
        self.parts.iter().map(|part| part.columns.passages).sum()
    }

    fn check(&self) -> io::Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Writes a column of which every passage has a value.
    fn write_full<I: Iterator<Item = u64>>(
        &self,
        file: &mut dyn Write,
        open: impl Fn() -> I,
    ) -> io::Result<()> {
        let presence_bytes = presence::write_full(file)?;
        values::write(file, open)?;
        file.write_all(&presence_bytes.to_le_bytes())
    }

    fn write_dates(&self, column: usize, file: &mut dyn Write) -> io::Result<()> {
        let dates = || self.numbers(column).map(unpacked_date);
        let values = || dates().flatten().map(i64::to_u64);
        if self.parts.iter().all(|part| part.columns.dated == part.columns.passages) {
            return self.write_full(file, values);
        }
        let dated = (0..).zip(dates()).filter_map(|(passage, date)| date.map(|_| passage));
        let presence_bytes = presence::write_some(dated, self.passages(), file)?;
        values::write(file, values)?;
        file.write_all(&presence_bytes.to_le_bytes())
    }

    fn write_ids<W: Write>(
        &self,
        column: usize,
        scratch: Scratch,
        file: &mut Counted<W>,
    ) -> io::Result<()> {
        let start = file.written;
        let ids = MergedIds::write(self.parts, scratch, file)?;
        let too_long = |_| io::Error::other("the ids of a segment take more than 4 GiB");
        let dictionary_bytes = u32::try_from(file.written - start).map_err(too_long)?;
        let numbers = |(at, part)| {
            let numbers = ids.of_part(at).unwrap_or_else(|failure| {
                self.failure.set(Some(failure));
                Vec::new()
            });
            let number = move |number| numbers.get(number as usize).copied().unwrap_or(0).into();
            self.numbers_of(part, column).map(number)
        };
        self.write_full(file, || self.parts.iter().enumerate().flat_map(numbers))?;
        file.write_all(&dictionary_bytes.to_le_bytes())
    }

    /// What all passages have in the column at `column` of [`COLUMNS`].
    fn numbers(&self, column: usize) -> impl Iterator<Item = u64> {
        self.parts.iter().flat_map(move |part| self.numbers_of(part, column))
    }

    fn numbers_of(&self, part: &PlacedColumns<'_>, column: usize) -> impl Iterator<Item = u64> {
        let PlacedColumns { file, columns } = part;
        let window = Window::new(file.slice(columns.columns[column].clone()));
        NumbersOf { window, left: columns.passages, failure: &self.failure }
    }
}

/// What the passages of a part have in a column.
struct NumbersOf<'f> {
    window: Window,
    left: u32,
    failure: &'f Cell<Option<io::Error>>,
}

impl Iterator for NumbersOf<'_> {
    type Item = u64;

    /// What goes wrong is noted at once: who takes as many as there are does not ask for
    /// the end.
    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let number = self.window.number();
        if let Err(failure) = self.window.check() {
            self.failure.set(Some(failure));
        }
        Some(number)
    }
}
