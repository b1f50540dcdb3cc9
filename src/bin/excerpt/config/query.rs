//! How a query and its ranking are meant.

use anyhow::{Context, Result, anyhow};
use excerpt::query::{Mode, ParseOptions, Period, WordForm};
use excerpt::rank::{Parameters, Ranking};
use excerpt::search::Filters;

use super::Here;
use crate::args::{QueryArgs, RankingArgs};

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
        below: args.here.then(|| here.folder()),
        after: period("after", &args.after)?.map(|period| period.first),
        before: period("before", &args.before)?.map(|period| period.last),
    })
}

/// How passages are ranked.
pub fn parameters(args: &RankingArgs) -> Result<Parameters> {
    let ranking = args.ranking.as_deref().map_or(Ok(Ranking::default()), str::parse)?;
    let mut parameters = Parameters::new(ranking);
    parameters.k1 = args.k1.unwrap_or(parameters.k1);
    parameters.b = args.b.unwrap_or(parameters.b);
    for weight in args.field_weights.iter().flat_map(|map| map.split(',')) {
        let invalid = |why: &str| anyhow!("invalid value `{weight}` for `--field-weight`: {why}");
        let (field, number) =
            weight.split_once('=').ok_or_else(|| invalid("it has the form `title=3,heading=1`"))?;
        let number = number.trim().parse().map_err(|_| invalid("no number behind `=`"))?;
        match field.trim() {
            "title" => parameters.title.weight = number,
            "heading" => parameters.heading.weight = number,
            _ => return Err(invalid("the fields are `title` and `heading`")),
        }
    }
    parameters.validate()?;
    Ok(parameters)
}
