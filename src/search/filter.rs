//! What a passage must be, apart from its words: where it lies and when it is
//! from.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use time::Date;

use super::place::address_of;
use crate::error::{Error, Result};
use crate::index::sources::SourceKey;
use crate::index::{Snapshot, StoredPassage};
use crate::rank::Selection;

/// Limits a search to some passages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Globs over source paths; any of them suffices. Empty: all paths.
    pub paths: Vec<String>,
    /// Sources that are this one or lie below it.
    pub below: Option<SourceKey>,
    /// Not older than this day.
    pub after: Option<Date>,
    /// Not younger than this day.
    pub before: Option<Date>,
    /// Not this passage.
    pub except: Option<StoredPassage>,
}

impl Filters {
    /// Whether nothing is left out but perhaps the one passage of `except`.
    pub(super) fn leave_out_at_most_one(&self) -> bool {
        let Self { paths, below, after, before, except: _ } = self;
        paths.is_empty() && below.is_none() && after.is_none() && before.is_none()
    }

    /// The filters as selections.
    pub(super) fn select(&self, snapshot: &Snapshot) -> Result<Vec<Selection>> {
        let mut selections = Vec::new();
        if !self.paths.is_empty() {
            selections.push(paths(snapshot, &self.paths)?);
        }
        if let Some(root) = &self.below {
            selections.push(sources(snapshot, |key| SourceKey::from_stored(key).is_under(root))?);
        }
        if self.after.is_some() || self.before.is_some() {
            selections.push(dates(self.after, self.before));
        }
        if let Some(passage) = &self.except {
            selections.extend(address_of(snapshot, passage)?.map(Selection::AllBut));
        }
        Ok(selections)
    }
}

/// The passages whose source's path fits one of `globs`.
fn paths(snapshot: &Snapshot, globs: &[String]) -> Result<Selection> {
    let set = glob_set(globs)?;
    sources(snapshot, |key| set.is_match(key))
}

/// The passages whose source's path fits `pattern`, which was typed in a query and
/// may be anything: what is no glob is a path, or a part of one, as it is written.
pub(super) fn path(snapshot: &Snapshot, pattern: &str) -> Result<Selection> {
    match glob_set(&[pattern.to_owned()]) {
        Ok(set) => sources(snapshot, |key| set.is_match(key)),
        Err(_) => sources(snapshot, |key| holds_literally(key, pattern)),
    }
}

/// Whether `pattern` is a glob.
pub(super) fn is_glob(pattern: &str) -> bool {
    glob_set(&[pattern.to_owned()]).is_ok()
}

/// Whether `path`, its end, or a folder of it is called `name`.
fn holds_literally(path: &str, name: &str) -> bool {
    format!("/{path}/").contains(&format!("/{}/", bare(name)))
}

fn bare(pattern: &str) -> &str {
    pattern.trim_start_matches("./").trim_end_matches('/')
}

/// A pattern names a path, its end, or a folder: `news/*`, `a.md` and `news` fit
/// wherever they begin in the path. `*` crosses slashes.
fn glob_set(globs: &[String]) -> Result<GlobSet> {
    let mut builder = GlobSetBuilder::new();
    for pattern in globs {
        let bare = bare(pattern);
        for variant in
            [bare.to_owned(), format!("**/{bare}"), format!("{bare}/**"), format!("**/{bare}/**")]
        {
            let glob = GlobBuilder::new(&variant).literal_separator(false).build();
            builder.add(glob.map_err(|error| Error::InvalidOption {
                option: "path",
                value: pattern.clone(),
                reason: error.kind().to_string(),
            })?);
        }
    }
    builder.build().map_err(|error| Error::InvalidOption {
        option: "path",
        value: globs.join(" "),
        reason: error.to_string(),
    })
}

fn sources(snapshot: &Snapshot, fits: impl Fn(&str) -> bool) -> Result<Selection> {
    let field = snapshot.fields().source;
    let mut terms = std::collections::BTreeSet::new();
    for segment in snapshot.segments() {
        let Some(index) = segment.field(field)? else { continue };
        let stream = index.dictionary.stream();
        let mut stream = stream.map_err(|error| segment.damaged(error))?;
        while stream.advance() {
            if let Ok(key) = std::str::from_utf8(stream.key())
                && fits(key)
            {
                terms.insert(key.to_owned());
            }
        }
    }
    Ok(Selection::Terms { field, terms: terms.into_iter().collect() })
}

/// The passages from `after` to `before`, both included.
pub(super) fn dates(after: Option<Date>, before: Option<Date>) -> Selection {
    let day = |date: Date| i64::from(date.to_julian_day());
    Selection::Dates(after.map_or(i64::MIN, day)..=before.map_or(i64::MAX, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_pattern_fits_wherever_it_begins() -> Result<()> {
        for (pattern, path, fits) in [
            ("news/*", "news/2021/a.md", true),
            ("news/*", "archive/news/a.md", true),
            ("news", "archive/news/a.md", true),
            ("news", "newsletter/a.md", false),
            ("*.md", "news/a.md", true),
            ("a.md", "news/a.md", true),
            ("a.md", "news/ba.md", false),
            ("./news/", "news/a.md", true),
        ] {
            let set = glob_set(&[pattern.to_owned()])?;
            assert_eq!(set.is_match(path), fits, "{pattern} {path}");
        }
        Ok(())
    }

    /// A search with such a filter ended with an error about an option that was not
    /// given.
    #[test]
    fn a_malformed_glob_in_a_query_is_a_path_as_it_is_written() {
        for pattern in ["[x", "{a,b", "a\\", "a\\/"] {
            assert!(!is_glob(pattern), "{pattern}");
        }
        for (name, path, fits) in [
            ("[x", "news/[x", true),
            ("[x", "[x/a.md", true),
            ("./[x/", "news/[x/a.md", true),
            ("[x", "news/[xy/a.md", false),
            ("news/[x", "old/news/[x/a.md", true),
            ("news/[x", "anews/[x/a.md", false),
        ] {
            assert_eq!(holds_literally(path, name), fits, "{name} {path}");
        }
    }

    #[test]
    fn a_malformed_glob_is_an_invalid_option() {
        assert!(matches!(glob_set(&["[".to_owned()]), Err(Error::InvalidOption { .. })));
    }
}
