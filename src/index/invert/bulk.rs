//! Bytes that are written and read once, in memory as long as they are few.

use std::fs::File;
use std::io::{self, BufReader, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::index::draft::Scratch;

/// So many bytes are held, and more go to a file. What is serialized at a time is
/// smaller but for the most frequent words of many passages. Chosen by hand; in tests so
/// few that there are files.
const HELD_BYTES: usize = if cfg!(test) { 1 << 6 } else { 4 << 20 };

/// So many go to the file at a time. Chosen by hand.
const CHUNK_BYTES: usize = if cfg!(test) { 1 << 4 } else { 1 << 17 };

/// Bytes to which others are appended.
pub(super) struct Bulk {
    /// Where files may be for the time being; `None` where there shall be none.
    directory: Option<PathBuf>,
    file: Option<(File, Scratch)>,
    /// What comes behind the bytes of the file.
    held: Vec<u8>,
    len: usize,
}

impl Bulk {
    pub(super) fn new(directory: Option<&Path>) -> Self {
        Self { directory: directory.map(Path::to_owned), file: None, held: Vec::new(), len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Appends all of them to `to`, and is empty then.
    pub(super) fn drain_to(&mut self, to: &mut impl Write) -> io::Result<()> {
        if let Some((mut file, _scratch)) = self.file.take() {
            file.rewind()?;
            io::copy(&mut BufReader::with_capacity(CHUNK_BYTES, file), to)?;
        }
        to.write_all(&self.held)?;
        self.held.clear();
        self.len = 0;
        Ok(())
    }

    /// Puts what is held into the file, where there may be one.
    #[cold]
    fn spill(&mut self) -> io::Result<()> {
        let Some(directory) = &self.directory else { return Ok(()) };
        if let Some((file, _)) = &mut self.file {
            file.write_all(&self.held)?;
            self.held.clear();
            return Ok(());
        }
        let (file, _) = self.file.insert(create(directory)?);
        file.write_all(&self.held)?;
        self.held = Vec::with_capacity(CHUNK_BYTES);
        Ok(())
    }
}

/// Creates a file of which nobody else has the name.
fn create(directory: &Path) -> io::Result<(File, Scratch)> {
    static CREATED: AtomicUsize = AtomicUsize::new(0);
    let number = CREATED.fetch_add(1, Ordering::Relaxed);
    let scratch = Scratch::new(directory, &format!("{number}.bulk"));
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(true);
    Ok((options.open(scratch.path())?, scratch))
}

impl Write for Bulk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.held.extend_from_slice(bytes);
        self.len += bytes.len();
        let most = if self.file.is_some() { CHUNK_BYTES } else { HELD_BYTES };
        if self.held.len() > most { self.spill() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_from_memory_and_from_files() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let files = || Ok::<_, io::Error>(std::fs::read_dir(directory.path())?.count());
        let mut bulk = Bulk::new(Some(directory.path()));
        for len in [0, 10, HELD_BYTES, 5 * HELD_BYTES, 3] {
            let bytes: Vec<u8> = (0..len).map(|at| (at / 7 % 251) as u8).collect();
            bytes.chunks(5).try_for_each(|piece| bulk.write_all(piece))?;
            assert!(bulk.held.len() <= HELD_BYTES);
            assert_eq!((bulk.len(), files()?), (len, usize::from(len > HELD_BYTES)));
            let mut drained = Vec::new();
            bulk.drain_to(&mut drained)?;
            assert!(drained == bytes, "{len}");
            assert_eq!((bulk.len(), files()?), (0, 0));
        }
        Ok(())
    }
}
