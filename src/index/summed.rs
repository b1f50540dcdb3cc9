//! Files whose checksum is taken while they are written, also out of order.

use std::io::{self, Seek, SeekFrom, Write};

use crc32fast::Hasher;

/// Writes to `W` and takes the CRC-32 of what it writes, piece by piece.
#[derive(Debug)]
pub(super) struct Summed<W> {
    inner: W,
    sums: Sums,
}

/// What was written, in pieces that were each written from end to end.
#[derive(Debug)]
pub(super) struct Sums(Vec<Piece>);

#[derive(Debug, Clone)]
struct Piece {
    start: u64,
    len: u64,
    hasher: Hasher,
}

impl Piece {
    fn at(start: u64) -> Self {
        Self { start, len: 0, hasher: Hasher::new() }
    }
}

impl<W> Summed<W> {
    /// Writes to `inner`, which is at its beginning.
    pub(super) fn new(inner: W) -> Self {
        Self { inner, sums: Sums(vec![Piece::at(0)]) }
    }

    pub(super) fn into_parts(self) -> (W, Sums) {
        (self.inner, self.sums)
    }
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        if let Some(piece) = self.sums.0.last_mut() {
            piece.hasher.update(&bytes[..written]);
            piece.len += written as u64;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: Seek> Seek for Summed<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = self.inner.seek(to)?;
        self.sums.0.push(Piece::at(at));
        Ok(at)
    }
}

impl Sums {
    /// Adds what somebody else wrote to the same file.
    pub(super) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The CRC-32 of the whole file.
    ///
    /// # Errors
    ///
    /// `InvalidData` where a part of it was written twice, or not at all.
    pub(super) fn crc(mut self) -> io::Result<u32> {
        self.0.retain(|piece| piece.len > 0);
        self.0.sort_by_key(|piece| piece.start);
        let (mut whole, mut end) = (Hasher::new(), 0);
        for piece in &self.0 {
            if piece.start != end {
                let why = "it was not written from end to end";
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            whole.combine(&piece.hasher);
            end += piece.len;
        }
        Ok(whole.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crc(pieces: &[(u64, &[u8])]) -> io::Result<u32> {
        let mut file = Summed::new(io::Cursor::new(Vec::new()));
        for (start, bytes) in pieces {
            file.seek(SeekFrom::Start(*start))?;
            file.write_all(bytes)?;
        }
        file.into_parts().1.crc()
    }

    #[test]
    fn the_order_of_writing_does_not_change_the_checksum() -> io::Result<()> {
        let whole = crc32fast::hash(b"head and tail");
        assert_eq!(crc(&[(0, b"head and tail")])?, whole);
        assert_eq!(crc(&[(4, b" and tail"), (0, b"he"), (2, b"ad")])?, whole);
        assert_eq!(crc(&[(8, b" tail"), (0, b""), (0, b"head and")])?, whole);
        assert!(crc(&[(5, b"and tail"), (0, b"head")]).is_err());
        assert!(crc(&[(0, b"head and tail"), (0, b"head")]).is_err());
        Ok(())
    }
}
