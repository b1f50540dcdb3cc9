//! What a query is, as a value: words and how they are to be combined.
//!
//! Words are kept as typed; the analyzer of an index turns them into terms
//! later. Trees that come from [`super::parse`] are in the normal form that
//! `normal` describes, so that equal readings are equal values.

use time::Date;

use super::normal::{self, Asked};

/// A query.
///
/// Its `Display` is the reading: text that [`super::parse`] reads as the same
/// query again, as long as it keeps within the limits of a query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Query {
    /// Matches nothing: there was no word.
    #[default]
    Nothing,
    /// A word as typed, without white space unless that was escaped.
    Word(String),
    /// Words in a row.
    Phrase {
        /// The words, separated by single spaces.
        text: String,
        /// How many other words may stand between them; with 0 they are in
        /// order and adjacent.
        slop: u32,
    },
    /// Words near each other, in any order.
    Near {
        /// At least two.
        words: Vec<String>,
        /// How many other words may stand between them. Title, headings and body of
        /// a passage count as 50 words apart.
        distance: u32,
    },
    /// All words that begin with this.
    Prefix(String),
    /// All words spelled like this one.
    Fuzzy {
        /// The word as typed.
        word: String,
        /// How many letters may differ: 1 or 2.
        distance: u8,
    },
    /// Words as they are written, without stemming.
    Exact(Box<Query>),
    /// Only in one field.
    Field {
        /// Where to look.
        field: Field,
        /// What for.
        query: Box<Query>,
    },
    /// Documents whose path fits a glob, or is this where it is none. Filters and adds
    /// nothing to a score.
    Path(String),
    /// Documents of a time; one end may be open. Filters and adds nothing to a
    /// score.
    Date {
        /// The first day.
        after: Option<Date>,
        /// The last day.
        before: Option<Date>,
    },
    /// Several queries together.
    Boolean {
        /// All of these have to match.
        must: Vec<Query>,
        /// Where `must` is empty at least one of these has to match; otherwise
        /// they add to the score.
        should: Vec<Query>,
        /// None of these may match. With nothing else, everything else matches.
        must_not: Vec<Query>,
    },
}

/// A part of a document that can be searched alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The title of the document.
    Title,
    /// The headings above a passage.
    Heading,
}

impl Field {
    /// The name as it is typed before the colon.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Heading => "heading",
        }
    }
}

impl Query {
    /// The words of `text` as a bag, in which nothing is syntax: for topics and
    /// other text that nobody typed as a query.
    pub fn bag(text: &str) -> Self {
        Self::any(text.split_whitespace().map(str::to_owned))
    }

    /// Any of some words.
    pub fn any(words: impl IntoIterator<Item = String>) -> Self {
        normal::boolean(Vec::new(), words.into_iter().map(Query::Word).collect(), Vec::new())
    }

    /// Words near each other; of one alone nothing can be near.
    pub(crate) fn near(words: Vec<String>, distance: u32) -> Self {
        normal::near(words, distance)
    }

    /// What is left of several queries together, of which some were taken away, where
    /// what had to match was `asked` for so.
    pub(crate) fn rest(
        asked: Asked,
        must: Vec<Query>,
        should: Vec<Query>,
        must_not: Vec<Query>,
    ) -> Self {
        match asked {
            // Without a filter there is nothing to look for it in.
            Asked::LookedFor if !must.iter().any(Query::is_filter) => {
                normal::boolean(Vec::new(), must, must_not)
            }
            Asked::LookedFor | Asked::Demanded => normal::whole(must, should, must_not),
        }
    }

    /// `self` or `other`, whose scores add up. What `self` demands, filters and
    /// excludes stays demanded, filtered and excluded.
    #[must_use]
    pub fn or(self, other: Query) -> Self {
        let mut others = other.into_alternatives();
        if others.is_empty() {
            return self;
        }
        let (must, mut should, must_not) = self.into_clauses();
        let asked = Asked::of(&must, &should);
        let (filters, mut wanted): (Vec<_>, Vec<_>) = must.into_iter().partition(Query::is_filter);
        let mut limits = Vec::new();
        let mut either = match wanted.as_slice() {
            [] if should.is_empty() && !filters.is_empty() => Vec::new(),
            [only] if should.is_empty() && only.only_excludes() => {
                limits.append(&mut wanted);
                Vec::new()
            }
            _ if asked == Asked::LookedFor => wanted.swap_remove(0).into_alternatives(),
            _ => {
                should.append(&mut others);
                let must = wanted.into_iter().map(normal::undemanded).chain(filters).collect();
                return normal::boolean(must, should, must_not);
            }
        };
        either.append(&mut others);
        let mut must = vec![normal::boolean(Vec::new(), either, Vec::new())];
        must.append(&mut limits);
        must.extend(filters);
        normal::boolean(must, Vec::new(), must_not)
    }

    /// What of it suffices by itself.
    fn into_alternatives(self) -> Vec<Query> {
        match self {
            Query::Nothing => Vec::new(),
            Query::Boolean { must, should, must_not } if must.is_empty() && must_not.is_empty() => {
                should
            }
            query => vec![query],
        }
    }

