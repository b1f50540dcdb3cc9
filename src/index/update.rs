//! One update of an index, from the request to the commit.
//!
//! Lock, sweep, walk, plan, ingest, commit. Everything before the commit can be
//! lost without harm: the next update finds the last commit and starts from it.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tantivy::merge_policy::NoMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, SegmentMeta};

use super::checksums;
use super::delete::OldPassages;
use super::detect;
use super::forward;
use super::home;
use super::ingest::{Ingest, Ingested, Inverted, Outcome};
use super::lock::WriterLock;
use super::merge;
use super::plan::{self, Plan};
use super::ranking::RankingChoice;
use super::request::{Going, Input, LanguageChoice, Mode, Observer, UpdateRequest, UpdateSummary};
use super::schema;
use super::settings::{self, Manifest, Settings};
use super::shortcuts;
use super::snapshot::{CommitInfo, Snapshot};
use super::sources::{Root, SourceKey, SourceList, SourceRecord};
use super::windows::WindowedDirectory;
use crate::corpus;
use crate::error::{Error, Result};

/// How many examples of bad records a summary names.
const BAD_RECORD_EXAMPLES: usize = 10;

/// What an update takes however little it inverts at a time: windows onto files,
/// passages on their way between threads, the engine. So chosen that a gigabyte of
/// text is indexed within the least memory, which is more.
const FIXED_BYTES: u64 = 48 << 20;

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
/// (other settings than the index was made with), [`Error::InvalidOption`],
/// [`Error::Io`] and [`Error::Engine`]. The last commit stays in force.
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
    let mut stream = None;
    match request.input {
        Input::Paths(ref paths) => update.add_roots(paths, &request),
        Input::KnownRoots => {}
        Input::Stream(reader) => {
            let start = if update.wants_language { detect::start_of(reader) } else { Vec::new() };
            stream = Some(Cursor::new(start).chain(reader));
        }
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
    update.finish()?;
    update.summary.elapsed = started.elapsed();
    Ok(update.summary)
}

/// How the memory is shared out. Windows onto files have no part in it: see
/// [`super::ingest::read_options`].
struct Budget {
    threads: usize,
    inverter_bytes: usize,
}

impl Budget {
    fn new(request: &UpdateRequest<'_>) -> Result<Self> {
        let memory = request.memory_bytes;
        if memory < super::request::MIN_MEMORY_BYTES {
            return Err(Error::InvalidOption {
                option: "memory",
                value: memory.to_string(),
                reason: format!("at least {} bytes are needed", super::request::MIN_MEMORY_BYTES),
            });
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // Each thread needs its least heap; where memory is short, threads give.
        let threads = request.threads.map_or(cores, usize::from).min((memory >> 26) as usize);
        let inverted = usize::try_from(memory - FIXED_BYTES).unwrap_or(usize::MAX) / 2;
        Ok(Self {
            threads: threads.clamp(1, 8),
            // The rest is for sorting what is inverted, and for what the allocator
            // holds on to.
            inverter_bytes: inverted / threads.max(1),
        })
    }
}

struct Update {
    directory: PathBuf,
    base: PathBuf,
    /// The manifest of the last commit; none yet for a new index or a rebuild.
    current: Option<Manifest>,
    settings: Settings,
    ranking: RankingChoice,
    /// Whether the index is new and no language was asked for.
    wants_language: bool,
    info: CommitInfo,
    sources: SourceList,
    roots_changed: bool,
    summary: UpdateSummary,
}

impl Update {
    fn begin(directory: &Path, request: &UpdateRequest<'_>) -> Result<Self> {
        let current = match Manifest::load(directory) {
            Ok(manifest) => Some(manifest),
            Err(Error::IndexMissing { .. }) => None,
            // A rebuild does not need to understand what it replaces.
            Err(Error::IndexIncompatible { .. } | Error::IndexDamaged { .. })
                if request.mode == Mode::Rebuild =>
            {
                None
            }
            Err(error) => return Err(error),
        };
        let mut update = Self {
            directory: directory.to_owned(),
            base: PathBuf::new(),
            current,
            settings: Settings::default(),
            ranking: RankingChoice::default(),
            wants_language: request.language.is_none(),
            info: CommitInfo::default(),
            sources: SourceList::default(),
            roots_changed: false,
            summary: UpdateSummary::default(),
        };
        if update.current.is_some() {
            update.take_over(request)?;
        } else {
            update.base = settings::normalize(&request.base);
        }
        update.choose_settings(request)?;
        update.ranking = request.ranking.clone().over(&update.ranking);
        let (manifest, list) = (update.current.as_ref(), update.info.sources.as_str());
        if request.mode == Mode::Update {
            home::sweep(directory, manifest, list)?;
        }
        Ok(update)
    }

