//! How many more passages of a document match than became hits.

use std::collections::HashMap;

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::choose::Chosen;
use super::searcher::Hit;
use crate::document::DocumentId;
use crate::error::Result;
use crate::index::Snapshot;
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
    let last_of = (0..).zip(&best[before..]).filter_map(|(at, chosen)| Some((at, chosen.last_of?)));
    let last_of: Vec<(usize, usize)> = last_of.collect();
    let documents: Vec<DocumentId> =
        last_of.iter().map(|&(at, _)| hits[at].passage.id.document.clone()).collect();
    if documents.is_empty() {
        return Ok(());
    }
    let mut passages = passages_of(snapshot, &documents)?;
    rank::retain_matching(snapshot, plan, &mut passages)?;
    let mut more = vec![0usize; documents.len()];
    passages.iter().for_each(|&(_, place)| more[place] += 1);
    let places: HashMap<&DocumentId, usize> = documents.iter().zip(0..).collect();
    for stored in best.iter().flat_map(|chosen| &chosen.duplicates) {
        if let Some(&place) = places.get(&stored.passage.id.document) {
            more[place] = more[place].saturating_sub(1);
        }
    }
    for ((at, shown), more) in last_of.into_iter().zip(more) {
        hits[at].more_in_document = more.saturating_sub(shown) as u64;
    }
    Ok(())
}

/// More documents than this are looked for in one walk over all passages, fewer
/// one by one: the engine finds the passages of one faster than they are walked.
/// Chosen by hand.
const ONE_BY_ONE: usize = 10;

/// Where the passages of `documents` lie, ascending, each with the place of its
/// document. Deleted ones are included.
fn passages_of(snapshot: &Snapshot, documents: &[DocumentId]) -> Result<Vec<(DocAddress, usize)>> {
    let mut found = Vec::new();
    for (number, segment) in (0..).zip(snapshot.segments()) {
        let Some(column) = segment.document_ids()? else { continue };
        let mut places = FxHashMap::default();
        for (place, id) in documents.iter().enumerate() {
            let ordinal = column.dictionary().term_ord(id.as_str().as_bytes());
            let ordinal = ordinal.map_err(|error| segment.damaged(error))?;
            places.extend(ordinal.map(|ordinal| (ordinal, place)));
        }
        let (ordinals, all) = (column.ords(), 0..segment.max_doc());
        let start = found.len();
        if places.len() > ONE_BY_ONE {
            let place_of = |doc| places.get(&ordinals.first(doc)?).copied();
            let placed = all.filter_map(|doc| Some((DocAddress::new(number, doc), place_of(doc)?)));
            found.extend(placed);
        } else {
            for (ordinal, place) in places {
                let mut docs = Vec::new();
                ordinals.get_docids_for_value_range(ordinal..=ordinal, all.clone(), &mut docs);
                found.extend(docs.into_iter().map(|doc| (DocAddress::new(number, doc), place)));
            }
            found[start..].sort_unstable();
        }
    }
    Ok(found)
}
