//! One update of an index, from the request to the commit.
//!
//! Lock, sweep, walk, plan, ingest, commit. Everything before the commit can be
//! lost without harm: the next update finds the last commit and starts from it.
//! Here is the way through; [`begin`] knows what it starts from, [`roots`] what has
//! changed, [`commit`] what becomes of it, [`budget`] how much memory there is.

mod begin;
mod budget;
mod commit;
mod roots;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use tantivy::{Index, IndexSettings, SegmentMeta};

use self::budget::Budget;
use super::checksums;
use super::delete::Passages;
use super::detect;
use super::forward;
use super::home;
use super::ingest::{Ingest, Inverted};
use super::lock::WriterLock;
use super::losses;
use super::merge;
use super::plan::Plan;
use super::ranking::RankingChoice;
use super::request::{Going, Input, Observer, UpdateRequest, UpdateSummary};
use super::schema;
use super::settings::{self, Manifest, Settings};
use super::shortcuts;
use super::snapshot::CommitInfo;
use super::sources::{SourceKey, SourceList, SourceRecord};
use super::windows::WindowedDirectory;
use crate::corpus::WalkOptions;
use crate::error::{Error, Result};

/// Small blocks make a single passage cheap to fetch: 16 KiB blocks took 182 µs
/// for ten passages, 4 KiB blocks 79 µs, and 11 % more space.
const STORE_BLOCK_BYTES: usize = 4096;

/// Creates or updates the index at `directory`, in one atomic commit.
///
/// What is unreadable is skipped and counted in the summary. Nothing is
/// committed where nothing changed.
///
/// # Errors
///
/// [`Error::IndexForeign`], [`Error::IndexLocked`], [`Error::IndexIncompatible`]
/// (other settings than the index was made with), [`Error::IndexDamaged`],
/// [`Error::InvalidOption`], [`Error::Io`] and [`Error::Engine`];
/// [`Error::PassagesLost`] where a rebuild cannot read again what the index holds;
/// [`Error::Interrupted`] where it was stopped while it looked for files, or as a
/// rebuild of an index: any other update commits what it has. The last commit stays in force.
pub fn update(
    directory: &Path,
    request: UpdateRequest<'_>,
    observer: &dyn Observer,
) -> Result<UpdateSummary> {
    let started = Instant::now();
    let budget = Budget::new(&request)?;
    home::claim(directory)?;
    let _lock = WriterLock::acquire(directory, request.waiting)?;
    let mut update = Update::begin(directory, &request)?;
    request.walk.as_ref().map_or(Ok(()), WalkOptions::check)?;
    update.settle_roots(&request);
    let mut stream = None;
    if let Input::Stream(reader) = request.input {
        let start = if update.wants_language { detect::start_of(reader) } else { Vec::new() };
        stream = Some(Cursor::new(start).chain(reader));
    }
    let plan = if stream.is_none() { update.plan(observer)? } else { Plan::default() };
    if update.wants_language {
        update.choose_language(match &stream {
            Some(stream) => detect::of_stream(stream.get_ref().0.get_ref()),
            None => detect::of_files(&plan.jobs, &update.sources.roots),
        });
    }
    if update.is_needed(&plan) || stream.is_some() {
        let stream = stream.as_mut().map(|stream| stream as &mut (dyn Read + Send));
        let carried_out = update.carry_out(plan, stream, &budget, observer);
        if carried_out.is_err() {
            // Gives a full disk its space back. What fails here fails again, and
            // aloud, when the next update begins.
            let _ = home::sweep_failure(directory);
        }
        carried_out?;
    }
    update.keep_ranking()?;
    update.finish(budget.threads)?;
    update.summary.elapsed = started.elapsed();
    Ok(update.summary)
}

struct Update {
    directory: PathBuf,
    base: PathBuf,
    /// The manifest of the last commit; none yet for a new index or a rebuild.
    current: Option<Manifest>,
    /// Whether a rebuild takes the place of an index that stands until it is whole.
    replaces: bool,
    settings: Settings,
    ranking: RankingChoice,
    /// Whether the language is to be detected.
    wants_language: bool,
    info: CommitInfo,
    sources: SourceList,
    /// What the index that a rebuild replaces was read from.
    former: BTreeMap<SourceKey, SourceRecord>,
    roots_changed: bool,
    summary: UpdateSummary,
}

