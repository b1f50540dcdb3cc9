//! The words of the query.

use crate::analysis::Weight;
use crate::analysis::words::Unit;

/// The words that a query wants, in the order they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// The words.
    pub words: Vec<QueryWord>,
}

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    /// The word, folded.
    pub surface: String,
    /// The word, folded and stemmed.
    pub stem: String,
    /// Whether it is a word between spaces or a piece of unspaced script.
    pub unit: Unit,
    /// How much it says.
    pub weight: Weight,
}

impl Wording {
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words that stand between spaces. Pieces of unspaced scripts overlap,
    /// which makes their nearness and their spelling say nothing new.
    pub(super) fn spaced(&self) -> impl Iterator<Item = &QueryWord> {
        self.words.iter().filter(|word| word.unit == Unit::Word)
    }

    /// The same without stop words, unless there are no others.
    pub(super) fn telling(&self) -> Vec<&QueryWord> {
        let all: Vec<&QueryWord> = self.spaced().collect();
        let telling = all.iter().filter(|word| word.weight != Weight::Stop).copied();
        let telling: Vec<&QueryWord> = telling.collect();
        if telling.is_empty() { all } else { telling }
    }
}
