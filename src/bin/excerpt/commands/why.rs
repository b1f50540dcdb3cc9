//! Says why nothing matched.

use anyhow::Result;
use excerpt::query::{Note, Query};
use excerpt::search::{
    Barrier, Blame, Counting, Diagnosis, Filters, SearchRequest, Searcher, Standing, WordReport,
};

use crate::report;
use crate::size;

/// How many words, and how many barriers, are told of; more are not read.
const TOLD: usize = 8;

/// Prints why `request`, typed as `query` and read with `notes`, has no hits.
pub fn tell(
    searcher: &Searcher,
    request: &SearchRequest,
    notes: &[Note],
    query: &str,
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
    diagnose(searcher, request, query)
}

/// Prints what is known about a query that nothing matches.
fn diagnose(searcher: &Searcher, request: &SearchRequest, query: &str) -> Result<()> {
    let Diagnosis { words, to_blame, passages } =
        searcher.diagnose(&request.query, &request.filters)?;
    report::plain(format_args!("no passage matches `{}`", report::short(query)));
    if passages == 0 {
        report::plain("  the index holds no passages");
        return Ok(());
    }
    tell_words(&words);
    for Blame { barriers, passages } in &to_blame {
        report::plain(format_args!(
            "  without {} it would match {}",
            named(barriers, &request.filters),
            size::plural(*passages, "passage"),
        ));
    }
    let sought = words.iter().filter(|word| word.standing == Standing::Sought);
    if to_blame.is_empty() && words.len() > 1 && sought.clone().all(|word| word.passages > 0) {
        report::plain("  no passage has them as the query wants them");
    }
    Ok(())
}

/// Of a long query only the first words that are there and that are not.
fn tell_words(words: &[WordReport]) {
    let (mut found, mut missing) = (0_usize, 0_usize);
    for word in words {
        let told = if word.passages > 0 { &mut found } else { &mut missing };
        *told += 1;
        if *told <= TOLD {
            report::plain(format_args!("  {}", of_word(word)));
        }
    }
    for (words, place) in [(missing, "no passage"), (found, "some passage")] {
        if let Some(more @ 1..) = words.checked_sub(TOLD) {
            let are = if more == 1 { "is" } else { "are" };
            let more = size::plural(more as u64, "more word");
            report::plain(format_args!("  {more} {are} in {place}"));
        }
    }
}

fn of_word(told: &WordReport) -> String {
    let WordReport { word, passages, nearest, standing } = told;
    let word = report::short(word);
    match (passages, nearest) {
        (0, Some(nearest)) => {
            let nearest = report::short(nearest);
            format!("`{word}` is in no passage; the nearest word is `{nearest}`")
        }
        (0, None) => format!("`{word}` is in no passage"),
        (count, _) => {
            let passages = size::plural(*count, "passage");
            match standing {
                Standing::Sought => format!("`{word}` is in {passages}"),
                Standing::LeftOut => {
                    format!("`{word}` is in {passages}, but is not looked for beside other words")
                }
            }
        }
    }
}

/// What was typed to make `barriers`.
fn named(barriers: &[Barrier], filters: &Filters) -> String {
    let mut names: Vec<String> = Vec::new();
    for barrier in barriers {
        match barrier {
            Barrier::Filters => names.extend(options(filters)),
            Barrier::Filter(filter) => names.push(quoted(filter)),
            Barrier::Excluded(query) => {
                let must_not = vec![query.clone()];
                let excluding = Query::Boolean { must: vec![], should: vec![], must_not };
                names.push(quoted(&excluding));
            }
        }
    }
    if names.len() > TOLD {
        let more = names.len() - TOLD;
        names.truncate(TOLD);
        names.push(format!("{more} more"));
    }
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

fn quoted(part: &Query) -> String {
    format!("`{}`", report::short(&part.to_string()))
}

/// The options that make `filters`.
fn options(filters: &Filters) -> impl Iterator<Item = String> {
    let Filters { paths, paths_from, below, after, before, except: _ } = filters;
    let given = [
        (!paths.is_empty() || !paths_from.is_empty(), "path"),
        (below.is_some(), "here"),
        (after.is_some(), "after"),
        (before.is_some(), "before"),
    ];
    given.into_iter().filter(|(is_given, _)| *is_given).map(|(_, name)| format!("`--{name}`"))
}
