//! Ranges of a field's terms, serialized into memory.

use std::io;
use std::ops::Range;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::positions::PositionSerializer;
use tantivy::postings::TermInfo;
use tantivy::postings::serializer::PostingsSerializer;
use tantivy::schema::{Field, IndexRecordOption};

use super::dictionary::WordList;
use super::term::{FieldParts, TermPostings, Wanted};
use super::words::Terms;

/// A field as it is to be written.
pub(super) struct FieldPlan<'a> {
    pub(super) field: Field,
    pub(super) option: IndexRecordOption,
    pub(super) terms: &'a Terms<'a>,
    pub(super) parts: FieldParts<'a>,
    pub(super) norms: Option<FieldNormReader>,
}

/// A range of terms, serialized.
#[derive(Default)]
pub(super) struct Emitted {
    pub(super) postings: Vec<u8>,
    pub(super) positions: Vec<u8>,
    /// The terms that occur.
    pub(super) names: WordList,
    /// For each of them where its postings are, counted from this range's own
    /// beginning.
    pub(super) infos: Vec<TermInfo>,
}

/// From so many passages on a term has a block of postings with a bound on its
/// scores; a constant of the engine.
const BLOCK: usize = 128;

impl FieldPlan<'_> {
    /// How many tokens the field has.
    pub(super) fn tokens(&self) -> u64 {
        self.parts.iter().map(|(_, postings)| postings.tokens).sum()
    }

    /// Serializes the terms `range`.
    pub(super) fn emit(&self, range: Range<usize>) -> io::Result<Emitted> {
        let mut emitted = Emitted::default();
        let mut positions = PositionSerializer::new(&mut emitted.positions);
        // Rare terms share a serializer. It need not know the norms, which only
        // blocks are bounded by, and by which it would make a table for each
        // term. It cannot be used again after a block, hence `serializer` below.
        let mut rare = PostingsSerializer::new(0.0, self.option, None);
        let has_freqs = self.option.has_freq();
        let wanted = if has_freqs { Wanted::Positions } else { Wanted::Passages };
        let mut term_postings = TermPostings::default();
        for term in range {
            term_postings.gather(self.terms, term, &self.parts, wanted);
            let TermPostings { passages, freqs, deltas, .. } = &term_postings;
            if passages.is_empty() {
                continue;
            }
            // What else is made from a term's whole postings, such as bitmaps,
            // its greatest frequency factor or seeds, is made here.
            let start = (emitted.postings.len(), positions.written_bytes() as usize);
            let doc_freq = passages.len() as u32;
            let mut frequent;
            let postings = match passages.len() {
                ..BLOCK => &mut rare,
                _ => {
                    frequent = self.serializer();
                    &mut frequent
                }
            };
            postings.new_term(doc_freq, has_freqs);
            match wanted {
                Wanted::Passages => passages.iter().for_each(|&it| postings.write_doc(it, 0)),
                Wanted::Positions => passages
                    .iter()
                    .zip(freqs)
                    .for_each(|(&passage, &freq)| postings.write_doc(passage, freq)),
            }
            postings.close_term(doc_freq, &mut emitted.postings)?;
            if self.option.has_positions() {
                positions.write_positions_delta(deltas);
                positions.close_term()?;
            }
            let info = TermInfo {
                doc_freq,
                postings_range: start.0..emitted.postings.len(),
                positions_range: start.1..positions.written_bytes() as usize,
            };
            emitted.names.push(self.terms.name(term));
            emitted.infos.push(info);
        }
        positions.close()?;
        Ok(emitted)
    }

    fn serializer(&self) -> PostingsSerializer {
        // The bounds that blocks carry hold for this average; it must be the
        // segment's own, computed as the engine computes it.
        let average = match &self.norms {
            Some(norms) => self.tokens() as f32 / norms.num_docs() as f32,
            None => 0.0,
        };
        PostingsSerializer::new(average, self.option, self.norms.clone())
    }
}
