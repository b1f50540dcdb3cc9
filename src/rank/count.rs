//! Which passages match and how many, in how many documents.

use tantivy::DocAddress;

use super::evaluator::Evaluator;
use super::parameters::{Parameters, Ranking};
use super::passage_set::PassageSet;
use super::plan::{Leaf, Plan};
use super::scope::Scope;
use crate::error::Result;
use crate::index::{OpenSegment, Snapshot};

/// How much matches a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Matches {
    /// Passages.
    pub passages: u64,
    /// Documents that hold them, by their ids: those that several sources call by one
    /// count once.
    pub documents: u64,
}

/// Counts all matches of `plan`.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where postings or columns cannot be read.
pub fn count(snapshot: &Snapshot, plan: &Plan) -> Result<Matches> {
    let mut passages = 0;
    let mut documents = Vec::new();
    each_segment(snapshot, |number, scope| {
        let found = alive(scope, plan)?;
        passages += found.len();
        let segment = &snapshot.segments()[number as usize];
        documents.push((segment, documents_of(segment, &found)?));
        Ok(())
    })?;
    Ok(Matches { passages, documents: count_documents(documents)? })
}

/// Counts the passages that match `plan`. Of a term that takes no time where nothing is
/// deleted.
///
/// # Errors
///
/// As [`count`].
pub fn count_passages(snapshot: &Snapshot, plan: &Plan) -> Result<u64> {
    let mut passages = 0;
    each_segment(snapshot, |_, scope| {
        passages += match (plan, scope.segment.alive()) {
            (Plan::Leaf(Leaf::Term(_)), None) => scope.most(plan)?.into(),
            _ => alive(scope, plan)?.len(),
        };
        Ok(())
    })?;
    Ok(passages)
}

/// The addresses of all passages that match `plan`, ascending.
///
/// # Errors
///
/// As [`count`].
pub fn matches(snapshot: &Snapshot, plan: &Plan) -> Result<Vec<DocAddress>> {
    let mut addresses = Vec::new();
    each_segment(snapshot, |number, scope| {
        addresses.extend(alive(scope, plan)?.iter().map(|doc| DocAddress::new(number, doc)));
        Ok(())
    })?;
    Ok(addresses)
}

/// Keeps those of `addresses`, which ascend, whose passages match `plan`. Takes
/// time in proportion to their number.
///
/// # Errors
///
/// As [`count`].
pub fn retain_matching<T>(
    snapshot: &Snapshot,
    plan: &Plan,
    addresses: &mut Vec<(DocAddress, T)>,
) -> Result<()> {
    let parameters = Parameters::new(Ranking::Bm25);
    let evaluator = Evaluator::new(snapshot, &parameters);
    let mut matching = Vec::with_capacity(addresses.len());
    for group in addresses.chunk_by(|(a, _), (b, _)| a.segment_ord == b.segment_ord) {
        let scope = Scope::new(&evaluator, group[0].0.segment_ord as usize);
        let mut node = scope.node(plan)?;
        let mut at = None;
        for (DocAddress { doc_id, .. }, _) in group {
            let next = at.filter(|at| at >= doc_id).unwrap_or_else(|| node.seek(*doc_id));
            matching.push(next == *doc_id && scope.segment.is_alive(*doc_id));
            at = Some(next);
        }
        scope.segment.check_damage()?;
    }
    let mut matching = matching.into_iter();
    addresses.retain(|_| matching.next().unwrap_or(false));
    Ok(())
}

/// Gives each segment to `visit`, with its number.
fn each_segment(
    snapshot: &Snapshot,
    mut visit: impl FnMut(u32, &Scope<'_, '_>) -> Result<()>,
) -> Result<()> {
    let parameters = Parameters::new(Ranking::Bm25);
    let evaluator = Evaluator::new(snapshot, &parameters);
    let mut ordinals = 0..snapshot.segments().len();
    ordinals.try_for_each(|ordinal| visit(ordinal as u32, &Scope::new(&evaluator, ordinal)))
}

/// The passages that match `plan` and are not deleted.
fn alive(scope: &Scope<'_, '_>, plan: &Plan) -> Result<PassageSet> {
    let mut found = scope.matching(plan)?;
    if scope.segment.alive().is_some() {
        found.retain(|doc| scope.segment.is_alive(doc));
    }
    scope.segment.check_damage()?;
    Ok(found)
}

/// The numbers of the documents of `passages`.
fn documents_of(segment: &OpenSegment, passages: &PassageSet) -> Result<PassageSet> {
    // There are no more of them than passages.
    let mut documents = PassageSet::none(segment.max_doc());
    segment.each_document(passages.iter(), |document| documents.insert(document))?;
    Ok(documents)
}

/// To look an id up in two segments takes as long as to go through so many in order.
/// Chosen by hand.
const LOOKING_UP: u64 = 64;

/// How many documents there are in all. One whose passages lie in several segments is
/// known by its id: those of all but the largest are looked up, or all are gone through.
fn count_documents(mut segments: Vec<(&OpenSegment, PassageSet)>) -> Result<u64> {
    segments.sort_by_cached_key(|(_, documents)| std::cmp::Reverse(documents.len()));
    let [(_, largest), others @ ..] = segments.as_slice() else { return Ok(0) };
    let to_look_up: u64 = others.iter().map(|(_, documents)| documents.len()).sum();
    let to_go_through: u64 = segments.iter().map(|(it, _)| u64::from(it.max_doc())).sum();
    if to_look_up.saturating_mul(LOOKING_UP) > to_go_through {
        return count_in_order(&segments);
    }
    let mut count = largest.len();
    for (at, (segment, documents)) in (1..).zip(others) {
        for document in documents.iter() {
            let id = segment.document_id(document.into())?.unwrap_or_default();
            count += u64::from(!is_among(&segments[..at], &id)?);
        }
    }
    Ok(count)
}

/// The same by going through the ids of all segments side by side.
fn count_in_order(segments: &[(&OpenSegment, PassageSet)]) -> Result<u64> {
    let mut walks = Vec::with_capacity(segments.len());
    for (segment, documents) in segments {
        let mut next = segment.walk_document_ids()?;
        let is_counted =
            |number: u64| u32::try_from(number).is_ok_and(|number| documents.contains(number));
        // Whether there is one more that counts, whose id it leaves.
        walks.push((Vec::new(), move |id: &mut Vec<u8>| {
            loop {
                match next(id) {
                    None => return false,
                    Some(number) if is_counted(number) => return true,
                    Some(_) => {}
                }
            }
        }));
    }
    let mut count = 0;
    walks.retain_mut(|(id, go_on)| go_on(id));
    while let Some(first) = walks.iter().map(|(id, _)| id).min().cloned() {
        count += 1;
        walks.retain_mut(|(id, go_on)| *id != first || go_on(id));
    }
    Ok(count)
}

/// Whether `segments` hold a document called `id` among those given.
fn is_among(segments: &[(&OpenSegment, PassageSet)], id: &str) -> Result<bool> {
    for (segment, documents) in segments {
        let document = segment.document_called(id)?.and_then(|it| u32::try_from(it).ok());
        if document.is_some_and(|document| documents.contains(document)) {
            return Ok(true);
        }
    }
    Ok(false)
}
