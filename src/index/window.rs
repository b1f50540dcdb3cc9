//! A window onto a file that is read once, from end to end.

use std::io;

use tantivy::HasLen;
use tantivy::directory::{FileSlice, OwnedBytes};

use super::varint;

/// A file that is read from end to end, a little of it at a time. After a failure
/// it gives zeros.
pub(super) struct Window {
    file: FileSlice,
    /// How much of the file was taken in.
    taken: usize,
    /// What of that is still to be read.
    rest: OwnedBytes,
    /// How much is taken in at a time.
    window_bytes: usize,
    failure: Option<io::Error>,
}

/// The size of a window. Chosen by hand; in tests so small that terms lie across its
/// edges.
const WINDOW_BYTES: usize = if cfg!(test) { 16 } else { 1 << 15 };

/// The size of all windows that are open at a time, where there are many. Chosen by
/// hand.
const WINDOWS_BYTES: usize = 1 << 24;

/// No window is smaller, however many there are: it costs a few calls of the system to
/// read so much.
const LEAST_WINDOW_BYTES: usize = if cfg!(test) { 16 } else { 1 << 12 };

impl Window {
    pub(super) fn new(file: FileSlice) -> Self {
        Self::one_of(1, file)
    }

    /// A window that is open at the same time as others, `count` together.
    pub(super) fn one_of(count: usize, file: FileSlice) -> Self {
        let share = WINDOWS_BYTES / count.max(1);
        let window_bytes = share.clamp(LEAST_WINDOW_BYTES, WINDOW_BYTES);
        Self { file, taken: 0, rest: OwnedBytes::empty(), window_bytes, failure: None }
    }

    /// How much was read.
    pub(super) fn position(&self) -> usize {
        self.taken - self.rest.len()
    }

    /// Reads a number.
    #[inline]
    pub(super) fn number(&mut self) -> u64 {
        if self.rest.len() < varint::MAX_BYTES {
            self.take_in(self.window_bytes);
        }
        let mut rest = self.rest.as_slice();
        let len = rest.len();
        let number = varint::take(&mut rest).unwrap_or(0);
        let read = len - rest.len();
        self.rest.advance(read);
        number
    }

    /// Reads `len` bytes into `bytes`.
    pub(super) fn bytes(&mut self, len: usize, bytes: &mut Vec<u8>) {
        if self.rest.len() < len {
            self.take_in(len.max(self.window_bytes));
        }
        bytes.clear();
        bytes.extend_from_slice(self.rest.advance(len.min(self.rest.len())));
    }

    /// Leaves out `len` bytes.
    pub(super) fn skip(&mut self, len: usize) {
        if len <= self.rest.len() {
            self.rest.advance(len);
        } else {
            self.taken = (self.position() + len).min(self.file.len());
            self.rest = OwnedBytes::empty();
        }
    }

    /// Whether something went wrong: what was read since is none of the file's.
    #[inline]
    pub(super) fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// What went wrong on the way, if anything did; it is told once.
    pub(super) fn check(&mut self) -> io::Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// What went wrong on the way, if anything did.
    pub(super) fn close(mut self) -> io::Result<()> {
        self.check()
    }

    /// Takes in more of the file, so that `len` bytes are there to be read if it
    /// has as many.
    #[cold]
    fn take_in(&mut self, len: usize) {
        if self.failure.is_some() {
            return;
        }
        let start = self.position();
        let end = (start + len).min(self.file.len());
        if end == self.taken {
            return;
        }
        match self.file.read_bytes_slice(start..end) {
            Ok(bytes) => self.rest = bytes,
            Err(failure) => {
                self.failure = Some(failure);
                self.rest = OwnedBytes::empty();
            }
        }
        self.taken = end;
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use tantivy::directory::FileHandle;

    use super::*;

    /// A file of ones that cannot be read the second time.
    #[derive(Debug, Default)]
    struct FailsOnce {
        was_read: AtomicBool,
        has_failed: AtomicBool,
    }

    impl HasLen for FailsOnce {
        fn len(&self) -> usize {
            100 * WINDOW_BYTES
        }
    }

    impl FileHandle for FailsOnce {
        fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
            if self.was_read.swap(true, Ordering::Relaxed)
                && !self.has_failed.swap(true, Ordering::Relaxed)
            {
                return Err(io::ErrorKind::Other.into());
            }
            Ok(OwnedBytes::new(vec![1; range.len()]))
        }
    }

    /// It left out what could not be read, and went on with what lies behind it.
    #[test]
    fn after_a_failure_there_is_nothing_more() {
        let mut window = Window::new(FileSlice::new(Arc::new(FailsOnce::default())));
        let ones = std::iter::from_fn(|| Some(window.number())).take_while(|&one| one == 1);
        assert!(ones.count() <= WINDOW_BYTES);
        let mut bytes = Vec::new();
        for len in 1..2 * WINDOW_BYTES {
            assert_eq!(window.number(), 0);
            window.bytes(len, &mut bytes);
            assert!(bytes.is_empty());
            window.skip(len);
        }
        assert!(window.close().is_err());
    }

    #[test]
    fn numbers_and_bytes_are_read_across_the_edges_of_windows() {
        let mut file = Vec::new();
        for number in 0..1000u64 {
            varint::push(&mut file, number * number);
            file.extend_from_slice(b"between");
        }
        let len = file.len();
        let mut window = Window::new(FileSlice::from(file));
        let mut bytes = Vec::new();
        for number in 0..1000 {
            assert_eq!(window.number(), number * number);
            if number % 3 == 0 {
                window.skip(7);
            } else {
                window.bytes(7, &mut bytes);
                assert_eq!(bytes, b"between");
            }
        }
        assert_eq!(window.position(), len);
        assert_eq!(window.number(), 0);
        assert!(window.close().is_ok());
    }
}
