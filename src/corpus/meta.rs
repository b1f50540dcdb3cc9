//! What the file system says of a file without opening it: the key by which a
//! change is noticed.

use std::fs::Metadata;

use serde::{Deserialize, Serialize};

/// Size, times and identity of a file. Two equal values mean that the file is
/// very likely the same; whether its times are fine enough to prove it is for
/// the caller to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileMeta {
    /// Its length in bytes.
    pub size: u64,
    /// When its content was last changed, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// When its content or its entry was last changed, in nanoseconds since
    /// 1970; 0 where the system does not tell. Unlike the other time it cannot
    /// be set back by a program.
    pub ctime_ns: i64,
    /// The number that the file system keeps it under; 0 where there is none. A
    /// file that was replaced by another under its name has another one.
    pub inode: u64,
}

impl FileMeta {
    /// What `metadata` says.
    #[cfg(unix)]
    pub fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds =
            |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Self {
            size: metadata.len(),
            mtime_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            ctime_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    /// What `metadata` says.
    #[cfg(not(unix))]
    pub fn of(metadata: &Metadata) -> Self {
        use std::time::UNIX_EPOCH;
        let since = |time: std::time::SystemTime| match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |time| -time)
            }
        };
        let mtime_ns = metadata.modified().map_or(0, since);
        Self { size: metadata.len(), mtime_ns, ctime_ns: 0, inode: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_1970_is_negative() -> std::io::Result<()> {
        let file = tempfile::tempfile()?;
        let before = std::time::UNIX_EPOCH - std::time::Duration::from_millis(1500);
        file.set_modified(before)?;
        assert_eq!(FileMeta::of(&file.metadata()?).mtime_ns, -1_500_000_000);
        Ok(())
    }
}
