//! CSV and TSV: one document a row.
//!
//! Spans count the file's bytes and cover the inside of a field, quotes left
//! out: what `tail -c +N | head -c M` yields is the passage as the file has it
//! written, with a quote in a quoted field doubled. Where rows and fields end is
//! found by [`super::csv_scan`].

use std::ops::ControlFlow;

use super::assemble::Assembler;
use super::csv_scan::{Dialect, NOTATION, RowCutter, split_row};
use super::pieces::Piece;
use super::record_stream::read_records;
use crate::corpus::fields::{FieldMap, Role};
use crate::corpus::{ReadReport, Reader, Sink, Skip, Source};

/// Reads rows of delimited fields.
///
/// The first row names the columns. A table without names is read when its
/// columns can be known: by the numbers that the field map gives them, or where
/// it has two of which the first is a number, as in MS MARCO's `collection.tsv`
/// (id, text). Any other table is skipped. Rows may have any length; one without
/// text or title is counted as a bad record, one with a title alone has it for
/// its text too.
///
/// With a tab for delimiter nothing is quoted and a row is a line.
#[derive(Debug, Clone)]
pub struct CsvReader {
    /// Which columns mean what.
    pub fields: FieldMap,
    /// The byte between two fields.
    pub delimiter: u8,
}

impl Reader for CsvReader {
    fn read(&self, source: Source<'_>, sink: &mut Sink<'_>) -> Result<ReadReport, Skip> {
        let dialect = match self.delimiter {
            b'\t' => Dialect::Bare { delimiter: b'\t' },
            delimiter => Dialect::Quoted { delimiter },
        };
        let mut assembler = Assembler::new(&self.fields, NOTATION, source.name, source.coordinates);
        let mut columns: Option<Columns> = None;
        let mut is_unknown = false;
        let mut row = Vec::new();
        let report = read_records(source, &mut RowCutter::new(dialect), &mut |record| {
            if record.text.is_empty() {
                return Ok(ControlFlow::Continue(()));
            }
            split_row(record.text, dialect, &mut row);
            let columns = match &mut columns {
                Some(columns) => columns,
                unread => match first_row(record.text, &row, &self.fields, &mut assembler) {
                    FirstRow::Names(found) => {
                        *unread = Some(found);
                        return Ok(ControlFlow::Continue(()));
                    }
                    FirstRow::Data(found) => unread.insert(found),
                    FirstRow::Unknown => {
                        is_unknown = true;
                        return Ok(ControlFlow::Break(()));
                    }
                },
            };
            assembler.clear();
            for &Column { number, wanted } in columns.iter() {
                if let Some(&field) = row.get(number) {
                    assembler.wanted()[wanted].add(field);
                }
            }
            assembler.hand_over(record, sink)
        })?;
        if is_unknown {
            return Err(Skip::UnknownFormat(UNKNOWN_COLUMNS.to_owned()));
        }
        Ok(report)
    }
}

/// What is not read of tables, and what to do about it.
const UNKNOWN_COLUMNS: &str =
    "tables without a known text column (name it with `--field text=COLUMN`)";

/// The columns that are of use.
type Columns = Vec<Column>;

/// A column, counted from 0, and which of [`Assembler::wanted`] it is for.
#[derive(Debug, Clone, Copy)]
struct Column {
    number: usize,
    wanted: usize,
}

/// What the first row tells about the columns.
enum FirstRow {
    Names(Columns),
    Data(Columns),
    Unknown,
}

