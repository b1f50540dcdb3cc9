//! From a leaf of a plan to the phrase it is in one segment.

use std::ops::Range;

use super::candidates::Leader;
use super::{Arrangement, Count, Phrase, PhraseTerm};
use crate::error::Result;
use crate::index::postings::{Cursor, Positions};
use crate::index::{Beside, Forward, Rows};
use crate::rank::list::List;
use crate::rank::plan::Leaf;
use crate::rank::scope::Scope;
use crate::rank::statistics;

/// A forward file, and which of its words may stand at each place of a phrase.
type WordsInOrder<'s> = (&'s Forward, Vec<Vec<u32>>);

impl<'s> Scope<'_, 's> {
    /// The phrase of a leaf that is one; `None` where the segment does not hold
    /// all of its terms, or is known to have two of them nowhere in a row.
    pub(in crate::rank) fn phrase(&self, leaf: &Leaf) -> Result<Option<Phrase<'_>>> {
        let (field, terms, arrangement, surfaces) = match leaf {
            Leaf::Phrase { field, terms, surfaces } => {
                (*field, terms, Arrangement::InOrder, surfaces.as_ref())
            }
            Leaf::Near { field, terms, distance, surfaces } => {
                (*field, terms, Arrangement::Within(*distance), surfaces.as_ref())
            }
            Leaf::Term(_) | Leaf::Selection { .. } => return Ok(None),
        };
        let Some(postings) = self.segment.field(field)? else { return Ok(None) };
        let mut placed = Vec::with_capacity(terms.len());
        let mut paired = Vec::with_capacity(terms.len());
        let mut factor = 0.0;
        for (place, term) in terms.iter().enumerate() {
            let resolved = self.evaluator.resolve(field, term)?;
            let Some(info) = self.info(&resolved) else { return Ok(None) };
            let Some(cursor) = self.cursor(field, &resolved)? else { return Ok(None) };
            let shortcuts = match arrangement {
                Arrangement::InOrder => self.shortcuts(field, &resolved)?,
                Arrangement::Within(_) => None,
            };
            paired.push(shortcuts.and_then(|it| it.paired));
            let signatures = shortcuts.and_then(|it| it.signatures);
            placed.push(PhraseTerm {
                cursor,
                positions: Positions::new(postings, info),
                signatures: signatures.map(|signatures| (signatures, beside(terms, place))),
            });
            factor += resolved.factor;
        }
        if self.stand_nowhere(&paired)? {
            return Ok(None);
        }
        let verify = surfaces.map(|words| self.verify(terms, words, arrangement)).transpose()?;
        let (lengths, scale) = (self.lengths(field)?, self.scale(field)?);
        Ok(Some(Phrase::new(placed, arrangement, lengths, scale, factor, verify)))
    }

    /// Whether two neighbours of a phrase are known to stand nowhere so, by the numbers
    /// that its terms have among paired words.
    fn stand_nowhere(&self, paired: &[Option<u16>]) -> Result<bool> {
        let Some(shortcuts) = self.segment.shortcuts()? else { return Ok(false) };
        Ok(paired.windows(2).any(|pair| match *pair {
            [Some(first), Some(second)] => shortcuts.pair(first, second).is_none(),
            _ => false,
        }))
    }

    /// Counts by the tokens of a passage, which lie in one place, how often the terms of
    /// a phrase stand in order. `None` where the segment does not tell them.
    pub(super) fn count(&self, leaf: &Leaf) -> Result<Option<Count<'s>>> {
        let text = self.evaluator.snapshot.fields().text;
        let Leaf::Phrase { field, terms, .. } = leaf else { return Ok(None) };
        let field = *field;
        if field != text {
            return Ok(None);
        }
        let Some((forward, places)) = self.words_in_order(terms)? else { return Ok(None) };
        if places.iter().any(Vec::is_empty) {
            return Ok(None);
        }
        let segment = self.segment;
        let mut rows = Rows::new(forward, places);
        Ok(Some(Box::new(move |doc| segment.rows_or_damage(&mut rows, doc))))
    }

    /// For each of `terms` of the field `text` the words that have it for their stem, by
    /// their numbers in the forward file. `None` where the segment does not tell them.
    pub(super) fn words_in_order(&self, terms: &[String]) -> Result<Option<WordsInOrder<'s>>> {
        let segment = self.segment;
        let text = segment.field(self.evaluator.snapshot.fields().text)?;
        let (Some(forward), Some(postings)) = (segment.forward()?, text) else { return Ok(None) };
        let mut places = Vec::with_capacity(terms.len());
        for term in terms {
            let stem = statistics::stem_number(segment, postings, term)?;
            places.push(stem.map(|it| forward.words_of(it).collect()).unwrap_or_default());
        }
        Ok(Some((forward, places)))
    }

    /// What the candidates for a phrase are made from: of its terms, and its
    /// pairs of frequent ones, that with the shortest list. `None` where the
    /// segment does not hold all of them.
    pub(super) fn leader(&self, leaf: &Leaf) -> Result<Option<Leader<'_>>> {
        let Leaf::Phrase { field, terms, .. } = leaf else { return Ok(None) };
        let mut bitmaps = Vec::new();
        let mut paired = Vec::new();
        // Only the shortest list is opened.
        let mut shortest: Option<(u32, usize)> = None;
        for (place, term) in terms.iter().enumerate() {
            let resolved = self.evaluator.resolve(*field, term)?;
            let Some(info) = self.info(&resolved) else { return Ok(None) };
            let shortcuts = self.shortcuts(*field, &resolved)?;
            let bitmap = shortcuts.and_then(|shortcuts| shortcuts.bitmap);
            bitmaps.extend(bitmap.map(|bitmap| (info.doc_freq, place, bitmap)));
            paired.push(shortcuts.and_then(|shortcuts| shortcuts.paired));
            if shortest.is_none_or(|(doc_freq, _)| info.doc_freq < doc_freq) {
                shortest = Some((info.doc_freq, place));
            }
        }
        let Some((mut doc_freq, place)) = shortest else { return Ok(None) };
        // The rarest says no most often. What the list itself is of never does.
        bitmaps.sort_by_key(|&(doc_freq, ..)| doc_freq);
        let bitmaps_beside = |places: Range<usize>| {
            let others = bitmaps.iter().filter(|(_, place, _)| !places.contains(place));
            others.map(|&(_, place, bitmap)| (place, bitmap)).collect()
        };
        let mut leader = None;
        if let Some(shortcuts) = self.segment.shortcuts()? {
            for (first_place, pair) in paired.windows(2).enumerate() {
                let [Some(first), Some(second)] = *pair else { continue };
                let Some(info) = shortcuts.pair(first, second) else { return Ok(None) };
                if info.doc_freq < doc_freq {
                    doc_freq = info.doc_freq;
                    let cursor = Cursor::new(shortcuts.pair_postings(), &info);
                    let places = first_place..first_place + 2;
                    let bitmaps = bitmaps_beside(places.clone());
                    leader = Some(Leader::new(places, cursor, None, bitmaps));
                }
            }
        }
        if leader.is_some() {
            return Ok(leader);
        }
        let resolved = self.evaluator.resolve(*field, &terms[place])?;
        let Some(cursor) = self.cursor(*field, &resolved)? else { return Ok(None) };
        let signatures = self.shortcuts(*field, &resolved)?.and_then(|it| it.signatures);
        let signatures = signatures.map(|signatures| (signatures, beside(terms, place)));
        let places = place..place + 1;
        let bitmaps = bitmaps_beside(places.clone());
        Ok(Some(Leader::new(places, cursor, signatures, bitmaps)))
    }

    /// The list of a phrase of two words that are paired: it holds the phrase's
    /// passages and frequencies, so nothing needs to be looked at. `None` for any
    /// other phrase, and where they stand nowhere so.
    pub(in crate::rank) fn pair(&self, leaf: &Leaf) -> Result<Option<List<'_>>> {
        let Leaf::Phrase { field, terms, surfaces: None } = leaf else { return Ok(None) };
        let ([first, second], Some(shortcuts)) = (terms.as_slice(), self.segment.shortcuts()?)
        else {
            return Ok(None);
        };
        let mut numbers = [None; 2];
        let mut factor = 0.0;
        for (number, term) in numbers.iter_mut().zip([first, second]) {
            let resolved = self.evaluator.resolve(*field, term)?;
            *number = self.shortcuts(*field, &resolved)?.and_then(|shortcuts| shortcuts.paired);
            factor += resolved.factor;
        }
        let [Some(first), Some(second)] = numbers else { return Ok(None) };
        let Some(info) = shortcuts.pair(first, second) else { return Ok(None) };
        let cursor = Cursor::new(shortcuts.pair_postings(), &info);
        let (lengths, scale) = (self.lengths(*field)?, self.scale(*field)?);
        Ok(Some(List::new(cursor, lengths, scale, factor, Vec::new(), None)))
    }
}

/// What stands beside the term at `place` of a phrase.
fn beside(terms: &[String], place: usize) -> Beside {
    let neighbour = |place: Option<usize>| terms.get(place?).map(String::as_str);
    Beside::new(neighbour(place.checked_sub(1)), neighbour(place.checked_add(1)))
}
