//! The engine's directory for writers: files are read through windows, not mapped.
//!
//! The engine merges segments by reading their files from end to end, and what
//! was read of a mapped file counts as memory until the file is closed. Here each
//! open file has one window, which moves along. Only what the engine wants in one
//! piece and is large is mapped, for as long as it is held: the stored values of
//! a segment without deletions, which are copied as they are.

use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, OwnedBytes,
    TerminatingWrite, WatchCallback, WatchHandle, WritePtr,
};

use super::chunked::Chunked;
use super::draft::Draft;
use super::meta::META_FILE;
use super::unmapped::UnmappedFile;
use crate::error::{Error, Result};

/// The extensions of the engine's files of which a search reads a block here and
/// there: stored values and positions.
const READ_SPARSELY: [&str; 2] = ["store", "pos"];

/// A directory of the engine's whose files are not mapped to be read.
#[derive(Debug, Clone)]
pub(super) struct WindowedDirectory {
    path: PathBuf,
    mapped: MmapDirectory,
    writes: Arc<Writes>,
}

/// Whether anything may be written.
#[derive(Debug, Default)]
struct Writes {
    are_refused: AtomicBool,
}

impl Writes {
    fn check(&self) -> io::Result<()> {
        match self.are_refused.load(Ordering::Relaxed) {
            true => Err(io::Error::other("it was stopped")),
            false => Ok(()),
        }
    }
}

impl WindowedDirectory {
    /// # Errors
    ///
    /// [`Error::Engine`] where `path` is no directory.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mapped = MmapDirectory::open(path)
            .map_err(|error| Error::engine("open its directory")(error.into()))?;
        Ok(Self { path: path.to_owned(), mapped, writes: Arc::default() })
    }

    /// From now on nothing can be written to it, nor to what it is a clone of, also to
    /// files that were begun.
    pub(super) fn refuse_writes(&self) {
        self.writes.are_refused.store(true, Ordering::Relaxed);
    }
}

impl Directory for WindowedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let file = UnmappedFile::open(&self.path.join(path)).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                OpenReadError::FileDoesNotExist(path.to_owned())
            } else {
                OpenReadError::wrap_io_error(error, self.path.join(path))
            }
        })?;
        let (directory, path) = (self.mapped.clone(), path.to_owned());
        let window = Mutex::new((0, OwnedBytes::empty()));
        Ok(Arc::new(WindowedFile { file, directory, path, window }))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.mapped.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.mapped.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let file = self.mapped.open_write(path)?;
        let is_sparse = |extension| READ_SPARSELY.iter().any(|sparse| extension == *sparse);
        let file = match path.extension().is_some_and(is_sparse) {
            true => Chunked::small(file),
            false => Chunked::large(file),
        };
        let writes = self.writes.clone();
        Ok(WritePtr::new(Box::new(WrittenFile { file, writes })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.mapped.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.writes.check()?;
        // The engine's own way leaves files that nobody else may read.
        let mut draft = Draft::create(&self.path, &path.to_string_lossy())?;
        draft.file.write_all(data)?;
        draft.publish()?;
        match path == Path::new(META_FILE) {
            // The engine removes what a new commit does not name before it syncs: a loss
            // of power could keep that, and take the commit back.
            true => self.sync_directory(),
            false => Ok(()),
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.mapped.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.mapped.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.mapped.watch(callback)
    }
}

/// A file that is written until that is refused.
struct WrittenFile {
    file: Chunked<WritePtr>,
    writes: Arc<Writes>,
}

impl Write for WrittenFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes.check()?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writes.check()?;
        self.file.flush()
    }
}

impl TerminatingWrite for WrittenFile {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.writes.check()?;
        self.file.terminate_ref(token)
    }
}

/// So much is read ahead: a few blocks of the engine's. Chosen by hand.
const WINDOW_BYTES: usize = 1 << 18;

/// More is not read in one piece, but mapped. Chosen by hand.
const LARGE_BYTES: usize = 4 << 20;

#[derive(Debug)]
struct WindowedFile {
    file: UnmappedFile,
    directory: MmapDirectory,
    path: PathBuf,
    /// What was read last, and where it begins.
    window: Mutex<(usize, OwnedBytes)>,
}

impl FileHandle for WindowedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.len() > LARGE_BYTES {
            let mapped = self.directory.get_file_handle(&self.path).map_err(io::Error::other)?;
            return mapped.read_bytes(range);
        }
        // A window is put in place whole, so a panic elsewhere spoils nothing.
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, bytes) = &*window;
        if range.start < *start || range.end > start + bytes.len() {
            let end = range.end.max(range.start + WINDOW_BYTES).min(self.len());
            *window = (range.start, self.file.read_bytes(range.start..end.max(range.end))?);
        }
        let (start, bytes) = &*window;
        Ok(bytes.slice(range.start - start..range.end - start))
    }
}

impl HasLen for WindowedFile {
    fn len(&self) -> usize {
        self.file.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LEN: usize = LARGE_BYTES + (1 << 16);

    fn file() -> io::Result<(tempfile::TempDir, Arc<dyn FileHandle>, Vec<u8>)> {
        let directory = tempfile::tempdir()?;
        let bytes: Vec<u8> = (0..LEN).map(|at| (at / 7 % 251) as u8).collect();
        std::fs::write(directory.path().join("file"), &bytes)?;
        let windowed = WindowedDirectory::open(directory.path()).map_err(io::Error::other)?;
        let handle = windowed.get_file_handle(Path::new("file")).map_err(io::Error::other)?;
        Ok((directory, handle, bytes))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn every_range_is_what_the_file_has(
            ranges in prop::collection::vec((0..LEN, 0usize..4096), 1..40),
        ) {
            let (_directory, handle, bytes) = file()?;
            for (start, len) in ranges {
                let range = start..(start + len).min(LEN);
                let read = handle.read_bytes(range.clone())?;
                prop_assert_eq!(read.as_slice(), &bytes[range]);
            }
            prop_assert!(handle.read_bytes(3..LEN)?.as_slice() == &bytes[3..]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn whoever_may_read_other_files_may_read_those_of_the_engine() -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().map_err(Error::io("create", "a directory"))?;
        let windowed = WindowedDirectory::open(directory.path())?;
        let (ours, plain) = (directory.path().join("meta.json"), directory.path().join("plain"));
        windowed
            .atomic_write(Path::new("meta.json"), b"{}")
            .and_then(|()| std::fs::write(&plain, b"{}"))
            .map_err(Error::io("write", &ours))?;
        let mode = |path: &Path| {
            path.metadata().map(|it| it.permissions().mode()).map_err(Error::io("read", path))
        };
        assert_eq!(mode(&ours)?, mode(&plain)?);
        Ok(())
    }

    #[test]
    fn a_missing_file_is_said_to_be_missing() -> Result<()> {
        let directory = tempfile::tempdir().map_err(Error::io("create", "a directory"))?;
        let windowed = WindowedDirectory::open(directory.path())?;
        let opened = windowed.get_file_handle(Path::new("none"));
        assert!(matches!(opened, Err(OpenReadError::FileDoesNotExist(_))));
        Ok(())
    }
}
