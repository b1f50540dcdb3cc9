//! The words of an index: looked up by prefix and by spelling.

use std::collections::BTreeSet;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::schema::Field;
use tantivy_fst::Automaton;

use super::spelling;
use crate::error::Result;
use crate::index::Snapshot;

/// How many words a wildcard or a spelling may stand for; the rest, in
/// alphabetical order, is left out. The number that other engines use.
const MAX_EXPANSIONS: usize = 1024;

/// The terms of one field over all segments.
pub(super) struct Dictionary<'s> {
    snapshot: &'s Snapshot,
    field: Field,
}

impl<'s> Dictionary<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, field: Field) -> Self {
        Self { snapshot, field }
    }

    /// The terms that begin with `prefix`, in order.
    pub(super) fn with_prefix(&self, prefix: &str) -> Result<Vec<String>> {
        let mut found = BTreeSet::new();
        for segment in self.snapshot.segments() {
            let Some(index) = segment.field(self.field)? else { continue };
            let stream = index.dictionary.range().ge(prefix.as_bytes()).into_stream();
            let mut stream = stream.map_err(|error| segment.damaged(error))?;
            let mut taken = 0;
            while taken < MAX_EXPANSIONS && stream.advance() {
                if !stream.key().starts_with(prefix.as_bytes()) {
                    break;
                }
                found.extend(std::str::from_utf8(stream.key()).ok().map(str::to_owned));
                taken += 1;
            }
        }
        Ok(found.into_iter().take(MAX_EXPANSIONS).collect())
    }

    /// The terms at most `distance` insertions, deletions, substitutions or
    /// swaps of neighbours away from `word`, in order.
    pub(super) fn within(&self, word: &str, distance: u8) -> Result<Vec<String>> {
        let mut found = BTreeSet::new();
        self.spelled_like(word, distance, |term, _| {
            found.insert(term.to_owned());
        })?;
        Ok(found.into_iter().take(MAX_EXPANSIONS).collect())
    }

    /// The term most like `word` in spelling, the more frequent of equals;
    /// `None` where none is within two changes.
    pub(super) fn nearest(&self, word: &str) -> Result<Option<String>> {
        let mut best: Option<(usize, std::cmp::Reverse<u64>, String)> = None;
        self.spelled_like(word, 2, |term, doc_freq| {
            let candidate =
                (spelling::distance(word, term), std::cmp::Reverse(doc_freq), term.to_owned());
            if term != word && best.as_ref().is_none_or(|best| candidate < *best) {
                best = Some(candidate);
            }
        })?;
        Ok(best.map(|(_, _, term)| term))
    }

    fn spelled_like(
        &self,
        word: &str,
        distance: u8,
        mut found: impl FnMut(&str, u64),
    ) -> Result<()> {
        let automaton =
            Spelling(LevenshteinAutomatonBuilder::new(distance.min(2), true).build_dfa(word));
        for segment in self.snapshot.segments() {
            let Some(index) = segment.field(self.field)? else { continue };
            let stream = index.dictionary.search(&automaton).into_stream();
            let mut stream = stream.map_err(|error| segment.damaged(error))?;
            while stream.advance() {
                let doc_freq = u64::from(stream.value().doc_freq);
                if let Ok(term) = std::str::from_utf8(stream.key()) {
                    found(term, doc_freq);
                }
            }
        }
        Ok(())
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
