//! The numbers that formulas need of the whole collection.
//!
//! They count what is alive over all segments, so that a score depends on what
//! the index holds and not on how it came to hold it. The engine counts deleted
//! passages until a merge drops them; here they are subtracted. What they are is
//! looked up in the [`Losses`] of a segment, or found by a walk over a list or the
//! deleted passages, whichever is shorter.

use std::ops::AddAssign;

use tantivy::TERMINATED;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;

use crate::error::Result;
use crate::index::postings::Cursor;
use crate::index::{FieldPostings, Forward, ForwardWord, Losses, OpenSegment, Snapshot};

/// The inverse document frequency of a term that stands in `doc_freq` of
/// `doc_count` passages: ln(1 + (N − df + ½) / (df + ½)), never negative; the
/// form of S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework:
/// BM25 and Beyond", Foundations and Trends in Information Retrieval 3(4), 2009,
/// with a 1 added inside the logarithm, as Lucene has it.
pub(super) fn idf(doc_freq: u64, doc_count: u64) -> f32 {
    let absent = (doc_count - doc_freq.min(doc_count)) as f32 + 0.5;
    (1.0 + absent / (doc_freq as f32 + 0.5)).ln()
}

/// The most that burstiness counts. Of the ranking that measured best; see
/// [`Parameters::new`](super::Parameters::new).
const MAX_BURSTINESS: f32 = 3.0;

/// How much the occurrences of a term crowd together: (cf + 1) / df, one more than its
/// collection frequency over its document frequency, at most [`MAX_BURSTINESS`]. It
/// makes InExpB2 of the divergence-from-randomness family good (G. Amati and
/// C. J. van Rijsbergen, "Probabilistic Models of Information Retrieval Based on
/// Measuring the Divergence from Randomness", ACM TOIS 20(4), 2002), where it is the
/// factor of normalisation B that does not depend on the passage, without our bound.
pub(super) fn burstiness(collection_freq: u64, doc_freq: u64) -> f32 {
    ((collection_freq as f32 + 1.0) / doc_freq.max(1) as f32).min(MAX_BURSTINESS)
}

/// The average length of `field` in tokens, over the passages that are alive; 0
/// where there are none.
pub(super) fn average_length(snapshot: &Snapshot, field: Field) -> Result<f32> {
    let mut tokens = 0;
    for segment in snapshot.segments() {
        let Some(postings) = segment.field(field)? else { continue };
        let all = match field == snapshot.fields().text {
            true => segment.text_tokens()?,
            false => postings.token_count,
        };
        tokens += all.saturating_sub(segment.deleted_tokens(field)?);
    }
    Ok(match snapshot.passage_count() {
        0 => 0.0,
        passages => tokens as f32 / passages as f32,
    })
}

/// Where the postings of `term` are, by segment.
pub(super) fn term_infos(
    snapshot: &Snapshot,
    field: Field,
    term: &str,
) -> Result<Vec<Option<TermInfo>>> {
    let look_up = |segment: &OpenSegment| match segment.field(field)? {
        Some(postings) => postings.term(term.as_bytes()).map_err(|error| segment.damaged(error)),
        None => Ok(None),
    };
    snapshot.segments().iter().map(look_up).collect()
}

/// In how many passages `term`, whose postings are those of `infos`, stands.
pub(super) fn doc_freq(
    snapshot: &Snapshot,
    field: Field,
    term: &str,
    infos: &[Option<TermInfo>],
) -> Result<u64> {
    let mut doc_freq = 0;
    for (segment, info) in snapshot.segments().iter().zip(infos) {
        let Some(info) = info else { continue };
        let (lost, _) = lost(snapshot, segment, field, term, info)?;
        doc_freq += u64::from(info.doc_freq.saturating_sub(lost));
    }
    Ok(doc_freq)
}

/// In how many passages `term`, whose postings are those of `infos`, stands, and how
/// often in all of them.
pub(super) fn counts(
    snapshot: &Snapshot,
    field: Field,
    term: &str,
    infos: &[Option<TermInfo>],
) -> Result<Counts> {
    let mut counts = Counts::default();
    for (segment, info) in snapshot.segments().iter().zip(infos) {
        let Some(info) = info else { continue };
        counts += counts_in(snapshot, segment, field, term, info)?;
    }
    Ok(counts)
}

/// As [`counts`], for the stem `name` in all segments but the one number `home`.
/// `known` are those of the segments.
pub(super) fn counts_elsewhere(
    snapshot: &Snapshot,
    known: &[Option<StemCounts<'_>>],
    home: usize,
    name: &str,
) -> Result<Counts> {
    let text = snapshot.fields().text;
    let mut counts = Counts::default();
    for (ordinal, (segment, known)) in snapshot.segments().iter().zip(known).enumerate() {
        let Some(postings) = segment.field(text)?.filter(|_| ordinal != home) else { continue };
        counts += match known {
            Some(known) => match stem_number(segment, postings, name)? {
                Some(number) => known
                    .of(number)
                    .ok_or_else(|| segment.damaged("its forward file lacks a stem"))?,
                None => continue,
            },
            None => match postings.term(name.as_bytes()) {
                Ok(Some(info)) => counts_in(snapshot, segment, text, name, &info)?,
                Ok(None) => continue,
                Err(error) => return Err(segment.damaged(error)),
            },
        };
    }
    Ok(counts)
}

/// What a term comes to in passages that are alive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// In how many it stands.
    pub(super) passages: u64,
    /// How often in all of them.
    pub(super) occurrences: u64,
}

