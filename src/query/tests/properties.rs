//! What holds for every string.

use proptest::prelude::*;

use super::*;

/// Whether the tree and all below it is in the normal form.
fn is_normal(query: &Query) -> bool {
    match query {
        Query::Exact(query) => {
            !matches!(**query, Query::Nothing | Query::Exact(_) | Query::Field { .. })
                && is_normal(query)
        }
        Query::Field { query, .. } => {
            !matches!(**query, Query::Nothing | Query::Field { .. }) && is_normal(query)
        }
        Query::Boolean { must, should, must_not } => {
            let all = || must.iter().chain(should).chain(must_not);
            (!must_not.is_empty() || all().count() > 1)
                && all().all(|query| *query != Query::Nothing && is_normal(query))
        }
        Query::Near { words, .. } => words.len() > 1,
        Query::Fuzzy { distance, .. } => (1..=2).contains(distance),
        _ => true,
    }
}

/// The whole may demand a single query, alone or beside filters.
fn is_normal_whole(query: &Query) -> bool {
    let is_normal = |query: &Query| is_normal(demanded(query).unwrap_or(query));
    match query {
        Query::Boolean { must, should, must_not } if must.iter().any(Query::is_filter) => {
            must.iter().chain(should).chain(must_not).all(is_normal)
        }
        other => is_normal(other),
    }
}

fn demanded(query: &Query) -> Option<&Query> {
    match query {
        Query::Boolean { must, should, must_not } if should.is_empty() && must_not.is_empty() => {
            must.first().filter(|_| must.len() == 1)
        }
        _ => None,
    }
}

/// Pieces of the syntax in any order, with and without space between them.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "time",
        "字",
        "é",
        "OR",
        "AND",
        "NOT",
        "+",
        "-",
        "--",
        "=",
        "(",
        ")",
        ")~3",
        "\"",
        "\"a b\"",
        "\"~2",
        "“",
        "”",
        "「",
        "」",
        "*",
        "~",
        "~1",
        "\\",
        ":",
        "title:",
        "heading:",
        "heading:(",
        "path:",
        "path:\"",
        "path:n/*",
        "date:",
        "date:2020",
        "..",
        "2021",
        ">",
        "\u{3000}",
        "\u{301}",
        "'",
        ".",
        "&",
    ]);
    let space = prop::sample::select(vec!["", " ", " "]);
    prop::collection::vec((piece, space), 0..24)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, space)| [piece, space]).collect())
}

fn options() -> impl Strategy<Value = ParseOptions> {
    let mode = prop_oneof![
        Just(Mode::Any),
        Just(Mode::All),
        Just(Mode::Phrase),
        (0_u32..9).prop_map(Mode::Near)
    ];
    let form = prop_oneof![
        Just(WordForm::Stemmed),
        Just(WordForm::Exact),
        (0_u8..9).prop_map(WordForm::Fuzzy)
    ];
    (mode, form, prop::collection::vec(soup(), 0..2))
        .prop_map(|(mode, form, excluded)| ParseOptions { mode, form, excluded })
}

proptest! {
    #[test]
    fn any_string_is_a_query_and_its_reading_means_the_same(text in ".*") {
        let query = parse(&text).query;
        prop_assert!(is_normal_whole(&query), "{query:?}");
        prop_assert_eq!(parse(&query.to_string()).query, query);
    }

    #[test]
    fn with_an_alternative_its_reading_means_the_same(text in soup(), options in options()) {
        let query = parse_with(&text, &options).query.or(Query::bag("x y"));
        prop_assert!(is_normal_whole(&query), "{query:?}");
        let reading = query.to_string();
        prop_assert_eq!(parse(&reading).query, query, "{}", reading);
    }

    #[test]
    fn a_reading_means_the_same_under_any_options(text in soup(), options in options()) {
        let query = parse_with(&text, &options).query;
        prop_assert!(is_normal_whole(&query), "{query:?}");
        prop_assert!(clauses(&query) <= MAX_CLAUSES);
        prop_assert!(depth(&query) <= DEEPEST_TREE);
        let reading = query.to_string();
        prop_assert_eq!(parse(&reading).query, query, "{}", reading);
    }
}
