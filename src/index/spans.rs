//! Where single words of a passage stand in its file.
//!
//! An index keeps where a passage stands, not how its text came from there: that
//! map is as large as the text. It is made again where it is asked for, by reading
//! the file again.

use std::ops::{ControlFlow, Range};

use super::freshness::{REREAD_BYTES, SourceFiles};
use super::sources::SourceKey;
use crate::error::Result;
use crate::passage::{ByteSpan, Passage};

/// So much is read again for the places of words, at most, by all calls
/// together. Chosen by hand: what a few seconds suffice for.
pub(super) const TRACE_BYTES: u64 = 1 << 30;

impl SourceFiles<'_> {
    /// The bytes of the source that the parts `ranges` of `passage`'s text were
    /// read from, as [`Passage::span`] counts them. The passage stands where it
    /// says, in the file of `source`.
    ///
    /// Nothing where it is not found there, where the file is gone or has more
    /// than 64 MiB, or where a GiB was read again by these calls already.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`] where it cannot be told how the file was
    /// read.
    pub fn spans(
        &mut self,
        source: &SourceKey,
        passage: &Passage,
        ranges: &[Range<usize>],
    ) -> Result<Option<Vec<ByteSpan>>> {
        let size = self.file(source).and_then(|file| file.metadata().ok()).map(|meta| meta.len());
        let Some(size) = size.filter(|&size| size <= REREAD_BYTES.min(self.left_to_trace)) else {
            return Ok(None);
        };
        self.left_to_trace -= size;
        let mut spans = None;
        self.read_again(source, &mut |document, mut passages| {
            let end = document.bytes_start + document.bytes.len() as u64;
            if passage.span.start < document.bytes_start || passage.span.end > end {
                return ControlFlow::Continue(());
            }
            while let Some((found, place)) = passages.next_placed() {
                let is_it = found.span == passage.span && found.text == passage.text;
                let Some(place) = place.filter(|_| is_it) else { continue };
                let span = |range: &Range<usize>| {
                    let text = place.start + range.start..place.start + range.end;
                    let Range { start, end } = document.offsets.span(text);
                    ByteSpan { start, end }
                };
                spans = Some(ranges.iter().map(span).collect());
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        Ok(spans)
    }
}
