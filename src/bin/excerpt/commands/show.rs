//! `excerpt show`.

use std::path::Path;

use anyhow::Result;
use excerpt::document::DocumentId;
use excerpt::index::StoredPassage;
use excerpt::index::sources::SourceKey;
use excerpt::passage::PassageId;
use excerpt::search::{Neighbours, Searcher};

use super::look::{Depth, Found, Looker};
use super::open::{Opened, open};
use crate::args::ShowArgs;
use crate::config::{Here, Screen};
use crate::exit::Outcome;
use crate::output::{self, Output, Wanted};

pub fn run(args: &ShowArgs) -> Result<Outcome> {
    let Screen { styles, hyperlinks, is_terminal, width } = args.screen.screen()?;
    let (directory, is_fresh) = match open(&args.place, &args.within, &args.files)? {
        Opened::Own(directory) => (directory, false),
        Opened::Cached(directory) => (directory, true),
        Opened::Interrupted => return Ok(Outcome::Interrupted),
    };
    let searcher = Searcher::open(&directory)?;
    let here = Here::new(searcher.snapshot().base_directory())?;
    let StoredPassage { source, passage } = find(&searcher, &here, &args.passage)?;
    let looker = Looker {
        searcher: &searcher,
        here: &here,
        depth: Depth::File,
        is_fresh,
        lines: Wanted::default(),
        neighbours: Neighbours { before: args.passages_before, after: args.passages_after },
        roots: std::cell::OnceCell::new(),
    };
    let shown = looker.look(Found {
        rank: 1,
        score: 0.0,
        source: SourceKey::from_stored(&source),
        passage,
        highlights: Vec::new(),
        explanation: None,
    })?;
    // What reads a pipe wraps for itself.
    let width = if is_terminal { width } else { usize::MAX };
    let mut out = Output::new();
    out.write(|out| {
        if args.jsonl {
            output::print_passage_json(out, &shown)
        } else {
            output::print_passage(out, &shown, styles, &hyperlinks, width)
        }
    })?;
    out.finish()?;
    Ok(Outcome::Done)
}

/// The passage that `place` names: an id, or a file and a line as any format of
/// `excerpt search` prints them.
fn find(searcher: &Searcher, here: &Here, place: &str) -> Result<StoredPassage> {
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
    Ok(searcher.passage_at(&here.source(Path::new(path)), line)?)
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
