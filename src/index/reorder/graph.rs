//! Which terms each passage has: what an order is judged by and found from.
//!
//! Terms are bare numbers, the most frequent ones first, so that the tables that
//! are indexed by them are touched mostly at their beginnings.

/// Passages and their terms.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Where the terms of each passage begin, and where the last ones end.
    starts: Vec<usize>,
    terms: Vec<u32>,
    term_count: usize,
}

impl Graph {
    /// A graph without passages, for terms below `term_count`, with room for this
    /// many passages and postings.
    pub(super) fn with_room(term_count: usize, passages: usize, postings: usize) -> Self {
        let mut starts = Vec::with_capacity(passages + 1);
        starts.push(0);
        Self { starts, terms: Vec::with_capacity(postings), term_count }
    }

    /// Appends a passage; its terms are told apart and in ascending order.
    pub(super) fn push(&mut self, terms: &[u32]) {
        self.terms.extend_from_slice(terms);
        self.starts.push(self.terms.len());
    }

    /// How many passages there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The numbers of all terms are below.
    pub(super) fn term_count(&self) -> usize {
        self.term_count
    }

    /// The terms of a passage.
    #[inline]
    pub(super) fn terms(&self, passage: u32) -> &[u32] {
        let at = passage as usize;
        &self.terms[self.starts[at]..self.starts[at + 1]]
    }

    /// The passages `chosen` alone, in that order, with those of their terms that
    /// at least two of them have: the others say nothing of who is like whom.
    pub(super) fn part(&self, chosen: &[u32]) -> Self {
        let mut numbers = vec![0u32; self.term_count];
        let mut postings = 0;
        for &passage in chosen {
            for &term in self.terms(passage) {
                numbers[term as usize] += 1;
                postings += 1;
            }
        }
        let mut term_count = 0;
        for number in &mut numbers {
            *number = if *number < 2 {
                u32::MAX
            } else {
                term_count += 1;
                term_count - 1
            };
        }
        let mut part = Self::with_room(term_count as usize, chosen.len(), postings);
        for &passage in chosen {
            let kept = self.terms(passage).iter().map(|&term| numbers[term as usize]);
            part.terms.extend(kept.filter(|&number| number != u32::MAX));
            part.starts.push(part.terms.len());
        }
        part
    }

    /// Bits that the gaps between the passages of a term take, where passages are
    /// in this order: the sum of their binary logarithms. What postings cost on
    /// disk, and how many blocks of them a search has to open, goes with it.
    pub(super) fn cost_bits(&self, order: &[u32]) -> f64 {
        let mut last = vec![0u32; self.term_count];
        let mut bits = 0.0;
        for (at, &passage) in (1u32..).zip(order) {
            for &term in self.terms(passage) {
                let before = std::mem::replace(&mut last[term as usize], at);
                bits += f64::from(at - before).log2();
            }
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(passages: &[&[u32]]) -> Graph {
        let mut graph = Graph::with_room(10, passages.len(), 0);
        passages.iter().for_each(|terms| graph.push(terms));
        graph
    }

    #[test]
    fn a_part_keeps_the_terms_that_tell_something() {
        let graph = graph(&[&[0, 3, 7], &[1], &[3, 9], &[0, 3]]);
        let part = graph.part(&[3, 2, 0]);
        assert_eq!((part.len(), part.term_count()), (3, 2));
        assert_eq!(part.terms(0), [0, 1]);
        assert_eq!(part.terms(1), [1]);
        assert_eq!(part.terms(2), [0, 1]);
    }

    #[test]
    fn the_cost_is_the_sum_of_the_gaps_logarithms() {
        let graph = graph(&[&[0], &[1], &[0], &[1]]);
        // Gaps 1 and 2, 2 and 2; then 1 and 1, 3 and 1.
        assert!((graph.cost_bits(&[0, 1, 2, 3]) - 3.0).abs() < 1e-9);
        assert!((graph.cost_bits(&[0, 2, 1, 3]) - 3f64.log2()).abs() < 1e-9);
    }
}
