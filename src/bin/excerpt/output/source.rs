//! What a file holds at and around a passage: its column, the places of its
//! words, the lines before and behind it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{Encoding, UTF_8};
use excerpt::index::SourceFiles;
use excerpt::index::sources::SourceKey;
use excerpt::passage::{ByteSpan, Passage};

use super::line_ends::LineEnds;

/// How much of a file is read at most on either side of a passage for the lines
/// around it. Chosen by hand: a book, and more than anyone reads beside a hit. This
/// and what follows is even, as are the places of characters in UTF-16.
pub const CONTEXT_BYTES: u64 = 8 << 20;

/// How much is read before a passage at most where only its column is wanted, and on
/// either side at first where lines are.
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
    /// Whether there are fewer lines than were wanted because the others do not end
    /// within [`CONTEXT_BYTES`].
    pub is_cut: bool,
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
    /// Whether they end where the file does.
    is_to_end: bool,
    encoding: &'static Encoding,
    /// Where lines begin in them, as far as that can be seen.
    starts: Vec<usize>,
}

impl<'p> Around<'p> {
    /// Reads them from the file of `source`, which holds `passage` at its span; `None`
    /// where it cannot be read. Read is what the column and the lines that are
    /// `wanted` take, and little more.
    pub fn read(
        files: &mut SourceFiles<'_>,
        source: &SourceKey,
        passage: &'p Passage,
        wanted: Wanted,
    ) -> Option<Self> {
        let most_before = if wanted.before > 0 { CONTEXT_BYTES } else { REACH_BYTES };
        let mut before = if wanted.before > 0 { REACH_BYTES } else { NEAR_BYTES };
        let mut behind = if wanted.after > 0 { REACH_BYTES } else { 0 };
        loop {
            let from = passage.span.start.saturating_sub(before);
            let len = passage.span.end.saturating_sub(from).saturating_add(behind);
            let bytes = read_at(files.file(source)?, from, len).ok()?;
            let encoding = shown_encoding(&bytes).unwrap_or_else(|| files.encoding(source));
            let is_to_end = (bytes.len() as u64) < len;
            let starts = line_starts(&bytes, from, encoding);
            let around = Self { passage, wanted, bytes, from, is_to_end, encoding, starts };
            let lacks = around.lacks();
            let (is_short_before, is_short_behind) =
                (lacks.before && before < most_before, lacks.behind && behind < CONTEXT_BYTES);
            if !is_short_before && !is_short_behind {
                return Some(around);
            }
            if is_short_before {
                before = before.saturating_mul(GROWTH).min(most_before);
            }
            if is_short_behind {
                behind = behind.saturating_mul(GROWTH).min(CONTEXT_BYTES);
            }
        }
    }

    /// On which sides the file goes on where not all is read that is wanted.
    fn lacks(&self) -> Lacks {
        let (starts, Wanted { before, after }) = (&self.starts, self.wanted);
        let begun = starts.partition_point(|&start| start <= self.at(self.passage.span.start));
        let behind =
            starts.len() - starts.partition_point(|&start| start <= self.at(self.passage.span.end));
        Lacks {
            before: self.from > 0 && begun <= before,
            behind: after > 0 && !self.is_to_end && behind <= after,
        }
    }

    /// The passage's own bytes.
    pub fn passage_bytes(&self) -> &[u8] {
        &self.bytes[self.at(self.passage.span.start)..self.at(self.passage.span.end)]
    }

    /// Where line `line` of the file begins, one that the passage stands on; `None` where
    /// it begins further away than anyone looks.
    pub fn line_start(&self, line: u64) -> Option<u64> {
        let begun = self.starts.partition_point(|&start| start <= self.at(self.passage.span.start));
        let behind = usize::try_from(line.checked_sub(self.passage.lines.start)?).ok()?;
        let start = self.starts.get(begun.saturating_add(behind).checked_sub(1)?)?;
        Some(self.from + *start as u64)
    }

    /// What they say, where the parts that matched are at `matches`.
    pub fn tell(&self, matches: &[ByteSpan]) -> Surroundings {
        let (start, end) = (self.at(self.passage.span.start), self.at(self.passage.span.end));
        let (starts, lacks) = (&self.starts, self.lacks());
        let lines = self.passage.lines;
        let before = lines_before(&self.bytes, starts, start, self.wanted.before);
        let first = lines.start.saturating_sub(before.len() as u64);
        let after = self.lines_behind(end);
        let text = |line: &[u8]| decoded(line, self.encoding);
        Surroundings {
            column: column(starts, start),
            matches: matches.iter().map(|span| self.place(self.at(span.start))).collect(),
            before: numbered(first, before, text),
            after: numbered(lines.end + 1, after, text),
            is_cut: (lacks.before && self.wanted.before > 0) || lacks.behind,
        }
    }

