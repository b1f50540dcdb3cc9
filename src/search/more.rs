//! How many more passages of a document match than became hits.

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::choose::Chosen;
use super::of_source::OfSource;
use super::searcher::Hit;
use crate::document::DocumentId;
use crate::error::Result;
use crate::index::{Snapshot, StoredPassage};
use crate::rank::{self, Plan};

/// Says of the hits that are the last of their documents how many more passages
/// of these match `plan`. `hits` are the last of `best`, which was chosen; what
/// was collapsed into these is no more than they are.
pub(super) fn count_more(
    snapshot: &Snapshot,
    plan: &Plan,
    best: &[Chosen],
    hits: &mut [Hit],
) -> Result<()> {
    let before = best.len() - hits.len();
    let mut same_id: FxHashMap<&DocumentId, Vec<Document<'_>>> = FxHashMap::default();
    for (at, (chosen, hit)) in best[before..].iter().zip(&*hits).enumerate() {
        let Some(shown) = chosen.last_of else { continue };
        let source = hit.source.as_str();
        let of_source = OfSource::new(snapshot, source)?;
        let document = Document { at, shown, source, of_source, matching: 0 };
        same_id.entry(&hit.passage.id.document).or_default().push(document);
    }
    if same_id.is_empty() {
        return Ok(());
    }
    let ids: Vec<&DocumentId> = same_id.keys().copied().collect();
    let mut passages = passages_of(snapshot, &ids)?;
    rank::retain_matching(snapshot, plan, &mut passages)?;
    for (address, place) in passages {
        for document in same_id.get_mut(ids[place]).into_iter().flatten() {
            document.matching += usize::from(document.of_source.holds(address)?);
        }
    }
    for StoredPassage { source, passage } in best.iter().flat_map(|chosen| &chosen.duplicates) {
        let documents = same_id.get_mut(&passage.id.document).into_iter().flatten();
        for document in documents.filter(|document| document.source == source) {
            document.matching = document.matching.saturating_sub(1);
        }
    }
    let more = |it: Document<'_>| (it.at, it.matching.saturating_sub(it.shown));
    let more: Vec<(usize, usize)> = same_id.into_values().flatten().map(more).collect();
    for (at, more) in more {
        hits[at].more_in_document = more as u64;
    }
    Ok(())
}

/// A document that has all the hits it may have at first.
struct Document<'s> {
    /// The place of the last of these among the hits.
    at: usize,
    /// How many they are.
    shown: usize,
    /// Where it is from; what another source calls by its id is another document.
    source: &'s str,
    of_source: OfSource<'s>,
    /// How many of its passages match, without those that were collapsed into others.
    matching: usize,
}

/// More documents than this are looked for in one walk over all passages, fewer
/// one by one: the engine finds the passages of one faster than they are walked.
/// Chosen by hand.
const ONE_BY_ONE: usize = 10;

/// Where the passages of the documents called by `ids` lie, ascending, each with the
/// place of its document's id. Deleted ones are included.
fn passages_of(snapshot: &Snapshot, ids: &[&DocumentId]) -> Result<Vec<(DocAddress, usize)>> {
    let mut found = Vec::new();
    for (number, segment) in (0..).zip(snapshot.segments()) {
        let Some(column) = segment.document_ids()? else { continue };
        let mut places = FxHashMap::default();
        for (place, id) in ids.iter().enumerate() {
            let document = segment.document_called(id.as_str())?;
            places.extend(document.map(|document| (document, place)));
        }
        let start = found.len();
        if places.len() > ONE_BY_ONE {
            let place_of = |doc| places.get(&column.ords().first(doc)?).copied();
            let all = 0..segment.max_doc();
            let placed = all.filter_map(|doc| Some((DocAddress::new(number, doc), place_of(doc)?)));
            found.extend(placed);
        } else {
            for (document, place) in places {
                let docs = segment.passages_of(document)?.into_iter();
                found.extend(docs.map(|doc| (DocAddress::new(number, doc), place)));
            }
            found[start..].sort_unstable();
        }
    }
    Ok(found)
}
