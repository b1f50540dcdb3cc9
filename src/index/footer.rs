//! The footer that ends every file of a segment, the engine's and ours: it holds the
//! CRC-32 of all before it.
//!
//! It is text, in JSON, then the length of the text and a number that says that there
//! is one. The engine's says more than the checksum; ours says nothing else.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

/// Every footer ends with it. It is the engine's.
const MAGIC: u32 = 1337;

/// A footer ends with its length and the magic.
pub(super) const TAIL_BYTES: usize = 8;

/// A footer is some eighty bytes long; what claims more than this is none. The bound is
/// the engine's own.
const MAX_BYTES: u64 = 50_000;

/// What a footer says, as far as it is read here.
#[derive(Serialize, Deserialize)]
struct Said {
    crc: u32,
}

/// The end of a file.
pub(super) struct Footer {
    /// How many bytes stand before it.
    pub(super) body_bytes: u64,
    /// The CRC-32 of these.
    pub(super) crc: u32,
    /// All of it, as it stands.
    pub(super) text: Vec<u8>,
}

impl Footer {
    /// Reads the footer of `file`.
    ///
    /// # Errors
    ///
    /// `InvalidData` where it has none, else what reading says.
    pub(super) fn read(file: &mut File) -> io::Result<Self> {
        let none = || io::Error::new(ErrorKind::InvalidData, "it does not end as it should");
        let len = file.metadata()?.len();
        let mut tail = [0; TAIL_BYTES];
        file.seek(SeekFrom::Start(len.checked_sub(TAIL_BYTES as u64).ok_or_else(none)?))?;
        file.read_exact(&mut tail)?;
        let body_bytes = body_bytes(tail, len).ok_or_else(none)?;
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(body_bytes))?;
        file.take(len - body_bytes).read_to_end(&mut text)?;
        let said = text.get(..text.len().saturating_sub(TAIL_BYTES)).ok_or_else(none)?;
        let said: Said = serde_json::from_slice(said).map_err(|_| none())?;
        Ok(Self { body_bytes, crc: said.crc, text })
    }
}

/// How many bytes stand before the footer of a file of `len` bytes, which ends with
/// `tail`; `None` where it has none.
pub(super) fn body_bytes(tail: [u8; TAIL_BYTES], len: u64) -> Option<u64> {
    let [a, b, c, d, magic @ ..] = tail;
    let said_bytes = u64::from(u32::from_le_bytes([a, b, c, d]));
    let is_one = u32::from_le_bytes(magic) == MAGIC && said_bytes <= MAX_BYTES;
    len.checked_sub(TAIL_BYTES as u64 + said_bytes).filter(|_| is_one)
}

/// The footer of a file of ours with the checksum `crc`.
pub(super) fn of(crc: u32) -> io::Result<Vec<u8>> {
    let mut footer = serde_json::to_vec(&Said { crc })?;
    let said_bytes = footer.len() as u32;
    footer.extend(said_bytes.to_le_bytes());
    footer.extend(MAGIC.to_le_bytes());
    Ok(footer)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_was_written_is_read() -> io::Result<()> {
        let mut file = tempfile::tempfile()?;
        file.write_all(b"body")?;
        assert!(Footer::read(&mut file).is_err());
        let footer = of(crc32fast::hash(b"body"))?;
        file.write_all(&footer)?;
        let read = Footer::read(&mut file)?;
        assert_eq!((read.body_bytes, read.crc), (4, crc32fast::hash(b"body")));
        assert_eq!(read.text, footer);
        Ok(())
    }
}
