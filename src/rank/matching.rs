//! Which passages match a plan, whatever they score.
//!
//! Whole lists become sets, and sets are put together 64 passages at a time: that takes
//! a hundredth of what visiting each match does. Matches are visited only in phrases,
//! and where few can match.

use std::iter::repeat;

use tantivy::TERMINATED;

use super::node::Optional;
use super::passage_set::PassageSet;
use super::plan::{Clauses, Leaf, Plan, WeightedTerm};
use super::scope::Scope;
use super::shape::Core;
use crate::error::Result;
use crate::index::Bitmap;

/// Where less than this part of all passages can match, they are visited. Chosen by
/// hand: one visit takes about as long as some hundred bits.
const FEW: u32 = 256;

impl Scope<'_, '_> {
    /// The passages that match `plan`, deleted ones included.
    pub(super) fn matching(&self, plan: &Plan) -> Result<PassageSet> {
        let mut set = PassageSet::none(self.segment.max_doc());
        self.add_matching(plan, &mut set)?;
        Ok(set)
    }

    /// Keeps of `set` what matches all of `must` and none of `must_not`. What takes
    /// looking at positions is asked of what the others have left.
    pub(super) fn keep_matching<'p>(
        &self,
        set: &mut PassageSet,
        must: impl IntoIterator<Item = &'p Plan>,
        must_not: impl IntoIterator<Item = &'p Plan>,
    ) -> Result<()> {
        let mut slow = Vec::new();
        for (plan, is_wanted) in
            must.into_iter().zip(repeat(true)).chain(must_not.into_iter().zip(repeat(false)))
        {
            match (self.asks_places(plan)?, is_wanted) {
                (true, _) => slow.push((plan, is_wanted)),
                (false, true) => set.intersect(&self.matching(plan)?),
                (false, false) => set.subtract(&self.matching(plan)?),
            }
        }
        for (plan, is_wanted) in slow {
            let mut node = Optional::new(self.node(plan)?);
            set.retain(|doc| node.holds(doc) == is_wanted);
        }
        Ok(())
    }

    /// Whether positions have to be looked at to tell what matches `plan`.
    pub(super) fn asks_places(&self, plan: &Plan) -> Result<bool> {
        match plan {
            Plan::Leaf(leaf @ (Leaf::Phrase { .. } | Leaf::Near { .. })) => {
                Ok(self.pair(leaf)?.is_none())
            }
            Plan::Boolean(Clauses { must, should, must_not }) => {
                let mut plans = [must, should, must_not].into_iter().flatten();
                plans.try_fold(false, |asks, plan| Ok(asks || self.asks_places(plan)?))
            }
            Plan::Nothing | Plan::Everything | Plan::Leaf(_) => Ok(false),
        }
    }

    /// The passages that can match what `core` scores, as far as lists alone tell.
    pub(super) fn candidates(&self, core: &Core<'_>) -> Result<PassageSet> {
        let none = || PassageSet::none(self.segment.max_doc());
        let mut set = PassageSet::all(self.segment.max_doc());
        match core {
            Core::Union(terms) => {
                set = none();
                terms.iter().try_for_each(|term| self.add_holders(term, &mut set))?;
            }
            Core::Intersection { required, .. } => {
                for term in required {
                    let mut holders = none();
                    self.add_holders(term, &mut holders)?;
                    set.intersect(&holders);
                }
            }
            Core::Phrase(_) | Core::Tree(_) => {}
        }
        Ok(set)
    }

    fn add_matching(&self, plan: &Plan, set: &mut PassageSet) -> Result<()> {
        match plan {
            Plan::Nothing => {}
            Plan::Everything => *set = PassageSet::all(self.segment.max_doc()),
            Plan::Leaf(Leaf::Term(term)) => self.add_holders(term, set)?,
            Plan::Leaf(Leaf::Selection { select, .. }) => set.unite(&self.select(select)?),
            Plan::Leaf(leaf @ (Leaf::Phrase { .. } | Leaf::Near { .. })) => {
                match self.pair(leaf)? {
                    Some(list) => list.cursor.each_block(|docs| set.insert_all(docs)),
                    None => self.visit(plan, set)?,
                }
            }
            Plan::Boolean(clauses) if self.can_few_match(clauses)? => self.visit(plan, set)?,
            Plan::Boolean(clauses) => set.unite(&self.matching_clauses(clauses)?),
        }
        Ok(())
    }

    fn matching_clauses(&self, clauses: &Clauses) -> Result<PassageSet> {
        let Clauses { must, should, must_not } = clauses;
        let mut set = PassageSet::none(self.segment.max_doc());
        if must.is_empty() && !should.is_empty() {
            should.iter().try_for_each(|plan| self.add_matching(plan, &mut set))?;
        } else {
            self.add_matching(&Plan::Everything, &mut set)?;
        }
        self.keep_matching(&mut set, must, must_not)?;
        Ok(set)
    }

    /// Adds all passages that hold `term`.
    fn add_holders(&self, term: &WeightedTerm, set: &mut PassageSet) -> Result<()> {
        let resolved = self.evaluator.resolve(term.field, &term.term)?;
        let shortcuts = self.shortcuts(term.field, &resolved)?;
        if let Some(bitmap) = shortcuts.and_then(|it| it.bitmap).filter(Bitmap::is_exact) {
            set.insert_all_of(&bitmap);
        } else if let Some(cursor) = self.cursor(term.field, &resolved)? {
            cursor.each_block(|docs| set.insert_all(docs));
        }
        Ok(())
    }

    /// Adds what matches `plan`, one passage after the other.
    fn visit(&self, plan: &Plan, set: &mut PassageSet) -> Result<()> {
        let mut node = self.node(plan)?;
        let mut doc = node.seek(0);
        while doc != TERMINATED {
            set.insert(doc);
            doc = node.seek(doc + 1);
        }
        Ok(())
    }

    /// Whether something is demanded that few passages hold.
    fn can_few_match(&self, clauses: &Clauses) -> Result<bool> {
        let few = self.segment.max_doc() / FEW;
        Ok(!clauses.must.is_empty() && self.most_of(clauses)? <= few)
    }

    /// How many passages match `plan` at the most, deleted ones included; exact for a
    /// term.
    pub(super) fn most(&self, plan: &Plan) -> Result<u32> {
        match plan {
            Plan::Nothing => Ok(0),
            Plan::Leaf(Leaf::Term(term)) => {
                let resolved = self.evaluator.resolve(term.field, &term.term)?;
                Ok(self.info(&resolved).map_or(0, |info| info.doc_freq))
            }
            Plan::Leaf(Leaf::Phrase { field, terms, .. } | Leaf::Near { field, terms, .. }) => {
                let term = |term: &String| self.most(&Plan::term(*field, term.clone(), 1.0));
                self.least(terms.iter().map(term))
            }
            Plan::Boolean(clauses) => self.most_of(clauses),
            Plan::Everything | Plan::Leaf(Leaf::Selection { .. }) => Ok(self.segment.max_doc()),
        }
    }

    fn most_of(&self, clauses: &Clauses) -> Result<u32> {
        match clauses.must.is_empty() && !clauses.should.is_empty() {
            true => clauses.should.iter().try_fold(0_u32, |sum, plan| {
                Ok(sum.saturating_add(self.most(plan)?).min(self.segment.max_doc()))
            }),
            false => self.least(clauses.must.iter().map(|plan| self.most(plan))),
        }
    }

    /// The least of `counts`; all passages where there is none.
    fn least(&self, counts: impl Iterator<Item = Result<u32>>) -> Result<u32> {
        let mut counts = counts;
        counts.try_fold(self.segment.max_doc(), |least, count| Ok(least.min(count?)))
    }
}