fn first_row(
    text: &str,
    row: &[Piece],
    fields: &FieldMap,
    assembler: &mut Assembler<'_>,
) -> FirstRow {
    let field = |piece: &Piece| text.get(piece.start..piece.end).unwrap_or_default().trim();
    let wanted = assembler.wanted();

    let mut named = Columns::new();
    for (place, wanted) in wanted.iter().enumerate() {
        let is_meant = |piece: &Piece| field(piece).eq_ignore_ascii_case(&wanted.name);
        if let Some(number) = row.iter().position(is_meant) {
            named.push(Column { number, wanted: place });
        }
    }
    let is_readable =
        |column: &Column| matches!(wanted[column.wanted].role(), Role::Text | Role::Title);
    if !named.is_empty() {
        let is_known = named.iter().any(is_readable);
        return if is_known { FirstRow::Names(named) } else { FirstRow::Unknown };
    }

    let mut numbered = Columns::new();
    for role in Role::ALL.into_iter().filter(|&role| !fields.given(role).is_empty()) {
        for (place, wanted) in wanted.iter().enumerate().filter(|(_, field)| field.role() == role) {
            if let Some(number) = wanted.name.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) {
                numbered.push(Column { number, wanted: place });
            }
        }
    }
    if numbered.iter().any(is_readable) {
        return FirstRow::Data(numbered);
    }

    let is_number = |piece: &Piece| {
        !field(piece).is_empty() && field(piece).bytes().all(|b| b.is_ascii_digit())
    };
    let first = |role: Role| wanted.iter().position(|wanted| wanted.role() == role);
    match (row, first(Role::Id), first(Role::Text)) {
        ([id, _], Some(for_id), Some(for_text)) if is_number(id) => FirstRow::Data(vec![
            Column { number: 0, wanted: for_id },
            Column { number: 1, wanted: for_text },
        ]),
        _ => FirstRow::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{Kept, read_all, slice};
    use super::*;

    fn read(delimiter: u8, fields: &str, bytes: &[u8]) -> (Vec<Kept>, Result<ReadReport, Skip>) {
        let fields = fields.parse().unwrap_or_default();
        read_all(&CsvReader { fields, delimiter }, bytes, 5)
    }

    /// `id|title|text` of each document.
    fn said(kept: &[Kept]) -> Vec<String> {
        let line = |kept: &Kept| {
            format!("{}|{}|{}", kept.id, kept.title.as_deref().unwrap_or(""), kept.text)
        };
        kept.iter().map(line).collect()
    }

    #[test]
    fn columns_are_found_by_name_by_number_or_by_layout() {
        let check = |delimiter: u8, fields: &str, table: &str, expected: &[&str]| {
            let (kept, report) = read(delimiter, fields, table.as_bytes());
            assert_eq!(said(&kept), expected, "{table}");
            assert_eq!(report, Ok(ReadReport::default()), "{table}");
        };
        check(b',', "", "ID, Title ,text\r\n1,T,One.\r\n", &["1|T|One."]);
        check(b',', "", "\u{feff}\"text\",\"n\"\n\"a \"\"b\"\"\nc\",1", &["f:2||a \"b\"\nc"]);
        check(b';', "text=body", "id;body\n1;x,y;more\n", &["1||x,y"]);
        check(b'\t', "", "0\tThe \"text\n1\tNext\n", &["0||The \"text", "1||Next"]);
        check(b'\t', "id=1,text=3", "D1\tu\tOne.\nD2\tv\tTwo.", &["D1||One.", "D2||Two."]);
        check(b',', "", "title,text\nOnly,\n", &["f:2|Only|Only"]);
        check(b',', "", "", &[]);
    }

    #[test]
    fn a_table_without_a_known_text_column_is_skipped() {
        let check = |table: &str| {
            let (kept, report) = read(b',', "", table.as_bytes());
            assert!(kept.is_empty());
            // What can be done about it was not said.
            let hint = "(name it with `--field text=COLUMN`)";
            assert!(report.is_err_and(|skip| skip.to_string().ends_with(hint)), "{table}");
        };
        check("name,price\nx,1\n");
        check("id,price\nx,1\n");
        check("1,2,3\n");
    }

    #[test]
    fn bad_rows_are_counted_and_the_rest_goes_on() {
        let (kept, report) = read(b',', "", b"id,text\n1\n2,\"a\nb\"\n3,\"open\n4,c\n");
        assert_eq!(said(&kept), ["2||a\nb", "4||c"]);
        let lines: Vec<u64> = [11, 14, 15].map(|at| kept[0].lines.line(at)).into();
        assert_eq!(lines, [3, 3, 4]);
        assert_eq!(
            report,
            Ok(ReadReport {
                bad_records: 2,
                first_bad_record: Some("line 2: no text".to_owned()),
                likely_text: None
            })
        );
    }

    #[test]
    fn lines_inside_a_field_are_counted_in_utf_16_too() {
        let table = "\u{feff}id,text\n1,\"a\n中\"\n";
        let bytes: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (kept, _) = read(b',', "", &bytes);
        assert_eq!(said(&kept), ["1||a\n中"]);
        let span = kept[0].offsets.span(2..5);
        assert_eq!(&bytes[span.start as usize..span.end as usize], b"\x2d\x4e");
        assert_eq!([kept[0].lines.line(span.start - 1), kept[0].lines.line(span.start)], [2, 3]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_with_the_place_of_every_part(
            texts in prop::collection::vec("[ab,\"\n\r é中😀]{1,16}", 1..4),
            always in any::<bool>(),
            ends in any::<(usize, usize)>(),
            step in 1_usize..40,
        ) {
            let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
            let mut writer = csv::WriterBuilder::new().quote_style(style).from_writer(Vec::new());
            prop_assert!(writer.write_record(["id", "text", "more"]).is_ok());
            for text in &texts {
                prop_assert!(writer.write_record(["", text, text]).is_ok());
            }
            let file = writer.into_inner().unwrap_or_default();
            let reader = CsvReader { fields: FieldMap::default(), delimiter: b',' };
            let (kept, _) = read_all(&reader, &file, step);
            let texts: Vec<&String> = texts.iter().filter(|text| !text.trim().is_empty()).collect();
            prop_assert_eq!(kept.iter().map(|kept| &kept.text).collect::<Vec<_>>(), texts);
            for document in &kept {
                let (part, raw) = slice(document, &file, ends);
                let raw = String::from_utf8_lossy(raw);
                prop_assert_eq!(raw.replace("\"\"", "\""), part);
            }
        }

        #[test]
        fn no_bytes_are_a_panic(
            bytes in prop::collection::vec(
                prop_oneof![any::<u8>(), Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r')],
                0..60,
            ),
            delimiter in any::<u8>(),
            step in 1_usize..9,
        ) {
            let table = [b"1".as_slice(), &[delimiter], &bytes].concat();
            read(delimiter, "", &bytes).1.ok();
            let numbered = "id=1,text=2,text=3".parse().unwrap_or_default();
            read_all(&CsvReader { fields: numbered, delimiter }, &table, step).1.ok();
        }
    }
}
