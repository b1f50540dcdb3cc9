//! Values of JSON that several formats share, and the writing of a line.
//!
//! A key's meaning never changes within a [`SCHEMA_VERSION`]; new keys may come.

use std::io::{self, Write};
use std::num::NonZeroU64;
use std::ops::Range;
use std::path::Path;

use excerpt::document::Coordinates;
use excerpt::passage::Passage;
use excerpt::rank;
use excerpt::search::Explanation;
use serde::Serialize;

use super::shown::{Beside, Elsewhere, Shown, Standing};
use super::source::ContextLine;
use super::{base64, path, sanitize};

/// The version of what `--json` and `--jsonl` print.
pub const SCHEMA_VERSION: u32 = 1;

/// Where a passage is.
#[derive(Serialize)]
struct Span {
    byte_start: u64,
    byte_end: u64,
    line_start: u64,
    line_end: u64,
}

impl Span {
    fn of(passage: &Passage) -> Self {
        Self {
            byte_start: passage.span.start,
            byte_end: passage.span.end,
            line_start: passage.lines.start,
            line_end: passage.lines.end,
        }
    }
}

/// Which passage it is.
#[derive(Serialize)]
pub struct Head<'p> {
    document_id: &'p str,
    passage_id: String,
    span: Span,
    heading: &'p [String],
    title: Option<&'p str>,
}

impl<'p> Head<'p> {
    pub fn of(passage: &'p Passage) -> Self {
        Self {
            document_id: passage.id.document.as_str(),
            passage_id: passage.id.to_string(),
            span: Span::of(passage),
            heading: &passage.headings,
            title: passage.title.as_deref(),
        }
    }
}

/// What else is known of a passage.
#[derive(Serialize)]
pub struct Facts {
    content_hash: String,
    stale: bool,
    /// Whether it stands elsewhere in its file than when it was indexed.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    /// What byte and line numbers count, where it is not the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinates: Option<Coordinates>,
}

impl Facts {
    pub fn of(passage: &Passage, standing: Standing) -> Self {
        let coordinates = passage.coordinates;
        Self {
            content_hash: passage.content_hash.to_string(),
            stale: standing.is_stale(),
            moved: (standing == Standing::Moved).then_some(true),
            date: passage.date.map(|date| date.to_string()),
            coordinates: (coordinates != Coordinates::File).then_some(coordinates),
        }
    }
}

/// What there is beside a hit, and why it is one.
#[derive(Serialize)]
pub struct Company<'h> {
    #[serde(skip_serializing_if = "Option::is_none")]
    neighbours: Option<Neighbours<'h>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    duplicates: Vec<Duplicate<'h>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    more_in_document: Option<NonZeroU64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Vec<ScorePart<'h>>>,
}

impl<'h> Company<'h> {
    pub fn of(hit: &'h Shown) -> Self {
        Self {
            neighbours: neighbours(&hit.before, &hit.after),
            duplicates: duplicates(&hit.duplicates),
            more_in_document: NonZeroU64::new(hit.more_in_document),
            explanation: hit.explanation.as_deref().map(score_parts),
        }
    }
}

/// What has become of a passage that is no hit, where something has.
#[derive(Serialize)]
struct Fate {
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<bool>,
}

impl Fate {
    fn of(standing: Standing) -> Self {
        Self {
            stale: standing.is_stale().then_some(true),
            moved: (standing == Standing::Moved).then_some(true),
        }
    }
}

/// A passage beside a hit.
#[derive(Serialize)]
struct Neighbour<'p> {
    passage_id: String,
    span: Span,
    text: &'p str,
    #[serde(flatten)]
    fate: Fate,
}

/// The passages before and behind a hit.
#[derive(Serialize)]
struct Neighbours<'p> {
    before: Vec<Neighbour<'p>>,
    after: Vec<Neighbour<'p>>,
}

