//! What is written beside the terms of a segment, and what waits for the disk until
//! a file is safe there: threads that all else goes on beside.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

use crate::error::{Error, Result};
use crate::threads::join;

/// Starts threads that end with [`Beside::during`].
pub(super) struct Beside<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    threads: Mutex<Vec<ScopedJoinHandle<'scope, tantivy::Result<()>>>>,
}

impl<'env> Beside<'_, 'env> {
    /// Does `act`, and waits for what it has begun beside itself.
    ///
    /// # Errors
    /// What `act` says; [`Error::Engine`] where something beside it failed.
    pub(super) fn during<T>(
        act: impl for<'scope> FnOnce(&Beside<'scope, 'env>) -> Result<T>,
    ) -> Result<T> {
        thread::scope(|scope| {
            let beside = Beside { scope, threads: Mutex::default() };
            let made = act(&beside)?;
            let threads = beside.threads.into_inner().unwrap_or_else(PoisonError::into_inner);
            let done: tantivy::Result<()> = threads.into_iter().try_for_each(join);
            done.map_err(Error::engine("write a segment"))?;
            Ok(made)
        })
    }

    /// Begins `act`.
    pub(super) fn begin(&self, act: impl FnOnce() -> tantivy::Result<()> + Send + 'static) {
        let thread = self.scope.spawn(act);
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantivy::TantivyError;

    #[test]
    fn what_fails_beside_fails_in_the_end() {
        let failing = || Err(TantivyError::InternalError("full".into()));
        let done = Beside::during(|beside| {
            beside.begin(failing);
            beside.begin(|| Ok(()));
            Ok(7)
        });
        assert!(matches!(done, Err(Error::Engine { .. })));
        assert!(matches!(Beside::during(|_| Ok(7)), Ok(7)));
    }
}
