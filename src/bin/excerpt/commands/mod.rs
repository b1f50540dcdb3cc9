//! One file per command: from its arguments to its outcome.
//!
//! `open`, `place` and `look` are what commands that read an index share: which
//! one it is, which passage a place names, and what has to be looked up to print
//! one. `shape`, `budget` and `why` belong to `search`: the format of its output,
//! how much fits into a number of tokens, and why there is none. `stamp` and `figures`
//! belong to `bench` and `eval`: where figures come from, and how they are printed.

pub mod bench;
mod budget;
pub mod check;
pub mod eval;
mod figures;
pub mod index;
mod look;
mod open;
pub mod optimize;
mod place;
pub mod search;
mod shape;
pub mod show;
pub mod stats;
mod why;
