//! What the files of ours beside a segment have in common: a magic whose last two
//! digits are the version of the layout, numbers at fixed places, and a footer as the
//! engine's files have one.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use tantivy::directory::OwnedBytes;

use super::footer::{self, Footer};
use super::{forward, losses, shortcuts};

/// The extension of each kind of file, and its magic.
const KINDS: [(&str, &[u8; 8]); 3] = [
    (forward::EXTENSION, forward::MAGIC),
    (losses::EXTENSION, losses::MAGIC),
    (shortcuts::EXTENSION, shortcuts::MAGIC),
];

/// What of a magic names the kind of file.
const NAME_BYTES: usize = 6;

/// What stands before the footer of the file `bytes` of the kind of `magic`; `None`
/// where another version of the program laid it out.
///
/// # Errors
///
/// `InvalidData` where it has no footer. What that says is not looked at: that would
/// read the whole file.
pub(super) fn body(bytes: OwnedBytes, magic: &[u8; 8]) -> io::Result<Option<OwnedBytes>> {
    if is_of_another_version(&bytes, magic) {
        return Ok(None);
    }
    let body = || {
        let tail = bytes.last_chunk()?;
        Some(bytes.slice(0..footer::body_bytes(*tail, bytes.len() as u64)? as usize))
    };
    let cut_short = "a file beside a segment does not end as it should";
    body().map(Some).ok_or_else(|| io::Error::new(ErrorKind::InvalidData, cut_short))
}

fn is_of_another_version(bytes: &[u8], magic: &[u8; 8]) -> bool {
    let (name, version) = magic.split_at(NAME_BYTES);
    bytes.starts_with(name) && bytes.get(NAME_BYTES..8).is_some_and(|own| own != version)
}

/// Whether an earlier version of the program made the file at `path`, one that knew no
/// footers.
pub(super) fn is_from_before_footers(path: &Path) -> bool {
    let kind = KINDS.iter().find(|(own, _)| path.extension().is_some_and(|it| it == *own));
    let Some((_, magic)) = kind else { return false };
    let Ok(mut file) = File::open(path) else { return false };
    let mut head = [0; 8];
    file.read_exact(&mut head).is_ok()
        && is_of_another_version(&head, magic)
        && Footer::read(&mut file).is_err()
}

/// The file `bytes` as a version of the program would have laid it out that knew no
/// footers.
#[cfg(test)]
pub(super) fn from_before_footers(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let tail = bytes.last_chunk().ok_or(ErrorKind::UnexpectedEof)?;
    let body = footer::body_bytes(*tail, bytes.len() as u64).ok_or(ErrorKind::InvalidData)?;
    let mut bytes = bytes[..body as usize].to_vec();
    bytes[NAME_BYTES + 1] -= 1;
    Ok(bytes)
}

/// The same, of a version that knew them.
#[cfg(test)]
pub(super) fn of_another_version(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = from_before_footers(bytes)?;
    let footer = footer::of(crc32fast::hash(&bytes))?;
    bytes.extend(footer);
    Ok(bytes)
}

/// The number of four bytes at `at`, the lowest first; `None` beyond the end.
pub(super) fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The number of eight bytes at `at`, the lowest first; `None` beyond the end.
pub(super) fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
