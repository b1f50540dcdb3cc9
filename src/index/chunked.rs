//! Files that are written in large chunks, for those who map them later.
//!
//! The page cache keeps what one write brings as one piece, as far as its place in
//! the file allows, up to the size of a large page. To touch a map for the first
//! time costs the system about the same for a piece of any size, and again when the
//! map goes. A search from the shell touches everything for the first time: over
//! files that were written in pieces of a large page it takes two thirds of the time
//! that it does over files written a few kilobytes at a time.
//!
//! Large pieces have their price. In a virtual machine whose host takes back what lies
//! free, a large page is fetched from it anew, which takes ten times as long as to write
//! the bytes. A file of which a search reads a block here and there gains nothing by
//! them, and is written in smaller chunks.

use std::io::{self, Seek, SeekFrom, Write};

use tantivy::directory::{AntiCallToken, TerminatingWrite};

/// A large page of most machines, in bytes.
const LARGE_PAGE_BYTES: usize = 2 << 20;

/// The smaller chunks, in bytes: what `cp` writes at a time.
const SMALL_CHUNK_BYTES: usize = 128 << 10;

/// Writes to `W` in chunks that end at multiples of their size. What is not flushed
/// when it goes is not written.
#[derive(Debug)]
pub(super) struct Chunked<W> {
    inner: W,
    chunk_bytes: usize,
    /// What comes next, no more than a chunk.
    chunk: Vec<u8>,
    /// Where it goes to.
    at: u64,
}

impl<W: Write> Chunked<W> {
    /// Writes large pages to `inner`, which is at its beginning.
    pub(super) fn large(inner: W) -> Self {
        Self::new(inner, LARGE_PAGE_BYTES)
    }

    /// Writes smaller chunks to `inner`, which is at its beginning.
    pub(super) fn small(inner: W) -> Self {
        Self::new(inner, SMALL_CHUNK_BYTES)
    }

    fn new(inner: W, chunk_bytes: usize) -> Self {
        Self { inner, chunk_bytes, chunk: Vec::new(), at: 0 }
    }

    /// What was written to, with all that was written.
    pub(super) fn into_inner(mut self) -> io::Result<W> {
        self.flush()?;
        Ok(self.inner)
    }

    /// How much fits into the chunk.
    #[inline]
    fn room(&self) -> usize {
        self.chunk_bytes - self.at as usize % self.chunk_bytes - self.chunk.len()
    }

    fn write_chunk(&mut self) -> io::Result<()> {
        self.inner.write_all(&self.chunk)?;
        self.at += self.chunk.len() as u64;
        self.chunk.clear();
        Ok(())
    }
}

impl<W: Write> Write for Chunked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room() == 0 {
            self.write_chunk()?;
        }
        if bytes.len() >= self.chunk_bytes && self.room() == self.chunk_bytes {
            // A whole chunk need not be copied.
            self.inner.write_all(&bytes[..self.chunk_bytes])?;
            self.at += self.chunk_bytes as u64;
            return Ok(self.chunk_bytes);
        }
        let taken = bytes.len().min(self.room());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    #[inline]
    fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while bytes.len() > self.room() {
            let taken = self.write(bytes)?;
            bytes = &bytes[taken..];
        }
        self.chunk.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_chunk()?;
        self.inner.flush()
    }
}

impl<W: Write + Seek> Seek for Chunked<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.write_chunk()?;
        self.at = self.inner.seek(to)?;
        Ok(self.at)
    }

    fn stream_position(&mut self) -> io::Result<u64> {
        Ok(self.at + self.chunk.len() as u64)
    }
}

impl<W: TerminatingWrite> TerminatingWrite for Chunked<W> {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.write_chunk()?;
        self.inner.terminate_ref(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CHUNK_BYTES: usize = 8 << 10;

    /// Keeps where each write began and how long it was.
    #[derive(Default)]
    struct Recorder {
        file: io::Cursor<Vec<u8>>,
        writes: Vec<(u64, usize)>,
    }

    impl Write for Recorder {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes.push((self.file.position(), bytes.len()));
            self.file.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Recorder {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.file.seek(to)
        }
    }

    fn some(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at / 7 % 251) as u8).collect()
    }

    #[test]
    fn whole_chunks_are_written_where_they_belong() -> io::Result<()> {
        let bytes = some(3 * CHUNK_BYTES + 100);
        let mut file = Chunked::new(Recorder::default(), CHUNK_BYTES);
        for piece in bytes.chunks(1021) {
            file.write_all(piece)?;
        }
        let chunk = CHUNK_BYTES as u64;
        let Recorder { file, writes } = file.into_inner()?;
        let whole = (0..3).map(|at| (at * chunk, CHUNK_BYTES));
        assert_eq!(writes, whole.chain([(3 * chunk, 100)]).collect::<Vec<_>>());
        assert!(file.into_inner() == bytes);
        Ok(())
    }

    #[test]
    fn after_a_place_within_a_chunk_comes_the_rest_of_it() -> io::Result<()> {
        let mut file = Chunked::new(Recorder::default(), CHUNK_BYTES);
        file.seek(SeekFrom::Start(1000))?;
        file.write_all(&some(CHUNK_BYTES))?;
        assert_eq!(file.stream_position()?, 1000 + CHUNK_BYTES as u64);
        file.rewind()?;
        file.write_all(b"begin")?;
        let Recorder { file, writes } = file.into_inner()?;
        let rest = (1000, CHUNK_BYTES - 1000);
        assert_eq!(writes, [rest, (CHUNK_BYTES as u64, 1000), (0, 5)]);
        assert!(file.get_ref().starts_with(b"begin"));
        assert!(file.get_ref()[1000..] == some(CHUNK_BYTES));
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_written_arrives(
            steps in prop::collection::vec((0..4 * CHUNK_BYTES as u64, 0..CHUNK_BYTES + 9), 1..8),
        ) {
            let mut plain = io::Cursor::new(Vec::new());
            let mut file = Chunked::new(io::Cursor::new(Vec::new()), CHUNK_BYTES);
            for (at, len) in steps {
                // A place is sought now and then; most often it goes on.
                if at % 3 == 0 {
                    plain.seek(SeekFrom::Start(at))?;
                    file.seek(SeekFrom::Start(at))?;
                }
                plain.write_all(&some(len))?;
                file.write_all(&some(len))?;
                prop_assert_eq!(file.stream_position()?, plain.stream_position()?);
            }
            prop_assert!(file.into_inner()?.into_inner() == plain.into_inner());
        }
    }
}
