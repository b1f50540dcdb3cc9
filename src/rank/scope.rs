//! From a plan to lists, phrases and nodes over one segment. What they need of the whole
//! index is the evaluator's.

use std::cell::OnceCell;

use tantivy::postings::TermInfo;
use tantivy::schema::Field;

use super::accept::Accept;
use super::evaluator::{Evaluator, Resolved};
use super::holders::each_block_of_holders;
use super::list::{List, Part};
use super::node::{All, AllPassages, Any, AnyNode, NoPassages, Node, Set};
use super::parameters::PartWeight;
use super::passage_set::PassageSet;
use super::plan::{Clauses, Leaf, Plan, Selection, WeightedTerm};
use super::scale::Scale;
use super::shape::Shape;
use crate::error::Result;
use crate::index::postings::Cursor;
use crate::index::schema::MEASURED_FIELDS;
use crate::index::{ListShortcuts, OpenSegment};

/// The evaluation of one query over one segment.
pub(super) struct Scope<'e, 's> {
    pub(super) evaluator: &'e Evaluator<'s>,
    ordinal: usize,
    pub(super) segment: &'s OpenSegment,
    scales: [OnceCell<Scale>; MEASURED_FIELDS],
}

impl<'e, 's> Scope<'e, 's> {
    pub(super) fn new(evaluator: &'e Evaluator<'s>, ordinal: usize) -> Self {
        let segment = &evaluator.snapshot.segments()[ordinal];
        Self { evaluator, ordinal, segment, scales: Default::default() }
    }

    pub(super) fn scale(&self, field: Field) -> Result<&Scale> {
        let parameters = self.evaluator.parameters;
        let fields = self.evaluator.snapshot.fields();
        let missing = || self.segment.damaged("a field is missing that holds a term");
        let slot = self.scales.get(field.field_id() as usize).ok_or_else(missing)?;
        if let Some(scale) = slot.get() {
            return Ok(scale);
        }
        let (k1, b) = if field == fields.title && parameters.is_bm25f() {
            (parameters.k1, parameters.title.b)
        } else if field == fields.heading && parameters.is_bm25f() {
            (parameters.k1, parameters.heading.b)
        } else {
            (parameters.k1, parameters.b)
        };
        let postings = self.segment.field(field)?.ok_or_else(missing)?;
        let average = self.evaluator.average_length(field)?;
        Ok(slot.get_or_init(|| Scale::new(k1, b, average, self.segment, postings)))
    }

    /// Where the postings of a term are; `None` where the segment does not hold
    /// it.
    pub(super) fn info<'r>(&self, resolved: &'r Resolved<'s>) -> Option<&'r TermInfo> {
        resolved.infos[self.ordinal].as_ref()
    }

