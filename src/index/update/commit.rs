//! What an update did, added up and committed.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use tantivy::IndexWriter;

use super::Update;
use crate::error::{Error, Result};
use crate::index::commit;
use crate::index::ingest::{Ingested, Outcome};
use crate::index::request::UpdateSummary;
use crate::index::settings::{self, Manifest};
use crate::index::sources::{SourceKey, SourceRecord};

impl Update {
    pub(super) fn account(&mut self, file: Ingested) {
        let Ingested { record, outcome, bytes_read } = file;
        let former = self.sources.records.get(&record.key);
        let was_read = former.is_some_and(|former| !former.is_left_out());
        let summary = &mut self.summary;
        match outcome {
            Outcome::Added | Outcome::Changed => {
                summary.bytes_read += if record.is_left_out() { 0 } else { bytes_read };
                summary.passages_added += record.passages;
                match outcome {
                    // Its passages are gone.
                    _ if record.is_left_out() => summary.changed += u64::from(was_read),
                    Outcome::Added => summary.added += 1,
                    _ => summary.changed += 1,
                }
                summary.count_reason(&record);
            }
            Outcome::Same => {
                summary.unchanged += u64::from(!record.is_left_out());
                summary.count_reason(&record);
            }
            Outcome::Kept { reason } if record.key == SourceKey::stdin() => {
                summary.kept_stream = Some(reason);
                // What is wrong with it was told when it came.
                self.sources.records.insert(record.key.clone(), record);
                return;
            }
            Outcome::Kept { reason } => *summary.skipped.entry(reason).or_default() += 1,
        }
        summary.count_bad_records(&record);
        self.sources.records.insert(record.key.clone(), record);
    }

    /// Adds up what the index holds.
    pub(super) fn total(&mut self) {
        let read = |record: &&SourceRecord| !record.is_left_out();
        let records = self.sources.records.values().filter(read);
        let sum = |count: fn(&SourceRecord) -> u64| records.clone().map(count).sum::<u64>();
        self.summary.files = sum(|_| 1);
        self.summary.documents = sum(|record| record.documents);
        self.summary.passages = sum(|record| record.passages);
        self.info.documents = self.summary.documents;
        self.info.passages = self.summary.passages;
        self.info.source_bytes = sum(|record| record.meta.size);
    }

    pub(super) fn commit(&mut self, writer: &mut IndexWriter, data: &Path) -> Result<()> {
        self.total();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.info.committed_at = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        commit::commit(writer, data, &mut self.info, &self.sources)
    }

    /// Makes a new data directory the index's.
    pub(super) fn publish(&mut self, data: String) -> Result<()> {
        settings::sync_directory(&self.directory).map_err(Error::io("sync", &self.directory))?;
        let base = portable_base(&self.directory, &self.base);
        let manifest = Manifest::new(data, base, self.settings, self.ranking.clone());
        manifest.store(&self.directory)?;
        self.current = Some(manifest);
        Ok(())
    }
}

impl UpdateSummary {
    /// Counts the file of `record` where it, or the rest of it, was left out.
    pub(super) fn count_reason(&mut self, record: &SourceRecord) {
        let Some(reason) = &record.skipped else { return };
        let files = if record.is_in_part() { &mut self.in_part } else { &mut self.skipped };
        *files.entry(reason.clone()).or_default() += 1;
    }

    /// Counts the records of the file of `record` that could not be read.
    pub(super) fn count_bad_records(&mut self, record: &SourceRecord) {
        self.bad_records += record.bad_records;
        if let Some(example) = &record.first_bad_record {
            self.bad_record_examples.push((record.key.clone(), example.clone()));
        }
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
