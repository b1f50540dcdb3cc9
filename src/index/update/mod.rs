//! One update of an index, from the request to the commit.
//!
//! Lock, sweep, walk, plan, ingest, commit. Everything before the commit can be
//! lost without harm: the next update finds the last commit and starts from it.
//! Here is the way through; [`begin`] knows what it starts from, [`roots`] what has
//! changed, [`carry_out`] how that is read and taken in, [`commit`] what becomes of it,
//! [`budget`] how much memory there is.

mod begin;
mod budget;
mod carry_out;
mod commit;
mod roots;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use self::budget::Budget;
use super::check;
use super::checksums;
use super::detect;
use super::forward;
use super::home;
use super::lock::WriterLock;
use super::losses;
use super::plan::Plan;
use super::ranking::RankingChoice;
use super::request::{Input, Observer, UpdateRequest, UpdateSummary};
use super::settings::{Manifest, Settings};
use super::shortcuts;
use super::snapshot::CommitInfo;
use super::sources::{SourceKey, SourceList, SourceRecord};
use crate::corpus::{FieldMap, WalkOptions};
use crate::error::Result;

/// Creates or updates the index at `directory`, in one atomic commit.
///
/// What is unreadable is skipped and counted in the summary. Nothing is
/// committed where nothing changed.
///
/// # Errors
///
/// [`crate::Error::IndexForeign`], [`crate::Error::IndexLocked`],
/// [`crate::Error::IndexIncompatible`] (other settings than the index was made with),
/// [`crate::Error::IndexDamaged`], [`crate::Error::InvalidOption`],
/// [`crate::Error::Io`] and [`crate::Error::Engine`]; [`crate::Error::PassagesLost`]
/// where a rebuild cannot read again what the index holds;
/// [`crate::Error::Interrupted`] where it was stopped while it looked for files, or as
/// a rebuild of an index: any other update commits what it has. The last commit stays in
/// force.
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
    update.total();
    if update.is_needed(&plan) || stream.is_some() {
        let stream = stream.as_mut().map(|stream| stream as &mut (dyn Read + Send));
        let carried_out = update.carry_out(plan, stream, &budget, observer);
        if carried_out.is_err() {
            // Gives a full disk its space back. The error that counts is the one that
            // is there already.
            let _ = home::sweep_failure(directory, update.begun.as_deref());
        }
        carried_out.map_err(|error| error.in_update(directory))?;
    }
    update.keep_ranking().map_err(|error| error.in_update(directory))?;
    update.finish(budget.threads);
    // Workers finish their files in any order.
    update.summary.bad_record_examples.sort();
    update.summary.elapsed = started.elapsed();
    Ok(update.summary)
}

struct Update {
    directory: PathBuf,
    base: PathBuf,
    /// The manifest of the last commit; none yet for a new index or a rebuild.
    current: Option<Manifest>,
    /// The data directory that was made for a new index or a rebuild.
    begun: Option<String>,
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
    /// Which fields of a stream's records mean what.
    stream_fields: FieldMap,
    summary: UpdateSummary,
}

impl Update {
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
    /// killed may have left it undone. What of it fails is said in the summary.
    fn finish(&mut self, threads: usize) {
        let Some(manifest) = &self.current else { return };
        // A segment without the files beside it loses nothing but speed.
        let added = check::remove_unusable(&self.directory)
            .and_then(|()| forward::add_missing(&self.directory, threads))
            .and_then(|()| losses::add_missing(&self.directory, threads))
            .and_then(|()| shortcuts::add_missing(&self.directory, threads));
        let finished = home::sweep(&self.directory, Some(manifest), &self.info.sources)
            .and_then(|()| checksums::ensure(&self.directory, manifest));
        for error in [added.err(), finished.err()].into_iter().flatten() {
            self.summary.after_commit.get_or_insert(error.with_causes());
        }
    }
}
