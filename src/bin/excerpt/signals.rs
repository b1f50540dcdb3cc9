//! What the system does by itself.

/// Lets a write fail by which a file becomes larger than it may be (`ulimit -f`), as on a
/// full disk: by itself the system ends the process without a word. Threads that are
/// started later have it from this one.
#[cfg(unix)]
pub fn let_large_writes_fail() {
    use nix::sys::signal::{SigSet, Signal};
    let _ = SigSet::from(Signal::SIGXFSZ).thread_block();
}

#[cfg(not(unix))]
pub fn let_large_writes_fail() {}
