//! How a query is meant.

use anyhow::{Context, Result};
use excerpt::query::{Mode, ParseOptions, Period, WordForm};
use excerpt::search::Filters;

use super::Here;
use crate::args::QueryArgs;

/// How the words belong together.
pub fn parse_options(args: &QueryArgs) -> ParseOptions {
    let mode = match (args.phrase, args.all, args.near) {
        (true, _, _) => Mode::Phrase,
        (_, true, _) => Mode::All,
        (_, _, Some(distance)) => Mode::Near(distance),
        _ => Mode::Any,
    };
    let form = match (args.exact, args.fuzzy) {
        (true, _) => WordForm::Exact,
        (false, Some(distance)) => WordForm::Fuzzy(distance),
        (false, None) => WordForm::Stemmed,
    };
    ParseOptions { mode, form, excluded: args.not.clone() }
}

/// Which passages count.
pub fn filters(args: &QueryArgs, here: &Here) -> Result<Filters> {
    let period = |option: &str, text: &Option<String>| {
        let Some(text) = text else { return Ok(None) };
        let invalid = || format!("invalid value `{text}` for `--{option}`");
        text.parse::<Period>().with_context(invalid).map(Some)
    };
    Ok(Filters {
        paths: args.paths.clone(),
        paths_from: args.paths.iter().filter_map(|typed| here.glob(typed)).collect(),
        below: args.here.then(|| here.folder()),
        after: period("after", &args.after)?.map(|period| period.first),
        before: period("before", &args.before)?.map(|period| period.last),
        except: None,
    })
}
