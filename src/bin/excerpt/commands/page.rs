//! A page of hits, printed, and what is said behind them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use excerpt::Error;
use excerpt::document::Coordinates;
use excerpt::rank::Matches;
use excerpt::search::{Explanation, Hit, SearchRequest, Searcher};

use super::budget;
use super::look::{Found, Looker};
use super::shape::Shape;
use crate::args::SearchArgs;
use crate::config::Screen;
use crate::exit::Outcome;
use crate::output::{self, Output, Shown, Standing, Summary, Wanted};
use crate::report;
use crate::size;

/// Hits, and all that is needed to print them.
pub struct Page<'a> {
    /// What was typed.
    pub args: &'a SearchArgs,
    /// How things look.
    pub screen: Screen,
    /// The format.
    pub shape: Shape,
    /// Looks up what is printed of a hit.
    pub looker: Looker<'a>,
    /// What was asked.
    pub request: &'a SearchRequest,
    /// What was found.
    pub hits: Vec<Hit>,
    /// What is known of all of it, but for how much is printed.
    pub summary: Summary,
}

impl Page<'_> {
    /// Prints it.
    pub fn print(self) -> Result<Outcome> {
        let Self { args, screen, shape, mut looker, request, hits, mut summary } = self;
        let is_seen = matches!(shape, Shape::Terminal);
        let explains = shape.explains();
        let explained = match args.explain {
            true => looker.searcher.explain(request, &hits)?,
            false => Vec::new(),
        };
        let mut explained = explained.into_iter();
        let wants_lines = looker.lines != Wanted::default();
        let (mut printed, mut last_rank) = (hits.len(), hits.last().map_or(1, |hit| hit.rank));
        let found = hits.into_iter().map(|hit| found(hit, explained.next()));
        let searcher = looker.searcher;
        let shown: Box<dyn Iterator<Item = Result<Shown>>> = match args.output.max_tokens {
            None => Box::new(found.map(|found| looker.look(found))),
            Some(tokens) => {
                let packed = budget::pack(found, tokens, &mut looker)?;
                (printed, last_rank) = (packed.len(), packed.last().map_or(1, |shown| shown.rank));
                Box::new(packed.into_iter().map(Ok))
            }
        };
        summary.printed = printed;
        let mut renderer = shape.renderer(&args.output, screen, last_rank);
        let mut out = Output::new();
        let mut flaws = Flaws { wants_lines, ..Flaws::default() };
        for shown in shown {
            let shown = shown?;
            flaws.count(&shown);
            if !explains {
                tell_score(&shown);
            }
            out.write(|out| renderer.hit(out, &shown))?;
        }
        out.write(|out| renderer.end(out, &summary))?;
        out.finish()?;
        flaws.tell(searcher, looker.files.refused());
        if summary.printed == 0 {
            return Ok(Outcome::NoHit);
        }
        if is_seen {
            tell_footer(summary.printed, summary.matches, summary.elapsed);
        }
        Ok(Outcome::Done)
    }
}

/// Of how many hits something has to be said.
#[derive(Default)]
struct Flaws {
    /// Whether lines beside them are printed.
    wants_lines: bool,
    /// They do not stand where the index says.
    stale: u64,
    /// Their files are gone, which are these.
    missing: u64,
    gone: BTreeSet<PathBuf>,
    /// It is not known whether they do.
    unknown: u64,
    /// Not all lines beside them are printed.
    cut: u64,
    /// None is: their files are compressed.
    compressed: u64,
}

impl Flaws {
    fn count(&mut self, shown: &Shown) {
        match shown.standing {
            Standing::Current | Standing::Moved => {}
            Standing::Changed => self.stale += 1,
            Standing::Missing => {
                self.missing += 1;
                self.gone.extend(shown.file.clone());
            }
            Standing::Unknown => self.unknown += 1,
        }
        self.cut += u64::from(shown.surroundings.is_cut);
        let is_compressed = shown.passage.coordinates == Coordinates::Decompressed;
        self.compressed += u64::from(self.wants_lines && is_compressed);
    }

    fn tell(&self, searcher: &Searcher, refused: Option<&Error>) {
        if self.stale > 0 {
            let passages = size::plural(self.stale, "passage");
            let index = searcher.snapshot().directory().display();
            report::note(format_args!(
                "{passages} changed since indexing; run `excerpt index --index {index}`"
            ));
        }
        if self.missing > 0 {
            self.tell_missing(searcher);
        }
        if self.unknown > 0 {
            let passages = size::plural(self.unknown, "passage");
            let refused = refused.map(|error| format!(": {}", error.with_causes()));
            report::note(format_args!(
                "whether {passages} changed since indexing is not known{}",
                refused.unwrap_or_default()
            ));
        }
        if let Some(hint) = refused.and_then(Error::hint) {
            report::hint(hint);
        }
        if self.cut > 0 {
            let passages = size::plural(self.cut, "passage");
            let reach = size::bytes(output::CONTEXT_BYTES);
            report::note(format_args!(
                "beside {passages}, lines that go on further than {reach} away are left out"
            ));
        }
        if self.compressed > 0 {
            let passages = size::plural(self.compressed, "passage");
            report::note(format_args!(
                "beside {passages} of compressed files no lines are printed"
            ));
        }
    }

    /// An update drops the passages of a file that is gone, but not those of a folder that
    /// is gone altogether.
    fn tell_missing(&self, searcher: &Searcher) {
        let snapshot = searcher.snapshot();
        let is_kept = snapshot
            .root_paths()
            .is_ok_and(|roots| self.gone.iter().any(|gone| is_kept(gone, &roots)));
        let index = snapshot.directory().display();
        let passages = size::plural(self.missing, "passage");
        let files = match self.gone.len() {
            1 => format!("the file of {passages} is"),
            _ => format!("the files of {passages} are"),
        };
        let rest = match is_kept {
            true => format!(
                ", nor is the folder that was indexed; if it lies elsewhere by now, name all that \
                 is to stay: `excerpt index --rebuild --index {index} <corpus>`"
            ),
            false => format!("; run `excerpt index --index {index}`"),
        };
        report::note(format_args!("{files} not there any more{rest}"));
    }
}

/// Whether an update would keep the passages of the file `gone`: it lay in none of `roots`
/// that is there by now, nor was it named itself and its folder is there.
fn is_kept(gone: &Path, roots: &[PathBuf]) -> bool {
    let has_folder = || gone.parent().is_some_and(Path::is_dir);
    let mut holding = roots.iter().filter(|root| gone.starts_with(root));
    !holding.any(|root| root.exists() || (root == gone && has_folder()))
}

fn found(hit: Hit, explanation: Option<Vec<Explanation>>) -> Found {
    let Hit { rank, score, source, passage, highlights, duplicates, more_in_document, .. } = hit;
    Found { rank, score, source, passage, highlights, duplicates, more_in_document, explanation }
}

/// Where a score comes from, for formats that have no place for it.
fn tell_score(shown: &Shown) {
    for part in shown.explanation.iter().flatten() {
        let (rank, score) = (shown.rank, part.score);
        report::plain(format_args!("{rank}  {score:>9.4}  {}", output::reason(part)));
    }
}

fn tell_footer(printed: usize, matches: Option<Matches>, elapsed: Duration) {
    let milliseconds = elapsed.as_secs_f64() * 1e3;
    let Matches { passages, documents } = matches.unwrap_or_default();
    report::blank_on_terminal();
    report::plain(format_args!(
        "{printed} of {} in {}, {milliseconds:.1} ms",
        size::plural(passages, "passage"),
        size::plural(documents, "article"),
    ));
}
