//! Ranges of a field's terms, serialized on their own: into memory, or over disk where
//! that is long.

use std::io;
use std::path::{Path, PathBuf};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::postings::serializer::PostingsSerializer;
use tantivy::schema::{Field, IndexRecordOption};

use super::bulk::Bulk;
use super::norms::{FieldNorms, Norms};
use super::positions::PositionWriter;
use crate::index::postings::BLOCK;
use crate::index::schema::Fields;
use crate::index::word_list::WordList;

/// How the terms of a field are serialized.
pub(super) struct FieldFormat {
    pub(super) field: Field,
    pub(super) option: IndexRecordOption,
    /// How many tokens the field has, as the engine is told.
    pub(super) tokens: u64,
    norms: Option<FieldNorms>,
    /// Where serialized terms may lie that memory shall not hold.
    directory: Option<PathBuf>,
}

/// A range of terms, serialized.
pub(super) struct Emitted {
    pub(super) postings: Bulk,
    pub(super) positions: Bulk,
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
    pub(super) fn new(fields: &Fields, field: Field, tokens: u64, norms: &Norms) -> Self {
        let (option, norms) = (fields.record_option(field), norms.of_field(field));
        let tokens = match &norms {
            Some(norms) if field != fields.text => norms.tokens,
            _ => tokens,
        };
        Self { field, option, tokens, norms, directory: None }
    }

    /// The same, for so many terms that a single one may be more than memory shall hold;
    /// it goes to `directory` for the time being.
    pub(super) fn over_disk(self, directory: &Path) -> Self {
        Self { directory: Some(directory.to_owned()), ..self }
    }

    /// Serializes the terms that `write` writes.
    pub(super) fn emit(
        &self,
        write: impl FnOnce(&mut TermWriter<'_>) -> io::Result<()>,
    ) -> io::Result<Emitted> {
        let directory = self.directory.as_deref();
        let mut emitted = Emitted {
            postings: Bulk::new(directory),
            positions: Bulk::new(directory),
            names: WordList::default(),
            terms: Vec::new(),
        };
        let mut writer = TermWriter {
            format: self,
            norms: None,
            // Rare terms share a serializer. It need not know the norms, which
            // only blocks are bounded by, and by which it would make a table for
            // each term. It cannot be used again after a block.
            rare: PostingsSerializer::new(0.0, self.option, None),
            frequent: None,
            positions: PositionWriter::new(directory),
            start: (0, 0),
            doc_freq: 0,
            occurrences: 0,
            emitted: &mut emitted,
        };
        write(&mut writer)?;
        Ok(emitted)
    }

    fn serializer(&self, norms: Option<FieldNormReader>) -> PostingsSerializer {
        // The bounds that blocks carry hold for this average; it must be the
        // segment's own, computed as the engine computes it.
        let average = match &norms {
            Some(norms) => self.tokens as f32 / norms.num_docs() as f32,
            None => 0.0,
        };
        PostingsSerializer::new(average, self.option, norms)
    }
}

/// Serializes one term after the other: [`TermWriter::begin`], its passages and
/// positions in order, [`TermWriter::end`].
pub(super) struct TermWriter<'a> {
    format: &'a FieldFormat,
    /// Of the field, once a term has needed them.
    norms: Option<FieldNormReader>,
    rare: PostingsSerializer,
    /// Of the term at hand, where it is not rare.
    frequent: Option<PostingsSerializer>,
    positions: PositionWriter,
    /// Where the postings and the positions of the term at hand begin.
    start: (usize, usize),
    doc_freq: u32,
    occurrences: u64,
    emitted: &'a mut Emitted,
}

impl TermWriter<'_> {
    /// Begins a term that `doc_freq` passages have.
    pub(super) fn begin(&mut self, doc_freq: u32) -> io::Result<()> {
        self.start = (self.emitted.postings.len(), self.emitted.positions.len());
        (self.doc_freq, self.occurrences) = (doc_freq, 0);
        // From so many passages on it has a block with a bound on its scores.
        self.frequent = match doc_freq as usize >= BLOCK {
            true => Some(self.format.serializer(self.norms()?)),
            false => None,
        };
        let has_freqs = self.format.option.has_freq();
        self.serializer().new_term(doc_freq, has_freqs);
        Ok(())
    }

    /// Writes passages of the term, ascending, with how often each has it.
    #[inline]
    pub(super) fn passages(&mut self, passages: impl Iterator<Item = (u32, u32)>) {
        let serializer = self.serializer();
        passages.for_each(|(passage, freq)| serializer.write_doc(passage, freq));
    }

    /// Writes positions of the term, as [`super::term::TermPostings`] has them.
    pub(super) fn positions(&mut self, deltas: &[u32]) -> io::Result<()> {
        self.occurrences += deltas.len() as u64;
        self.positions.push(deltas)
    }

    /// Ends the term, whose bytes are `name`.
    pub(super) fn end(&mut self, name: &[u8]) -> io::Result<()> {
        let doc_freq = self.doc_freq;
        let Emitted { postings, positions, names, terms } = &mut *self.emitted;
        let serializer = self.frequent.as_mut().unwrap_or(&mut self.rare);
        serializer.close_term(doc_freq, postings)?;
        if self.format.option.has_positions() {
            self.positions.end(positions)?;
        }
        let info = TermInfo {
            doc_freq,
            postings_range: self.start.0..postings.len(),
            positions_range: self.start.1..positions.len(),
        };
        names.push(name);
        terms.push(EmittedTerm { info, occurrences: self.occurrences });
        Ok(())
    }

    fn serializer(&mut self) -> &mut PostingsSerializer {
        self.frequent.as_mut().unwrap_or(&mut self.rare)
    }

    fn norms(&mut self) -> io::Result<Option<FieldNormReader>> {
        if let (None, Some(norms)) = (&self.norms, &self.format.norms) {
            self.norms = Some(norms.open()?);
        }
        Ok(self.norms.clone())
    }
}
