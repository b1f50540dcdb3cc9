//! The engine's documents of passages: what the inverter makes segments of without
//! making them, and is held against.

use tantivy::TantivyDocument;

use crate::analysis::{Language, PART_SEPARATOR, shingles::Sketch};
use crate::index::encode;
use crate::index::schema::Fields;
use crate::passage::Passage;

/// The engine's document for `passage` of the source `source`, whose whole text
/// has `length` tokens.
pub(super) fn encode(
    fields: &Fields,
    language: Language,
    source: &str,
    passage: &Passage,
    length: u64,
) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    let text = whole_text(passage);
    if language != Language::None {
        document.add_text(fields.words, &text);
    }
    document.add_text(fields.characters, &text);
    document.add_text(fields.text, text);
    if let Some(title) = &passage.title {
        document.add_text(fields.title, title);
    }
    if !passage.headings.is_empty() {
        document.add_text(fields.heading, headings_text(passage));
    }
    document.add_text(fields.source, source);
    document.add_text(fields.document_id, passage.id.document.as_str());
    document.add_u64(fields.ordinal, u64::from(passage.id.ordinal));
    document.add_u64(fields.line, passage.lines.start);
    document.add_u64(fields.length, length);
    if let Some(date) = passage.date {
        document.add_i64(fields.date, i64::from(date.to_julian_day()));
    }
    document.add_u64(fields.sketch, Sketch::of(&passage.text, language).0.into());
    let mut packed = Vec::with_capacity(passage.text.len() + 128);
    encode::pack(source, passage, &mut packed);
    document.add_bytes(fields.passage, &packed);
    document
}

/// Title, headings and body as one text, a separator behind each part but the
/// last. The body of a document that is only a title says nothing again.
pub(super) fn whole_text(passage: &Passage) -> String {
    let mut text = String::with_capacity(passage.text.len() + 64);
    for part in passage.title.iter().chain(&passage.headings) {
        text.push_str(part);
        text.push(PART_SEPARATOR);
    }
    if passage.title.as_ref() != Some(&passage.text) {
        text.push_str(&passage.text);
    }
    text
}

/// The headings as one text.
fn headings_text(passage: &Passage) -> String {
    passage.headings.join(PART_SEPARATOR.encode_utf8(&mut [0; 4]))
}
