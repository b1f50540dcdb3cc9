//! A passage: the unit that is indexed, ranked and shown, with its exact place.

use std::fmt;
use std::str::FromStr;

use crate::document::{Coordinates, DocumentId};

/// Names a passage: its document and its number in it, counted from 0.
///
/// Written `document#ordinal`. Orders by document id, then by ordinal; results
/// with equal scores come in this order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PassageId {
    /// The document it was cut from.
    pub document: DocumentId,
    /// Its number among the document's passages, from 0.
    pub ordinal: u32,
}

impl fmt::Display for PassageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.document, self.ordinal)
    }
}

impl FromStr for PassageId {
    type Err = ParsePassageIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (document, ordinal) = text.rsplit_once('#').ok_or(ParsePassageIdError)?;
        let ordinal = ordinal.parse().map_err(|_| ParsePassageIdError)?;
        Ok(Self { document: DocumentId(document.to_owned()), ordinal })
    }
}

/// The text is not of the form `document#ordinal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a passage id of the form `document#ordinal`")]
pub struct ParsePassageIdError;

/// Byte offsets in a source, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ByteSpan {
    /// The first byte.
    pub start: u64,
    /// The byte behind the last one.
    pub end: u64,
}

impl ByteSpan {
    /// The number of bytes covered.
    pub fn len(&self) -> u64 {
        self.end - self.start
    }

    /// Whether no byte is covered.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// Line numbers in a source, from 1, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LineSpan {
    /// The line of the first byte.
    pub start: u64,
    /// The line of the last byte.
    pub end: u64,
}

/// The first 128 bits of the BLAKE3 hash of a passage's original bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 16]);

impl ContentHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut short = [0; 16];
        short.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
        Self(short)
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A paragraph with its place: what is indexed, ranked and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its name.
    pub id: PassageId,
    /// The document's title, where it has one.
    pub title: Option<String>,
    /// The headings it stands under, outermost first, without the title.
    pub headings: Vec<String>,
    /// The readable text. For plain text and Markdown these are the bytes at
    /// `span`, decoded; for HTML and JSON what they say.
    pub text: String,
    /// The document's date, where it has one.
    pub date: Option<time::Date>,
    /// Its bytes in the source.
    pub span: ByteSpan,
    /// Its lines in the source.
    pub lines: LineSpan,
    /// What `span` and `lines` count.
    pub coordinates: Coordinates,
    /// The hash of the bytes at `span`.
    pub content_hash: ContentHash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_id_survives_being_written_and_read() {
        let id = PassageId { document: DocumentId("notes/c#.md".into()), ordinal: 7 };
        assert_eq!(id.to_string(), "notes/c#.md#7");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn a_text_without_an_ordinal_is_no_passage_id() {
        assert!("notes/a.md".parse::<PassageId>().is_err());
        assert!("notes/a.md#x".parse::<PassageId>().is_err());
    }
}
