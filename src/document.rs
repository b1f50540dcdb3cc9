//! A document: one article as its reader understood it, before it is split.
//!
//! A document holds readable text, the blocks that its format marks in it, and
//! two maps that lead from any place in that text back to the file: an
//! [`OffsetMap`] to bytes and a [`LineMap`] to lines. Readers in
//! [`crate::corpus`] make documents; [`crate::split`] turns them into passages.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// Identifies a document: the field `id`/`_id` of a JSON line, else its path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(pub String);

impl DocumentId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The longest title, in bytes. Every passage carries its document's title, so
/// that a longer one would multiply: it is left out or cut. Chosen by hand, beyond
/// any real title.
pub(crate) const MAX_TITLE_BYTES: usize = 1000;

/// One article, read and not yet split.
///
/// `text` is what a reader sees. For formats whose text *is* the file's text
/// (plain text, Markdown) it is the decoded file itself, so that a slice of it
/// maps to the same bytes in the file; for HTML and JSON it is what is left
/// when markup and escapes are taken away.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// What the document is called in results, runs and judgments.
    pub id: DocumentId,
    /// The title, where the format gives one.
    pub title: Option<String>,
    /// The publication date, where the format gives one.
    pub date: Option<time::Date>,
    /// The readable text.
    pub text: Cow<'a, str>,
    /// The parts of `text`, in order of their start, never overlapping.
    pub blocks: Vec<Block>,
    /// The headings among `blocks` that say something else than `text` has there, which
    /// holds markup: where each begins in it, and what it says; in order.
    pub headings: Vec<(usize, String)>,
    /// From byte offsets in `text` to byte offsets in the source.
    pub offsets: OffsetMap,
    /// From byte offsets in the source to line numbers.
    pub lines: LineMap,
    /// The source's bytes that this document was read from.
    pub bytes: &'a [u8],
    /// Where `bytes` begins in the source, in bytes.
    pub bytes_start: u64,
    /// What the offsets count.
    pub coordinates: Coordinates,
    /// Whether this is a further part of the document given just before (a file
    /// too large to be held whole is read in parts).
    pub continues: bool,
    /// Whether a further part may follow.
    pub is_continued: bool,
}

impl Document<'_> {
    /// What `block` says: of a heading the words without markup, of another its text.
    pub fn words_of(&self, block: &Block) -> &str {
        let Range { start, end } = block.range;
        let at = self.headings.partition_point(|&(at, _)| at < start);
        match self.headings.get(at).filter(|(at, _)| *at < end) {
            Some((_, words)) if matches!(block.kind, BlockKind::Heading { .. }) => words,
            _ => &self.text[start..end],
        }
    }
}

/// What byte and line numbers of a passage refer to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Coordinates {
    /// The file as it lies on disk: `tail -c +N | head -c M` yields the passage.
    #[default]
    File,
    /// The file's content after decompression; the file itself has no such place.
    Decompressed,
}

/// A part of a document's text that its format marks as one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes in [`Document::text`], end exclusive.
    pub range: Range<usize>,
}

/// What a block is, as far as splitting cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading; `level` 1 is the outermost. Its range is the heading's words
    /// alone, without markup around them; what is left within them is not said:
    /// [`Document::words_of`].
    Heading {
        /// 1 to 6.
        level: u8,
    },
    /// The heading that says the document's title again: it ends all that stood open
    /// before it, and is not said.
    Title,
    /// A paragraph of prose.
    Paragraph,
    /// A list, whole.
    List,
    /// A table, whole.
    Table,
    /// Preformatted text or code.
    Code,
}

/// Leads from byte offsets in a document's text to byte offsets in its source.
///
/// A sorted list of runs. Inside a run, every `text_unit` bytes of text stand
/// for `source_unit` bytes of source; a plain copy has both at 1. What lies
/// between two runs in the source (markup, skipped white space) belongs to no
/// text. A place between two runs in the text (a separator that a reader put
/// in) maps to the nearest source byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffsetMap {
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    text: usize,
    text_len: usize,
    source: u64,
    text_unit: u32,
    source_unit: u32,
}

impl Run {
    fn source_at(&self, text: usize) -> u64 {
        let units = (text - self.text) / self.text_unit as usize;
        self.source + units as u64 * u64::from(self.source_unit)
    }

    fn source_end(&self) -> u64 {
        self.source_at(self.text + self.text_len)
    }
}

impl OffsetMap {
    /// A map for `len` bytes of text that are copied as they are from `source`.
    pub fn identity(source: u64, len: usize) -> Self {
        let mut map = Self::empty();
        map.push(0, len, source, 1, 1);
        map
    }

    /// A map with no runs, to be filled by [`OffsetMap::push`].
    pub fn empty() -> Self {
        Self { runs: Vec::new() }
    }

    /// Adds `text_len` bytes of text at `text` that stand for source bytes from
    /// `source` on, `text_unit` bytes of text for each `source_unit` bytes of
    /// source. Runs come in ascending order of both; a run that continues the
    /// one before it is merged into it.
    pub fn push(
        &mut self,
        text: usize,
        text_len: usize,
        source: u64,
        text_unit: u32,
        source_unit: u32,
    ) {
        if text_len == 0 {
            return;
        }
        debug_assert!(text_unit > 0 && text_len.is_multiple_of(text_unit as usize));
        if let Some(last) = self.runs.last_mut() {
            debug_assert!(last.text + last.text_len <= text && last.source_end() <= source);
            if last.text + last.text_len == text
                && last.source_end() == source
                && last.text_unit == text_unit
                && last.source_unit == source_unit
            {
                last.text_len += text_len;
                return;
            }
        }
        self.runs.push(Run { text, text_len, source, text_unit, source_unit });
    }

