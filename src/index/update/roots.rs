//! What an update has to read: its roots, and what has changed below them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::Update;
use crate::corpus::{self, FieldMap, WalkOptions, WalkedFile};
use crate::error::{Error, Result};
use crate::index::plan::{self, Plan};
use crate::index::request::{Extent, Going, Input, Mode, Observer, UpdateRequest};
use crate::index::sources::{self, Root, SourceKey, SourceRecord};

impl Update {
    /// Settles what is kept in the index, from what it has and what is asked for.
    pub(super) fn settle_roots(&mut self, request: &UpdateRequest<'_>) {
        let before = std::mem::take(&mut self.sources.roots);
        let mut roots: BTreeMap<SourceKey, Root> =
            before.iter().map(|root| (root.key.clone(), root.clone())).collect();
        let mut named = BTreeSet::new();
        match &request.input {
            Input::Paths(paths) => {
                for key in paths.iter().map(|path| SourceKey::new(path, &self.base)) {
                    let root = roots.entry(key.clone()).or_insert_with(|| Root {
                        key: key.clone(),
                        walk: WalkOptions::default(),
                        fields: FieldMap::default(),
                    });
                    ask(root, request);
                    named.insert(key);
                }
            }
            Input::KnownRoots => roots.values_mut().for_each(|root| ask(root, request)),
            Input::Stream(_) => {}
        }
        if request.mode == Mode::Rebuild && !matches!(request.input, Input::KnownRoots) {
            let stays = |key: &SourceKey| key.lineage().any(|step| named.contains(step));
            roots.retain(|key, _| stays(key));
            let dropped = before.iter().filter(|root| !stays(&root.key));
            self.summary.dropped = dropped.map(|root| root.key.path(&self.base)).collect();
            if matches!(request.input, Input::Paths(_))
                && let Some(stream) = self.former.get(&SourceKey::stdin())
                && stream.passages > 0
            {
                self.summary.dropped.push(PathBuf::from(stream.key.as_str()));
            }
            self.former.retain(|key, _| stays(key));
        }
        self.sources.roots = roots.into_values().collect();
        self.roots_changed = self.sources.roots != before;
        if self.roots_changed {
            self.forget_other_fields(&before);
        }
    }

    /// Makes every file look changed whose fields mean something else than under
    /// the roots `before`.
    fn forget_other_fields(&mut self, before: &[Root]) {
        let roots = &self.sources.roots;
        for record in self.sources.records.values_mut() {
            let fields_in = |roots| sources::fields_of(roots, &record.key);
            if fields_in(before) != fields_in(roots) {
                record.forget();
            }
        }
    }

    /// Walks the roots that are asked for and compares what is there with what
    /// was read.
    pub(super) fn plan(&mut self, observer: &dyn Observer) -> Result<Plan> {
        let mut found = Vec::new();
        // No walk comes by what was read from a stream.
        let mut unseen = BTreeSet::from([SourceKey::stdin()]);
        let mut missing = BTreeSet::new();
        // Roots may hold each other's files.
        let mut issues = BTreeSet::new();
        let going = || match observer.going() {
            Going::On => ControlFlow::Continue(()),
            Going::Stop => ControlFlow::Break(()),
        };
        for root in &self.sources.roots {
            let path = root.key.path(&self.base);
            let walk = corpus::walk(&path, &root.walk, &going)?;
            if walk.is_missing {
                missing.insert(root.key.clone());
            }
            // The index may lie in the corpus before it looks like an index.
            let holds_index = self.directory.starts_with(&path);
            let is_own = |path: &Path| holds_index && path.starts_with(&self.directory);
            for file in walk.files.into_iter().filter(|file| !is_own(&file.path)) {
                found.push((SourceKey::new(&file.path, &self.base), file));
            }
            for issue in walk.issues.into_iter().filter(|issue| !is_own(&issue.path)) {
                unseen.extend(issue.unseen.map(|path| SourceKey::new(&path, &self.base)));
                issues.insert((issue.path, issue.skip));
            }
        }
        for (path, skip) in issues {
            observer.skipped(&path, &skip, Extent::Whole);
            *self.summary.skipped.entry(skip.kind()).or_default() += 1;
        }
        for key in self.vanished(&missing) {
            self.summary.vanished.push(key.path(&self.base));
            unseen.insert(key);
        }
        // Only a rebuild has to read what it knows.
        unseen.extend(
            found
                .iter()
                .filter(|(key, file)| self.is_closed(key, file))
                .map(|(key, _)| key.clone()),
        );
        self.check_losses(&unseen)?;
        // Almost in this order already.
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.dedup_by(|a, b| a.0 == b.0);
        let may_be_gone = |key: &SourceKey| !key.lineage().any(|step| unseen.contains(step));
        let plan = plan::plan(found, &self.sources.records, may_be_gone);
        observer.planned(plan.jobs.len() as u64, plan.jobs.iter().map(|job| job.meta.size).sum());
        self.summary.unchanged = plan.unchanged.len() as u64;
        self.count_kept_skips(&plan, observer);
        Ok(plan)
    }

