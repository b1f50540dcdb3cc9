//! Opening regular files, and hashing them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use super::Skip;
use crate::passage::ContentHash;

/// Opens the regular file at `path` and tells its length in bytes. Anything else
/// is refused unread: opening a pipe would wait for its other end, and a device
/// might never come to an end.
///
/// # Errors
///
/// [`Skip::NotAFile`] and [`Skip::Unreadable`].
pub(super) fn open(path: &Path) -> Result<(File, u64), Skip> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let file = options.open(path).map_err(refused)?;
    let metadata = file.metadata().map_err(refused)?;
    if !metadata.is_file() {
        return Err(Skip::NotAFile);
    }
    Ok((file, metadata.len()))
}

/// Whether there is a regular file at `path` that the system lets us read.
pub(crate) fn can_be_opened(path: &Path) -> bool {
    open(path).is_ok()
}

fn refused(error: io::Error) -> Skip {
    match error.raw_os_error() {
        // A socket cannot be opened at all.
        #[cfg(unix)]
        Some(libc::ENXIO) => Skip::NotAFile,
        _ => Skip::Unreadable(error.to_string()),
    }
}

/// The hash of the file at `path` as it lies on disk, equal to
/// [`super::ReadOutcome::content_hash`].
///
/// # Errors
///
/// [`Skip::NotAFile`] and [`Skip::Unreadable`].
pub fn hash_file(path: &Path) -> Result<ContentHash, Skip> {
    let (mut file, _) = open(path)?;
    let mut hashing = Hashing::new(&mut file);
    io::copy(&mut hashing, &mut io::sink()).map_err(|error| Skip::Unreadable(error.to_string()))?;
    Ok(hashing.hash())
}

/// A stream whose bytes are counted and hashed as they are read.
pub(super) struct Hashing<'a> {
    stream: &'a mut dyn Read,
    hasher: Box<blake3::Hasher>,
    bytes: u64,
}

impl<'a> Hashing<'a> {
    /// Hashes what is read from `stream`.
    pub(super) fn new(stream: &'a mut dyn Read) -> Self {
        Self { stream, hasher: Box::default(), bytes: 0 }
    }

    /// How many bytes were read.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes
    }

    /// The hash of what was read.
    pub(super) fn hash(&self) -> ContentHash {
        ContentHash::of_all(&self.hasher)
    }
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// A stream that tells how much is read of it, piece by piece.
pub(super) struct Telling<'a> {
    pub(super) stream: &'a mut dyn Read,
    pub(super) told: &'a dyn Fn(u64),
}

impl Read for Telling<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        (self.told)(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_hash_of_its_bytes() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("a");
        let bytes = b"some bytes\n".repeat(20_000);
        std::fs::write(&path, &bytes)?;
        assert_eq!(hash_file(&path), Ok(ContentHash::of(&bytes)));
        Ok(())
    }

    #[test]
    fn what_is_no_regular_file_is_refused_at_once() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        assert_eq!(hash_file(directory.path()), Err(Skip::NotAFile));
        let missing = hash_file(&directory.path().join("missing"));
        assert!(matches!(missing, Err(Skip::Unreadable(_))));
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn pipes_sockets_and_devices_are_refused_at_once() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let pipe = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status()?.success());
        assert_eq!(hash_file(&pipe), Err(Skip::NotAFile));
        let socket = directory.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket)?;
        assert_eq!(hash_file(&socket), Err(Skip::NotAFile));
        assert_eq!(hash_file(Path::new("/dev/zero")), Err(Skip::NotAFile));
        Ok(())
    }
}
