//! Parts in memory written as one segment, in whose store they are already.
//!
//! Terms are written on all threads ([`terms`]). Columns, which are written to a
//! file of their own, go beside them on one more thread, and there the store is
//! closed ([`beside`](super::beside)).

use std::path::Path;
use std::sync::Arc;

use tantivy::index::Segment;
use tantivy::schema::Field;
use tantivy::{SegmentMeta, TantivyError};

use super::beside::Beside;
use super::emit::FieldFormat;
use super::norms::Norms;
use super::part::Part;
use super::parts::{PartTerms, PartWords, PartsField};
use super::run::Run;
use super::spill::Begun;
use super::{columns, terms};
use crate::analysis::Language;
use crate::error::Error;
use crate::index::forward::{self, ForwardFile, Lexicon, Share};
use crate::index::schema::Fields;

/// A segment that was written, and what its forward file is made of.
pub(in crate::index) struct Written {
    pub(super) meta: SegmentMeta,
    pub(super) lexicon: Lexicon,
    pub(super) shares: Shares,
}

/// The tokens of a segment's passages.
pub(super) enum Shares {
    InMemory(Vec<Share>),
    /// Shared with what still reads their columns beside.
    OnDisk(Arc<Vec<Run>>),
}

impl Written {
    /// What the engine has to know of the segment.
    pub(in crate::index) fn into_meta(self) -> SegmentMeta {
        self.meta
    }

    /// Writes the forward file of the segment into `directory`; returns what the
    /// engine has to know of the segment.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub(in crate::index) fn with_forward(
        self,
        directory: &Path,
        language: Language,
        threads: usize,
    ) -> crate::error::Result<SegmentMeta> {
        let name = forward::file_name(self.meta.id());
        let passages = self.meta.max_doc();
        let file = ForwardFile { directory, name: &name, language, passages, threads };
        match self.shares {
            Shares::InMemory(shares) => file.write(self.lexicon, shares.len(), |at, all| {
                shares[at].renumber(all).map_err(Error::io("write", directory.join(&name)))
            })?,
            Shares::OnDisk(runs) => file.write(self.lexicon, runs.len(), |at, all| {
                let share = || runs[at].share()?.renumber(all);
                share().map_err(Error::io("read", runs[at].path()))
            })?,
        }
        Ok(self.meta)
    }
}

/// Writes the passages of all parts, in the order of the parts, as the segment `begun`,
/// in whose store they are, on `threads` threads. Files for the time being lie in
/// `directory`, and some of the segment are still being written `beside` when this
/// returns.
///
/// All parts are of one language and of the index's settings.
pub(super) fn write_parts(
    begun: Begun,
    directory: &Path,
    fields: &Fields,
    mut parts: Vec<Part>,
    threads: usize,
    beside: &Beside<'_, '_>,
) -> tantivy::Result<Written> {
    let Begun { segment, store } = begun;
    let passages = parts.iter().map(|part| part.columns.len() as u64).sum();
    let norms = Norms::write(&segment, fields, |field, take| {
        parts.iter().try_for_each(|part| take(&part.postings(fields, field).norms))
    })?;
    let columns: Vec<_> = parts.iter_mut().map(|part| std::mem::take(&mut part.columns)).collect();
    let (of_columns, ours) = (segment.clone(), directory.to_owned());
    beside.begin(move || {
        columns::write(&of_columns, &ours, columns)?;
        // Waits for the disk, so it comes last.
        Ok(store.close()?)
    });
    let lexicon = write_terms(&segment, fields, &parts, &norms, threads, beside)?;
    let meta = finish(segment, passages)?;
    let share = |part: Part| Share { words: part.words, order: part.order, tokens: part.tokens };
    let shares = Shares::InMemory(parts.into_iter().map(share).collect());
    Ok(Written { meta, lexicon, shares })
}

/// A segment has fewer passages. The limit is the engine's: so [`tantivy::TERMINATED`]
/// is the number of none.
const PASSAGES_LIMIT: u64 = 1 << 31;

/// What the engine has to know of `segment`, whose files are written or about to be.
pub(super) fn finish(segment: Segment, passages: u64) -> tantivy::Result<SegmentMeta> {
    if passages >= PASSAGES_LIMIT {
        return Err(TantivyError::InvalidArgument("too many passages for a segment".into()));
    }
    let segment = segment.with_max_doc(passages as u32);
    // Only the engine's own writer keeps one while it reorders passages.
    segment.meta().untrack_temp_docstore();
    Ok(segment.meta().clone())
}

/// Writes terms, postings and positions of all fields.
fn write_terms(
    segment: &Segment,
    fields: &Fields,
    parts: &[Part],
    norms: &Norms,
    threads: usize,
    beside: &Beside<'_, '_>,
) -> tantivy::Result<Lexicon> {
    let language = parts.first().map_or(Language::None, |part| part.language);
    let words = PartWords::of(parts);
    let all_terms = PartTerms::of(&words, language, threads);
    let source = |field: Field| {
        let mut base = 0;
        let with_bases = parts.iter().map(|part| {
            let first = base;
            base += part.text.norms.len() as u32;
            (first, part.postings(fields, field))
        });
        let parts: Vec<_> = with_bases.collect();
        let tokens = parts.iter().map(|(_, postings)| postings.tokens).sum();
        let format = FieldFormat::new(fields, field, tokens, norms);
        PartsField::new(format, all_terms.of_field(fields, field), parts)
    };
    let sources = fields.indexed(language).into_iter().map(source).collect();
    terms::write(segment, fields, language, sources, threads, beside)
}

#[cfg(test)]
mod tests {
    use tantivy::Index;

    use super::*;
    use crate::index::schema;

    /// Only what has no number at all was refused.
    #[test]
    fn a_segment_has_no_more_passages_than_the_engine_reads() -> tantivy::Result<()> {
        let index = Index::create_in_ram(schema::schema().0);
        let with = |passages: u32| finish(index.new_segment(), passages.into());
        assert_eq!(with(tantivy::TERMINATED)?.max_doc(), tantivy::TERMINATED);
        assert!(with(tantivy::TERMINATED + 1).is_err());
        Ok(())
    }
}
