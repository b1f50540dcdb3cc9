//! A scanner for delimited rows: where records end and where fields stand.
//!
//! The rules are those of the `csv` crate, which the tests hold it against; that
//! crate is not used itself because it does not tell where in the file a field
//! stands. A quote opens a field only at its start; inside, two quotes are one;
//! what follows a closing quote is taken literally.

use super::pieces::{Form, Notation, Piece, cut_plain};
use super::record::BadRecord;
use super::record_stream::{Cut, Cutter, MAX_RECORD_BYTES};
use crate::corpus::encoding::Reach;
use crate::document::OffsetMap;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// CSV: fields may be quoted; a row ends at `\n`, `\r` or both.
    Quoted { delimiter: u8 },
    /// TSV: nothing is quoted; a row is a line.
    Bare { delimiter: u8 },
}

/// How many bytes are searched for the ends of rows that have none before a quoted
/// field is no longer believed to go on behind its line: the longest record. Without
/// a bound a table whose every line opens a quote would be searched to its end from
/// each.
const MAX_VAIN_BYTES: usize = MAX_RECORD_BYTES;

/// Cuts behind each row.
#[derive(Debug)]
pub(super) struct RowCutter {
    dialect: Dialect,
    at: usize,
    state: State,
    /// The bytes that were searched in rows that turned out to be none.
    vain_bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Bare,
    Quoted,
    /// Behind a quote that may close its field or be the first of two.
    QuoteSeen,
}

impl RowCutter {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, at: 0, state: State::FieldStart, vain_bytes: 0 }
    }

    /// The end of the row, if it is among the bytes at hand.
    fn row_end(&mut self, rest: &[u8]) -> Cut {
        let Dialect::Quoted { delimiter } = self.dialect else {
            let found = memchr::memchr(b'\n', &rest[self.at..]).map(|len| self.at + len + 1);
            self.at = rest.len();
            return found.map_or(Cut::Beyond, Cut::At);
        };
        let is_doubtful = self.vain_bytes > MAX_VAIN_BYTES;
        while let Some(&byte) = rest.get(self.at) {
            match self.state {
                State::FieldStart if byte == b'"' => {
                    self.state = State::Quoted;
                    self.at += 1;
                }
                State::FieldStart => self.state = State::Bare,
                State::Bare => {
                    let Some(len) = memchr::memchr3(delimiter, b'\n', b'\r', &rest[self.at..])
                    else {
                        self.at = rest.len();
                        return Cut::Beyond;
                    };
                    self.at += len + 1;
                    if rest[self.at - 1] != delimiter {
                        return Cut::At(self.at);
                    }
                    self.state = State::FieldStart;
                }
                State::Quoted => {
                    let end = if is_doubtful { b'\n' } else { b'"' };
                    let Some(len) = memchr::memchr2(b'"', end, &rest[self.at..]) else {
                        self.at = rest.len();
                        return Cut::Beyond;
                    };
                    if rest[self.at + len] != b'"' {
                        return Cut::Bad(BadRecord::UnclosedQuote);
                    }
                    self.state = State::QuoteSeen;
                    self.at += len + 1;
                }
                State::QuoteSeen if byte == b'"' => {
                    self.state = State::Quoted;
                    self.at += 1;
                }
                State::QuoteSeen => self.state = State::Bare,
            }
        }
        Cut::Beyond
    }

    fn begin(&mut self) {
        self.at = 0;
        self.state = State::FieldStart;
    }
}

impl Cutter for RowCutter {
    fn cut(&mut self, rest: &[u8], reach: Reach) -> Cut {
        let cut = match self.row_end(rest) {
            Cut::Beyond if reach == Reach::More => return Cut::Beyond,
            Cut::Beyond if self.state == State::Quoted => Cut::Bad(BadRecord::UnclosedQuote),
            Cut::Beyond => Cut::At(rest.len()),
            cut => cut,
        };
        if let Cut::At(_) = cut {
            self.begin();
        }
        cut
    }

    fn restart(&mut self) {
        self.vain_bytes += self.at;
        self.begin();
    }
}

/// How many fields of a row are looked at. Chosen by hand, to bound memory.
const MAX_FIELDS: usize = 1 << 16;

/// Puts the fields of `row`, a record without its line end, into `fields`.
pub(super) fn split_row(row: &str, dialect: Dialect, fields: &mut Vec<Piece>) {
    fields.clear();
    let bytes = row.as_bytes();
    let mut at = 0;
    loop {
        let (field, end) = match dialect {
            Dialect::Quoted { delimiter } if bytes.get(at) == Some(&b'"') => {
                quoted_field(bytes, at + 1, delimiter)
            }
            Dialect::Quoted { delimiter } | Dialect::Bare { delimiter } => {
                let end = next(delimiter, bytes, at);
                (Piece { start: at, end, form: Form::Plain }, end)
            }
        };
        fields.push(field);
        if end >= bytes.len() || fields.len() == MAX_FIELDS {
            return;
        }
        at = end + 1;
    }
}

/// The field that begins behind the quote before `start`, and the offset of the
/// delimiter behind it.
fn quoted_field(bytes: &[u8], start: usize, delimiter: u8) -> (Piece, usize) {
    let mut form = Form::Plain;
    let mut at = start;
    loop {
        at = next(b'"', bytes, at);
        match bytes.get(at + 1) {
            Some(b'"') => {
                form = Form::Escaped;
                at += 2;
            }
            Some(&byte) if byte != delimiter => {
                let end = next(delimiter, bytes, at + 1);
                return (Piece { start, end, form: Form::Escaped }, end);
            }
            _ => return (Piece { start, end: at, form }, at + 1),
        }
    }
}

