//! One hit a line, for programs that read grep: `path:line:column:text`.

use std::io::{self, Write};

use super::hyperlink::Hyperlinks;
use super::marked::Marked;
use super::path::PathStyle;
use super::shown::{Beside, Shown};
use super::source::Place;
use super::style::Styles;
use super::{Renderer, sanitize};

/// Prints a line a hit.
pub struct Pipe {
    /// How paths are written.
    pub paths: PathStyle,
    /// How the parts look.
    pub styles: Styles,
    /// What places are linked to.
    pub hyperlinks: Hyperlinks,
    has_printed: bool,
}

impl Pipe {
    /// A renderer that has printed nothing yet.
    pub fn new(paths: PathStyle, styles: Styles, hyperlinks: Hyperlinks) -> Self {
        Self { paths, styles, hyperlinks, has_printed: false }
    }

    /// Writes the place of `hit`.
    fn place(&self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        let number = self.styles.line;
        let place = Place { line: hit.passage.lines.start, column: hit.surroundings.column };
        self.hyperlinks.link(out, hit.file.as_deref(), place, |out| {
            self.paths.write(out, &hit.path, b":")?;
            write!(out, "{number}{}{number:#}:{}", place.line, place.column)
        })?;
        write!(out, ":")
    }

    /// Writes what stands at `line` beside `hit`.
    fn beside(&self, out: &mut dyn Write, hit: &Shown, line: u64, text: &str) -> io::Result<()> {
        let number = self.styles.line;
        self.hyperlinks.link(out, hit.file.as_deref(), Place { line, column: 1 }, |out| {
            self.paths.write(out, &hit.path, b"-")?;
            write!(out, "{number}{line}{number:#}")
        })?;
        writeln!(out, "-{}", sanitize::line(text))
    }

    fn neighbours(&self, out: &mut dyn Write, hit: &Shown, near: &[Beside]) -> io::Result<()> {
        near.iter().try_for_each(|Beside { passage, .. }| {
            let text = Marked::one_line(&passage.text, &[]).text;
            self.beside(out, hit, passage.lines.start, &text)
        })
    }
}

impl Renderer for Pipe {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        let around = &hit.surroundings;
        let has_company = !hit.before.is_empty()
            || !hit.after.is_empty()
            || !around.before.is_empty()
            || !around.after.is_empty();
        if has_company && self.has_printed {
            writeln!(out, "--")?;
        }
        self.has_printed = true;
        self.neighbours(out, hit, &hit.before)?;
        for line in &around.before {
            self.beside(out, hit, line.number, &line.text)?;
        }
        self.place(out, hit)?;
        let marked = Marked::one_line(&hit.passage.text, &hit.highlights);
        let matched = self.styles.matched;
        for (piece, is_match) in marked.pieces(0..marked.text.len()) {
            if is_match {
                write!(out, "{matched}{piece}{matched:#}")?;
            } else {
                out.write_all(piece.as_bytes())?;
            }
        }
        writeln!(out)?;
        for line in &around.after {
            self.beside(out, hit, line.number, &line.text)?;
        }
        self.neighbours(out, hit, &hit.after)
    }
}
