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

use bitpacking::{BitPacker, BitPacker4x};
use tantivy::TERMINATED;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use super::lists::Lists;

/// Passages in a full block.
pub const BLOCK: usize = BitPacker4x::BLOCK_LEN;

/// The best passage of a block under the engine's BM25.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlockBest {
    /// The code of its length.
    pub length_code: u8,
    /// How often it holds the term; infinite where it is 255 or more.
    pub term_freq: f32,
}

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
    table: &'a [u8],
    entry_len: usize,
    packed: &'a [u8],
    doc_freq: u32,
    full_blocks: usize,
    /// The number of the current block; the rest is number `full_blocks`, and
    /// behind the end it is one more.
    block: usize,
    /// Where the current block begins in `packed`.
    offset: usize,
    doc_bits: u8,
    freq_bits: u8,
    /// Occurrences in the current block; 0 where the table does not tell.
    block_occurrences: u32,
    /// Occurrences in all blocks before the current one.
    occurrences_before: u64,
    /// The last passage of the block before.
    previous: u32,
    /// The last passage of the current block; `TERMINATED` for the rest, whose
    /// last passage the table does not tell.
    last: u32,
    unpacked: Unpacked,
    freqs_offset: usize,
    docs: [u32; BLOCK],
    freqs: [u32; BLOCK],
    len: usize,
    at: usize,
    damaged: bool,
}

impl<'a> Cursor<'a> {
    /// A cursor over the list of `info` in `lists`, in front of its first block.
    pub fn new(lists: &'a Lists, info: &TermInfo) -> Self {
        let list = lists.bytes.as_slice().get(info.postings_range.clone());
        let mut cursor = Self {
            lists,
            table: &[],
            entry_len: match lists.option {
                IndexRecordOption::Basic => 5,
                IndexRecordOption::WithFreqs => 8,
                IndexRecordOption::WithFreqsAndPositions => 12,
            },
            packed: list.unwrap_or_default(),
            doc_freq: info.doc_freq,
            full_blocks: info.doc_freq as usize / BLOCK,
            block: 0,
            offset: 0,
            doc_bits: 0,
            freq_bits: 0,
            block_occurrences: 0,
            occurrences_before: 0,
            previous: 0,
            last: 0,
            unpacked: Unpacked::Nothing,
            freqs_offset: 0,
            docs: [TERMINATED; BLOCK],
            freqs: [1; BLOCK],
            len: 0,
            at: 0,
            damaged: false,
        };
        if cursor.full_blocks > 0 {
            match read_number(cursor.packed, 0).and_then(|(len, start)| {
                let end = start.checked_add(len as usize)?;
                (len as usize == cursor.full_blocks * cursor.entry_len)
                    .then_some((cursor.packed.get(start..end)?, cursor.packed.get(end..)?))
            }) {
                Some((table, packed)) => (cursor.table, cursor.packed) = (table, packed),
                None => cursor.give_up(),
            }
        }
        if list.is_none() {
            cursor.give_up();
        }
        cursor.load();
        cursor
    }

    /// How many passages the list has.
    #[inline]
    pub fn doc_freq(&self) -> u32 {
        self.doc_freq
    }

    /// Whether the cursor is behind the last block.
    #[inline]
    pub fn is_past(&self) -> bool {
        self.block > self.full_blocks
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
        let entry = self.entry(block)?;
        let &[length_code, term_freq] = entry.last_chunk()?;
        let term_freq = if term_freq == u8::MAX { f32::INFINITY } else { f32::from(term_freq) };
        Some(BlockBest { length_code, term_freq })
    }

