//! JSON Lines: one object a line, one document an object.
//!
//! A BEIR `corpus.jsonl` (`_id`, `title`, `text`) needs no field map. Spans
//! count the file's bytes and cover the inside of the JSON string, escapes and
//! all: what `tail -c +N | head -c M` yields is the passage as the file has it
//! written, and for text without escapes the passage itself.

use std::ops::ControlFlow;

use super::assemble::{Assembler, Wanted};
use super::json_escapes::NOTATION;
use super::json_scan::{Kind, Members, Value, elements};
use super::likely::{likely_text, without_text};
use super::record::{BadRecord, Record};
use super::record_stream::{Cut, Cutter, read_records};
use crate::corpus::encoding::Reach;
use crate::corpus::fields::FieldMap;
use crate::corpus::{ReadReport, Reader, Sink, Skip, Source};

/// Reads JSON Lines.
///
/// A line that is no JSON object, or has neither text nor title, is counted as
/// a bad record; one with a title alone has it for its text too. Blank lines are
/// passed over. A value may be a string, a number
/// or a list of these, which is joined with blank lines. Of a field that occurs
/// twice the last counts.
#[derive(Debug, Clone, Default)]
pub struct JsonLinesReader {
    /// Which fields mean what.
    pub fields: FieldMap,
}

impl Reader for JsonLinesReader {
    fn read(&self, source: Source<'_>, sink: &mut Sink<'_>) -> Result<ReadReport, Skip> {
        let mut assembler = Assembler::new(&self.fields, NOTATION, source.name, source.coordinates);
        // Which field may be the text, of the first record that has such, while none has a
        // text; the outer one once a record without a text was seen.
        let mut likely: Option<Option<String>> = None;
        let report = read_records(source, &mut LineCutter::default(), &mut |record| {
            if record.text.trim_ascii().is_empty() {
                return Ok(ControlFlow::Continue(()));
            }
            find_fields(record, &mut assembler)?;
            let flow = assembler.hand_over(record, sink);
            if !assembler.had_text() && !likely.as_ref().is_some_and(Option::is_some) {
                likely = Some(likely_text(record.text, |name| assembler.wants(name)));
            }
            flow
        });
        let report = match likely {
            Some(likely) if !assembler.had_text() => without_text(report?, likely),
            _ => report?,
        };
        Ok(assembler.with_dates(report))
    }
}

/// Cuts behind each `\n`.
#[derive(Debug, Default)]
struct LineCutter {
    searched: usize,
}

impl Cutter for LineCutter {
    fn cut(&mut self, rest: &[u8], reach: Reach) -> Cut {
        let found = memchr::memchr(b'\n', &rest[self.searched..]);
        let end = match (found, reach) {
            (Some(at), _) => self.searched + at + 1,
            (None, Reach::End) => rest.len(),
            (None, Reach::More) => {
                self.searched = rest.len();
                return Cut::Beyond;
            }
        };
        self.restart();
        Cut::At(end)
    }

    fn restart(&mut self) {
        self.searched = 0;
    }
}

fn find_fields(record: &Record<'_>, assembler: &mut Assembler<'_>) -> Result<(), BadRecord> {
    assembler.clear();
    let mut members = Members::at(record.text, 0)?;
    while let Some((name, value)) = members.next()? {
        for wanted in assembler.wanted() {
            let found = if wanted.name.eq_ignore_ascii_case(&name) {
                Some(value)
            } else if value.kind == Kind::Object {
                inner_value(record.text, &name, value, &wanted.name)
            } else {
                None
            };
            if let Some(found) = found {
                wanted.reset();
                add(record.text, found, wanted);
            }
        }
    }
    members.finish()
}

fn add(text: &str, value: Value, wanted: &mut Wanted) {
    match value.kind {
        Kind::String | Kind::Number => wanted.add(value.piece),
        Kind::Array => elements(text, value.piece, |element| {
            if matches!(element.kind, Kind::String | Kind::Number) {
                wanted.add(element.piece);
            }
        }),
        Kind::Object | Kind::Word => {}
    }
}

