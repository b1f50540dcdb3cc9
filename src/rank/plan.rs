//! What to evaluate: terms in fields, put together.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use tantivy::DocAddress;
use tantivy::schema::Field;

use super::feedback::ExpansionTerm;
use super::holders::FoundPassages;

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
    /// Terms one right behind the other, scored as one term whose factor is the sum of
    /// theirs: of inverse document frequencies, each times the term's burstiness in all
    /// rankings but BM25.
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
        /// The terms; at least two, or surfaces; no two the same.
        terms: Vec<String>,
        /// How many other words may stand between them in all.
        distance: u32,
        /// The words as they must be written, folded but not stemmed, where the
        /// stems alone do not suffice.
        surfaces: Option<Vec<String>>,
    },
    /// A set of passages that all score the same.
    Selection {
        /// Which passages.
        select: Selection,
        /// Their score: finite, 0 or more.
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
    /// What its score is multiplied by: finite, 0 or more. Bounds rely on it.
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
    /// All but one.
    AllBut(DocAddress),
    /// Those that were found before.
    Found(FoundPassages),
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

    /// Whether it only lets passages through, and adds nothing to their scores.
    pub(super) fn is_filter(&self) -> bool {
        match self {
            Plan::Everything | Plan::Leaf(Leaf::Selection { score: 0.0, .. }) => true,
            Plan::Boolean(Clauses { must, should, must_not }) => {
                must.iter().chain(should).chain(must_not).all(Plan::is_filter)
            }
            Plan::Nothing | Plan::Leaf(_) => false,
        }
    }

    /// Lets `terms` in `field` add to the score of what matches, and match by
    /// themselves where any one part of `self` suffices. What passes its filters is
    /// matched so.
    #[must_use]
    pub fn expanded(mut self, field: Field, terms: &[ExpansionTerm]) -> Plan {
        if let Plan::Boolean(clauses) = &mut self
            && let Some(sought) = clauses.beside_filters()
        {
            *sought = std::mem::replace(sought, Plan::Nothing).expanded(field, terms);
            return self;
        }
        let mut clauses = match self {
            plan if terms.is_empty() => return plan,
            Plan::Boolean(clauses) if !clauses.must.is_empty() || !clauses.should.is_empty() => {
                clauses
            }
            Plan::Leaf(Leaf::Term(_)) => Clauses { should: vec![self], ..Clauses::default() },
            other => Clauses { must: vec![other], ..Clauses::default() },
        };
        let mut places: HashMap<String, usize> = HashMap::new();
        for (place, plan) in clauses.should.iter().enumerate() {
            if let Plan::Leaf(Leaf::Term(known)) = plan
                && known.field == field
            {
                places.insert(known.term.clone(), place);
            }
        }
        for ExpansionTerm { term, weight } in terms {
            let known = places.get(term).and_then(|&place| clauses.should.get_mut(place));
            match known {
                Some(Plan::Leaf(Leaf::Term(known))) => known.weight += weight,
                _ => clauses.should.push(Plan::term(field, term.clone(), *weight)),
            }
        }
        Plan::Boolean(clauses)
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

impl Clauses {
    /// The one plan that stands beside filters, where there is nothing else to match.
    fn beside_filters(&mut self) -> Option<&mut Plan> {
        if !self.should.is_empty() || !self.must.iter().any(Plan::is_filter) {
            return None;
        }
        let mut others = self.must.iter_mut().filter(|plan| !plan.is_filter());
        let only = others.next()?;
        others.next().is_none().then_some(only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(name: &str, weight: f32) -> Plan {
        Plan::term(Field::from_field_id(0), name.to_owned(), weight)
    }

    fn expanded(plan: Plan) -> Plan {
        let terms = [("a", 0.5), ("c", 0.25)];
        let terms = terms.map(|(term, weight)| ExpansionTerm { term: term.to_owned(), weight });
        plan.expanded(Field::from_field_id(0), &terms)
    }

    fn boolean(must: Vec<Plan>, should: Vec<Plan>, must_not: Vec<Plan>) -> Plan {
        Plan::Boolean(Clauses { must, should, must_not })
    }

    #[test]
    fn expansion_adds_to_the_weight_of_terms_that_are_there() {
        let plan = boolean(vec![], vec![term("a", 1.0), term("b", 1.0)], vec![term("x", 1.0)]);
        let should = vec![term("a", 1.5), term("b", 1.0), term("c", 0.25)];
        assert_eq!(expanded(plan), boolean(vec![], should, vec![term("x", 1.0)]));
        let should = vec![term("a", 1.5), term("c", 0.25)];
        assert_eq!(expanded(term("a", 1.0)), boolean(vec![], should, vec![]));
    }

    /// Once a filter made what stands beside it required.
    #[test]
    fn a_filter_requires_nothing_else() {
        let filters = || vec![Selection::Dates(0..=1)];
        let excluding = |plan: Plan| boolean(vec![plan], vec![], vec![term("x", 1.0)]);
        let any = boolean(vec![], vec![term("a", 1.0), term("b", 1.0)], vec![]);
        let demanded = boolean(vec![term("a", 1.0)], vec![], vec![]);
        for plan in [term("a", 1.0), any, demanded, excluding(term("b", 1.0))] {
            let expected = expanded(plan.clone()).filtered(filters());
            assert_eq!(expanded(plan.clone().filtered(filters())), expected);
            let by_all = |plan| boolean(vec![plan, Plan::Everything], vec![], vec![]);
            assert_eq!(expanded(by_all(plan.clone())), by_all(expanded(plan)));
        }
        // Once only a filter that stood alone was known for one.
        let either = |plan| {
            let dates = |day| {
                Plan::Leaf(Leaf::Selection { select: Selection::Dates(day..=day), score: 0.0 })
            };
            boolean(vec![plan, boolean(vec![], vec![dates(1), dates(2)], vec![])], vec![], vec![])
        };
        assert_eq!(expanded(either(term("a", 1.0))), either(expanded(term("a", 1.0))));
        let both = || vec![term("a", 1.0), term("b", 1.0)];
        let filter = || Plan::Leaf(Leaf::Selection { select: Selection::Dates(0..=1), score: 0.0 });
        let must = || [both(), vec![filter()]].concat();
        let added = vec![term("a", 0.5), term("c", 0.25)];
        assert_eq!(expanded(boolean(must(), vec![], vec![])), boolean(must(), added, vec![]));
    }

    #[test]
    fn what_was_required_stays_required() {
        let added = || vec![term("a", 0.5), term("c", 0.25)];
        let required = boolean(vec![term("a", 1.0)], vec![], vec![]);
        let expected = boolean(vec![term("a", 1.0)], added(), vec![]);
        assert_eq!(expanded(required), expected);
        let all_but = boolean(vec![], vec![], vec![term("x", 1.0)]);
        assert_eq!(expanded(all_but.clone()), boolean(vec![all_but], added(), vec![]));
    }
}
