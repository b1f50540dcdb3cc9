//! Reads where a term stands in the passages of its list.
//!
//! The positions of a term are one row of differences over all its passages, in
//! bit-packed blocks of 128 and a rest in variable-length numbers; the format is
//! that of tantivy 0.27, `positions/mod.rs`. Reading goes forward only, which is
//! how passages are visited, and starts over when it is asked to go back. Damaged
//! bytes give no positions and are reported to the field.

use bitpacking::{BitPacker, BitPacker4x};
use tantivy::postings::TermInfo;

use super::{BLOCK, Cursor, read_number};
use crate::index::segment::FieldPostings;

/// The positions of one term.
pub struct Positions<'a> {
    field: &'a FieldPostings,
    /// Bits of each full block.
    widths: &'a [u8],
    packed: &'a [u8],
    /// The block that `deltas` holds, `None` before the first.
    loaded: Option<usize>,
    /// The block that begins at `offset` in `packed`.
    block: usize,
    offset: usize,
    deltas: [u32; BLOCK],
    damaged: bool,
}

impl<'a> Positions<'a> {
    /// The positions of the term `info` in `field`.
    pub fn new(field: &'a FieldPostings, info: &TermInfo) -> Self {
        let parts = || -> Option<(&'a [u8], &'a [u8])> {
            let bytes = field.positions.as_slice().get(info.positions_range.clone())?;
            let (blocks, start) = read_number(bytes, 0)?;
            bytes.get(start..)?.split_at_checked(blocks as usize)
        };
        let (widths, packed) = parts().unwrap_or_default();
        let damaged = parts().is_none();
        if damaged {
            field.lists.report_damage();
        }
        let deltas = [0; BLOCK];
        Self { field, widths, packed, loaded: None, block: 0, offset: 0, deltas, damaged }
    }

    /// Puts the positions of the current passage of `cursor`, which walks the
    /// same term, into `positions`, ascending, each greater by `shift`.
    pub fn read(&mut self, cursor: &mut Cursor<'_>, shift: u32, positions: &mut Vec<u32>) {
        positions.clear();
        let count = cursor.freq();
        let first = cursor.first_occurrence();
        let mut block = (first / BLOCK as u64) as usize;
        let mut slot = (first % BLOCK as u64) as usize;
        let mut position = shift;
        self.load(block);
        for _ in 0..count {
            if slot == BLOCK {
                block += 1;
                slot = 0;
                self.load(block);
            }
            if self.damaged {
                return;
            }
            position = position.saturating_add(self.deltas[slot]);
            positions.push(position);
            slot += 1;
        }
    }

    fn load(&mut self, block: usize) {
        if self.loaded == Some(block) || self.damaged {
            return;
        }
        if block < self.block {
            (self.block, self.offset) = (0, 0);
        }
        let skipped = self.widths.get(self.block..block.min(self.widths.len())).unwrap_or_default();
        let bits: usize = skipped.iter().map(|&width| usize::from(width)).sum();
        self.offset += bits * (BLOCK / 8);
        self.block = block;
        self.loaded = Some(block);
        match self.widths.get(block) {
            Some(&width) => {
                let bytes = usize::from(width) * (BLOCK / 8);
                match self.packed.get(self.offset..self.offset + bytes) {
                    Some(packed) if width <= 32 => {
                        BitPacker4x::new().decompress(packed, &mut self.deltas, width);
                    }
                    _ => self.give_up(),
                }
            }
            None if block == self.widths.len() => self.load_rest(),
            None => self.give_up(),
        }
    }

    fn load_rest(&mut self) {
        let mut offset = self.offset;
        let mut slots = self.deltas.iter_mut();
        while let Some((delta, next)) = read_number(self.packed, offset) {
            let Some(slot) = slots.next() else { break };
            *slot = delta;
            offset = next;
        }
        slots.for_each(|slot| *slot = 0);
        if offset != self.packed.len() {
            self.give_up();
        }
    }

    #[cold]
    fn give_up(&mut self) {
        self.damaged = true;
        self.field.lists.report_damage();
    }
}
