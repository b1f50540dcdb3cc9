//! Passages one after the other, for queries of any shape.
//!
//! A tree of nodes visits every match in order and scores it, without skipping
//! by bounds. It answers what the fast ways do not know, and it is what they are
//! tested against.

use tantivy::TERMINATED;

use super::list::List;
use super::passage_set::PassageSet;
use super::phrase::Phrase;

/// Walks passages in order of their addresses. Before the first seek a node
/// stands nowhere; `target` never goes back.
pub(super) trait Node {
    /// Moves to the first passage at or behind `target` and returns it,
    /// `TERMINATED` where there is none.
    fn seek(&mut self, target: u32) -> u32;

    /// The score of the passage that the last seek returned.
    fn score(&mut self) -> f64;
}

/// A node of any kind.
pub(super) type AnyNode<'a> = Box<dyn Node + 'a>;

impl Node for List<'_> {
    fn seek(&mut self, target: u32) -> u32 {
        self.cursor.seek(target)
    }

    fn score(&mut self) -> f64 {
        f64::from(List::score(self))
    }
}

impl Node for Phrase<'_> {
    fn seek(&mut self, target: u32) -> u32 {
        Phrase::seek(self, target)
    }

    fn score(&mut self) -> f64 {
        f64::from(Phrase::score(self))
    }
}

/// No passage.
pub(super) struct NoPassages;

impl Node for NoPassages {
    fn seek(&mut self, _target: u32) -> u32 {
        TERMINATED
    }

    fn score(&mut self) -> f64 {
        0.0
    }
}

/// Every passage, with score 0.
pub(super) struct AllPassages {
    pub(super) max_doc: u32,
}

impl Node for AllPassages {
    fn seek(&mut self, target: u32) -> u32 {
        if target < self.max_doc { target } else { TERMINATED }
    }

    fn score(&mut self) -> f64 {
        0.0
    }
}

/// A set of passages that all score the same.
pub(super) struct Set {
    pub(super) members: PassageSet,
    pub(super) score: f32,
}

impl Node for Set {
    fn seek(&mut self, target: u32) -> u32 {
        self.members.first_from(target)
    }

    fn score(&mut self) -> f64 {
        f64::from(self.score)
    }
}

/// Passages of all `required` nodes and of no `excluded` one; the `optional`
/// ones add to the scores.
pub(super) struct All<'a> {
    pub(super) required: Vec<AnyNode<'a>>,
    pub(super) optional: Vec<Optional<'a>>,
    pub(super) excluded: Vec<Optional<'a>>,
    doc: u32,
}

/// A node that is looked up along the way.
pub(super) struct Optional<'a> {
    node: AnyNode<'a>,
    /// Where it stands; `None` before the first seek.
    at: Option<u32>,
}

impl<'a> Optional<'a> {
    pub(super) fn new(node: AnyNode<'a>) -> Self {
        Self { node, at: None }
    }

    /// Whether it holds `doc`. Never moves back.
    pub(super) fn holds(&mut self, doc: u32) -> bool {
        let at = match self.at {
            Some(at) if at >= doc => at,
            _ => self.node.seek(doc),
        };
        self.at = Some(at);
        at == doc
    }

    /// The score of `doc`, where it holds that.
    pub(super) fn score_of(&mut self, doc: u32) -> Option<f64> {
        self.holds(doc).then(|| self.node.score())
    }
}

impl<'a> All<'a> {
    pub(super) fn new(
        required: Vec<AnyNode<'a>>,
        optional: Vec<AnyNode<'a>>,
        excluded: Vec<AnyNode<'a>>,
    ) -> Self {
        let look_up = |nodes: Vec<AnyNode<'a>>| nodes.into_iter().map(Optional::new).collect();
        Self { required, optional: look_up(optional), excluded: look_up(excluded), doc: 0 }
    }

    fn align(&mut self, mut target: u32) -> u32 {
        'next: loop {
            for node in &mut self.required {
                let doc = node.seek(target);
                if doc == TERMINATED {
                    return TERMINATED;
                }
                if doc > target {
                    target = doc;
                    continue 'next;
                }
            }
            return target;
        }
    }
}

impl Node for All<'_> {
    fn seek(&mut self, target: u32) -> u32 {
        let mut doc = self.align(target);
        while doc != TERMINATED && self.excluded.iter_mut().any(|node| node.holds(doc)) {
            doc = self.align(doc + 1);
        }
        self.doc = doc;
        doc
    }

    fn score(&mut self) -> f64 {
        let doc = self.doc;
        let required: f64 = self.required.iter_mut().map(|node| node.score()).sum();
        let optional = self.optional.iter_mut();
        required + optional.filter_map(|node| node.score_of(doc)).sum::<f64>()
    }
}

/// Passages of any of several nodes, by windows: every node's matches in a
/// stretch of addresses are marked and summed before the next stretch.
pub(super) struct Any<'a> {
    nodes: Vec<Optional<'a>>,
    start: u32,
    present: Box<[u64; WINDOW / 64]>,
    sums: Box<[f64; WINDOW]>,
    doc: u32,
}

/// How many addresses a window covers: 32 KiB of sums. Chosen by hand.
const WINDOW: usize = 4096;

impl<'a> Any<'a> {
    pub(super) fn new(nodes: Vec<AnyNode<'a>>) -> Self {
        Self {
            nodes: nodes.into_iter().map(Optional::new).collect(),
            start: TERMINATED,
            present: Box::new([0; WINDOW / 64]),
            sums: Box::new([0.0; WINDOW]),
            doc: 0,
        }
    }

    /// Fills the window that begins at the first match at or behind `target`.
    fn fill(&mut self, target: u32) {
        self.present.fill(0);
        self.sums.fill(0.0);
        for node in &mut self.nodes {
            node.holds(target);
        }
        let first = self.nodes.iter().filter_map(|node| node.at).min();
        self.start = first.unwrap_or(TERMINATED);
        let end = self.start.saturating_add(WINDOW as u32);
        for node in &mut self.nodes {
            while let Some(doc) = node.at.filter(|&doc| doc < end && doc != TERMINATED) {
                let place = (doc - self.start) as usize;
                self.present[place / 64] |= 1 << (place % 64);
                self.sums[place] += node.node.score();
                node.at = Some(node.node.seek(doc + 1));
            }
        }
    }

    /// The first match of the window at or behind `target`.
    fn within(&self, target: u32) -> Option<u32> {
        let from = target.checked_sub(self.start)? as usize;
        let first = self.present.get(from / 64)? >> (from % 64);
        if first != 0 {
            return Some(target + first.trailing_zeros());
        }
        let mut words = self.present.iter().enumerate().skip(from / 64 + 1);
        let (word, bits) = words.find(|&(_, &bits)| bits != 0)?;
        Some(self.start + word as u32 * 64 + bits.trailing_zeros())
    }
}

impl Node for Any<'_> {
    fn seek(&mut self, target: u32) -> u32 {
        let target = if self.start == TERMINATED { target } else { target.max(self.start) };
        self.doc = self.within(target).unwrap_or_else(|| {
            self.fill(target);
            self.within(self.start).unwrap_or(TERMINATED)
        });
        self.doc
    }

    fn score(&mut self) -> f64 {
        self.sums[(self.doc - self.start) as usize]
    }
}
