//! One file per command: from its arguments to its outcome.
//!
//! `open` and `look` are what commands that read an index share: which one it
//! is, and what has to be looked up to print a passage. `shape` and `why` belong
//! to `search`: the format of its output, and why there is none. `stamp` and
//! `figures` belong to `bench` and `eval`: where figures come from, and how they
//! are printed.

pub mod bench;
pub mod check;
pub mod eval;
mod figures;
pub mod index;
mod look;
mod open;
pub mod optimize;
pub mod search;
mod shape;
pub mod show;
mod stamp;
pub mod stats;
mod why;
