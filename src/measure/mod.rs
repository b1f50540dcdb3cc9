//! Measuring: how well a ranking serves its readers, and how fast it comes.
//!
//! Relevance goes from [`topics`] (what was asked), [`qrels`] (what was judged)
//! and [`run`] (what was found; [`mod@max_passage`] leads from passages to
//! documents) through [`metrics`] and [`evaluation`] to [`mod@compare`] and
//! [`significance`] (is the difference more than chance?). Speed goes from
//! [`queries`] through [`latency`] to [`paired`] (two systems, query by query),
//! [`fail_if`] (a limit that a build can fail on) and [`plot`]. `student` and
//! [`random`] are the mathematics below both.
//!
//! Everything here is a pure function over readers and values, but for the loaders:
//! `load` of [`topics`], [`qrels`], [`run`] and [`queries`] opens a file. Searching,
//! timing, threads and printing belong to the callers.

pub mod compare;
pub mod evaluation;
pub mod fail_if;
pub mod latency;
mod lines;
pub mod max_passage;
pub mod metrics;
pub mod paired;
pub mod plot;
pub mod qrels;
pub mod queries;
pub mod random;
mod ratio_interval;
pub mod run;
pub mod significance;
pub mod statistic;
pub(crate) mod student;
mod tagged;
pub mod topics;

pub use self::compare::{Comparison, ComparisonOptions, compare};
pub use self::evaluation::{Averaging, Evaluation, evaluate};
pub use self::fail_if::FailIf;
pub use self::latency::{LatencyHistogram, LatencySummary};
pub use self::max_passage::max_passage;
pub use self::metrics::Measure;
pub use self::paired::{PairedTimes, compare_times};
pub use self::qrels::Qrels;
pub use self::queries::BenchQuery;
pub use self::run::{RankedDocument, Run};
pub use self::statistic::Statistic;
pub use self::topics::{Topic, TopicField};
