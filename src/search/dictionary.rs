//! The words of an index: looked up by prefix and by spelling.
//!
//! A dictionary keeps the words of deleted passages until its segment is merged.
//! They are no words of the index: here only those count that a passage holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy_fst::Automaton;

use super::spelling;
use crate::error::Result;
use crate::index::postings::Cursor;
use crate::index::{FieldPostings, OpenSegment, Snapshot};
use crate::query::MAX_EXPANSIONS;

/// What makes automata for words within a distance, a swap of neighbours counting 1:
/// for 0, 1 and 2. That for 2 takes twenty times as long to make as an automaton does.
static AUTOMATA: [LazyLock<LevenshteinAutomatonBuilder>; 3] = [
    LazyLock::new(|| LevenshteinAutomatonBuilder::new(0, true)),
    LazyLock::new(|| LevenshteinAutomatonBuilder::new(1, true)),
    LazyLock::new(|| LevenshteinAutomatonBuilder::new(2, true)),
];

/// The terms of one field over all segments.
pub(super) struct Dictionary<'s> {
    snapshot: &'s Snapshot,
    field: Field,
}

/// The words that a wildcard or a spelling stands for.
pub(super) struct Expansion {
    /// The first [`MAX_EXPANSIONS`] of them, in alphabetical order.
    pub(super) terms: Vec<String>,
    /// Whether there are more.
    pub(super) is_cut: bool,
}

/// A term of a segment.
struct Entry<'a> {
    segment: &'a OpenSegment,
    postings: &'a FieldPostings,
    info: &'a TermInfo,
}

impl<'s> Dictionary<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, field: Field) -> Self {
        Self { snapshot, field }
    }

    /// The terms that begin with `prefix`.
    pub(super) fn with_prefix(&self, prefix: &str) -> Result<Expansion> {
        let mut found = BTreeSet::new();
        for segment in self.snapshot.segments() {
            let Some(postings) = segment.field(self.field)? else { continue };
            let stream = postings.dictionary.range().ge(prefix.as_bytes()).into_stream();
            let mut stream = stream.map_err(|error| segment.damaged(error))?;
            let mut of_segment = 0;
            while of_segment <= MAX_EXPANSIONS && stream.advance() {
                if !stream.key().starts_with(prefix.as_bytes()) {
                    break;
                }
                if (Entry { segment, postings, info: stream.value() }).is_held() {
                    found.extend(std::str::from_utf8(stream.key()).ok().map(str::to_owned));
                    of_segment += 1;
                }
            }
        }
        Ok(Expansion::of(found))
    }

    /// The terms at most `distance` insertions, deletions, substitutions or
    /// swaps of neighbours away from `word`.
    pub(super) fn within(&self, word: &str, distance: u8) -> Result<Expansion> {
        let mut found = BTreeSet::new();
        self.spelled_like(word, distance, |term, entry| {
            if entry.is_held() {
                found.insert(term.to_owned());
            }
        })?;
        Ok(Expansion::of(found))
    }

    /// The term most like `word` in spelling, the more frequent of equals;
    /// `None` where none is within two changes that leave a letter of it.
    pub(super) fn nearest(&self, word: &str) -> Result<Option<String>> {
        let mut least = usize::MAX;
        // In how many passages each of the nearest is.
        let mut nearest: BTreeMap<String, usize> = BTreeMap::new();
        self.spelled_like(word, spelling::changes(word, 2), |term, entry| {
            let distance = spelling::distance(word, term);
            if term == word || distance > least {
                return;
            }
            let holders = entry.holders();
            if holders == 0 {
                return;
            }
            if distance < least {
                least = distance;
                nearest.clear();
            }
            *nearest.entry(term.to_owned()).or_default() += holders;
        })?;
        // The last of equals is taken: the first in alphabetical order.
        let most_frequent = nearest.into_iter().rev().max_by_key(|&(_, holders)| holders);
        Ok(most_frequent.map(|(term, _)| term))
    }

    /// In how many passages `term` is.
    pub(super) fn holders(&self, term: &str) -> Result<usize> {
        let mut holders = 0;
        for segment in self.snapshot.segments() {
            let Some(postings) = segment.field(self.field)? else { continue };
            let info = postings.term(term.as_bytes()).map_err(|error| segment.damaged(error))?;
            holders += info.map_or(0, |info| Entry { segment, postings, info: &info }.holders());
        }
        Ok(holders)
    }

    fn spelled_like(
        &self,
        word: &str,
        distance: u8,
        mut found: impl FnMut(&str, Entry<'_>),
    ) -> Result<()> {
        let automaton = Spelling(AUTOMATA[usize::from(distance.min(2))].build_dfa(word));
        for segment in self.snapshot.segments() {
            let Some(postings) = segment.field(self.field)? else { continue };
            let stream = postings.dictionary.search(&automaton).into_stream();
            let mut stream = stream.map_err(|error| segment.damaged(error))?;
            while stream.advance() {
                if let Ok(term) = std::str::from_utf8(stream.key()) {
                    found(term, Entry { segment, postings, info: stream.value() });
                }
            }
        }
        Ok(())
    }
}

impl Expansion {
    fn of(found: BTreeSet<String>) -> Self {
        let is_cut = found.len() > MAX_EXPANSIONS;
        Self { terms: found.into_iter().take(MAX_EXPANSIONS).collect(), is_cut }
    }
}

impl Entry<'_> {
    /// Whether any passage that is not deleted holds the term.
    fn is_held(&self) -> bool {
        self.count_holders(1) > 0
    }

    /// How many passages that are not deleted hold the term.
    fn holders(&self) -> usize {
        self.count_holders(usize::MAX)
    }

    /// Counts on, a block at a time, until there are `enough`.
    fn count_holders(&self, enough: usize) -> usize {
        let Some(alive) = self.segment.alive() else { return self.info.doc_freq as usize };
        let mut cursor = Cursor::new(&self.postings.lists, self.info);
        let mut holders = 0;
        while holders < enough && !cursor.is_past() {
            cursor.unpack_docs();
            holders += cursor.docs().iter().filter(|&&doc| alive.is_alive(doc)).count();
            cursor.next_block();
        }
        holders
    }
}

/// Accepts what is spelled like a word.
struct Spelling(DFA);

impl Automaton for Spelling {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}
