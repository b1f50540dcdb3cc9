//! One file per command: from its arguments to its outcome.
//!
//! `open`, `place` and `look` are what commands that read an index share: which
//! one it is, which passage a place names, and what has to be looked up to print
//! one. `untaken` belongs to those that index: what is said where they find no file.
//! `shape`, `page`, `budget` and `why` belong to `search`: the format of its output,
//! the hits in it, how many fit into a number of tokens, and why there are none.
//! `figures` and `saving` belong to `bench` and `eval`: how figures are printed, and the
//! files they go to.

pub mod bench;
mod budget;
pub mod check;
pub mod eval;
mod figures;
pub mod index;
mod look;
mod open;
pub mod optimize;
mod page;
mod place;
mod saving;
pub mod search;
mod shape;
pub mod show;
pub mod stats;
mod untaken;
mod why;
