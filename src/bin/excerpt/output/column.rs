//! What stands below a place: a passage under its headings, wrapped to a column. What
//! stands beside it in its document is printed in the same order, numbered in a gutter:
//! without colour too it can be told which is which, and where each is.

use std::io::{self, Write};
use std::ops::Range;

use super::marked::Marked;
use super::shown::{Ordered, Role, Shown, Standing, heading_path};
use super::source::ContextLine;
use super::style::Styles;
use super::wrap::{columns, wrap};
use super::{sanitize, snippet};

/// How much of a passage is shown as an extract, in lines of prose. Chosen by hand:
/// three hits and their places fit a small terminal.
const PROSE_LINES: usize = 8;

/// How many lines of a list or table.
const LIST_LINES: usize = 12;

/// Less room than that is none.
const LEAST_COLUMNS: usize = 16;

/// What stands between the headings of a path.
const SEPARATOR: &str = " › ";

/// What a passage is printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// To choose among others: what is long is cut, and only what has company has a
    /// gutter.
    Extract,
    /// To be read.
    Whole,
}

/// Where and how passages are printed.
pub struct Column {
    /// How the parts look.
    pub styles: Styles,
    /// How many columns are left free before it.
    pub indent: usize,
    /// How many columns there are with these.
    pub width: usize,
    /// What passages are printed for.
    pub form: Form,
}

/// Where the text of a passage or line goes: behind `digits` of its number, if any.
#[derive(Clone, Copy)]
struct Gutter {
    digits: Option<usize>,
}

impl Gutter {
    fn width(self) -> usize {
        self.digits.map_or(0, |digits| digits + 4)
    }
}

impl Column {
    /// Prints the passage of `shown`, and what stands beside it in its document, in
    /// order, each under its headings where those are not the ones above.
    pub fn print(&self, out: &mut dyn Write, shown: &Shown) -> io::Result<()> {
        let gutter = self.gutter(shown);
        let has_neighbours = !shown.before.is_empty() || !shown.after.is_empty();
        let is_apart = has_neighbours || self.form == Form::Whole;
        let mut said: Option<Vec<&str>> = None;
        for ordered in shown.in_order() {
            let path = heading_path(ordered.passage);
            if said.as_ref() != Some(&path) {
                if said.is_some() {
                    writeln!(out)?;
                }
                self.headings(out, &path)?;
                said = Some(path);
            }
            if is_apart {
                writeln!(out)?;
            }
            match ordered.role {
                Role::Asked => {
                    self.lines(out, &shown.surroundings.before, gutter)?;
                    self.passage(out, ordered, gutter)?;
                    self.lines(out, &shown.surroundings.after, gutter)?;
                }
                Role::Beside => {
                    self.passage(out, ordered, gutter)?;
                    self.remark(out, ordered.standing, gutter)?;
                }
            }
        }
        Ok(())
    }

    fn gutter(&self, shown: &Shown) -> Gutter {
        let passages = shown.in_order().map(|ordered| ordered.passage.lines.start);
        let lines = [&shown.surroundings.before, &shown.surroundings.after];
        let lines = lines.into_iter().flatten().map(|line| line.number);
        let numbers = passages.chain(lines);
        let is_alone = numbers.clone().count() == 1 && self.form == Form::Extract;
        let last = numbers.max().unwrap_or_default();
        Gutter { digits: (!is_alone).then(|| last.to_string().len()) }
    }

    /// How many columns a text has behind `gutter`.
    fn room(&self, gutter: Gutter) -> usize {
        self.width.saturating_sub(self.indent + gutter.width()).max(LEAST_COLUMNS)
    }

    fn headings(&self, out: &mut dyn Write, path: &[&str]) -> io::Result<()> {
        let (style, indent) = (self.styles.heading, self.indent);
        let path = path.join(SEPARATOR);
        let path = sanitize::line(&path);
        for line in wrap(&path, self.room(Gutter { digits: None })) {
            writeln!(out, "{:indent$}{style}{}{style:#}", "", &path[line])?;
        }
        Ok(())
    }

