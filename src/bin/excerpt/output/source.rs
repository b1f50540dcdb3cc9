//! What a file holds at and around a passage: its column, the places of its
//! words, the lines before and behind it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{Encoding, UTF_8};
use excerpt::passage::{ByteSpan, Passage};

use super::line_ends::LineEnds;

/// How much of a file is read at most on either side of a passage.
const REACH_BYTES: u64 = 64 << 10;

/// How much is read before a passage at first: most begin near the beginning of
/// their lines. Even, as are the places of characters in UTF-16.
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

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its line, from 1.
    pub line: u64,
    /// Its byte in the line, from 1.
    pub column: u64,
}

/// What a file holds at and around a passage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The byte at which the passage begins in its line, from 1; 1 where it was
    /// not looked at.
    pub column: u64,
    /// Where each part of it that matched stands; empty where that is not known.
    pub matches: Vec<Place>,
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
}

/// The bytes of a file at and around a passage.
#[derive(Debug)]
pub struct Around<'p> {
    passage: &'p Passage,
    wanted: Wanted,
    bytes: Vec<u8>,
    /// Where they begin in the file.
    from: u64,
}

impl<'p> Around<'p> {
    /// Reads them from `file`, which holds `passage` at its span.
    pub fn read(file: &File, passage: &'p Passage, wanted: Wanted) -> io::Result<Self> {
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
        Ok(Self { passage, wanted, bytes, from })
    }

    /// The encoding that the bytes show by themselves: UTF-8, where they are and
    /// have no sign of an encoding that only looks like it. They may begin and
    /// end within a character.
    pub fn encoding(&self) -> Option<&'static Encoding> {
        let cut = self.bytes.iter().take(3).take_while(|&&byte| byte & 0xc0 == 0x80).count();
        let is_valid = match std::str::from_utf8(&self.bytes[cut..]) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none(),
        };
        // UTF-16 has NULs, ISO-2022-JP has escapes.
        let is_other = || memchr::memchr2(0, 0x1b, &self.bytes).is_some();
        (is_valid && !is_other()).then_some(UTF_8)
    }

    /// The passage's own bytes.
    pub fn passage_bytes(&self) -> &[u8] {
        &self.bytes[self.at(self.passage.span.start)..self.at(self.passage.span.end)]
    }

    /// What they say in `encoding`, where the parts that matched are at `matches`.
    pub fn tell(&self, encoding: &'static Encoding, matches: &[ByteSpan]) -> Surroundings {
        let (bytes, Wanted { before, after }) = (&self.bytes, self.wanted);
        let line_ends = LineEnds::of(encoding);
        let (start, end) = (self.at(self.passage.span.start), self.at(self.passage.span.end));
        let mut starts = line_ends.starts(bytes);
        if self.from == 0 {
            // Editors do not count a byte order mark.
            let mark = Encoding::for_bom(bytes).map_or(0, |(_, mark)| mark);
            starts.insert(0, mark);
        }
        let lines = self.passage.lines;
        let before = lines_before(&self.bytes, &starts, start, before);
        let first = lines.start.saturating_sub(before.len() as u64);
        let text = |line: &[u8]| decoded(line, encoding);
        Surroundings {
            column: column(&starts, start),
            matches: matches.iter().map(|span| self.place(&starts, self.at(span.start))).collect(),
            before: numbered(first, before, text),
            after: numbered(lines.end + 1, lines_behind(bytes, &starts, end, after), text),
        }
    }

    /// Where the byte `at`, which lies in the passage, stands in the file.
    fn place(&self, starts: &[usize], at: usize) -> Place {
        let begun = |at: usize| starts.partition_point(|&start| start <= at);
        let lines = begun(at) - begun(self.at(self.passage.span.start)).min(begun(at));
        Place { line: self.passage.lines.start + lines as u64, column: column(starts, at) }
    }

    /// Where the place `offset` of the file is in the bytes that were read.
    fn at(&self, offset: u64) -> usize {
        let at = usize::try_from(offset.saturating_sub(self.from)).unwrap_or(usize::MAX);
        at.min(self.bytes.len())
    }
}

