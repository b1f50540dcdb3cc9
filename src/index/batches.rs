//! Passages on their way from the worker that split them to one that is free.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::sources::SourceKey;
use crate::passage::Passage;

/// A batch is handed over when it holds this much text: enough that the handing
/// over costs nothing beside the inverting, little enough to share one file.
const BATCH_BYTES: usize = 256 << 10;

/// Some passages of one source.
pub(super) struct Batch {
    pub(super) source: SourceKey,
    pub(super) passages: Vec<Passage>,
    bytes: usize,
}

impl Batch {
    pub(super) fn new(source: SourceKey) -> Self {
        Self { source, passages: Vec::new(), bytes: 0 }
    }

    pub(super) fn push(&mut self, passage: Passage) {
        // A passage of one word still takes a few hundred bytes.
        self.bytes += passage.text.len() + 256;
        self.passages.push(passage);
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes >= BATCH_BYTES
    }
}

/// Where workers without a file of their own wait for batches.
pub(super) struct Batches {
    state: Mutex<State>,
    changed: Condvar,
    /// How many batches may wait; more would only take memory.
    capacity: usize,
}

struct State {
    queue: VecDeque<Batch>,
    /// Workers that may still offer batches.
    reading: usize,
    /// Workers that wait for one.
    waiting: usize,
}

/// A worker that may still offer batches, for as long as this lives.
pub(super) struct Reading<'b>(&'b Batches);

impl Batches {
    /// A meeting place for `workers` workers, all of whom read at first.
    pub(super) fn new(workers: usize) -> Self {
        let state = State { queue: VecDeque::new(), reading: workers, waiting: 0 };
        Self { state: Mutex::new(state), changed: Condvar::new(), capacity: 2 * workers }
    }

    /// Says that a worker reads; each of them says it once.
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading(self)
    }

    /// Gives `batch` to a worker that waits; gives it back where none does.
    pub(super) fn offer(&self, batch: Batch) -> Option<Batch> {
        let mut state = self.lock();
        if state.waiting == 0 || state.queue.len() >= self.capacity {
            return Some(batch);
        }
        state.queue.push_back(batch);
        self.changed.notify_one();
        None
    }

    /// Waits for a batch; `None` when none will come any more.
    pub(super) fn take(&self) -> Option<Batch> {
        let mut state = self.lock();
        state.waiting += 1;
        loop {
            if let Some(batch) = state.queue.pop_front() {
                state.waiting -= 1;
                return Some(batch);
            }
            if state.reading == 0 {
                state.waiting -= 1;
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change of the state is whole, so a panic elsewhere spoils
        // nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.lock().reading -= 1;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Batch {
        Batch::new(SourceKey::stdin())
    }

    #[test]
    fn a_batch_comes_back_where_nobody_waits() {
        assert!(Batches::new(2).offer(batch()).is_some());
    }

    #[test]
    fn those_who_wait_get_every_batch_and_then_an_end() {
        let batches = Batches::new(2);
        let taken = std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                drop(batches.reading());
                std::iter::from_fn(|| batches.take()).count()
            });
            let reading = batches.reading();
            let mut given = 0;
            while given < 100 {
                given += usize::from(batches.offer(batch()).is_none());
            }
            drop(reading);
            other.join().unwrap_or(0)
        });
        assert_eq!(taken, 100);
    }
}