    /// The cursor of a term; `None` where the segment does not hold it.
    pub(super) fn cursor(
        &self,
        field: Field,
        resolved: &Resolved<'s>,
    ) -> Result<Option<Cursor<'s>>> {
        let (Some(info), Some(postings)) = (self.info(resolved), self.segment.field(field)?) else {
            return Ok(None);
        };
        let cursor = Cursor::new(&postings.lists, info);
        Ok(Some(match self.shortcuts(field, resolved)? {
            Some(shortcuts) => cursor.with_leaps(shortcuts.leaps),
            None => cursor,
        }))
    }

    /// The shortcuts of a term's list.
    pub(super) fn shortcuts(
        &self,
        field: Field,
        resolved: &Resolved<'s>,
    ) -> Result<Option<ListShortcuts<'s>>> {
        let Some(info) = self.info(resolved) else { return Ok(None) };
        if field != self.evaluator.snapshot.fields().text {
            return Ok(None);
        }
        let Some(shortcuts) = self.segment.shortcuts()? else { return Ok(None) };
        Ok(*resolved.shortcuts[self.ordinal].get_or_init(|| shortcuts.list(info)))
    }

    pub(super) fn lengths(&self, field: Field) -> Result<&'s [u8]> {
        let postings = self.segment.field(field)?;
        let lengths = postings.and_then(|postings| postings.lengths.as_ref());
        Ok(lengths.map(|lengths| lengths.as_slice()).unwrap_or_default())
    }

    /// The list of a term; `None` where the segment does not hold it.
    pub(super) fn list(&self, term: &WeightedTerm) -> Result<Option<List<'_>>> {
        let resolved = self.evaluator.resolve(term.field, &term.term)?;
        let Some(cursor) = self.cursor(term.field, &resolved)? else { return Ok(None) };
        let factor = term.weight * resolved.factor;
        let fields = self.evaluator.snapshot.fields();
        let mut parts = Vec::new();
        if term.field == fields.text {
            let parameters = self.evaluator.parameters;
            parts.extend(self.part(fields.title, &term.term, parameters.title)?);
            parts.extend(self.part(fields.heading, &term.term, parameters.heading)?);
        }
        let shortcuts = self.shortcuts(term.field, &resolved)?;
        let scale = self.scale(term.field)?;
        let lengths = self.lengths(term.field)?;
        Ok(Some(List::new(cursor, lengths, scale, factor, parts, shortcuts)))
    }

    fn part(&self, field: Field, term: &str, part: PartWeight) -> Result<Option<Part<'_>>> {
        if part.weight == 0.0 {
            return Ok(None);
        }
        let Some(postings) = self.segment.field(field)? else { return Ok(None) };
        let info = postings.term(term.as_bytes()).map_err(|error| self.segment.damaged(error))?;
        let Some(cursor) = info.map(|info| Cursor::new(&postings.lists, &info)) else {
            return Ok(None);
        };
        Ok(Some(Part::new(cursor, self.lengths(field)?, self.scale(field)?, part.weight)))
    }

    /// The lists of `terms` that the segment holds.
    pub(super) fn lists(&self, terms: &[&WeightedTerm]) -> Result<Vec<List<'_>>> {
        let lists = terms.iter().filter_map(|term| self.list(term).transpose());
        lists.collect()
    }

    /// The node of any plan.
    pub(super) fn node(&self, plan: &Plan) -> Result<AnyNode<'_>> {
        match plan {
            Plan::Nothing => Ok(Box::new(NoPassages)),
            Plan::Everything => Ok(self.everything()),
            Plan::Leaf(leaf) => self.leaf(leaf),
            Plan::Boolean(clauses) => self.boolean(clauses),
        }
    }

    fn nodes<'p>(&self, plans: impl IntoIterator<Item = &'p Plan>) -> Result<Vec<AnyNode<'_>>> {
        plans.into_iter().map(|plan| self.node(plan)).collect()
    }

    fn everything(&self) -> AnyNode<'_> {
        Box::new(AllPassages { max_doc: self.segment.max_doc() })
    }

    pub(super) fn leaf(&self, leaf: &Leaf) -> Result<AnyNode<'_>> {
        Ok(match leaf {
            Leaf::Term(term) => boxed(self.list(term)?),
            Leaf::Phrase { .. } | Leaf::Near { .. } => boxed(self.phrase(leaf)?),
            Leaf::Selection { select, score } => {
                Box::new(Set { members: self.select(select)?, score: *score })
            }
        })
    }

    fn boolean(&self, clauses: &Clauses) -> Result<AnyNode<'_>> {
        let mut must = self.nodes(&clauses.must)?;
        let mut should = self.nodes(&clauses.should)?;
        let must_not = self.nodes(&clauses.must_not)?;
        if must.is_empty() {
            must.push(match should.is_empty() {
                true => self.everything(),
                false => Box::new(Any::new(std::mem::take(&mut should))),
            });
        } else if should.len() > 1 {
            should = vec![Box::new(Any::new(should))];
        }
        Ok(Box::new(All::new(must, should, must_not)))
    }

    pub(super) fn select(&self, select: &Selection) -> Result<PassageSet> {
        let mut members = PassageSet::none(self.segment.max_doc());
        match select {
            Selection::AllBut(address) => {
                members = PassageSet::all(self.segment.max_doc());
                if address.segment_ord as usize == self.ordinal {
                    members.remove(address.doc_id);
                }
            }
            Selection::Terms { field, terms } => {
                for term in terms {
                    let take = |docs: &[u32]| members.insert_all(docs);
                    each_block_of_holders(self.segment, *field, term, take)?;
                }
            }
            Selection::Found(found) => members.unite(found.of_segment(self.ordinal)),
            Selection::Dates(days) => {
                // The engine's look-up takes a range before its first value for one
                // at it.
                let column = self.segment.dates()?;
                if let Some(column) = column.filter(|column| *days.end() >= column.min_value()) {
                    let mut docs = Vec::new();
                    let all = 0..self.segment.max_doc();
                    column.get_docids_for_value_range(days.clone(), all, &mut docs);
                    members.insert_all(&docs);
                }
            }
        }
        Ok(members)
    }

    /// Which passages the filters and exclusions of `shape` let through; where that
    /// takes long to tell, of those alone that can match.
    pub(super) fn accept(&self, shape: &Shape<'_>) -> Result<Accept<'s>> {
        let alive = self.segment.alive();
        let (filters, excluded) = (&shape.filters, &shape.excluded);
        if filters.is_empty() && excluded.is_empty() {
            return Ok(Accept { alive, passing: None });
        }
        let mut plans = filters.iter().chain(excluded);
        let is_slow = plans.try_fold(false, |slow, plan| Ok(slow || self.asks_places(plan)?))?;
        let mut passing = match is_slow {
            true => self.candidates(&shape.core)?,
            false => PassageSet::all(self.segment.max_doc()),
        };
        self.keep_matching(&mut passing, filters.iter().copied(), excluded.iter().copied())?;
        Ok(Accept { alive, passing: Some(passing) })
    }
}

fn boxed<'a>(node: Option<impl Node + 'a>) -> AnyNode<'a> {
    match node {
        Some(node) => Box::new(node),
        None => Box::new(NoPassages),
    }
}
