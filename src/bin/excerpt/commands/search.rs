//! `excerpt search`.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Result;
use excerpt::index::SourceFiles;
use excerpt::query::{Note, Parsed, Query, parse_with};
use excerpt::rank::{ExpansionTerm, Matches};
use excerpt::search::{
    Counting, Explanation, Hit, Neighbours, SearchRequest, SearchResponse, Searcher,
};

use super::budget;
use super::look::{Found, Looker};
use super::open::{Opened, open};
use super::place;
use super::shape::Shape;
use super::why;
use crate::args::{OutputArgs, SearchArgs};
use crate::config::{self, Here, Screen};
use crate::exit::Outcome;
use crate::output::{self, FileLines, MatchingFile, Output, PathStyle, Shown, Summary, Wanted};
use crate::report;
use crate::size;
use crate::stamp::{self, Stamp};

pub fn run(args: &SearchArgs) -> Result<Outcome> {
    let screen = args.screen.screen()?;
    let shape = Shape::new(&args.output, &screen)?;
    // Before an index is looked for or made.
    args.ranking.choice()?;
    let typed = args.query.join(" ");
    let Parsed { mut query, mut notes } = parse_with(&typed, &config::parse_options(&args.reading));
    let Some(opened) = open(&args.place, &args.within, &args.files)? else {
        return Ok(Outcome::Interrupted);
    };
    let Opened { searcher, here, is_fresh } = opened;
    let mut filters = config::filters(&args.reading, &here)?;
    let mut files = SourceFiles::new(searcher.snapshot());
    if let Some(place) = &args.reading.like {
        let like = place::find(&searcher, &here, &mut files, place)?;
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
    query = fitted.query;
    let new: Vec<Note> = fitted.notes.into_iter().filter(|note| !notes.contains(note)).collect();
    notes.extend(new);
    if args.reading.explain_query {
        tell_reading(&searcher, &query)?;
    }
    notes.iter().for_each(report::note);
    let mut request = SearchRequest {
        filters,
        limit: shape.limit(&args.output),
        offset: args.output.offset,
        counting: if shape.counts_all() { Counting::Yes } else { Counting::No },
        parameters: args.ranking.parameters(&searcher)?,
        duplicates: shape.duplicates(&args.output),
        per_document: shape.per_document(&args.output),
        query,
    };
    if let Shape::Files(line) = shape {
        let Screen { is_terminal, styles, hyperlinks, .. } = screen;
        let paths = PathStyle { is_terminal, null: args.output.null, style: styles.path };
        let lines = FileLines { line, paths, hyperlinks };
        let printed = print_files(&searcher, &here, &request, &lines)?;
        if printed == 0 {
            tell_nothing(&searcher, &request, &notes, &typed)?;
        }
        return Ok(if printed > 0 { Outcome::Done } else { Outcome::NoHit });
    }
    let to_fill = shape.tokens_to_fill(&args.output);
    let response = search(&searcher, &mut request, &shape, to_fill)?;
    let is_hit = !response.hits.is_empty();
    if matches!(shape, Shape::Quiet) {
        return Ok(if is_hit { Outcome::Done } else { Outcome::NoHit });
    }
    tell_expansion(&response.expansion);
    if !is_hit {
        tell_nothing(&searcher, &request, &notes, &typed)?;
    }
    let lines = wanted_lines(&args.output);
    let looker = Looker {
        searcher: &searcher,
        here: &here,
        depth: shape.depth(lines),
        depth_of_duplicates: shape.depth_of_duplicates(),
        is_fresh,
        lines,
        neighbours: Neighbours {
            before: args.output.passages_before,
            after: args.output.passages_after,
        },
        files,
    };
    let stamp = || {
        let hash = stamp::query_hash(std::iter::once(typed.as_str()));
        Stamp::new(searcher.snapshot(), hash, &request.parameters)
    };
    let summary = Summary {
        stamp: matches!(shape, Shape::Json).then(stamp).transpose()?,
        query: typed,
        reading: request.query.to_string(),
        notes: notes.iter().map(Note::to_string).collect(),
        printed: 0,
        expansion: response.expansion,
        matches: response.matches,
        elapsed: response.elapsed,
    };
    print(args, screen, shape, looker, &request, response.hits, summary)
}

/// Prints `hits` and what is to be said behind them.
fn print(
    args: &SearchArgs,
    screen: Screen,
    shape: Shape,
    mut looker: Looker<'_>,
    request: &SearchRequest,
    hits: Vec<Hit>,
    summary: Summary,
) -> Result<Outcome> {
    let is_seen = matches!(shape, Shape::Terminal);
    let explains = shape.explains();
    let (mut printed, mut last_rank) = (hits.len(), hits.last().map_or(1, |hit| hit.rank));
    let explained = match args.explain {
        true => looker.searcher.explain(request, &hits)?,
        false => Vec::new(),
    };
    let mut explained = explained.into_iter();
    let found = hits.into_iter().map(|hit| found(hit, explained.next()));
    let hits: Box<dyn Iterator<Item = Result<Shown>>> = match args.output.max_tokens {
        None => Box::new(found.map(|found| looker.look(found))),
        Some(tokens) => {
            let packed = budget::pack(found, tokens, &mut looker)?;
            (printed, last_rank) = (packed.len(), packed.last().map_or(1, |shown| shown.rank));
            Box::new(packed.into_iter().map(Ok))
        }
    };
    let mut renderer = shape.renderer(&args.output, screen, last_rank);
    let mut out = Output::new();
    let summary = Summary { printed, ..summary };
    let (mut stale, mut cut) = (0, 0);
    for shown in hits {
        let shown = shown?;
        stale += usize::from(shown.standing.is_stale());
        cut += usize::from(shown.surroundings.is_cut);
        if !explains {
            tell_score(&shown);
        }
        out.write(|out| renderer.hit(out, &shown))?;
    }
    out.write(|out| renderer.end(out, &summary))?;
    out.finish()?;
    if stale > 0 {
        let passages = size::plural(stale as u64, "passage");
        let index = looker.searcher.snapshot().directory().display();
        report::note(format_args!(
            "{passages} changed since indexing; run `excerpt index --index {index}`"
        ));
    }
    if cut > 0 {
        let passages = size::plural(cut as u64, "passage");
        let reach = size::bytes(output::CONTEXT_BYTES);
        report::note(format_args!(
            "beside {passages}, lines that go on further than {reach} away are left out"
        ));
    }
    if summary.printed == 0 {
        return Ok(Outcome::NoHit);
    }
    if is_seen {
        tell_footer(summary.printed, summary.matches, summary.elapsed);
    }
    Ok(Outcome::Done)
}

/// Prints the files with matches; gives how many there are.
fn print_files(
    searcher: &Searcher,
    here: &Here,
    request: &SearchRequest,
    lines: &FileLines,
) -> Result<usize> {
    let found = searcher.sources(request)?.into_iter();
    let files: Vec<MatchingFile> = found
        .map(|found| MatchingFile {
            path: here.printed(&found.source),
            file: here.file(&found.source),
            passages: found.passages,
        })
        .collect();
    let mut out = Output::new();
    out.write(|out| lines.print(out, &files))?;
    out.finish()?;
    Ok(files.len())
}

/// Searches; for a format of documents deep enough to have as many of them as
/// are wanted, for tokens `to_fill` deep enough to have more passages than fit. The
/// limit of `request` is that depth then.
fn search(
    searcher: &Searcher,
    request: &mut SearchRequest,
    shape: &Shape,
    to_fill: Option<usize>,
) -> Result<SearchResponse> {
    let wanted = request.limit;
    loop {
        let response = searcher.search(request)?;
        let documents = || -> usize {
            let ids = response.hits.iter().map(|hit| &hit.passage.id.document);
            ids.collect::<HashSet<_>>().len()
        };
        let is_all = response.hits.len() < request.limit;
        let is_deep_enough = match (shape, to_fill) {
            (Shape::Trec, _) => documents() >= wanted,
            (_, Some(tokens)) => budget::is_exceeded(&response.hits, tokens),
            (_, None) => true,
        };
        if is_all || is_deep_enough {
            return Ok(response);
        }
        request.limit = request.limit.saturating_mul(4);
    }
}

fn found(hit: Hit, explanation: Option<Vec<Explanation>>) -> Found {
    let Hit { rank, score, source, passage, highlights, duplicates, more_in_document, .. } = hit;
    Found { rank, score, source, passage, highlights, duplicates, more_in_document, explanation }
}

fn wanted_lines(args: &OutputArgs) -> Wanted {
    let around = args.context.unwrap_or(0);
    Wanted {
        before: args.before_context.unwrap_or(around),
        after: args.after_context.unwrap_or(around),
    }
}

/// How the query was read, and which of its words are not looked for.
fn tell_reading(searcher: &Searcher, query: &Query) -> Result<()> {
    report::plain(format_args!("query: {query}"));
    let left_out = searcher.left_out(query)?;
    if !left_out.is_empty() {
        let words = left_out.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>();
        report::note(format_args!("not looked for beside other words: {}", words.join(", ")));
    }
    Ok(())
}

/// What feedback added to the query.
fn tell_expansion(expansion: &[ExpansionTerm]) {
    if !expansion.is_empty() {
        let terms = expansion.iter().map(|term| format!("{} {:.3}", term.term, term.weight));
        report::plain(format_args!("feedback: {}", terms.collect::<Vec<_>>().join(", ")));
    }
}

/// Where a score comes from, for formats that have no place for it.
fn tell_score(shown: &Shown) {
    for part in shown.explanation.iter().flatten() {
        let (rank, score) = (shown.rank, part.score);
        report::plain(format_args!("{rank}  {score:>9.4}  {}: {}", part.field, part.what));
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

fn tell_nothing(
    searcher: &Searcher,
    request: &SearchRequest,
    notes: &[Note],
    typed: &str,
) -> Result<()> {
    if notes.contains(&Note::NoWords) {
        return Ok(());
    }
    if request.offset > 0 {
        let first =
            SearchRequest { offset: 0, limit: 1, counting: Counting::Yes, ..request.clone() };
        let passages = searcher.search(&first)?.matches.unwrap_or_default().passages;
        if passages > 0 {
            let passages = size::plural(passages, "matching passage");
            let offset = request.offset;
            report::plain(format_args!(
                "`--offset {offset}` leaves out every hit among {passages}"
            ));
            return Ok(());
        }
    }
    if request.filters.except.is_some() {
        report::plain("no other passage is like the one that was given");
        return Ok(());
    }
    why::tell(searcher, request, typed)
}
