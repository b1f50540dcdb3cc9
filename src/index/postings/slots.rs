//! The passages of one block, unpacked.

use bitpacking::{BitPacker, BitPacker4x};
use tantivy::TERMINATED;

use super::read_number;

/// Passages in a full block.
pub const BLOCK: usize = BitPacker4x::BLOCK_LEN;

/// Passages and frequencies of one block. Behind the last one stand passages that
/// are none, `TERMINATED`.
pub(super) struct Slots {
    docs: [u32; BLOCK],
    freqs: [u32; BLOCK],
    len: usize,
}

impl Slots {
    /// No passages; those to come hold the term once if nothing else is said.
    pub(super) fn new() -> Self {
        Self { docs: [TERMINATED; BLOCK], freqs: [1; BLOCK], len: 0 }
    }

    pub(super) fn clear(&mut self) {
        self.docs = [TERMINATED; BLOCK];
        self.len = 0;
    }

    /// Unpacks the passages of a full block behind `previous`. Returns the last; `None`
    /// where they do not ascend.
    pub(super) fn unpack_docs(&mut self, packed: &[u8], bits: u8, previous: u32) -> Option<u32> {
        /// Of a block's distances with no more bits the sum is below 2³¹, so that with
        /// an address in front, which is too, it does not wrap.
        const SAFE_BITS: u8 = 24;
        // The writer codes a first block as if it had no predecessor.
        let before = (previous != 0).then_some(previous);
        BitPacker4x::new().decompress_strictly_sorted(before, packed, &mut self.docs, bits);
        self.len = BLOCK;
        let ascend = bits <= SAFE_BITS || self.docs.is_sorted();
        ascend.then_some(self.docs[BLOCK - 1])
    }

    /// Unpacks the frequencies of a full block.
    pub(super) fn unpack_freqs(&mut self, packed: &[u8], bits: u8) {
        BitPacker4x::new().decompress(packed, &mut self.freqs, bits);
        // Stored less one, since none is 0.
        self.freqs.iter_mut().for_each(|freq| *freq = freq.saturating_add(1));
    }

    /// The frequency in `slot` of a full block, of which nothing else is unpacked;
    /// `None` where `packed` ends before it.
    ///
    /// Number n of a block lies in lane n mod 4, and the lanes' words in turn.
    #[inline]
    pub(super) fn packed_freq(packed: &[u8], bits: u8, slot: usize) -> Option<u32> {
        const LANES: usize = 4;
        let (lane, bit) = (slot % LANES, slot / LANES * usize::from(bits));
        let word = |n: usize| {
            let &word = packed.get((n * LANES + lane) * 4..)?.first_chunk()?;
            Some(u64::from(u32::from_le_bytes(word)))
        };
        if bits == 0 {
            return Some(1);
        }
        let (first, shift) = (bit / 32, bit % 32);
        let is_split = shift + usize::from(bits) > 32;
        let next = if is_split { word(first + 1)? } else { 0 };
        let freq = (word(first)? | next << 32) >> shift & !(u64::MAX << bits);
        // Stored less one, since none is 0.
        Some((freq as u32).saturating_add(1))
    }

    /// Reads the `len` passages of the rest behind `previous` from `at` on.
    /// Returns the last of them and where they end; `None` where they are malformed.
    pub(super) fn read_docs(
        &mut self,
        bytes: &[u8],
        mut at: usize,
        previous: u32,
        len: usize,
    ) -> Option<(u32, usize)> {
        let mut doc = previous;
        for slot in &mut self.docs[..len] {
            let (delta, next) = read_number(bytes, at)?;
            at = next;
            doc = doc.saturating_add(delta);
            *slot = doc;
        }
        self.docs[len..].fill(TERMINATED);
        self.len = len;
        (doc < TERMINATED).then_some((doc, at))
    }

    /// Reads the frequencies of the rest from `at` on; `None` where they are
    /// malformed.
    pub(super) fn read_freqs(&mut self, bytes: &[u8], mut at: usize) -> Option<()> {
        for slot in &mut self.freqs[..self.len] {
            let (freq, next) = read_number(bytes, at)?;
            at = next;
            *slot = freq;
        }
        Some(())
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn docs(&self) -> &[u32; BLOCK] {
        &self.docs
    }

    #[inline]
    pub(super) fn freqs(&self) -> &[u32; BLOCK] {
        &self.freqs
    }

    /// The first slot whose passage is at or behind `target`, `BLOCK` where there
    /// is none.
    #[inline]
    pub(super) fn at(&self, target: u32) -> usize {
        // Seven halvings without a branch: 128 slots, ascending to the end.
        let mut from = 0;
        let mut step = BLOCK / 2;
        while step > 0 {
            from += usize::from(self.docs[from + step - 1] < target) * step;
            step /= 2;
        }
        from + usize::from(self.docs[from.min(BLOCK - 1)] < target)
    }

    /// The first slot from `from` on whose passage is at or behind `target`,
    /// which is behind those of the slots before `from`. `BLOCK` where there is
    /// none.
    #[inline]
    pub(super) fn from(&self, from: usize, target: u32) -> usize {
        // Near targets are the rule: a few at a time are compared at once.
        const LANES: usize = 8;
        let Some(near) = self.docs.get(from..from + LANES) else {
            return self.at(target);
        };
        // Addresses have 31 bits, so the highest bit of a difference says which
        // is less. As a comparison the compiler would not make vectors of it.
        let before: u32 = near.iter().map(|&doc| doc.wrapping_sub(target) >> 31).sum();
        match before as usize {
            LANES => self.at(target),
            before => from + before,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn passages_that_wrap_are_none() {
        // The last of them was right, and those before were anywhere.
        let mut distances = [0; BLOCK];
        (distances[0], distances[1]) = (u32::MAX - 1_000, 1_000);
        let mut packed = vec![0; 32 * (BLOCK / 8)];
        BitPacker4x::new().compress(&distances, &mut packed, 32);
        let mut slots = Slots::new();
        assert_eq!(slots.unpack_docs(&packed, 32, 10), None);
        distances[0] = 1_000;
        BitPacker4x::new().compress(&distances, &mut packed, 32);
        assert_eq!(slots.unpack_docs(&packed, 32, 10), Some(10 + 2_000 + BLOCK as u32));
    }

    proptest! {
        #[test]
        fn a_frequency_in_place_is_the_one_unpacked(
            bits in 0u8..=32,
            numbers in prop::collection::vec(any::<u32>(), BLOCK),
        ) {
            let numbers: Vec<u32> =
                numbers.iter().map(|&number| number.checked_shr(32 - u32::from(bits)).unwrap_or(0)).collect();
            let mut packed = vec![0; usize::from(bits) * (BLOCK / 8)];
            BitPacker4x::new().compress(&numbers, &mut packed, bits);
            let mut slots = Slots::new();
            slots.unpack_freqs(&packed, bits);
            for (slot, &freq) in slots.freqs().iter().enumerate() {
                prop_assert_eq!(Slots::packed_freq(&packed, bits, slot), Some(freq));
            }
            if let Some(cut) = packed.len().checked_sub(1) {
                prop_assert_eq!(Slots::packed_freq(&packed[..cut], bits, BLOCK - 1), None);
            }
        }
    }
}
