//! How much of a query is read.
//!
//! A query may come from anyone. Each limit is far above what a person types or
//! pastes and low enough that a search stays bounded.

use super::ast::Query;
use super::note::{Note, Notes};

/// The longest query text that is read, in bytes; chosen by hand: a long
/// article pasted whole still fits.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;

/// How many words and filters a query may have, each word of a phrase counted;
/// every one costs a lookup in each part of the index. Lucene's bound of clauses
/// (`IndexSearcher.getMaxClauseCount`) is the same.
pub const MAX_CLAUSES: usize = 1024;

/// How many words of a query may stand for others, by near spellings or a
/// wildcard. Each is looked up in the whole dictionary of the index. Chosen by hand.
pub const MAX_EXPANDED: usize = 64;

/// How many words of an index one of those may stand for; the rest, in alphabetical
/// order, is left out. The same bound, to which Lucene holds such words too.
pub const MAX_EXPANSIONS: usize = 1024;

/// How many `path:` filters a query may have. Each is matched with the path of
/// every source of the index. Chosen by hand.
pub const MAX_PATHS: usize = 64;

/// How many bytes these may have together: as many as the longest path that Linux
/// opens. An automaton is made of each, in time that grows with the square of its
/// length.
pub const MAX_PATH_BYTES: usize = 4096;

/// How deep parentheses may be nested. Whoever walks a [`Query`] does it by
/// recursion, so this bounds their stack; nobody nests by hand beyond five.
pub const MAX_DEPTH: usize = 32;

/// The widest nearness; more words than a passage has would mean no more.
pub(super) const MAX_DISTANCE: u32 = 10_000;

/// How many notes are kept: the first ones tell what is wrong.
pub const MAX_NOTES: usize = 16;

/// The first [`MAX_TEXT_BYTES`] of `text`, cut between characters.
pub(super) fn cut<'t>(text: &'t str, notes: &mut Notes) -> &'t str {
    if text.len() <= MAX_TEXT_BYTES {
        return text;
    }
    notes.add(Note::TooLong);
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}

/// `wanted` as the distance of a nearness.
pub(super) fn distance(wanted: u32, notes: &mut Notes) -> u32 {
    if wanted > MAX_DISTANCE {
        notes.add(Note::TooFar);
    }
    wanted.min(MAX_DISTANCE)
}

/// How many clauses may still be added.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn new() -> Self {
        Self(MAX_CLAUSES)
    }

    /// What can be afforded of a word, a phrase or a filter: all of it, the
    /// first words of a phrase, or nothing.
    pub(super) fn spend(&mut self, leaf: Query, notes: &mut Notes) -> Option<Query> {
        let cost = match &leaf {
            Query::Phrase { text, .. } => text.split_whitespace().count(),
            _ => 1,
        };
        if cost <= self.0 {
            self.0 -= cost;
            return Some(leaf);
        }
        notes.add(Note::TooManyClauses);
        let left = std::mem::take(&mut self.0);
        match leaf {
            Query::Phrase { text, slop } if left > 0 => {
                let words: Vec<&str> = text.split_whitespace().take(left).collect();
                Some(Query::Phrase { text: words.join(" "), slop })
            }
            _ => None,
        }
    }
}
