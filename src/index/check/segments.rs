//! Whether segments are as they were written, before anything is made of them.
//!
//! What a merge writes has checksums of its own: damage that it copied could not be
//! told any more, by nothing and for good.

use std::fs;
use std::path::Path;

use tantivy::index::SegmentId;

use super::Check;
use super::report::{CheckReport, DamagedFile};
use crate::error::{Error, Result};
use crate::index::checksums;
use crate::index::meta::{CommitRecord, META_FILE};
use crate::index::request::{Going, Observer};
use crate::index::settings::Manifest;
use crate::index::side_file;
use crate::index::snapshot::Snapshot;

/// Compares the files of the segments `ids` of the last commit, of all without, with the
/// checksums that they end with. A damaged one that stands beside a segment is removed:
/// it can be made anew. Only the holder of the writer lock may call it.
///
/// # Errors
///
/// [`Error::IndexDamaged`] where any other is not as it was written,
/// [`Error::Interrupted`], [`Error::Io`] where the commit or one of them cannot be read.
pub(in crate::index) fn verify(
    directory: &Path,
    ids: Option<&[SegmentId]>,
    observer: &dyn Observer,
) -> Result<()> {
    let data = &directory.join(Manifest::load(directory)?.data);
    let meta = data.join(META_FILE);
    let commit = CommitRecord::load(&meta).map_err(Error::io("read", &meta))?;
    let files = checksums::segment_files(data, &commit).map_err(Error::io("read", data))?;
    let observer = &Unheard(observer);
    let mut check = Check { directory: data, data, observer, report: CheckReport::default() };
    for name in files {
        let path = data.join(&name);
        let is_of = |id: &SegmentId| name.starts_with(&id.uuid_string());
        let is_asked_for = ids.is_none_or(|ids| ids.iter().any(is_of));
        if is_asked_for && !side_file::is_from_before_footers(&path) {
            check.file(&path, None)?;
        }
    }
    if let Some(refused) = check.report.unread.into_iter().next() {
        return Err(refused);
    }
    for DamagedFile { path, fault } in check.report.damaged {
        let name = path.to_string_lossy();
        if commit.needs(&name) {
            let reason = format!("{name} is not as it was written: {fault}");
            return Err(Error::IndexDamaged { path: directory.to_owned(), reason });
        }
        remove(data, &name)?;
    }
    Ok(())
}

/// Removes what stands beside the segments of the last commit and cannot be opened, so
/// that it is made anew. Only the holder of the writer lock may call it.
///
/// # Errors
///
/// [`Error::IndexDamaged`] where the commit cannot be opened, [`Error::Io`].
pub(in crate::index) fn remove_unusable(directory: &Path) -> Result<()> {
    let snapshot = Snapshot::open(directory)?;
    for segment in snapshot.segments() {
        let files = [
            is_damaged(segment.forward())?.then(|| segment.forward_file()),
            is_damaged(segment.shortcuts())?.then(|| segment.shortcuts_file()),
            is_damaged(segment.has_losses_file())?.then(|| segment.losses_file()).flatten(),
        ];
        for name in files.into_iter().flatten() {
            remove(snapshot.data_directory(), &name)?;
        }
    }
    Ok(())
}

/// Whether what was to be opened is damaged. What the system does not let be opened may
/// be sound, and is no reason to make it anew.
fn is_damaged<T>(opened: Result<T>) -> Result<bool> {
    match opened {
        Ok(_) => Ok(false),
        Err(Error::IndexDamaged { .. }) => Ok(true),
        Err(other) => Err(other),
    }
}

fn remove(data: &Path, name: &str) -> Result<()> {
    checksums::forget(data, name)?;
    let path = data.join(name);
    fs::remove_file(&path).map_err(Error::io("remove", &path))
}

/// Says whether to go on, and hears of nothing: the bytes of a merge were planned
/// without those of a check.
struct Unheard<'a>(&'a dyn Observer);

impl Observer for Unheard<'_> {
    fn going(&self) -> Going {
        self.0.going()
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// What stands beside a segment was removed where the process had no file handles or
    /// no memory left to open it.
    #[test]
    fn what_cannot_be_opened_need_not_be_damaged() -> Result<()> {
        let directory = Path::new("index");
        let opened = |error: io::Error| Err::<(), _>(Error::damage(directory, directory, error));
        assert!(!is_damaged(Ok(()))?);
        assert!(is_damaged(opened(io::ErrorKind::UnexpectedEof.into()))?);
        let too_many_files = io::Error::from_raw_os_error(24);
        assert!(matches!(is_damaged(opened(too_many_files)), Err(Error::Io { .. })));
        Ok(())
    }
}
