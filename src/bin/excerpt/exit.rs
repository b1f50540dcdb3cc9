//! What the process ends with. Nothing else decides exit codes.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// At least one hit, or the work was done.
    Done,
    /// No hit.
    NoHit,
    /// Done, but some input was left out, or could not be looked at closely.
    Partial,
    /// A figure lies beyond a limit that was set.
    LimitPassed,
    /// Looked at, and damaged.
    Damaged,
    /// All is committed, but something failed behind it.
    Unfinished,
    /// Stopped on request; what was committed stays.
    Interrupted,
}

/// The exit code of an error, clap's own for wrong arguments included.
pub const ERROR: u8 = 2;

/// The exit code of a process that an interrupt ends: 128 and the signal's
/// number.
pub const INTERRUPTED: u8 = 130;

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        ExitCode::from(match outcome {
            Outcome::Done => 0,
            Outcome::NoHit | Outcome::LimitPassed => 1,
            Outcome::Damaged | Outcome::Unfinished => ERROR,
            Outcome::Partial => 3,
            Outcome::Interrupted => INTERRUPTED,
        })
    }
}