    /// The roots among those that are `missing` of which that proves nothing: they
    /// may have been renamed, or lie on a disk that is not mounted, or the index was
    /// moved without them. Not those that a root holds which is there, nor a file
    /// whose folder is there: these were removed.
    fn vanished(&self, missing: &BTreeSet<SourceKey>) -> Vec<SourceKey> {
        let known = if self.current.is_some() { &self.sources.records } else { &self.former };
        let is_held = |key: &SourceKey| {
            let mut holding = sources::holding(&self.sources.roots, key);
            holding.any(|root| !missing.contains(&root.key))
        };
        let has_folder = |path: PathBuf| path.parent().is_some_and(Path::is_dir);
        let is_vanished = |key: &&SourceKey| match known.contains_key(*key) {
            true => !has_folder(key.path(&self.base)) && !is_held(key),
            false => holds_any(known, key) && !is_held(key),
        };
        missing.iter().filter(is_vanished).cloned().collect()
    }

    /// Whether a rebuild would lose the passages of a file that cannot be opened.
    fn is_closed(&self, key: &SourceKey, file: &WalkedFile) -> bool {
        self.former.get(key).is_some_and(|record| record.passages > 0)
            && !corpus::can_be_opened(&file.path)
    }

    /// Refuses a rebuild that would lose passages which came from what is `unseen`.
    fn check_losses(&self, unseen: &BTreeSet<SourceKey>) -> Result<()> {
        let with_passages = || self.former.values().filter(|record| record.passages > 0);
        let step_unseen =
            |record: &SourceRecord| record.key.lineage().find_map(|step| unseen.get(step).cloned());
        let Some(origin) = with_passages().find_map(step_unseen) else { return Ok(()) };
        let lost = with_passages().filter(|record| record.key.is_under(&origin));
        Err(Error::PassagesLost {
            path: self.directory.clone(),
            passages: lost.map(|record| record.passages).sum(),
            origin: (origin != SourceKey::stdin()).then(|| origin.path(&self.base)),
        })
    }

    /// A file that was left out before and is unchanged is still left out, and so are
    /// the records of one that could not be read.
    fn count_kept_skips(&mut self, plan: &Plan, observer: &dyn Observer) {
        for record in plan.unchanged.iter().filter_map(|key| self.sources.records.get(key)) {
            record.tell_kept_skip(&record.key.path(&self.base), observer);
            self.summary.count_reason(record);
            self.summary.count_bad_records(record);
            self.summary.unchanged -= u64::from(record.is_left_out());
        }
    }

    /// Whether anything is to be committed.
    pub(super) fn is_needed(&self, plan: &Plan) -> bool {
        self.current.is_none()
            || self.roots_changed
            || !plan.jobs.is_empty()
            || !plan.gone.is_empty()
    }
}

/// Gives `root` the options that are asked for.
fn ask(root: &mut Root, request: &UpdateRequest<'_>) {
    if let Some(walk) = &request.walk {
        root.walk.clone_from(walk);
    }
    if let Some(fields) = &request.fields {
        root.fields.clone_from(fields);
    }
}

/// Whether something of `known` lies below `folder`.
fn holds_any(known: &BTreeMap<SourceKey, SourceRecord>, folder: &SourceKey) -> bool {
    let start = match folder.as_str() {
        root @ ("" | "/") => SourceKey::from_stored(root),
        folder => SourceKey::from_stored(&format!("{folder}/")),
    };
    let from_start = known.range::<SourceKey, _>(&start..).map(|(key, _)| key);
    let mut candidates = from_start.take_while(|key| key.as_str().starts_with(start.as_str()));
    candidates.any(|key| key.is_under(folder))
}
