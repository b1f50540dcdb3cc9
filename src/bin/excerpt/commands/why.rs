//! Says why nothing matched.

use anyhow::Result;
use excerpt::search::{Diagnosis, SearchRequest, Searcher, WordReport};

use crate::report;
use crate::size;

/// Prints what is known about a query without hits, to standard error.
pub fn tell(searcher: &Searcher, request: &SearchRequest, query: &str) -> Result<()> {
    let Diagnosis { words, without_filters, passages } =
        searcher.diagnose(&request.query, &request.filters)?;
    report::plain(format_args!("no passage matches `{query}`"));
    if passages == 0 {
        report::plain("  the index holds no passages");
        return Ok(());
    }
    tell_words(&words);
    match without_filters {
        Some(count) if count > 0 => report::plain(format_args!(
            "  without `--path`, `--here`, `--after` and `--before` it would match {}",
            size::plural(count, "passage"),
        )),
        _ if words.len() > 1 && words.iter().all(|word| word.passages > 0) => {
            report::plain("  no passage has them as the query wants them");
        }
        _ => {}
    }
    Ok(())
}

/// Of a long query only the first words that are there and that are not: more are
/// not read.
fn tell_words(words: &[WordReport]) {
    const TOLD: usize = 8;
    let (mut found, mut missing) = (0, 0);
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

fn of_word(report: &WordReport) -> String {
    let WordReport { word, passages, nearest } = report;
    match (passages, nearest) {
        (0, Some(nearest)) => format!("`{word}` is in no passage; the nearest word is `{nearest}`"),
        (0, None) => format!("`{word}` is in no passage"),
        (count, _) => format!("`{word}` is in {}", size::plural(*count, "passage")),
    }
}
