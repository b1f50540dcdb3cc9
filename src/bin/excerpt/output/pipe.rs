//! One hit a line, for programs that read grep: `path:line:column:text`.

use std::io::{self, Write};
use std::path::Path;

use super::marked::Marked;
use super::path::PathStyle;
use super::shown::{Beside, Shown};
use super::style::Styles;
use super::{Renderer, sanitize};

/// Prints a line a hit.
pub struct Pipe {
    /// How paths are written.
    pub paths: PathStyle,
    /// How the parts look.
    pub styles: Styles,
    has_printed: bool,
}

impl Pipe {
    /// A renderer that has printed nothing yet.
    pub fn new(paths: PathStyle, styles: Styles) -> Self {
        Self { paths, styles, has_printed: false }
    }

    fn place(&self, out: &mut dyn Write, path: &Path, line: u64, mark: &str) -> io::Result<()> {
        let number = self.styles.line;
        self.paths.write(out, path, mark.as_bytes())?;
        write!(out, "{number}{line}{number:#}{mark}")
    }

    fn beside(&self, out: &mut dyn Write, path: &Path, line: u64, text: &str) -> io::Result<()> {
        self.place(out, path, line, "-")?;
        writeln!(out, "{}", sanitize::line(text))
    }

    fn neighbours(&self, out: &mut dyn Write, path: &Path, near: &[Beside]) -> io::Result<()> {
        near.iter().try_for_each(|Beside { passage, .. }| {
            let text = Marked::one_line(&passage.text, &[]).text;
            self.beside(out, path, passage.lines.start, &text)
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
        self.neighbours(out, &hit.path, &hit.before)?;
        for line in &around.before {
            self.beside(out, &hit.path, line.number, &line.text)?;
        }
        self.place(out, &hit.path, hit.passage.lines.start, ":")?;
        write!(out, "{}:", around.column)?;
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
            self.beside(out, &hit.path, line.number, &line.text)?;
        }
        self.neighbours(out, &hit.path, &hit.after)
    }
}
