//! What a passage must be, apart from its words: where it lies and when it is
//! from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use time::Date;

use super::place::address_of;
use crate::error::{Error, Result};
use crate::index::sources::SourceKey;
use crate::index::{Snapshot, StoredPassage};
use crate::query::{MAX_NOTES, MAX_PATH_BYTES, MAX_PATHS, Note};
use crate::rank::{self, Selection};

/// How many braces a glob may open, and so how deep they may be nested. No automaton is
/// made of what is nested 250 deep (`nest_limit` of `regex-syntax`), and each brace with
/// two names of several parts is three levels.
const MAX_BRACES: usize = 64;

/// Limits a search to some passages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Globs over source paths, from the base directory of the index on, or over
    /// absolute paths where they are absolute; any of them suffices. Empty: all paths. What
    /// is no glob is a path, or a part of one, as it is written. No more than
    /// [`MAX_PATHS`], of [`MAX_PATH_BYTES`] together.
    pub paths: Vec<String>,
    /// Globs from folders on, any of which suffices, too; of these again as many.
    pub paths_from: Vec<GlobFrom>,
    /// Sources that are this one or lie below it.
    pub below: Option<SourceKey>,
    /// Not older than this day.
    pub after: Option<Date>,
    /// Not younger than this day.
    pub before: Option<Date>,
    /// Not this passage.
    pub except: Option<StoredPassage>,
}

/// A glob over the paths in a folder, from there on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobFrom {
    /// The folder: an absolute path and no glob.
    pub folder: PathBuf,
    /// The glob.
    pub glob: String,
}

impl Filters {
    /// Which of the globs are none, up to [`MAX_NOTES`].
    pub fn notes(&self) -> Vec<Note> {
        let paths = self.paths.iter().filter(|pattern| !is_glob(pattern));
        paths.take(MAX_NOTES).cloned().map(Note::NotAGlob).collect()
    }

    /// Whether nothing is left out but perhaps the one passage of `except`.
    pub(super) fn leave_out_at_most_one(&self) -> bool {
        let Self { paths, paths_from, below, after, before, except: _ } = self;
        let are_all_paths = paths.is_empty() && paths_from.is_empty();
        are_all_paths && below.is_none() && after.is_none() && before.is_none()
    }

