//! How often a term stands in the passages of its list.

use std::ops::Range;

use super::Cursor;

impl Cursor<'_> {
    /// Occurrences of the term in all passages of the list, by its table alone
    /// where it can.
    pub fn total_occurrences(&mut self) -> u64 {
        let mut total = 0;
        while !self.is_past() {
            total += u64::from(self.occurrences_in_block());
            self.next_block();
        }
        total
    }

    /// The numbers, among all occurrences of the term, of those in the current
    /// block.
    pub fn block_occurrences(&mut self) -> Range<u64> {
        let count = u64::from(self.occurrences_in_block());
        self.occurrences_before..self.occurrences_before + count
    }

    fn occurrences_in_block(&mut self) -> u32 {
        if self.table.tells_occurrences() && self.block < self.full_blocks() {
            return self.packing.occurrences;
        }
        self.unpack_all();
        self.freqs().iter().fold(0, |sum, &freq| sum.saturating_add(freq))
    }

    /// The number, among all occurrences of the term, of the first one in the
    /// current passage.
    pub fn first_occurrence(&mut self) -> u64 {
        self.unpack_all();
        let before: u64 = self.freqs()[..self.at].iter().map(|&freq| u64::from(freq)).sum();
        self.occurrences_before + before
    }
}
