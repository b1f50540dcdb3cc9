//! `excerpt search`.

use anyhow::Result;
use excerpt::index::SourceFiles;
use excerpt::query::{Note, Parsed, Query, parse_with};
use excerpt::rank::ExpansionTerm;
use excerpt::search::{
    Counting, MOST_PER_HIT, MatchingSources, Neighbours, SearchRequest, SearchResponse, Searcher,
};

use super::budget;
use super::look::Looker;
use super::open::{Opened, open};
use super::page::Page;
use super::place;
use super::shape::Shape;
use super::why;
use crate::args::{OutputArgs, SearchArgs};
use crate::config::{self, Screen};
use crate::exit::Outcome;
use crate::output::{Fences, FileLines, MatchingFile, Output, PathStyle, Summary, Wanted};
use crate::report;
use crate::size;
use crate::stamp::{self, Stamp};

pub fn run(args: &SearchArgs) -> Result<Outcome> {
    let screen = args.screen.screen()?;
    let shape = Shape::new(&args.output, &screen)?;
    // Before an index is looked for or made.
    args.ranking.choice()?;
    let typed = args.query.join(" ");
    let Parsed { query, notes } = parse_with(&typed, &config::parse_options(&args.reading));
    let Some(opened) = open(&args.place, &args.within, &args.files)? else {
        return Ok(Outcome::Interrupted);
    };
    let mut search = Search { args, opened, typed, notes };
    let request = search.request(query, &shape)?;
    search.tell_reading(&request.query)?;
    match shape {
        Shape::Files(line) => {
            let Screen { is_terminal, styles, hyperlinks, .. } = screen;
            let paths = PathStyle { is_terminal, null: args.output.null, style: styles.path };
            search.print_files(&request, &FileLines { line, paths, hyperlinks })
        }
        Shape::Quiet => search.answer(&request),
        shape => search.print_hits(request, shape, screen),
    }
}

/// A query that is put to an index.
struct Search<'a> {
    args: &'a SearchArgs,
    opened: Opened,
    /// The query as it was typed.
    typed: String,
    /// What could not be used of it.
    notes: Vec<Note>,
}

