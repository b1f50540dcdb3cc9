//! What another order would save, from a sample.
//!
//! The sample is stretches of passages that lie beside each other, so that it shows
//! how alike neighbours are already. It is put in order like a small segment of its
//! own.

use super::bisect;
use super::graph::Graph;
use crate::index::request::Going;

/// One in so many passages is in the sample. Chosen by hand: ordering it takes a
/// small part of what ordering all would.
const RATE: usize = 16;

/// As many passages a sample has at least, where there are so many. Chosen by hand.
const LEAST_SAMPLE: usize = 1 << 14;

/// So many passages that lie beside each other are taken together: a few articles.
/// Chosen by hand.
const STRETCH: usize = 64;

/// The part of the bits of all gaps that another order would save, between 0 and 1;
/// `None` where it was told to stop.
pub(super) fn saving(
    graph: &Graph,
    threads: usize,
    going: &(dyn Fn(usize) -> Going + Sync),
) -> Option<f64> {
    let sample = graph.part(&sample(graph.len()));
    let order = bisect::order(&sample, threads, going)?;
    Some(saved(&sample, &order))
}

/// The part of the bits of all gaps of `graph` that `order` saves.
pub(super) fn saved(graph: &Graph, order: &[u32]) -> f64 {
    let before: Vec<u32> = (0..graph.len() as u32).collect();
    let bits = graph.cost_bits(&before);
    if bits > 0.0 { 1.0 - graph.cost_bits(order) / bits } else { 0.0 }
}

/// Evenly spread stretches of `passages` passages.
fn sample(passages: usize) -> Vec<u32> {
    let wanted = (passages / RATE).max(LEAST_SAMPLE);
    let every = (passages / wanted).max(1);
    let is_wanted = |&passage: &u32| (passage as usize / STRETCH).is_multiple_of(every);
    (0..passages as u32).filter(is_wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_stretches_and_small_segments_are_taken_whole() {
        assert_eq!(sample(LEAST_SAMPLE).len(), LEAST_SAMPLE);
        let million = sample(1_000_000);
        assert!(million.len().abs_diff(1_000_000 / RATE) < STRETCH, "{}", million.len());
        assert_eq!(million[..STRETCH], *(0..STRETCH as u32).collect::<Vec<_>>());
        assert_eq!(million[STRETCH] as usize, STRETCH * RATE);
    }
}
