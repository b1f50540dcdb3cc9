//! Looking at the first bytes of a stream without taking them from it.

use std::io::{self, Read};

/// How much is looked at: enough for every magic number and for a fair look at
/// what kind of text it is.
pub(super) const PEEK_BYTES: usize = 8 << 10;

/// A stream whose first bytes are known.
pub(super) struct Peeked<R> {
    head: Vec<u8>,
    taken: usize,
    /// What went wrong behind the head; told when reading gets there, so that
    /// what could be read of a damaged file is.
    failure: Option<io::Error>,
    rest: R,
}

impl<R: Read> Peeked<R> {
    /// Reads the head of `stream`.
    pub(super) fn new(mut stream: R) -> Self {
        let mut head = Vec::with_capacity(PEEK_BYTES);
        let read = stream.by_ref().take(PEEK_BYTES as u64).read_to_end(&mut head);
        Self { head, taken: 0, failure: read.err(), rest: stream }
    }

    /// The first [`PEEK_BYTES`] bytes, fewer where the stream is shorter.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut left = &self.head[self.taken..];
        if !left.is_empty() {
            let read = left.read(buffer)?;
            self.taken += read;
            return Ok(read);
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.rest.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_at_is_still_read() -> io::Result<()> {
        let bytes: Vec<u8> = (0..3 * PEEK_BYTES).map(|at| at as u8).collect();
        let mut peeked = Peeked::new(bytes.as_slice());
        assert_eq!(peeked.head(), &bytes[..PEEK_BYTES]);
        let mut read = Vec::new();
        peeked.read_to_end(&mut read)?;
        assert_eq!(read, bytes);
        Ok(())
    }
}
