//! The words of a query, each in the form in which the query asks for it.

use crate::query::{Asked, Field, Query};

/// A word that is asked for.
pub(super) struct Sought<'q> {
    /// The word as typed.
    pub(super) word: &'q str,
    /// Where it is asked for.
    pub(super) field: Option<Field>,
    /// What matches where it is.
    pub(super) query: Query,
    /// How it is told: as typed, with the marks that say how it is asked for.
    pub(super) told: String,
    /// Whether it is one of several of which any suffices.
    pub(super) is_in_bag: bool,
}

/// The words that `query` wants, in order, without those that it excludes. A
/// phrase gives each of its words.
pub(super) fn sought(query: &Query) -> Vec<Sought<'_>> {
    let mut sought = Vec::new();
    collect(query, Place { field: None, is_exact: false }, &mut sought);
    sought
}

/// What stands around a word.
#[derive(Clone, Copy)]
struct Place {
    field: Option<Field>,
    is_exact: bool,
}

fn collect<'q>(query: &'q Query, place: Place, sought: &mut Vec<Sought<'q>>) {
    match query {
        Query::Nothing | Query::Path(_) | Query::Date { .. } => {}
        Query::Word(word) | Query::Fuzzy { word, .. } => {
            sought.push(Sought { is_in_bag: true, ..place.asks_for(word, query.clone()) });
        }
        Query::Prefix(word) => sought.push(place.asks_for(word, query.clone())),
        Query::Phrase { text, slop } => {
            let one = |word: &str| Query::Phrase { text: word.to_owned(), slop: *slop };
            sought.extend(text.split_whitespace().map(|word| place.asks_for(word, one(word))));
        }
        Query::Near { words, distance } => {
            let one =
                |word: &str| Query::Near { words: vec![word.to_owned()], distance: *distance };
            sought.extend(words.iter().map(|word| place.asks_for(word, one(word))));
        }
        Query::Exact(query) => collect(query, Place { is_exact: true, ..place }, sought),
        Query::Field { field, query } => {
            collect(query, Place { field: Some(*field), ..place }, sought);
        }
        Query::Boolean { must, should, must_not: _ } => {
            let collect_must = match Asked::of(must, should) {
                Asked::LookedFor => collect,
                Asked::Demanded => collect_demanded,
            };
            must.iter().for_each(|query| collect_must(query, place, sought));
            should.iter().for_each(|query| collect(query, place, sought));
        }
    }
}

/// The same of what must be there, a word with all that it is made of.
fn collect_demanded<'q>(query: &'q Query, place: Place, sought: &mut Vec<Sought<'q>>) {
    match query {
        Query::Word(word) | Query::Fuzzy { word, .. } => {
            let asked = place.asks_for(word, query.clone());
            sought.push(Sought { query: demanded(asked.query), ..asked });
        }
        Query::Exact(query) => collect_demanded(query, Place { is_exact: true, ..place }, sought),
        Query::Field { field, query } => {
            collect_demanded(query, Place { field: Some(*field), ..place }, sought);
        }
        query => collect(query, place, sought),
    }
}

fn demanded(query: Query) -> Query {
    Query::Boolean { must: vec![query], should: Vec::new(), must_not: Vec::new() }
}

impl Place {
    /// `word` here, where `query` asks for it.
    fn asks_for(self, word: &str, query: Query) -> Sought<'_> {
        let (field, mark) = (self.field.map(Field::name), if self.is_exact { "=" } else { "" });
        let colon = if field.is_some() { ":" } else { "" };
        let end = match &query {
            Query::Prefix(_) => "*".to_owned(),
            Query::Fuzzy { distance, .. } => format!("~{distance}"),
            _ => String::new(),
        };
        let told = format!("{}{colon}{mark}{word}{end}", field.unwrap_or_default());
        Sought { word, field: self.field, query: self.around(query), told, is_in_bag: false }
    }

    fn around(self, query: Query) -> Query {
        let query = if self.is_exact { Query::Exact(Box::new(query)) } else { query };
        match self.field {
            Some(field) => Query::Field { field, query: Box::new(query) },
            None => query,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let query = parse(text).query;
        let sought = sought(&query);
        let found: Vec<(&str, String)> =
            sought.iter().map(|sought| (sought.told.as_str(), sought.query.to_string())).collect();
        let expected: Vec<(&str, String)> =
            expected.iter().map(|(told, query)| (*told, (*query).to_owned())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn each_word_keeps_the_form_in_which_it_is_asked_for() {
        check("time e-mail", &[("time", "time"), ("e-mail", "e-mail")]);
        check("+e-mail -bet", &[("e-mail", "+e-mail")]);
        check("\"e-mail box\"", &[("e-mail", "\"e-mail\""), ("box", "\"box\"")]);
        check("\"a b\"~5", &[("a", "\"a\"~5"), ("b", "\"b\"~5")]);
        check("=times", &[("=times", "=times")]);
        check("title:(=a b*)", &[("title:=a", "title:=a"), ("title:b", "title:b")]);
        check("relat* chian~", &[("relat*", "relat*"), ("chian~1", "chian~1")]);
        check("+time path:news/*", &[("time", "+time")]);
        check("time path:news/* date:2020", &[("time", "time")]);
        check("e-mail +box path:news/*", &[("box", "+box"), ("e-mail", "e-mail")]);
        check(
            "+=e-mail +title:e-mail",
            &[("=e-mail", "+=e-mail"), ("title:e-mail", "+title:e-mail")],
        );
        check("+e-mail~ box", &[("e-mail~1", "+e-mail~1"), ("box", "box")]);
    }
}
