//! An order of passages in which like ones are near each other, by recursive graph
//! bisection.
//!
//! Dhulipala, Kabiljo, Karrer, Ottaviano, Pupyrev and Shalita ("Compressing graphs
//! and indexes with recursive graph bisection", KDD 2016): passages are cut into two
//! halves, pairs of them change sides as long as that makes the postings cheaper
//! ([`super::halves`]), and each half is treated alike, until they are small. From
//! Mackenzie, Petri and Moffat ("Faster index reordering with bipartite graph
//! partitioning", SIGIR 2021) come the few rounds, which end early, and that less
//! and less is swapped for a small gain. Of our own is that a part which has become
//! much smaller than its graph gets one of its own ([`Graph::part`]), so that the
//! tables of its terms stay in the processor's cache.

use super::graph::Graph;
use super::halves::Halves;
use crate::index::request::Going;
use crate::threads::join;

/// So few passages are left in the order that they have, as in the papers.
const LEAF: usize = 16;

/// A part gets a graph of its own where it is so many times smaller than the graph
/// that it is in. Chosen by hand: the copies of all levels take a fifteenth more
/// memory than the graph.
const SHRINK: usize = 16;

/// The passages of `graph` in their new order; `None` where it was told to stop.
/// It is the same on any number of threads, and never costs more than the order
/// in which they are.
pub(super) fn order(
    graph: &Graph,
    threads: usize,
    going: &(dyn Fn(usize) -> Going + Sync),
) -> Option<Vec<u32>> {
    let before: Vec<u32> = (0..graph.len() as u32).collect();
    let mut order = before.clone();
    Bisection { graph, going }.arrange(&mut order, threads)?;
    let is_better = graph.cost_bits(&order) < graph.cost_bits(&before);
    Some(if is_better { order } else { before })
}

/// Of how many passages is told in all while `passages` are put in order, at most.
pub(super) fn told(passages: usize) -> u64 {
    let levels = (passages / LEAF).max(1).ilog2() + 1;
    passages as u64 * u64::from(levels)
}

struct Bisection<'a> {
    graph: &'a Graph,
    /// Told how many passages were cut into halves.
    going: &'a (dyn Fn(usize) -> Going + Sync),
}

impl Bisection<'_> {
    /// Arranges `passages`; `None` where it was told to stop.
    fn arrange(&self, passages: &mut [u32], threads: usize) -> Option<()> {
        self.descend(passages, threads, &mut Halves::new(self.graph))
    }

    fn descend(&self, passages: &mut [u32], threads: usize, halves: &mut Halves<'_>) -> Option<()> {
        let count = passages.len();
        if count <= LEAF {
            return Some(());
        }
        if count * SHRINK <= self.graph.len() {
            return self.arrange_apart(passages, threads);
        }
        halves.improve(passages, threads);
        if (self.going)(count) == Going::Stop {
            return None;
        }
        let (left, right) = passages.split_at_mut(count / 2);
        if threads < 2 {
            self.descend(left, 1, halves)?;
            return self.descend(right, 1, halves);
        }
        std::thread::scope(|scope| {
            let other = scope.spawn(move || self.arrange(right, threads / 2));
            let done = self.descend(left, threads - threads / 2, halves);
            let other = join(other);
            done.and(other)
        })
    }

    /// Arranges `passages` by a graph of themselves alone.
    fn arrange_apart(&self, passages: &mut [u32], threads: usize) -> Option<()> {
        let graph = self.graph.part(passages);
        let mut order: Vec<u32> = (0..graph.len() as u32).collect();
        Bisection { graph: &graph, going: self.going }.arrange(&mut order, threads)?;
        order.iter_mut().for_each(|at| *at = passages[*at as usize]);
        passages.copy_from_slice(&order);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::random::SplitMix64;
    use proptest::prelude::*;

    /// Passages of some topics, one after the other at random: each topic has
    /// terms of its own, and all share some.
    fn clustered(topics: usize, passages: usize, seed: u64) -> Graph {
        let mut numbers = SplitMix64::new(seed);
        let mut random = |below: usize| numbers.below(below) as u32;
        let mut graph = Graph::with_room(20 * (topics + 1), passages, 0);
        for _ in 0..passages {
            let topic = random(topics) + 1;
            let mut terms: Vec<u32> = (0..6).map(|_| random(20)).collect();
            terms.extend((0..12).map(|_| 20 * topic + random(20)));
            terms.sort_unstable();
            terms.dedup();
            graph.push(&terms);
        }
        graph
    }

    fn ordered(graph: &Graph, threads: usize) -> Vec<u32> {
        order(graph, threads, &|_| Going::On).unwrap_or_default()
    }

    fn natural(graph: &Graph) -> Vec<u32> {
        (0..graph.len() as u32).collect()
    }

    #[test]
    fn passages_of_a_topic_come_together() {
        let graph = clustered(16, 4000, 7);
        let (before, after) = (natural(&graph), ordered(&graph, 2));
        let saved = 1.0 - graph.cost_bits(&after) / graph.cost_bits(&before);
        assert!(saved > 0.4, "{saved}");
    }

    #[test]
    fn a_stop_is_heard() {
        let graph = clustered(4, 1000, 3);
        assert_eq!(order(&graph, 2, &|_| Going::Stop), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_passage_is_there_once_and_the_order_costs_no_more(
            topics in 1usize..20,
            passages in 0usize..1500,
            seed: u64,
        ) {
            let graph = clustered(topics, passages, seed);
            let before = natural(&graph);
            let after = ordered(&graph, 1);
            prop_assert!(graph.cost_bits(&after) <= graph.cost_bits(&before));
            let mut sorted = after;
            sorted.sort_unstable();
            prop_assert_eq!(sorted, before);
        }

        #[test]
        fn the_number_of_threads_does_not_show(passages in 0usize..1500, seed: u64) {
            let graph = clustered(8, passages, seed);
            let one = ordered(&graph, 1);
            for threads in [2, 3, 5] {
                prop_assert_eq!(&ordered(&graph, threads), &one);
            }
        }
    }
}
