//! What is said where the program panics, instead of a backtrace.
//!
//! The engine trusts the bytes of an index and panics over some damaged ones. The
//! hook ends the process from whichever thread it was, with our own words and our
//! own exit code. Catching the panic in `main` would not do as much: released
//! binaries abort, and the engine catches panics of its merges itself. Ending at
//! once loses nothing, since only a commit changes an index.

use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::{exit, report};

/// Set to see the panic itself, as Rust prints it.
const BACKTRACE_VARIABLE: &str = "RUST_BACKTRACE";

static INDEX: OnceLock<PathBuf> = OnceLock::new();

/// Remembers which index is used, to name it.
pub fn index_in_use(directory: &Path) {
    // The first is the one that the command is about.
    let _ = INDEX.set(directory.to_owned());
}

/// From here on a panic ends the process with a message.
pub fn install() {
    let rusts_own = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if std::env::var_os(BACKTRACE_VARIABLE).is_some() {
            rusts_own(info);
        }
        report::error(&describe(info).into());
        std::process::exit(i32::from(exit::ERROR));
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> report::Hinted {
    let what = info.payload_as_str().unwrap_or("no message");
    // Of a long message (a dump of bytes) the beginning tells enough.
    let what: String = what.chars().take(200).collect();
    let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
    let place = place.unwrap_or_default();
    match INDEX.get() {
        Some(index) => {
            let index = index.display();
            report::Hinted::new(
                format!("the index at `{index}` is damaged or this is a bug: {what}{place}"),
                format!("look with `excerpt check --index {index}`"),
            )
        }
        None => report::Hinted::new(
            format!("this is a bug: {what}{place}"),
            format!("please report it with the command line and what {BACKTRACE_VARIABLE}=1 adds"),
        ),
    }
}
