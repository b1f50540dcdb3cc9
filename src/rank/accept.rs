//! Which passages may be among the results at all.

use tantivy::fastfield::AliveBitSet;

use super::passage_set::PassageSet;

/// Which passages of one segment may be among the results.
pub(super) struct Accept<'a> {
    /// Those that are not deleted; `None` where none is.
    pub(super) alive: Option<&'a AliveBitSet>,
    /// Those that pass the filters; `None` where there are none.
    pub(super) passing: Option<PassageSet>,
}

impl Accept<'_> {
    /// Whether it lets every passage through.
    pub(super) fn is_everything(&self) -> bool {
        self.alive.is_none() && self.passing.is_none()
    }

    #[inline]
    pub(super) fn accepts(&self, doc: u32) -> bool {
        self.alive.is_none_or(|alive| alive.is_alive(doc))
            && self.passing.as_ref().is_none_or(|passing| passing.contains(doc))
    }
}