impl Search<'_> {
    /// What `query` and the options come to on the index.
    fn request(&mut self, mut query: Query, shape: &Shape) -> Result<SearchRequest> {
        let Self { args, opened: Opened { searcher, here, .. }, typed, notes } = self;
        let mut filters = config::filters(&args.reading, here)?;
        if let Some(place) = &args.reading.like {
            let mut files = SourceFiles::new(searcher.snapshot());
            let like = place::find(searcher, here, &mut files, place)?;
            query = query.or(searcher.like(&like)?);
            filters.except = Some(like);
            notes.retain(|note| match note {
                Note::NoWords => !typed.is_empty(),
                // What is like the place matches, not everything else.
                Note::OnlyExcluded => false,
                _ => true,
            });
        }
        let fitted = searcher.fit(query);
        for note in fitted.notes.into_iter().chain(filters.notes()) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        Ok(SearchRequest {
            query: fitted.query,
            filters,
            limit: shape.limit(&args.output),
            offset: args.output.offset,
            counting: if shape.counts_all() { Counting::Yes } else { Counting::No },
            parameters: args.ranking.parameters(searcher)?,
            duplicates: shape.duplicates(&args.output),
            per_document: shape.per_document(&args.output),
        })
    }

    /// How the query was read, if that is asked, and what could not be used of it.
    fn tell_reading(&self, query: &Query) -> Result<()> {
        if self.args.reading.explain_query {
            report::plain(format_args!("query: {query}"));
            let left_out = self.opened.searcher.left_out(query)?;
            if !left_out.is_empty() {
                let words = left_out.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>();
                let words = words.join(", ");
                report::note(format_args!("not looked for beside other words: {words}"));
            }
        }
        self.notes.iter().for_each(report::note);
        Ok(())
    }

    /// The same of what the index alone tells.
    fn tell_more(&mut self, notes: Vec<Note>) {
        notes.iter().for_each(report::note);
        self.notes.extend(notes);
    }

    /// Prints the files with matches.
    fn print_files(mut self, request: &SearchRequest, lines: &FileLines) -> Result<Outcome> {
        let MatchingSources { sources, notes } = self.opened.searcher.sources(request)?;
        self.tell_more(notes);
        let Opened { searcher, here, .. } = &self.opened;
        let files: Vec<MatchingFile> = sources
            .into_iter()
            .map(|found| MatchingFile {
                path: here.printed(&found.source),
                file: here.file(&found.source),
                passages: found.passages,
            })
            .collect();
        let mut out = Output::new();
        out.write(|out| lines.print(out, &files))?;
        out.finish()?;
        if files.is_empty() {
            why::tell(searcher, request, &self.notes, &self.typed)?;
            return Ok(Outcome::NoHit);
        }
        Ok(Outcome::Done)
    }

    /// Whether anything matches, and no word of it.
    fn answer(mut self, request: &SearchRequest) -> Result<Outcome> {
        let SearchResponse { hits, notes, .. } = self.opened.searcher.search(request)?;
        self.tell_more(notes);
        Ok(if hits.is_empty() { Outcome::NoHit } else { Outcome::Done })
    }

    /// Prints the hits.
    fn print_hits(
        mut self,
        mut request: SearchRequest,
        shape: Shape,
        screen: Screen,
    ) -> Result<Outcome> {
        let to_fill = shape.tokens_to_fill(&self.args.output);
        let mut response = search(&self.opened.searcher, &mut request, to_fill)?;
        self.tell_more(std::mem::take(&mut response.notes));
        let Self { args, opened: Opened { searcher, here, is_fresh }, typed, notes } = self;
        tell_expansion(&response.expansion);
        let mut notes_told = notes.iter().map(Note::to_string).collect::<Vec<_>>();
        if let Some(passages) = response.ended_after {
            notes_told.push(tell_end(passages));
        } else if response.hits.is_empty() {
            why::tell(&searcher, &request, &notes, &typed)?;
        }
        let lines = wanted_lines(&args.output);
        let looker = Looker {
            searcher: &searcher,
            here: &here,
            depth: shape.depth(lines),
            depth_of_duplicates: shape.depth_of_duplicates(),
            flows: shape.flows(),
            is_fresh,
            lines,
            neighbours: Neighbours {
                before: args.output.passages_before,
                after: args.output.passages_after,
            },
            files: SourceFiles::new(searcher.snapshot()),
            fences: Fences::default(),
        };
        let stamp = || {
            let hash = stamp::query_hash(std::iter::once(typed.as_str()));
            Stamp::new(searcher.snapshot(), hash, &request.parameters)
        };
        let summary = Summary {
            stamp: matches!(shape, Shape::Json).then(stamp).transpose()?,
            query: typed,
            reading: request.query.to_string(),
            notes: notes_told,
            printed: 0,
            expansion: response.expansion,
            matches: response.matches,
            elapsed: response.elapsed,
        };
        let hits = response.hits;
        Page { args, screen, shape, looker, request: &request, hits, summary }.print()
    }
}

/// Searches; for tokens `to_fill` deep enough to have more passages than fit. The limit
/// of `request` is that depth then.
fn search(
    searcher: &Searcher,
    request: &mut SearchRequest,
    to_fill: Option<usize>,
) -> Result<SearchResponse> {
    loop {
        let response = searcher.search(request)?;
        let is_all = response.hits.len() < request.limit;
        if is_all || to_fill.is_none_or(|tokens| budget::is_exceeded(&response.hits, tokens)) {
            return Ok(response);
        }
        request.limit = request.limit.saturating_mul(4);
    }
}

fn wanted_lines(args: &OutputArgs) -> Wanted {
    let around = args.context.unwrap_or(0);
    Wanted {
        before: args.before_context.unwrap_or(around),
        after: args.after_context.unwrap_or(around),
    }
}

/// That hits end though more match, and how to look at more.
fn tell_end(passages: usize) -> String {
    let enough = size::thousands((passages / MOST_PER_HIT) as u64);
    let passages = size::plural(passages as u64, "passage");
    let note =
        format!("hits end with the best {passages}: a `--limit` over {enough} looks at more");
    report::note(&note);
    note
}

/// What feedback added to the query.
fn tell_expansion(expansion: &[ExpansionTerm]) {
    if !expansion.is_empty() {
        let terms = expansion.iter().map(|term| format!("{} {:.3}", term.term, term.weight));
        report::plain(format_args!("feedback: {}", terms.collect::<Vec<_>>().join(", ")));
    }
}
