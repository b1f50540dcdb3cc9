//! What an update has to do: the files that are there against those that were
//! read before.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::sources::{SourceKey, SourceRecord};
use crate::corpus::{FileMeta, WalkedFile};

/// A file whose time is this close to when it was read may have been written
/// again within the same tick of the file system's clock, so that its time
/// proves nothing. Two seconds is the coarsest clock in use (FAT).
const RACY_NS: i64 = 2_000_000_000;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) key: SourceKey,
    pub(super) path: PathBuf,
    pub(super) meta: FileMeta,
    /// What was read before, where the file is known. Equal bytes then mean
    /// that nothing has to be replaced.
    pub(super) before: Option<SourceRecord>,
}

/// What an update has to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Files to read, in order of their keys.
    pub(super) jobs: Vec<Job>,
    /// Files that are as they were, or could not be looked at.
    pub(super) unchanged: Vec<SourceKey>,
    /// Files that are gone.
    pub(super) gone: Vec<SourceKey>,
}

/// Compares the files `found`, in order of their keys, each once, with the records
/// `known` of the same roots. What was not found is gone where it `may_be_gone`,
/// else left as it is: its folder may have been closed to us for a moment.
pub(super) fn plan(
    found: Vec<(SourceKey, WalkedFile)>,
    known: &BTreeMap<SourceKey, SourceRecord>,
    may_be_gone: impl Fn(&SourceKey) -> bool,
) -> Plan {
    let mut plan = Plan::default();
    let mut known = known.iter().peekable();
    let mut found = found.into_iter().peekable();
    loop {
        let next_known = known.peek().map(|(key, _)| *key);
        let next_found = found.peek().map(|(key, _)| key);
        let key = match (next_known, next_found) {
            (None, None) => return plan,
            (Some(key), None) | (None, Some(key)) => key,
            (Some(a), Some(b)) => a.min(b),
        }
        .clone();
        let before = known.next_if(|(known, _)| **known == key).map(|(_, record)| record);
        let file = found.next_if(|(found, _)| *found == key).map(|(_, file)| file);
        match (before, file) {
            (Some(record), Some(file))
                if is_certainly_unchanged(record, &file.meta) || is_still_closed(record, &file) =>
            {
                plan.unchanged.push(key);
            }
            (before, Some(WalkedFile { path, meta })) => {
                plan.jobs.push(Job { key, path, meta, before: before.cloned() });
            }
            (_, None) if may_be_gone(&key) => plan.gone.push(key),
            (_, None) => plan.unchanged.push(key),
        }
    }
}

/// Whether nothing came of a file before since the system did not let it be read, and
/// it still does not. Why that changes need not show in the file.
fn is_still_closed(record: &SourceRecord, file: &WalkedFile) -> bool {
    record.is_forgotten()
        && record.is_left_out()
        && record.meta == file.meta
        && !crate::corpus::can_be_opened(&file.path)
}

fn is_certainly_unchanged(record: &SourceRecord, meta: &FileMeta) -> bool {
    record.meta == *meta
        && !record.is_forgotten()
        && meta.mtime_ns.saturating_add(RACY_NS) < record.read_at_ns
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::passage::ContentHash;

    const META: FileMeta = FileMeta { size: 1, mtime_ns: 1 << 60, ctime_ns: 2, inode: 3 };

    /// A time of reading that leaves no doubt about what was there.
    const READ_AT_NS: i64 = META.mtime_ns + RACY_NS + 1;

    /// Holds whether the file at `path` is read again that looks as [`META`] has it, after
    /// it looked as `meta` when it was read, and was left out or not.
    fn check(path: &Path, meta: FileMeta, read_at_ns: i64, skipped: Option<&str>, is_read: bool) {
        let key = SourceKey::from_stored("a.txt");
        let record = SourceRecord {
            key: key.clone(),
            meta,
            content_hash: ContentHash([0; 16]),
            read_at_ns,
            format: "text".to_owned(),
            documents: 0,
            passages: 0,
            skipped: skipped.map(str::to_owned),
            bad_records: 0,
            first_bad_record: None,
        };
        let found = WalkedFile { path: path.to_owned(), meta: META };
        let plan = plan(vec![(key.clone(), found)], &BTreeMap::from([(key, record)]), |_| true);
        let said = (plan.jobs.len(), plan.unchanged.len(), plan.gone.len());
        let expected = (usize::from(is_read), usize::from(!is_read), 0);
        assert_eq!(said, expected, "{path:?} {meta:?} {read_at_ns} {skipped:?}");
    }

    #[test]
    fn a_file_is_read_again_unless_its_looks_and_its_time_prove_it_the_same() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        check(&here, META, READ_AT_NS, None, false);
        check(&here, META, READ_AT_NS, Some("binary"), false);
        check(&here, META, READ_AT_NS - 1, None, true);
        for other in [
            FileMeta { size: 2, ..META },
            FileMeta { mtime_ns: 1, ..META },
            FileMeta { ctime_ns: 1, ..META },
            FileMeta { inode: 1, ..META },
        ] {
            check(&here, other, READ_AT_NS, None, true);
        }
    }

    #[test]
    fn a_file_that_could_not_be_read_is_tried_again_once_it_can_be() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let closed = Path::new("a file that cannot be opened");
        check(closed, META, 0, Some("permission denied"), false);
        check(&here, META, 0, Some("permission denied"), true);
        check(closed, FileMeta { inode: 1, ..META }, 0, Some("permission denied"), true);
        check(closed, META, 0, None, true);
        check(closed, META, READ_AT_NS - 1, Some("permission denied"), true);
    }
}
