//! The positions of one term after the other, as the engine writes them.
//!
//! In front of those of a term stands how each block of them is packed. The engine holds
//! all of them until the last has come: several bytes for each passage, where a word is
//! in most.

use std::io::{self, Write};
use std::path::Path;

use bitpacking::{BitPacker, BitPacker4x};

use super::bulk::Bulk;
use crate::index::postings::BLOCK;
use crate::index::varint;

/// Takes the positions of one term after the other.
pub(super) struct PositionWriter {
    packer: BitPacker4x,
    /// Those that fill no block yet.
    waiting: Vec<u32>,
    /// How many bits a position has in each block.
    widths: Vec<u8>,
    blocks: Bulk,
}

impl PositionWriter {
    /// What memory shall not hold goes to `directory` for the time being.
    pub(super) fn new(directory: Option<&Path>) -> Self {
        Self {
            packer: BitPacker4x::new(),
            waiting: Vec::with_capacity(BLOCK),
            widths: Vec::new(),
            blocks: Bulk::new(directory),
        }
    }

    /// Takes positions of the term at hand, as [`super::term::TermPostings`] has them.
    pub(super) fn push(&mut self, mut deltas: &[u32]) -> io::Result<()> {
        while !deltas.is_empty() {
            let (taken, rest) = deltas.split_at(deltas.len().min(BLOCK - self.waiting.len()));
            deltas = rest;
            self.waiting.extend_from_slice(taken);
            if self.waiting.len() == BLOCK {
                self.pack()?;
            }
        }
        Ok(())
    }

    /// Ends the term and appends it to `to`.
    pub(super) fn end(&mut self, to: &mut impl Write) -> io::Result<()> {
        let mut rest = Vec::new();
        varint::push_as_engine(&mut rest, self.widths.len() as u64);
        to.write_all(&rest)?;
        to.write_all(&self.widths)?;
        self.widths.clear();
        self.blocks.drain_to(to)?;
        rest.clear();
        for delta in self.waiting.drain(..) {
            varint::push_as_engine(&mut rest, delta.into());
        }
        to.write_all(&rest)
    }

    fn pack(&mut self) -> io::Result<()> {
        let mut packed = [0; BLOCK * size_of::<u32>()];
        let width = self.packer.num_bits(&self.waiting);
        let len = self.packer.compress(&self.waiting, &mut packed, width);
        self.widths.push(width);
        self.waiting.clear();
        self.blocks.write_all(&packed[..len])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tantivy::positions::PositionSerializer;

    fn terms() -> impl Strategy<Value = Vec<Vec<u32>>> {
        let delta = prop_oneof![8 => 0u32..9, 2 => 0u32..3000, 1 => any::<u32>()];
        prop::collection::vec(prop::collection::vec(delta, 0..5 * BLOCK), 1..4)
    }

    proptest! {
        #[test]
        fn they_are_as_the_engine_writes_them(terms in terms(), pieces in 1..2 * BLOCK) {
            let directory = tempfile::tempdir()?;
            let (mut expected, mut found) = (Vec::new(), Vec::new());
            let mut engine = PositionSerializer::new(&mut expected);
            let mut ours = PositionWriter::new(Some(directory.path()));
            for term in &terms {
                engine.write_positions_delta(term);
                engine.close_term()?;
                term.chunks(pieces).try_for_each(|piece| ours.push(piece))?;
                ours.end(&mut found)?;
            }
            engine.close()?;
            prop_assert!(found == expected);
        }
    }
}
