//! What could not be used of a query, said to the person who typed it.

use std::fmt;

use super::leaf::MAX_CHANGES;
use super::limits::{
    MAX_CLAUSES, MAX_DEPTH, MAX_DISTANCE, MAX_EXPANDED, MAX_EXPANSIONS, MAX_NOTES, MAX_PATH_BYTES,
    MAX_PATHS, MAX_TEXT_BYTES,
};

/// Something in a query that was left out or read in another way than it may
/// have been meant. `Display` says so in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// There is no word and no filter.
    NoWords,
    /// There are only excluded words.
    OnlyExcluded,
    /// A quote was opened and not closed.
    UnbalancedQuote,
    /// A `(` was not closed.
    UnclosedParenthesis,
    /// A `)` closed nothing.
    StrayParenthesis,
    /// Parentheses were nested too deep.
    TooDeep,
    /// The text was longer than [`MAX_TEXT_BYTES`].
    TooLong,
    /// There were more words and filters than [`MAX_CLAUSES`].
    TooManyClauses,
    /// There were more words with a `~` or a `*` than [`MAX_EXPANDED`].
    TooManyExpanded,
    /// A word with a `~` or a `*` that stands for more words of the index than
    /// [`MAX_EXPANSIONS`].
    TooManyExpansions(String),
    /// There were more filters by path than [`MAX_PATHS`], or longer ones than
    /// [`MAX_PATH_BYTES`] together.
    TooManyPaths,
    /// An operator with nothing to work on.
    DanglingOperator(&'static str),
    /// A `+` at one side of an `OR`.
    MustBesideOr,
    /// A nearness of what is no plain words.
    NearOfNoWords,
    /// A nearness of plain words and of what else is looked for beside them.
    NearOfSome,
    /// A word with a `*` behind too few characters.
    ShortPrefix(String),
    /// A word with a `~` behind too few characters.
    ShortFuzzy(String),
    /// A word with more changes behind its `~` than are looked for.
    TooManyChanges(String),
    /// A nearness of more words than any passage has.
    TooFar,
    /// A word with a `*` or a `~` within quotes.
    ExpandedInQuotes(String),
    /// A pattern for paths is no glob.
    NotAGlob(String),
    /// What stands behind `date:` is no date.
    NotADate(String),
    /// The range of dates ended before it began.
    BackwardDates(String),
    /// The name of a filter stood before a parenthesis.
    FilterOfGroup(&'static str),
    /// Near spellings were asked for together with a phrase or a nearness.
    FuzzyIgnored,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWords => f.write_str("the query holds no words"),
            Self::OnlyExcluded => {
                f.write_str("the query holds only excluded words: everything else matches")
            }
            Self::UnbalancedQuote => f.write_str("unbalanced quote: left out"),
            Self::UnclosedParenthesis => {
                f.write_str("unbalanced `(`: closed at the end of the query")
            }
            Self::StrayParenthesis => f.write_str("unbalanced `)`: left out"),
            Self::TooDeep => {
                write!(f, "parentheses nested deeper than {MAX_DEPTH}: the inner ones are left out")
            }
            Self::TooLong => {
                write!(f, "query longer than {} KiB: the rest is left out", MAX_TEXT_BYTES / 1024)
            }
            Self::TooManyClauses => {
                write!(f, "query of more than {MAX_CLAUSES} words: the rest is left out")
            }
            Self::TooManyExpanded => write!(
                f,
                "more than {MAX_EXPANDED} words in near spellings or with `*`: \
                 the rest is looked for as written"
            ),
            Self::TooManyExpansions(word) => write!(
                f,
                "`{}` stands for more than {MAX_EXPANSIONS} words: those that come later in the \
                 alphabet are left out",
                Short(word)
            ),
            Self::TooManyPaths => write!(
                f,
                "more than {MAX_PATHS} `path:` filters, or {MAX_PATH_BYTES} bytes of them: \
                 the rest is left out"
            ),
            Self::DanglingOperator(operator) => {
                write!(f, "`{operator}` has nothing to work on: left out")
            }
            Self::MustBesideOr => f.write_str("`+` beside `OR` is left out: either side suffices"),
            Self::NearOfNoWords => f.write_str("a nearness of more than plain words is left out"),
            Self::NearOfSome => {
                f.write_str("nearness takes only plain words: the rest may stand anywhere")
            }
            Self::ShortPrefix(word) => {
                write!(f, "`{}*` needs 2 characters before `*`: read as a word", Short(word))
            }
            Self::ShortFuzzy(word) => {
                write!(f, "`{}~` needs 3 characters before `~`: read as a word", Short(word))
            }
            Self::TooManyChanges(word) => write!(
                f,
                "`{}~` allows at most {MAX_CHANGES} changes of spelling: read with {MAX_CHANGES}",
                Short(word)
            ),
            Self::TooFar => {
                write!(f, "nearness of more than {MAX_DISTANCE} words: read as {MAX_DISTANCE}")
            }
            Self::ExpandedInQuotes(word) => {
                write!(f, "`{}` in quotes is read as a plain word", Short(word))
            }
            Self::NotAGlob(text) => {
                write!(f, "`{}` is no pattern: read as a path as it is written", Short(text))
            }
            Self::NotADate(text) => write!(
                f,
                "`date:{}` is no date (YYYY, YYYY-MM, YYYY-MM-DD, or two with `..` between): \
                 read as a word",
                Short(text)
            ),
            Self::BackwardDates(text) => {
                write!(f, "`date:{}` ends before it begins: read the other way round", Short(text))
            }
            Self::FilterOfGroup(name) => write!(
                f,
                "`{name}:` takes one value, not parentheses, and is read as a word: for several \
                 write `({name}:… OR {name}:…)`"
            ),
            Self::FuzzyIgnored => {
                f.write_str("near spellings are left out: phrases and nearness need exact words")
            }
        }
    }
}

/// The beginning of what was typed.
struct Short<'t>(&'t str);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 40;
        match self.0.char_indices().nth(LONGEST) {
            Some((end, _)) => write!(f, "{}…", &self.0[..end]),
            None => f.write_str(self.0),
        }
    }
}

/// Collects notes, each once and not more than [`MAX_NOTES`].
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<Note>);

impl Notes {
    pub(super) fn add(&mut self, note: Note) {
        let is_known = self.0.contains(&note) || (note.is_left_open() && self.tell_of_a_cut());
        if self.0.len() < MAX_NOTES && !is_known {
            self.0.push(note);
        }
    }

    fn tell_of_a_cut(&self) -> bool {
        self.0.iter().any(|note| matches!(note, Note::TooLong | Note::TooManyClauses))
    }

    pub(super) fn into_vec(self) -> Vec<Note> {
        self.0
    }
}

impl Note {
    /// Whether it is about something whose end is missing. Where the end of the
    /// query was cut off, that is no news.
    fn is_left_open(&self) -> bool {
        matches!(
            self,
            Self::UnbalancedQuote | Self::UnclosedParenthesis | Self::DanglingOperator(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_shows_only_the_beginning_of_a_long_word() {
        let note = Note::NotADate("é".repeat(1_000)).to_string();
        assert!(note.starts_with(&format!("`date:{}…` is no date", "é".repeat(40))), "{note}");
    }

    #[test]
    fn notes_are_kept_once_and_bounded() {
        let mut notes = Notes::default();
        for number in 0..1_000 {
            notes.add(Note::StrayParenthesis);
            notes.add(Note::ShortPrefix(number.to_string()));
        }
        assert_eq!(notes.into_vec().len(), MAX_NOTES);
    }
}
