//! From a plan to the best passages: scoring and evaluation of our own over the
//! engine's postings.
//!
//! A [`Plan`] says which terms in which fields count how much; it holds no text
//! and no syntax. [`top`] evaluates it over a [`crate::index::Snapshot`] under
//! some [`Parameters`] and returns addresses with scores; [`explain`] tells where
//! the scores came from. The rest of the program knows nothing of how scores are
//! made.
//!
//! From the bottom up: a list is a cursor over postings with what its occurrences
//! score and may score at most (`scale`, `list`, with the collection's numbers
//! from `statistics`); three fast ways find the best passages of the common
//! shapes (`union`, `intersection`, `phrase`) and `node` those of any other, and
//! `first` chooses the shortest way. What is only counted or let through becomes a set
//! (`matching`, `passage_set`). The best are then scored again (`second`), or lend
//! the query their words for another search (`feedback`); `telling` words stand for a
//! whole passage. All three look at passages as words (`passage_words`, `vectors`).

mod accept;
mod count;
mod evaluator;
mod explain;
mod feedback;
mod first;
mod holders;
mod intersection;
mod length;
mod list;
mod matching;
mod node;
mod ones;
mod parameters;
mod passage_set;
mod passage_words;
mod phrase;
mod plan;
mod proposal;
mod scale;
mod scope;
mod second;
mod shape;
mod statistics;
mod survivors;
mod target;
mod telling;
#[cfg(test)]
mod tests;
mod top;
mod union;
mod vectors;

pub(crate) use self::count::retain_matching;
pub use self::count::{Matches, count, count_passages, matches};
pub use self::explain::{Part, Reason, explain};
pub use self::feedback::{ExpansionTerm, Feedback, expansion};
pub(crate) use self::holders::holders_of_any;
pub use self::holders::{FoundPassages, holders};
pub use self::parameters::{Parameters, PartWeight, Ranking, SecondStage};
pub use self::plan::{Clauses, Leaf, Plan, Selection, WeightedTerm};
pub use self::second::{GramTable, QueryWord, Wording};
pub use self::telling::telling_words;
pub use self::top::ScoredPassage;

use self::evaluator::Evaluator;
use crate::error::Result;
use crate::index::Snapshot;

/// What is asked of [`top`].
pub struct Request<'r> {
    /// What a passage has to match, and what that scores.
    pub plan: &'r Plan,
    /// The query's words in order, for what looks at more than one at a time.
    pub wording: &'r Wording,
    /// How passages are ranked.
    pub parameters: &'r Parameters,
    /// How many passages at most.
    pub limit: usize,
}

/// The best passages, best first; equal scores in order of document id, then
/// ordinal, those of passages that were scored again in the order of the first stage.
/// `grams` are those of `snapshot`.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where postings, columns or passages cannot be
/// read.
pub fn top(
    snapshot: &Snapshot,
    request: &Request<'_>,
    grams: &GramTable,
) -> Result<Vec<ScoredPassage>> {
    let evaluator = Evaluator::new(snapshot, request.parameters);
    let depth = request.parameters.second.depth;
    let mut best = first::first_stage(&evaluator, request.plan, request.limit.max(depth))?;
    if depth > 0 {
        second::rerank(&evaluator, request.wording, grams, &mut best)?;
        best.truncate(request.limit);
    }
    Ok(best)
}
