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
//!
//! Here is what a cursor knows without unpacking anything; [`moves`] takes it from
//! block to block, [`block`] finds its place within one, [`occurrences`] counts.

mod block;
mod moves;
mod occurrences;

use tantivy::TERMINATED;
use tantivy::postings::TermInfo;

use super::leaps::{Leap, Leaps};
use super::lists::Lists;
use super::slots::Slots;
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
}