    /// The source offset of the first byte of the text at or after `text`.
    pub fn start(&self, text: usize) -> u64 {
        let next = self.runs.partition_point(|run| run.text + run.text_len <= text);
        match self.runs.get(next) {
            Some(run) => run.source_at(text.max(run.text)),
            None => self.runs.last().map_or(0, Run::source_end),
        }
    }

    /// The source offset just behind the last byte of the text before `text`.
    pub fn end(&self, text: usize) -> u64 {
        let next = self.runs.partition_point(|run| run.text < text);
        match next.checked_sub(1).and_then(|last| self.runs.get(last)) {
            Some(run) => {
                let inside = (text - run.text).min(run.text_len);
                // An end inside a unit takes the whole unit with it.
                let units = inside.div_ceil(run.text_unit as usize);
                run.source + units as u64 * u64::from(run.source_unit)
            }
            None => self.runs.first().map_or(0, |run| run.source),
        }
    }

    /// The source bytes that the text bytes `range` stand for, end exclusive.
    pub fn span(&self, range: Range<usize>) -> Range<u64> {
        let start = self.start(range.start);
        start..self.end(range.end).max(start)
    }

    /// The map that first follows `self` and then `outer`: `self` leads from
    /// text to an intermediate text, `outer` from there to the source. Only
    /// runs of `self` with both units 1 can be cut where `outer` changes; any
    /// other run keeps its own extent and takes `outer`'s place for its ends.
    pub fn then(&self, outer: &OffsetMap) -> OffsetMap {
        let mut composed = Self::empty();
        for run in &self.runs {
            let middle = run.source as usize;
            if run.text_unit != 1 || run.source_unit != 1 {
                compose_units(run, outer, &mut composed);
                continue;
            }
            let end = middle + run.text_len;
            let first = outer.runs.partition_point(|o| o.text + o.text_len <= middle);
            for o in outer.runs[first..].iter().take_while(|o| o.text < end) {
                let from = middle.max(o.text);
                let to = end.min(o.text + o.text_len);
                composed.push(
                    run.text + (from - middle),
                    to - from,
                    o.source_at(from),
                    o.text_unit,
                    o.source_unit,
                );
            }
        }
        composed
    }
}

/// Composes a run of several-byte units one unit at a time.
fn compose_units(run: &Run, outer: &OffsetMap, composed: &mut OffsetMap) {
    let units = run.text_len / run.text_unit as usize;
    for unit in 0..units {
        let middle = run.source as usize + unit * run.source_unit as usize;
        let span = outer.span(middle..middle + run.source_unit as usize);
        composed.push(
            run.text + unit * run.text_unit as usize,
            run.text_unit as usize,
            span.start,
            run.text_unit,
            (span.end - span.start) as u32,
        );
    }
}

/// Leads from byte offsets in a source to line numbers, which start at 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineMap {
    first: u64,
    starts: Vec<u64>,
}

impl LineMap {
    /// Every offset lies on line `line`: a record of a line-oriented format.
    pub fn single(line: u64) -> Self {
        Self { first: line, starts: Vec::new() }
    }

    /// Offsets before `starts[0]` lie on line `first`, those from `starts[k]`
    /// on lie on line `first + k + 1` or later. `starts` ascends.
    pub fn new(first: u64, starts: Vec<u64>) -> Self {
        Self { first, starts }
    }

    /// The lines of ASCII-compatible `bytes` that begin at `bytes_start` in the
    /// source, on line `first`. A line ends behind `\n`.
    pub fn of_bytes(bytes: &[u8], bytes_start: u64, first: u64) -> Self {
        let starts =
            memchr::memchr_iter(b'\n', bytes).map(|at| bytes_start + at as u64 + 1).collect();
        Self::new(first, starts)
    }

    /// The number of the line that the byte at `offset` lies on.
    pub fn line(&self, offset: u64) -> u64 {
        self.first + self.starts.partition_point(|&start| start <= offset) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_map_shifts_by_its_base() {
        let map = OffsetMap::identity(3, 10);
        assert_eq!(map.span(0..10), 3..13);
        assert_eq!(map.span(2..5), 5..8);
    }

    #[test]
    fn unit_runs_map_whole_characters() {
        // Two-byte source characters that are three bytes in UTF-8, then ASCII.
        let mut map = OffsetMap::empty();
        map.push(0, 6, 0, 3, 2);
        map.push(6, 4, 4, 1, 1);
        assert_eq!(map.span(3..6), 2..4);
        assert_eq!(map.span(0..7), 0..5);
        assert_eq!(map.span(6..10), 4..8);
    }

    #[test]
    fn gaps_in_the_source_belong_to_no_text() {
        // `a<b>c` read as `ac`.
        let mut map = OffsetMap::empty();
        map.push(0, 1, 0, 1, 1);
        map.push(1, 1, 4, 1, 1);
        assert_eq!(map.span(0..1), 0..1);
        assert_eq!(map.span(1..2), 4..5);
        assert_eq!(map.span(0..2), 0..5);
    }

    #[test]
    fn composition_follows_both_maps() {
        let mut inner = OffsetMap::empty();
        inner.push(0, 3, 3, 1, 1);
        let mut outer = OffsetMap::empty();
        outer.push(0, 3, 0, 1, 1);
        outer.push(3, 3, 3, 3, 2);
        assert_eq!(inner.then(&outer).span(0..3), 3..5);
    }

    #[test]
    fn lines_count_from_one_and_turn_behind_the_newline() {
        let lines = LineMap::of_bytes(b"a\nbc\n\nd", 0, 1);
        let numbers: Vec<u64> = (0..7).map(|offset| lines.line(offset)).collect();
        assert_eq!(numbers, [1, 1, 2, 2, 2, 3, 4]);
    }
}
