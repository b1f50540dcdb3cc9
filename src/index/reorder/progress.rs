//! How far a step has come, told in bytes as everything else is.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::index::request::{Going, Observer};

/// A step of many equal parts, done on several threads.
pub(super) struct Progress<'a> {
    directory: &'a Path,
    observer: &'a dyn Observer,
    /// What the whole step counts for.
    bytes: u64,
    parts: u64,
    done: AtomicU64,
}

impl<'a> Progress<'a> {
    pub(super) fn new(
        directory: &'a Path,
        observer: &'a dyn Observer,
        bytes: u64,
        parts: u64,
    ) -> Self {
        Self { directory, observer, bytes, parts: parts.max(1), done: AtomicU64::new(0) }
    }

    /// Tells that `parts` more are done, and asks whether to go on.
    pub(super) fn tell(&self, parts: usize) -> Going {
        let parts = parts as u64;
        let before = self.done.fetch_add(parts, Ordering::Relaxed);
        let bytes = |done: u64| {
            let share = u128::from(self.bytes) * u128::from(done.min(self.parts));
            (share / u128::from(self.parts)) as u64
        };
        self.observer.advanced(self.directory, bytes(before + parts) - bytes(before));
        self.observer.going()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sum(AtomicU64);

    impl Observer for Sum {
        fn advanced(&self, _: &Path, bytes: u64) {
            self.0.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    #[test]
    fn all_parts_together_are_all_bytes_and_no_more() {
        let sum = Sum(AtomicU64::new(0));
        let progress = Progress::new(Path::new("i"), &sum, 1000, 7);
        for _ in 0..9 {
            assert_eq!(progress.tell(1), Going::On);
        }
        assert_eq!(sum.0.load(Ordering::Relaxed), 1000);
    }
}
