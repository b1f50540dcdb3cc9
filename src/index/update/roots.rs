//! What an update has to read: its roots, and what has changed below them.

use std::path::{Path, PathBuf};

use super::Update;
use crate::corpus;
use crate::error::Result;
use crate::index::plan::{self, Plan};
use crate::index::request::{Extent, Observer, UpdateRequest};
use crate::index::sources::{self, Root, SourceKey};

impl Update {
    pub(super) fn add_roots(&mut self, paths: &[PathBuf], request: &UpdateRequest<'_>) {
        let before_all = self.sources.roots.clone();
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
            self.roots_changed |= before.as_ref() != Some(&root);
            self.sources.roots.push(root);
        }
        self.sources.roots.sort_by(|a, b| a.key.cmp(&b.key));
        self.forget_other_fields(&before_all);
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
                observer.skipped(&issue.path, &issue.skip, Extent::Whole);
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
        for record in plan.unchanged.iter().filter_map(|key| self.sources.records.get(key)) {
            self.summary.count_reason(record);
            self.summary.unchanged -= u64::from(record.is_left_out());
        }
    }

    pub(super) fn is_needed(&mut self, plan: &Plan) -> bool {
        self.total();
        self.current.is_none()
            || self.roots_changed
            || !plan.jobs.is_empty()
            || !plan.gone.is_empty()
    }
}
