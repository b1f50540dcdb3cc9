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
        UnmappedFile::open(&self.path)?.read_bytes(range)
    }
}

impl HasLen for ClosedFile {
    fn len(&self) -> usize {
        self.len
    }
}
