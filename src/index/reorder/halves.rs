//! One bisection: two halves of passages, and swaps between them until the
//! postings get no cheaper.

use super::graph::Graph;

/// So many rounds of swaps at most. On 200,000 paragraphs in random order 20 save
/// 24.2 % of the gaps' bits where 12 save 23.8, and take half as long again.
const ROUNDS: usize = 12;

/// A round that swaps fewer than one in so many passages is the last. Chosen by
/// hand.
const LAST_ROUND: usize = 200;

/// A pair is swapped where that saves more bits than this for each round before:
/// swaps of nothing much would go on for ever, to and fro. Of 0, 1/4 and 1, this saved
/// most on 200,000 paragraphs.
const COOLING_BITS: f32 = 0.25;

/// Fewer passages are not worth a second thread. Chosen by hand.
const SHARED: usize = 1 << 14;

/// Logarithms below are looked up.
const LOGARITHMS: usize = 1 << 12;

/// What swaps are chosen by, kept from one bisection of a graph to the next.
pub(super) struct Halves<'g> {
    graph: &'g Graph,
    terms: Vec<Term>,
    /// The terms that the passages have.
    present: Vec<u32>,
    /// The passages of each half, by [`key`].
    left: Vec<u64>,
    right: Vec<u64>,
    logarithms: Vec<f32>,
}

/// A term in the two halves.
#[derive(Debug, Clone, Copy, Default)]
struct Term {
    /// How many passages have it.
    left: u32,
    right: u32,
    /// Bits that are saved when one passage with it goes to the other side.
    from_left: f32,
    from_right: f32,
}

impl<'g> Halves<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        Self {
            graph,
            terms: vec![Term::default(); graph.term_count()],
            present: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
            logarithms: (0..LOGARITHMS).map(|n| (n.max(1) as f32).log2()).collect(),
        }
    }

    /// Moves `passages` between the two halves of the slice so that fewer terms are
    /// on both sides.
    pub(super) fn improve(&mut self, passages: &mut [u32], threads: usize) {
        let (left, right) = passages.split_at_mut(passages.len() / 2);
        self.count(left, right);
        let least = (left.len() / LAST_ROUND).max(1);
        for round in 0..ROUNDS {
            self.weigh(left.len(), right.len());
            self.rank(left, right, threads);
            if self.swap(left, right, COOLING_BITS * round as f32) < least {
                break;
            }
        }
        for &term in &self.present {
            self.terms[term as usize] = Term::default();
        }
        self.present.clear();
    }

    /// Counts how many passages of each side have each term.
    fn count(&mut self, left: &[u32], right: &[u32]) {
        for &passage in left {
            for &term in self.graph.terms(passage) {
                let counts = &mut self.terms[term as usize];
                if counts.left == 0 {
                    self.present.push(term);
                }
                counts.left += 1;
            }
        }
        for &passage in right {
            for &term in self.graph.terms(passage) {
                let counts = &mut self.terms[term as usize];
                if counts.left + counts.right == 0 {
                    self.present.push(term);
                }
                counts.right += 1;
            }
        }
    }

    /// Says for each term what it saves when a passage with it changes sides.
    fn weigh(&mut self, left: usize, right: usize) {
        let Self { terms, present, logarithms, .. } = self;
        let log2 =
            |n: u32| logarithms.get(n as usize).copied().unwrap_or_else(|| (n as f32).log2());
        let (left, right) = (log2(left as u32), log2(right as u32));
        // The papers' estimate of what the gaps of `n` passages among 2^all take.
        let side = |all: f32, n: u32| n as f32 * (all - log2(n + 1));
        let cost = |in_left: u32, in_right: u32| side(left, in_left) + side(right, in_right);
        for &number in &*present {
            let term = &mut terms[number as usize];
            let (here, there) = (term.left, term.right);
            let now = cost(here, there);
            term.from_left = if here > 0 { now - cost(here - 1, there + 1) } else { 0.0 };
            term.from_right = if there > 0 { now - cost(here + 1, there - 1) } else { 0.0 };
        }
    }

    /// Ranks the passages of each side by what they save on the other.
    fn rank(&mut self, left: &[u32], right: &[u32], threads: usize) {
        let Self { graph, terms, left: left_keys, right: right_keys, .. } = self;
        let sum = |passage: u32, saved: fn(&Term) -> f32| -> f32 {
            graph.terms(passage).iter().map(|&term| saved(&terms[term as usize])).sum()
        };
        let by = |keys: &mut Vec<u64>, passages: &[u32], saved: fn(&Term) -> f32| {
            keys.clear();
            keys.extend((0u32..).zip(passages).map(|(at, &p)| key(sum(p, saved), at)));
            keys.sort_unstable();
        };
        let mut rank_left = || by(left_keys, left, |term| term.from_left);
        let mut rank_right = || by(right_keys, right, |term| term.from_right);
        if threads < 2 || left.len() < SHARED {
            rank_left();
            rank_right();
        } else {
            std::thread::scope(|scope| {
                scope.spawn(rank_left);
                rank_right();
            });
        }
    }

    /// Swaps pairs that save more than `least` bits; returns how many.
    fn swap(&mut self, left: &mut [u32], right: &mut [u32], least: f32) -> usize {
        let mut swaps = 0;
        for (&from_left, &from_right) in self.left.iter().zip(&self.right) {
            if gain(from_left) + gain(from_right) <= least {
                break;
            }
            let here = &mut left[from_left as u32 as usize];
            let there = &mut right[from_right as u32 as usize];
            for &term in self.graph.terms(*here) {
                let counts = &mut self.terms[term as usize];
                counts.left -= 1;
                counts.right += 1;
            }
            for &term in self.graph.terms(*there) {
                let counts = &mut self.terms[term as usize];
                counts.left += 1;
                counts.right -= 1;
            }
            std::mem::swap(here, there);
            swaps += 1;
        }
        swaps
    }
}

/// A number by which places are sorted, the greatest gain first, then the earliest
/// place.
fn key(gain: f32, at: u32) -> u64 {
    // The bits of floats are in their order, but for the sign.
    let bits = gain.to_bits();
    let ascending = if gain.is_sign_negative() { !bits } else { bits | 1 << 31 };
    u64::from(!ascending) << 32 | u64::from(at)
}

/// The gain in a [`key`].
fn gain(key: u64) -> f32 {
    let ascending = !((key >> 32) as u32);
    let is_positive = ascending >> 31 == 1;
    f32::from_bits(if is_positive { ascending & !(1 << 31) } else { !ascending })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_falling_gain_and_then_by_place() {
        let gains = [3.5, 0.25, 0.0, -0.5, -7.0];
        let keys: Vec<u64> = gains.iter().map(|&g| key(g, 9)).collect();
        assert!(keys.is_sorted());
        assert!(keys.iter().zip(gains).all(|(&key, expected)| gain(key) == expected));
        assert!(key(1.0, 3) < key(1.0, 4));
    }

    #[test]
    fn two_kinds_of_passages_are_told_apart() {
        let mut graph = Graph::with_room(4, 8, 16);
        [0, 0, 1, 0, 1, 1, 1, 0].iter().for_each(|kind| graph.push(&[*kind, 2 + kind]));
        let mut passages: Vec<u32> = (0..8).collect();
        Halves::new(&graph).improve(&mut passages, 1);
        assert_eq!(passages, [0, 1, 7, 3, 4, 5, 6, 2]);
    }
}
