//! A mapped file of which single bytes are read here and there.
//!
//! To touch a page of a map for the first time costs the system several times what
//! reading a few bytes from the page cache does: for 190 rows of a forward file
//! 0.5 ms against 0.1. A search from the shell touches every page for the first
//! time. So the first reads are reads, and whoever comes back for more gets the map.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

/// What a few searches read of one file. Chosen by hand.
const READS: u32 = 1024;

/// So much and more the engine gets of the map: to copy it would take longer than to
/// touch its pages. Chosen by hand.
const LARGE_BYTES: usize = 1 << 15;

/// The bytes of a mapped file.
#[derive(Debug)]
pub(super) struct SparseBytes {
    mapped: OwnedBytes,
    /// `None` where it cannot be opened, and where the system has no reading at a
    /// place: then the map does it all.
    file: Option<File>,
    reads: AtomicU32,
}

impl SparseBytes {
    /// The bytes of the file at `path`, which `mapped` maps from its beginning.
    pub(super) fn new(mapped: OwnedBytes, path: &Path) -> Self {
        let file = if cfg!(unix) { File::open(path).ok() } else { None };
        Self { mapped, file, reads: AtomicU32::new(0) }
    }

    /// The bytes `range`, in `room` where they are read; `None` beyond the end.
    pub(super) fn get<'b>(
        &'b self,
        range: Range<usize>,
        room: &'b mut Vec<u8>,
    ) -> Option<&'b [u8]> {
        if range.start > range.end || range.end > self.mapped.len() {
            return None;
        }
        match self.read(range.clone(), room) {
            true => Some(room),
            false => self.mapped.get(range),
        }
    }

    /// All of the map.
    pub(super) fn mapped(&self) -> &[u8] {
        &self.mapped
    }

    /// Reads the bytes `range` into `room`; gives whether that was done.
    fn read(&self, range: Range<usize>, room: &mut Vec<u8>) -> bool {
        let Some(file) = &self.file else { return false };
        if self.reads.load(Ordering::Relaxed) >= READS {
            return false;
        }
        self.reads.fetch_add(1, Ordering::Relaxed);
        room.resize(range.len(), 0);
        read_at(file, room, range.start as u64).is_ok()
    }
}

/// As a file of the engine's.
impl FileHandle for SparseBytes {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut room = Vec::new();
        Ok(match range.len() < LARGE_BYTES && self.read(range.clone(), &mut room) {
            true => OwnedBytes::new(room),
            false => self.mapped.slice(range),
        })
    }
}

impl HasLen for SparseBytes {
    fn len(&self) -> usize {
        self.mapped.len()
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_the_same_read_and_mapped() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("bytes");
        let bytes: Vec<u8> = (0..200).collect();
        std::fs::write(&path, &bytes)?;
        let sparse = SparseBytes::new(OwnedBytes::new(bytes.clone()), &path);
        let mut room = Vec::new();
        // Far more than are read.
        for n in 0..2 * READS as usize {
            let (start, end) = (n % 150, n % 150 + n % 50);
            assert_eq!(sparse.get(start..end, &mut room), Some(&bytes[start..end]), "{n}");
            assert_eq!(sparse.get(150..201, &mut room), None);
            assert_eq!(sparse.read_bytes(start..end)?.as_slice(), &bytes[start..end], "{n}");
        }
        Ok(())
    }

    #[test]
    fn the_engine_gets_large_pieces_of_the_map() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("bytes");
        std::fs::write(&path, vec![1; LARGE_BYTES])?;
        // What is mapped differs from the file only here.
        let sparse = SparseBytes::new(OwnedBytes::new(vec![2; LARGE_BYTES]), &path);
        assert_eq!(sparse.read_bytes(0..LARGE_BYTES)?[0], 2);
        let small = if cfg!(unix) { 1 } else { 2 };
        assert_eq!(sparse.read_bytes(1..LARGE_BYTES)?[0], small);
        Ok(())
    }
}
