//! The numbers that formulas need of the whole collection.
//!
//! They count what is alive over all segments, so that a score depends on what
//! the index holds and not on how it came to hold it. The engine counts deleted
//! passages until a merge drops them; here they are subtracted, which costs a
//! walk over the deleted passages of a term and nothing where there are none.

use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;

use crate::error::Result;
use crate::index::postings::Cursor;
use crate::index::{OpenSegment, Snapshot};

/// The inverse document frequency of a term that stands in `doc_freq` of
/// `doc_count` passages: ln(1 + (N − df + ½) / (df + ½)), never negative; the
/// form of S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework:
/// BM25 and Beyond", Foundations and Trends in Information Retrieval 3(4), 2009,
/// with a 1 added inside the logarithm, as Lucene has it.
pub(super) fn idf(doc_freq: u64, doc_count: u64) -> f32 {
    let absent = (doc_count - doc_freq.min(doc_count)) as f32 + 0.5;
    (1.0 + absent / (doc_freq as f32 + 0.5)).ln()
}

/// The most that burstiness counts.
const MAX_BURSTINESS: f32 = 3.0;

/// How much the occurrences of a term crowd together: its collection frequency
/// over its document frequency, at most 3. It makes InExpB2 of the
/// divergence-from-randomness family good (G. Amati and C. J. van Rijsbergen,
/// "Probabilistic Models of Information Retrieval Based on Measuring the
/// Divergence from Randomness", ACM TOIS 20(4), 2002).
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
        tokens += all.saturating_sub(deleted_tokens(snapshot, segment, field)?);
    }
    Ok(match snapshot.passage_count() {
        0 => 0.0,
        passages => tokens as f32 / passages as f32,
    })
}

fn deleted_tokens(snapshot: &Snapshot, segment: &OpenSegment, field: Field) -> Result<u64> {
    if segment.deleted().is_empty() {
        return Ok(0);
    }
    let deleted = segment.deleted().iter().copied();
    // Only the length of the text is long enough to need its exact number;
    // one-byte norms are exact to 39 tokens.
    if field == snapshot.fields().text {
        let lengths = segment.numbers("length")?;
        let length = |doc| lengths.as_ref().and_then(|lengths| lengths.first(doc)).unwrap_or(0);
        return Ok(deleted.map(length).sum());
    }
    let codes = segment.field(field)?.and_then(|postings| postings.lengths.as_ref());
    let length = |doc: DocId| {
        let code = codes.and_then(|codes| codes.get(doc as usize)).copied().unwrap_or(0);
        u64::from(FieldNormReader::id_to_fieldnorm(code))
    };
    Ok(deleted.map(length).sum())
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

/// In how many passages the term of `infos` stands.
pub(super) fn doc_freq(
    snapshot: &Snapshot,
    field: Field,
    infos: &[Option<TermInfo>],
) -> Result<u64> {
    let all: u64 = infos.iter().flatten().map(|info| u64::from(info.doc_freq)).sum();
    let mut deleted = 0;
    in_deleted(snapshot, field, infos, |_| deleted += 1)?;
    Ok(all - deleted)
}

/// How often the term of `infos` stands in all passages.
pub(super) fn collection_freq(
    snapshot: &Snapshot,
    field: Field,
    infos: &[Option<TermInfo>],
) -> Result<u64> {
    let mut occurrences = 0;
    for (segment, info) in snapshot.segments().iter().zip(infos) {
        if let (Some(info), Some(postings)) = (info, segment.field(field)?) {
            occurrences += Cursor::new(&postings.lists, info).total_occurrences();
        }
    }
    in_deleted(snapshot, field, infos, |cursor| occurrences -= u64::from(cursor.freq()))?;
    Ok(occurrences)
}

/// Calls `visit` at each deleted passage that the term stands in.
fn in_deleted(
    snapshot: &Snapshot,
    field: Field,
    infos: &[Option<TermInfo>],
    mut visit: impl FnMut(&mut Cursor<'_>),
) -> Result<()> {
    for (segment, info) in snapshot.segments().iter().zip(infos) {
        let Some(info) = info.as_ref().filter(|_| !segment.deleted().is_empty()) else { continue };
        let Some(postings) = segment.field(field)? else { continue };
        let mut cursor = Cursor::new(&postings.lists, info);
        for &doc in segment.deleted() {
            if cursor.seek(doc) == doc {
                visit(&mut cursor);
            }
        }
    }
    Ok(())
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
