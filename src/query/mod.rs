//! From a query string to an abstract syntax tree.
//!
//! [`parse`] reads any string whatever into a [`Query`]: what makes no sense is
//! left out and reported as a [`Note`], never refused. Its time and memory grow
//! with the length of the text and no faster, and no text makes a tree that is
//! too deep to be walked by recursion.
//!
//! Nothing here knows the engine or what counts as a word: a query holds words
//! as they were typed. What they mean in an index is decided in
//! `crate::search`.
//!
//! Reading order: `ast` is what comes out; `lexer` cuts the text into tokens,
//! with `marks`, `leaf`, `date`, `quotes` and `escape` for their insides; `parser` walks
//! the tokens and `group` joins what stands within one pair of parentheses;
//! `normal` keeps the tree in its one normal form, and `display` writes it.

mod ast;
mod date;
mod display;
mod escape;
mod group;
mod leaf;
mod lexer;
mod limits;
mod marks;
mod normal;
mod note;
mod options;
mod parser;
mod quotes;
#[cfg(test)]
mod tests;

pub use self::ast::{Field, Query};
pub use self::date::{ParsePeriodError, Period};
pub use self::limits::{
    MAX_CLAUSES, MAX_DEPTH, MAX_EXPANDED, MAX_EXPANSIONS, MAX_NOTES, MAX_PATH_BYTES, MAX_PATHS,
    MAX_TEXT_BYTES,
};
pub(crate) use self::marks::Form;
pub(crate) use self::normal::Asked;
pub use self::note::Note;
pub use self::options::{Mode, ParseOptions, WordForm};

use self::note::Notes;

/// What a query was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The query. Its `Display` is the reading, in the same syntax.
    pub query: Query,
    /// What could not be used, in the order it was met; each at most once.
    pub notes: Vec<Note>,
}

/// Reads a query as it is typed in the shell. Every string is a valid query.
///
/// | typed | finds |
/// |---|---|
/// | `time difference` | any of the words, best where they are together |
/// | `+chain relation` | `chain` must be there, `relation` adds to the rank |
/// | `chain -bet` | `chain`, but not where `bet` is |
/// | `a AND b`, `a OR b`, `NOT a` | both, either, all without; in capitals only |
/// | `(a b) AND c` | parentheses group |
/// | `"time difference"` | the words in a row; also in `“ ”`, `„ “`, `« »`, `「 」`, `『 』` |
/// | `"time difference"~5` | the words, at most 5 others between them |
/// | `(time difference bet)~5` | the same for words that are no phrase |
/// | `relat*` | words that begin so; at least 2 characters |
/// | `chian~`, `chian~2` | words within 1 or 2 changes of spelling; at least 3 characters |
/// | `=times`, `="time flies"`, `=(a b)` | words as they are written, not stemmed |
/// | `title:x`, `heading:"a b"`, `title:(a b)` | only there |
/// | `path:news/*`, `path:"a b/c.md"` | only documents whose path fits; what is no glob is a path as it is written |
/// | `date:2020`, `date:2020..2021`, `date:2020-05..`, `date:..2019-12-31`, `date:>2020` | only documents of that time |
/// | `\-x`, `\"`, `\OR` | the character or the word itself |
///
/// A sign or a `=` is one only where it is glued to what follows; a hyphen
/// inside a word, a lone `-`, `--flag`, `https://…` and an unknown `x:` are
/// text. Words end at white space, parentheses and double quotes. What holds
/// neither letter nor digit is as if it were not there.
///
/// `NOT` binds tighter than `AND`, `AND` tighter than `OR`, and `OR` tighter
/// than standing side by side: `a AND b OR c d` is `((a AND b) OR c) d`. A
/// `path:` or `date:` filters the rest of its group, several of them all do,
/// unless there is an `OR` between them or with something else. A query of only
/// excluded words finds everything without them.
///
/// Text behind [`MAX_TEXT_BYTES`] and words behind [`MAX_CLAUSES`] are left
/// out; parentheses deeper than [`MAX_DEPTH`] are read as if they were not
/// there. A search counts again, by the words that its index makes of `e-mail`:
/// see [`crate::search::Searcher::fit`].
///
/// # Examples
///
/// ```
/// use excerpt::query::{Note, Query, parse};
///
/// let parsed = parse("time difference -bet path:news/*");
/// assert_eq!(parsed.query.to_string(), "(time difference) path:news/* -bet");
/// assert_eq!(parsed.query.words(), ["time", "difference"]);
/// assert!(parsed.notes.is_empty());
///
/// let parsed = parse("\"time");
/// assert_eq!(parsed.query, Query::Word("time".into()));
/// assert_eq!(parsed.notes, [Note::UnbalancedQuote]);
/// ```
pub fn parse(text: &str) -> Parsed {
    parse_with(text, &ParseOptions::default())
}

/// Reads a query under the options of a command line; see [`parse`] for the
/// syntax.
///
/// # Examples
///
/// ```
/// use excerpt::query::{Mode, ParseOptions, parse_with};
///
/// let options = ParseOptions { mode: Mode::Near(5), ..ParseOptions::default() };
/// assert_eq!(parse_with("time difference", &options).query.to_string(), "(time difference)~5");
/// ```
pub fn parse_with(text: &str, options: &ParseOptions) -> Parsed {
    let mut notes = Notes::default();
    let query = options::read(text, options, &mut notes);
    if query == Query::Nothing {
        notes.add(Note::NoWords);
    } else if query.only_excludes() {
        notes.add(Note::OnlyExcluded);
    }
    Parsed { query, notes: notes.into_vec() }
}
