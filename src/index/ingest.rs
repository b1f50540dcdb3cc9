//! The way from files to segments, on all cores.
//!
//! Every worker takes one file after another from the plan: read, decode, split,
//! invert. A worker that finds no file left inverts what the others split and sorts
//! what they inverted, so that one large file keeps all cores busy too. What is
//! inverted becomes one segment in the end; where memory runs short it goes to disk
//! by parts until then. The threads that read start here. Which worker reads which
//! file changes where passages lie in a segment, and nothing else.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Builder;
use std::time::{SystemTime, UNIX_EPOCH};

use tantivy::{Index, SegmentMeta};

use super::invert::{Inverter, Memory, Spill};
use super::plan::Job;
use super::receive::Receiver;
use super::request::{Going, Observer};
use super::schema::Fields;
use super::settings::Settings;
use super::sources::{self, Root, SourceKey, SourceRecord};
use super::tasks::{Batch, Reading, Task, Tasks};
use super::told::{Told, tell_unread};
use crate::corpus::{FieldMap, FileMeta, ReadOptions, ReadOutcome, read_file_telling};
use crate::error::{Error, Result};
use crate::threads::join;

/// What the workers of an ingest share.
pub(super) struct Ingest<'a> {
    pub(super) index: &'a Index,
    /// The directory of the index's files.
    pub(super) data: &'a Path,
    pub(super) fields: &'a Fields,
    pub(super) settings: Settings,
    /// For their field maps.
    pub(super) roots: &'a [Root],
    pub(super) threads: usize,
    pub(super) memory: Memory,
    pub(super) observer: &'a dyn Observer,
}

/// What an ingest made.
#[derive(Default)]
pub(super) struct Inverted {
    /// What became of each file.
    pub(super) files: Vec<Ingested>,
    /// The sources whose former passages have to go.
    pub(super) replaced: Vec<SourceKey>,
    /// The sources whose new passages have to go: their reading was stopped, and
    /// what was known of them stays.
    pub(super) given_up: Vec<SourceKey>,
    /// The new passages, written and not yet part of any commit.
    pub(super) segment: Option<SegmentMeta>,
}

/// What became of one file.
#[derive(Debug)]
pub(super) struct Ingested {
    pub(super) record: SourceRecord,
    pub(super) outcome: Outcome,
    /// How much of it was read.
    pub(super) bytes_read: u64,
}

/// Whether the passages of a file were replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was not known before.
    Added,
    /// Its bytes are not what they were.
    Changed,
    /// Its bytes are what they were; only its times differ.
    Same,
    /// It could not be read at all, or is a stream that gave nothing; what was known of
    /// it stays.
    Kept {
        /// Why nothing came of it.
        reason: String,
    },
}

/// One thread's share of an ingest.
pub(super) struct Worker<'a> {
    ingest: &'a Ingest<'a>,
    tasks: &'a Tasks,
    spill: &'a Spill<'a>,
    /// Whether one of the workers has failed.
    has_failed: &'a AtomicBool,
    inverter: Inverter,
    made: Inverted,
}

impl<'a> Ingest<'a> {
    /// Reads all `jobs`. Ends early, without an error, when the observer says
    /// stop.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Engine`] and [`crate::Error::Io`] where a segment cannot be
    /// written (a full disk).
    pub(super) fn run(&self, jobs: &[Job]) -> Result<Inverted> {
        let next = AtomicUsize::new(0);
        self.with_workers(&|worker| {
            while worker.going() == Going::On {
                let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                let file = worker.ingest_file(job)?;
                worker.made.files.extend(file);
            }
            Ok(())
        })
    }

    /// Reads documents from a stream, its records by `fields`, in place of those that
    /// came from one `before`.
    ///
    /// # Errors
    ///
    /// As [`Ingest::run`].
    pub(super) fn run_stream(
        &self,
        stream: &mut (dyn std::io::Read + Send),
        fields: &FieldMap,
        before: Option<&SourceRecord>,
    ) -> Result<Inverted> {
        let stream = Mutex::new(Some(stream));
        self.with_workers(&|worker| {
            // The first to come reads; a poisoned lock has nothing to guard.
            let taken = stream.lock().ok().and_then(|mut stream| stream.take());
            if let Some(stream) = taken {
                let file = worker.ingest_stream(stream, fields, before)?;
                worker.made.files.extend(file);
            }
            Ok(())
        })
    }

