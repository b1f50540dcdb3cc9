//! CSV and TSV: one document a row.
//!
//! Spans count the file's bytes and cover the inside of a field, quotes left
//! out: what `tail -c +N | head -c M` yields is the passage as the file has it
//! written, with a quote in a quoted field doubled. Where rows and fields end is
//! found by [`super::csv_scan`], what they mean by [`super::columns`].

use std::ops::ControlFlow;

use super::assemble::Assembler;
use super::columns::{Column, Columns, FirstRow, first_row, tell_delimiter, unknown};
use super::csv_scan::{Dialect, NOTATION, RowCutter, split_row};
use super::record_stream::read_records;
use crate::corpus::fields::FieldMap;
use crate::corpus::peek::Peeked;
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
/// Where a tab is given for delimiter nothing is quoted and a row is a line.
#[derive(Debug, Clone)]
pub struct CsvReader {
    /// Which columns mean what.
    pub fields: FieldMap,
    /// The byte between two fields; none for a comma, a semicolon or a tab, as the first
    /// row has it.
    pub delimiter: Option<u8>,
}

impl Reader for CsvReader {
    fn read(&self, source: Source<'_>, sink: &mut Sink<'_>) -> Result<ReadReport, Skip> {
        let mut assembler = Assembler::new(&self.fields, NOTATION, source.name, source.coordinates);
        let mut bytes = Peeked::new(source.bytes);
        let dialect = match self.delimiter {
            Some(b'\t') => Dialect::Bare { delimiter: b'\t' },
            Some(delimiter) => Dialect::Quoted { delimiter },
            None => {
                let wanted = assembler.wanted();
                Dialect::Quoted { delimiter: tell_delimiter(bytes.head(), &self.fields, wanted) }
            }
        };
        let source = Source { bytes: &mut bytes, ..source };
        let mut columns: Option<Columns> = None;
        let mut unread = None;
        let mut row = Vec::new();
        let report = read_records(source, &mut RowCutter::new(dialect), &mut |record| {
            if record.text.is_empty() {
                return Ok(ControlFlow::Continue(()));
            }
            split_row(record.text, dialect, &mut row);
            let columns = match &mut columns {
                Some(columns) => columns,
                none => match first_row(record.text, &row, &self.fields, assembler.wanted()) {
                    FirstRow::Names(found) => {
                        *none = Some(found);
                        return Ok(ControlFlow::Continue(()));
                    }
                    FirstRow::Data(found) => none.insert(found),
                    FirstRow::Unknown => {
                        unread = Some(unknown(record.text, &row, &self.fields));
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
        unread.map_or_else(|| Ok(assembler.with_dates(report)), Err)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{Kept, read_all, slice};
    use super::*;

    /// What is read of a table whose delimiter has to be told.
    fn read(fields: &str, bytes: &[u8]) -> (Vec<Kept>, Result<ReadReport, Skip>) {
        let fields = fields.parse().unwrap_or_default();
        read_all(&CsvReader { fields, delimiter: None }, bytes, 5)
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
        let check = |delimiter: Option<u8>, fields: &str, table: &str, expected: &[&str]| {
            let fields = fields.parse().unwrap_or_default();
            let (kept, report) = read_all(&CsvReader { fields, delimiter }, table.as_bytes(), 5);
            assert_eq!(said(&kept), expected, "{table}");
            assert_eq!(report, Ok(ReadReport::default()), "{table}");
        };
        let (comma, tab) = (Some(b','), Some(b'\t'));
        check(comma, "", "ID, Title ,text\r\n1,T,One.\r\n", &["1|T|One."]);
        check(comma, "", "\u{feff}\"text\",\"n\"\n\"a \"\"b\"\"\nc\",1", &["f:2||a \"b\"\nc"]);
        check(Some(b';'), "text=body", "id;body\n1;x,y;more\n", &["1||x,y"]);
        check(tab, "", "0\tThe \"text\n1\tNext\n", &["0||The \"text", "1||Next"]);
        check(comma, "text=3", "id,title,body\n1,T,One.\n", &["1|T|One."]);
        check(tab, "id=1,text=3", "D1\tu\tOne.\nD2\tv\tTwo.", &["D1||One.", "D2||Two."]);
        check(comma, "", "title,text\nOnly,\n", &["f:2|Only|Only"]);
        // All rows are on one line, and had one id.
        check(comma, "", "text\rOne.\rTwo.\r", &["f:1||One.", "f:1.2||Two."]);
        check(comma, "", "", &[]);
    }

    /// All but commas were taken for part of one column's name.
    #[test]
    fn the_delimiter_is_told_by_the_first_row() {
        let check = |fields: &str, table: &str, expected: &[&str]| {
            let (kept, report) = read(fields, table.as_bytes());
            assert_eq!(said(&kept), expected, "{table}");
            assert_eq!(report, Ok(ReadReport::default()), "{table}");
            let utf_16: Vec<u8> = "\u{feff}"
                .encode_utf16()
                .chain(table.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect();
            assert_eq!(said(&read(fields, &utf_16).0), expected, "{table}");
        };
        check("", "id;title;text\n1;T;\"a;b\"\n", &["1|T|a;b"]);
        check("", "id\ttext\r\n1\t\"a\tb\"\r\n", &["1||a\tb"]);
        check("", "\r\n\nid;text\n1;a\n", &["1||a"]);
        check("", "\"id\";\"text\"\n1;a,b\n", &["1||a,b"]);
        check("", "id,text,\"a;b;c\"\n1,x;y;z\n", &["1||x;y;z"]);
        check("text=Inhalt", "Preis, netto;\"In\nKürze\";Inhalt\n1;2;a, b\n", &["f:3||a, b"]);
        check("", "text\na;b\n", &["f:2||a;b"]);
        check("", "text\n", &[]);
        // A text in a table without names.
        check("", "0,The text; more; and more\n", &["0||The text; more; and more"]);
        check("id=1,text=2", "0,The text; more; and more\n", &["0||The text; more; and more"]);
        let rows = "a;b;The text, more, and more\nc;d;Another\n";
        check("id=1,text=3", rows, &["a||The text, more, and more", "c||Another"]);
        // Names of authors, in a table that says no names.
        let rows = "Smith J; Doe A; Roe B,A title,The mill\nLee K,Other,Another mill\n";
        check("title=2,text=3", rows, &["f:1|A title|The mill", "f:2|Other|Another mill"]);
    }

    #[test]
    fn a_table_without_a_known_text_column_is_skipped() {
        let check = |fields: &str, table: &str, expected: &str| {
            let (kept, report) = read(fields, table.as_bytes());
            assert!(kept.is_empty());
            let why = report.map_err(|skip| skip.to_string());
            assert_eq!(why, Err(format!("no reader for tables without a {expected}")), "{table}");
        };
        // What can be done about it was not said, or was advised where it had been done.
        let unnamed = |columns: &str| {
            let hint = "name it with `--field text=COLUMN`";
            format!("known text column ({hint}): its columns are {columns}")
        };
        check("", "name,price\nx,1\n", &unnamed("`name`, `price`"));
        check("", "id;price\nx,1\n", &unnamed("`id`, `price`"));
        check("", "1,2,3\n", &unnamed("`1`, `2`, `3`"));
        check("text=body", "id,text\n", "column `body`: its columns are `id`, `text`");
        check("text=a,text=b", "id\n", "column `a` or `b`: its columns are `id`");
        let (long, wide) = ("x".repeat(99), "n,".repeat(99));
        let cut = format!("`{}…`", &long[..32]);
        // Its titles were read, and nothing was said of the name that was wrong.
        check("text=body", "id,title\n", "column `body`: its columns are `id`, `title`");
        check("title=t", &format!("{long}\n"), &format!("column `t`: its columns are {cut}"));
        let first = ["`n`"; 12].join(", ");
        check("", &wide, &unnamed(&format!("{first} and 88 more")));
    }

    #[test]
    fn bad_rows_are_counted_and_the_rest_goes_on() {
        let (kept, report) = read("", b"id,text\n1\n2,\"a\nb\"\n3,\"open\n4,c\n");
        assert_eq!(said(&kept), ["2||a\nb", "4||c"]);
        let lines: Vec<u64> = [11, 14, 15].map(|at| kept[0].lines.line(at)).into();
        assert_eq!(lines, [3, 3, 4]);
        assert_eq!(
            report,
            Ok(ReadReport {
                bad_records: 2,
                first_bad_record: Some("line 2: no text".to_owned()),
                ..ReadReport::default()
            })
        );
    }

    /// Nothing was said of them, though the field had been named.
    #[test]
    fn dates_that_are_none_are_told_of_where_their_field_was_named() {
        let table = b"id,text,date,day\n1,a,x,2020\n2,b,x,y\n3,c,,\n4,d,2020,z\n";
        let report = |fields| read(fields, table).1.unwrap_or_default();
        let named = report("date=day");
        assert_eq!((named.unread_dates, named.first_unread_date), (2, Some("line 3: y".into())));
        assert_eq!(report(""), ReadReport::default());
    }

    #[test]
    fn lines_inside_a_field_are_counted_in_utf_16_too() {
        let table = "\u{feff}id,text\n1,\"a\n中\"\n";
        let bytes: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (kept, _) = read("", &bytes);
        assert_eq!(said(&kept), ["1||a\n中"]);
        let span = kept[0].offsets.span(2..5);
        assert_eq!(&bytes[span.start as usize..span.end as usize], b"\x2d\x4e");
        assert_eq!([kept[0].lines.line(span.start - 1), kept[0].lines.line(span.start)], [2, 3]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_with_the_place_of_every_part(
            texts in prop::collection::vec("[ab,;\t\"\n\r é中😀]{1,16}", 1..4),
            always in any::<bool>(),
            delimiter in prop::sample::select(&b",;\t"[..]),
            ends in any::<(usize, usize)>(),
            step in 1_usize..40,
        ) {
            let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
            let mut writer = csv::WriterBuilder::new();
            writer.quote_style(style).delimiter(delimiter);
            let mut writer = writer.from_writer(Vec::new());
            prop_assert!(writer.write_record(["id", "text", "more"]).is_ok());
            for text in &texts {
                prop_assert!(writer.write_record(["", text, text]).is_ok());
            }
            let file = writer.into_inner().unwrap_or_default();
            let reader = CsvReader { fields: FieldMap::default(), delimiter: None };
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
            delimiter in any::<Option<u8>>(),
            step in 1_usize..9,
        ) {
            let table = [b"1".as_slice(), &[delimiter.unwrap_or(b';')], &bytes].concat();
            read("", &bytes).1.ok();
            let numbered = "id=1,text=2,text=3".parse().unwrap_or_default();
            read_all(&CsvReader { fields: numbered, delimiter }, &table, step).1.ok();
        }
    }
}