impl Update {
    /// Reads, deletes and commits.
    fn carry_out(
        &mut self,
        plan: Plan,
        stream: Option<&mut (dyn Read + Send)>,
        budget: &Budget,
        observer: &dyn Observer,
    ) -> Result<()> {
        let data = match &self.current {
            Some(manifest) => manifest.data.clone(),
            None => home::create_data(&self.directory)?,
        };
        let data_path = self.directory.join(&data);
        let (index, fields) = self.open_engine(&data_path)?;
        let ingest = Ingest {
            index: &index,
            data: &data_path,
            fields: &fields,
            split: self.settings.split,
            language: self.settings.language,
            side_files: self.settings.side_files,
            roots: &self.sources.roots,
            threads: budget.threads,
            memory: budget.inverting,
            observer,
        };
        let Inverted { files: ingested, replaced, given_up, segment } = match stream {
            Some(stream) => {
                ingest.run_stream(stream, self.sources.records.get(&SourceKey::stdin()))?
            }
            None => ingest.run(&plan.jobs)?,
        };
        self.summary.interrupted = observer.going() == Going::Stop;
        if self.summary.interrupted && self.replaces {
            return Err(Error::Interrupted);
        }
        // Until the commit the last one stays untouched; merges come after it.
        let mut writer = merge::open_writer(&index)?;
        let mut old: BTreeSet<SourceKey> = replaced.into_iter().collect();
        for key in plan.gone {
            self.sources.records.remove(&key);
            self.summary.removed += 1;
            old.insert(key);
        }
        if !old.is_empty() || !given_up.is_empty() {
            let (field, new) = (fields.source, segment.as_ref().map(SegmentMeta::id));
            let passages = Passages { field, old, new, given_up: given_up.into_iter().collect() };
            writer.delete_query(Box::new(passages)).map_err(Error::engine("delete passages"))?;
        }
        if let Some(segment) = segment {
            writer.add_segment(segment).map_err(Error::engine("take in a segment"))?;
        }
        for file in ingested {
            self.account(file);
        }
        self.commit(&mut writer, &data_path)?;
        if self.current.is_none() {
            self.publish(data)?;
        }
        // The commit stands whatever becomes of the merges.
        let threads = budget.threads;
        let merged =
            merge::tidy(&self.directory, &index, &mut writer, threads, observer).and_then(|()| {
                settings::sync_directory(&data_path).map_err(Error::io("sync", &data_path))?;
                writer.wait_merging_threads().map_err(Error::engine("merge segments"))
            });
        self.summary.after_commit = merged.err().map(|error| error.with_causes());
        self.summary.segments = index.searchable_segment_ids().map_or(0, |ids| ids.len());
        Ok(())
    }

    /// Writes the choice of a ranking down where it is another than before.
    fn keep_ranking(&mut self) -> Result<()> {
        let Some(manifest) = self.current.as_mut().filter(|m| m.ranking != self.ranking) else {
            return Ok(());
        };
        // They hold the manifest as it was; they are written again at the end.
        checksums::remove(&self.directory.join(&manifest.data))?;
        manifest.ranking = self.ranking.clone();
        manifest.store(&self.directory)
    }

    /// What comes last, also where nothing was to be done: a writer that was
    /// killed may have left it undone.
    fn finish(&mut self, threads: usize) -> Result<()> {
        let Some(manifest) = &self.current else {
            return Ok(());
        };
        // A segment without the files beside it loses nothing but speed.
        let added = forward::add_missing(&self.directory, threads)
            .and_then(|()| losses::add_missing(&self.directory, threads))
            .and_then(|()| shortcuts::add_missing(&self.directory, threads));
        let finished = home::sweep(&self.directory, Some(manifest), &self.info.sources)
            .and_then(|()| checksums::ensure(&self.directory, manifest));
        for error in [added.err(), finished.err()].into_iter().flatten() {
            self.summary.after_commit.get_or_insert(error.with_causes());
        }
        Ok(())
    }

    fn open_engine(&self, data: &Path) -> Result<(Index, schema::Fields)> {
        let (schema, fields) = schema::schema();
        let files = WindowedDirectory::open(data)?;
        let mut index = if self.current.is_some() {
            Index::open(files).map_err(Error::engine("open its files"))?
        } else {
            let settings =
                IndexSettings { docstore_blocksize: STORE_BLOCK_BYTES, ..IndexSettings::default() };
            Index::create(files, schema, settings).map_err(Error::engine("create its files"))?
        };
        let tokenizers = schema::tokenizers(self.settings.language);
        index.set_fast_field_tokenizers(tokenizers.clone());
        index.set_tokenizers(tokenizers);
        Ok((index, fields))
    }
}
