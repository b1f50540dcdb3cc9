//! How much of a query is evaluated.
//!
//! The parser counts words as they are typed. What they cost is known only here,
//! where they are cut: one typed word can be thousands of terms, and a spelling
//! or a wildcard stands for many.

use std::borrow::Cow;
use std::collections::HashSet;

use super::filter;
use super::searcher::Searcher;
use super::spelling;
use crate::analysis::Analyzer;
use crate::query::{
    Asked, MAX_CLAUSES, MAX_EXPANDED, MAX_NOTES, MAX_PATH_BYTES, MAX_PATHS, Note, Parsed, Query,
};

impl Searcher {
    /// `query` as far as it is evaluated: at most [`MAX_CLAUSES`] words as this
    /// index cuts them, of which [`MAX_EXPANDED`] may have near spellings or a
    /// wildcard and count once among their neighbours, and [`MAX_PATHS`] filters by
    /// path, of [`MAX_PATH_BYTES`] together. Near spellings of a word in a script without
    /// spaces are not looked for. Notes say what was left out, and which filters are no
    /// globs. Every search does this by itself; what was fitted stays as it is.
    pub fn fit(&self, query: Query) -> Parsed {
        let analyzer = Analyzer::new(self.snapshot().language());
        let mut fitting = Fitting::new(&analyzer);
        let query = fitting.query(query);
        Parsed { query, notes: fitting.notes }
    }
}

/// `query` as far as it is evaluated.
pub(super) fn fitted<'q>(query: &'q Query, analyzer: &Analyzer) -> Cow<'q, Query> {
    match is_small(query) {
        true => Cow::Borrowed(query),
        false => Cow::Owned(Fitting::new(analyzer).query(query.clone())),
    }
}

/// Whether `query` fits for sure: a word has a byte at least. It spares most
/// queries from being cut into words twice, and filters by path from being made
/// twice.
fn is_small(query: &Query) -> bool {
    upper_bound(query) <= MAX_CLAUSES
}

fn upper_bound(query: &Query) -> usize {
    match query {
        Query::Nothing | Query::Date { .. } => 0,
        Query::Path(glob) => {
            (MAX_CLAUSES / MAX_PATHS).max(glob.len().div_ceil(MAX_PATH_BYTES / MAX_CLAUSES))
        }
        Query::Word(text) | Query::Phrase { text, .. } => text.len(),
        Query::Near { words, .. } => words.iter().map(String::len).sum(),
        Query::Prefix(_) | Query::Fuzzy { .. } => usize::MAX,
        Query::Exact(query) | Query::Field { query, .. } => upper_bound(query),
        Query::Boolean { must, should, must_not } => {
            let clauses = must.iter().chain(should).chain(must_not);
            clauses.map(upper_bound).fold(0, usize::saturating_add)
        }
    }
}

/// What may still be spent.
struct Fitting<'a> {
    analyzer: &'a Analyzer,
    words: usize,
    expanded: usize,
    paths: usize,
    path_bytes: usize,
    notes: Vec<Note>,
}

impl<'a> Fitting<'a> {
    fn new(analyzer: &'a Analyzer) -> Self {
        Self {
            analyzer,
            words: MAX_CLAUSES,
            expanded: MAX_EXPANDED,
            paths: MAX_PATHS,
            path_bytes: MAX_PATH_BYTES,
            notes: Vec::new(),
        }
    }