/// What a dotted name such as `meta.title` leads to, from the field `name` on.
fn inner_value(text: &str, name: &str, mut value: Value, dotted: &str) -> Option<Value> {
    let (first, mut path) = dotted.split_once('.')?;
    if !first.eq_ignore_ascii_case(name) {
        return None;
    }
    loop {
        let (step, further) = match path.split_once('.') {
            Some((step, further)) => (step, Some(further)),
            None => (path, None),
        };
        let mut members = Members::at(text, value.piece.start).ok()?;
        let mut last = None;
        while let Some((name, value)) = members.next().ok()? {
            if step.eq_ignore_ascii_case(&name) {
                last = Some(value);
            }
        }
        value = last?;
        match further {
            Some(further) => path = further,
            None => return Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{Kept, read_all, slice};
    use super::*;

    fn read(fields: &str, bytes: &[u8]) -> (Vec<Kept>, Result<ReadReport, Skip>) {
        let fields = fields.parse().unwrap_or_default();
        read_all(&JsonLinesReader { fields }, bytes, 7)
    }

    /// `id|title|date|text` of each document, `+` before those that continue.
    fn said(kept: &[Kept]) -> Vec<String> {
        let or_none = |value: &Option<String>| value.clone().unwrap_or_default();
        let line = |kept: &Kept| {
            let plus = if kept.continues { "+" } else { "" };
            let (title, date) = (or_none(&kept.title), or_none(&kept.date));
            format!("{plus}{}|{title}|{date}|{}", kept.id, kept.text)
        };
        kept.iter().map(line).collect()
    }

    #[test]
    fn fields_become_documents() {
        let check = |fields: &str, line: &str, expected: &[&str]| {
            let (kept, report) = read(fields, line.as_bytes());
            assert_eq!(said(&kept), expected, "{line}");
            assert_eq!(report, Ok(ReadReport::default()), "{line}");
        };
        check("", r#"{"_id":"d1","title":"T","text":"One."}"#, &["d1|T||One."]);
        check("", r#"{"id":7,"body":"One.","date":"2021-03"}"#, &["7||2021-03-01|One."]);
        check("", r#"{"Text":"One."}"#, &["f:1|||One."]);
        check("", r#"{"text":"","contents":"One."}"#, &["f:1|||One."]);
        check("", r#"{"text":["a","b\n",3,null,["c"]]}"#, &["f:1|||a\n\nb\n\n\n3"]);
        check("", r#"{"text":"old","text":"new","date":"soon"}"#, &["f:1|||new"]);
        check("", r#"{"t\u0065xt":"\u00e9\ud83d\ude00\/"}"#, &["f:1|||é😀/"]);
        check("text=a,text=b", r#"{"a":"1","b":"2","text":"3"}"#, &["f:1|||1\n\n2"]);
        check("text=a,text=b", r#"{"b":"2","a":"1"}"#, &["f:1|||1", "+f:1|||2"]);
        check("title=m.t,text=m.x.y", r#"{"m":{"x":{"y":"Y"},"t":"T"}}"#, &["f:1|T||Y"]);
        check("text=m.t", r#"{"m":{"t":"a","t":"b"}}"#, &["f:1|||b"]);
        check("id=url,date=year", r#"{"url":"u","text":"t","year":1999}"#, &["u||1999-01-01|t"]);
        check("", "  \r\n", &[]);
        check("", "", &[]);
    }

    #[test]
    fn a_record_with_only_a_title_has_it_for_its_text_too() {
        let bytes = br#"{"_id":"d","title":"The \"title\"","text":" "}"#;
        let (kept, _) = read("", bytes);
        assert_eq!(said(&kept), ["d|The \"title\"||The \"title\""]);
        assert_eq!(slice(&kept[0], bytes, (0, 11)), (r#"The "title""#, &br#"The \"title\""#[..]));
    }

    /// Each was said to have no text, and not what to do; where they had titles, these
    /// alone were indexed without a word.
    #[test]
    fn where_no_record_has_a_text_its_field_can_be_named() {
        let check = |fields: &str, bytes: &str, bad: Option<&str>, likely: Option<&str>| {
            let (_, report) = read(fields, bytes.as_bytes());
            let report = report.unwrap_or_default();
            assert_eq!(report.first_bad_record.as_deref(), bad, "{bytes}");
            assert_eq!(report.likely_text.as_deref(), likely, "{bytes}");
        };
        let line = "{\"n\":1,\"said\":\"A word.\"}\n";
        let named = "line 1: no text (name its field with `--field text=said`)";
        check("", &line.repeat(2), Some(named), None);
        check("text=said", line, None, None);
        let unnamed = "line 1: no text (name its field with `--field text=NAME`)";
        check("", "{\"n\":1}\n", Some(unnamed), None);
        let titled = "{\"title\":\"A title\",\"said\":\"A word.\"}\n";
        check("", titled, None, Some("said"));
        check("", "{\"title\":\"A title\",\"n\":1}\n", None, None);
        let text = "{\"title\":\"A title\",\"text\":\"A word.\"}\n";
        check("", &format!("{titled}{text}"), None, None);
        check("", &format!("{line}{text}"), Some("line 1: no text"), None);
    }

    #[test]
    fn bad_lines_are_counted_and_the_rest_goes_on() {
        let bytes = b"{\"text\":\"a\"}\r\n\r\n{\"text\":\r\n[]\n{\"x\":1}\n{\"text\":\"b\"}";
        let (kept, report) = read("", bytes);
        assert_eq!(said(&kept), ["f:1|||a", "f:6|||b"]);
        assert_eq!(kept[1].lines.line(0), 6);
        assert_eq!(
            report,
            Ok(ReadReport {
                bad_records: 3,
                first_bad_record: Some(
                    "line 3: not valid JSON: expected a value at byte 8".to_owned()
                ),
                ..ReadReport::default()
            })
        );
    }

    #[test]
    fn a_line_may_be_longer_than_the_window() {
        // It was left out.
        let line = format!("{{\"text\":\"{}\"}}\n", "word ".repeat(1 << 20));
        let (kept, report) = read_all(&JsonLinesReader::default(), line.as_bytes(), 1 << 20);
        assert_eq!(kept.iter().map(|part| part.text.len()).sum::<usize>(), 5 << 20);
        assert_eq!(report, Ok(ReadReport::default()));
    }

    #[test]
    fn a_line_beyond_the_bound_is_passed_over() {
        let long = format!("{{\"text\":\"{}\"}}\n{{\"text\":\"b\"}}\n", "x".repeat(9 << 20));
        let (kept, report) = read_all(&JsonLinesReader::default(), long.as_bytes(), 1 << 20);
        assert_eq!(said(&kept), ["f:2|||b"]);
        assert_eq!(report.map(|report| report.bad_records), Ok(1));
    }

    #[test]
    fn a_long_text_comes_in_parts_that_end_with_paragraphs() {
        let text = "A line,\nanother \"one\".\n\n".repeat(1 << 17);
        let file = format!("{{\"text\":{}}}", serde_json::Value::from(text.as_str()));
        let (kept, _) = read_all(&JsonLinesReader::default(), file.as_bytes(), 1 << 20);
        assert!(kept.len() > 2);
        assert!(kept.iter().all(|part| part.text.ends_with(".\n\n")));
        assert_eq!(kept.iter().map(|part| part.text.as_str()).collect::<String>(), text);
        let continues: Vec<bool> = kept.iter().map(|part| part.continues).collect();
        assert_eq!(continues, (0..kept.len()).map(|number| number > 0).collect::<Vec<_>>());
        let (_, raw) = slice(&kept[1], file.as_bytes(), (0, 7));
        assert_eq!(raw, b"A line,");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        let bytes = b"\xef\xbb\xbf{\"text\":\"abc\"}";
        let (kept, _) = read("", bytes);
        assert_eq!(slice(&kept[0], bytes, (0, 2)), ("ab", &b"ab"[..]));
    }

    #[test]
    fn utf_16_maps_to_the_bytes_of_the_file() {
        let text = "\u{feff}{\"text\":\"a\"}\r\n{\"text\":\"x\\n中\"}";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (kept, _) = read("", &bytes);
        assert_eq!(said(&kept), ["f:1|||a", "f:2|||x\n中"]);
        assert_eq!(slice(&kept[1], &bytes, (1, 5)), ("\n中", &b"\\\0n\0\x2d\x4e"[..]));
    }

    #[test]
    fn japanese_in_escape_sequences_maps_to_the_bytes_of_the_file() {
        // It was read as ASCII, escapes and all.
        let bytes = b"{\"text\":\"a \x1b$BF|K\\\x1b(B b\"}\n";
        let (kept, _) = read("", bytes);
        assert_eq!(said(&kept), ["f:1|||a 日本 b"]);
        assert_eq!(slice(&kept[0], bytes, (8, 10)), (" b", &b"\x1b(B b"[..]));
    }

    #[test]
    fn a_line_in_a_single_byte_encoding_maps_to_the_bytes_of_the_file() {
        let bytes = b"{\"text\":\"a\"}\n{\"text\":\"caf\xe9 x\"}";
        let (kept, _) = read("", bytes);
        assert_eq!(said(&kept), ["f:1|||a", "f:2|||café x"]);
        assert_eq!(slice(&kept[1], bytes, (3, 7)), ("é x", &b"\xe9 x"[..]));
    }

    #[test]
    fn a_receiver_that_wants_no_more_gets_no_more() {
        let mut count = 0;
        let source = Source {
            name: "f",
            bytes: &mut &b"{\"text\":\"a\"}\n{\"text\":\"b\"}"[..],
            coordinates: crate::document::Coordinates::File,
            window_bytes: 1 << 20,
            max_whole_bytes: 1 << 26,
        };
        let report = JsonLinesReader::default().read(source, &mut |_| {
            count += 1;
            ControlFlow::Break(())
        });
        assert_eq!((count, report), (1, Ok(ReadReport::default())));
    }

    /// Writes a JSON string; `choice` says which characters are escaped by number.
    fn write_string(text: &str, choice: &[bool]) -> String {
        let mut json = String::from("\"");
        for (c, by_number) in text.chars().zip(choice.iter().cycle()) {
            if *by_number {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    json.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                let quoted = serde_json::Value::from(c.to_string()).to_string();
                json.push_str(&quoted[1..quoted.len() - 1]);
            }
        }
        json.push('"');
        json
    }

    proptest! {
        #[test]
        fn any_text_is_read_with_the_place_of_every_part(
            records in prop::collection::vec(
                ("[a\"\\\\\n é中😀]{0,8}", "[ab\"\\\\\n\t\r\u{1} é中😀/]{1,20}"), 1..4,
            ),
            choice in prop::collection::vec(any::<bool>(), 1..9),
            ends in any::<(usize, usize)>(),
            step in 1_usize..40,
            line_end in prop_oneof![Just("\n"), Just("\r\n")],
        ) {
            let mut file = String::new();
            for (title, text) in &records {
                let (title, text) = (write_string(title, &choice), write_string(text, &choice));
                file.push_str(&format!("{{\"x\":[{text}], \"title\":{title} ,\"text\":{text}}}"));
                file.push_str(line_end);
            }
            let (kept, report) = read_all(&JsonLinesReader::default(), file.as_bytes(), step);
            let mut kept = kept.iter();
            let mut bad = 0;
            for (title, text) in &records {
                let blank = |text: &str| text.trim().is_empty();
                if blank(text) && blank(title) {
                    bad += 1;
                    continue;
                }
                let Some(document) = kept.next() else {
                    return Err(TestCaseError::fail("a record is missing"));
                };
                prop_assert_eq!(&document.text, if blank(text) { title } else { text });
                let (part, raw) = slice(document, file.as_bytes(), ends);
                let json = [b"\"", raw, b"\""].concat();
                let said: Option<String> = serde_json::from_slice(&json).ok();
                prop_assert_eq!(said.as_deref(), Some(part));
            }
            prop_assert_eq!(report.map(|report| report.bad_records), Ok(bad));
        }

        #[test]
        fn no_bytes_are_a_panic(
            bytes in prop::collection::vec(
                prop_oneof![
                    any::<u8>(), Just(b'"'), Just(b'{'), Just(b'\\'), Just(b'\n'), Just(b':'),
                ],
                0..60,
            ),
            step in 1_usize..9,
        ) {
            let line = [b"{\"text\":\"".as_slice(), &bytes, b"\"}\n{\"text\":[\"", &bytes].concat();
            read_all(&JsonLinesReader::default(), &bytes, step).1.ok();
            read_all(&JsonLinesReader::default(), &line, step).1.ok();
        }
    }
}
