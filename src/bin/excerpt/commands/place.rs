//! Finds the passage that a place on the command line names.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;
use excerpt::Error;
use excerpt::document::{Coordinates, DocumentId};
use excerpt::index::sources::SourceKey;
use excerpt::index::{Freshness, SourceFiles, StoredPassage};
use excerpt::passage::{LineSpan, Passage, PassageId, Placed};
use excerpt::search::Searcher;

use crate::config::{Here, path_of};
use crate::output::{Around, Wanted};
use crate::report;

/// The passage that `place` names: an id, or a place in a file as any format of
/// `excerpt search` prints it, which is the one that the file has by now.
///
/// `files` are those of the searcher's index.
pub fn find(
    searcher: &Searcher,
    here: &Here,
    files: &mut SourceFiles<'_>,
    place: &OsStr,
) -> Result<StoredPassage> {
    if let Some(Ok(id)) = place.to_str().map(str::parse::<PassageId>) {
        return called(searcher, here, id);
    }
    let Typed { path, line, column } = Typed::read(place.as_encoded_bytes());
    let source = here.source(&path_of(path.to_vec()));
    let spot = Spot { source: &source, line: line.unwrap_or(1), column };
    let missing = || Error::PassageMissing { place: place.to_string_lossy().into_owned() };
    let indexed = searcher.passages_at(&source, spot.line).map_err(|error| match error {
        Error::PassageMissing { .. } => missing(),
        other => other,
    })?;
    let first = searcher.snapshot().passage(spot.first(&indexed).ok_or_else(missing)?.what)?;
    let freshness = files.freshness(&source, &first.passage)?;
    if freshness == Freshness::Current {
        let (placed, remark) = spot.choose(files, &indexed, &first.passage).ok_or_else(missing)?;
        let stored = searcher.snapshot().passage(placed.what)?;
        if files.freshness(&source, &stored.passage)? == Freshness::Current {
            let remark = remark.or_else(|| off_the_line(spot.line, &stored));
            remark.iter().filter(|_| line.is_some()).for_each(report::note);
            return Ok(stored);
        }
    }
    let by_now = files.at_line(&source, spot.line).unwrap_or_default();
    if let Some((placed, remark)) = spot.choose(files, &by_now, &first.passage)
        && let Some(stored) = searcher.passage_with(&source, placed.what)?
    {
        remark.iter().filter(|_| line.is_some()).for_each(report::note);
        return Ok(stored);
    }
    // Where none stands there by now, the lines are those of another time.
    if matches!(freshness, Freshness::Missing | Freshness::Unreadable) && line.is_some() {
        spot.several(&indexed, BY_ID).iter().for_each(report::note);
    }
    Ok(first)
}

/// The passage that has this id.
fn called(searcher: &Searcher, here: &Here, id: PassageId) -> Result<StoredPassage> {
    let found = match searcher.passages_called(&id) {
        Ok(found) => found,
        // A document is called by its path from where the index starts; a user calls it
        // by the path from where they are.
        Err(missing) => {
            let document = here.source(Path::new(id.document.as_str()));
            let document = DocumentId(document.as_str().to_owned());
            searcher.passages_called(&PassageId { document, ..id.clone() }).map_err(|_| missing)?
        }
    };
    if found.len() > 1 {
        report::note(format_args!(
            "{} passages are called `{id}`; one of them is taken; another is named by its \
             place, `PATH:LINE:COLUMN`",
            found.len()
        ));
    }
    Ok(searcher.snapshot().passage(found[0])?)
}

/// What is said where `line` is not one of those that the passage is on.
fn off_the_line(line: u64, stored: &StoredPassage) -> Option<String> {
    let LineSpan { start, end } = stored.passage.lines;
    let is_on_it = (start..=end).contains(&line);
    (!is_on_it).then(|| format!("line {line} is in no passage; the one at line {start} is taken"))
}

/// By what a passage is always named.
const BY_ID: &str = "its id";

/// A place in a file.
struct Spot<'s> {
    source: &'s SourceKey,
    line: u64,
    /// A byte of the line, from 1.
    column: Option<u64>,
}

