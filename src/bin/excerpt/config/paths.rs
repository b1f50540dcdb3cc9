//! The names of files: as they are typed, as they are kept, as they are printed.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use excerpt::index::settings::normalize;
use excerpt::index::sources::SourceKey;
use excerpt::search::GlobFrom;

use super::current_dir;
use crate::report::Hinted;

/// `paths` as absolute paths; each must lead to a file or a folder.
pub fn existing_paths(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    existing_or_known_paths(paths, &|_| false)
}

/// `paths` as absolute paths, each as [`existing_or_known_path`] takes it.
pub fn existing_or_known_paths(
    paths: &[PathBuf],
    is_known: &dyn Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>> {
    let here = current_dir()?;
    let existing = |path: &PathBuf| {
        existing_or_known_path(&here, path, is_known)
            .with_context(|| format!("cannot read `{}`", path.display()))
    };
    paths.iter().map(existing).collect()
}

/// The absolute path that is typed as `typed` at `here`; there must be something, and no
/// pipe, socket or device, which would have to be read again at each update. A link that
/// `is_known` may lead nowhere: what it leads to may come back.
pub fn existing_or_known_path(
    here: &Path,
    typed: &Path,
    is_known: &dyn Fn(&Path) -> bool,
) -> Result<PathBuf> {
    let path = absolute(here, typed);
    match path.metadata() {
        Ok(found) if !found.is_file() && !found.is_dir() => {
            let hint = "`excerpt index -` reads a stream, from standard input";
            Err(Hinted::new("it is neither a file nor a folder", hint).into())
        }
        Ok(_) => Ok(path),
        Err(_) if path.is_symlink() && is_known(&path) => Ok(path),
        Err(error) => Err(error.into()),
    }
}

/// The path that is typed as `typed` at `here`, without `.` and `..`. A `..` goes
/// up from where a link leads, as it does for every program; no other link is
/// looked at, so that the result names what the user named.
pub fn absolute(here: &Path, typed: &Path) -> PathBuf {
    let mut path = PathBuf::new();
    for component in here.join(typed).components() {
        if component == Component::ParentDir
            && path.is_symlink()
            && let Ok(folder) = path.canonicalize()
        {
            path = folder;
        }
        path.push(component);
    }
    normalize(&path)
}

/// The path that `bytes` name.
#[cfg(unix)]
pub fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

/// The path that `bytes` name.
#[cfg(not(unix))]
pub fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).trim_end_matches('\r'))
}

/// Where the user is, and where the files of an index are.
pub struct Here {
    current: PathBuf,
    /// The directory that source keys start from.
    pub base: PathBuf,
}

impl Here {
    /// The current directory, beside an index whose keys start from `base`.
    pub fn new(base: PathBuf) -> Result<Self> {
        Ok(Self { current: current_dir()?, base })
    }

    /// The file of a source; none for standard input.
    pub fn file(&self, source: &SourceKey) -> Option<PathBuf> {
        (*source != SourceKey::stdin()).then(|| source.path(&self.base))
    }

    /// The path of a source as it is printed: below the current directory
    /// relative to it, else absolute.
    pub fn printed(&self, source: &SourceKey) -> PathBuf {
        let Some(path) = self.file(source) else {
            return PathBuf::from(source.as_str());
        };
        match path.strip_prefix(&self.current) {
            Ok(relative) if !relative.as_os_str().is_empty() => relative.to_owned(),
            _ => path,
        }
    }

    /// The source that `typed` names.
    pub fn source(&self, typed: &Path) -> SourceKey {
        if typed == Path::new(SourceKey::stdin().as_str()) {
            return SourceKey::stdin();
        }
        SourceKey::new(&absolute(&self.current, typed), &self.base)
    }

    /// What `typed` may mean besides, as a pattern for paths that begins where the index
    /// starts or in any folder there: where it can lead there from the current directory
    /// in another way, that.
    pub fn glob(&self, typed: &str) -> Option<GlobFrom> {
        let typed = Path::new(typed);
        let leads_up = typed.components().any(|part| part == Component::ParentDir);
        let is_here = typed.components().all(|part| part == Component::CurDir);
        let is_above = self.base != self.current && self.base.starts_with(&self.current);
        (leads_up || is_here || is_above).then(|| self.glob_from_here(typed))
    }

    fn glob_from_here(&self, typed: &Path) -> GlobFrom {
        let path = absolute(&self.current, typed);
        // Folders that nobody typed are no patterns.
        let shared = path.ancestors().find(|folder| self.current.starts_with(folder));
        let folder = shared.unwrap_or(Path::new("/")).to_owned();
        let glob = match path.strip_prefix(&folder).unwrap_or(&path).to_string_lossy() {
            behind if behind.is_empty() => "**".to_owned(),
            behind => behind.into_owned(),
        };
        GlobFrom { folder, glob }
    }

    /// The folder the user is in, as a source that holds others.
    pub fn folder(&self) -> SourceKey {
        SourceKey::new(&self.current, &self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_pattern_may_lead_up_or_down_from_where_the_user_is() {
        let check = |current: &str, typed: &str, expected: Option<(&str, &str)>| {
            let here = Here { current: PathBuf::from(current), base: PathBuf::from("/corpus") };
            let from = expected.map(|(folder, glob)| GlobFrom {
                folder: PathBuf::from(folder),
                glob: glob.to_owned(),
            });
            assert_eq!(here.glob(typed), from, "{current} {typed}");
        };
        for typed in ["a.md", "*.md", "./a/*.md", "..a", "/corpus/*"] {
            check("/corpus", typed, None);
            check("/corpus/news", typed, None);
        }
        let folder = "/corpus/old [1]/news";
        check(folder, "../*.md", Some(("/corpus/old [1]", "*.md")));
        check(folder, "..", Some(("/corpus/old [1]", "**")));
        check(folder, ".", Some((folder, "**")));
        check(folder, "./../*.md", Some(("/corpus/old [1]", "*.md")));
        check("/corpus", "a/../b*", Some(("/corpus", "b*")));
        check("/", "/corpus/a/../b", Some(("/", "corpus/b")));
        check(folder, "../../b*/{c,d}/../e", Some(("/corpus", "b*/e")));
        check(folder, "../../../../..", Some(("/", "**")));
        check("/", "corpus/*", Some(("/", "corpus/*")));
    }

    #[cfg(unix)]
    #[test]
    fn a_step_up_leads_where_the_system_goes() -> std::io::Result<()> {
        let directory = tempfile::tempdir()?;
        let here = directory.path().canonicalize()?;
        std::fs::create_dir_all(here.join("far/away"))?;
        std::os::unix::fs::symlink("far/away", here.join("link"))?;
        for (typed, expected) in [
            ("link/../a.md", "far/a.md"),
            ("link/a.md", "link/a.md"),
            ("far/../link/.././b/", "far/b"),
            ("nowhere/../a.md", "a.md"),
            ("far/away/../../link", "link"),
        ] {
            assert_eq!(absolute(&here, Path::new(typed)), here.join(expected), "{typed}");
        }
        Ok(())
    }
}
