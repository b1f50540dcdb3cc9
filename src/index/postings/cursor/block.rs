//! The passages of the current block: unpacking them, and finding one.

use std::ops::Range;

use tantivy::TERMINATED;

use super::{Cursor, Unpacked};
use crate::index::postings::slots::{BLOCK, Slots};

impl Cursor<'_> {
    /// Unpacks the passages of the current block.
    #[inline]
    pub fn unpack_docs(&mut self) {
        if self.unpacked == Unpacked::Nothing {
            self.unpack_docs_now();
        }
    }

    fn unpack_docs_now(&mut self) {
        self.at = 0;
        self.unpacked = Unpacked::Docs;
        if self.block < self.full_blocks() {
            let bits = self.packing.doc_bits;
            let end = self.offset + usize::from(bits) * (BLOCK / 8);
            let Some(packed) = self.packed.get(self.offset..end) else {
                return self.give_up();
            };
            self.freqs_offset = end;
            let last = self.slots.unpack_docs(packed, bits, self.previous);
            if last != Some(self.last) || self.last >= self.lists.max_doc {
                self.give_up();
            }
            return;
        }
        let rest = self.rest();
        match self.slots.read_docs(self.packed, self.offset, self.previous, rest) {
            Some((last, end)) if last < self.lists.max_doc => self.freqs_offset = end,
            _ => self.give_up(),
        }
    }

    /// Unpacks passages and frequencies of the current block.
    #[inline]
    pub fn unpack_all(&mut self) {
        self.unpack_docs();
        if self.unpacked == Unpacked::Docs {
            self.unpacked = Unpacked::All;
            self.unpack_freqs();
        }
    }

    fn unpack_freqs(&mut self) {
        if !self.table.has_freqs() {
            // Every passage holds the term once.
            return;
        }
        let start = self.freqs_offset;
        if self.block < self.full_blocks() {
            let bits = self.packing.freq_bits;
            match self.packed.get(start..start + usize::from(bits) * (BLOCK / 8)) {
                Some(packed) => self.slots.unpack_freqs(packed, bits),
                None => self.give_up(),
            }
        } else if self.slots.read_freqs(self.packed, start).is_none() {
            self.give_up();
        }
    }

    /// The passages of the current block, ascending, once they are unpacked.
    #[inline]
    pub fn docs(&self) -> &[u32] {
        &self.slots.docs()[..self.slots.len()]
    }

    /// All slots' passages; those behind the last are `TERMINATED`.
    #[inline]
    pub fn doc_slots(&self) -> &[u32; BLOCK] {
        self.slots.docs()
    }

    /// The frequencies that belong to [`Cursor::docs`], once they are unpacked.
    #[inline]
    pub fn freqs(&self) -> &[u32] {
        &self.slots.freqs()[..self.slots.len()]
    }

    /// All slots' frequencies; those without a passage hold anything.
    #[inline]
    pub fn freq_slots(&self) -> &[u32; BLOCK] {
        self.slots.freqs()
    }

    /// The first slot of the current block whose passage is at or behind
    /// `target`, `BLOCK` where there is none. The block must be unpacked.
    #[inline]
    pub fn slot_at(&self, target: u32) -> usize {
        self.slots.at(target)
    }

    /// The slots of the current block, which must be unpacked, whose passages are
    /// at or behind `from` and before `until`.
    pub fn slots_between(&self, from: u32, until: u32) -> Range<usize> {
        let len = self.slots.len();
        let start = self.slot_at(from).min(len);
        let end = if self.last < until { len } else { self.slot_at(until).min(len) };
        start..end.max(start)
    }

    /// The current passage, `TERMINATED` behind the end. The block must be
    /// unpacked, as every seek leaves it.
    #[inline]
    pub fn doc(&self) -> u32 {
        self.slots.docs()[self.at]
    }

    /// How often the current passage holds the term.
    #[inline]
    pub fn freq(&mut self) -> u32 {
        self.freq_at(self.at)
    }

    /// The slot of the current passage in its block.
    #[inline]
    pub fn slot(&self) -> usize {
        self.at
    }

    /// Moves to the first passage at or behind `target` and returns it. Does
    /// not move back.
    #[inline]
    pub fn seek(&mut self, target: u32) -> u32 {
        self.seek_block(target);
        self.unpack_docs();
        let slot = self.slot_from(self.at, target);
        if slot >= self.slots.len() {
            // Only the rest can end before the target.
            self.end();
            return TERMINATED;
        }
        self.at = slot;
        self.doc()
    }

    /// The first slot from `from` on whose passage is at or behind `target`,
    /// which is behind those of the slots before `from`. `BLOCK` where there is
    /// none. The block must be unpacked.
    #[inline]
    pub fn slot_from(&self, from: usize, target: u32) -> usize {
        self.slots.from(from, target)
    }

    /// The passage in `slot`, `TERMINATED` where there is none. The block must be
    /// unpacked.
    #[inline]
    pub fn doc_at(&self, slot: usize) -> u32 {
        self.slots.docs().get(slot).copied().unwrap_or(TERMINATED)
    }

    /// How often the passage in `slot`, which holds one, has the term.
    #[inline]
    pub fn freq_at(&mut self, slot: usize) -> u32 {
        self.unpack_all();
        self.slots.freqs()[slot]
    }

    /// How often the passage in `slot`, which holds one, has the term. Unpacks
    /// nothing of a full block.
    #[inline]
    pub fn freq_in_place(&mut self, slot: usize) -> u32 {
        let slot = slot % BLOCK;
        let is_packed = self.unpacked != Unpacked::All && self.block < self.full_blocks();
        if !is_packed || !self.table.has_freqs() {
            return self.freq_at(slot);
        }
        let start = self.offset + usize::from(self.packing.doc_bits) * (BLOCK / 8);
        let packed = self.packed.get(start..).unwrap_or_default();
        Slots::packed_freq(packed, self.packing.freq_bits, slot).unwrap_or_else(|| {
            self.give_up();
            1
        })
    }

    /// As [`Cursor::seek`], for targets in the current block that may lie before
    /// the current passage.
    pub fn seek_from(&mut self, target: u32) -> u32 {
        self.at = 0;
        self.seek(target)
    }
}