    /// What can be afforded of `query`; nothing where that is none of its words.
    fn query(&mut self, query: Query) -> Query {
        match query {
            Query::Path(glob) if self.paths == 0 || glob.len() > self.path_bytes => {
                self.note(Note::TooManyPaths);
                Query::Nothing
            }
            Query::Path(ref glob) => {
                self.paths -= 1;
                self.path_bytes -= glob.len();
                if !filter::is_glob(glob) {
                    self.note(Note::NotAGlob(glob.clone()));
                }
                query
            }
            Query::Nothing | Query::Date { .. } => query,
            Query::Word(text) => self.text(text).map_or(Query::Nothing, Query::Word),
            Query::Phrase { text, slop } => {
                self.text(text).map_or(Query::Nothing, |text| Query::Phrase { text, slop })
            }
            Query::Near { words, distance } => {
                let words = words.into_iter().filter_map(|word| self.text(word)).collect();
                Query::near(words, distance)
            }
            Query::Prefix(prefix) => match self.text(prefix) {
                None => Query::Nothing,
                Some(prefix) if self.expand(1) => Query::Prefix(prefix),
                Some(word) => Query::Word(word),
            },
            Query::Fuzzy { word, distance } => self.spellings(word, distance),
            Query::Exact(inner) => match self.query(*inner) {
                Query::Nothing => Query::Nothing,
                inner => Query::Exact(Box::new(inner)),
            },
            Query::Field { field, query } => match self.query(*query) {
                Query::Nothing => Query::Nothing,
                query => Query::Field { field, query: Box::new(query) },
            },
            Query::Boolean { must, should, must_not } => self.together(must, should, must_not),
        }
    }

    fn spellings(&mut self, word: String, distance: u8) -> Query {
        let Some(word) = self.text(word) else { return Query::Nothing };
        let pieces = self.analyzer.words(&word).into_iter();
        let spelled = pieces.filter(spelling::is_spelled).map(|piece| piece.surface);
        match spelled.collect::<HashSet<_>>().len() {
            0 => Query::Word(word),
            words if self.expand(words) => Query::Fuzzy { word, distance },
            _ => Query::Word(word),
        }
    }

    fn together(&mut self, must: Vec<Query>, should: Vec<Query>, not: Vec<Query>) -> Query {
        let only_filters =
            |must: &[Query], should: &[Query]| must.iter().chain(should).all(Query::is_filter);
        let (held_words, asked) = (!only_filters(&must, &should), Asked::of(&must, &should));
        let (must, should, not) = (self.clauses(must), self.clauses(should), self.clauses(not));
        // Without its words a filter or an exclusion would find all the rest.
        if held_words && only_filters(&must, &should) {
            return Query::Nothing;
        }
        Query::rest(asked, must, should, not)
    }

    fn clauses(&mut self, queries: Vec<Query>) -> Vec<Query> {
        let mut expanded: Vec<Query> = Vec::new();
        let mut clauses = Vec::new();
        for query in queries {
            if is_expanded(&query) {
                if expanded.contains(&query) {
                    continue;
                }
                expanded.push(query.clone());
            }
            match self.query(query) {
                Query::Nothing => {}
                query => clauses.push(query),
            }
        }
        clauses
    }

    /// The beginning of `text` whose words can be afforded.
    fn text(&mut self, mut text: String) -> Option<String> {
        let words = self.analyzer.words(&text);
        if words.len() <= self.words {
            self.words -= words.len();
            return Some(text);
        }
        self.note(Note::TooManyClauses);
        let last = std::mem::take(&mut self.words).checked_sub(1)?;
        text.truncate(words.get(last)?.range.end);
        Some(text)
    }

    /// Whether so many more words may stand for others.
    fn expand(&mut self, words: usize) -> bool {
        let is_affordable = words <= self.expanded;
        if is_affordable {
            self.expanded -= words;
        } else {
            self.note(Note::TooManyExpanded);
        }
        is_affordable
    }

