//! How the passages of an index are ranked unless a search says otherwise.
//!
//! The manifest keeps what was chosen and nothing else, so that an index without
//! a choice takes the program's defaults. What formulas and numbers mean is the
//! business of [`crate::rank`], which also checks them.

use serde::{Deserialize, Serialize};

/// What was chosen of a ranking; the rest are defaults.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RankingChoice {
    /// The name of the formula; see [`crate::rank::Ranking`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranking: Option<String>,
    /// How slowly repeated occurrences of a term stop counting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k1: Option<f32>,
    /// How much a passage's length counts against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<f32>,
    /// What a word in the title counts beyond being a part of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_weight: Option<f32>,
    /// The same for headings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading_weight: Option<f32>,
}

impl RankingChoice {
    /// Whether nothing was chosen.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// This choice where it says something, else `other`. A choice that names its
    /// formula stands alone: numbers belong to the formula they were chosen for.
    #[must_use]
    pub fn over(self, other: &Self) -> Self {
        if self.ranking.is_some() {
            return self;
        }
        Self {
            ranking: other.ranking.clone(),
            k1: self.k1.or(other.k1),
            b: self.b.or(other.b),
            title_weight: self.title_weight.or(other.title_weight),
            heading_weight: self.heading_weight.or(other.heading_weight),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_without_a_formula_changes_numbers_alone() {
        let named = |name: &str, k1| RankingChoice {
            ranking: Some(name.to_owned()),
            k1,
            ..RankingChoice::default()
        };
        let stored = RankingChoice { b: Some(0.3), ..named("fast", Some(0.9)) };
        let typed = RankingChoice { k1: Some(2.0), ..RankingChoice::default() };
        let both = RankingChoice { k1: Some(2.0), ..stored.clone() };
        assert_eq!(typed.over(&stored), both);
        assert_eq!(named("fast", None).over(&stored), named("fast", None));
        assert_eq!(RankingChoice::default().over(&stored), stored);
    }
}
