//! Files that a measurement goes to: tried before it, since measuring takes long, held
//! against those that it reads, and written after it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Whether the files that are asked for, each by its option, can be written, and none is
/// another of them or one of those that are read. Leaves them as they are.
pub fn check<'p, P: AsRef<Path>>(
    outputs: impl IntoIterator<Item = (&'static str, &'p Option<PathBuf>)>,
    inputs: impl IntoIterator<Item = (&'static str, P)>,
) -> Result<()> {
    let outputs = outputs.into_iter().filter_map(|(option, path)| Some((option, path.as_deref()?)));
    let mut taken: Vec<(&str, PathBuf)> =
        inputs.into_iter().map(|(option, path)| (option, canonical(path.as_ref()))).collect();
    for (option, path) in outputs {
        can_write(path).with_context(|| format!("cannot write `{}`", path.display()))?;
        let file = canonical(path);
        // What is no file, such as a pipe, may be named more than once.
        if file.exists() && !file.is_file() {
            continue;
        }
        if let Some((other, _)) = taken.iter().find(|(_, taken)| *taken == file) {
            bail!("`{option}` would overwrite `{}`, which belongs to `{other}`", path.display());
        }
        taken.push((option, file));
    }
    Ok(())
}

/// The one path of the file that `path` leads to, whether it is there or not.
fn canonical(path: &Path) -> PathBuf {
    let folder = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(folder).unwrap_or_else(|| path.to_owned())
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

    /// Queries were overwritten by their result, and of two files of one name the second
    /// was left.
    #[test]
    fn a_file_is_written_once_and_not_read() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = |name: &str| directory.path().join(name);
        fs::create_dir(path("folder"))?;
        fs::write(path("queries"), "time\n")?;
        let check = |out: &str, plot: &str| {
            let [out, plot] = [out, plot].map(|name| Some(path(name)));
            check([("--out", &out), ("--plot", &plot)], [("--queries", path("./queries"))])
                .map_err(|error| error.to_string())
        };
        assert_eq!(check("a", "b"), Ok(()));
        for (out, plot, option, other) in [
            ("queries", "b", "--out", "--queries"),
            ("a", "folder/../queries", "--plot", "--queries"),
            ("a", "a", "--plot", "--out"),
            ("a", "./folder/../a", "--plot", "--out"),
        ] {
            let refused = check(out, plot).err().unwrap_or_default();
            assert!(refused.starts_with(&format!("`{option}` would overwrite `")), "{refused}");
            assert!(refused.ends_with(&format!("`, which belongs to `{other}`")), "{refused}");
        }
        if cfg!(unix) {
            assert_eq!(check("/dev/null", "/dev/null"), Ok(()));
        }
        Ok(())
    }

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
