//! From what was typed, the environment and the current directory to options of
//! the library, ready to use.
//!
//! `places` finds indexes and caches, `paths` names files, `list` reads
//! lists of them, `rules` says which of them count, `query` reads how a query and its
//! ranking are meant, `dashed` tells what of a query was taken for options, `screen`
//! decides how output looks.

mod dashed;
mod language;
mod list;
mod paths;
mod places;
mod query;
mod ranking;
mod rules;
mod screen;

pub use self::dashed::{explained, word_hint};
pub use self::language::language;
pub use self::list::{listed_paths, without_return};
pub use self::paths::{
    Here, existing_or_known_path, existing_or_known_paths, existing_paths, path_of,
};
pub use self::places::{
    INDEX_DIRECTORY, cache_directory, cached_index, common_folder, current_dir, index_to_read,
    index_to_write,
};
pub use self::query::{filters, parse_options};
pub use self::rules::{typed_fields, typed_rules};
pub use self::screen::Screen;

use excerpt::corpus::{FieldMap, Hidden, IgnoreFiles, Links, WalkOptions};

use crate::args::FileArgs;

impl FileArgs {
    /// The options of the walk, where any was typed; an empty glob is none, and alone
    /// takes back what was typed before.
    pub fn walk_options(&self) -> Option<WalkOptions> {
        let options = WalkOptions {
            globs: self.globs.iter().filter(|glob| !glob.is_empty()).cloned().collect(),
            types: self.types.clone(),
            types_not: self.types_not.clone(),
            hidden: if self.hidden { Hidden::Include } else { Hidden::Skip },
            ignore_files: if self.no_ignore {
                IgnoreFiles::Disregard
            } else {
                IgnoreFiles::Respect
            },
            links: if self.follow { Links::Follow } else { Links::Skip },
            max_filesize: self.max_filesize,
        };
        (options != WalkOptions::default() || !self.globs.is_empty()).then_some(options)
    }

    /// The map of fields, where any was typed; an empty one takes back what was typed
    /// before.
    pub fn field_map(&self) -> excerpt::Result<Option<FieldMap>> {
        if self.fields.is_empty() {
            return Ok(None);
        }
        let typed = self.fields.iter().map(String::as_str).filter(|map| !map.is_empty());
        match typed.collect::<Vec<_>>().join(",") {
            typed if typed.is_empty() => Ok(Some(FieldMap::default())),
            typed => typed.parse().map(Some),
        }
    }

    /// Whether anything was typed.
    pub fn is_empty(&self) -> bool {
        self.walk_options().is_none() && self.fields.is_empty()
    }
}
