//! The way from files to the engine's writer, on all cores.
//!
//! Reader threads take one file after another from the plan: read, decode,
//! split, encode, hand over. The engine's own threads invert. What is handed
//! over and not yet inverted is bounded in bytes, not only in number, so that
//! long passages cannot fill the memory. All indexing threads of ours start
//! here. Which thread reads which file changes how passages fall into segments,
//! and nothing else.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tantivy::schema::document::Document as EngineDocument;
use tantivy::schema::{Field, Term};
use tantivy::{IndexWriter, TantivyDocument};

use super::encode;
use super::plan::Job;
use super::request::{Going, Observer};
use super::schema::Fields;
use super::sources::{self, Root, SourceKey, SourceRecord};
use crate::analysis::{Analyzer, Language};
use crate::corpus::{FileMeta, ReadOptions, ReadOutcome, ReadReport, Skip};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::passage::{ContentHash, Passage};
use crate::split::{SplitOptions, Splitter};

/// What the threads of an ingest share.
pub(super) struct Ingest<'a> {
    pub(super) writer: &'a IndexWriter<Queued>,
    pub(super) fields: &'a Fields,
    pub(super) split: SplitOptions,
    pub(super) language: Language,
    /// For their field maps.
    pub(super) roots: &'a [Root],
    pub(super) queue: Queue,
    pub(super) observer: &'a dyn Observer,
}

/// What became of one file.
#[derive(Debug)]
pub(super) struct Ingested {
    pub(super) record: SourceRecord,
    pub(super) outcome: Outcome,
    pub(super) report: ReadReport,
}

/// Whether the passages of a file were replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was not known before.
    Added,
    /// Its bytes are not what they were.
    Changed,
    /// Its bytes are what they were; only its times differ.
    Same,
    /// It could not be read at all; what was known of it stays.
    Kept,
}

impl Ingest<'_> {
    /// Reads all `jobs` with `threads` threads. Ends early, without an error,
    /// when the observer says stop.
    ///
    /// # Errors
    ///
    /// [`Error::Engine`] where the writer fails (a full disk).
    pub(super) fn run(&self, jobs: &[Job], threads: usize) -> Result<Vec<Ingested>> {
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<Ingested>> {
            let mut done = Vec::new();
            while self.observer.going() == Going::On {
                let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                done.push(self.ingest_file(job)?);
            }
            Ok(done)
        };
        std::thread::scope(|scope| {
            let threads = threads.min(jobs.len());
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut done = work()?;
            for other in others {
                // A panic of a reader thread is a bug of ours: pass it on.
                done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(done)
        })
    }

    fn ingest_file(&self, job: &Job) -> Result<Ingested> {
        // Taken before the bytes are read: a write during the reading then
        // leaves a later time behind.
        let read_at_ns = now_ns();
        let options = read_options(self.roots, &job.key);
        let mut receiver = Receiver::new(self, &job.key, job.before.is_some())?;
        if let Some(before) = &job.before
            && self.has_same_bytes(job, before)
        {
            let record = SourceRecord { meta: job.meta, read_at_ns, ..before.clone() };
            self.observer.file_read(&job.path, job.meta.size);
            return Ok(Ingested { record, outcome: Outcome::Same, report: ReadReport::default() });
        }
        let outcome =
            crate::corpus::read_file(&job.path, job.key.as_str(), &options, &mut |document| {
                receiver.receive(&document)
            });
        receiver.finish(&outcome)?;
        self.observer.file_read(&job.path, job.meta.size);
        if let Some(skip) = &outcome.skip {
            self.observer.skipped(&job.path, skip);
            if let (Skip::Unreadable(_), Some(before)) = (skip, &job.before)
                && receiver.documents == 0
            {
                let record = before.clone();
                return Ok(Ingested { record, outcome: Outcome::Kept, report: outcome.report });
            }
        }
        let changed = if job.before.is_some() { Outcome::Changed } else { Outcome::Added };
        let record = receiver.into_record(job.meta, read_at_ns, &outcome);
        Ok(Ingested { record, outcome: changed, report: outcome.report })
    }

    /// Reads documents from a stream, in place of those that came from one
    /// before.
    pub(super) fn ingest_stream(&self, stream: &mut dyn std::io::Read) -> Result<Ingested> {
        let key = SourceKey::stdin();
        let read_at_ns = now_ns();
        let options = ReadOptions::default();
        let mut receiver = Receiver::new(self, &key, true)?;
        let outcome = crate::corpus::read_stream(stream, key.as_str(), &options, &mut |document| {
            receiver.receive(&document)
        });
        receiver.finish(&outcome)?;
        if let Some(skip) = &outcome.skip {
            self.observer.skipped(std::path::Path::new(key.as_str()), skip);
        }
        let meta = FileMeta { size: outcome.bytes, ..FileMeta::default() };
        let record = receiver.into_record(meta, read_at_ns, &outcome);
        Ok(Ingested { record, outcome: Outcome::Added, report: outcome.report })
    }

    /// Whether the file's bytes are those that were read before, by its hash:
    /// for files whose times say nothing or changed without their bytes.
    fn has_same_bytes(&self, job: &Job, before: &SourceRecord) -> bool {
        before.meta.size == job.meta.size
            && before.skipped.is_none()
            && crate::corpus::hash_file(&job.path).is_ok_and(|hash| hash == before.content_hash)
    }
}

