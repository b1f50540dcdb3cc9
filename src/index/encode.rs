//! Between a passage and the value that is stored of it.
//!
//! What is shown of a passage is kept as one packed value, so that fetching it
//! is one look-up and one walk over its bytes. Numbers are those of [`varint`].

use super::varint;
use crate::document::{Coordinates, DocumentId};
use crate::passage::{ByteSpan, ContentHash, LineSpan, Passage, PassageId};

/// A passage as it is stored: with the key of the source it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPassage {
    /// The key of its source; see [`super::sources`].
    pub source: String,
    /// The passage.
    pub passage: Passage,
}

/// Appends `passage` of the source `source`, packed, to `packed`.
pub(super) fn pack(source: &str, passage: &Passage, packed: &mut Vec<u8>) {
    let document = passage.id.document.as_str();
    push_text(packed, source);
    // Most documents are called what their source is called.
    push_text(packed, if document == source { "" } else { document });
    varint::push(packed, u64::from(passage.id.ordinal));
    varint::push(packed, passage.span.start);
    varint::push(packed, passage.span.len());
    varint::push(packed, passage.lines.start);
    varint::push(packed, passage.lines.end - passage.lines.start);
    packed.push(match passage.coordinates {
        Coordinates::File => 0,
        Coordinates::Decompressed => 1,
    });
    packed.extend_from_slice(&passage.content_hash.0);
    let day = passage.date.map_or(0, |date| i64::from(date.to_julian_day()) + DAY_SHIFT);
    varint::push(packed, day as u64);
    push_text(packed, passage.title.as_deref().unwrap_or_default());
    varint::push(packed, passage.headings.len() as u64);
    passage.headings.iter().for_each(|heading| push_text(packed, heading));
    packed.extend_from_slice(passage.text.as_bytes());
}

/// Makes the Julian day of every date a positive number, 0 standing for no
/// date: the calendar begins at day −1,930,999.
const DAY_SHIFT: i64 = 2_000_000;

/// The passage that was packed into `packed`; `None` where the bytes are not
/// such, which only damage can cause.
pub(super) fn unpack(packed: &[u8]) -> Option<StoredPassage> {
    let mut rest = packed;
    let source = take_text(&mut rest)?.to_owned();
    let document = match take_text(&mut rest)? {
        "" => source.clone(),
        named => named.to_owned(),
    };
    let ordinal = u32::try_from(varint::take(&mut rest)?).ok()?;
    let start = varint::take(&mut rest)?;
    let span = ByteSpan { start, end: start.checked_add(varint::take(&mut rest)?)? };
    let start = varint::take(&mut rest)?;
    let lines = LineSpan { start, end: start.checked_add(varint::take(&mut rest)?)? };
    let coordinates = match rest.split_off_first()? {
        0 => Coordinates::File,
        1 => Coordinates::Decompressed,
        _ => return None,
    };
    let content_hash = ContentHash(rest.split_off(..16)?.try_into().ok()?);
    let date = match varint::take(&mut rest)? {
        0 => None,
        day => {
            let day = i32::try_from(i64::try_from(day).ok()? - DAY_SHIFT).ok()?;
            Some(time::Date::from_julian_day(day).ok()?)
        }
    };
    let title = Some(take_text(&mut rest)?).filter(|title| !title.is_empty());
    let title = title.map(str::to_owned);
    let count = varint::take(&mut rest)?;
    let headings =
        (0..count).map(|_| take_text(&mut rest).map(str::to_owned)).collect::<Option<_>>()?;
    let text = std::str::from_utf8(rest).ok()?.to_owned();
    let id = PassageId { document: DocumentId(document), ordinal };
    let passage =
        Passage { id, title, headings, text, date, span, lines, coordinates, content_hash };
    Some(StoredPassage { source, passage })
}

fn push_text(packed: &mut Vec<u8>, text: &str) {
    varint::push(packed, text.len() as u64);
    packed.extend_from_slice(text.as_bytes());
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let len = usize::try_from(varint::take(rest)?).ok()?;
    std::str::from_utf8(rest.split_off(..len)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passage() -> Passage {
        Passage {
            id: PassageId { document: DocumentId("a.md".into()), ordinal: 3 },
            title: Some("Mi Talk".into()),
            headings: vec!["Rise".into(), "Fall".into()],
            text: "It was ten years old.".into(),
            date: time::Date::from_calendar_date(2021, time::Month::January, 19).ok(),
            span: ByteSpan { start: 7, end: 28 },
            lines: LineSpan { start: 2, end: 2 },
            coordinates: Coordinates::Decompressed,
            content_hash: ContentHash::of(b"It was ten years old."),
        }
    }

    fn packed(source: &str, passage: &Passage) -> Vec<u8> {
        let mut packed = Vec::new();
        pack(source, passage, &mut packed);
        packed
    }

    #[test]
    fn a_passage_survives_being_packed_and_unpacked() {
        for source in ["a.md", "b/c.jsonl"] {
            let stored = StoredPassage { source: source.into(), passage: passage() };
            assert_eq!(unpack(&packed(source, &stored.passage)), Some(stored));
        }
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_refused_and_nothing_worse(
            at in 0usize..60,
            byte: u8,
            keep in 0usize..100,
        ) {
            let mut bytes = packed("a.md", &passage());
            let at = at.min(bytes.len() - 1);
            bytes[at] = byte;
            bytes.truncate(keep);
            let _ = unpack(&bytes);
        }
    }
}
