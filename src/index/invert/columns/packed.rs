//! The columns of a part, as they are merged.
//!
//! A column has a number for each passage, one behind the other, as [`varint`] has
//! them; in that of the ids it is the number of the passage's id among all ids of the
//! part. Those lie in the order of their bytes, each with its length in front.

use std::io;
use std::ops::Range;

use tantivy::directory::FileSlice;
use time::Date;

use super::{COLUMNS, Columns, Row};
use crate::index::invert::run::push_bytes;
use crate::index::schema::{DATE, DOCUMENT_ID, LENGTH, LINE, ORDINAL};
use crate::index::varint;
use crate::index::word_list::WordList;

/// Where the columns of a part are in what holds them.
pub(in crate::index::invert) struct PackedColumns {
    pub(super) passages: u32,
    /// How many of its passages have a date.
    pub(super) dated: u32,
    /// How many ids there are.
    pub(super) documents: u32,
    pub(super) ids: Range<usize>,
    /// In the order of [`COLUMNS`].
    pub(super) columns: Vec<Range<usize>>,
}

/// The columns of a part, and the file that holds them, or memory.
#[derive(Clone, Copy)]
pub(in crate::index::invert) struct PlacedColumns<'p> {
    pub(in crate::index::invert) columns: &'p PackedColumns,
    pub(in crate::index::invert) file: &'p FileSlice,
}

impl PackedColumns {
    /// Hands `columns` piece by piece to `write`, which says where it put each.
    pub(in crate::index::invert) fn write(
        columns: &Columns,
        mut write: impl FnMut(&[u8]) -> io::Result<Range<usize>>,
    ) -> io::Result<Self> {
        let Documents { ids, numbers } = Documents::of(columns);
        let mut packed = Vec::new();
        for at in 0..ids.len() {
            push_bytes(&mut packed, ids.get(at));
        }
        let place_of_ids = write(&packed)?;
        let column = |(name, _)| {
            packed.clear();
            for (row, &document) in columns.rows.iter().zip(&numbers) {
                let number = if name == DOCUMENT_ID { document.into() } else { row.number(name) };
                varint::push(&mut packed, number);
            }
            write(&packed)
        };
        let places = COLUMNS.into_iter().map(column).collect::<io::Result<_>>()?;
        Ok(Self {
            passages: columns.len() as u32,
            dated: columns.rows.iter().filter(|row| row.date.is_some()).count() as u32,
            documents: ids.len() as u32,
            ids: place_of_ids,
            columns: places,
        })
    }
}

impl Row {
    /// What the column `name`, which is not that of the ids, has for it.
    fn number(&self, name: &str) -> u64 {
        match name {
            DATE => self.date.map_or(NO_DATE, packed_date),
            LENGTH => self.length.into(),
            LINE => self.line,
            ORDINAL => self.ordinal.into(),
            _ => self.sketch.into(),
        }
    }
}

/// Stands for the date of a passage that has none.
const NO_DATE: u64 = 0;

/// The day before the first one that a date can be.
const BEFORE_DAYS: i64 = Date::MIN.to_julian_day() as i64 - 1;

fn packed_date(day: i32) -> u64 {
    (i64::from(day) - BEFORE_DAYS) as u64
}

/// The Julian day of a packed date.
pub(super) fn unpacked_date(number: u64) -> Option<i64> {
    (number != NO_DATE).then(|| number as i64 + BEFORE_DAYS)
}

/// The documents of some passages.
struct Documents {
    /// Their ids, each once, in the order of their bytes.
    ids: WordList,
    /// For each passage the number of its document's id.
    numbers: Vec<u32>,
}

impl Documents {
    fn of(columns: &Columns) -> Self {
        // Each id once for all the passages that follow on each other. An empty one begins
        // where the next does.
        let (mut groups, mut numbers) = (WordList::default(), Vec::new());
        let mut before = None;
        for row in &columns.rows {
            if before.replace(row.id()) != Some(row.id()) {
                groups.push(columns.ids[row.id()].as_bytes());
            }
            numbers.push(groups.len() as u32 - 1);
        }
        let (sorted, order) = groups.sorted();
        let mut ids = WordList::default();
        let mut number_of = vec![0; groups.len()];
        for (at, &group) in order.iter().enumerate() {
            if at == 0 || sorted.get(at) != sorted.get(at - 1) {
                ids.push(sorted.get(at));
            }
            number_of[group as usize] = ids.len() as u32 - 1;
        }
        numbers.iter_mut().for_each(|number| *number = number_of[*number as usize]);
        Self { ids, numbers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_comes_back() {
        for date in [Date::MIN, Date::MAX, time::macros::date!(2011 - 12 - 15)] {
            let day = date.to_julian_day();
            assert_eq!(unpacked_date(packed_date(day)), Some(day.into()));
        }
        assert_eq!(unpacked_date(NO_DATE), None);
    }
}
