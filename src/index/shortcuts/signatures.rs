//! One byte for each occurrence of a word that tells roughly what stands beside
//! it: four bits of a hash of the word before, four of the word behind.
//!
//! A phrase is looked for in the bytes of its rarest word. Where they do not fit
//! the phrase is not, so most blocks of postings need not be unpacked, and how
//! many fit in a passage bounds how often it holds the phrase.

use std::ops::Range;

/// What the bytes of a list are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    mask: u8,
    wanted: u8,
}

impl Beside {
    /// Fits an occurrence between the words `before` and `behind`; `None` stands
    /// for any word and for none.
    pub fn new(before: Option<&str>, behind: Option<&str>) -> Self {
        let half = |word: Option<&str>| word.map_or((0, 0), |word| (0xF, code(word.as_bytes())));
        let ((high_mask, high), (low_mask, low)) = (half(before), half(behind));
        Self { mask: high_mask << 4 | low_mask, wanted: high << 4 | low }
    }

    fn fits(self, signature: u8) -> bool {
        signature & self.mask == self.wanted
    }
}

/// Four bits of a hash of a word, FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, 1991)
/// folded down.
pub(super) fn code(word: &[u8]) -> u8 {
    let hash = word
        .iter()
        .fold(0x811C_9DC5u32, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let folded = hash ^ (hash >> 16);
    ((folded ^ folded >> 8 ^ folded >> 4) & 0xF) as u8
}

/// The signatures of a list.
#[derive(Clone, Copy)]
pub struct Signatures<'a> {
    bytes: &'a [u8],
}

/// How many signatures are compared at a time.
const LANES: usize = 8;

impl<'a> Signatures<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Puts the numbers, counted from the beginning of `occurrences`, of those
    /// that fit into `found`, ascending.
    pub fn find(&self, occurrences: Range<u64>, beside: Beside, found: &mut Vec<u32>) {
        found.clear();
        let (words, rest) = self.of(occurrences).as_chunks::<LANES>();
        let (mask, wanted) = (spread(beside.mask), spread(beside.wanted));
        for (word, first) in words.iter().zip((0..).step_by(LANES)) {
            let mut hits = zero_bytes(u64::from_le_bytes(*word) & mask ^ wanted);
            while hits != 0 {
                found.push(first + hits.trailing_zeros() / 8);
                hits &= hits - 1;
            }
        }
        let behind = (words.len() * LANES) as u32..;
        let hits = behind.zip(rest).filter(|&(_, &signature)| beside.fits(signature));
        found.extend(hits.map(|(number, _)| number));
    }

    /// How many of `occurrences` fit.
    pub fn count(&self, occurrences: Range<u64>, beside: Beside) -> u32 {
        self.of(occurrences).iter().map(|&signature| u32::from(beside.fits(signature))).sum()
    }

    fn of(&self, occurrences: Range<u64>) -> &'a [u8] {
        let range = occurrences.start as usize..occurrences.end as usize;
        self.bytes.get(range).unwrap_or_default()
    }
}

fn spread(byte: u8) -> u64 {
    u64::from_le_bytes([byte; LANES])
}

/// The high bit of each byte that is 0, and no other bit: the exact form of the
/// test in H. S. Warren, "Hacker's Delight", 2nd edition, 2012, section 6-1.
fn zero_bytes(word: u64) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    !(((word & LOW) + LOW) | word | LOW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_fits_is_found_and_nothing_else(
            bytes in prop::collection::vec(any::<u8>(), 0..100),
            (from, before, behind) in (0u64..20, any::<bool>(), any::<bool>()),
        ) {
            let beside = Beside::new(before.then_some("relation"), behind.then_some("chain"));
            let signatures = Signatures::new(&bytes);
            let mut found = Vec::new();
            let range = from.min(bytes.len() as u64)..bytes.len() as u64;
            signatures.find(range.clone(), beside, &mut found);
            let expected: Vec<u32> = (0..)
                .zip(&bytes[range.start as usize..])
                .filter(|&(_, &byte)| beside.fits(byte))
                .map(|(number, _)| number)
                .collect();
            prop_assert_eq!(signatures.count(range, beside) as usize, expected.len());
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn codes_are_spread_over_all_sixteen() {
        let mut counts = [0; 16];
        (0..1600).for_each(|n| counts[usize::from(code(format!("word{n}").as_bytes()))] += 1);
        assert!(counts.iter().all(|&count| (60..160).contains(&count)), "{counts:?}");
    }
}
