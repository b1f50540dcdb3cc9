//! Work on its way from a worker that reads to one that is free.
//!
//! Only who reads a file can go on reading it, so it gives away all else as long as
//! somebody takes it: passages to be inverted, and what is inverted to be sorted.
//! Where the others are too slow it does some of that itself; so that they have
//! enough to do meanwhile, a few tasks may wait.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::invert::Inverter;
use super::sources::SourceKey;
use crate::passage::Passage;

/// A batch is handed over when it holds this much text: enough that the handing
/// over costs nothing beside the inverting, little enough to share one file.
const BATCH_BYTES: usize = 256 << 10;

/// What any worker can do.
pub(super) enum Task {
    Invert(Batch),
    /// An inverter is full.
    Sort(Box<Inverter>),
}

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

/// Where workers without a file of their own find something to do.
pub(super) struct Tasks {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Task>,
    /// Whether an inverter was given away and is not sorted yet. One at a time: it
    /// takes as much memory as the one that is filled in its place.
    is_sorting: bool,
    /// What others have inverted, to be freed by one who reads.
    spent: Vec<Vec<Passage>>,
    workers: usize,
    /// Workers that may still offer something.
    reading: usize,
}

/// A worker that may still offer something, for as long as this lives.
pub(super) struct Reading<'t>(&'t Tasks);

impl Tasks {
    /// A meeting place for `workers` workers, all of whom read at first.
    pub(super) fn new(workers: usize) -> Self {
        let state = State { workers, reading: workers, ..State::default() };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Says that a worker reads; it is said once of each, whether it can begin or not.
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading(self)
    }

    /// Says that a worker, which reads no more, is none: its thread cannot be started.
    pub(super) fn do_without_one(&self) {
        self.lock().workers -= 1;
    }

    /// Gives `batch` to those who read no more; gives it back where there are none, or
    /// where they have enough to do. Frees what was given back.
    pub(super) fn offer(&self, batch: Batch) -> Option<Batch> {
        let mut state = self.lock();
        let spent = std::mem::take(&mut state.spent);
        // More would only take memory.
        let refused = if state.waiting.len() < 2 * state.free() {
            state.waiting.push_back(Task::Invert(batch));
            self.changed.notify_one();
            None
        } else {
            Some(batch)
        };
        drop(state);
        drop(spent);
        refused
    }

    /// As [`Self::offer`], for an inverter that is full, which goes before all else.
    pub(super) fn offer_full(&self, full: Box<Inverter>) -> Option<Box<Inverter>> {
        let mut state = self.lock();
        if state.free() == 0 || state.is_sorting {
            return Some(full);
        }
        state.is_sorting = true;
        state.waiting.push_front(Task::Sort(full));
        self.changed.notify_one();
        None
    }

    /// Gives back what was taken, inverted. To free what another thread allocates
    /// beside it takes a lock that both then wait for.
    pub(super) fn give_back(&self, passages: Vec<Passage>) {
        let mut state = self.lock();
        if state.reading > 0 {
            state.spent.push(passages);
        }
    }

    /// Says that what was taken is sorted.
    pub(super) fn sorted(&self) {
        self.lock().is_sorting = false;
    }

    /// Waits for a task; `None` when none will come any more.
    pub(super) fn take(&self) -> Option<Task> {
        let mut state = self.lock();
        loop {
            let task = state.waiting.pop_front();
            if task.is_some() || state.reading == 0 {
                return task;
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

impl State {
    /// How many workers read no more.
    fn free(&self) -> usize {
        self.workers - self.reading
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.reading -= 1;
        if state.reading == 0 {
            state.spent.clear();
        }
        drop(state);
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Language;
    use crate::index::settings::SideFiles;
    use tantivy::IndexSettings;

    fn batch() -> Batch {
        Batch::new(SourceKey::stdin())
    }

    #[test]
    fn a_task_comes_back_where_everybody_reads() {
        assert!(Tasks::new(2).offer(batch()).is_some());
    }

    #[test]
    fn tasks_wait_for_those_who_read_no_more_until_there_are_enough() {
        let tasks = Tasks::new(2);
        drop(tasks.reading());
        assert!(tasks.offer(batch()).is_none());
        assert!(tasks.offer(batch()).is_none());
        assert!(tasks.offer(batch()).is_some());
    }

    /// Where a thread could not be started, the others waited for what it would read,
    /// and the update for them.
    #[test]
    fn nobody_waits_for_a_worker_that_cannot_begin() {
        let tasks = Tasks::new(2);
        drop(tasks.reading());
        tasks.do_without_one();
        let reading = tasks.reading();
        assert!(tasks.offer(batch()).is_some());
        drop(reading);
        assert!(tasks.take().is_none());
    }

    #[test]
    fn one_inverter_at_a_time_is_sorted_and_before_all_else() {
        let full = || {
            let settings = IndexSettings::default();
            Box::new(Inverter::new(Language::None, &settings, SideFiles::All))
        };
        let tasks = Tasks::new(2);
        assert!(tasks.offer_full(full()).is_some());
        drop(tasks.reading());
        assert!(tasks.offer(batch()).is_none());
        assert!(tasks.offer_full(full()).is_none());
        assert!(tasks.offer_full(full()).is_some());
        assert!(matches!(tasks.take(), Some(Task::Sort(_))));
        assert!(tasks.offer_full(full()).is_some());
        tasks.sorted();
        assert!(tasks.offer_full(full()).is_none());
    }

    #[test]
    fn who_reads_no_more_gets_every_task_and_then_an_end() {
        let tasks = Tasks::new(2);
        let taken = std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                drop(tasks.reading());
                std::iter::from_fn(|| tasks.take()).count()
            });
            let reading = tasks.reading();
            let mut given = 0;
            while given < 100 {
                given += usize::from(tasks.offer(batch()).is_none());
            }
            drop(reading);
            other.join().unwrap_or(0)
        });
        assert_eq!(taken, 100);
    }
}