    /// Runs `read` on every worker, lets those that are done help the others,
    /// and writes what they inverted.
    fn with_workers(
        &self,
        read: &(dyn Fn(&mut Worker<'_>) -> Result<()> + Sync),
    ) -> Result<Inverted> {
        let tasks = Tasks::new(self.threads);
        let spill = Spill::new(self.index, self.fields, self.settings, self.data, self.memory);
        let has_failed = AtomicBool::new(false);
        let invert = |reading: Reading<'_>| -> Result<Inverted> {
            let mut worker = Worker {
                ingest: self,
                tasks: &tasks,
                spill: &spill,
                has_failed: &has_failed,
                inverter: self.inverter(),
                made: Inverted::default(),
            };
            read(&mut worker)?;
            drop(reading);
            while let Some(task) = tasks.take() {
                worker.carry_out(task)?;
            }
            let Worker { made, inverter, .. } = worker;
            if !inverter.is_empty() {
                spill.add_last(inverter.finish())?;
            }
            Ok(made)
        };
        let failed = |_: &Error| has_failed.store(true, Ordering::Relaxed);
        let work = |reading| invert(reading).inspect_err(failed);
        let shares = std::thread::scope(|scope| {
            let start = |_| {
                let reading = tasks.reading();
                let started = Builder::new().spawn_scoped(scope, || work(reading));
                // There are too many threads: fewer do it too.
                started.inspect_err(|_| tasks.do_without_one()).ok()
            };
            let others: Vec<_> = (1..self.threads).filter_map(start).collect();
            let mut shares = vec![work(tasks.reading())];
            shares.extend(others.into_iter().map(join));
            shares.into_iter().collect::<Result<Vec<_>>>()
        })?;
        let threads = shares.len();
        let mut all = Inverted::default();
        for made in shares {
            all.files.extend(made.files);
            all.replaced.extend(made.replaced);
            all.given_up.extend(made.given_up);
        }
        all.segment = spill.finish(threads)?;
        Ok(all)
    }

    fn inverter(&self) -> Inverter {
        let Settings { language, side_files, .. } = self.settings;
        Inverter::new(language, self.index.settings(), side_files)
    }
}

impl Worker<'_> {
    /// Takes in passages, here or by a worker that is free.
    pub(super) fn take_in(&mut self, batch: Batch) -> Result<()> {
        let Some(batch) = self.tasks.offer(batch) else { return Ok(()) };
        let full = self.invert(&batch).and_then(|full| self.tasks.offer_full(full));
        full.map_or(Ok(()), |full| self.sort(*full))
    }

    /// Does what another worker has given away.
    fn carry_out(&mut self, task: Task) -> Result<()> {
        match task {
            Task::Invert(batch) => {
                let full = self.invert(&batch);
                self.tasks.give_back(batch.passages);
                full.map_or(Ok(()), |full| self.sort(*full))
            }
            Task::Sort(full) => {
                let sorted = self.sort(*full);
                self.tasks.sorted();
                sorted
            }
        }
    }

    /// Inverts some passages; returns the inverter where it is full of them.
    fn invert(&mut self, batch: &Batch) -> Option<Box<Inverter>> {
        for passage in &batch.passages {
            self.inverter.add(batch.source.as_str(), passage);
        }
        let is_full = self.inverter.memory_bytes() >= self.ingest.memory.inverter_bytes;
        is_full.then(|| Box::new(std::mem::replace(&mut self.inverter, self.ingest.inverter())))
    }

    fn sort(&self, full: Inverter) -> Result<()> {
        self.spill.add(full.finish())
    }

    /// Notes that the former passages of `source` have to go.
    pub(super) fn replace(&mut self, source: &SourceKey) {
        self.made.replaced.push(source.clone());
    }

    /// Notes that what was handed over of `source` has to go.
    pub(super) fn give_up(&mut self, source: &SourceKey) {
        self.made.given_up.push(source.clone());
    }

    /// Whether the update goes on: not where another worker has failed, since nothing
    /// comes of all that is read then.
    pub(super) fn going(&self) -> Going {
        match self.has_failed.load(Ordering::Relaxed) {
            true => Going::Stop,
            false => self.ingest.observer.going(),
        }
    }

