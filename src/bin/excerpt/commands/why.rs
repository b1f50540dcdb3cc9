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
    for word in &words {
        report::plain(format_args!("  {}", of_word(word)));
    }
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

fn of_word(report: &WordReport) -> String {
    let WordReport { word, passages, nearest } = report;
    match (passages, nearest) {
        (0, Some(nearest)) => format!("`{word}` is in no passage; the nearest word is `{nearest}`"),
        (0, None) => format!("`{word}` is in no passage"),
        (count, _) => format!("`{word}` is in {}", size::plural(*count, "passage")),
    }
}
