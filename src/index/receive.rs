//! Takes one file's documents, splits them and hands the passages over.

use std::ops::ControlFlow;

use super::ingest::Worker;
use super::request::{Extent, Going};
use super::sources::{SourceKey, SourceRecord};
use super::tasks::Batch;
use crate::corpus::{FileMeta, ReadOutcome, Skip};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::passage::ContentHash;
use crate::split::{SplitOptions, Splitter};

/// Receives one file's documents for a worker.
pub(super) struct Receiver<'w, 'a> {
    worker: &'w mut Worker<'a>,
    key: SourceKey,
    splitter: Splitter,
    batch: Batch,
    /// Whether passages of the file may be in the index already.
    is_known: bool,
    documents: u64,
    passages: u64,
    failure: Option<Error>,
    /// Whether the observer's stop came in the middle of the file.
    is_stopped: bool,
}

impl<'w, 'a> Receiver<'w, 'a> {
    pub(super) fn new(
        worker: &'w mut Worker<'a>,
        split: SplitOptions,
        key: &SourceKey,
        is_known: bool,
    ) -> Result<Self> {
        Ok(Self {
            worker,
            key: key.clone(),
            splitter: Splitter::new(split)?,
            batch: Batch::new(key.clone()),
            is_known,
            documents: 0,
            passages: 0,
            failure: None,
            is_stopped: false,
        })
    }

    /// How much of a file is left out that could not be read to its end.
    pub(super) fn extent(&self) -> Extent {
        if self.passages == 0 { Extent::Whole } else { Extent::Rest }
    }

    pub(super) fn receive(&mut self, document: &Document<'_>) -> ControlFlow<()> {
        // Asked before a document is taken: after the last one nothing is stopped.
        if self.worker.going() == Going::Stop {
            self.is_stopped = true;
            return ControlFlow::Break(());
        }
        if !document.continues {
            self.documents += 1;
        }
        for passage in self.splitter.split(document) {
            self.passages += 1;
            self.batch.push(passage);
            if self.batch.is_full()
                && let Err(error) = self.hand_over()
            {
                self.failure = Some(error);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether the file was stopped in its middle.
    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Whether the file was stopped in its middle and is known, or nothing came of
    /// it: then what was before stays, and what was handed over of it now goes.
    pub(super) fn is_given_up(&self) -> bool {
        self.is_stopped && (self.is_known || self.documents == 0)
    }

    /// Whether what is known of the source stays: it could not be read at all, or it is a
    /// stream that gave nothing, as one does whose program has failed.
    pub(super) fn keeps_former(&self, outcome: &ReadOutcome) -> bool {
        let gave_nothing = match self.key == SourceKey::stdin() {
            true => self.passages == 0,
            false => self.documents == 0 && matches!(outcome.skip, Some(Skip::Unreadable(_))),
        };
        self.is_known && gave_nothing
    }

    fn hand_over(&mut self) -> Result<()> {
        if self.batch.passages.is_empty() {
            return Ok(());
        }
        let next = Batch::new(self.key.clone());
        self.worker.take_in(std::mem::replace(&mut self.batch, next))
    }

    /// Hands over what is left, and says which passages of the file have to go.
    pub(super) fn finish(&mut self, outcome: &ReadOutcome) -> Result<()> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        if self.is_given_up() {
            self.worker.give_up(&self.key);
            return Ok(());
        }
        if self.is_known && !self.keeps_former(outcome) {
            self.worker.replace(&self.key);
        }
        self.hand_over()
    }

    /// What is to be known of the file by the next update.
    pub(super) fn into_record(
        self,
        meta: FileMeta,
        read_at_ns: i64,
        outcome: &ReadOutcome,
    ) -> SourceRecord {
        let is_unreadable = matches!(outcome.skip, Some(Skip::Unreadable(_)));
        let is_cut_short = self.is_stopped || is_unreadable;
        let mut record = SourceRecord {
            key: self.key,
            meta,
            content_hash: ContentHash(outcome.content_hash),
            read_at_ns,
            format: outcome.format.map_or("", |format| format.name()).to_owned(),
            documents: self.documents,
            passages: self.passages,
            skipped: outcome.skip.as_ref().map(Skip::kind),
            bad_records: outcome.report.bad_records,
            first_bad_record: outcome.report.first_bad_record.clone(),
        };
        if is_cut_short {
            // What was handed over is good; the rest is for the next update.
            record.forget();
        }
        record
    }
}
