//! Where the candidates of one segment go.

use super::accept::Accept;
use super::survivors::Candidate;
use super::top::Top;

/// The best passages so far, as seen from one segment.
pub(super) struct Target<'t, 's> {
    pub(super) segment: usize,
    pub(super) accept: &'t Accept<'s>,
    pub(super) top: &'t mut Top<'s>,
    /// Whether a passage may be offered a second time, with less than it scores.
    pub(super) repeats: Repeats,
}

/// Whether passages may be offered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeats {
    /// Each is offered once.
    No,
    /// Some were offered before, with all that they score. What is kept of them
    /// stands; of the others even the whole was too little.
    Yes,
}

impl Target<'_, '_> {
    /// What a passage's score must reach.
    #[inline]
    pub(super) fn floor(&self) -> f64 {
        self.top.floor()
    }

    /// Offers the candidates, whose sums are complete.
    pub(super) fn offer_all(&mut self, candidates: &[Candidate]) {
        for candidate in candidates {
            self.offer(candidate.doc, candidate.sum);
        }
    }

    /// Offers a passage.
    pub(super) fn offer(&mut self, doc: u32, sum: f64) {
        if sum >= self.floor()
            && self.accept.accepts(doc)
            && !(self.repeats == Repeats::Yes && self.top.holds(self.segment, doc))
        {
            self.top.offer(self.segment, doc, sum);
        }
    }
}
