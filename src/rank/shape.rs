//! Which way a plan is evaluated.

use super::plan::{Clauses, Leaf, Plan, WeightedTerm};

/// A plan, taken apart: what is matched and scored, and what only admits.
pub(super) struct Shape<'p> {
    pub(super) core: Core<'p>,
    /// What a passage must match besides, without a score.
    pub(super) filters: Vec<&'p Plan>,
    /// What it may not match.
    pub(super) excluded: Vec<&'p Plan>,
}

/// What is matched and scored.
pub(super) enum Core<'p> {
    /// Any of some terms.
    Union(Vec<&'p WeightedTerm>),
    /// All of some terms, and perhaps some of others.
    Intersection { required: Vec<&'p WeightedTerm>, optional: Vec<&'p WeightedTerm> },
    /// One phrase.
    Phrase(&'p Leaf),
    /// Anything else.
    Tree(&'p Plan),
}

impl<'p> Shape<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        let mut shape = Shape { core: Core::Tree(plan), filters: Vec::new(), excluded: Vec::new() };
        shape.core = shape.take_apart(plan);
        shape
    }

    fn take_apart(&mut self, plan: &'p Plan) -> Core<'p> {
        match plan {
            Plan::Leaf(Leaf::Term(term)) => Core::Union(vec![term]),
            Plan::Leaf(leaf @ Leaf::Phrase { .. }) => Core::Phrase(leaf),
            Plan::Boolean(clauses) => self.take_boolean_apart(plan, clauses),
            _ => Core::Tree(plan),
        }
    }

    fn take_boolean_apart(&mut self, plan: &'p Plan, clauses: &'p Clauses) -> Core<'p> {
        let (filters, must): (Vec<&Plan>, Vec<&Plan>) =
            clauses.must.iter().partition(|plan| plan.is_filter());
        if must.is_empty() && (clauses.should.is_empty() || !filters.is_empty()) {
            // Everything matches, or everything that passes a filter.
            return Core::Tree(plan);
        }
        let core = match (must.as_slice(), terms(must.iter().copied()), terms(&clauses.should)) {
            (_, Some(required), Some(optional)) if required.is_empty() => Core::Union(optional),
            (_, Some(required), Some(optional)) if required.len() == 1 && optional.is_empty() => {
                Core::Union(required)
            }
            (_, Some(required), Some(optional)) => Core::Intersection { required, optional },
            ([only], None, _) if clauses.should.is_empty() => self.take_apart(only),
            // Its own filters and exclusions are part of the tree.
            _ => return Core::Tree(plan),
        };
        self.filters.extend(filters.into_iter().filter(|plan| **plan != Plan::Everything));
        self.excluded.extend(&clauses.must_not);
        core
    }
}

/// The plans as terms, where all of them are.
fn terms<'p>(plans: impl IntoIterator<Item = &'p Plan>) -> Option<Vec<&'p WeightedTerm>> {
    plans
        .into_iter()
        .map(|plan| match plan {
            Plan::Leaf(Leaf::Term(term)) => Some(term),
            _ => None,
        })
        .collect()
}