impl Spot<'_> {
    /// The first of `placed`, which are at the line, that begins on it, else the one that
    /// goes on there.
    fn first<'p, T>(&self, placed: &'p [Placed<T>]) -> Option<&'p Placed<T>> {
        placed.iter().find(|placed| placed.lines.start == self.line).or(placed.first())
    }

    /// The one of `placed`, which are at the line, that is meant, and what is to be said
    /// of that; `None` where there are none. `like` is any passage of the file.
    fn choose<'p, T>(
        &self,
        files: &mut SourceFiles<'_>,
        placed: &'p [Placed<T>],
        like: &Passage,
    ) -> Option<(&'p Placed<T>, Option<String>)> {
        let (first, line) = (self.first(placed)?, self.line);
        if placed.len() == 1 {
            return Some((first, None));
        }
        let Some((start, column)) = self.line_start(files, first, like).zip(self.column) else {
            // That of compressed text leads nowhere, nor does one that has just been typed.
            let has_columns = like.coordinates == Coordinates::File && self.column.is_none();
            let by = match has_columns {
                true => &format!("its column, `PATH:{line}:COLUMN`, or {BY_ID}"),
                false => BY_ID,
            };
            return Some((first, self.several(placed, by)));
        };
        let byte = start.saturating_add(column.saturating_sub(1));
        let holds = |placed: &&Placed<T>| (placed.span.start..placed.span.end).contains(&byte);
        if let Some(holder) = placed.iter().find(holds) {
            return Some((holder, None));
        }
        let behind = placed.iter().filter(|placed| placed.span.start > byte);
        let next = behind.min_by_key(|placed| placed.span.start);
        let taken = next.or_else(|| placed.iter().max_by_key(|placed| placed.span.start))?;
        let at = taken.span.start.saturating_sub(start) + 1;
        let remark = format!(
            "column {column} of line {line} is in no passage; the one at column {at} is taken"
        );
        Some((taken, Some(remark)))
    }

    /// What is said where several of `placed` begin on the line and the first is taken;
    /// another is named `by` something.
    fn several<T>(&self, placed: &[Placed<T>], by: &str) -> Option<String> {
        let line = self.line;
        let count = placed.iter().filter(|placed| placed.lines.start == line).count();
        (count > 1).then(|| {
            format!(
                "{count} passages begin on line {line}; the first is taken; another is named \
                 by {by}"
            )
        })
    }

    /// Where the line begins in the file, which holds `first` on it, where it can be
    /// told and is asked.
    fn line_start<T>(
        &self,
        files: &mut SourceFiles<'_>,
        first: &Placed<T>,
        like: &Passage,
    ) -> Option<u64> {
        if self.column.is_none() || like.coordinates != Coordinates::File {
            return None;
        }
        let passage = Passage { span: first.span, lines: first.lines, ..like.clone() };
        Around::read(files, self.source, &passage, Wanted::default())?.line_start(self.line)
    }
}

/// A place as it was typed.
#[derive(Debug, PartialEq, Eq)]
struct Typed<'p> {
    path: &'p [u8],
    line: Option<u64>,
    column: Option<u64>,
}

impl<'p> Typed<'p> {
    /// Reads `path:line`, `path:line-line` and `path:line:column`; a path alone has
    /// neither.
    fn read(place: &'p [u8]) -> Self {
        let Some((rest, Some(last))) = split_last(place) else {
            return Self { path: place, line: None, column: None };
        };
        match split_last(rest) {
            Some((path, Some(line))) => Self { path, line: Some(line), column: Some(last) },
            _ => Self { path: rest, line: Some(last), column: None },
        }
    }
}

/// What stands before the last colon, and the number behind it.
fn split_last(place: &[u8]) -> Option<(&[u8], Option<u64>)> {
    let at = place.iter().rposition(|&byte| byte == b':')?;
    let first = place[at + 1..].split(|&byte| byte == b'-').next().unwrap_or_default();
    let number = std::str::from_utf8(first).ok().and_then(|first| first.parse().ok());
    Some((&place[..at], number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_search_prints_it() {
        for (place, path, line, column) in [
            ("a.md", "a.md", None, None),
            ("a.md:7", "a.md", Some(7), None),
            ("a.md:7-9", "a.md", Some(7), None),
            ("a.md:7:3", "a.md", Some(7), Some(3)),
            ("a:b.md:7", "a:b.md", Some(7), None),
            ("a:b.md", "a:b.md", None, None),
        ] {
            let expected = Typed { path: path.as_bytes(), line, column };
            assert_eq!(Typed::read(place.as_bytes()), expected, "{place}");
        }
    }
}
