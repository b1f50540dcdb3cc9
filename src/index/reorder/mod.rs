//! Another order of the passages of a segment, in which like ones are near each
//! other: postings then have smaller gaps, and a search for passages with several
//! words finds them in fewer blocks.
//!
//! [`terms`] reads which stems each passage has, [`bisect`] finds an order,
//! [`estimate`] tells from a sample whether that is worth it, and [`rewrite`] makes
//! the segment again. What a search answers stays the same to the byte.

mod bisect;
mod estimate;
mod graph;
mod halves;
mod progress;
mod rewrite;
mod terms;
#[cfg(test)]
mod tests;

use std::path::Path;

use self::progress::Progress;
use super::check;
use super::request::Observer;
use super::snapshot::Snapshot;
use crate::error::{Error, Result};

/// When passages are put in another order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reordering {
    /// Where a sample says that it pays.
    #[default]
    Auto,
    /// Wherever it saves anything at all.
    Always,
    /// Not at all.
    Never,
}

/// What became of the order of passages.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Order {
    /// Nobody asked for another, or there are no passages or, in a compact index, no
    /// forward file to find one by.
    #[default]
    Kept,
    /// Another would not pay: it saves this part of the bits between postings, by
    /// an estimate between 0 and 1.
    GoodEnough(f64),
    /// It is another, which saves this part of the bits between postings.
    Changed(f64),
}

/// An estimated saving below does not pay. 200,000 paragraphs are estimated at 0 % in
/// the order of their articles, and above this at random.
const WORTHWHILE: f64 = 0.1;

/// A posting takes so many bytes in a graph: four for its term, the rest for the
/// graphs of parts and for what is kept of each passage.
const POSTING_BYTES: u64 = 6;

/// Puts the passages of the only segment of the last commit in another order, if
/// `reordering` says so, in one commit. Only the holder of the writer lock may call
/// it. `observer` is told of twice `bytes` bytes in all.
///
/// # Errors
///
/// [`Error::IndexDamaged`], [`Error::Interrupted`], [`Error::Io`] and
/// [`Error::Engine`]. The last commit stays in force.
pub(super) fn reorder(
    directory: &Path,
    reordering: Reordering,
    memory_bytes: u64,
    threads: usize,
    (observer, bytes): (&dyn Observer, u64),
) -> Result<Order> {
    let snapshot = Snapshot::open(directory)?;
    let [segment] = snapshot.segments() else { return Ok(Order::Kept) };
    if reordering == Reordering::Never || segment.forward()?.is_none() {
        return Ok(Order::Kept);
    }
    let passages = segment.max_doc() as usize;
    drop(snapshot);
    let postings = usize::try_from(memory_bytes / POSTING_BYTES).unwrap_or(usize::MAX);
    let graph = terms::graph(directory, postings, threads, observer)?;
    if reordering == Reordering::Auto {
        let saving = estimate::saving(&graph, threads, &|_| observer.going());
        let saving = saving.ok_or(Error::Interrupted)?;
        if saving < WORTHWHILE {
            return Ok(Order::GoodEnough(saving));
        }
    }
    let progress = Progress::new(directory, observer, bytes, bisect::told(passages));
    let order = bisect::order(&graph, threads, &|passages| progress.tell(passages));
    let order = order.ok_or(Error::Interrupted)?;
    let saved = estimate::saved(&graph, &order);
    drop(graph);
    if saved <= 0.0 {
        return Ok(Order::GoodEnough(0.0));
    }
    check::verify(directory, None, observer)?;
    let progress = Progress::new(directory, observer, bytes, passages as u64);
    rewrite::rewrite(directory, &order, memory_bytes, threads, &progress)?;
    Ok(Order::Changed(saved))
}
