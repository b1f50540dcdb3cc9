//! One writer at a time, and who it is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::request::Waiting;
use crate::error::{Error, Result};

/// The file that is locked, in the directory of an index.
pub(super) const LOCK_FILE: &str = "writer.lock";

/// The right to write to an index; given back when dropped, and by the operating
/// system when the process ends in any other way.
#[derive(Debug)]
pub(super) struct WriterLock {
    file: File,
}

impl Drop for WriterLock {
    /// Closing the file is not enough: a process that is being started has it open
    /// too for a moment, and the lock is the file's as long as anybody has.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl WriterLock {
    /// Takes the lock of the index at `directory`.
    ///
    /// # Errors
    ///
    /// [`Error::IndexLocked`] with the holder where another process has it,
    /// [`Error::Io`] where the lock file cannot be made.
    pub(super) fn acquire(directory: &Path, waiting: Waiting) -> Result<Self> {
        let path = directory.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if waiting == Waiting::UntilFree => {
                file.lock().map_err(Error::io("lock", &path))?;
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // What the holder wrote is a courtesy; the lock counts without it.
                let _ = file.take(200).read_to_string(&mut holder);
                let holder = match holder.trim() {
                    "" => "another process".to_owned(),
                    named => named.to_owned(),
                };
                return Err(Error::IndexLocked { path: directory.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path)(error)),
        }
        let since = OffsetDateTime::now_utc().replace_nanosecond(0).ok();
        let since = since.and_then(|now| now.format(&Rfc3339).ok()).unwrap_or_default();
        let sign = format!("process {} (since {since})\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(sign.as_bytes()))
            .map_err(Error::io("write", &path))?;
        Ok(Self { file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_told_who_holds_the_lock() -> Result<()> {
        let directory = tempfile::tempdir().map_err(Error::io("create", "temp"))?;
        let _first = WriterLock::acquire(directory.path(), Waiting::No)?;
        let Err(Error::IndexLocked { holder, .. }) =
            WriterLock::acquire(directory.path(), Waiting::No)
        else {
            panic!("two writers held the lock");
        };
        assert!(holder.starts_with(&format!("process {}", std::process::id())), "{holder}");
        Ok(())
    }

    #[test]
    fn the_lock_is_free_again_when_dropped() -> Result<()> {
        let directory = tempfile::tempdir().map_err(Error::io("create", "temp"))?;
        drop(WriterLock::acquire(directory.path(), Waiting::No)?);
        WriterLock::acquire(directory.path(), Waiting::No).map(drop)
    }

    /// While a process was started beside, the next update was told that its own
    /// process had the index locked.
    #[test]
    fn the_lock_is_free_while_a_child_has_inherited_it() -> Result<()> {
        let directory = tempfile::tempdir().map_err(Error::io("create", "temp"))?;
        let first = WriterLock::acquire(directory.path(), Waiting::No)?;
        let inherited = first.file.try_clone().map_err(Error::io("open", "the lock"))?;
        drop(first);
        WriterLock::acquire(directory.path(), Waiting::No)?;
        drop(inherited);
        Ok(())
    }
}
