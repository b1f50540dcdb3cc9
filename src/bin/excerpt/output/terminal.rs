//! Hits for people at a terminal: the place, the headings, the passage.

use std::io::{self, Write};

use excerpt::search::Explanation;

use super::column::{Column, Form};
use super::hyperlink::Hyperlinks;
use super::path::PathStyle;
use super::shown::{Shown, reason};
use super::source::Place;
use super::style::Styles;
use super::{Renderer, sanitize};
use crate::size;

/// Prints hits to be read.
pub struct Terminal {
    styles: Styles,
    hyperlinks: Hyperlinks,
    width: usize,
    /// How wide the ranks are.
    rank_width: usize,
    has_printed: bool,
}

impl Terminal {
    /// A renderer for `width` columns and ranks up to `last_rank`.
    pub fn new(styles: Styles, hyperlinks: Hyperlinks, width: usize, last_rank: usize) -> Self {
        let rank_width = last_rank.to_string().len();
        Self { styles, hyperlinks, width, rank_width, has_printed: false }
    }

    fn indent(&self) -> usize {
        self.rank_width + 2
    }

    fn place(&self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        let faint = self.styles.faint;
        write!(out, "{faint}{:>width$}{faint:#}  ", hit.rank, width = self.rank_width)?;
        write_place(out, self.styles, &self.hyperlinks, hit)
    }

    /// How many passages are not printed because of this one.
    fn others(&self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        let duplicates = match hit.duplicates.len() as u64 {
            0 => None,
            count => Some(format!("={}", size::plural(count, "duplicate"))),
        };
        let more = match hit.more_in_document {
            0 => None,
            count => Some(format!("+{} more in this article", size::thousands(count))),
        };
        let others: Vec<String> = duplicates.into_iter().chain(more).collect();
        if others.is_empty() {
            return Ok(());
        }
        let (faint, indent) = (self.styles.faint, self.indent());
        writeln!(out, "{:indent$}{faint}{}{faint:#}", "", others.join(", "))
    }

    fn explanation(&self, out: &mut dyn Write, parts: &[Explanation]) -> io::Result<()> {
        let faint = self.styles.faint;
        for part in parts {
            let (score, reason) = (part.score, reason(part));
            write!(out, "{:indent$}", "", indent = self.indent())?;
            writeln!(out, "{faint}{score:>9.4}  {}{faint:#}", sanitize::line(&reason))?;
        }
        Ok(())
    }
}

impl Renderer for Terminal {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        if self.has_printed {
            writeln!(out)?;
        }
        self.has_printed = true;
        self.place(out, hit)?;
        let Self { styles, width, .. } = *self;
        let column = Column { styles, indent: self.indent(), width, form: Form::Extract };
        column.print(out, hit)?;
        self.others(out, hit)?;
        self.explanation(out, hit.explanation.as_deref().unwrap_or_default())
    }
}

/// Writes `path:lines`, linked, and what became of the passage there.
pub fn write_place(
    out: &mut dyn Write,
    styles: Styles,
    hyperlinks: &Hyperlinks,
    shown: &Shown,
) -> io::Result<()> {
    let Styles { path, line, warning, .. } = styles;
    let lines = shown.passage.lines;
    let place = Place { line: lines.start, column: shown.surroundings.column };
    hyperlinks.link(out, shown.file.as_deref(), place, |out| {
        let paths = PathStyle { is_terminal: true, null: false, style: path };
        paths.write(out, &shown.path, b":")?;
        write!(out, "{line}{}{line:#}", lines.start)
    })?;
    if lines.end > lines.start {
        write!(out, "-{line}{}{line:#}", lines.end)?;
    }
    match shown.standing.remark() {
        "" => writeln!(out),
        remark => writeln!(out, "  {warning}({remark}){warning:#}"),
    }
}
