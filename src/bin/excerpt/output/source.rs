//! What a file holds at and around a passage: its column, its bytes, the lines
//! before and behind it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use excerpt::passage::Passage;

/// How much of a file is read at most on either side of a passage.
const REACH_BYTES: u64 = 64 << 10;

/// How much is read before a passage at first: most begin near the beginning of
/// their lines.
const NEAR_BYTES: u64 = 1 << 10;

/// How many lines are wanted around a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Before it.
    pub before: usize,
    /// Behind it.
    pub after: usize,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextLine {
    /// Its number, from 1.
    pub number: u64,
    /// What it says, without its end.
    pub text: String,
}

/// What a file holds at and around a passage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The byte at which the passage begins in its line, from 1; 1 where it was
    /// not looked at.
    pub column: u64,
    /// The passage's bytes.
    pub bytes: Vec<u8>,
    /// Lines before it.
    pub before: Vec<ContextLine>,
    /// Lines behind it.
    pub after: Vec<ContextLine>,
}

impl Surroundings {
    /// What is known without looking.
    pub fn unknown() -> Self {
        Self { column: 1, ..Self::default() }
    }

    /// Looks at `file`, which holds `passage` at its span.
    pub fn read(file: &File, passage: &Passage, wanted: Wanted) -> io::Result<Self> {
        let start = passage.span.start;
        let behind = if wanted.after > 0 { REACH_BYTES } else { 0 };
        let near = if wanted.before > 0 { REACH_BYTES } else { NEAR_BYTES };
        let mut from = start.saturating_sub(near);
        let mut bytes = read_at(file, from, passage.span.end - from + behind)?;
        let before = usize::try_from(start - from).unwrap_or(usize::MAX).min(bytes.len());
        if near < REACH_BYTES && from > 0 && !bytes[..before].contains(&b'\n') {
            from = start.saturating_sub(REACH_BYTES);
            bytes = read_at(file, from, passage.span.end - from + behind)?;
        }
        Ok(Self::of_bytes(&bytes, from, passage, wanted))
    }

    /// As [`Surroundings::read`], for `bytes` that begin at `from` in the file.
    fn of_bytes(bytes: &[u8], from: u64, passage: &Passage, wanted: Wanted) -> Self {
        let at =
            |offset: u64| usize::try_from(offset - from).unwrap_or(usize::MAX).min(bytes.len());
        let (start, end) = (at(passage.span.start), at(passage.span.end));
        let line_start = bytes[..start].iter().rposition(|&b| b == b'\n').map(|at| at + 1);
        let column = match line_start {
            Some(line_start) => start - line_start + 1,
            // Editors do not count a byte order mark.
            None if from == 0 && bytes.starts_with(b"\xEF\xBB\xBF") => {
                (start + 1).saturating_sub(3)
            }
            None if from == 0 => start + 1,
            // The line begins further away than anyone looks.
            None => 1,
        };
        let before = if wanted.before > 0 && (line_start.is_some() || from == 0) {
            lines_before(
                &bytes[..line_start.unwrap_or(0)],
                from,
                passage.lines.start,
                wanted.before,
            )
        } else {
            Vec::new()
        };
        let line_end = bytes[end..].iter().position(|&b| b == b'\n').map(|at| end + at + 1);
        let after = match line_end {
            Some(line_end) => lines_after(&bytes[line_end..], passage.lines.end, wanted.after),
            None => Vec::new(),
        };
        Self { column: column as u64, bytes: bytes[start..end].to_owned(), before, after }
    }
}

/// At most `len` bytes of `file` from `start` on.
fn read_at(mut file: &File, start: u64, len: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    // Room for all of it at once; what a damaged index says may be any number.
    let room = len.min(4 * REACH_BYTES) as usize;
    let mut bytes = Vec::with_capacity(room);
    file.take(len).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The last `count` lines of `bytes`, which end just before line `next`.
fn lines_before(bytes: &[u8], from: u64, next: u64, count: usize) -> Vec<ContextLine> {
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|&b| b == b'\n').collect();
    if from > 0 {
        // Its beginning was not read.
        lines.drain(..1.min(lines.len()));
    }
    let skipped = lines.len().saturating_sub(count);
    let lines = &lines[skipped..];
    let first = next.saturating_sub(lines.len() as u64);
    (first..).zip(lines).map(|(number, line)| context_line(number, line)).collect()
}

/// The first `count` lines of `bytes`, which begin just behind line `last`.
fn lines_after(bytes: &[u8], last: u64, count: usize) -> Vec<ContextLine> {
    let lines = bytes.split_inclusive(|&b| b == b'\n').take(count);
    (last + 1..).zip(lines).map(|(number, line)| context_line(number, line)).collect()
}

fn context_line(number: u64, line: &[u8]) -> ContextLine {
    let text = String::from_utf8_lossy(line);
    ContextLine { number, text: text.trim_end_matches(['\r', '\n']).to_owned() }
}

#[cfg(test)]
mod tests {
    use excerpt::document::{Coordinates, DocumentId};
    use excerpt::passage::{ByteSpan, ContentHash, LineSpan, PassageId};

    use super::*;

    fn look(text: &str, passage: &str, wanted: Wanted) -> Surroundings {
        let start = text.find(passage).unwrap_or(0);
        let line = |offset: usize| text[..offset].matches('\n').count() as u64 + 1;
        let passage = Passage {
            id: PassageId { document: DocumentId("a.txt".into()), ordinal: 0 },
            title: None,
            headings: vec![],
            text: passage.to_owned(),
            date: None,
            span: ByteSpan { start: start as u64, end: (start + passage.len()) as u64 },
            lines: LineSpan { start: line(start), end: line(start + passage.len() - 1) },
            coordinates: Coordinates::File,
            content_hash: ContentHash::of(passage.as_bytes()),
        };
        Surroundings::of_bytes(text.as_bytes(), 0, &passage, wanted)
    }

    fn numbered(lines: &[ContextLine]) -> Vec<(u64, &str)> {
        lines.iter().map(|line| (line.number, line.text.as_str())).collect()
    }

    #[test]
    fn columns_count_bytes_from_one_and_no_byte_order_mark() {
        for (text, passage, column) in
            [("one", "one", 1), ("a\nb two", "two", 3), ("\u{FEFF}one", "one", 1), ("é x", "x", 4)]
        {
            assert_eq!(look(text, passage, Wanted::default()).column, column, "{text:?}");
        }
    }

    #[test]
    fn lines_around_a_passage_have_their_numbers() {
        let text = "1\r\n2\n3\nfour\nfive\n6\n7";
        let found = look(text, "four\nfive", Wanted { before: 2, after: 9 });
        assert_eq!(numbered(&found.before), [(2, "2"), (3, "3")]);
        assert_eq!(numbered(&found.after), [(6, "6"), (7, "7")]);
        assert_eq!(found.bytes, b"four\nfive");
    }

    #[test]
    fn the_first_line_has_none_before_it() {
        let found = look("one\ntwo", "one", Wanted { before: 3, after: 0 });
        assert_eq!((found.before, found.after), (vec![], vec![]));
    }
}