/// The byte in its line, from 1, of the byte `at`, where lines begin at `starts`; 1
/// where the line begins further away than anyone looks.
fn column(starts: &[usize], at: usize) -> u64 {
    let begun = &starts[..starts.partition_point(|&start| start <= at)];
    begun.last().map_or(1, |start| (at - start) as u64 + 1)
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

/// The last `count` lines of `bytes` before the one that the byte `at` lies in.
fn lines_before<'b>(bytes: &'b [u8], starts: &[usize], at: usize, count: usize) -> Vec<&'b [u8]> {
    let last = starts.partition_point(|&start| start <= at);
    let starts = &starts[last.saturating_sub(count.saturating_add(1))..last];
    starts.windows(2).map(|line| &bytes[line[0]..line[1]]).collect()
}

/// The first `count` lines of `bytes` behind the one that ends behind `end`.
fn lines_behind<'b>(bytes: &'b [u8], starts: &[usize], end: usize, count: usize) -> Vec<&'b [u8]> {
    let starts = &starts[starts.partition_point(|&start| start <= end)..];
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    let lines = starts.iter().zip(ends).map(|(&start, end)| &bytes[start..end]);
    lines.filter(|line| !line.is_empty()).take(count).collect()
}

fn numbered(first: u64, lines: Vec<&[u8]>, text: impl Fn(&[u8]) -> String) -> Vec<ContextLine> {
    (first..).zip(lines).map(|(number, line)| ContextLine { number, text: text(line) }).collect()
}

fn decoded(line: &[u8], encoding: &'static Encoding) -> String {
    let (text, _) = encoding.decode_without_bom_handling(line);
    text.trim_end_matches(['\r', '\n']).to_owned()
}

#[cfg(test)]
mod tests {
    use excerpt::document::{Coordinates, DocumentId};
    use excerpt::passage::{ByteSpan, ContentHash, LineSpan, PassageId};

    use super::*;

    fn look(text: &str, part: &str, wanted: Wanted) -> Surroundings {
        let passage = passage(text, part);
        let around = Around { passage: &passage, wanted, bytes: text.into(), from: 0 };
        around.tell(UTF_8, &[passage.span])
    }

    fn passage(text: &str, passage: &str) -> Passage {
        let start = text.find(passage).unwrap_or(0);
        let line = |offset: usize| text[..offset].matches('\n').count() as u64 + 1;
        Passage {
            id: PassageId { document: DocumentId("a.txt".into()), ordinal: 0 },
            title: None,
            headings: vec![],
            text: passage.to_owned(),
            date: None,
            span: ByteSpan { start: start as u64, end: (start + passage.len()) as u64 },
            lines: LineSpan { start: line(start), end: line(start + passage.len() - 1) },
            coordinates: Coordinates::File,
            content_hash: ContentHash::of(passage.as_bytes()),
        }
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
        assert_eq!(found.matches, [Place { line: 4, column: 1 }]);
    }

    #[test]
    fn the_first_line_has_none_before_it() {
        let found = look("one\ntwo", "one", Wanted { before: 3, after: 0 });
        assert_eq!((found.before, found.after), (vec![], vec![]));
    }

    #[test]
    fn any_number_of_lines_may_be_wanted() {
        let found = look("1\ntwo\n3", "two", Wanted { before: usize::MAX, after: usize::MAX });
        assert_eq!(numbered(&found.before), [(1, "1")]);
        assert_eq!(numbered(&found.after), [(3, "3")]);
    }

    #[test]
    fn only_what_cannot_be_anything_else_is_taken_for_utf_8() {
        let around = |bytes: &[u8]| {
            let bytes = bytes.to_vec();
            Around { passage: &passage("a", "a"), wanted: Wanted::default(), bytes, from: 0 }
                .encoding()
        };
        // Cut within a character at both ends.
        assert_eq!(around(b"\xa9 caf\xc3\xa9 \xe5\xb7"), Some(UTF_8));
        for other in [b"caf\xe9 noir".as_slice(), b"a\0b\0", b"\x1b$B;~\x1b(B"] {
            assert_eq!(around(other), None, "{other:?}");
        }
    }
}
