//! Stop words, which are left out beside others of which any suffices.

use super::{Context, Lowering};
use crate::analysis::{self, AnalyzedWord, Weight};
use crate::query::{Asked, Query};

/// What a query says that has words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    /// Stop words and nothing else.
    Nothing,
    /// Anything else.
    Something,
}

impl Lowering<'_> {
    /// `queries`, of which any suffices, without those that say nothing where others
    /// say something.
    pub(super) fn without_stop_words<'q>(
        &mut self,
        queries: &'q [Query],
        context: Context,
    ) -> Vec<&'q Query> {
        // A bag of plain words leaves them out piece by piece.
        let are_plain = queries.iter().all(|query| matches!(query, Query::Word(_)));
        if are_plain || context.field.is_some() || self.say(queries) != Some(Says::Something) {
            return queries.iter().collect();
        }
        let mut telling = Vec::with_capacity(queries.len());
        for query in queries {
            if self.says(query) == Some(Says::Nothing) {
                for word in query.words() {
                    let pieces = self.analyzer.words(word);
                    self.leave_out(pieces);
                }
            } else {
                telling.push(query);
            }
        }
        telling
    }

    /// Remembers words that are left out.
    pub(super) fn leave_out(&mut self, words: impl IntoIterator<Item = AnalyzedWord>) {
        for word in words {
            if !self.left_out.contains(&word.surface) {
                self.left_out.push(word.surface);
            }
        }
    }

    /// Whether all that `word` is made of was left out of the plans so far.
    pub(in crate::search) fn has_left_out(&mut self, word: &str) -> bool {
        let pieces = self.analyzer.words(word);
        !pieces.is_empty() && pieces.iter().all(|piece| self.left_out.contains(&piece.surface))
    }

    /// What `queries` say together; nothing at all where they look for no word.
    fn say<'q>(&mut self, queries: impl IntoIterator<Item = &'q Query>) -> Option<Says> {
        queries.into_iter().filter_map(|query| self.says(query)).max()
    }

    /// What `query` says; nothing at all where it looks for no word. Near spellings say
    /// what the word does, since `--fuzzy` makes them of every word. A stop word with
    /// any other sign, in quotes, or demanded is meant.
    fn says(&mut self, query: &Query) -> Option<Says> {
        match query {
            Query::Nothing | Query::Path(_) | Query::Date { .. } => None,
            Query::Word(word) | Query::Fuzzy { word, .. } => {
                let language = self.snapshot.language();
                let weight = |piece: AnalyzedWord| analysis::weight(&piece.surface, language);
                let mut weights = self.analyzer.words(word).into_iter().map(weight);
                Some(match weights.all(|weight| weight == Weight::Stop) {
                    true => Says::Nothing,
                    false => Says::Something,
                })
            }
            Query::Phrase { .. } | Query::Near { .. } | Query::Prefix(_) => Some(Says::Something),
            Query::Exact(query) | Query::Field { query, .. } => {
                self.says(query).map(|_| Says::Something)
            }
            Query::Boolean { must, should, must_not: _ }
                if must.is_empty() || Asked::of(must, should) == Asked::LookedFor =>
            {
                self.say(must.iter().chain(should))
            }
            Query::Boolean { .. } if query.is_filter() => None,
            Query::Boolean { .. } => Some(Says::Something),
        }
    }
}
