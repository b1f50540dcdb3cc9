//! The bytes of a file, against what they should be.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use super::Check;
use super::report::Fault;
use crate::error::{Error, Result};
use crate::index::checksums::{Checksum, Covers};
use crate::index::footer::Footer;
use crate::index::request::Going;
use crate::passage::ContentHash;

/// Read at once; between two reads it is asked whether to go on.
const BLOCK_BYTES: usize = 1 << 20;

impl Check<'_> {
    /// Checks the file `path` against `expected`, else against its own footer.
    pub(super) fn file(&mut self, path: &Path, expected: Option<&Checksum>) -> Result<()> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                self.failed(path, error);
                return Ok(());
            }
        };
        let found = match file.metadata() {
            Ok(metadata) => metadata.len(),
            Err(error) => {
                self.failed(path, error);
                return Ok(());
            }
        };
        if let Some(expected) = expected.map(|checksum| checksum.bytes)
            && expected != found
        {
            self.blame(path, Fault::Length { expected, found });
            return Ok(());
        }
        let result = match expected.map(|checksum| &checksum.covers) {
            Some(Covers::Whole(hash)) => self.whole(&mut file, *hash),
            Some(Covers::Footer(hash)) => self.body(&mut file, Some(*hash)),
            None => self.body(&mut file, None),
        };
        match result {
            Ok(()) => {}
            Err(Stop::Interrupted) => return Err(Error::Interrupted),
            Err(Stop::Fault(fault)) => self.blame(path, fault),
            Err(Stop::Failed(error)) => {
                self.failed(path, error);
                return Ok(());
            }
        }
        self.read(path, found);
        Ok(())
    }

    fn whole(&self, file: &mut File, expected: ContentHash) -> Result<(), Stop> {
        let mut hasher = blake3::Hasher::new();
        self.blocks(file, u64::MAX, |block| {
            hasher.update(block);
        })?;
        if ContentHash::of_all(&hasher) == expected { Ok(()) } else { Err(Fault::Altered.into()) }
    }

    /// Checks a file of a segment: its footer against `expected`, all
    /// before it against the footer.
    fn body(&self, file: &mut File, expected: Option<ContentHash>) -> Result<(), Stop> {
        let footer = Footer::read(file)?;
        if expected.is_some_and(|expected| ContentHash::of(&footer.text) != expected) {
            return Err(Fault::Altered.into());
        }
        file.rewind()?;
        let mut hasher = crc32fast::Hasher::new();
        self.blocks(file, footer.body_bytes, |block| hasher.update(block))?;
        if hasher.finalize() == footer.crc { Ok(()) } else { Err(Fault::Altered.into()) }
    }

    /// Hands the first `bytes` of `file` to `take`, block by block.
    fn blocks(&self, file: &mut File, bytes: u64, mut take: impl FnMut(&[u8])) -> Result<(), Stop> {
        let mut file = file.take(bytes);
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        loop {
            if self.observer.going() == Going::Stop {
                return Err(Stop::Interrupted);
            }
            block.clear();
            let read = file.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut block);
            if read? == 0 {
                return Ok(());
            }
            take(&block);
        }
    }
}

enum Stop {
    Interrupted,
    Fault(Fault),
    /// A read.
    Failed(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::index::check::CheckReport;
    use crate::index::request::Silent;

    /// The file was said to be damaged, and a rebuild advised.
    #[test]
    fn a_read_that_fails_is_no_damage() -> Result<()> {
        let (directory, report) = (Path::new("/proc/self"), CheckReport::default());
        let mut check = Check { directory, data: directory, observer: &Silent, report };
        // Nothing is mapped at the address 0: what is read there is an error of input.
        let path = directory.join("mem");
        let checksum = Checksum { bytes: 0, covers: Covers::Whole(ContentHash::of(b"")) };
        check.file(&path, Some(&checksum))?;
        let CheckReport { damaged, unread, files, .. } = check.report;
        assert!(damaged.is_empty() && files == 0, "{damaged:?}");
        let unread: Vec<String> = unread.iter().map(Error::with_causes).collect();
        assert_eq!(unread, ["cannot read `/proc/self/mem`: Input/output error (os error 5)"]);
        Ok(())
    }
}
