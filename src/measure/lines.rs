//! What all loaders here share: numbered lines of bounded length, columns as
//! trec_eval cuts them, and ids that survive such columns.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::error::{Error, Result};

/// The longest line that is read, in bytes. Chosen by hand: far above any topic
/// or query, and low enough that a file without line ends does no harm.
const MAX_LINE_BYTES: u64 = 1 << 20;

/// Opens `path` for reading.
pub(super) fn open(path: &Path) -> Result<BufReader<File>> {
    File::open(path).map(BufReader::new).map_err(Error::io("read", path))
}

/// The lines of a reader, numbered from 1.
pub(super) struct Lines<'r> {
    reader: &'r mut dyn BufRead,
    what: &'static str,
    name: &'r str,
    number: u64,
}

impl<'r> Lines<'r> {
    /// Lines of `reader`; errors say that `what` could not be read at `name`.
    pub(super) fn new(reader: &'r mut dyn BufRead, what: &'static str, name: &'r str) -> Self {
        Self { reader, what, name, number: 0 }
    }

    /// The next line without its end, or `None` behind the last one. Text that
    /// is not UTF-8 is taken for Windows-1252, as old topic files are.
    pub(super) fn next_line(&mut self) -> Result<Option<String>> {
        let mut bytes = Vec::new();
        (&mut *self.reader)
            .take(MAX_LINE_BYTES + 1)
            .read_until(b'\n', &mut bytes)
            .map_err(Error::io("read", self.name))?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        if bytes.len() as u64 > MAX_LINE_BYTES {
            return Err(self.malformed(format!("a line is longer than {MAX_LINE_BYTES} bytes")));
        }
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(error.as_bytes());
            text.into_owned()
        });
        Ok(Some(text))
    }

    /// An error about the line that was read last.
    pub(super) fn malformed(&self, reason: impl Into<String>) -> Error {
        Error::Malformed {
            what: self.what,
            place: format!("{}:{}", self.name, self.number),
            reason: reason.into(),
        }
    }
}

/// The columns of a line, cut at what C's `isspace` calls space, as trec_eval
/// does: other Unicode spaces may be part of an id.
pub(super) fn columns(line: &str) -> impl Iterator<Item = &str> {
    line.split(is_column_space).filter(|column| !column.is_empty())
}

/// Whether the line has no columns.
pub(super) fn is_blank(line: &str) -> bool {
    line.chars().all(is_column_space)
}

/// The id in the form in which judgments and runs hold it: white space and
/// control characters, which would break the columns of a run (paths may have
/// them), as `%` and two hexadecimal digits. No other character changes, so
/// that ids of published judgments stay as they are.
pub(super) fn column_id(id: &str) -> Cow<'_, str> {
    if id.is_empty() {
        return Cow::Borrowed("%");
    }
    if !id.contains(breaks_columns) {
        return Cow::Borrowed(id);
    }
    let mut safe = String::with_capacity(id.len() + 8);
    for character in id.chars() {
        if breaks_columns(character) {
            safe.push_str(&format!("%{:02X}", u32::from(character)));
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

fn is_column_space(character: char) -> bool {
    matches!(character, ' ' | '\t'..='\r')
}

fn breaks_columns(character: char) -> bool {
    character == ' ' || character.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &[&str]) -> Result<()> {
        let mut reader = bytes;
        let mut lines = Lines::new(&mut reader, "topics", "t.tsv");
        let mut found = Vec::new();
        while let Some(line) = lines.next_line()? {
            found.push(line);
        }
        assert_eq!(found, expected);
        Ok(())
    }

    #[test]
    fn line_ends_and_byte_order_marks_are_not_part_of_a_line() -> Result<()> {
        check(b"", &[])?;
        check(b"\xef\xbb\xbfa\r\nb\n\nc", &["a", "b", "", "c"])
    }

    #[test]
    fn text_that_is_not_utf8_is_read_as_windows_1252() -> Result<()> {
        check(b"caf\xe9\n", &["caf\u{e9}"])
    }

    #[test]
    fn an_endless_line_is_refused_with_its_place() {
        let long = vec![b'x'; MAX_LINE_BYTES as usize + 10];
        let mut reader = &long[..];
        let mut lines = Lines::new(&mut reader, "topics", "t.tsv");
        let message = lines.next_line().err().map(|error| error.to_string());
        assert_eq!(
            message.as_deref(),
            Some("cannot read the topics at `t.tsv:1`: a line is longer than 1048576 bytes")
        );
    }

    #[test]
    fn ids_with_spaces_fit_into_one_column() {
        assert_eq!(column_id("MED-10"), "MED-10");
        assert_eq!(column_id("my notes/a\tb.md"), "my%20notes/a%09b.md");
        assert_eq!(column_id("50%25"), "50%25");
        assert_eq!(column_id("a\u{a0}b"), "a\u{a0}b");
        assert_eq!(
            columns(" 1\t0  a\u{a0}b\u{b}2 ").collect::<Vec<_>>(),
            ["1", "0", "a\u{a0}b", "2"]
        );
    }
}
