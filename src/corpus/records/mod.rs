//! Formats of one record a line or row: JSON Lines, CSV and TSV.
//!
//! `record_stream` cuts a source into records within bounded memory, a scanner
//! finds the fields of a record where they lie (`json_scan`, `csv_scan`), and
//! `assemble` makes documents of them by a [`super::FieldMap`].

mod assemble;
mod columns;
mod csv;
mod csv_scan;
mod json_escapes;
mod json_scan;
mod jsonl;
mod likely;
mod lookahead;
mod pieces;
mod record;
mod record_stream;
#[cfg(test)]
mod testing;

pub use self::csv::CsvReader;
pub use self::jsonl::JsonLinesReader;