impl Counts {
    fn new(all: (u32, u64), lost: (u32, u32)) -> Self {
        Self {
            passages: all.0.saturating_sub(lost.0).into(),
            occurrences: all.1.saturating_sub(lost.1.into()),
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passages += other.passages;
        self.occurrences += other.occurrences;
    }
}

/// As [`counts`], in one segment. The table of a long list takes longer to walk than
/// the forward file takes to ask; so does the list for what deleted passages held.
fn counts_in(
    snapshot: &Snapshot,
    segment: &OpenSegment,
    field: Field,
    term: &str,
    info: &TermInfo,
) -> Result<Counts> {
    let Some(postings) = segment.field(field)? else { return Ok(Counts::default()) };
    if field == snapshot.fields().text
        && (segment.alive().is_some() || info.doc_freq >= LONG)
        && let Some(known) = StemCounts::of_segment(segment)?
        && let Some(number) = stem_number(segment, postings, term)?
        && let Some(counts) = known.of(number)
    {
        return Ok(counts);
    }
    let occurrences = Cursor::new(&postings.lists, info).total_occurrences();
    let lost = lost(snapshot, segment, field, term, info)?;
    Ok(Counts::new((info.doc_freq, occurrences), lost))
}

/// What the stems of a segment with a forward file come to there, by their numbers.
#[derive(Clone, Copy)]
pub(super) struct StemCounts<'s> {
    pub(super) forward: &'s Forward,
    losses: Option<&'s Losses>,
}

impl<'s> StemCounts<'s> {
    /// `None` where `segment` has no forward file.
    pub(super) fn of_segment(segment: &'s OpenSegment) -> Result<Option<Self>> {
        let Some(forward) = segment.forward()? else { return Ok(None) };
        Ok(Some(Self { forward, losses: segment.losses()? }))
    }

    /// `None` where no stem has this number.
    #[inline]
    pub(super) fn of(&self, number: u32) -> Option<Counts> {
        Some(self.without_losses(number, self.forward.stem_statistics(number)?))
    }

    /// What the stem of `word` comes to.
    #[inline]
    pub(super) fn of_word(&self, word: &ForwardWord<'_>) -> Counts {
        self.without_losses(word.stem, word.statistics)
    }

    #[inline]
    fn without_losses(&self, stem: u32, (passages, occurrences): (u32, u32)) -> Counts {
        let lost = self.losses.map_or((0, 0), |losses| losses.stem(stem));
        Counts::new((passages, occurrences.into()), lost)
    }
}

/// A list of so many passages is long. Chosen by hand.
const LONG: u32 = 1 << 11;

/// The number of the stem `term` in the dictionary of `postings`, which are those of
/// the field `text`.
pub(super) fn stem_number(
    segment: &OpenSegment,
    postings: &FieldPostings,
    term: &str,
) -> Result<Option<u32>> {
    let number = postings.dictionary.term_ord(term).map_err(|error| segment.damaged(error))?;
    Ok(number.map(|number| number as u32))
}

/// In how many deleted passages of `segment` the term stands, and how often.
fn lost(
    snapshot: &Snapshot,
    segment: &OpenSegment,
    field: Field,
    term: &str,
    info: &TermInfo,
) -> Result<(u32, u32)> {
    let Some(postings) = segment.field(field)?.filter(|_| segment.alive().is_some()) else {
        return Ok((0, 0));
    };
    if field == snapshot.fields().text
        && let Some(losses) = segment.losses()?
    {
        let number = stem_number(segment, postings, term)?;
        return Ok(number.map_or((0, 0), |number| losses.stem(number)));
    }
    Ok(lost_of(segment, postings, info))
}

/// In how many deleted passages of `segment` the term of `info` stands, and how
/// often, by its list in `postings`.
pub(super) fn lost_of(
    segment: &OpenSegment,
    postings: &FieldPostings,
    info: &TermInfo,
) -> (u32, u32) {
    let (mut passages, mut occurrences) = (0, 0u32);
    let mut cursor = Cursor::new(&postings.lists, info);
    let mut count = |cursor: &mut Cursor<'_>| {
        passages += 1;
        occurrences = cursor.freq().saturating_add(occurrences);
    };
    let deleted = segment.deleted();
    if (info.doc_freq as usize) < deleted.len() {
        let mut doc = cursor.seek(0);
        while doc != TERMINATED {
            if !segment.is_alive(doc) {
                count(&mut cursor);
            }
            doc = cursor.seek(doc + 1);
        }
    } else {
        for &doc in deleted {
            if cursor.seek(doc) == doc {
                count(&mut cursor);
            }
        }
    }
    (passages, occurrences)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idf_falls_with_document_frequency_and_stays_positive() {
        let idfs: Vec<f32> = [1, 10, 100, 1000].iter().map(|&df| idf(df, 1000)).collect();
        assert!(idfs.windows(2).all(|pair| pair[0] > pair[1]), "{idfs:?}");
        assert!(idfs[3] > 0.0);
        assert!((idf(1, 3) - (1.0f32 + 2.5 / 1.5).ln()).abs() < 1e-6);
    }
}
