//! `excerpt show`.

use anyhow::Result;
use excerpt::index::sources::SourceKey;
use excerpt::index::{SourceFiles, StoredPassage};
use excerpt::search::{Neighbours, Searcher};

use super::look::{Depth, Found, Looker};
use super::open::{Opened, open};
use super::place;
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
    let StoredPassage { source, passage } = place::find(&searcher, &here, &args.passage)?;
    let mut looker = Looker {
        searcher: &searcher,
        here: &here,
        depth: Depth::File,
        is_fresh,
        lines: Wanted::default(),
        neighbours: Neighbours { before: args.passages_before, after: args.passages_after },
        files: SourceFiles::new(searcher.snapshot()),
    };
    let shown = looker.look(Found {
        rank: 1,
        score: 0.0,
        source: SourceKey::from_stored(&source),
        passage,
        highlights: Vec::new(),
        duplicates: Vec::new(),
        more_in_document: 0,
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