    /// What has to match, what may, and what may not.
    fn into_clauses(self) -> (Vec<Query>, Vec<Query>, Vec<Query>) {
        match self {
            Query::Nothing => (Vec::new(), Vec::new(), Vec::new()),
            Query::Boolean { must, should, must_not } => (must, should, must_not),
            Query::Exact(query) if matches!(*query, Query::Boolean { .. }) => {
                let (must, should, must_not) = query.into_clauses();
                let all = |queries: Vec<Query>| queries.into_iter().map(normal::exact).collect();
                (all(must), all(should), all(must_not))
            }
            limit if limit.is_filter() || limit.only_excludes() => {
                (vec![limit], Vec::new(), Vec::new())
            }
            wanted => (Vec::new(), vec![wanted], Vec::new()),
        }
    }

    /// The words that are wanted, as typed, each once, without those that are
    /// excluded. A phrase gives each of its words.
    pub fn words(&self) -> Vec<&str> {
        let mut words = Vec::new();
        self.collect_words(&mut words);
        words
    }

    fn collect_words<'q>(&'q self, words: &mut Vec<&'q str>) {
        match self {
            Self::Nothing | Self::Path(_) | Self::Date { .. } => {}
            Self::Word(word) | Self::Prefix(word) | Self::Fuzzy { word, .. } => {
                add_once(words, word);
            }
            Self::Phrase { text, .. } => {
                text.split_whitespace().for_each(|word| add_once(words, word));
            }
            Self::Near { words: near, .. } => near.iter().for_each(|word| add_once(words, word)),
            Self::Exact(query) | Self::Field { query, .. } => query.collect_words(words),
            Self::Boolean { must, should, must_not: _ } => {
                must.iter().chain(should).for_each(|query| query.collect_words(words));
            }
        }
    }

    /// Whether it only says what a document must be, and looks for no word.
    pub(crate) fn is_filter(&self) -> bool {
        match self {
            Self::Path(_) | Self::Date { .. } => true,
            Self::Exact(query) | Self::Field { query, .. } => query.is_filter(),
            Self::Boolean { must, should, must_not } => {
                must.iter().chain(should).chain(must_not).all(Self::is_filter)
            }
            Self::Nothing
            | Self::Word(_)
            | Self::Phrase { .. }
            | Self::Near { .. }
            | Self::Prefix(_)
            | Self::Fuzzy { .. } => false,
        }
    }

    /// Whether it only says what is not wanted.
    pub(super) fn only_excludes(&self) -> bool {
        match self {
            Self::Exact(query) | Self::Field { query, .. } => query.only_excludes(),
            Self::Boolean { must, should, .. } => must.is_empty() && should.is_empty(),
            _ => false,
        }
    }
}

fn add_once<'q>(words: &mut Vec<&'q str>, word: &'q str) {
    if !words.contains(&word) {
        words.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Query, parse};

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(parse(text).query.words(), expected, "{text:?}");
    }

    #[test]
    fn words_are_what_is_wanted_each_once() {
        check("", &[]);
        check("time difference time", &["time", "difference"]);
        check("time -bet -(a b)", &["time"]);
        check("title:\"time  flies\" (a b)~3", &["time", "flies", "a", "b"]);
        check("relat* chian~ =times", &["relat", "chian", "times"]);
        check("time path:news/* date:2020", &["time"]);
        check("-bet", &[]);
    }

    #[test]
    fn what_is_demanded_stays_demanded_beside_an_alternative() {
        for (query, other, expected) in [
            ("", "a b", "a b"),
            ("x", "a b", "x a b"),
            ("x y", "a", "x y a"),
            ("\"x y\"", "a", "\"x y\" a"),
            ("+x y", "a b", "+x y a b"),
            ("+x", "a b", "+x a b"),
            ("+(+x y) +z", "a", "+(+x y) +z a"),
            ("-x", "a b", "a b -x"),
            ("path:news/*", "a b", "path:news/* (a b)"),
            ("heading:(-path:news/*)", "a b", "heading:(-path:news/*) (a b)"),
            ("heading:(-x)", "a b", "+(a b) +heading:(-x)"),
            ("x", "", "x"),
            // A word beside a filter was demanded.
            ("x path:n", "a b", "(x a b) path:n"),
            ("x y path:n -z", "a", "(x y a) path:n -z"),
            ("\"x y\" date:2020 path:n", "a", "(\"x y\" a) date:2020 path:n"),
            ("+x path:n", "a b", "+x +path:n a b"),
            ("+(x y) path:n", "a", "+(x y) +path:n a"),
            ("+x +y path:n", "a", "+x +y +path:n a"),
            ("+x y path:n", "a", "+x +path:n y a"),
            ("path:n -z", "a", "a path:n -z"),
            ("=(x path:n)", "a", "(=x a) path:n"),
            ("=(x -z)", "a", "=x a -=z"),
        ] {
            let joined = parse(query).query.or(parse(other).query);
            assert_eq!(joined, parse(expected).query, "{query} or {other}");
            assert_eq!(parse(&joined.to_string()).query, joined, "{query} or {other}");
            let others: Vec<String> = other.split_whitespace().map(str::to_owned).collect();
            assert_eq!(Query::any(others), parse(other).query);
        }
    }
}
