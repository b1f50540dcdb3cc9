//! Web pages: HTML and XHTML.
//!
//! The text of a page is what a reader sees in an article: paragraphs,
//! headings, lists, tables, code. Left out are programs, styles, drawings,
//! embedded things, form controls and `nav`, and what the page hides; `header`,
//! `footer` and `aside` stay, for articles keep words in them. [`tokens`] reads the
//! markup, at the pace of [`pace`]; [`page`] knows what it means, [`groups`] which lists
//! and tables are one block, [`skipping`] and [`hidden`] where what is left out ends;
//! [`writer`] writes the text and [`elements`] holds the table of elements;
//! [`charset`] finds the declared encoding and [`metadata`] title and date.
//!
//! A passage's bytes in the file are the source from its first to its last
//! character, with the tags in between.

mod charset;
mod elements;
mod groups;
mod hidden;
mod metadata;
mod pace;
mod page;
mod skipping;
mod tokens;
mod writer;

use encoding_rs::UTF_8;

pub(super) use self::charset::declared;
use self::page::read_page;
pub use self::writer::is_unspaced;
use super::decode::Decoded;
use super::encoding::{Reach, detect};
use super::whole::read_whole;
use super::{ReadReport, Reader, Sink, Skip, Source};
use crate::document::{Document, DocumentId, OffsetMap};

/// The largest page that is decoded from another encoding than UTF-8, in bytes. The
/// way back to its bytes takes up to some 66 bytes of memory for each, where every
/// other character is of another length: with this bound about 1 GiB. A book in
/// HTML has one to five MiB.
const MAX_DECODED_BYTES: usize = 16 << 20;

/// Reads a web page as one document, of at most 16 MiB where it is not UTF-8.
///
/// The title is the `title` element's, else the level-1 heading's; a heading
/// that says the title again is given as the title's where others stand before it,
/// else not at all. The date is the one of publication, where the page states it in
/// metadata.
#[derive(Debug, Clone, Copy, Default)]
pub struct HtmlReader;

impl Reader for HtmlReader {
    fn read(&self, mut source: Source<'_>, sink: &mut Sink<'_>) -> Result<ReadReport, Skip> {
        let whole = read_whole(&mut source)?;
        let made = hand_over(&whole.bytes, &source, sink);
        whole.report(made)
    }
}

/// Hands the page `bytes` to `sink`.
fn hand_over(bytes: &[u8], source: &Source<'_>, sink: &mut Sink<'_>) -> Result<(), Skip> {
    let detected = detect(bytes, declared(bytes), Reach::End)?;
    if detected.encoding != UTF_8 && bytes.len() > MAX_DECODED_BYTES {
        return Err(Skip::TooLarge);
    }
    let decoded = Decoded::new(bytes, &detected, 0);
    let page = read_page(&decoded.text);
    // Most files are UTF-8 from their first byte on: nothing to compose.
    let is_plain = decoded.offsets == OffsetMap::identity(0, decoded.text.len());
    let offsets = if is_plain { page.offsets } else { page.offsets.then(&decoded.offsets) };
    let _ = sink(Document {
        id: DocumentId(source.name.to_owned()),
        title: page.title,
        date: page.date,
        text: page.text.into(),
        blocks: page.blocks,
        headings: Vec::new(),
        offsets,
        lines: decoded.lines(bytes, 0, 1),
        bytes,
        bytes_start: 0,
        coordinates: source.coordinates,
        continues: false,
        is_continued: false,
    });
    Ok(())
}

#[cfg(test)]
mod tests;