    fn note(&mut self, note: Note) {
        if self.notes.len() < MAX_NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Whether `query` is a word that stands for others.
fn is_expanded(query: &Query) -> bool {
    match query {
        Query::Prefix(_) | Query::Fuzzy { .. } => true,
        Query::Exact(query) | Query::Field { query, .. } => is_expanded(query),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Language;
    use crate::query::parse;

    fn fit(text: &str) -> (Query, Vec<Note>) {
        let analyzer = Analyzer::new(Language::English);
        let mut fitting = Fitting::new(&analyzer);
        let query = fitting.query(parse(text).query);
        let again = fitted(&query, &Analyzer::new(Language::English)).into_owned();
        assert_eq!(again, query, "{text}");
        (query, fitting.notes)
    }

    fn check(text: &str, reading: &str, notes: &[Note]) {
        let (query, noted) = fit(text);
        assert_eq!((query.to_string().as_str(), noted.as_slice()), (reading, notes));
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        for text in ["", "a b -c", "+(a b*) \"c d\"~3 -path:x", "title:(e-mail~ b) date:2020.."] {
            check(text, &parse(text).query.to_string(), &[]);
        }
    }

    #[test]
    fn a_malformed_pattern_is_noted() {
        let note = |glob: &str| Note::NotAGlob(glob.to_owned());
        check("a path:[x path:y*", "a path:[x path:y*", &[note("[x")]);
        check("a -path:{a,b", "a -path:{a,b", &[note("{a,b")]);
    }

    /// Each was matched with the path of every source.
    #[test]
    fn filters_by_path_are_few() {
        let paths: Vec<String> = (0..900).map(|number| format!("path:{number}")).collect();
        let noted = &[Note::TooManyPaths];
        let either = format!("a ({})", paths[..64].join(" OR "));
        check(&format!("a {}", paths.join(" OR ")), &either, noted);
        check(
            &format!("a -{}", paths.join(" -")),
            &format!("a -{}", paths[..64].join(" -")),
            noted,
        );
    }

    /// One of 60,000 bytes took 48 seconds.
    #[test]
    fn filters_by_path_are_short() {
        let long = |bytes: usize| format!("path:{}", "x".repeat(bytes));
        let noted = &[Note::TooManyPaths];
        check(&format!("a {}", long(60_000)), "a", noted);
        check(&format!("+a {}", long(60_000)), "+a", noted);
        check(&format!("a {}", long(4096)), &format!("a {}", long(4096)), &[]);
        let both = format!("a {} {}", long(4000), long(100));
        check(&both, &format!("a {}", long(4000)), noted);
    }

    /// Words that were joined by punctuation counted as one, and each piece was
    /// looked for.
    #[test]
    fn words_count_as_they_are_cut() {
        let many = |piece: &str, times: usize| piece.repeat(times).trim_end_matches('-').to_owned();
        let cut = &[Note::TooManyClauses];
        check(&many("a-", 2_000), &many("a-", 1_024), cut);
        check(&format!("x {} y -z", many("a-", 2_000)), &format!("x {}", many("a-", 1_023)), cut);
        check(&format!("\"{}\"", many("a-", 2_000)), &format!("\"{}\"", many("a-", 1_024)), cut);
        check(&many("中", 20_000), &many("中", 1_025), cut);
        check(
            &format!("{} path:x (b path:y)", many("a-", 1_024)),
            &format!("{} path:x", many("a-", 1_024)),
            cut,
        );
        check(&format!("{}~", many("a-", 2_000)), &format!("{}~1", many("a-", 1_024)), cut);
    }

    /// One of seventy characters was said to be too many words in near spellings.
    #[test]
    fn near_spellings_are_of_scripts_with_spaces() {
        check(
            &format!("{}~ 8世紀~ mail~2", "关系".repeat(35)),
            &format!("{} 8世紀~1 mail~2", "关系".repeat(35)),
            &[],
        );
    }

    /// The same spellings were looked up once for each time that they were typed.
    #[test]
    fn words_that_stand_for_others_are_few_and_each_counts_once() {
        check(&"word~2 ".repeat(900), "word~2", &[]);
        check(&"title:word* a ".repeat(2), "title:word* a a", &[]);
        let numbered = |end: &str| -> Vec<String> {
            (0..70).map(|number| format!("word{number}{end}")).collect()
        };
        let (spelled, plain) = (numbered("~1"), numbered(""));
        let reading = format!("{} {}", spelled[..64].join(" "), plain[64..].join(" "));
        check(&spelled.join(" "), &reading, &[Note::TooManyExpanded]);
        check(&format!("{}~", plain.join("-")), &plain.join("-"), &[Note::TooManyExpanded]);
    }
}
