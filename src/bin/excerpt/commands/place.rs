//! Finds the passage that a place on the command line names.

use std::path::Path;

use anyhow::Result;
use excerpt::document::DocumentId;
use excerpt::index::{Freshness, SourceFiles, StoredPassage};
use excerpt::passage::PassageId;
use excerpt::search::Searcher;

use crate::config::Here;

/// The passage that `place` names: an id, or a file and a line as any format of
/// `excerpt search` prints them, which is the line that the file has by now.
///
/// `files` are those of the searcher's index.
pub fn find(
    searcher: &Searcher,
    here: &Here,
    files: &mut SourceFiles<'_>,
    place: &str,
) -> Result<StoredPassage> {
    if let Ok(id) = place.parse::<PassageId>() {
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
    let (path, line) = path_and_line(place);
    let source = here.source(Path::new(path));
    let stored = searcher.passage_at(&source, line)?;
    if files.freshness(&source, &stored.passage)? != Freshness::Current
        && let Some(hash) = files.at_line(&source, line)
        && let Some(by_now) = searcher.passage_with(&source, hash)?
    {
        return Ok(by_now);
    }
    Ok(stored)
}

/// Reads `path:line`, `path:line-line` and `path:line:column`; a path alone is
/// its first line.
fn path_and_line(place: &str) -> (&str, u64) {
    let number = |text: &str| text.split('-').next().and_then(|first| first.parse().ok());
    let Some((rest, last)) = place.rsplit_once(':') else { return (place, 1) };
    let Some(last) = number(last) else { return (place, 1) };
    match rest.rsplit_once(':') {
        Some((path, line)) if number(line).is_some() => (path, number(line).unwrap_or(1)),
        _ => (rest, last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_search_prints_it() {
        for (place, expected) in [
            ("a.md", ("a.md", 1)),
            ("a.md:7", ("a.md", 7)),
            ("a.md:7-9", ("a.md", 7)),
            ("a.md:7:3", ("a.md", 7)),
            ("a:b.md:7", ("a:b.md", 7)),
            ("a:b.md", ("a:b.md", 1)),
        ] {
            assert_eq!(path_and_line(place), expected, "{place}");
        }
    }
}