/// `None` where there are none.
fn neighbours<'p>(before: &'p [Beside], after: &'p [Beside]) -> Option<Neighbours<'p>> {
    let wire = |near: &'p [Beside]| near.iter().map(neighbour).collect();
    let any = !before.is_empty() || !after.is_empty();
    any.then(|| Neighbours { before: wire(before), after: wire(after) })
}

fn neighbour(Beside { passage, standing, .. }: &Beside) -> Neighbour<'_> {
    Neighbour {
        passage_id: passage.id.to_string(),
        span: Span::of(passage),
        text: &passage.text,
        fate: Fate::of(*standing),
    }
}

/// A passage that says the same as a hit.
#[derive(Serialize)]
struct Duplicate<'p> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    document_id: &'p str,
    passage_id: String,
    span: Span,
    #[serde(flatten)]
    fate: Fate,
}

fn duplicates(duplicates: &[Elsewhere]) -> Vec<Duplicate<'_>> {
    let duplicates = duplicates.iter();
    let wire = duplicates.map(|Elsewhere { path, passage, standing }| Duplicate {
        path: path.to_string_lossy().into_owned(),
        path_bytes: path_bytes(path),
        document_id: passage.id.document.as_str(),
        passage_id: passage.id.to_string(),
        span: Span::of(passage),
        fate: Fate::of(*standing),
    });
    wire.collect()
}

/// A line of the file beside a hit.
#[derive(Serialize)]
pub struct Line<'l> {
    line: u64,
    text: &'l str,
}

pub fn lines(lines: &[ContextLine]) -> Vec<Line<'_>> {
    lines.iter().map(|line| Line { line: line.number, text: &line.text }).collect()
}

/// A part of a score.
#[derive(Serialize)]
struct ScorePart<'e> {
    field: &'e str,
    what: &'e str,
    score: f32,
}

fn score_parts(explanation: &[Explanation]) -> Vec<ScorePart<'_>> {
    let parts = explanation.iter();
    parts
        .map(|part| ScorePart { field: &part.field, what: &part.what, score: part.score })
        .collect()
}

/// A term that feedback added to the query.
#[derive(Serialize)]
pub struct ExpansionTerm<'e> {
    term: &'e str,
    weight: f32,
}

pub fn expansion(terms: &[rank::ExpansionTerm]) -> Vec<ExpansionTerm<'_>> {
    terms.iter().map(|term| ExpansionTerm { term: &term.term, weight: term.weight }).collect()
}

/// Byte ranges as pairs.
pub fn pairs(ranges: &[Range<usize>]) -> Vec<[usize; 2]> {
    ranges.iter().map(|range| [range.start, range.end]).collect()
}

/// The bytes of a path that is no UTF-8, in base 64.
pub fn path_bytes(path: &Path) -> Option<String> {
    path.to_str().is_none().then(|| base64::encode(&path::bytes(path)))
}

/// Writes `value` on one line. Control characters that JSON lets pass and marks
/// that turn the direction of writing are escaped: a terminal may show the line.
pub fn write_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string(value)?;
    let mut rest = text.as_str();
    // Such characters stand only within strings, where an escape means the same.
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| sanitize::is_hidden_control(*c)) {
        out.write_all(&rest.as_bytes()[..at])?;
        write!(out, "\\u{:04x}", u32::from(c))?;
        rest = &rest[at + c.len_utf8()..];
    }
    out.write_all(rest.as_bytes())?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_json_has_no_bare_control_and_reads_back() -> io::Result<()> {
        let text = "a\u{1B}[0m\u{9B}\u{202E}\n差";
        let mut line = Vec::new();
        write_line(&mut line, &text)?;
        assert_eq!(serde_json::from_slice::<String>(&line)?, text);
        let line = String::from_utf8_lossy(&line).into_owned();
        assert_eq!(line, "\"a\\u001b[0m\\u009b\\u202e\\n差\"\n");
        Ok(())
    }
}
