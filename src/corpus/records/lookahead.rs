//! Looking ahead in a stream of records: the bytes that were read and are not yet
//! used.
//!
//! Unlike the window of `corpus::window`, which plain text is cut from, it asks
//! for one more piece at a time, so that a record is found as soon as it is
//! there, and does not know where to cut.
//!
//! It grows only when a record does not fit, and never beyond its limit, so
//! that a source of any size is read in bounded memory. Records are borrowed
//! from it where they lie; only what is left of one at the end is moved.

use std::io::{ErrorKind, Read};

use crate::corpus::Skip;

/// How much is read at a time. Chosen by measurement on JSON Lines: 64 KiB was a
/// tenth slower, 1 MiB no faster.
const CHUNK_BYTES: usize = 256 << 10;

/// The unused bytes of a stream.
pub(super) struct Lookahead<'r> {
    stream: &'r mut dyn Read,
    buffer: Vec<u8>,
    used: usize,
    filled: usize,
    offset: u64,
    limit: usize,
    ended: bool,
}

/// What came of reading on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filled {
    /// There are more bytes than before.
    More,
    /// The stream has no more.
    Ended,
    /// The limit is reached; some bytes must be used first.
    Full,
}

impl<'r> Lookahead<'r> {
    /// Looks ahead at most `limit` bytes, or one chunk if that is more, in `stream`.
    pub(super) fn new(stream: &'r mut dyn Read, limit: usize) -> Self {
        let limit = limit.max(CHUNK_BYTES);
        Self { stream, buffer: Vec::new(), used: 0, filled: 0, offset: 0, limit, ended: false }
    }

    /// The bytes at hand.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.used..self.filled]
    }

    /// Where [`Lookahead::rest`] begins in the stream.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the stream has nothing beyond the bytes at hand.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Takes the first `len` bytes as used.
    pub(super) fn consume(&mut self, len: usize) {
        self.used += len;
        self.offset += len as u64;
    }

    /// Reads on, once.
    pub(super) fn fill(&mut self) -> Result<Filled, Skip> {
        if self.ended {
            return Ok(Filled::Ended);
        }
        self.buffer.copy_within(self.used..self.filled, 0);
        self.filled -= self.used;
        self.used = 0;
        if self.filled == self.buffer.len() {
            if self.buffer.len() >= self.limit {
                return Ok(Filled::Full);
            }
            let grown = (self.buffer.len() * 2).clamp(CHUNK_BYTES, self.limit);
            self.buffer.resize(grown, 0);
        }
        let read = loop {
            match self.stream.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        match read {
            Ok(0) => {
                self.ended = true;
                Ok(Filled::Ended)
            }
            Ok(len) => {
                self.filled += len;
                Ok(Filled::More)
            }
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_ends_at_the_limit_and_goes_on_when_bytes_are_used() {
        let mut stream = std::io::repeat(b'a');
        let mut ahead = Lookahead::new(&mut stream, 2 * CHUNK_BYTES);
        while ahead.fill() == Ok(Filled::More) {}
        assert_eq!(ahead.rest().len(), 2 * CHUNK_BYTES);
        ahead.consume(1);
        assert_eq!(ahead.fill(), Ok(Filled::More));
        assert_eq!((ahead.rest().len(), ahead.offset()), (2 * CHUNK_BYTES, 1));
    }

    #[test]
    fn a_stream_that_fails_is_skipped_with_its_reason() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::new(ErrorKind::UnexpectedEof, "cut short"))
            }
        }
        assert_eq!(
            Lookahead::new(&mut Broken, 0).fill(),
            Err(Skip::Damaged("cut short".to_owned()))
        );
    }
}
