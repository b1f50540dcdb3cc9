//! The table in front of a list's blocks.

use tantivy::TERMINATED;
use tantivy::schema::IndexRecordOption;

use super::read_number;
use super::slots::BLOCK;

/// One entry for each full block of a list: its last passage, how its numbers are
/// packed, how often the term occurs in it, and its best passage.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    bytes: &'a [u8],
    entry_len: usize,
    blocks: usize,
}

/// The best passage of a block under the engine's BM25.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlockBest {
    /// The code of its length.
    pub length_code: u8,
    /// How often it holds the term; infinite where it is 255 or more.
    pub term_freq: f32,
}

/// How a block is packed.
#[derive(Clone, Copy, Default)]
pub(super) struct Packing {
    pub(super) doc_bits: u8,
    pub(super) freq_bits: u8,
    /// Occurrences of the term in the block; 0 where the table does not tell.
    pub(super) occurrences: u32,
}

impl Packing {
    /// How many bytes the block takes.
    #[inline]
    pub(super) fn bytes(self) -> usize {
        self.bits() * (BLOCK / 8)
    }

    /// How many bits each passage of it takes.
    #[inline]
    fn bits(self) -> usize {
        usize::from(self.doc_bits) + usize::from(self.freq_bits)
    }
}

impl<'a> Table<'a> {
    /// That of no blocks.
    pub(super) const EMPTY: Self = Self { bytes: &[], entry_len: 5, blocks: 0 };

    /// The table of the list of `doc_freq` passages in `bytes`, whose postings
    /// hold what `option` says, and what follows it: the blocks and the rest.
    /// `None` where they contradict each other.
    pub(super) fn split(
        bytes: &'a [u8],
        doc_freq: u32,
        option: IndexRecordOption,
    ) -> Option<(Self, &'a [u8])> {
        let entry_len = match option {
            IndexRecordOption::Basic => 5,
            IndexRecordOption::WithFreqs => 8,
            IndexRecordOption::WithFreqsAndPositions => 12,
        };
        let blocks = doc_freq as usize / BLOCK;
        if blocks == 0 {
            return Some((Self { bytes: &[], entry_len, blocks }, bytes));
        }
        let (len, start) = read_number(bytes, 0)?;
        let (table, packed) = bytes.get(start..)?.split_at_checked(len as usize)?;
        (table.len() == blocks * entry_len)
            .then_some((Self { bytes: table, entry_len, blocks }, packed))
    }

    /// How many full blocks the list has.
    pub(super) fn blocks(&self) -> usize {
        self.blocks
    }

    /// Whether the list has frequencies.
    pub(super) fn has_freqs(&self) -> bool {
        self.entry_len > 5
    }

    /// Whether it tells how often the term occurs in a block.
    pub(super) fn tells_occurrences(&self) -> bool {
        self.entry_len == 12
    }

    /// The last passage of block `block`, `TERMINATED` for the rest.
    pub(super) fn last_of(&self, block: usize) -> u32 {
        self.entry(block).map_or(TERMINATED, last)
    }

    /// The best passage of block `block`; `None` for the rest, for which the
    /// engine keeps none.
    pub(super) fn best_of(&self, block: usize) -> Option<BlockBest> {
        let &[length_code, term_freq] = self.entry(block)?.last_chunk()?;
        let term_freq = if term_freq == u8::MAX { f32::INFINITY } else { f32::from(term_freq) };
        Some(BlockBest { length_code, term_freq })
    }

    /// How block `block` is packed; `None` for the rest, and for lists that an
    /// older engine wrote, without strict differences (bit 6).
    pub(super) fn packing_of(&self, block: usize) -> Option<Packing> {
        let entry = self.entry(block)?;
        let packing = packing(entry);
        (entry[4] & 0x40 != 0 && packing.freq_bits <= 32).then_some(packing)
    }

    /// The blocks from `block` on that end before `target`, summed up.
    #[inline]
    pub(super) fn passed(&self, block: usize, target: u32) -> Passed {
        let bytes = self.bytes.get(block * self.entry_len..).unwrap_or_default();
        match self.entry_len {
            12 => passed::<12>(bytes, target),
            8 => passed::<8>(bytes, target),
            _ => passed::<5>(bytes, target),
        }
    }

    #[inline]
    fn entry(&self, block: usize) -> Option<&'a [u8]> {
        self.bytes.get(block * self.entry_len..)?.get(..self.entry_len)
    }
}

/// Some blocks in a row, summed up.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) blocks: usize,
    pub(super) bytes: usize,
    pub(super) occurrences: u64,
    /// The last passage of the last one.
    pub(super) last: u32,
}

/// Of entries of `N` bytes. Nothing is looked at twice, and of the entry where it
/// ends no more than the last passage.
///
/// Not inlined, so that all sums are in registers.
#[inline(never)]
fn passed<const N: usize>(table: &[u8], target: u32) -> Passed {
    let (mut blocks, mut bits, mut occurrences, mut previous) = (0, 0, 0, 0);
    for entry in table.as_chunks::<N>().0 {
        let last = last(entry);
        if last >= target {
            break;
        }
        let packing = packing(entry);
        blocks += 1;
        bits += packing.bits();
        occurrences += u64::from(packing.occurrences);
        previous = last;
    }
    Passed { blocks, bytes: bits * (BLOCK / 8), occurrences, last: previous }
}

#[inline]
fn last(entry: &[u8]) -> u32 {
    u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]])
}

#[inline]
fn packing(entry: &[u8]) -> Packing {
    let doc_bits = entry[4] & 0x1F;
    match *entry {
        [_, _, _, _, _, freq_bits, a, b, c, d, _, _] => {
            Packing { doc_bits, freq_bits, occurrences: u32::from_le_bytes([a, b, c, d]) }
        }
        [_, _, _, _, _, freq_bits, _, _] => Packing { doc_bits, freq_bits, occurrences: 0 },
        _ => Packing { doc_bits, freq_bits: 0, occurrences: 0 },
    }
}
