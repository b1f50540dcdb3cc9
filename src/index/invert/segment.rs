//! Parts written as one segment.
//!
//! The terms of all fields are cut into ranges of about equal work. Threads
//! serialize ranges into memory, and the calling thread appends them in order
//! and builds the dictionaries of terms, which only one thread can. No more than
//! a few ranges are held at a time. Columns and stored values, which are written
//! to files of their own, go beside it on one more thread.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::mpsc;
use std::thread;

use tantivy::directory::{CompositeWrite, WritePtr};
use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::TermDictionaryBuilder;
use tantivy::{SegmentMeta, TantivyError};

use super::chunk::Postings;
use super::emit::{Emitted, FieldPlan};
use super::part::Part;
use super::words::{ABSENT, Merged, Terms, join};
use super::{columns, store};
use crate::analysis::Language;
use crate::error::Error;
use crate::index::schema::Fields;

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
) -> crate::error::Result<SegmentMeta> {
    write(segment, fields, parts, threads.max(1)).map_err(Error::engine("write a segment"))
}

fn write(
    segment: Segment,
    fields: &Fields,
    mut parts: Vec<Part>,
    threads: usize,
) -> tantivy::Result<SegmentMeta> {
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
    thread::scope(|scope| {
        let beside = scope.spawn(|| {
            let (columns, stores): (Vec<_>, Vec<_>) = beside.into_iter().unzip();
            store::write(&segment, stores.into_iter())?;
            columns::write(&segment, fields, &columns)
        });
        write_terms(&segment, fields, &parts, threads)?;
        join(beside)
    })?;
    let segment = segment.with_max_doc(passages);
    // Only the engine's own writer keeps one while it reorders passages.
    segment.meta().untrack_temp_docstore();
    Ok(segment.meta().clone())
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
) -> tantivy::Result<()> {
    let language = parts.first().map_or(Language::None, |part| part.language);
    let words = Merged::of(parts.iter().map(|part| &part.words).collect());
    let characters = Merged::of(parts.iter().map(|part| &part.characters).collect());
    let sources = Merged::of(parts.iter().map(|part| &part.sources).collect());
    let surfaces = Terms::words(&words);
    let stems = Terms::stems(&words, language, threads);
    let characters = Terms::words(&characters);
    let sources = Terms::words(&sources);

    let norms = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)?;
    let schema = segment.schema();
    let plan = |field, terms, postings: PostingsOf| -> tantivy::Result<FieldPlan<'_>> {
        let mut base = 0;
        let parts = parts.iter().map(|part| {
            let first = base;
            base += part.text.norms.len() as u32;
            (first, postings(part))
        });
        let option = schema.get_field_entry(field).field_type().get_index_record_option();
        Ok(FieldPlan {
            field,
            option: option.unwrap_or(IndexRecordOption::Basic),
            terms,
            parts: parts.collect(),
            norms: norms.get_field(field)?,
        })
    };
    // In the order of the fields in the schema, as the engine writes them.
    let mut plans = vec![
        plan(fields.text, &stems, |part| &part.text)?,
        plan(fields.title, &stems, |part| &part.title)?,
        plan(fields.heading, &stems, |part| &part.heading)?,
    ];
    if language != Language::None {
        plans.push(plan(fields.words, &surfaces, |part| &part.text)?);
    }
    plans.push(plan(fields.characters, &characters, |part| &part.character)?);
    plans.push(plan(fields.source, &sources, |part| &part.source)?);
    plans.retain(|plan| plan.tokens() > 0);
    let ranges: Vec<Vec<Range<usize>>> = plans.iter().map(ranges).collect();
    let jobs: Vec<Job<'_>> = plans
        .iter()
        .zip(&ranges)
        .flat_map(|(plan, ranges)| ranges.iter().map(move |range| (plan, range.clone())))
        .collect();
    let mut output = Output::open(segment)?;
    emit_in_order(&jobs, threads, |emitted| -> io::Result<()> {
        for (plan, ranges) in plans.iter().zip(&ranges) {
            output.field(plan, emitted.take(ranges.len()))?;
        }
        output.close()
    })?;
    Ok(())
}