    /// The last passage of block `block`, `TERMINATED` for the rest.
    pub fn last_of(&self, block: usize) -> u32 {
        self.entry(block).map_or(TERMINATED, |entry| {
            u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]])
        })
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
            self.docs.get(self.slot_at(target)).copied().unwrap_or(TERMINATED)
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
        let mut rest = Self { ..*self };
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
        self.full_blocks
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
        if self.entry_len == 12 && self.block < self.full_blocks {
            return self.block_occurrences;
        }
        self.unpack_all();
        self.freqs[..self.len].iter().sum()
    }

    fn entry(&self, block: usize) -> Option<&'a [u8]> {
        self.table.get(block * self.entry_len..(block + 1) * self.entry_len)
    }

    /// Reads what the table tells of the current block.
    fn load(&mut self) {
        self.unpacked = Unpacked::Nothing;
        if self.damaged {
            return;
        }
        if let Some(entry) = self.entry(self.block) {
            self.last = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            self.doc_bits = entry[4] & 0x1F;
            self.freq_bits = if self.entry_len > 5 { entry[5] } else { 0 };
            self.block_occurrences = match self.entry_len {
                12 => u32::from_le_bytes([entry[6], entry[7], entry[8], entry[9]]),
                _ => 0,
            };
            // Without strict deltas (bit 6) an older engine wrote the list.
            if entry[4] & 0x40 == 0 || self.freq_bits > 32 {
                self.give_up();
            }
        } else if self.block == self.full_blocks && !(self.doc_freq as usize).is_multiple_of(BLOCK)
        {
            self.last = TERMINATED;
        } else {
            self.end();
        }
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
        self.block = self.full_blocks + 1;
        self.last = TERMINATED;
        self.unpacked = Unpacked::All;
        self.len = 0;
        self.at = 0;
        self.docs = [TERMINATED; BLOCK];
    }

    #[cold]
    fn give_up(&mut self) {
        self.damaged = true;
        self.lists.report_damage();
        self.end();
    }

    /// Moves to the next block without unpacking it.
    pub fn next_block(&mut self) {
        if self.block >= self.full_blocks {
            self.end();
            return;
        }
        self.step();
        self.load();
    }

    fn step(&mut self) {
        self.offset += (usize::from(self.doc_bits) + usize::from(self.freq_bits)) * (BLOCK / 8);
        self.occurrences_before += u64::from(self.block_occurrences);
        self.previous = self.last;
        self.block += 1;
    }

    /// Moves to the block that holds the first passage at or behind `target`,
    /// without unpacking it.
    #[inline]
    pub fn seek_block(&mut self, target: u32) {
        if self.last < target {
            self.skip_to(target);
        }
    }

    /// Walks the table alone: nothing is looked at twice, and the rest of a
    /// block's entry is read only where the walk ends.
    fn skip_to(&mut self, target: u32) {
        let Some(mut entries) = self
            .table
            .get((self.block + 1) * self.entry_len..)
            .map(|entries| entries.chunks_exact(self.entry_len))
        else {
            return self.next_block();
        };
        loop {
            self.step();
            let Some(entry) = entries.next() else {
                // The rest, or the end.
                return self.load();
            };
            self.last = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            if self.last >= target {
                return self.load();
            }
            self.doc_bits = entry[4] & 0x1F;
            if let [.., bits, a, b, c, d, _, _] = *entry
                && entry.len() == 12
            {
                self.freq_bits = bits;
                self.block_occurrences = u32::from_le_bytes([a, b, c, d]);
            } else {
                self.freq_bits = entry.get(5).copied().unwrap_or(0);
            }
        }
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
        if self.block < self.full_blocks {
            let bytes = usize::from(self.doc_bits) * (BLOCK / 8);
            let Some(packed) = self.packed.get(self.offset..self.offset + bytes) else {
                return self.give_up();
            };
            // The writer codes a first block as if it had no predecessor.
            let before = (self.previous != 0).then_some(self.previous);
            BitPacker4x::new().decompress_strictly_sorted(
                before,
                packed,
                &mut self.docs,
                self.doc_bits,
            );
            self.freqs_offset = self.offset + bytes;
            self.len = BLOCK;
            if self.docs[BLOCK - 1] != self.last {
                self.give_up();
            }
            return;
        }
        let len = self.doc_freq as usize % BLOCK;
        let mut doc = self.previous;
        let mut offset = self.offset;
        for slot in &mut self.docs[..len] {
            let Some((delta, next)) = read_number(self.packed, offset) else {
                return self.give_up();
            };
            offset = next;
            doc = doc.saturating_add(delta);
            *slot = doc;
        }
        self.docs[len..].fill(TERMINATED);
        self.len = len;
        self.freqs_offset = offset;
        if doc >= TERMINATED {
            self.give_up();
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
        if self.entry_len == 5 {
            // Without frequencies every passage holds the term once.
            return;
        }
        if self.block < self.full_blocks {
            let bytes = usize::from(self.freq_bits) * (BLOCK / 8);
            let Some(packed) = self.packed.get(self.freqs_offset..self.freqs_offset + bytes) else {
                return self.give_up();
            };
            BitPacker4x::new().decompress(packed, &mut self.freqs, self.freq_bits);
            // Stored less one, since none is 0.
            self.freqs.iter_mut().for_each(|freq| *freq = freq.saturating_add(1));
            return;
        }
        let mut offset = self.freqs_offset;
        for slot in &mut self.freqs[..self.len] {
            let Some((freq, next)) = read_number(self.packed, offset) else {
                return self.give_up();
            };
            offset = next;
            *slot = freq;
        }
    }

    /// The passages of the current block, ascending, once they are unpacked.
    #[inline]
    pub fn docs(&self) -> &[u32] {
        &self.docs[..self.len]
    }

    /// All slots' passages; those behind the last hold anything.
    #[inline]
    pub fn doc_slots(&self) -> &[u32; BLOCK] {
        &self.docs
    }

    /// The frequencies that belong to [`Cursor::docs`], once they are unpacked.
    #[inline]
    pub fn freqs(&self) -> &[u32] {
        &self.freqs[..self.len]
    }

    /// All slots' frequencies; those without a passage hold anything.
    #[inline]
    pub fn freq_slots(&self) -> &[u32; BLOCK] {
        &self.freqs
    }

    /// The first slot of the current block whose passage is at or behind
    /// `target`, `BLOCK` where there is none. The block must be unpacked.
    #[inline]
    pub fn slot_at(&self, target: u32) -> usize {
        // Seven halvings without a branch: 128 slots, ascending to the end.
        let mut from = 0;
        let mut step = BLOCK / 2;
        while step > 0 {
            from += usize::from(self.docs[from + step - 1] < target) * step;
            step /= 2;
        }
        from + usize::from(self.docs[from.min(BLOCK - 1)] < target)
    }

    /// The slots of the current block, which must be unpacked, whose passages are
    /// at or behind `from` and before `until`.
    pub fn slots_between(&self, from: u32, until: u32) -> Range<usize> {
        let start = self.slot_at(from).min(self.len);
        let end = if self.last < until { self.len } else { self.slot_at(until).min(self.len) };
        start..end.max(start)
    }

    /// The current passage, `TERMINATED` behind the end. The block must be
    /// unpacked, as every seek leaves it.
    #[inline]
    pub fn doc(&self) -> u32 {
        self.docs[self.at]
    }

    /// How often the current passage holds the term.
    #[inline]
    pub fn freq(&mut self) -> u32 {
        self.unpack_all();
        self.freqs[self.at]
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
        let low = self.slot_from(self.at, target);
        if low >= self.len {
            // Only the rest can end before the target.
            self.end();
            return TERMINATED;
        }
        self.at = low;
        self.docs[low]
    }

    /// The first slot from `from` on whose passage is at or behind `target`,
    /// which is behind those of the slots before `from`. `BLOCK` where there is
    /// none. The block must be unpacked.
    #[inline]
    pub fn slot_from(&self, from: usize, target: u32) -> usize {
        // Near targets are the rule: a few at a time are compared at once.
        const LANES: usize = 8;
        let Some(near) = self.docs.get(from..from + LANES) else {
            return self.slot_at(target);
        };
        // Addresses have 31 bits, so the highest bit of a difference says which
        // is less. As a comparison the compiler would not make vectors of it.
        let before: u32 = near.iter().map(|&doc| doc.wrapping_sub(target) >> 31).sum();
        match before as usize {
            LANES => self.slot_at(target),
            before => from + before,
        }
    }

    /// The passage in `slot`, `TERMINATED` where there is none. The block must be
    /// unpacked.
    #[inline]
    pub fn doc_at(&self, slot: usize) -> u32 {
        self.docs.get(slot).copied().unwrap_or(TERMINATED)
    }

    /// How often the passage in `slot`, which holds one, has the term.
    #[inline]
    pub fn freq_at(&mut self, slot: usize) -> u32 {
        self.unpack_all();
        self.freqs[slot]
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
        let before: u64 = self.freqs[..self.at].iter().map(|&freq| u64::from(freq)).sum();
        self.occurrences_before + before
    }
}

/// The variable-length number at `at` and where the next one begins: seven bits
/// a byte, the low ones first, the last byte marked by its high bit.
pub(super) fn read_number(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let mut number = 0u32;
    for (n, &byte) in bytes.get(at..)?.iter().take(5).enumerate() {
        number |= u32::from(byte & 0x7F).checked_shl(7 * n as u32)?;
        if byte & 0x80 != 0 {
            return Some((number, at + n + 1));
        }
    }
    None
}
