//! Parts on their way to one segment, on disk where memory does not hold them all.
//!
//! A part that is put here becomes a [`Run`]; its stored values go to their file
//! at once. In the end the runs are merged into one segment, term by term, which
//! takes a small window onto each of them and what a segment's words need.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use tantivy::index::Segment;
use tantivy::schema::Field;
use tantivy::{Index, SegmentMeta};

use super::emit::FieldFormat;
use super::part::Part;
use super::run::Run;
use super::runs::RunsField;
use super::segment::{Shares, Written, finish, write_segment};
use super::store::StackedStore;
use super::{columns, norms, terms};
use crate::analysis::Language;
use crate::error::{Error, Result};
use crate::index::draft::Scratch;
use crate::index::schema::Fields;
use crate::index::settings::SideFiles;
use crate::threads::join;

/// Parts on their way to one segment of `index`.
pub(in crate::index) struct Spill<'a> {
    index: &'a Index,
    fields: &'a Fields,
    language: Language,
    side_files: SideFiles,
    /// Where the runs lie for the time being, and the forward file in the end.
    directory: &'a Path,
    begun: AtomicUsize,
    segment: Mutex<Option<Growing>>,
}

/// A segment of which nothing but the store is written.
struct Growing {
    segment: Segment,
    store: StackedStore,
    /// In the order in which their stored values were added.
    runs: Vec<Run>,
}

impl<'a> Spill<'a> {
    pub(in crate::index) fn new(
        index: &'a Index,
        fields: &'a Fields,
        (language, side_files): (Language, SideFiles),
        directory: &'a Path,
    ) -> Self {
        let (begun, segment) = (AtomicUsize::new(0), Mutex::new(None));
        Self { index, fields, language, side_files, directory, begun, segment }
    }

    /// Whether nothing was put here.
    pub(in crate::index) fn is_empty(&self) -> bool {
        self.lock().is_none()
    }

    /// Puts `part` on disk, in the thread that calls. Parts lie in the segment in
    /// the order in which that ends.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Engine`] where something cannot be written.
    pub(in crate::index) fn add(&self, mut part: Part) -> Result<()> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let scratch = Scratch::new(self.directory, &format!("{number}.run"));
        let failed = Error::io("write", scratch.path().to_owned());
        let store = std::mem::replace(&mut part.store, Ok(Vec::new()));
        let run = Run::write(scratch, self.fields, &part).map_err(failed)?;
        drop(part);
        self.grow(run, store).map_err(Error::engine("write a segment"))
    }

    fn grow(&self, run: Run, store: io::Result<Vec<u8>>) -> tantivy::Result<()> {
        let mut segment = self.lock();
        let growing = match &mut *segment {
            Some(growing) => growing,
            None => segment.insert(Growing::new(self.index.new_segment())?),
        };
        growing.store.add(store?)?;
        growing.runs.push(run);
        Ok(())
    }

    /// Writes `parts` and what was put here as one segment, with its forward file
    /// where the index has such, on `threads` threads and one for columns. `None` where there is nothing.
    ///
    /// # Errors
    /// [`Error::Engine`] when a file of the segment cannot be written, [`Error::Io`]
    /// when another cannot.
    pub(in crate::index) fn finish(
        &self,
        parts: Vec<Part>,
        threads: usize,
    ) -> Result<Option<SegmentMeta>> {
        let written = if self.is_empty() {
            if parts.is_empty() {
                return Ok(None);
            }
            Some(write_segment(self.index.new_segment(), self.fields, parts, threads)?)
        } else {
            parts.into_iter().try_for_each(|part| self.add(part))?;
            self.write(threads)?
        };
        let finish = |written: Written| match self.side_files {
            SideFiles::All => written.with_forward(self.directory, self.language, threads),
            SideFiles::Compact => Ok(written.into_meta()),
        };
        written.map(finish).transpose()
    }

    /// Writes what was put here as one segment; `None` where nothing was.
    pub(super) fn write(&self, threads: usize) -> Result<Option<Written>> {
        let Some(growing) = self.lock().take() else { return Ok(None) };
        let written = growing.write(self.fields, self.language, threads.max(1));
        written.map(Some).map_err(Error::engine("write a segment"))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Growing>> {
        // A panic while it is held ends the update, which writes no segment then.
        self.segment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Growing {
    fn new(segment: Segment) -> tantivy::Result<Self> {
        let store = StackedStore::create(&segment)?;
        Ok(Self { segment, store, runs: Vec::new() })
    }

    fn write(
        self,
        fields: &Fields,
        language: Language,
        threads: usize,
    ) -> tantivy::Result<Written> {
        let Self { segment, store, runs } = self;
        store.close()?;
        let norms = norms::write(&segment, fields, |field| {
            let norms = runs.iter().map(|run| run.norms(field));
            Ok(norms.collect::<io::Result<Vec<_>>>()?.concat())
        })?;
        let lexicon = thread::scope(|scope| {
            let beside = scope.spawn(|| {
                let parts: io::Result<Vec<_>> = runs.iter().map(Run::columns).collect();
                columns::merge(&segment, &parts?)
            });
            let source = |(number, field): (usize, Field)| {
                let tokens = runs.iter().map(|run| run.fields[number].tokens).sum();
                let format = FieldFormat::new(fields, field, tokens, &norms)?;
                Ok(RunsField::new(format, &runs, number))
            };
            let sources = fields.indexed(language).into_iter().enumerate().map(source);
            let sources = sources.collect::<tantivy::Result<Vec<_>>>()?;
            let lexicon = terms::write(&segment, fields, language, sources, threads)?;
            join(beside)?;
            tantivy::Result::Ok(lexicon)
        })?;
        let passages = runs.iter().map(|run| u64::from(run.passages)).sum();
        let meta = finish(segment, passages)?;
        Ok(Written { meta, lexicon, shares: Shares::OnDisk(runs) })
    }
}
