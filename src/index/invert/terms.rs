//! Terms, postings and positions of all fields of a segment.
//!
//! The terms of all fields are cut into ranges of about equal work. Threads
//! serialize ranges into memory, and the calling thread appends them in order
//! and builds the dictionaries of terms, which only one thread can. No more than
//! a few ranges are held at a time, and what of one is too long lies on disk.

use std::io::{self, Write};
use std::ops::Range;

use tantivy::directory::{CompositeWrite, WritePtr};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::termdict::TermDictionaryBuilder;

use super::beside::Beside;
use super::emit::{Emitted, EmittedTerm, FieldFormat};
use crate::analysis::Language;
use crate::index::forward::Lexicon;
use crate::index::in_order::in_order;
use crate::index::schema::{Fields, surface_field};

/// The terms of one field, wherever they come from.
pub(super) trait TermSource: Sync {
    fn format(&self) -> &FieldFormat;
    /// How many ranges they are cut into.
    fn ranges(&self) -> usize;
    /// Serializes a range.
    fn emit(&self, range: usize) -> io::Result<Emitted>;
}

/// Writes all terms of `sources`, which are in the order of the fields in the
/// schema, as the engine writes them, on `threads` threads; their files are closed
/// `beside`. Returns the words and stems among them.
pub(super) fn write<S: TermSource>(
    segment: &Segment,
    fields: &Fields,
    language: Language,
    mut sources: Vec<S>,
    threads: usize,
    beside: &Beside<'_, '_>,
) -> tantivy::Result<Lexicon> {
    // The engine does not write a field without tokens.
    sources.retain(|source| source.format().tokens > 0);
    let jobs: Vec<(&S, usize)> = sources
        .iter()
        .flat_map(|source| (0..source.ranges()).map(move |range| (source, range)))
        .collect();
    let emit = |job: usize| {
        let (source, range) = jobs[job];
        source.emit(range)
    };
    let mut output = Output::open(segment)?;
    let mut lexicon = Lexicon::default();
    in_order(jobs.len(), threads, emit, |emitted| -> io::Result<()> {
        for source in &sources {
            let field = source.format().field;
            let (is_stems, is_words) =
                (field == fields.text, field == surface_field(fields, language));
            output.field(source, emitted, |name, doc_freq, occurrences| {
                if is_stems {
                    lexicon.push_stem(name, doc_freq, occurrences);
                }
                if is_words {
                    lexicon.push_word(name, doc_freq);
                }
            })?;
        }
        Ok(())
    })?;
    beside.begin(move || Ok(output.close()?));
    Ok(lexicon)
}

/// The files of terms, postings and positions.
struct Output {
    terms: CompositeWrite<WritePtr>,
    postings: CompositeWrite<WritePtr>,
    positions: CompositeWrite<WritePtr>,
}

impl Output {
    fn open(segment: &Segment) -> tantivy::Result<Self> {
        let open = |component| -> tantivy::Result<_> {
            Ok(CompositeWrite::wrap(segment.open_write(component)?))
        };
        Ok(Self {
            terms: open(SegmentComponent::Terms)?,
            postings: open(SegmentComponent::Postings)?,
            positions: open(SegmentComponent::Positions)?,
        })
    }

    /// Writes a whole field, whose ranges are drawn from `emitted`, and tells
    /// `note` of each term, its document and its collection frequency.
    fn field(
        &mut self,
        source: &impl TermSource,
        emitted: &mut dyn Iterator<Item = io::Result<Emitted>>,
        mut note: impl FnMut(&[u8], u32, u64),
    ) -> io::Result<()> {
        let format = source.format();
        let postings = self.postings.for_field(format.field);
        let positions = self.positions.for_field(format.field);
        let mut terms = TermDictionaryBuilder::create(self.terms.for_field(format.field))?;
        postings.write_all(&format.tokens.to_le_bytes())?;
        let (mut postings_len, mut positions_len) = (0, 0);
        for emitted in emitted.take(source.ranges()) {
            let mut emitted = emitted?;
            for (index, EmittedTerm { mut info, occurrences }) in
                emitted.terms.into_iter().enumerate()
            {
                let name = emitted.names.get(index);
                note(name, info.doc_freq, occurrences);
                info.postings_range = shifted(info.postings_range, postings_len);
                info.positions_range = shifted(info.positions_range, positions_len);
                terms.insert(name, &info)?;
            }
            postings_len += emitted.postings.len();
            positions_len += emitted.positions.len();
            emitted.postings.drain_to(postings)?;
            emitted.positions.drain_to(positions)?;
        }
        terms.finish()?;
        Ok(())
    }

    fn close(self) -> io::Result<()> {
        self.terms.close()?;
        self.postings.close()?;
        self.positions.close()
    }
}

fn shifted(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}
