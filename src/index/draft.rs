//! Files that are not there before they are whole, and files for a while.
//!
//! Both have names that [`super::home::sweep`] knows, so what stays of a process
//! that was killed goes with the next update.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::chunked::Chunked;
use super::footer;
use super::summed::Summed;

/// What the names of all of them begin with until they have their own.
pub(super) const PREFIX: &str = ".tmp-";

/// A file that is removed when this goes.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// The file `name` of `directory`, which whoever has this may write.
    pub(super) fn new(directory: &Path, name: &str) -> Self {
        Self(directory.join(format!("{PREFIX}{name}")))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Gives a full disk its space back; most often it is there no more.
        let _ = fs::remove_file(&self.0);
    }
}

/// The file of a draft, which is written in large chunks, and of which a checksum is
/// taken.
pub(super) type DraftFile = Chunked<Summed<File>>;

/// A file that is written under another name, and gets its own when it is whole.
#[derive(Debug)]
pub(super) struct Draft {
    scratch: Scratch,
    path: PathBuf,
    pub(super) file: DraftFile,
}

impl Draft {
    /// Begins the file `name` of `directory`.
    pub(super) fn create(directory: &Path, name: &str) -> io::Result<Self> {
        let scratch = Scratch::new(directory, name);
        let file = Chunked::large(Summed::new(File::create(scratch.path())?));
        Ok(Self { scratch, path: directory.join(name), file })
    }

    /// Opens it once more, to write at two places at a time.
    pub(super) fn again(&self) -> io::Result<DraftFile> {
        let file = File::options().write(true).open(self.scratch.path())?;
        Ok(Chunked::large(Summed::new(file)))
    }

    /// Syncs what was written and gives it its name.
    pub(super) fn publish(self) -> io::Result<()> {
        let (file, _) = self.file.into_inner()?.into_parts();
        file.sync_all()?;
        fs::rename(self.scratch.path(), &self.path)
    }

    /// As [`Draft::publish`], with a [footer] that covers what was written to it here
    /// and, where it was opened once more, to `again`.
    pub(super) fn publish_with_footer(self, again: Option<DraftFile>) -> io::Result<()> {
        let (mut file, mut sums) = self.file.into_inner()?.into_parts();
        if let Some(again) = again {
            sums.add(again.into_inner()?.into_parts().1);
        }
        file.seek(SeekFrom::End(0))?;
        file.write_all(&footer::of(sums.crc()?)?)?;
        file.sync_all()?;
        fs::rename(self.scratch.path(), &self.path)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_draft_has_its_name_when_it_is_whole() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("passages");
        let mut draft = Draft::create(directory.path(), "passages")?;
        draft.file.write_all(b"whole")?;
        assert!(!path.exists());
        draft.publish()?;
        assert_eq!(fs::read(&path)?, b"whole");
        assert_eq!(fs::read_dir(directory.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn a_draft_that_is_given_up_leaves_nothing() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        drop(Draft::create(directory.path(), "passages")?);
        assert_eq!(fs::read_dir(directory.path())?.count(), 0);
        Ok(())
    }
}
