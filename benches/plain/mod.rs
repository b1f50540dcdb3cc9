//! A document without a file.

use std::borrow::Cow;

use excerpt::document::{Coordinates, Document, DocumentId, LineMap, OffsetMap};

/// A document of plain text, as the reader of text files makes it.
pub fn plain(text: &str) -> Document<'_> {
    Document {
        id: DocumentId("article.txt".to_owned()),
        title: None,
        date: None,
        text: Cow::Borrowed(text),
        blocks: Vec::new(),
        headings: Vec::new(),
        offsets: OffsetMap::identity(0, text.len()),
        lines: LineMap::of_bytes(text.as_bytes(), 0, 1),
        bytes: text.as_bytes(),
        bytes_start: 0,
        coordinates: Coordinates::File,
        continues: false,
        is_continued: false,
    }
}