    /// The filters as selections.
    pub(super) fn select(&self, snapshot: &Snapshot) -> Result<Vec<Selection>> {
        let mut selections = Vec::new();
        if !self.paths.is_empty() || !self.paths_from.is_empty() {
            // Too many are an error whatever they say.
            let globs = Globs::new(&self.paths, &self.paths_from, snapshot.base_directory())?;
            if !self.paths.iter().any(|pattern| fits_all(pattern)) {
                selections.extend(sources(snapshot, &[|key: &str| globs.fit(key)])?);
            }
        }
        if let Some(root) = &self.below {
            let is_below = |key: &str| SourceKey::from_stored(key).is_under(root);
            selections.extend(sources(snapshot, &[is_below])?);
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

/// Whether every path fits `pattern`, so that none need be looked at.
pub(super) fn fits_all(pattern: &str) -> bool {
    matches!(bare(pattern), "*" | "**" | "**/*")
}

/// Patterns for the paths of sources.
pub(super) struct Globs {
    base: PathBuf,
    /// Those that fit wherever they begin in a path, from the base on.
    anywhere: GlobSet,
    /// Those that are absolute.
    absolute: GlobSet,
    /// Those that fit where they begin in a folder.
    from: Vec<(PathBuf, GlobSet)>,
}

impl Globs {
    /// # Errors
    ///
    /// [`Error::InvalidOption`] where they are more or longer than a query may have.
    pub(super) fn new(patterns: &[String], from: &[GlobFrom], base: PathBuf) -> Result<Self> {
        bound(patterns.iter())?;
        bound(from.iter().map(|from| &from.glob))?;
        let is_absolute = |pattern: &&String| Path::new(pattern.as_str()).is_absolute();
        let (absolute, anywhere): (Vec<_>, Vec<_>) = patterns.iter().partition(is_absolute);
        let beginning = |bare: &str| vec![bare.to_owned(), format!("{bare}/**")];
        let anywhere = glob_set(&anywhere, |bare| {
            [beginning(bare), beginning(&format!("**/{bare}"))].concat()
        })?;
        let absolute = glob_set(&absolute, beginning)?;
        let mut folders: BTreeMap<&PathBuf, Vec<&String>> = BTreeMap::new();
        for GlobFrom { folder, glob } in from {
            folders.entry(folder).or_default().push(glob);
        }
        let from = folders
            .into_iter()
            .map(|(folder, globs)| Ok((folder.clone(), glob_set(&globs, beginning)?)));
        Ok(Self { base, anywhere, absolute, from: from.collect::<Result<_>>()? })
    }

    /// Whether the path of the source with this key fits one of them.
    pub(super) fn fit(&self, key: &str) -> bool {
        let are_all_anywhere = self.absolute.is_empty() && self.from.is_empty();
        self.anywhere.is_match(key) || !are_all_anywhere && self.fit_absolute(key)
    }

    fn fit_absolute(&self, key: &str) -> bool {
        let source = SourceKey::from_stored(key);
        if source == SourceKey::stdin() {
            return false;
        }
        let path = source.path(&self.base);
        let fits_from = |(folder, globs): &(PathBuf, GlobSet)| {
            path.strip_prefix(folder).is_ok_and(|behind| globs.is_match(behind))
        };
        self.absolute.is_match(&path) || self.from.iter().any(fits_from)
    }
}

/// Whether `pattern` is a glob.
pub(super) fn is_glob(pattern: &str) -> bool {
    pattern.matches('{').count() <= MAX_BRACES && Glob::new(bare(pattern)).is_ok()
}

fn bare(pattern: &str) -> &str {
    pattern.trim_start_matches("./").trim_end_matches('/')
}

/// A pattern names a path, its end, or a folder: `news/*`, `a.md` and `news` fit
/// wherever they begin in the path, `/home/ann/news` at its beginning. `*` crosses
/// slashes. `variants` are the globs of one.
fn glob_set(patterns: &[&String], variants: impl Fn(&str) -> Vec<String>) -> Result<GlobSet> {
    let invalid = |error: globset::Error| Error::InvalidOption {
        option: "path",
        value: patterns.iter().map(|pattern| pattern.as_str()).collect::<Vec<_>>().join(" "),
        reason: error.kind().to_string(),
    };
    let mut builder = GlobSetBuilder::new();
    for &pattern in patterns {
        for variant in names(bare(pattern)).iter().flat_map(|name| variants(name)) {
            let glob = GlobBuilder::new(&variant).literal_separator(false).build();
            builder.add(glob.map_err(invalid)?);
        }
    }
    builder.build().map_err(invalid)
}

/// Automata are made of the patterns, in time that grows with the square of their
/// length.
fn bound<'p>(patterns: impl ExactSizeIterator<Item = &'p String>) -> Result<()> {
    let count = patterns.len();
    let bytes: usize = patterns.map(String::len).sum();
    if count <= MAX_PATHS && bytes <= MAX_PATH_BYTES {
        return Ok(());
    }
    let value = match count <= MAX_PATHS {
        true => format!("{bytes} bytes"),
        false => format!("{count} patterns"),
    };
    let reason = format!("at most {MAX_PATHS} are taken, of {MAX_PATH_BYTES} bytes together");
    Err(Error::InvalidOption { option: "path", value, reason })
}

/// The globs that `pattern` stands for. A path that was printed may be called what a glob
/// means more by: `[1].md` fits `1.md` and what is called so, and what is no glob fits
/// only what is called so.
fn names(pattern: &str) -> Vec<String> {
    if !is_glob(pattern) {
        return vec![literal(pattern, &['[', ']', '{', '}', '\\', '*', '?'])];
    }
    let mut names = vec![pattern.to_owned()];
    if pattern.contains(['[', '{', '\\']) {
        names.push(literal(pattern, &['[', ']', '{', '}', '\\']));
    }
    names
}

/// `glob` with `characters` that stand for themselves.
fn literal(glob: &str, characters: &[char]) -> String {
    let mut literal = String::with_capacity(2 * glob.len());
    for c in glob.chars() {
        match characters.contains(&c) {
            true => literal.extend(['[', c, ']']),
            false => literal.push(c),
        }
    }
    literal
}

/// For each of `fits` the passages whose source's path it accepts.
pub(super) fn sources(
    snapshot: &Snapshot,
    fits: &[impl Fn(&str) -> bool],
) -> Result<Vec<Selection>> {
    rank::holders_of_any(snapshot, snapshot.fields().source, fits)
}

/// The passages from `after` to `before`, both included.
pub(super) fn dates(after: Option<Date>, before: Option<Date>) -> Selection {
    let day = |date: Date| i64::from(date.to_julian_day());
    Selection::Dates(after.map_or(i64::MIN, day)..=before.map_or(i64::MAX, day))
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    #[test]
    fn a_path_pattern_fits_wherever_it_begins() -> Result<()> {
        let stdin = SourceKey::stdin();
        for (pattern, path, fits) in [
            ("news/*", "news/2021/a.md", true),
            ("news/*", "archive/news/a.md", true),
            ("news", "archive/news/a.md", true),
            ("news", "newsletter/a.md", false),
            ("*.md", "news/a.md", true),
            ("a.md", "news/a.md", true),
            ("a.md", "news/ba.md", false),
            ("./news/", "news/a.md", true),
            // A path as a search prints it fitted nothing.
            ("/corpus/news/a.md", "news/a.md", true),
            ("/corpus/*", "news/a.md", true),
            ("/corpus/news/", "news/a.md", true),
            ("/corpus/news", "archive/news/a.md", false),
            ("/corpus", "/corpus-2/a.md", false),
            ("/elsewhere/*.md", "/elsewhere/a.md", true),
            ("/", "news/a.md", true),
            ("/corpus", stdin.as_str(), false),
            ("a[1].md", "news/a[1].md", true),
            ("a[1].md", "news/a1.md", true),
            ("a [1]/*.md", "news/a [1]/b.md", true),
            ("a{1}?", "a{1}2", true),
            ("a\\[1].md", "news/a[1].md", true),
            ("/corpus/{a,b}", "{a,b}/c.md", true),
            // A printed path with a backslash fitted nothing.
            ("a\\b.md", "news/a\\b.md", true),
            ("a\\b.md", "news/ab.md", true),
        ] {
            let globs = Globs::new(&[pattern.to_owned()], &[], PathBuf::from("/corpus"))?;
            assert_eq!(globs.fit(path), fits, "{pattern} {path}");
        }
        Ok(())
    }

    /// Every path was matched with them, and every source looked up.
    #[test]
    fn what_fits_every_path_is_known_to() -> Result<()> {
        let stdin = SourceKey::stdin();
        for (pattern, fits) in [
            ("*", true),
            ("**", true),
            ("./*", true),
            ("**/*", true),
            ("*/*", false),
            ("*.*", false),
            ("?*a", false),
            ("/*", false),
            (".", false),
        ] {
            let globs = Globs::new(&[pattern.to_owned()], &[], PathBuf::from("/corpus"))?;
            let paths = ["a", "news/2021/a.md", "/news/a", "..", "\n", stdin.as_str()];
            assert_eq!(paths.iter().all(|path| globs.fit(path)), fits, "{pattern}");
            assert_eq!(fits_all(pattern), fits, "{pattern}");
        }
        Ok(())
    }

    /// A search with such a filter ended with an error; in a query it was about an option
    /// that was not given. A path that a search prints may be called so.
    #[test]
    fn a_malformed_glob_is_a_path_as_it_is_written() -> Result<()> {
        for (name, path, fits) in [
            ("[x", "news/[x", true),
            ("[x", "[x/a.md", true),
            ("./[x/", "news/[x/a.md", true),
            ("[x", "news/[xy/a.md", false),
            ("[x*", "news/[xy", false),
            ("[x*", "[x*", true),
            ("news/[x", "old/news/[x/a.md", true),
            ("news/[x", "anews/[x/a.md", false),
            ("/corpus/a[b.txt", "a[b.txt", true),
            ("/elsewhere/{a,b?", "/elsewhere/{a,b?", true),
            ("a}b", "a}b", true),
            ("a\\", "n/a\\", true),
            ("a\\/", "a\\/b", true),
        ] {
            assert!(!is_glob(name), "{name}");
            let globs = Globs::new(&[name.to_owned()], &[], PathBuf::from("/corpus"))?;
            assert_eq!(globs.fit(path), fits, "{name} {path}");
        }
        Ok(())
    }

    /// Only those of a query were bounded: a filter of 60,000 bytes took 48 seconds. Braces
    /// nested too deep for an automaton ended the search.
    #[test]
    fn patterns_are_few_and_short_and_whatever_they_say_makes_no_error() -> Result<()> {
        let fit = |patterns: &[String]| Globs::new(patterns, &[], PathBuf::new()).map(drop);
        let is_refused = |patterns: &[String], said: &str| {
            let refused = fit(patterns);
            assert!(matches!(refused, Err(Error::InvalidOption { value, .. }) if value == said));
        };
        for part in ["x", "*", "?", "**/", "[!a]", "{a,b}", "[", "\\", "é"] {
            fit(&[part.repeat(MAX_PATH_BYTES / part.len())])?;
        }
        for (open, close) in [("{", "}"), ("{a,b", "}"), ("{[}]?,*x", "*}")] {
            for depth in [MAX_BRACES, MAX_BRACES + 1, 300] {
                let nested = format!("{}a{}", open.repeat(depth), close.repeat(depth));
                assert_eq!(is_glob(&nested), depth <= MAX_BRACES, "{nested}");
                fit(slice::from_ref(&nested))?;
                fit(&[format!("/{nested}")])?;
            }
        }
        let bytes = format!("{} bytes", MAX_PATH_BYTES + 1);
        is_refused(&["x".repeat(MAX_PATH_BYTES + 1)], &bytes);
        is_refused(&vec!["x".to_owned(); MAX_PATHS + 1], &format!("{} patterns", MAX_PATHS + 1));
        let half = "x".repeat(MAX_PATH_BYTES / 2);
        is_refused(&[half.clone(), format!("/{half}")], &bytes);
        fit(&vec!["x".to_owned(); MAX_PATHS])
    }

    /// The folder counted as if it had been typed, so that fewer and shorter ones were taken
    /// from one with a long path.
    #[test]
    fn a_pattern_from_a_folder_has_all_its_room_for_itself() -> Result<()> {
        let folder = PathBuf::from(format!("/corpus/[1]{}", "/{long}".repeat(500)));
        let from = |glob: &str| GlobFrom { folder: folder.clone(), glob: glob.to_owned() };
        let globs = |from: &[GlobFrom]| Globs::new(&[], from, PathBuf::from("/corpus"));
        let many = vec![from(&"x".repeat(MAX_PATH_BYTES / MAX_PATHS)); MAX_PATHS];
        globs(&many)?;
        assert!(globs(&[many, vec![from("x")]].concat()).is_err());
        assert!(globs(&[from(&"x".repeat(MAX_PATH_BYTES + 1))]).is_err());
        let key = |behind: &str| format!("[1]{}/{behind}", "/{long}".repeat(500));
        for (glob, path, fits) in [
            ("a*", key("a/b.md"), true),
            ("a*", key("b/a.md"), false),
            ("a", key("a/b.md"), true),
            ("**", key("a/b.md"), true),
            ("a[1].md", key("a[1].md"), true),
            ("**", "[1]/a".to_owned(), false),
        ] {
            assert_eq!(globs(&[from("z"), from(glob)])?.fit(&path), fits, "{glob} {path}");
        }
        Ok(())
    }

    /// The error named none of them.
    #[test]
    fn patterns_of_which_no_automaton_can_be_made_are_named() {
        let nested = format!("{}a{}", "{".repeat(300), "}".repeat(300));
        let patterns = ["a".to_owned(), "b*".to_owned()];
        let made = glob_set(&patterns.each_ref(), |_| vec![nested.clone()]);
        assert!(
            matches!(made, Err(Error::InvalidOption { value, .. }) if value == "a b*"),
            "a set was made"
        );
    }
}
