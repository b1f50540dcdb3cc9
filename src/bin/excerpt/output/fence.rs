//! Which lines of Markdown are code between fences. Every file is read once.

use std::collections::HashMap;
use std::ops::Range;

use excerpt::corpus::{MAX_MARKDOWN_BYTES, fenced_lines};
use excerpt::index::SourceFiles;
use excerpt::index::sources::SourceKey;
use excerpt::passage::LineSpan;

use super::source::read_at;

/// The lines of code between fences, in the files that were asked for.
#[derive(Debug, Default)]
pub struct Fences {
    /// `None` where a file cannot be read as Markdown.
    files: HashMap<SourceKey, Option<Vec<LineSpan>>>,
}

impl Fences {
    /// Those among `lines` of the file of `source`, counted from the first of them;
    /// `None` where it cannot be read as Markdown.
    pub fn among(
        &mut self,
        files: &mut SourceFiles<'_>,
        source: &SourceKey,
        lines: LineSpan,
    ) -> Option<Vec<Range<usize>>> {
        let known = self.files.entry(source.clone());
        let fenced = known.or_insert_with(|| read(files, source)).as_deref()?;
        let begun = fenced.partition_point(|code| code.end < lines.start);
        let inside = fenced[begun..].iter().take_while(|code| code.start <= lines.end);
        Some(inside.map(|code| counted_from(lines.start, *code)).collect())
    }
}

/// Those of `lines`, which stand alone, counted from the first of them.
pub fn fenced(lines: &[&str]) -> Vec<Range<usize>> {
    let found = fenced_lines(lines.join("\n").as_bytes()).unwrap_or_default();
    found.into_iter().map(|code| counted_from(1, code)).collect()
}

fn counted_from(first: u64, lines: LineSpan) -> Range<usize> {
    let place = |line: u64| usize::try_from(line.saturating_sub(first)).unwrap_or(usize::MAX);
    place(lines.start)..place(lines.end.saturating_add(1))
}

fn read(files: &mut SourceFiles<'_>, source: &SourceKey) -> Option<Vec<LineSpan>> {
    // A byte more shows that there is too much.
    let bytes = read_at(files.file(source)?, 0, MAX_MARKDOWN_BYTES as u64 + 1).ok()?;
    fenced_lines(&bytes)
}
