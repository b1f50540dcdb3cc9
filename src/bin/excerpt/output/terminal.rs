//! Hits for people at a terminal: the place, the headings, the passage.

use std::io::{self, Write};

use excerpt::passage::Passage;
use excerpt::search::Explanation;

use super::hyperlink::Hyperlinks;
use super::marked::Marked;
use super::path::PathStyle;
use super::shown::{Beside, Shown, heading_path, reason};
use super::source::{ContextLine, Place};
use super::style::Styles;
use super::wrap::{columns, wrap};
use super::{Renderer, sanitize, snippet};
use crate::size;

/// How much of a passage is shown, in lines. Chosen by hand: three hits and
/// their places fit a small terminal.
const PASSAGE_LINES: usize = 8;

/// What stands between the headings of a path.
const SEPARATOR: &str = " › ";

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

    fn text_width(&self) -> usize {
        self.width - self.indent()
    }

    fn place(&self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        let Styles { faint, warning, .. } = self.styles;
        write!(out, "{faint}{:>width$}{faint:#}  ", hit.rank, width = self.rank_width)?;
        write_place(out, self.styles, &self.hyperlinks, hit)?;
        match hit.standing.remark() {
            "" => writeln!(out),
            remark => writeln!(out, "  {warning}({remark}){warning:#}"),
        }
    }

    fn headings(&self, out: &mut dyn Write, passage: &Passage) -> io::Result<()> {
        let headings = heading_path(passage).join(SEPARATOR);
        let style = self.styles.heading;
        for line in wrap(&sanitize::line(&headings), self.text_width()) {
            let line = &sanitize::line(&headings)[line];
            writeln!(out, "{:indent$}{style}{line}{style:#}", "", indent = self.indent())?;
        }
        Ok(())
    }

    /// Prints a text wrapped and highlighted, cut where it is long.
    fn text(&self, out: &mut dyn Write, marked: Marked, kind: Kind) -> io::Result<()> {
        let marked = snippet::cut(marked, PASSAGE_LINES * self.text_width());
        let lines = wrap(&marked.text, self.text_width());
        let is_hit = |line: &std::ops::Range<usize>| {
            marked.highlights.iter().any(|h| h.start < line.end && line.start < h.end)
        };
        // A list may be narrow and long.
        let first = match lines.iter().position(is_hit) {
            Some(first) if lines.len() > LIST_LINES => {
                first.saturating_sub(2).min(lines.len() - LIST_LINES)
            }
            _ => 0,
        };
        let shown = first..lines.len().min(first + LIST_LINES);
        if shown.start > 0 {
            writeln!(out, "{:indent$}…", "", indent = self.indent())?;
        }
        for line in &lines[shown.clone()] {
            self.line(out, &marked, line.clone(), kind)?;
        }
        if shown.end < lines.len() {
            writeln!(out, "{:indent$}…", "", indent = self.indent())?;
        }
        Ok(())
    }

    fn line(
        &self,
        out: &mut dyn Write,
        marked: &Marked,
        line: std::ops::Range<usize>,
        kind: Kind,
    ) -> io::Result<()> {
        let Styles { matched, faint, .. } = self.styles;
        if !line.is_empty() {
            write!(out, "{:indent$}", "", indent = self.indent())?;
        }
        for (piece, is_match) in marked.pieces(line) {
            match (is_match, kind) {
                (true, _) => write!(out, "{matched}{piece}{matched:#}")?,
                (false, Kind::Beside) => write!(out, "{faint}{piece}{faint:#}")?,
                (false, Kind::Hit) => out.write_all(piece.as_bytes())?,
            }
        }
        writeln!(out)
    }

    fn neighbours(&self, out: &mut dyn Write, near: &[Beside]) -> io::Result<()> {
        near.iter().try_for_each(|Beside { passage, .. }| {
            self.text(out, Marked::flowing(&passage.text, &[]), Kind::Beside)
        })
    }

    fn lines(&self, out: &mut dyn Write, lines: &[ContextLine]) -> io::Result<()> {
        let Styles { line: number, faint, .. } = self.styles;
        for line in lines {
            let digits = line.number.to_string();
            let room = self.text_width().saturating_sub(digits.len() + 2);
            let text = clipped(&sanitize::line(&line.text), room);
            write!(out, "{:indent$}", "", indent = self.indent())?;
            writeln!(out, "{number}{digits}{number:#}  {faint}{text}{faint:#}")?;
        }
        Ok(())
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

/// How many lines of a list or table are shown.
const LIST_LINES: usize = 12;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The passage itself.
    Hit,
    /// Something beside it.
    Beside,
}

impl Renderer for Terminal {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        if self.has_printed {
            writeln!(out)?;
        }
        self.has_printed = true;
        self.place(out, hit)?;
        self.headings(out, &hit.passage)?;
        self.neighbours(out, &hit.before)?;
        self.lines(out, &hit.surroundings.before)?;
        self.text(out, Marked::flowing(&hit.passage.text, &hit.highlights), Kind::Hit)?;
        self.lines(out, &hit.surroundings.after)?;
        self.neighbours(out, &hit.after)?;
        self.others(out, hit)?;
        self.explanation(out, hit.explanation.as_deref().unwrap_or_default())
    }
}

/// Writes `path:lines`, linked.
pub fn write_place(
    out: &mut dyn Write,
    styles: Styles,
    hyperlinks: &Hyperlinks,
    shown: &Shown,
) -> io::Result<()> {
    let Styles { path, line, .. } = styles;
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
    Ok(())
}

/// `text` in at most `width` columns.
fn clipped(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let first = wrap(text, width.saturating_sub(1).max(1)).into_iter().next().unwrap_or_default();
    format!("{}…", &text[first])
}
