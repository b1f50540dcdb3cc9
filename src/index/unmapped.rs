//! Files that are read where the engine would map them.
//!
//! What was read of a mapped file counts as the process's memory until the system
//! wants it back or the file is closed. A writer that reads large files once, from
//! end to end, stays small by reading.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

use crate::error::refusal::unread;

/// An open file that is read piece by piece.
#[derive(Debug)]
pub(super) struct UnmappedFile {
    file: Mutex<File>,
    len: usize,
}

impl UnmappedFile {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let len = file.metadata()?.len() as usize;
        Ok(Self { file: Mutex::new(file), len })
    }
}

impl FileHandle for UnmappedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = vec![0; range.len()];
        // Whoever holds it begins with seeking, so a panic spoils nothing.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(&mut bytes)?;
        Ok(OwnedBytes::new(bytes))
    }
}

impl HasLen for UnmappedFile {
    fn len(&self) -> usize {
        self.len
    }
}

/// A file that is opened each time it is read: there may be more of them than a
/// process may have open, and none of them goes while it is read.
#[derive(Debug)]
pub(super) struct ClosedFile {
    path: PathBuf,
    len: usize,
}

impl ClosedFile {
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), len: path.metadata()?.len() as usize })
    }
}

impl FileHandle for ClosedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let read = || UnmappedFile::open(&self.path)?.read_bytes(range);
        read().map_err(unread("a temporary file", &self.path))
    }
}

impl HasLen for ClosedFile {
    fn len(&self) -> usize {
        self.len
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use super::*;
    use crate::error::Error;

    /// It was told as an update that could not write a segment, of an index that had
    /// nothing to do with it.
    #[test]
    fn a_file_that_cannot_be_read_is_named() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("run");
        fs::write(&path, "words")?;
        let file = ClosedFile::new(&path)?;
        assert_eq!(file.read_bytes(1..3)?.as_slice(), b"or");
        // A link to itself can be followed by nobody.
        fs::remove_file(&path)?;
        std::os::unix::fs::symlink(&path, &path)?;
        let Err(refused) = file.read_bytes(1..3) else { panic!("it was read") };
        let error = Error::engine("write a segment")(refused.into());
        let error = error.in_update(Path::new("index"));
        let is_named = matches!(&error, Error::Io { action: "read", path: at, .. } if *at == path);
        assert!(is_named, "{error:?}");
        Ok(())
    }
}