fn next(byte: u8, bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|rest| memchr::memchr(byte, rest)).map_or(bytes.len(), |len| at + len)
}

/// How CSV writes quoted fields, their opening quote left out.
pub(super) const NOTATION: Notation = Notation { unescape: unquote, cut };

/// Between two quotes that are one no line ends; a cut elsewhere goes before the
/// quotes that it would fall among.
fn cut(raw: &str, limit: usize) -> usize {
    let end = cut_plain(raw, limit);
    let quotes = raw[..end].bytes().rev().take_while(|&byte| byte == b'"').count();
    if quotes < end { end - quotes } else { (end & !1).max(1) }
}

fn unquote(raw: &str, source: u64, text: &mut String, offsets: &mut OffsetMap) {
    let mut copy = |from: usize, to: usize, unit: u32| {
        offsets.push(text.len(), to - from, source + from as u64, 1, unit);
        text.push_str(&raw[from..to]);
    };
    let bytes = raw.as_bytes();
    let mut at = 0;
    loop {
        let quote = next(b'"', bytes, at);
        copy(at, quote, 1);
        if quote == bytes.len() {
            return;
        }
        if bytes.get(quote + 1) != Some(&b'"') {
            // The closing quote; what is behind it is literal.
            copy(quote + 1, bytes.len(), 1);
            return;
        }
        copy(quote, quote + 1, 2);
        at = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All rows of `text`, unquoted; nothing if a quote is left open.
    fn rows(text: &str, dialect: Dialect) -> Option<Vec<Vec<String>>> {
        let mut cutter = RowCutter::new(dialect);
        let mut rows = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let Cut::At(len) = cutter.cut(&text.as_bytes()[at..], Reach::End) else {
                return None;
            };
            let row = &text[at..at + len];
            let row = row.strip_suffix('\n').unwrap_or(row);
            let row = row.strip_suffix('\r').unwrap_or(row);
            at += len;
            if row.is_empty() {
                continue;
            }
            let mut fields = Vec::new();
            split_row(row, dialect, &mut fields);
            let say = |field: &Piece| {
                let raw = &row[field.start..field.end];
                let mut said = String::new();
                match field.form {
                    Form::Plain => said.push_str(raw),
                    Form::Escaped => unquote(raw, 0, &mut said, &mut OffsetMap::empty()),
                }
                said
            };
            rows.push(fields.iter().map(say).collect());
        }
        Some(rows)
    }

    fn rows_by_csv(text: &str, builder: &mut csv::ReaderBuilder) -> Vec<Vec<String>> {
        let mut reader = builder.has_headers(false).flexible(true).from_reader(text.as_bytes());
        let rows = reader.records().map_while(Result::ok);
        rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_row_is_found_however_the_bytes_come_in() {
        let text = b"a,\"b\"\"\n\",c\r\nnext";
        let mut cutter = RowCutter::new(Dialect::Quoted { delimiter: b',' });
        for len in 1..11 {
            assert_eq!(cutter.cut(&text[..len], Reach::More), Cut::Beyond, "{len}");
        }
        assert_eq!(cutter.cut(text, Reach::More), Cut::At(11));
    }

    #[test]
    fn quotes_that_never_close_are_not_searched_to_the_end_for_ever() {
        // Each of these lines was searched to the end of the table.
        let line = format!("a,\"b\",\"{}\n", "c".repeat(1000));
        let table = line.repeat(10_000);
        let mut cutter = RowCutter::new(Dialect::Quoted { delimiter: b',' });
        let mut searched = 0;
        for at in (0..table.len()).step_by(line.len()) {
            let cut = cutter.cut(&table.as_bytes()[at..], Reach::End);
            assert_eq!(cut, Cut::Bad(BadRecord::UnclosedQuote));
            searched += cutter.at;
            cutter.restart();
        }
        assert!(searched < 2 * MAX_VAIN_BYTES);
        assert_eq!(cutter.cut(b"a,b\nc", Reach::More), Cut::At(4));
    }

    proptest! {
        #[test]
        fn a_field_that_is_cut_says_the_same(text in "[a\"\né]{0,24}", limit in 4_usize..12) {
            let raw = text.replace('"', "\"\"");
            let mut said = String::new();
            let mut offsets = OffsetMap::empty();
            let mut at = 0;
            while at < raw.len() {
                let rest = &raw[at..];
                let end = if rest.len() > limit { cut(rest, limit) } else { rest.len() };
                prop_assert!((1..=limit).contains(&end));
                unquote(&rest[..end], at as u64, &mut said, &mut offsets);
                at += end;
            }
            prop_assert_eq!(said, text);
        }

        #[test]
        fn rows_are_read_as_the_csv_crate_reads_them(
            text in "[a,\"\n\ré;\t ]{0,24}",
            delimiter in prop::sample::select(&b",;\t"[..]),
        ) {
            if let Some(rows) = rows(&text, Dialect::Quoted { delimiter }) {
                let mut builder = csv::ReaderBuilder::new();
                prop_assert_eq!(rows, rows_by_csv(&text, builder.delimiter(delimiter)));
            }
        }

        #[test]
        fn bare_rows_are_read_as_the_csv_crate_reads_them(text in "[a,\"\né;\t ]{0,24}") {
            let mut builder = csv::ReaderBuilder::new();
            let expected = rows_by_csv(&text, builder.delimiter(b'\t').quoting(false));
            prop_assert_eq!(rows(&text, Dialect::Bare { delimiter: b'\t' }), Some(expected));
        }
    }
}