/// Takes one file's documents, splits them and hands the passages over.
struct Receiver<'a> {
    ingest: &'a Ingest<'a>,
    key: SourceKey,
    splitter: Splitter,
    analyzer: Analyzer,
    /// Whether passages of the file may be in the index and must go first.
    replaces: bool,
    documents: u64,
    passages: u64,
    failure: Option<Error>,
    /// Whether the observer's stop came in the middle of the file.
    is_stopped: bool,
}

impl<'a> Receiver<'a> {
    fn new(ingest: &'a Ingest<'a>, key: &SourceKey, replaces: bool) -> Result<Self> {
        let splitter = Splitter::new(ingest.split)?;
        let key = key.clone();
        let analyzer = Analyzer::new(ingest.language);
        Ok(Self {
            ingest,
            key,
            splitter,
            analyzer,
            replaces,
            documents: 0,
            passages: 0,
            failure: None,
            is_stopped: false,
        })
    }

    fn receive(&mut self, document: &Document<'_>) -> ControlFlow<()> {
        self.replace();
        if !document.continues {
            self.documents += 1;
        }
        for passage in self.splitter.split(document) {
            self.passages += 1;
            if let Err(error) = self.hand_over(&passage) {
                self.failure = Some(error);
                return ControlFlow::Break(());
            }
        }
        match self.ingest.observer.going() {
            Going::On => ControlFlow::Continue(()),
            Going::Stop => {
                self.is_stopped = true;
                ControlFlow::Break(())
            }
        }
    }

    /// Takes the file's former passages out, once, before anything is added: the
    /// engine deletes what was added before the deletion.
    fn replace(&mut self) {
        if self.replaces {
            self.replaces = false;
            let term = source_term(self.ingest.fields.source, &self.key);
            self.ingest.writer.delete_term(term);
        }
    }

    fn hand_over(&mut self, passage: &Passage) -> Result<()> {
        let length = self.analyzer.words(&encode::whole_text(passage)).len() as u64;
        let (fields, language) = (self.ingest.fields, self.analyzer.language());
        let document = encode::encode(fields, language, self.key.as_str(), passage, length);
        let permit = self.ingest.queue.admit(passage.text.len());
        self.ingest
            .writer
            .add_document(Queued { document, _permit: permit })
            .map(drop)
            .map_err(Error::engine("take in a passage"))
    }

    fn finish(&mut self, outcome: &ReadOutcome) -> Result<()> {
        if !matches!(outcome.skip, Some(Skip::Unreadable(_))) {
            self.replace();
        }
        self.failure.take().map_or(Ok(()), Err)
    }

    fn into_record(self, meta: FileMeta, read_at_ns: i64, outcome: &ReadOutcome) -> SourceRecord {
        let is_stopped = self.is_stopped;
        let mut record = SourceRecord {
            key: self.key,
            meta,
            content_hash: ContentHash(outcome.content_hash),
            read_at_ns,
            format: outcome.format.map_or("", |format| format.name()).to_owned(),
            documents: self.documents,
            passages: self.passages,
            skipped: outcome.skip.as_ref().map(ToString::to_string),
        };
        if is_stopped {
            // What was handed over is good; the rest is for the next update.
            record.forget();
        }
        record
    }
}

/// How the source `key` is read, wherever it is: with its root's fields and
/// windows that do not depend on memory or threads. A passage may end where a
/// window does, so that other windows would give the same file other passages on
/// another machine, or when it is read again to find one that moved.
pub(super) fn read_options(roots: &[Root], key: &SourceKey) -> ReadOptions {
    let fields = sources::root_of(roots, key).map(|root| root.fields.clone()).unwrap_or_default();
    ReadOptions { fields, ..ReadOptions::default() }
}

/// The term that all passages of a source share.
pub(super) fn source_term(field: Field, key: &SourceKey) -> Term {
    Term::from_field_text(field, key.as_str())
}

fn now_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Bounds the bytes that are handed over and not yet inverted.
#[derive(Clone)]
pub(super) struct Queue {
    state: Arc<QueueState>,
}

struct QueueState {
    free_bytes: Mutex<usize>,
    freed: Condvar,
    capacity_bytes: usize,
}

/// Room in a [`Queue`], given back when dropped.
pub(super) struct Permit {
    state: Arc<QueueState>,
    bytes: usize,
}

impl Queue {
    pub(super) fn new(capacity_bytes: usize) -> Self {
        let free_bytes = Mutex::new(capacity_bytes);
        Self { state: Arc::new(QueueState { free_bytes, freed: Condvar::new(), capacity_bytes }) }
    }

    /// Waits until there is room for a passage of `text_bytes`.
    fn admit(&self, text_bytes: usize) -> Permit {
        // The text stands in the document twice, for stems and for surfaces;
        // the rest is small.
        let bytes = (2 * text_bytes + 256).min(self.state.capacity_bytes);
        let mut free = lock(&self.state.free_bytes);
        while *free < bytes {
            free = self.state.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= bytes;
        Permit { state: Arc::clone(&self.state), bytes }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *lock(&self.state.free_bytes) += self.bytes;
        self.state.freed.notify_all();
    }
}

fn lock(mutex: &Mutex<usize>) -> std::sync::MutexGuard<'_, usize> {
    // The number is whole at every instant, so a panic elsewhere spoils nothing.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An engine document that gives its room in the queue back when it is taken.
pub(super) struct Queued {
    document: TantivyDocument,
    _permit: Permit,
}

impl EngineDocument for Queued {
    type Value<'a> = <TantivyDocument as EngineDocument>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as EngineDocument>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}
