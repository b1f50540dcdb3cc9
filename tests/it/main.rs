//! The program from outside: one test binary, one module a subject.
//!
//! `harness` runs the real executable in a directory and an environment of its
//! own. No test reaches the network, and what passes does not depend on the clock.

mod bench;
mod compact;
mod corpus;
mod damage;
mod duplicates;
mod errors;
mod eval;
mod eval_rankings;
mod eval_runs;
mod eval_topics;
mod faults;
mod files;
mod floors;
mod golden;
mod harness;
mod hostile;
mod index;
mod json;
mod language;
mod leftovers;
mod measure;
mod optimize;
mod output;
mod per_document;
mod places;
mod provenance;
#[cfg(unix)]
mod readme;
mod records;
mod roots;
mod rules;
mod search;
mod words;
