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

/// Where something stands in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed<T> {
    /// What stands there.
    pub what: T,
    /// Its bytes.
    pub span: ByteSpan,
    /// Its lines.
    pub lines: LineSpan,
}

/// Looks for what stands at a line: what goes on there, and what begins there; where it
/// belongs to nothing, what comes next, else the last.
pub(crate) struct AtLine<T> {
    line: u64,
    /// The last that begins before the line.
    before: Option<((u64, u64), T)>,
    /// Those that begin on it.
    on: Vec<(u64, T)>,
    /// The first that begins behind it.
    behind: Option<((u64, u64), T)>,
}

impl<T> AtLine<T> {
    pub(crate) fn new(line: u64) -> Self {
        Self { line, before: None, on: Vec::new(), behind: None }
    }

    /// Takes note of `it`, which begins at `place`: a line, from 1, and a number that
    /// orders what begins there.
    pub(crate) fn offer(&mut self, place: (u64, u64), it: T) {
        if place.0 > self.line {
            if self.behind.as_ref().is_none_or(|(best, _)| place < *best) {
                self.behind = Some((place, it));
            }
        } else if place.0 == self.line {
            self.on.push((place.1, it));
        } else if self.before.as_ref().is_none_or(|(best, _)| place > *best) {
            self.before = Some((place, it));
        }
    }

    /// What stands at the line, in order, where `placed` tells where something does.
    ///
    /// # Errors
    ///
    /// What `placed` says.
    pub(crate) fn find<S, E>(
        mut self,
        placed: impl Fn(T) -> Result<Placed<S>, E>,
    ) -> Result<Vec<Placed<S>>, E> {
        self.on.sort_by_key(|&(number, _)| number);
        let before = self.before.map(|(_, it)| placed(it)).transpose()?;
        let goes_on = before.as_ref().is_some_and(|before| before.lines.end >= self.line);
        if self.on.is_empty() && !goes_on {
            let next = self.behind.map(|(_, it)| placed(it)).transpose()?;
            return Ok(next.or(before).into_iter().collect());
        }
        let before = before.filter(|_| goes_on).map(Ok);
        before.into_iter().chain(self.on.into_iter().map(|(_, it)| placed(it))).collect()
    }
}

/// The first 128 bits of the BLAKE3 hash of a passage's original bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 16]);

impl ContentHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::cut(&blake3::hash(bytes))
    }

    /// The hash of what `hasher` was given.
    pub(crate) fn of_all(hasher: &blake3::Hasher) -> Self {
        Self::cut(&hasher.finalize())
    }

    fn cut(hash: &blake3::Hash) -> Self {
        let mut short = [0; 16];
        short.copy_from_slice(&hash.as_bytes()[..16]);
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

    #[test]
    fn a_line_has_what_is_on_it_or_what_is_next_or_the_last() {
        // Where each begins and ends.
        let spans = [(3, 4), (9, 9), (6, 7), (6, 6), (7, 8)];
        let at = |line: u64| {
            let mut at_line = AtLine::new(line);
            for (what, &(start, end)) in (0..).zip(&spans) {
                let (span, lines) = (ByteSpan { start: 0, end: 1 }, LineSpan { start, end });
                at_line.offer((start, what), Placed { what, span, lines });
            }
            let Ok(found) = at_line.find(Ok::<_, std::convert::Infallible>);
            found.iter().map(|placed| placed.what).collect::<Vec<_>>()
        };
        for (line, expected) in [
            (1, &[0][..]),
            (3, &[0]),
            (4, &[0]),
            (5, &[2]),
            (6, &[2, 3]),
            (7, &[4]),
            (8, &[4]),
            (9, &[1]),
            (20, &[1]),
        ] {
            assert_eq!(at(line), expected, "{line}");
        }
    }
}
