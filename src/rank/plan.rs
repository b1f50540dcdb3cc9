//! What to evaluate: terms in fields, put together.

use std::ops::RangeInclusive;

use tantivy::schema::Field;

/// What to evaluate. Made from a query by [`crate::search`].
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// No passage.
    Nothing,
    /// Every passage, with score 0.
    Everything,
    /// One thing to match.
    Leaf(Leaf),
    /// Several plans together.
    Boolean(Clauses),
}

/// Several plans together: all of `must`, none of `must_not`, and where `must`
/// is empty at least one of `should`; where both are empty every passage. Scores
/// of `must` and `should` add up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clauses {
    /// What a passage has to match.
    pub must: Vec<Plan>,
    /// What adds to its score.
    pub should: Vec<Plan>,
    /// What it may not match.
    pub must_not: Vec<Plan>,
}

/// One thing to match.
#[derive(Debug, Clone, PartialEq)]
pub enum Leaf {
    /// A term.
    Term(WeightedTerm),
    /// Terms one right behind the other, scored as one term with the sum of
    /// their inverse document frequencies.
    Phrase {
        /// Which field.
        field: Field,
        /// The terms in order; at least two.
        terms: Vec<String>,
        /// The words in order as they must be written, folded but not stemmed,
        /// where the stems alone do not suffice.
        surfaces: Option<Vec<String>>,
    },
    /// Terms in any order with at most `distance` other words between them.
    Near {
        /// Which field.
        field: Field,
        /// The terms; at least two, no two the same.
        terms: Vec<String>,
        /// How many other words may stand between them in all.
        distance: u32,
    },
    /// A set of passages that all score the same.
    Selection {
        /// Which passages.
        select: Selection,
        /// Their score.
        score: f32,
    },
}

/// A term in a field. In the field `text` the parts of the passage it stands in
/// count as [`super::Parameters`] say.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedTerm {
    /// Which field.
    pub field: Field,
    /// The term as it is indexed.
    pub term: String,
    /// What its score is multiplied by.
    pub weight: f32,
}

/// A set of passages by something other than one term.
#[derive(Debug, Clone, PartialEq)]
pub enum Selection {
    /// Those that hold any of the terms.
    Terms {
        /// Which field.
        field: Field,
        /// The terms, as they are indexed.
        terms: Vec<String>,
    },
    /// Those whose date, as a Julian day, lies in the range.
    Dates(RangeInclusive<i64>),
}

impl Plan {
    /// A plan for one term.
    pub fn term(field: Field, term: String, weight: f32) -> Plan {
        Plan::Leaf(Leaf::Term(WeightedTerm { field, term, weight }))
    }

    /// Joins `self` with filters that every passage must pass and that add
    /// nothing to its score.
    #[must_use]
    pub fn filtered(self, filters: Vec<Selection>) -> Plan {
        if filters.is_empty() {
            return self;
        }
        let leaf = |select| Plan::Leaf(Leaf::Selection { select, score: 0.0 });
        let mut must = vec![self];
        must.extend(filters.into_iter().map(leaf));
        Plan::Boolean(Clauses { must, ..Clauses::default() })
    }

    /// The leaves that can add to a score, from left to right.
    pub fn positive_leaves(&self) -> Vec<&Leaf> {
        match self {
            Plan::Nothing | Plan::Everything => Vec::new(),
            Plan::Leaf(leaf) => vec![leaf],
            Plan::Boolean(clauses) => {
                clauses.must.iter().chain(&clauses.should).flat_map(Plan::positive_leaves).collect()
            }
        }
    }
}
