//! Where indexes are: named, found above the current directory, or in the cache.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
pub use excerpt::corpus::INDEX_DIRECTORY;
use excerpt::index::settings::MANIFEST_FILE;

use super::paths::absolute;
use crate::args::FileArgs;
use crate::panic;
use crate::report::Hinted;

/// Names the index where the command line does not.
const INDEX_VARIABLE: &str = "EXCERPT_INDEX";

/// Where the process was started.
pub fn current_dir() -> Result<PathBuf> {
    env::current_dir().context("cannot tell the current directory")
}

/// The index to search, or the error that tells how to make one.
pub fn index_to_read(named: Option<&Path>) -> Result<PathBuf> {
    if let Some(directory) = find_index(named)? {
        panic::index_in_use(&directory);
        return Ok(directory);
    }
    let here = current_dir()?;
    Err(Hinted::new(
        format!("cannot find an index: no `{INDEX_DIRECTORY}` in `{}` or above", here.display()),
        "create one with `excerpt index <corpus>`, or search a folder directly with \
         `excerpt search --in <corpus> <query>`",
    )
    .into())
}

/// The index to write: the one that is found, else a new one here.
pub fn index_to_write(named: Option<&Path>) -> Result<PathBuf> {
    let directory = match find_index(named)? {
        Some(directory) => directory,
        None => current_dir()?.join(INDEX_DIRECTORY),
    };
    panic::index_in_use(&directory);
    Ok(directory)
}

/// The index that is named, else the nearest one here or in a parent; `None`
/// where there is none.
fn find_index(named: Option<&Path>) -> Result<Option<PathBuf>> {
    let here = current_dir()?;
    let from_environment = || env::var_os(INDEX_VARIABLE).map(PathBuf::from);
    let named = named.map(Path::to_owned).or_else(from_environment);
    if let Some(named) = named.filter(|path| !path.as_os_str().is_empty()) {
        return Ok(Some(absolute(&here, &named)));
    }
    let candidates = here.ancestors().map(|directory| directory.join(INDEX_DIRECTORY));
    let is_index = |path: &PathBuf| path.join(MANIFEST_FILE).is_file();
    Ok(candidates.into_iter().find(is_index))
}

/// Where the index for looking into `paths` directly is kept, in which files are named
/// from the folder `base`. Its name is a hash of all that decides what it holds.
pub fn cached_index(paths: &[PathBuf], base: &Path, files: &FileArgs) -> Result<PathBuf> {
    let mut name = format!("{files:?}").into_bytes();
    for path in paths.iter().map(PathBuf::as_path).chain([base]) {
        name.push(0);
        name.extend_from_slice(path.as_os_str().as_encoded_bytes());
    }
    let hash = excerpt::passage::ContentHash::of(&name);
    let directory = cache_directory()?.join(hash.to_string());
    panic::index_in_use(&directory);
    Ok(directory)
}

/// The innermost folder that holds all of `paths`, which are absolute. What is
/// cached for them is named from there, wherever the process was started.
pub fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let folder = |path: &PathBuf| {
        if path.is_dir() { path.clone() } else { path.parent().unwrap_or(path).to_owned() }
    };
    let mut folders = paths.iter().map(folder);
    let first = folders.next().unwrap_or_default();
    folders.fold(first, |common, folder| {
        let holds = |candidate: &&Path| folder.starts_with(candidate);
        common.ancestors().find(holds).unwrap_or(Path::new("/")).to_owned()
    })
}

/// Where caches are kept.
pub fn cache_directory() -> Result<PathBuf> {
    let absolute =
        |variable: &str| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("LOCALAPPDATA"))
        .or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    match base {
        Some(base) => Ok(base.join("excerpt")),
        None => bail!("cannot tell where caches are kept: neither XDG_CACHE_HOME nor HOME is set"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_folder_holds_all_paths() {
        for (paths, expected) in [
            (vec!["/nowhere/a/b.md"], "/nowhere/a"),
            (vec!["/nowhere/a/b.md", "/nowhere/a/c/d.md"], "/nowhere/a"),
            (vec!["/nowhere/a/b.md", "/nowhere/ab/c.md"], "/nowhere"),
            (vec!["/a/b.md", "/c/d.md"], "/"),
        ] {
            let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
            assert_eq!(common_folder(&paths), Path::new(expected), "{paths:?}");
        }
    }
}
