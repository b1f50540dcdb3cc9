//! The normal form: one tree for each meaning that the syntax can give.
//!
//! No empty combination and none of a single wanted query, but that the whole may
//! demand one, alone or beside filters, so that others can be put beside it; a
//! conjunction within a conjunction is one, its filters behind the rest; no field or
//! exactness around what has its own; a field outside of an exactness, and that
//! within what is demanded. Parts given here are in normal form already.

use super::ast::{Field, Query};

/// Several queries together.
pub(super) fn boolean(must: Vec<Query>, mut should: Vec<Query>, not: Vec<Query>) -> Query {
    let (mut all, must_not) = conjunction(must, not);
    all.sort_by_key(Query::is_filter);
    match (all.len(), should.len(), must_not.len()) {
        (0, 0, 0) => Query::Nothing,
        (1, 0, 0) => all.swap_remove(0),
        (0, 1, 0) => should.swap_remove(0),
        _ => Query::Boolean { must: all, should, must_not },
    }
}

/// What `must` demands and what is excluded, with `not`: a conjunction among what is
/// demanded is demanded and excluded itself, where there is no alternative in it.
pub(super) fn conjunction(must: Vec<Query>, not: Vec<Query>) -> (Vec<Query>, Vec<Query>) {
    let (mut all, mut must_not) = (Vec::with_capacity(must.len()), not);
    for clause in must {
        match clause {
            Query::Boolean { must, should, must_not: excluded }
                if should.is_empty() && must.len() + excluded.len() > 1 && !must.is_empty() =>
            {
                all.extend(must);
                must_not.extend(excluded);
            }
            other => all.push(other),
        }
    }
    (all, must_not)
}

/// Several queries together that are no part of another query. One that is
/// demanded alone stays demanded.
pub(super) fn whole(must: Vec<Query>, should: Vec<Query>, not: Vec<Query>) -> Query {
    match (must.as_slice(), should.as_slice(), not.as_slice()) {
        ([only], [], []) if is_demandable(only) => Query::Boolean { must, should, must_not: not },
        _ => boolean(must, should, not),
    }
}

/// Marks the one query in `must` that is no filter as demanded: without that it
/// is only looked for, in what is filtered.
pub(super) fn demand_only(must: &mut [Query]) {
    let has_filters = must.iter().any(Query::is_filter);
    let mut wanted = must.iter_mut().filter(|query| !query.is_filter());
    if let (Some(only), None) = (wanted.next(), wanted.next())
        && has_filters
        && is_demandable(only)
    {
        let must = vec![std::mem::take(only)];
        *only = Query::Boolean { must, should: Vec::new(), must_not: Vec::new() };
    }
}

/// How that is asked for which has to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// It is one query among filters, beside which nothing else stands: it is looked
    /// for in what they let pass.
    LookedFor,
    /// It is demanded.
    Demanded,
}

impl Asked {
    /// How `must` is, beside `should`.
    pub(crate) fn of(must: &[Query], should: &[Query]) -> Self {
        let mut wanted = must.iter().filter(|query| !query.is_filter());
        match (wanted.next(), wanted.next()) {
            (Some(only), None)
                if should.is_empty() && must.len() > 1 && demanded(only).is_none() =>
            {
                Self::LookedFor
            }
            _ => Self::Demanded,
        }
    }
}

/// The one query that `query` demands, where it is that and nothing else.
pub(super) fn demanded(query: &Query) -> Option<&Query> {
    match query {
        Query::Boolean { must, should, must_not } if should.is_empty() && must_not.is_empty() => {
            must.first().filter(|_| must.len() == 1)
        }
        _ => None,
    }
}

/// What `query` demands, where that is one query and nothing else.
pub(super) fn undemanded(query: Query) -> Query {
    match query {
        Query::Boolean { mut must, should, must_not }
            if must.len() == 1 && should.is_empty() && must_not.is_empty() =>
        {
            must.swap_remove(0)
        }
        other => other,
    }
}

/// Whether it makes a difference that `query` is demanded, were others put beside
/// it.
fn is_demandable(query: &Query) -> bool {
    match query {
        Query::Nothing | Query::Near { .. } => false,
        Query::Exact(query) => is_demandable(query),
        query if query.is_filter() || query.only_excludes() => false,
        Query::Boolean { must, .. } => must.is_empty(),
        _ => true,
    }
}

/// Words near each other.
pub(super) fn near(mut words: Vec<String>, distance: u32) -> Query {
    match words.len() {
        0 => Query::Nothing,
        1 => Query::Word(words.swap_remove(0)),
        _ => Query::Near { words, distance },
    }
}

/// `query` without stemming.
pub(super) fn exact(query: Query) -> Query {
    match query {
        Query::Nothing | Query::Exact(_) | Query::Path(_) | Query::Date { .. } => query,
        Query::Field { field, query } => Query::Field { field, query: Box::new(exact(*query)) },
        Query::Boolean { must, should, must_not } if !must.is_empty() => {
            let all = |queries: Vec<Query>| queries.into_iter().map(exact).collect();
            whole(all(must), all(should), all(must_not))
        }
        other => Query::Exact(Box::new(other)),
    }
}

/// `query` in one field. One that has its field keeps it.
pub(super) fn field(field: Field, query: Query) -> Query {
    match query {
        Query::Nothing | Query::Field { .. } | Query::Path(_) | Query::Date { .. } => query,
        other => Query::Field { field, query: Box::new(other) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Query {
        Query::Word(text.to_owned())
    }

    #[test]
    fn a_combination_of_one_is_that_one() {
        assert_eq!(boolean(vec![], vec![], vec![]), Query::Nothing);
        assert_eq!(boolean(vec![word("a")], vec![], vec![]), word("a"));
        assert_eq!(boolean(vec![], vec![word("a")], vec![]), word("a"));
        assert!(matches!(boolean(vec![], vec![], vec![word("a")]), Query::Boolean { .. }));
    }

    #[test]
    fn one_that_the_whole_demands_stays_demanded() {
        let whole_of = |query: Query| whole(vec![query], vec![], vec![]);
        let demanded =
            |query: Query| Query::Boolean { must: vec![query], should: vec![], must_not: vec![] };
        assert_eq!(whole_of(word("a")), demanded(word("a")));
        assert_eq!(exact(whole_of(word("a"))), demanded(exact(word("a"))));
        let either = boolean(vec![], vec![word("a"), word("b")], vec![]);
        assert_eq!(whole_of(either.clone()), demanded(either));
        let excluding = boolean(vec![], vec![], vec![word("a")]);
        let nearness = near(vec!["a".to_owned(), "b".to_owned()], 3);
        let beside = boolean(vec![word("a")], vec![word("b")], vec![]);
        for itself in [excluding, exact(nearness), beside] {
            assert_eq!(whole_of(itself.clone()), itself);
        }
        assert_eq!(whole(vec![], vec![word("a")], vec![]), word("a"));
    }

    #[test]
    fn a_conjunction_within_a_conjunction_is_one() {
        let inner = boolean(vec![word("a"), word("b")], vec![], vec![word("x")]);
        assert_eq!(
            boolean(vec![inner, word("c")], vec![], vec![word("y")]),
            Query::Boolean {
                must: vec![word("a"), word("b"), word("c")],
                should: vec![],
                must_not: vec![word("y"), word("x")],
            }
        );
    }

    #[test]
    fn a_field_stands_outside_of_an_exactness() {
        let titled = field(Field::Title, word("a"));
        assert_eq!(exact(titled), field(Field::Title, exact(word("a"))));
        assert_eq!(exact(exact(word("a"))), exact(word("a")));
    }
}
