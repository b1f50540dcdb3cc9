//! The rules by which files count: what can be asked for, and the walker of the
//! `ignore` crate that does it. Which files they leave is [`super::walk`]'s.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};
use ignore::types::{Types, TypesBuilder};
use serde::{Deserialize, Serialize};

use super::Skip;
use crate::error::{Error, Result};

/// The files of rules, the weakest first; the last one is ours alone.
const RULE_FILES: [&str; 3] = [".gitignore", ".ignore", OWN_RULE_FILE];
const OWN_RULE_FILE: &str = ".excerptignore";

/// A file of rules that is larger is none, but something that would fill the
/// memory.
const MAX_RULES_BYTES: u64 = 4 << 20;

/// Which files count. Everything means what it means in ripgrep, but that globs
/// with a slash are relative to the path that is walked, not to the current
/// directory, and that what git is told to ignore by the user alone (in the
/// configuration, in `.git/info/exclude`) is not looked at: the same folder gives
/// the same files to everyone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WalkOptions {
    /// Only files that fit one of these, and none that fits one with `!` before
    /// it; the last that fits decides. Stronger than any ignore rule.
    pub globs: Vec<String>,
    /// Only files of these types, as ripgrep names them.
    pub types: Vec<String>,
    /// No files of these types.
    pub types_not: Vec<String>,
    /// What becomes of files and folders whose names begin with a dot.
    pub hidden: Hidden,
    /// Whether rules in ignore files hold.
    pub ignore_files: IgnoreFiles,
    /// What becomes of symbolic links.
    pub links: Links,
    /// No files larger than this, in bytes.
    pub max_filesize: Option<u64>,
}

/// What becomes of files and folders whose names begin with a dot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hidden {
    /// They are passed over.
    #[default]
    Skip,
    /// They are taken like all others.
    Include,
}

/// Whether the rules in `.gitignore` (inside a git repository), `.ignore` and
/// `.excerptignore` hold, there and in the folders above.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IgnoreFiles {
    /// They hold.
    #[default]
    Respect,
    /// They are as if they were not there.
    Disregard,
}

/// What becomes of symbolic links below the path that is walked; the path itself
/// may be one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// They are passed over.
    #[default]
    Skip,
    /// What they lead to is taken.
    Follow,
}

impl WalkOptions {
    /// Looks whether there can be such rules.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOption`] for a glob that is none and a type that is
    /// unknown.
    pub fn check(&self) -> Result<()> {
        globs(Path::new(""), self)?;
        types(self).map(drop)
    }

    /// A walker of `root` by these rules. How large files may be is left to the
    /// caller, who is to report them.
    ///
    /// # Errors
    ///
    /// As [`WalkOptions::check`].
    pub(super) fn walker(&self, root: &Path) -> Result<WalkBuilder> {
        let mut walker = WalkBuilder::new(root);
        walker
            .overrides(globs(root, self)?)
            .types(types(self)?)
            .hidden(self.hidden == Hidden::Skip)
            .follow_links(self.links == Links::Follow)
            .git_global(false)
            .git_exclude(false)
            // Only for the rules that were just turned off; else it is asked of
            // the process.
            .current_dir(root);
        match self.ignore_files {
            IgnoreFiles::Respect => walker.add_custom_ignore_filename(OWN_RULE_FILE),
            IgnoreFiles::Disregard => walker.ignore(false).git_ignore(false).parents(false),
        };
        Ok(walker)
    }

    /// A file of rules in `directory` that must not be read, and why: reading a
    /// pipe waits for its other end, and a device may never come to an end. The
    /// walker would read it.
    pub(super) fn trap(&self, directory: &Path) -> Option<(PathBuf, Skip)> {
        if self.ignore_files == IgnoreFiles::Disregard {
            return None;
        }
        RULE_FILES.iter().find_map(|name| {
            let path = directory.join(name);
            let metadata = fs::metadata(&path).ok()?;
            if !metadata.is_file() && !metadata.is_dir() {
                Some((path, Skip::NotAFile))
            } else if metadata.is_file() && metadata.len() > MAX_RULES_BYTES {
                Some((path, Skip::TooLarge))
            } else {
                None
            }
        })
    }
}

fn globs(root: &Path, options: &WalkOptions) -> Result<Override> {
    let invalid = |glob: &str, error: &ignore::Error| Error::InvalidOption {
        option: "glob",
        value: glob.to_owned(),
        reason: match error {
            ignore::Error::Glob { err, .. } => err.clone(),
            _ => error.to_string(),
        },
    };
    let mut builder = OverrideBuilder::new(root);
    for glob in &options.globs {
        builder.add(glob).map_err(|error| invalid(glob, &error))?;
    }
    builder.build().map_err(|error| invalid(&options.globs.join(" "), &error))
}

fn types(options: &WalkOptions) -> Result<Types> {
    let mut builder = TypesBuilder::new();
    builder.add_defaults();
    // ripgrep has none for it.
    let added = builder.add("tsv", "*.tsv").and_then(|()| builder.add("tsv", "*.tab"));
    debug_assert!(added.is_ok());
    for name in &options.types {
        builder.select(name);
    }
    for name in &options.types_not {
        builder.negate(name);
    }
    builder.build().map_err(|error| {
        let asked = options.types.iter().chain(&options.types_not);
        let value = match &error {
            ignore::Error::UnrecognizedFileType(name) => name.clone(),
            _ => asked.map(String::as_str).collect::<Vec<_>>().join(" "),
        };
        let reason = "no such type; the types are ripgrep's, as `md`, `html`, `txt`, `csv`, \
                      `jsonl`: for anything else use a glob";
        Error::InvalidOption { option: "type", value, reason: reason.to_owned() }
    })
}