    /// The whole lines behind the one that ends behind `end`, as many as are wanted.
    fn lines_behind(&self, end: usize) -> Vec<&[u8]> {
        let starts = &self.starts[self.starts.partition_point(|&start| start <= end)..];
        let ends = starts.iter().skip(1).copied();
        let ends = ends.chain(self.is_to_end.then_some(self.bytes.len()));
        let lines = starts.iter().zip(ends).map(|(&start, end)| &self.bytes[start..end]);
        lines.filter(|line| !line.is_empty()).take(self.wanted.after).collect()
    }

    /// Where the byte `at`, which lies in the passage, stands in the file.
    fn place(&self, at: usize) -> Place {
        let starts = &self.starts;
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

/// Where lines begin in `bytes`, which begin at `from` in their file, as far as that
/// can be seen.
fn line_starts(bytes: &[u8], from: u64, encoding: &'static Encoding) -> Vec<usize> {
    let mut starts = LineEnds::of(encoding).starts(bytes);
    if from == 0 {
        // Editors do not count a byte order mark.
        let mark = Encoding::for_bom(bytes).map_or(0, |(_, mark)| mark);
        starts.insert(0, mark);
    }
    starts
}

/// How much more is read where what was read does not suffice.
const GROWTH: u64 = 4;

/// On which sides of a passage too little was read.
struct Lacks {
    before: bool,
    behind: bool,
}

/// The encoding that `bytes` show by themselves: UTF-8, where they are and have no
/// sign of an encoding that only looks like it. They may begin and end within a
/// character.
fn shown_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let cut = bytes.iter().take(3).take_while(|&&byte| byte & 0xc0 == 0x80).count();
    let is_valid = match std::str::from_utf8(&bytes[cut..]) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    // UTF-16 has NULs, ISO-2022-JP has escapes.
    let is_other = || memchr::memchr2(0, 0x1b, bytes).is_some();
    (is_valid && !is_other()).then_some(UTF_8)
}

/// The byte in its line, from 1, of the byte `at`, where lines begin at `starts`; 1
/// where the line begins further away than anyone looks.
fn column(starts: &[usize], at: usize) -> u64 {
    let begun = &starts[..starts.partition_point(|&start| start <= at)];
    begun.last().map_or(1, |start| (at - start) as u64 + 1)
}

/// At most `len` bytes of `file` from `start` on.
pub fn read_at(mut file: &File, start: u64, len: u64) -> io::Result<Vec<u8>> {
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
        around(text.into(), &passage, wanted).tell(&[passage.span])
    }

    fn around(bytes: Vec<u8>, passage: &Passage, wanted: Wanted) -> Around<'_> {
        let starts = line_starts(&bytes, 0, UTF_8);
        Around { passage, wanted, bytes, from: 0, is_to_end: true, encoding: UTF_8, starts }
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
    fn a_line_whose_end_was_not_read_is_left_out_and_told_of() {
        let passage = passage("xx\n2\nthree\n4\nfi", "three");
        let whole = around(b"xx\n2\nthree\n4\nfi".into(), &passage, Wanted { before: 2, after: 2 });
        let bytes = b"x\n2\nthree\n4\nfi".to_vec();
        let starts = line_starts(&bytes, 1, UTF_8);
        let cut = Around { bytes, from: 1, is_to_end: false, starts, ..whole };
        let found = cut.tell(&[]);
        assert_eq!(numbered(&found.before), [(2, "2")]);
        assert_eq!(numbered(&found.after), [(4, "4")]);
        assert!(found.is_cut);
        let fewer = Around { wanted: Wanted { before: 1, after: 1 }, ..cut }.tell(&[]);
        assert!(!fewer.is_cut);
    }

    #[test]
    fn only_what_cannot_be_anything_else_is_taken_for_utf_8() {
        // Cut within a character at both ends.
        assert_eq!(shown_encoding(b"\xa9 caf\xc3\xa9 \xe5\xb7"), Some(UTF_8));
        for other in [b"caf\xe9 noir".as_slice(), b"a\0b\0", b"\x1b$B;~\x1b(B"] {
            assert_eq!(shown_encoding(other), None, "{other:?}");
        }
    }
}