    /// Starts from the last commit; a rebuild takes only its roots.
    fn take_over(&mut self, request: &UpdateRequest<'_>) -> Result<()> {
        let opened = Snapshot::open(&self.directory)
            .and_then(|snapshot| Ok((snapshot.sources()?, snapshot)));
        let (sources, snapshot) = match opened {
            Ok(opened) => opened,
            Err(_) if request.mode == Mode::Rebuild => {
                self.base = settings::normalize(&request.base);
                self.current = None;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if request.mode == Mode::Update {
            // A commit on top of damage would make it look sound.
            checksums::check_heads(&self.directory, snapshot.manifest())?;
        }
        self.base = snapshot.base_directory();
        self.settings = snapshot.manifest().settings;
        self.ranking = snapshot.manifest().ranking.clone();
        self.wants_language = false;
        match request.mode {
            Mode::Update => {
                self.info = snapshot.info().clone();
                self.summary.segments = snapshot.segments().len();
                self.sources = sources;
            }
            Mode::Rebuild => {
                self.sources.roots = sources.roots;
                self.current = None;
            }
        }
        Ok(())
    }

    fn choose_settings(&mut self, request: &UpdateRequest<'_>) -> Result<()> {
        let wanted = Settings {
            language: request.language.unwrap_or(self.settings.language),
            split: request.split.unwrap_or(self.settings.split),
            side_files: request.side_files.unwrap_or(self.settings.side_files),
        };
        if self.current.is_some()
            && let Some(reason) = self.settings.differ_from(&wanted)
        {
            return Err(Error::IndexIncompatible { path: self.directory.clone(), reason });
        }
        self.settings = wanted;
        Ok(())
    }

    fn choose_language(&mut self, choice: LanguageChoice) {
        self.settings.language = choice.language();
        self.summary.language = Some(choice);
    }

    fn add_roots(&mut self, paths: &[PathBuf], request: &UpdateRequest<'_>) {
        for path in paths {
            let key = SourceKey::new(path, &self.base);
            let known = self.sources.roots.iter().position(|root| root.key == key);
            let before = known.map(|at| self.sources.roots.remove(at));
            let (walk, fields) =
                before.clone().map(|root| (root.walk, root.fields)).unwrap_or_default();
            let root = Root {
                key,
                walk: request.walk.clone().unwrap_or(walk),
                fields: request.fields.clone().unwrap_or(fields),
            };
            let changes_fields = before.as_ref().is_some_and(|before| before.fields != root.fields);
            if changes_fields {
                self.forget_below(&root.key);
            }
            self.roots_changed |= before.as_ref() != Some(&root);
            self.sources.roots.push(root);
        }
        self.sources.roots.sort_by(|a, b| a.key.cmp(&b.key));
    }

    /// Makes every file below `key` look changed: its fields now mean something
    /// else.
    fn forget_below(&mut self, key: &SourceKey) {
        for record in self.sources.records.values_mut() {
            if record.key.is_under(key) {
                record.forget();
            }
        }
    }

    /// Walks the roots that are asked for and compares what is there with what
    /// was read.
    fn plan(&mut self, observer: &dyn Observer) -> Result<Plan> {
        let mut found = Vec::new();
        let mut unseen = Vec::new();
        for root in &self.sources.roots {
            let path = root.key.path(&self.base);
            let walk = corpus::walk(&path, &root.walk)?;
            // The index may lie in the corpus before it looks like an index.
            let holds_index = self.directory.starts_with(&path);
            let is_own = |path: &Path| holds_index && path.starts_with(&self.directory);
            for file in walk.files.into_iter().filter(|file| !is_own(&file.path)) {
                found.push((SourceKey::new(&file.path, &self.base), file));
            }
            for issue in walk.issues.into_iter().filter(|issue| !is_own(&issue.path)) {
                observer.skipped(&issue.path, &issue.skip);
                unseen.extend(issue.unseen.map(|path| SourceKey::new(&path, &self.base)));
                *self.summary.skipped.entry(issue.skip.to_string()).or_default() += 1;
            }
        }
        // Almost in this order already. Roots may hold each other's files.
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.dedup_by(|a, b| a.0 == b.0);
        let stdin = SourceKey::stdin();
        let may_be_gone =
            |key: &SourceKey| *key != stdin && !unseen.iter().any(|folder| key.is_under(folder));
        let plan = plan::plan(found, &self.sources.records, may_be_gone);
        observer.planned(plan.jobs.len() as u64, plan.jobs.iter().map(|job| job.meta.size).sum());
        self.summary.unchanged = plan.unchanged.len() as u64;
        self.count_kept_skips(&plan);
        Ok(plan)
    }

    /// A file that was left out before and is unchanged is still left out.
    fn count_kept_skips(&mut self, plan: &Plan) {
        for key in &plan.unchanged {
            let record = self.sources.records.get(key);
            if let Some(reason) = record.and_then(|record| record.skipped.clone()) {
                *self.summary.skipped.entry(reason).or_default() += 1;
                self.summary.unchanged -= 1;
            }
        }
    }

    fn is_needed(&mut self, plan: &Plan) -> bool {
        self.total();
        self.current.is_none()
            || self.roots_changed
            || !plan.jobs.is_empty()
            || !plan.gone.is_empty()
    }

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
            inverter_bytes: budget.inverter_bytes,
            observer,
        };
        let Inverted { files: ingested, replaced, segment } = match stream {
            Some(stream) => ingest.run_stream(stream)?,
            None => ingest.run(&plan.jobs)?,
        };
        let mut writer: IndexWriter = index
            .writer_with_num_threads(1, merge::WRITER_HEAP_BYTES)
            .map_err(Error::engine("open its writer"))?;
        // Until the commit the last one stays untouched; merges come after it.
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let mut sources: BTreeSet<SourceKey> = replaced.into_iter().collect();
        for key in plan.gone {
            self.sources.records.remove(&key);
            self.summary.removed += 1;
            sources.insert(key);
        }
        if !sources.is_empty() {
            let spared = segment.as_ref().map(SegmentMeta::id);
            let old = OldPassages { field: fields.source, sources, spared };
            writer.delete_query(Box::new(old)).map_err(Error::engine("delete old passages"))?;
        }
        if let Some(segment) = segment {
            writer.add_segment(segment).map_err(Error::engine("take in a segment"))?;
        }
        self.summary.interrupted = observer.going() == Going::Stop;
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
        // A segment without these files loses nothing but speed.
        let added = forward::add_missing(&self.directory, budget.threads)
            .and_then(|()| shortcuts::add_missing(&self.directory, budget.threads));
        if let Err(error) = added {
            self.summary.after_commit.get_or_insert(error.with_causes());
        }
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
    fn finish(&mut self) -> Result<()> {
        let Some(manifest) = &self.current else {
            return Ok(());
        };
        let finished = home::sweep(&self.directory, Some(manifest), &self.info.sources)
            .and_then(|()| checksums::ensure(&self.directory, manifest));
        if let Err(error) = finished {
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

    fn account(&mut self, file: Ingested) {
        let Ingested { record, outcome, report } = file;
        let summary = &mut self.summary;
        match outcome {
            Outcome::Added | Outcome::Changed => {
                summary.bytes_read += record.meta.size;
                summary.passages_added += record.passages;
                match (&record.skipped, outcome) {
                    (Some(_), _) if record.passages == 0 => {}
                    (_, Outcome::Added) => summary.added += 1,
                    _ => summary.changed += 1,
                }
            }
            Outcome::Same => summary.unchanged += 1,
            Outcome::Kept => {}
        }
        if let Some(reason) = &record.skipped {
            *summary.skipped.entry(reason.clone()).or_default() += 1;
        }
        summary.bad_records += report.bad_records;
        if let Some(example) = report.first_bad_record
            && summary.bad_record_examples.len() < BAD_RECORD_EXAMPLES
        {
            summary.bad_record_examples.push(format!("{}: {example}", record.key.as_str()));
        }
        self.sources.records.insert(record.key.clone(), record);
    }

    /// Adds up what the index holds.
    fn total(&mut self) {
        let read = |record: &&SourceRecord| record.passages > 0 || record.skipped.is_none();
        let records = self.sources.records.values().filter(read);
        let sum = |count: fn(&SourceRecord) -> u64| records.clone().map(count).sum::<u64>();
        self.summary.files = sum(|_| 1);
        self.summary.documents = sum(|record| record.documents);
        self.summary.passages = sum(|record| record.passages);
        self.info.documents = self.summary.documents;
        self.info.passages = self.summary.passages;
        self.info.source_bytes = sum(|record| record.meta.size);
    }

    fn commit(&mut self, writer: &mut IndexWriter, data: &Path) -> Result<()> {
        self.total();
        let last = writer.commit_opstamp();
        let mut prepared = writer.prepare_commit().map_err(Error::engine("prepare the commit"))?;
        if prepared.opstamp() == last {
            // Without an addition or a deletion the engine gives the last commit's
            // stamp again, and with it the names of files that are in force.
            drop(prepared);
            prepared = writer.prepare_commit().map_err(Error::engine("prepare the commit"))?;
        }
        self.info.sources = home::sources_name(prepared.opstamp());
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.info.committed_at = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        self.info.sources_hash = Some(self.sources.store(&data.join(&self.info.sources))?);
        let payload = serde_json::to_string(&self.info)
            .map_err(|error| Error::io("write", data)(error.into()))?;
        prepared.set_payload(&payload);
        prepared.commit().map_err(Error::engine("commit"))?;
        // The engine renames `meta.json` into place and leaves the directory
        // unsynced; without this a power loss could take the commit back.
        settings::sync_directory(data).map_err(Error::io("sync", data))
    }

    /// Makes a new data directory the index's.
    fn publish(&mut self, data: String) -> Result<()> {
        settings::sync_directory(&self.directory).map_err(Error::io("sync", &self.directory))?;
        let base = portable_base(&self.directory, &self.base);
        let manifest = Manifest::new(data, base, self.settings, self.ranking.clone());
        manifest.store(&self.directory)?;
        self.current = Some(manifest);
        Ok(())
    }
}

/// The base as it is written down: by `..` where it holds the index directory,
/// so that both can be moved together, else absolute.
fn portable_base(directory: &Path, base: &Path) -> PathBuf {
    let directory = settings::normalize(directory);
    match directory.strip_prefix(base) {
        Ok(below) => below.components().map(|_| "..").collect(),
        Err(_) => base.to_owned(),
    }
}
