//! Walks one postings list of the engine, block by block.
//!
//! A list is a row of blocks of 128 passages, bit-packed, and a rest of fewer,
//! in variable-length numbers. Each full block has an entry in a table in front
//! of them: its last passage, how its numbers are packed, and the passage of it
//! that scores best under the engine's own BM25. The engine's cursor hides that
//! table; here it can be walked without unpacking anything, which is what
//! skipping by bounds lives on. The format is that of tantivy 0.27,
//! `postings/skip.rs` and `postings/compression`.
//!
//! Damaged bytes end a list early and are reported to the lists; nothing here
//! reads out of bounds.

use std::ops::Range;

use tantivy::TERMINATED;
use tantivy::postings::TermInfo;

use super::leaps::{Leap, Leaps};
use super::lists::Lists;
use super::slots::{BLOCK, Slots};
use super::table::{BlockBest, Packing, Table};

/// How much of the current block is unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unpacked {
    Nothing,
    Docs,
    All,
}

/// A place in a postings list.
pub struct Cursor<'a> {
    lists: &'a Lists,
    table: Table<'a>,
    leaps: Leaps<'a>,
    packed: &'a [u8],
    doc_freq: u32,
    /// The number of the current block; the rest comes behind the full ones, and
    /// behind the end it is one more.
    block: usize,
    /// Where the current block begins in `packed`.
    offset: usize,
    packing: Packing,
    /// Occurrences in all blocks before the current one.
    occurrences_before: u64,
    /// The last passage of the block before.
    previous: u32,
    /// The last passage of the current block; `TERMINATED` for the rest, whose
    /// last passage the table does not tell.
    last: u32,
    unpacked: Unpacked,
    freqs_offset: usize,
    /// In a box, so that a cursor is moved for little.
    slots: Box<Slots>,
    at: usize,
    damaged: bool,
}

impl<'a> Cursor<'a> {
    /// A cursor over the list of `info` in `lists`, in front of its first block.
    pub fn new(lists: &'a Lists, info: &TermInfo) -> Self {
        let list = lists.bytes.as_slice().get(info.postings_range.clone());
        let parts = list.and_then(|list| Table::split(list, info.doc_freq, lists.option));
        let (table, packed) = parts.unwrap_or((Table::EMPTY, &[]));
        let mut cursor = Self {
            lists,
            table,
            leaps: Leaps::default(),
            packed,
            doc_freq: info.doc_freq,
            block: 0,
            offset: 0,
            packing: Packing::default(),
            occurrences_before: 0,
            previous: 0,
            last: 0,
            unpacked: Unpacked::Nothing,
            freqs_offset: 0,
            slots: Box::new(Slots::new()),
            at: 0,
            damaged: false,
        };
        match parts {
            Some(_) => cursor.load(),
            None => cursor.give_up(),
        }
        cursor
    }

    /// The same, skipping by `leaps`, which are those of the list.
    pub fn with_leaps(self, leaps: Leaps<'a>) -> Self {
        Self { leaps, ..self }
    }

    /// How many passages the list has.
    #[inline]
    pub fn doc_freq(&self) -> u32 {
        self.doc_freq
    }

    /// Whether the cursor is behind the last block.
    #[inline]
    pub fn is_past(&self) -> bool {
        self.block > self.table.blocks()
    }

    /// The last passage of the current block; `TERMINATED` in the rest and
    /// behind it.
    #[inline]
    pub fn last_doc(&self) -> u32 {
        self.last
    }

    /// The best passage of the current block; `None` in the rest, for which the
    /// engine keeps none.
    #[inline]
    pub fn block_best(&self) -> Option<BlockBest> {
        self.best_of(self.block)
    }

    /// The best passage of block `block`.
    pub fn best_of(&self, block: usize) -> Option<BlockBest> {
        self.table.best_of(block)
    }

    /// The last passage of block `block`, `TERMINATED` for the rest.
    pub fn last_of(&self, block: usize) -> u32 {
        self.table.last_of(block)
    }

    /// The first passage that the current block may hold.
    #[inline]
    pub fn first_possible_doc(&self) -> u32 {
        if self.block == 0 { 0 } else { self.previous.saturating_add(1) }
    }

    /// A passage at or before the first one of the list at or behind `target`, as
    /// far as the current block tells, which must not end before `target` unless
    /// it is the last. Neither moves nor unpacks.
    pub fn next_known(&self, target: u32) -> u32 {
        if self.is_past() {
            TERMINATED
        } else if target > self.last {
            target
        } else if self.unpacked == Unpacked::Nothing {
            self.first_possible_doc().max(target)
        } else {
            self.doc_at(self.slot_at(target))
        }
    }

    /// Whether the list may hold a passage from `from` to `last`, by what
    /// [`Cursor::next_known`] tells.
    pub fn may_hold(&self, from: u32, last: u32) -> bool {
        self.next_known(from) <= last
    }

    /// The first passage at or behind `target`. The current passage stays.
    pub fn peek(&mut self, target: u32) -> u32 {
        self.seek_block(target);
        self.unpack_docs();
        self.next_known(target)
    }

    /// Moves to the block of the first passage at or behind `target` and unpacks
    /// it, if it may hold any up to `last`.
    pub fn approach(&mut self, target: u32, last: u32) {
        self.seek_block(target);
        if self.first_possible_doc() <= last {
            self.unpack_docs();
        }
    }

    /// A cursor at the rest of the same list.
    pub fn at_rest(&self) -> Self {
        let mut rest = Self { slots: Box::new(Slots::new()), unpacked: Unpacked::Nothing, ..*self };
        rest.seek_block(TERMINATED);
        rest
    }

    /// The number of the current block.
    #[inline]
    pub fn block(&self) -> usize {
        self.block
    }

    /// How many full blocks the list has.
    pub fn full_blocks(&self) -> usize {
        self.table.blocks()
    }

    /// What a leap to the current block has to know.
    pub fn leap(&self) -> Leap {
        let Self { previous, offset, occurrences_before, .. } = *self;
        Leap { previous, offset, occurrences_before }
    }

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
        self.freqs().iter().sum()
    }

    /// Reads what the table tells of the current block.
    fn load(&mut self) {
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
    fn rest(&self) -> usize {
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

    fn end(&mut self) {
        self.block = self.full_blocks() + 1;
        self.last = TERMINATED;
        self.unpacked = Unpacked::All;
        self.slots.clear();
        self.at = 0;
    }

    #[cold]
    fn give_up(&mut self) {
        self.damaged = true;
        self.lists.report_damage();
        self.end();
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
            if self.slots.unpack_docs(packed, bits, self.previous) != self.last {
                self.give_up();
            }
            return;
        }
        let rest = self.rest();
        match self.slots.read_docs(self.packed, self.offset, self.previous, rest) {
            Some(end) => self.freqs_offset = end,
            None => self.give_up(),
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

    /// As [`Cursor::seek`], for targets in the current block that may lie before
    /// the current passage.
    pub fn seek_from(&mut self, target: u32) -> u32 {
        self.at = 0;
        self.seek(target)
    }

    /// The number, among all occurrences of the term, of the first one in the
    /// current passage.
    pub fn first_occurrence(&mut self) -> u64 {
        self.unpack_all();
        let before: u64 = self.freqs()[..self.at].iter().map(|&freq| u64::from(freq)).sum();
        self.occurrences_before + before
    }
}
