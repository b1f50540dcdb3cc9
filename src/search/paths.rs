//! The filters by path that stand within queries.

use std::collections::HashMap;
use std::slice;

use super::filter::{self, Globs};
use crate::error::Result;
use crate::index::Snapshot;
use crate::query::Query;
use crate::rank::{Leaf, Plan};

/// What they let through, by their patterns.
#[derive(Default)]
pub(super) struct Paths {
    plans: HashMap<String, Plan>,
}

impl Paths {
    /// Finds what those of `query` let through that were not met before, all in one walk
    /// over the paths of sources: of these there can be as many as passages.
    pub(super) fn find(&mut self, snapshot: &Snapshot, query: &Query) -> Result<()> {
        let mut patterns = Vec::new();
        collect(query, &mut patterns);
        patterns.sort_unstable();
        patterns.dedup();
        let mut sought = Vec::new();
        for pattern in patterns {
            if filter::fits_all(pattern) {
                self.plans.insert(pattern.clone(), Plan::Everything);
            } else if !self.plans.contains_key(pattern) {
                sought.push(pattern);
            }
        }
        if sought.is_empty() {
            return Ok(());
        }
        let base = snapshot.base_directory();
        let globs =
            sought.iter().map(|&pattern| Globs::new(slice::from_ref(pattern), &[], base.clone()));
        let globs = globs.collect::<Result<Vec<_>>>()?;
        let fits: Vec<_> = globs.iter().map(|globs| |key: &str| globs.fit(key)).collect();
        for (pattern, select) in sought.into_iter().zip(filter::sources(snapshot, &fits)?) {
            let plan = Plan::Leaf(Leaf::Selection { select, score: 0.0 });
            self.plans.insert(pattern.clone(), plan);
        }
        Ok(())
    }

    /// The plan for the filter with `pattern`; nothing for one that was not sought.
    pub(super) fn plan(&self, pattern: &str) -> Plan {
        self.plans.get(pattern).cloned().unwrap_or(Plan::Nothing)
    }
}

fn collect<'q>(query: &'q Query, patterns: &mut Vec<&'q String>) {
    match query {
        Query::Path(pattern) => patterns.push(pattern),
        Query::Exact(query) | Query::Field { query, .. } => collect(query, patterns),
        Query::Boolean { must, should, must_not } => {
            let clauses = must.iter().chain(should).chain(must_not);
            clauses.for_each(|query| collect(query, patterns));
        }
        _ => {}
    }
}
