//! What can keep passages that hold the words of a query from matching it.

use super::filter::Filters;
use crate::query::{Asked, Query};

/// What a passage must be or may not hold, beside the words that are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Barrier {
    /// The filters beside the query.
    Filters,
    /// A filter within the query.
    Filter(Query),
    /// What the query excludes.
    Excluded(Query),
}

impl Barrier {
    /// Those of `query` under `filters`, each once, in order.
    pub(super) fn all(query: &Query, filters: &Filters) -> Vec<Self> {
        let mut barriers = Vec::new();
        if !filters.leave_out_at_most_one() {
            barriers.push(Self::Filters);
        }
        collect(query, &mut barriers);
        barriers
    }
}

fn collect(query: &Query, barriers: &mut Vec<Barrier>) {
    let mut add = |barrier| {
        if !barriers.contains(&barrier) {
            barriers.push(barrier);
        }
    };
    match query {
        Query::Path(_) | Query::Date { .. } => add(Barrier::Filter(query.clone())),
        Query::Exact(query) | Query::Field { query, .. } => collect(query, barriers),
        Query::Boolean { must, should, must_not } => {
            must_not.iter().for_each(|excluded| add(Barrier::Excluded(excluded.clone())));
            must.iter().chain(should).for_each(|query| collect(query, barriers));
        }
        _ => {}
    }
}

/// `query` without `barriers`; nothing where it holds nothing else.
pub(super) fn without(query: &Query, barriers: &[Barrier]) -> Query {
    let is_gone = |query: &Query| {
        barriers.iter().any(|barrier| matches!(barrier, Barrier::Filter(gone) if gone == query))
    };
    let is_let_in = |query: &Query| {
        barriers.iter().any(|barrier| matches!(barrier, Barrier::Excluded(gone) if gone == query))
    };
    let rest = |queries: &[Query]| -> Vec<Query> {
        let rest = queries.iter().map(|query| without(query, barriers));
        rest.filter(|query| *query != Query::Nothing).collect()
    };
    match query {
        Query::Path(_) | Query::Date { .. } if is_gone(query) => Query::Nothing,
        Query::Exact(query) => match without(query, barriers) {
            Query::Nothing => Query::Nothing,
            query => Query::Exact(Box::new(query)),
        },
        Query::Field { field, query } => match without(query, barriers) {
            Query::Nothing => Query::Nothing,
            query => Query::Field { field: *field, query: Box::new(query) },
        },
        Query::Boolean { must, should, must_not } => {
            let must_not = must_not.iter().filter(|query| !is_let_in(query)).cloned().collect();
            Query::rest(Asked::of(must, should), rest(must), rest(should), must_not)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    /// What is left of `text` without each of its barriers.
    fn check(text: &str, expected: &[&str]) {
        let query = parse(text).query;
        let left: Vec<Query> = Barrier::all(&query, &Filters::default())
            .into_iter()
            .map(|barrier| without(&query, &[barrier]))
            .collect();
        let left: Vec<String> = left.iter().map(Query::to_string).collect();
        assert_eq!(left, expected, "{text}");
    }

    #[test]
    fn filters_and_exclusions_are_taken_away_one_by_one() {
        check("a b", &[]);
        check("path:x", &[""]);
        check("a path:x", &["a"]);
        check("+a path:x", &["+a"]);
        check("a path:x date:2020", &["a date:2020", "a path:x"]);
        check("a -b -\"c d\" -b", &["a -\"c d\"", "a -b -b"]);
        check("title:(a -b) -path:x", &["title:(a -b)", "title:a -path:x"]);
        check("-b", &[""]);
    }

    #[test]
    fn all_of_them_can_be_taken_away() {
        let query = parse("=(a -b) path:x -c").query;
        let barriers = Barrier::all(&query, &Filters::default());
        assert_eq!(barriers.len(), 3);
        assert_eq!(without(&query, &barriers).to_string(), "=a");
    }
}
