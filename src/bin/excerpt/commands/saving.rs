//! Files that a measurement goes to: tried before it, since measuring takes long,
//! and written after it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Whether the files that are asked for can be written. Leaves them as they are.
pub fn check<'p>(paths: impl IntoIterator<Item = &'p Option<PathBuf>>) -> Result<()> {
    paths.into_iter().flatten().try_for_each(|path| {
        can_write(path).with_context(|| format!("cannot write `{}`", path.display()))
    })
}

/// Writes one of them with `write`.
pub fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let write_all = || {
        let mut file = BufWriter::new(File::create(path)?);
        write(&mut file)?;
        file.flush()
    };
    write_all().with_context(|| format!("cannot write `{}`", path.display()))
}

fn can_write(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            File::create_new(path)?;
            fs::remove_file(path)
        }
        Err(error) => Err(error),
        // The reader of a pipe would take it for closed.
        Ok(_) if fs::metadata(path).is_ok_and(|found| found.is_file() || found.is_dir()) => {
            OpenOptions::new().append(true).open(path).map(drop)
        }
        Ok(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trying_leaves_files_as_they_are() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = |name: &str| directory.path().join(name);
        fs::write(path("old"), "kept")?;
        can_write(&path("old"))?;
        can_write(&path("new"))?;
        assert_eq!(
            (fs::read_to_string(path("old"))?.as_str(), path("new").exists()),
            ("kept", false)
        );
        for name in ["", "no/file", "old/file"] {
            assert!(can_write(&path(name)).is_err(), "{name}");
        }
        Ok(())
    }
}
