//! One JSON object a hit, one a line.

use std::io::{self, Write};
use std::num::NonZeroU64;

use excerpt::document::Coordinates;
use excerpt::passage::Passage;
use serde::Serialize;

use super::shown::{Shown, Standing};
use super::{Renderer, wire};

/// Prints a JSON object a hit.
pub struct JsonLines;

/// The first twelve keys are what scripts rely on; the others come where there
/// is something to say.
#[derive(Serialize)]
struct Hit<'h> {
    rank: usize,
    score: f32,
    path: String,
    document_id: &'h str,
    passage_id: String,
    span: wire::Span,
    heading: &'h [String],
    title: Option<&'h str>,
    text: &'h str,
    highlights: Vec<[usize; 2]>,
    content_hash: String,
    stale: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinates: Option<Coordinates>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines_before: Vec<wire::Line<'h>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines_after: Vec<wire::Line<'h>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    neighbours: Option<wire::Neighbours<'h>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    duplicates: Vec<wire::Duplicate<'h>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    more_in_document: Option<NonZeroU64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Vec<wire::ScorePart<'h>>>,
}

impl Renderer for JsonLines {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        let passage = &hit.passage;
        let wire = Hit {
            rank: hit.rank,
            score: hit.score,
            path: hit.path.to_string_lossy().into_owned(),
            document_id: passage.id.document.as_str(),
            passage_id: passage.id.to_string(),
            span: wire::Span::of(passage),
            heading: &passage.headings,
            title: passage.title.as_deref(),
            text: &passage.text,
            highlights: wire::pairs(&hit.highlights),
            content_hash: passage.content_hash.to_string(),
            stale: hit.standing.is_stale(),
            date: passage.date.map(|date| date.to_string()),
            coordinates: wire::coordinates(passage),
            path_bytes: wire::path_bytes(&hit.path),
            moved: (hit.standing == Standing::Moved).then_some(true),
            lines_before: wire::lines(&hit.surroundings.before),
            lines_after: wire::lines(&hit.surroundings.after),
            neighbours: wire::neighbours(&hit.before, &hit.after),
            duplicates: wire::duplicates(&hit.duplicates),
            more_in_document: NonZeroU64::new(hit.more_in_document),
            explanation: hit.explanation.as_deref().map(wire::score_parts),
        };
        wire::write_line(out, &wire)
    }
}

/// A passage that was asked for by its place, or a neighbour of it.
#[derive(Serialize)]
struct Placed<'p> {
    /// How many passages it stands behind the one that was asked for.
    distance: i64,
    path: String,
    document_id: &'p str,
    passage_id: String,
    span: wire::Span,
    heading: &'p [String],
    title: Option<&'p str>,
    text: &'p str,
    content_hash: String,
    stale: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinates: Option<Coordinates>,
}

/// Prints the passage of `shown` and its neighbours, one object a line, in the
/// order of the document.
pub fn print_passage(out: &mut dyn Write, shown: &Shown) -> io::Result<()> {
    let asked = i64::from(shown.passage.id.ordinal);
    let all = shown.before.iter().chain([&shown.passage]).chain(&shown.after);
    for passage in all {
        let Passage { id, title, headings, text, date, content_hash, .. } = passage;
        let placed = Placed {
            distance: i64::from(id.ordinal) - asked,
            path: shown.path.to_string_lossy().into_owned(),
            document_id: id.document.as_str(),
            passage_id: id.to_string(),
            span: wire::Span::of(passage),
            heading: headings,
            title: title.as_deref(),
            text,
            content_hash: content_hash.to_string(),
            stale: shown.standing.is_stale(),
            date: date.map(|date| date.to_string()),
            coordinates: wire::coordinates(passage),
        };
        wire::write_line(out, &placed)?;
    }
    Ok(())
}
