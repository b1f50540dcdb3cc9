//! Finds the passage that a place on the command line names.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;
use excerpt::Error;
use excerpt::document::DocumentId;
use excerpt::index::{Freshness, SourceFiles, StoredPassage};
use excerpt::passage::{LineSpan, PassageId};
use excerpt::search::Searcher;

use crate::config::{Here, path_of};
use crate::report;

/// The passage that `place` names: an id, or a file and a line as any format of
/// `excerpt search` prints them, which is the line that the file has by now.
///
/// `files` are those of the searcher's index.
pub fn find(
    searcher: &Searcher,
    here: &Here,
    files: &mut SourceFiles<'_>,
    place: &OsStr,
) -> Result<StoredPassage> {
    if let Some(Ok(id)) = place.to_str().map(str::parse::<PassageId>) {
        return Ok(match searcher.passage(&id) {
            Ok(stored) => stored,
            // A document is called by its path from where the index starts; a
            // user calls it by the path from where they are.
            Err(missing) => {
                let document = here.source(Path::new(id.document.as_str()));
                let document = DocumentId(document.as_str().to_owned());
                searcher.passage(&PassageId { document, ..id }).map_err(|_| missing)?
            }
        });
    }
    let (path, line) = path_and_line(place.as_encoded_bytes());
    let source = here.source(&path_of(path.to_vec()));
    let stored = searcher.passage_at(&source, line.unwrap_or(1)).map_err(|error| match error {
        Error::PassageMissing { .. } => {
            Error::PassageMissing { place: place.to_string_lossy().into_owned() }
        }
        other => other,
    })?;
    if files.freshness(&source, &stored.passage)? != Freshness::Current {
        let hash = files.at_line(&source, line.unwrap_or(1));
        let by_now = hash.map(|hash| searcher.passage_with(&source, hash)).transpose()?;
        // Where none stands there by now, the lines are those of another time.
        return Ok(by_now.flatten().unwrap_or(stored));
    }
    let LineSpan { start, end } = stored.passage.lines;
    if let Some(line) = line.filter(|line| !(start..=end).contains(line)) {
        report::note(format_args!(
            "line {line} is in no passage; the one at line {start} is taken"
        ));
    }
    Ok(stored)
}

/// Reads `path:line`, `path:line-line` and `path:line:column`; a path alone has no
/// line.
fn path_and_line(place: &[u8]) -> (&[u8], Option<u64>) {
    let Some((rest, Some(last))) = split_last(place) else { return (place, None) };
    match split_last(rest) {
        Some((path, Some(line))) => (path, Some(line)),
        _ => (rest, Some(last)),
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
        for (place, expected) in [
            ("a.md", ("a.md", None)),
            ("a.md:7", ("a.md", Some(7))),
            ("a.md:7-9", ("a.md", Some(7))),
            ("a.md:7:3", ("a.md", Some(7))),
            ("a:b.md:7", ("a:b.md", Some(7))),
            ("a:b.md", ("a:b.md", None)),
        ] {
            let (path, line) = expected;
            assert_eq!(path_and_line(place.as_bytes()), (path.as_bytes(), line), "{place}");
        }
    }
}