/// A range ends after about so many tokens: enough to make the work of handing
/// it over small, few enough to keep all threads at work to the end. Chosen by
/// hand.
const RANGE_WORK: u64 = 1 << 20;
/// What a term costs beside its tokens, in tokens. Chosen by hand.
const TERM_WORK: u64 = 8;

/// The terms of a field in ranges of about equal work, none of them empty.
fn ranges(plan: &FieldPlan<'_>) -> Vec<Range<usize>> {
    let counts: Vec<Vec<u32>> = plan.parts.iter().map(|(_, postings)| postings.counts()).collect();
    let mut ranges = Vec::new();
    let (mut start, mut work) = (0, 0);
    for term in 0..plan.terms.len() {
        let tokens =
            plan.terms.ids(term).flat_map(|ids| ids.iter().zip(&counts)).map(|(&id, counts)| {
                match id {
                    ABSENT => 0,
                    id => counts.get(id as usize).map_or(0, |&count| u64::from(count)),
                }
            });
        work += TERM_WORK + tokens.sum::<u64>();
        if work >= RANGE_WORK {
            ranges.push(start..term + 1);
            (start, work) = (term + 1, 0);
        }
    }
    if start < plan.terms.len() {
        ranges.push(start..plan.terms.len());
    }
    ranges
}

/// A field and some of its terms.
type Job<'a> = (&'a FieldPlan<'a>, Range<usize>);

/// So many ranges a thread may be ahead of the one that appends them.
const RANGES_AHEAD: usize = 2;

/// Emits `jobs` on `threads` threads, each in turn, and lets `append` draw what
/// comes out in the order of the jobs.
fn emit_in_order<T>(
    jobs: &[Job<'_>],
    threads: usize,
    append: impl FnOnce(&mut dyn Iterator<Item = io::Result<Emitted>>) -> T,
) -> T {
    thread::scope(|scope| {
        let turns: Vec<_> = (0..threads.min(jobs.len()))
            .map(|first| {
                let (give, take) = mpsc::sync_channel(RANGES_AHEAD);
                scope.spawn(move || {
                    for (plan, range) in jobs.iter().skip(first).step_by(threads) {
                        // Nobody draws any more after a failure.
                        if give.send(plan.emit(range.clone())).is_err() {
                            return;
                        }
                    }
                });
                take
            })
            .collect();
        let mut emitted = (0..jobs.len()).map(|job| {
            // A thread that gives nothing has panicked, which goes on when the
            // scope ends.
            turns[job % threads].recv().unwrap_or_else(|_| Ok(Emitted::default()))
        });
        append(&mut emitted)
    })
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

    /// Writes a whole field, whose ranges are drawn from `emitted`.
    fn field(
        &mut self,
        plan: &FieldPlan<'_>,
        emitted: impl Iterator<Item = io::Result<Emitted>>,
    ) -> io::Result<()> {
        let postings = self.postings.for_field(plan.field);
        let positions = self.positions.for_field(plan.field);
        let mut terms = TermDictionaryBuilder::create(self.terms.for_field(plan.field))?;
        postings.write_all(&plan.tokens().to_le_bytes())?;
        let (mut postings_len, mut positions_len) = (0, 0);
        for emitted in emitted {
            let emitted = emitted?;
            for (index, mut info) in emitted.infos.into_iter().enumerate() {
                info.postings_range = shifted(info.postings_range, postings_len);
                info.positions_range = shifted(info.positions_range, positions_len);
                terms.insert(emitted.names.get(index), &info)?;
            }
            postings.write_all(&emitted.postings)?;
            positions.write_all(&emitted.positions)?;
            postings_len += emitted.postings.len();
            positions_len += emitted.positions.len();
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
