//! One JSON object a hit, one a line.

use std::io::{self, Write};

use serde::Serialize;

use super::shown::{Ordered, Shown};
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
    #[serde(flatten)]
    head: wire::Head<'h>,
    text: &'h str,
    highlights: Vec<[usize; 2]>,
    #[serde(flatten)]
    facts: wire::Facts,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines_before: Vec<wire::Line<'h>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines_after: Vec<wire::Line<'h>>,
    #[serde(flatten)]
    company: wire::Company<'h>,
}

impl Renderer for JsonLines {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        let passage = &hit.passage;
        let wire = Hit {
            rank: hit.rank,
            score: hit.score,
            path: hit.path.to_string_lossy().into_owned(),
            head: wire::Head::of(passage),
            text: &passage.text,
            highlights: wire::pairs(&hit.highlights),
            facts: wire::Facts::of(passage, hit.standing),
            path_bytes: wire::path_bytes(&hit.path),
            lines_before: wire::lines(&hit.surroundings.before),
            lines_after: wire::lines(&hit.surroundings.after),
            company: wire::Company::of(hit),
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
    #[serde(flatten)]
    head: wire::Head<'p>,
    text: &'p str,
    #[serde(flatten)]
    facts: wire::Facts,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
}

/// Prints the passage of `shown` and its neighbours, one object a line, in the
/// order of the document.
pub fn print_passage(out: &mut dyn Write, shown: &Shown) -> io::Result<()> {
    let asked = i64::from(shown.passage.id.ordinal);
    for Ordered { passage, standing, .. } in shown.in_order() {
        let placed = Placed {
            distance: i64::from(passage.id.ordinal) - asked,
            path: shown.path.to_string_lossy().into_owned(),
            head: wire::Head::of(passage),
            text: &passage.text,
            facts: wire::Facts::of(passage, standing),
            path_bytes: wire::path_bytes(&shown.path),
        };
        wire::write_line(out, &placed)?;
    }
    Ok(())
}
