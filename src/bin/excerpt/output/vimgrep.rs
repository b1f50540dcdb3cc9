//! One line for each matching word, for editors: `path:line:column:text`.

use std::io::{self, Write};

use anstyle::Style;

use super::hyperlink::Hyperlinks;
use super::path::PathStyle;
use super::shown::Shown;
use super::source::Place;
use super::{Renderer, sanitize};

/// Prints a line a match.
pub struct Vimgrep {
    /// How paths are written.
    pub paths: PathStyle,
    /// How line numbers look.
    pub line: Style,
    /// What places are linked to.
    pub hyperlinks: Hyperlinks,
}

impl Renderer for Vimgrep {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        for Line { place, text } in lines(hit) {
            self.hyperlinks.link(out, hit.file.as_deref(), place, |out| {
                self.paths.write(out, &hit.path, b":")?;
                let (number, Place { line, column }) = (self.line, place);
                write!(out, "{number}{line}{number:#}:{column}")
            })?;
            writeln!(out, ":{}", sanitize::line(text))?;
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Line<'h> {
    place: Place,
    text: &'h str,
}

/// A line for each match: where it stands in the file, else, where that is not
/// known, where the passage begins.
fn lines(hit: &Shown) -> Vec<Line<'_>> {
    let text = hit.passage.text.as_str();
    let passage = Place { line: hit.passage.lines.start, column: hit.surroundings.column };
    if hit.highlights.is_empty() {
        return vec![Line { place: passage, text: text.lines().next().unwrap_or_default() }];
    }
    let places = hit.surroundings.matches.iter().copied().chain(std::iter::repeat(passage));
    let lines = hit.highlights.iter().zip(places);
    let mut lines: Vec<Line<'_>> =
        lines.map(|(range, place)| Line { place, text: line_around(text, range.start) }).collect();
    lines.dedup();
    lines
}

/// The line of `text` that the byte at `at` stands in.
fn line_around(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |line_end| line_end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |line_end| at + line_end);
    text[start..end].trim_end_matches('\r')
}
