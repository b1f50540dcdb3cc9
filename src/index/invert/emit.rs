//! Ranges of a field's terms, serialized into memory.

use std::io;

use tantivy::fieldnorm::{FieldNormReader, FieldNormReaders};
use tantivy::positions::PositionSerializer;
use tantivy::postings::TermInfo;
use tantivy::postings::serializer::PostingsSerializer;
use tantivy::schema::{Field, IndexRecordOption};

use crate::index::postings::BLOCK;
use crate::index::schema::Fields;
use crate::index::word_list::WordList;

/// How the terms of a field are serialized.
pub(super) struct FieldFormat {
    pub(super) field: Field,
    pub(super) option: IndexRecordOption,
    /// How many tokens the field has, as the engine is told.
    pub(super) tokens: u64,
    pub(super) norms: Option<FieldNormReader>,
}

/// A range of terms, serialized.
#[derive(Default)]
pub(super) struct Emitted {
    pub(super) postings: Vec<u8>,
    pub(super) positions: Vec<u8>,
    /// The terms that occur.
    pub(super) names: WordList,
    /// What is to be said of each of them.
    pub(super) terms: Vec<EmittedTerm>,
}

pub(super) struct EmittedTerm {
    /// Where its postings are, counted from the range's own beginning.
    pub(super) info: TermInfo,
    /// How many positions it has.
    pub(super) occurrences: u64,
}

impl FieldFormat {
    /// The format of `field` in a segment where it has `tokens` tokens and these
    /// norms.
    ///
    /// When the engine merges passages away, it adds up the lengths that norms stand
    /// for, which are rounded. They are added up here too, so that averages do not
    /// depend on how an index came about. The text has a count of its own for that,
    /// [`OpenSegment::text_tokens`](crate::index::OpenSegment::text_tokens).
    pub(super) fn new(
        fields: &Fields,
        field: Field,
        tokens: u64,
        norms: &FieldNormReaders,
    ) -> tantivy::Result<Self> {
        let (option, norms) = (fields.record_option(field), norms.get_field(field)?);
        let tokens = match &norms {
            Some(norms) if field != fields.text => {
                (0..norms.num_docs()).map(|doc| u64::from(norms.fieldnorm(doc))).sum()
            }
            _ => tokens,
        };
        Ok(Self { field, option, tokens, norms })
    }

    /// Serializes the terms that `write` writes.
    pub(super) fn emit(
        &self,
        write: impl FnOnce(&mut TermWriter<'_>) -> io::Result<()>,
    ) -> io::Result<Emitted> {
        let mut emitted = Emitted::default();
        let Emitted { postings, positions, names, terms } = &mut emitted;
        let mut writer = TermWriter {
            format: self,
            // Rare terms share a serializer. It need not know the norms, which
            // only blocks are bounded by, and by which it would make a table for
            // each term. It cannot be used again after a block.
            rare: PostingsSerializer::new(0.0, self.option, None),
            frequent: None,
            postings,
            positions: PositionSerializer::new(positions),
            names,
            terms,
            start: (0, 0),
            doc_freq: 0,
            occurrences: 0,
        };
        write(&mut writer)?;
        writer.positions.close()?;
        Ok(emitted)
    }

    fn serializer(&self) -> PostingsSerializer {
        // The bounds that blocks carry hold for this average; it must be the
        // segment's own, computed as the engine computes it.
        let average = match &self.norms {
            Some(norms) => self.tokens as f32 / norms.num_docs() as f32,
            None => 0.0,
        };
        PostingsSerializer::new(average, self.option, self.norms.clone())
    }
}

/// Serializes one term after the other: [`TermWriter::begin`], its passages and
/// positions in order, [`TermWriter::end`].
pub(super) struct TermWriter<'a> {
    format: &'a FieldFormat,
    rare: PostingsSerializer,
    /// Of the term at hand, where it is not rare.
    frequent: Option<PostingsSerializer>,
    postings: &'a mut Vec<u8>,
    positions: PositionSerializer<&'a mut Vec<u8>>,
    names: &'a mut WordList,
    terms: &'a mut Vec<EmittedTerm>,
    /// Where the postings and the positions of the term at hand begin.
    start: (usize, usize),
    doc_freq: u32,
    occurrences: u64,
}

impl TermWriter<'_> {
    /// Begins a term that `doc_freq` passages have.
    pub(super) fn begin(&mut self, doc_freq: u32) {
        self.start = (self.postings.len(), self.positions.written_bytes() as usize);
        (self.doc_freq, self.occurrences) = (doc_freq, 0);
        // From so many passages on it has a block with a bound on its scores.
        self.frequent = (doc_freq as usize >= BLOCK).then(|| self.format.serializer());
        let has_freqs = self.format.option.has_freq();
        self.serializer().new_term(doc_freq, has_freqs);
    }

    /// Writes passages of the term, ascending, with how often each has it.
    #[inline]
    pub(super) fn passages(&mut self, passages: impl Iterator<Item = (u32, u32)>) {
        let serializer = self.serializer();
        passages.for_each(|(passage, freq)| serializer.write_doc(passage, freq));
    }

    /// Writes positions of the term, as [`super::term::TermPostings`] has them.
    pub(super) fn positions(&mut self, deltas: &[u32]) {
        self.occurrences += deltas.len() as u64;
        self.positions.write_positions_delta(deltas);
    }

    /// Ends the term, whose bytes are `name`.
    pub(super) fn end(&mut self, name: &[u8]) -> io::Result<()> {
        let doc_freq = self.doc_freq;
        let serializer = self.frequent.as_mut().unwrap_or(&mut self.rare);
        serializer.close_term(doc_freq, self.postings)?;
        if self.format.option.has_positions() {
            self.positions.close_term()?;
        }
        let info = TermInfo {
            doc_freq,
            postings_range: self.start.0..self.postings.len(),
            positions_range: self.start.1..self.positions.written_bytes() as usize,
        };
        self.names.push(name);
        self.terms.push(EmittedTerm { info, occurrences: self.occurrences });
        Ok(())
    }

    fn serializer(&mut self) -> &mut PostingsSerializer {
        self.frequent.as_mut().unwrap_or(&mut self.rare)
    }
}
