//! One record of a line-oriented source, and why it may be left out.

use std::ops::Range;

use super::pieces::Piece;
use crate::document::{LineMap, OffsetMap};

/// One record as it stands in the source, without its line end.
pub(super) struct Record<'a> {
    /// The record, decoded.
    pub text: &'a str,
    /// The source's bytes that `text` was decoded from.
    pub bytes: &'a [u8],
    /// Where `bytes` begins in the source.
    pub start: u64,
    /// The line of its first byte.
    pub line: u64,
    /// Leads from `text` to the source where that is not the mere distance from
    /// `start`: for records that are not UTF-8.
    pub decoded: Option<&'a OffsetMap>,
}

impl<'r> Record<'r> {
    /// The bytes of a value; none if they are not whole characters.
    pub(super) fn raw(&self, piece: &Piece) -> &'r str {
        self.text.get(piece.start..piece.end).unwrap_or_default()
    }

    /// The lines of its source bytes `part`.
    pub(super) fn lines(&self, part: Range<u64>) -> LineMap {
        let Some(offsets) = self.decoded else {
            let place = |offset: u64| offset.saturating_sub(self.start) as usize;
            let before = self.bytes.get(..place(part.start)).unwrap_or_default();
            let inside = self.bytes.get(place(part.start)..place(part.end)).unwrap_or_default();
            let first = self.line + memchr::memchr_iter(b'\n', before).count() as u64;
            return LineMap::of_bytes(inside, part.start, first);
        };
        let newlines = memchr::memchr_iter(b'\n', self.text.as_bytes());
        let mut starts: Vec<u64> = newlines.map(|at| offsets.end(at + 1)).collect();
        starts.retain(|&start| start < part.end);
        LineMap::new(self.line, starts)
    }
}

/// Why a record is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadRecord {
    #[error("not valid JSON: expected {expected} at byte {at}")]
    NotJson { expected: &'static str, at: usize },
    #[error("not a JSON object")]
    NotAnObject,
    #[error("a quoted field is not closed")]
    UnclosedQuote,
    #[error("a list of too many strings")]
    LongList,
    #[error("no text")]
    NoText,
    #[error("not text in any encoding")]
    NotText,
    #[error("too long to be held")]
    TooLong,
}
