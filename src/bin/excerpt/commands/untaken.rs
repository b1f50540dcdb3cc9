//! What is said where there was no file to index.

use std::path::{Path, PathBuf};

use excerpt::Result;
use excerpt::corpus::{Hidden, IgnoreFiles, Links, WalkOptions};
use excerpt::index::sources::Root;
use excerpt::index::{Snapshot, UpdateSummary};

use crate::config;
use crate::report;

/// Warns where the index at `directory` found no file below its roots, and says which
/// rules may have left them out: the `mistaken` word of a query, if one was taken for such.
pub fn warn(directory: &Path, summary: &UpdateSummary, mistaken: impl FnOnce() -> Option<String>) {
    let is_told = summary.lacks_files() || summary.interrupted;
    if summary.files > 0 || is_told {
        return;
    }
    // What cannot be looked at now is told of by whoever needs it.
    let Ok((roots, paths)) = roots(directory) else { return };
    if paths.is_empty() {
        return;
    }
    report::warning(format_args!("no file to index in {}", report::some(&paths)));
    if let Some(word) = mistaken() {
        report::hint(config::word_hint(&word));
        return;
    }
    let holding = roots.iter().zip(&paths).filter(|(_, path)| holds_anything(path));
    let mut rules: Vec<&WalkOptions> = holding.map(|(root, _)| &root.walk).collect();
    rules.dedup();
    rules.into_iter().for_each(|rules| report::hint(what_counts(rules)));
}

fn roots(directory: &Path) -> Result<(Vec<Root>, Vec<PathBuf>)> {
    let snapshot = Snapshot::open(directory)?;
    Ok((snapshot.roots()?, snapshot.root_paths()?))
}

/// Whether there is anything in the folder at `path` but an index.
fn holds_anything(path: &Path) -> bool {
    let is_other = |entry: std::fs::DirEntry| entry.file_name() != config::INDEX_DIRECTORY;
    path.read_dir().is_ok_and(|entries| entries.flatten().any(is_other))
}

fn what_counts(rules: &WalkOptions) -> String {
    let mut parts = Vec::new();
    let typed = config::typed_rules(rules);
    if !typed.is_empty() {
        parts.push(format!("which files count is told by `{typed}`"));
    }
    if rules.globs.iter().any(|glob| glob.contains('/')) {
        parts.push("globs with a slash begin in the folder that is named".to_owned());
    }
    if rules.links == Links::Skip {
        parts.push("links need `-L`".to_owned());
    }
    let left_out = match (rules.hidden, rules.ignore_files) {
        (Hidden::Skip, IgnoreFiles::Respect) => {
            "hidden files, and those that an ignore file names, need `--hidden` or `--no-ignore`"
        }
        (Hidden::Skip, IgnoreFiles::Disregard) => "hidden files need `--hidden`",
        (Hidden::Include, IgnoreFiles::Respect) => {
            "files that an ignore file names need `--no-ignore`"
        }
        (Hidden::Include, IgnoreFiles::Disregard) => return parts.join("; "),
    };
    parts.push(left_out.to_owned());
    parts.join("; ")
}
