//! Parts written as one segment.
//!
//! Terms are written on all threads ([`terms`]). Columns and stored values, which
//! are written to files of their own, go beside them on one more thread.

use std::thread;

use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{SegmentMeta, TantivyError};

use super::chunk::Postings;
use super::emit::FieldFormat;
use super::part::Part;
use super::parts::PartsField;
use super::words::{Merged, Terms, join};
use super::{columns, store, terms};
use crate::analysis::Language;
use crate::error::Error;
use crate::index::forward::{Lexicon, Share};
use crate::index::schema::Fields;

/// A segment that was written, and what its forward file is made of.
pub(in crate::index) struct Written {
    pub(in crate::index) meta: SegmentMeta,
    pub(in crate::index) lexicon: Lexicon,
    pub(in crate::index) shares: Vec<Share>,
}

/// Writes the passages of all parts, in the order of the parts, as `segment`,
/// on `threads` threads and one for columns and stored values.
///
/// All parts are of one language and of the index's settings.
///
/// # Errors
/// [`Error::Engine`] when a file of the segment cannot be written.
pub(in crate::index) fn write_segment(
    segment: Segment,
    fields: &Fields,
    parts: Vec<Part>,
    threads: usize,
) -> crate::error::Result<Written> {
    write(segment, fields, parts, threads.max(1)).map_err(Error::engine("write a segment"))
}

fn write(
    segment: Segment,
    fields: &Fields,
    mut parts: Vec<Part>,
    threads: usize,
) -> tantivy::Result<Written> {
    let passages: usize = parts.iter().map(|part| part.columns.len()).sum();
    let passages = u32::try_from(passages)
        .map_err(|_| TantivyError::InvalidArgument("too many passages for a segment".into()))?;
    write_norms(&segment, fields, &parts)?;
    let beside: Vec<_> = parts
        .iter_mut()
        .map(|part| {
            (std::mem::take(&mut part.columns), std::mem::replace(&mut part.store, Ok(Vec::new())))
        })
        .collect();
    let lexicon = thread::scope(|scope| {
        let beside = scope.spawn(|| {
            let (columns, stores): (Vec<_>, Vec<_>) = beside.into_iter().unzip();
            store::write(&segment, stores.into_iter())?;
            columns::write(&segment, fields, &columns)
        });
        let lexicon = write_terms(&segment, fields, &parts, threads)?;
        join(beside)?;
        tantivy::Result::Ok(lexicon)
    })?;
    let segment = segment.with_max_doc(passages);
    // Only the engine's own writer keeps one while it reorders passages.
    segment.meta().untrack_temp_docstore();
    let share = |part: Part| Share { words: part.words, order: part.order, tokens: part.tokens };
    let shares = parts.into_iter().map(share).collect();
    Ok(Written { meta: segment.meta().clone(), lexicon, shares })
}

/// The postings of one field in a part.
type PostingsOf = fn(&Part) -> &Postings;

fn write_norms(segment: &Segment, fields: &Fields, parts: &[Part]) -> tantivy::Result<()> {
    let file = segment.open_write(SegmentComponent::FieldNorms)?;
    let mut serializer = FieldNormsSerializer::from_write(file)?;
    let with_norms: [(Field, PostingsOf); 5] = [
        (fields.text, |part| &part.text),
        (fields.title, |part| &part.title),
        (fields.heading, |part| &part.heading),
        (fields.characters, |part| &part.character),
        (fields.source, |part| &part.source),
    ];
    for (field, postings) in with_norms {
        let norms: Vec<&[u8]> = parts.iter().map(|part| &postings(part).norms[..]).collect();
        serializer.serialize_field(field, &norms.concat())?;
    }
    Ok(serializer.close()?)
}

/// Writes terms, postings and positions of all fields.
fn write_terms(
    segment: &Segment,
    fields: &Fields,
    parts: &[Part],
    threads: usize,
) -> tantivy::Result<Lexicon> {
    let language = parts.first().map_or(Language::None, |part| part.language);
    let words = Merged::of(parts.iter().map(|part| &part.words).collect());
    let characters = Merged::of(parts.iter().map(|part| &part.characters).collect());
    let keys = Merged::of(parts.iter().map(|part| &part.sources).collect());
    let surfaces = Terms::words(&words);
    let stems = Terms::stems(&words, language, threads);
    let characters = Terms::words(&characters);
    let source_keys = Terms::words(&keys);

    let norms = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)?;
    let schema = segment.schema();
    let source = |field, terms, postings: PostingsOf| -> tantivy::Result<PartsField<'_>> {
        let mut base = 0;
        let parts: Vec<_> = parts
            .iter()
            .map(|part| {
                let first = base;
                base += part.text.norms.len() as u32;
                (first, postings(part))
            })
            .collect();
        let option = schema.get_field_entry(field).field_type().get_index_record_option();
        let format = FieldFormat {
            field,
            option: option.unwrap_or(IndexRecordOption::Basic),
            tokens: parts.iter().map(|(_, postings)| postings.tokens).sum(),
            norms: norms.get_field(field)?,
        };
        Ok(PartsField::new(format, terms, parts))
    };
    // In the order of the fields in the schema.
    let mut sources = vec![
        source(fields.text, &stems, |part| &part.text)?,
        source(fields.title, &stems, |part| &part.title)?,
        source(fields.heading, &stems, |part| &part.heading)?,
    ];
    if language != Language::None {
        sources.push(source(fields.words, &surfaces, |part| &part.text)?);
    }
    sources.push(source(fields.characters, &characters, |part| &part.character)?);
    sources.push(source(fields.source, &source_keys, |part| &part.source)?);
    terms::write(segment, fields, language, sources, threads)
}
