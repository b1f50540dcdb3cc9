//! One line for each matching word, for editors: `path:line:column:text`.

use std::io::{self, Write};

use super::path::PathStyle;
use super::shown::Shown;
use super::{Renderer, sanitize};

/// Prints a line a match.
pub struct Vimgrep(pub PathStyle);

impl Renderer for Vimgrep {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        for place in places(hit) {
            self.0.write(out, &hit.path, b":")?;
            let text = sanitize::line(place.text);
            writeln!(out, "{}:{}:{text}", place.line, place.column)?;
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Place<'h> {
    line: u64,
    column: u64,
    text: &'h str,
}

/// Where each match stands in the file. Where the passage's text is not what the
/// file holds (markup, escapes, another encoding), the words are looked for in
/// its bytes, one behind the other; what is not found stands at the passage.
fn places(hit: &Shown) -> Vec<Place<'_>> {
    let text = hit.passage.text.as_str();
    let bytes = hit.surroundings.bytes.as_slice();
    let is_same = bytes == text.as_bytes();
    let whole =
        |text| Place { line: hit.passage.lines.start, column: hit.surroundings.column, text };
    if hit.highlights.is_empty() {
        return vec![whole(text.lines().next().unwrap_or_default())];
    }
    let mut places = Vec::new();
    let mut searched = 0;
    for range in &hit.highlights {
        let line = line_around(text, range.start);
        let found = if is_same {
            Some(range.start)
        } else {
            let word = text[range.clone()].as_bytes();
            memchr::memmem::find(&bytes[searched..], word).map(|at| searched + at)
        };
        let place = match found {
            Some(at) => {
                searched = at + range.len();
                let before = &bytes[..at];
                let column = match before.iter().rposition(|&b| b == b'\n') {
                    Some(line_end) => (at - line_end) as u64,
                    None => hit.surroundings.column + at as u64,
                };
                let lines = before.iter().filter(|&&b| b == b'\n').count() as u64;
                Place { line: hit.passage.lines.start + lines, column, text: line }
            }
            None => whole(line),
        };
        if places.last() != Some(&place) {
            places.push(place);
        }
    }
    places
}

/// The line of `text` that the byte at `at` stands in.
fn line_around(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |line_end| line_end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |line_end| at + line_end);
    text[start..end].trim_end_matches('\r')
}
