//! `excerpt show`.

use anyhow::Result;
use excerpt::index::sources::SourceKey;
use excerpt::index::{SourceFiles, StoredPassage};
use excerpt::search::Neighbours;

use super::look::{Depth, Found, Looker};
use super::open::{Opened, open};
use super::place;
use crate::args::ShowArgs;
use crate::config::Screen;
use crate::exit::Outcome;
use crate::output::{self, Fences, Output, Wanted};

pub fn run(args: &ShowArgs) -> Result<Outcome> {
    let Screen { styles, hyperlinks, is_terminal, width } = args.screen.screen()?;
    let Some(opened) = open(&args.place, &args.within, &args.files)? else {
        return Ok(Outcome::Interrupted);
    };
    let Opened { searcher, here, is_fresh } = opened;
    let mut files = SourceFiles::new(searcher.snapshot());
    let StoredPassage { source, passage } =
        place::find(&searcher, &here, &mut files, &args.passage)?;
    let mut looker = Looker {
        searcher: &searcher,
        here: &here,
        depth: Depth::File,
        depth_of_duplicates: Depth::Index,
        flows: !args.jsonl,
        is_fresh,
        lines: Wanted::default(),
        neighbours: Neighbours { before: args.passages_before, after: args.passages_after },
        files,
        fences: Fences::default(),
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
