//! How far the reading of a file has come, and what was left out of it.

use std::cell::Cell;
use std::path::Path;

use super::request::{Extent, Observer};
use crate::corpus::ReadOutcome;

/// What an observer was told of the reading of one file.
pub(super) struct Told<'a> {
    observer: &'a dyn Observer,
    path: &'a Path,
    /// How many of the planned bytes are still to be told of.
    left: Cell<u64>,
}

impl<'a> Told<'a> {
    /// Nothing yet, of the file at `path`, with which `bytes` bytes were planned.
    pub(super) fn new(observer: &'a dyn Observer, path: &'a Path, bytes: u64) -> Self {
        Self { observer, path, left: Cell::new(bytes) }
    }

    /// Tells of `bytes` bytes more; of none beyond those that were planned, where the
    /// file has grown.
    pub(super) fn tell(&self, bytes: u64) {
        let bytes = bytes.min(self.left.get());
        self.left.set(self.left.get() - bytes);
        if bytes > 0 {
            self.observer.advanced(self.path, bytes);
        }
    }

    /// Tells of all that is left.
    pub(super) fn tell_rest(&self) {
        self.tell(self.left.get());
    }
}

/// Tells what is not read of the source at `path`.
pub(super) fn tell_unread(
    observer: &dyn Observer,
    path: &Path,
    outcome: &ReadOutcome,
    extent: Extent,
) {
    if let Some(skip) = &outcome.skip {
        observer.skipped(path, skip, extent);
    }
    if let Some(field) = &outcome.report.likely_text {
        observer.found_no_text(path, field);
    }
    if let Some(first) = &outcome.report.first_unread_date {
        observer.found_no_dates(path, outcome.report.unread_dates, first);
    }
}
