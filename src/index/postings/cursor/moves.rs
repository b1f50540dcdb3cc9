//! Moving from block to block, by the table in front of them and by leaps.

use tantivy::TERMINATED;

use super::{Cursor, Unpacked};
use crate::index::postings::slots::BLOCK;

impl Cursor<'_> {
    /// Reads what the table tells of the current block.
    pub(super) fn load(&mut self) {
        self.unpacked = Unpacked::Nothing;
        if self.damaged {
            return;
        }
        if self.block < self.full_blocks() {
            self.last = self.table.last_of(self.block);
            match self.table.packing_of(self.block) {
                Some(packing) => self.packing = packing,
                None => self.give_up(),
            }
        } else if self.block == self.full_blocks() && self.rest() > 0 {
            self.last = TERMINATED;
        } else {
            self.end();
        }
    }

    /// How many passages the rest has.
    pub(super) fn rest(&self) -> usize {
        self.doc_freq as usize % BLOCK
    }

    /// Moves in front of the first block.
    pub fn rewind(&mut self) {
        if !self.damaged {
            self.block = 0;
            self.offset = 0;
            self.occurrences_before = 0;
            self.previous = 0;
            self.last = 0;
            self.load();
        }
    }

    pub(super) fn end(&mut self) {
        self.block = self.full_blocks() + 1;
        self.last = TERMINATED;
        self.unpacked = Unpacked::All;
        self.slots.clear();
        self.at = 0;
    }

    #[cold]
    pub(super) fn give_up(&mut self) {
        self.damaged = true;
        self.lists.report_damage();
        self.end();
    }

    /// Gives all passages from the current block on to `take`, a block at a time.
    pub fn each_block(mut self, mut take: impl FnMut(&[u32])) {
        while !self.is_past() {
            self.unpack_docs();
            take(self.docs());
            self.next_block();
        }
    }

    /// Moves to the next block without unpacking it.
    pub fn next_block(&mut self) {
        if self.block >= self.full_blocks() {
            self.end();
            return;
        }
        self.offset += self.packing.bytes();
        self.occurrences_before += u64::from(self.packing.occurrences);
        self.previous = self.last;
        self.block += 1;
        self.load();
    }

    /// Moves to the block that holds the first passage at or behind `target`,
    /// without unpacking it.
    #[inline]
    pub fn seek_block(&mut self, target: u32) {
        if self.last < target {
            self.skip_to(target);
        }
    }

    /// Walks the table alone, from the last block that can be leapt to.
    fn skip_to(&mut self, target: u32) {
        if self.block >= self.full_blocks() {
            return self.end();
        }
        if let Some((block, leap)) = self.leaps.before(self.block, target) {
            self.block = block;
            self.previous = leap.previous;
            self.offset = leap.offset;
            self.occurrences_before = leap.occurrences_before;
        }
        let passed = self.table.passed(self.block, target);
        if passed.blocks > 0 {
            self.block += passed.blocks;
            self.previous = passed.last;
            self.offset += passed.bytes;
            self.occurrences_before += passed.occurrences;
        }
        self.load();
    }
}
