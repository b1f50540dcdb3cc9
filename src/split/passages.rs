//! The last step: a passage for each block, with its place and its headings.

use std::ops::Range;

use super::headings::{HeadingPath, Said};
use super::is_heading;
use super::text::trim;
use crate::document::{Block, Document, MAX_TITLE_BYTES};
use crate::passage::{ByteSpan, ContentHash, LineSpan, Passage, PassageId};

/// The passages of one document, made as they are taken.
#[derive(Debug)]
pub struct Passages<'d> {
    document: &'d Document<'d>,
    title: Option<&'d str>,
    /// What is left of the headings and texts, in order.
    blocks: std::vec::IntoIter<Block>,
    /// Whether the title, which is all there is to say, is still to be said.
    says_title: bool,
    ordinal: u32,
    path: HeadingPath,
}

impl<'d> Passages<'d> {
    pub(super) fn new(
        document: &'d Document<'_>,
        blocks: Vec<Block>,
        ordinal: u32,
        path: HeadingPath,
    ) -> Self {
        let title = document.title.as_deref().map(cut_title).filter(|title| !title.is_empty());
        let says_title = blocks.is_empty() && ordinal == 0 && title.is_some();
        Self { document, title, blocks: blocks.into_iter(), says_title, ordinal, path }
    }

    /// How many passages are left.
    pub(super) fn remaining(&self) -> u32 {
        let texts = self.blocks.as_slice().iter().filter(|block| !is_heading(block)).count();
        u32::try_from(texts + usize::from(self.says_title)).unwrap_or(u32::MAX)
    }

    /// Moves `path` to where it will be behind the last passage.
    pub(super) fn follow_headings(&self, path: &mut HeadingPath) {
        for block in self.blocks.as_slice() {
            path.pass(block.kind, Said::by(block, self.document), self.title);
        }
    }

    fn passage(&mut self, text: &str, bytes: Range<u64>) -> Passage {
        let document = self.document;
        let lines = LineSpan {
            start: document.lines.line(bytes.start),
            end: document.lines.line(bytes.end.saturating_sub(1).max(bytes.start)),
        };
        let ordinal = self.ordinal;
        self.ordinal = ordinal.saturating_add(1);
        Passage {
            id: PassageId { document: document.id.clone(), ordinal },
            title: self.title.map(str::to_owned),
            headings: self.path.words(),
            text: text.to_owned(),
            date: document.date,
            lines,
            coordinates: document.coordinates,
            content_hash: ContentHash::of(original(document, &bytes)),
            span: ByteSpan { start: bytes.start, end: bytes.end },
        }
    }
}

impl Passages<'_> {
    /// The next passage and where its text stands in the document's; nothing
    /// for a title, which stands outside.
    pub(crate) fn next_placed(&mut self) -> Option<(Passage, Option<Range<usize>>)> {
        let document = self.document;
        for block in self.blocks.by_ref() {
            let text = &document.text[block.range.clone()];
            self.path.pass(block.kind, Said::by(&block, document), self.title);
            if !is_heading(&block) {
                let bytes = document.offsets.span(block.range.clone());
                return Some((self.passage(text, bytes), Some(block.range)));
            }
        }
        let title = self.title.filter(|_| std::mem::take(&mut self.says_title))?;
        let end = document.bytes_start + document.bytes.len() as u64;
        Some((self.passage(title, document.bytes_start..end), None))
    }
}

impl Iterator for Passages<'_> {
    type Item = Passage;

    fn next(&mut self) -> Option<Passage> {
        self.next_placed().map(|(passage, _)| passage)
    }
}

/// The source's bytes at `bytes`.
fn original<'d>(document: &Document<'d>, bytes: &Range<u64>) -> &'d [u8] {
    let inside = |offset: u64| usize::try_from(offset.checked_sub(document.bytes_start)?).ok();
    let found = inside(bytes.start)
        .zip(inside(bytes.end))
        .and_then(|(start, end)| document.bytes.get(start..end));
    debug_assert!(found.is_some(), "a passage at {bytes:?} lies outside its document");
    // A reader's mistake must not end the indexing of all other files.
    found.unwrap_or_default()
}

fn cut_title(title: &str) -> &str {
    &title[trim(title, 0..title.floor_char_boundary(MAX_TITLE_BYTES))]
}