    /// Reads one file; nothing became of it where it was given up.
    fn ingest_file(&mut self, job: &Job) -> Result<Option<Ingested>> {
        // Taken before the bytes are read: a write during the reading then
        // leaves a later time behind.
        let read_at_ns = now_ns();
        let observer = self.ingest.observer;
        let told = Told::new(observer, &job.path, job.meta.size);
        if let Some(before) = &job.before
            && before.has_bytes_of(&job.path, job.meta.size)
        {
            let record = SourceRecord { meta: job.meta, read_at_ns, ..before.clone() };
            told.tell_rest();
            record.tell_kept_skip(&job.path, observer);
            let (outcome, bytes_read) = (Outcome::Same, job.meta.size);
            return Ok(Some(Ingested { record, outcome, bytes_read }));
        }
        let options = read_options(self.ingest.roots, &job.key);
        let split = self.ingest.settings.split;
        let mut receiver = Receiver::new(self, split, &job.key, job.before.is_some())?;
        let outcome = read_file_telling(
            &job.path,
            job.key.as_str(),
            &options,
            &|bytes| told.tell(bytes),
            &mut |document| receiver.receive(&document),
        );
        receiver.finish(&outcome)?;
        if receiver.is_given_up() {
            return Ok(None);
        }
        if !receiver.is_stopped() {
            told.tell_rest();
        }
        tell_unread(observer, &job.path, &outcome, receiver.extent());
        Ok(Some(ingested(receiver, job.before.as_ref(), job.meta, read_at_ns, outcome)))
    }

    fn ingest_stream(
        &mut self,
        stream: &mut dyn std::io::Read,
        fields: &FieldMap,
        before: Option<&SourceRecord>,
    ) -> Result<Option<Ingested>> {
        let key = SourceKey::stdin();
        let read_at_ns = now_ns();
        let observer = self.ingest.observer;
        let options = ReadOptions { fields: fields.clone(), ..ReadOptions::default() };
        let split = self.ingest.settings.split;
        let mut receiver = Receiver::new(self, split, &key, before.is_some())?;
        let outcome = crate::corpus::read_stream(stream, key.as_str(), &options, &mut |document| {
            receiver.receive(&document)
        });
        receiver.finish(&outcome)?;
        if receiver.is_given_up() {
            return Ok(None);
        }
        tell_unread(observer, Path::new(key.as_str()), &outcome, receiver.extent());
        let meta = FileMeta { size: outcome.bytes, ..FileMeta::default() };
        Ok(Some(ingested(receiver, before, meta, read_at_ns, outcome)))
    }
}

/// What became of a source that was read as far as it can be, and what it looked
/// like then.
fn ingested(
    receiver: Receiver<'_, '_>,
    before: Option<&SourceRecord>,
    meta: FileMeta,
    read_at_ns: i64,
    outcome: ReadOutcome,
) -> Ingested {
    let bytes_read = outcome.bytes;
    if let Some(before) = before.filter(|_| receiver.keeps_former(&outcome)) {
        let kept = Outcome::Kept { reason: why_nothing(&outcome) };
        return Ingested { record: before.clone(), outcome: kept, bytes_read };
    }
    let changed = if before.is_some() { Outcome::Changed } else { Outcome::Added };
    let record = receiver.into_record(meta, read_at_ns, &outcome);
    Ingested { record, outcome: changed, bytes_read }
}

/// Why nothing came of a source.
fn why_nothing(outcome: &ReadOutcome) -> String {
    match (&outcome.skip, &outcome.report.first_bad_record) {
        (Some(skip), _) => skip.kind(),
        (None, Some(bad_record)) => bad_record.clone(),
        (None, None) => "no text".to_owned(),
    }
}

/// How the source `key` is read, wherever it is: with its roots' fields and
/// windows that do not depend on memory or threads. A passage may end where a
/// window does, so that other windows would give the same file other passages on
/// another machine, or when it is read again to find one that moved.
pub(super) fn read_options(roots: &[Root], key: &SourceKey) -> ReadOptions {
    let fields = sources::fields_of(roots, key).cloned().unwrap_or_default();
    ReadOptions { fields, ..ReadOptions::default() }
}

fn now_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::request::Silent;
    use crate::index::schema;

    /// They read all that was left before the failure was told of.
    #[test]
    fn where_one_worker_fails_the_others_stop() {
        let (schema, fields) = schema::schema();
        let ingest = Ingest {
            index: &Index::create_in_ram(schema),
            data: Path::new(""),
            fields: &fields,
            settings: Settings::default(),
            roots: &[],
            threads: 3,
            memory: Memory::share(1 << 30, 3),
            observer: &Silent,
        };
        let begun = AtomicUsize::new(0);
        let inverted = ingest.with_workers(&|worker| {
            if begun.fetch_add(1, Ordering::Relaxed) == 1 {
                return Err(Error::io("write", "a segment")(
                    std::io::ErrorKind::StorageFull.into(),
                ));
            }
            // Far longer than the failure takes.
            let mut turns = 0_u32..100_000_000;
            while worker.going() == Going::On {
                std::thread::yield_now();
                assert!(turns.next().is_some(), "it goes on");
            }
            Ok(())
        });
        assert!(matches!(inverted, Err(Error::Io { .. })));
    }
}