    /// Prints a passage wrapped and highlighted.
    fn passage(&self, out: &mut dyn Write, ordered: Ordered<'_>, gutter: Gutter) -> io::Result<()> {
        let Ordered { passage, flow, highlights, role, .. } = ordered;
        let marked = Marked::flowing(&passage.text, highlights, flow);
        let (marked, rows) = match self.form {
            Form::Whole => {
                let rows = wrap(&marked.text, self.room(gutter)).into_iter().map(Some).collect();
                (marked, rows)
            }
            Form::Extract => extract(marked, self.room(gutter)),
        };
        let mut number = Some(passage.lines.start);
        for row in rows {
            let range = row.clone().unwrap_or_default();
            let is_blank = row.is_some() && range.is_empty();
            if number.is_some() || !is_blank {
                self.margin(out, number.take(), role, gutter)?;
            }
            match row {
                Some(_) => self.row(out, &marked, range, role)?,
                None => writeln!(out, "…")?,
            }
        }
        Ok(())
    }

    /// Prints the part `row` of a text.
    fn row(
        &self,
        out: &mut dyn Write,
        marked: &Marked,
        row: Range<usize>,
        role: Role,
    ) -> io::Result<()> {
        let Styles { matched, faint, .. } = self.styles;
        for (piece, is_match) in marked.pieces(row) {
            match (is_match, role) {
                (true, _) => write!(out, "{matched}{piece}{matched:#}")?,
                (false, Role::Beside) => write!(out, "{faint}{piece}{faint:#}")?,
                (false, Role::Asked) => out.write_all(piece.as_bytes())?,
            }
        }
        writeln!(out)
    }

    /// Prints lines of the file, each cut where it is too long.
    fn lines(&self, out: &mut dyn Write, lines: &[ContextLine], gutter: Gutter) -> io::Result<()> {
        let faint = self.styles.faint;
        for line in lines {
            let text = clipped(&sanitize::line(&line.text), self.room(gutter));
            self.margin(out, Some(line.number), Role::Beside, gutter)?;
            writeln!(out, "{faint}{text}{faint:#}")?;
        }
        Ok(())
    }

    /// Says what became of a neighbour. A file that is gone is told of behind its
    /// place.
    fn remark(&self, out: &mut dyn Write, standing: Standing, gutter: Gutter) -> io::Result<()> {
        if standing != Standing::Changed {
            return Ok(());
        }
        let (warning, indent) = (self.styles.warning, self.indent + gutter.width());
        writeln!(out, "{:indent$}{warning}({}){warning:#}", "", standing.remark())
    }

    /// Prints what stands before a row: the number of the first one, and a mark at what
    /// was asked for.
    fn margin(
        &self,
        out: &mut dyn Write,
        number: Option<u64>,
        role: Role,
        gutter: Gutter,
    ) -> io::Result<()> {
        let (style, indent, width) = (self.styles.line, self.indent, gutter.width());
        write!(out, "{:indent$}", "")?;
        match (number, gutter.digits) {
            (Some(number), Some(digits)) => {
                let mark = if role == Role::Asked { '>' } else { ' ' };
                write!(out, "{mark} {style}{number:>digits$}{style:#}  ")
            }
            _ => write!(out, "{:width$}", ""),
        }
    }
}

/// The rows of a text, cut where it is long; `None` where some are left out.
fn extract(marked: Marked, room: usize) -> (Marked, Vec<Option<Range<usize>>>) {
    let marked = snippet::cut(marked, PROSE_LINES * room);
    let rows = wrap(&marked.text, room);
    let is_hit = |row: &Range<usize>| {
        marked.highlights.iter().any(|hit| hit.start < row.end && row.start < hit.end)
    };
    // A list may be narrow and long.
    let first = match rows.iter().position(is_hit) {
        Some(first) if rows.len() > LIST_LINES => {
            first.saturating_sub(2).min(rows.len() - LIST_LINES)
        }
        _ => 0,
    };
    let shown = first..rows.len().min(first + LIST_LINES);
    let before = (shown.start > 0).then_some(None);
    let behind = (shown.end < rows.len()).then_some(None);
    let shown = rows[shown].iter().cloned().map(Some);
    let rows = before.into_iter().chain(shown).chain(behind).collect();
    (marked, rows)
}

/// `text` in at most `width` columns.
fn clipped(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let first = wrap(text, width.saturating_sub(1).max(1)).into_iter().next().unwrap_or_default();
    format!("{}…", &text[first])
}
