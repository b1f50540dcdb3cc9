//! What has changed is read, and what was read becomes the next commit.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use tantivy::{Index, IndexSettings, IndexWriter, SegmentMeta};

use super::Update;
use super::budget::Budget;
use crate::error::{Error, Result};
use crate::index::delete::{Found, Passages};
use crate::index::home;
use crate::index::ingest::{Ingest, Inverted};
use crate::index::merge;
use crate::index::plan::{Job, Plan};
use crate::index::request::{Going, Observer};
use crate::index::schema::{self, Fields};
use crate::index::snapshot::Snapshot;
use crate::index::sources::SourceKey;
use crate::index::windows::WindowedDirectory;

/// Small blocks make a single passage cheap to fetch: 16 KiB blocks took 182 µs
/// for ten passages, 4 KiB blocks 79 µs, and 11 % more space.
const STORE_BLOCK_BYTES: usize = 4096;

/// The engine's index that is updated.
struct Engine {
    /// The name of its directory.
    data: String,
    path: PathBuf,
    index: Index,
    fields: Fields,
}

impl Update {
    /// Reads, deletes and commits.
    pub(super) fn carry_out(
        &mut self,
        plan: Plan,
        stream: Option<&mut (dyn Read + Send)>,
        budget: &Budget,
        observer: &dyn Observer,
    ) -> Result<()> {
        let engine = self.open_engine()?;
        let inverted = self.ingest(&engine, &plan.jobs, stream, budget, observer)?;
        self.summary.interrupted = observer.going() == Going::Stop;
        if self.summary.interrupted && self.replaces {
            return Err(Error::Interrupted);
        }
        // Until the commit the last one stays untouched; merges come after it.
        let mut writer = merge::open_writer(&engine.index)?;
        self.take_in(&engine, &mut writer, plan.gone, inverted)?;
        self.commit(&mut writer, &engine.path)?;
        if self.current.is_none() {
            self.publish(engine.data.clone())?;
        }
        self.tidy(&engine, writer, budget.threads, observer);
        Ok(())
    }

    fn open_engine(&mut self) -> Result<Engine> {
        let data = match &self.current {
            Some(manifest) => manifest.data.clone(),
            None => self.begun.insert(home::create_data(&self.directory)?).clone(),
        };
        let path = self.directory.join(&data);
        let (schema, fields) = schema::schema();
        let files = WindowedDirectory::open(&path)?;
        let index = if self.current.is_some() {
            Index::open(files).map_err(Error::engine("open its files"))?
        } else {
            let settings =
                IndexSettings { docstore_blocksize: STORE_BLOCK_BYTES, ..IndexSettings::default() };
            Index::create(files, schema, settings).map_err(Error::engine("create its files"))?
        };
        Ok(Engine { data, path, index, fields })
    }

    /// Reads the stream or else the files of `jobs` into a segment.
    fn ingest(
        &self,
        engine: &Engine,
        jobs: &[Job],
        stream: Option<&mut (dyn Read + Send)>,
        budget: &Budget,
        observer: &dyn Observer,
    ) -> Result<Inverted> {
        let ingest = Ingest {
            index: &engine.index,
            data: &engine.path,
            fields: &engine.fields,
            settings: self.settings,
            roots: &self.sources.roots,
            threads: budget.threads,
            memory: budget.inverting,
            observer,
        };
        match stream {
            Some(stream) => {
                let before = self.sources.records.get(&SourceKey::stdin());
                ingest.run_stream(
                    stream,
                    &self.stream_fields,
                    before.filter(|record| record.passages > 0),
                )
            }
            None => ingest.run(jobs),
        }
    }

    /// Puts what was inverted in the place of what was there before, without the files
    /// that are `gone`.
    fn take_in(
        &mut self,
        engine: &Engine,
        writer: &mut IndexWriter,
        gone: impl IntoIterator<Item = SourceKey>,
        inverted: Inverted,
    ) -> Result<()> {
        let Inverted { files, replaced, given_up, segment } = inverted;
        let mut old: BTreeSet<SourceKey> = replaced.into_iter().collect();
        for key in gone {
            let record = self.sources.records.remove(&key);
            self.summary.removed += u64::from(record.is_some_and(|record| !record.is_left_out()));
            old.insert(key);
        }
        if !old.is_empty() || !given_up.is_empty() {
            let found = match self.current {
                Some(_) if !old.is_empty() => Found::of(&old, &Snapshot::open(&self.directory)?)?,
                _ => Found::default(),
            };
            let passages = Passages {
                old: Arc::new(found),
                new: segment.as_ref().map(SegmentMeta::id),
                given_up: given_up.into_iter().collect(),
                field: engine.fields.source,
            };
            writer.delete_query(Box::new(passages)).map_err(Error::engine("delete passages"))?;
        }
        if let Some(segment) = segment {
            writer.add_segment(segment).map_err(Error::engine("take in a segment"))?;
        }
        files.into_iter().for_each(|file| self.account(file));
        Ok(())
    }

    /// Merges where there are too many segments. The commit stands whatever becomes of
    /// that.
    fn tidy(
        &mut self,
        engine: &Engine,
        mut writer: IndexWriter,
        threads: usize,
        observer: &dyn Observer,
    ) {
        let index = &engine.index;
        let merged = merge::tidy(&self.directory, index, &mut writer, threads, observer);
        let merged = merged
            .and_then(|()| writer.wait_merging_threads().map_err(Error::engine("merge segments")));
        self.summary.after_commit = merged.err().map(|error| error.with_causes());
        self.summary.segments = index.searchable_segment_ids().map_or(0, |ids| ids.len());
    }
}
