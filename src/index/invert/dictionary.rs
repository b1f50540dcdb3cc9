//! The numbers of words: a hash table that is made to be looked up in batches.
//!
//! A slot has 16 bytes, so that four of them lie in a cache line. A word of up
//! to eight bytes is its own key and needs no comparing; a longer one is hashed
//! and compared. Words wait in an [`Interner`] until a batch of them is looked
//! up at once: their slots lie all over memory. The first slot of each is copied
//! before any is looked at; no copy hangs on another, so that the processor
//! fetches many at a time, which took a fifth off looking up. Slots of eight bytes,
//! with what is compared in a second table, took longer than these.

use std::hash::{BuildHasher, RandomState};

use crate::analysis::fast::Folded;
use crate::index::forward::GAP;
use crate::index::word_list::WordList;

/// Stands in a stream of word numbers for a part separator.
pub(super) const SEPARATOR: u32 = GAP;

/// The distinct words of a part, numbered in the order of their first use.
#[derive(Debug)]
pub(super) struct Dictionary {
    slots: Vec<Slot>,
    /// How far the high bits of a hash are shifted down to number a slot.
    shift: u32,
    /// An odd number that no document can foresee, lest it be made of words
    /// that all fall on one slot.
    multiplier: u64,
    words: WordList,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    key: u64,
    id: u32,
    len: u32,
}

/// No word is so long that a free slot could be its own.
const FREE: Slot = Slot { key: 0, id: SEPARATOR, len: u32::MAX };

impl Dictionary {
    pub(super) fn new() -> Self {
        Self::with_bits(10)
    }

    fn with_bits(bits: u32) -> Self {
        Self {
            slots: vec![FREE; 1 << bits],
            shift: 64 - bits,
            multiplier: RandomState::new().hash_one(bits) | 1,
            words: WordList::default(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>() + self.words.memory_bytes()
    }

    #[inline(always)]
    fn home(&self, key: u64, len: u32) -> usize {
        ((key ^ u64::from(len)).wrapping_mul(self.multiplier) >> self.shift) as usize
    }

    /// Whether `slot` has the word `word`, whose key and length are given.
    #[inline(always)]
    fn has(&self, slot: Slot, key: u64, len: u32, word: &[u8]) -> bool {
        slot.key == key
            && slot.len == len
            && (len <= 8 || same(self.words.get(slot.id as usize), word))
    }

    /// The number of `word`, whose key and length are given.
    #[cold]
    #[inline(never)]
    fn id(&mut self, key: u64, len: u32, word: &[u8]) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = self.home(key, len);
        loop {
            let slot = self.slots[at & mask];
            if slot.id == FREE.id {
                return self.add(at & mask, key, word);
            }
            if self.has(slot, key, len, word) {
                return slot.id;
            }
            at += 1;
        }
    }

    fn add(&mut self, at: usize, key: u64, word: &[u8]) -> u32 {
        let id = self.len() as u32;
        self.words.push(word);
        self.slots[at] = Slot { key, id, len: word.len() as u32 };
        if self.len() * 2 > self.slots.len() {
            self.grow();
        }
        id
    }

    /// Doubles the table. The frequent words, which came first, go first and get
    /// the slots where they are looked for first.
    fn grow(&mut self) {
        let mut words = vec![FREE; self.len()];
        for &slot in self.slots.iter().filter(|slot| slot.id != FREE.id) {
            words[slot.id as usize] = slot;
        }
        self.slots = vec![FREE; self.slots.len() * 2];
        self.shift -= 1;
        let mask = self.slots.len() - 1;
        for slot in words {
            let mut at = self.home(slot.key, slot.len);
            while self.slots[at & mask].id != FREE.id {
                at += 1;
            }
            self.slots[at & mask] = slot;
        }
    }
}

/// A dictionary with the words that wait to be looked up in it.
#[derive(Debug)]
pub(in crate::index) struct Interner {
    pub(super) dictionary: Dictionary,
    waiting: Vec<Waiting>,
    /// The first slot of each word that waits, copied when they are looked up.
    slots: Vec<Slot>,
    /// The bytes of the long words that wait.
    long: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    key: u64,
    len: u32,
    /// Where its bytes begin in `long`.
    at: u32,
}

/// So many words are looked up at once: enough to keep every line that the
/// processor can fetch at a time under way, few enough to stay in its nearest
/// cache. Chosen by hand.
const BATCH: usize = 256;

impl Interner {
    pub(in crate::index) fn new() -> Self {
        let (waiting, slots) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
        Self { dictionary: Dictionary::new(), waiting, slots, long: Vec::new() }
    }

    /// Appends the number of `word` to `ids`, now or with the next batch.
    #[inline(always)]
    pub(in crate::index) fn push(&mut self, word: Folded<'_>, ids: &mut Vec<u32>) {
        let waiting = match word {
            Folded::Short { packed, len } => Waiting { key: packed, len, at: 0 },
            Folded::Long(bytes) => {
                let at = self.long.len() as u32;
                self.long.extend_from_slice(bytes);
                let key = hash(bytes, self.dictionary.multiplier);
                Waiting { key, len: bytes.len() as u32, at }
            }
        };
        self.waiting.push(waiting);
        if self.waiting.len() == BATCH {
            self.settle(ids);
        }
    }

    /// Appends the numbers of all words that wait to `ids`.
    pub(in crate::index) fn settle(&mut self, ids: &mut Vec<u32>) {
        let Self { dictionary, waiting, slots, long } = self;
        let first = |word: &Waiting| dictionary.slots[dictionary.home(word.key, word.len)];
        slots.clear();
        slots.extend(waiting.iter().map(first));
        ids.extend(waiting.iter().zip(slots).map(|(&Waiting { key, len, at }, slot)| {
            let packed = key.to_le_bytes();
            let word = match len {
                0..=8 => &packed[..len as usize],
                _ => &long[at as usize..][..len as usize],
            };
            // What a slot had it keeps; what was free then may be so no more.
            if dictionary.has(*slot, key, len, word) {
                slot.id
            } else {
                dictionary.id(key, len, word)
            }
        }));
        self.waiting.clear();
        self.long.clear();
    }

    /// The words, by their numbers.
    pub(in crate::index) fn into_words(self) -> WordList {
        self.dictionary.words
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.dictionary.memory_bytes()
            + self.waiting.capacity() * size_of::<Waiting>()
            + self.slots.capacity() * size_of::<Slot>()
            + self.long.capacity()
    }
}

/// Whether two words of the same length, of more than eight bytes, are equal;
/// for so few bytes it takes less than calling the general comparison.
#[inline(always)]
fn same(a: &[u8], b: &[u8]) -> bool {
    let (a_eights, b_eights) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    // The last eight bytes once more, which takes in what fills no eight.
    a.last_chunk::<8>() == b.last_chunk() && a_eights.iter().zip(b_eights).all(|(a, b)| a == b)
}

/// The hash of a word of more than eight bytes.
#[inline(always)]
fn hash(word: &[u8], multiplier: u64) -> u64 {
    let (eights, _) = word.as_chunks();
    // The last eight bytes once more, which takes in what fills no eight.
    let last = word.last_chunk().copied().unwrap_or_default();
    eights.iter().chain([&last]).fold(0, |hash: u64, &eight| {
        (hash.rotate_left(23) ^ u64::from_le_bytes(eight)).wrapping_mul(multiplier)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(interner: &mut Interner, words: &[Vec<u8>]) -> Vec<u32> {
        let mut ids = Vec::new();
        words.iter().for_each(|word| interner.push(Folded::new(word), &mut ids));
        interner.settle(&mut ids);
        ids
    }

    #[test]
    fn a_word_keeps_its_number_while_the_table_grows() {
        let words: Vec<Vec<u8>> =
            (0..5000).map(|n| format!("w{}", n * 7919).into_bytes()).collect();
        let mut interner = Interner::new();
        let first = ids(&mut interner, &words);
        assert_eq!(first, (0..5000).collect::<Vec<u32>>());
        assert_eq!(ids(&mut interner, &words), first);
    }

    proptest! {
        #[test]
        fn equal_words_have_equal_numbers_and_others_have_others(
            words in prop::collection::vec(prop::collection::vec(0u8..4, 0..20), 0..60),
        ) {
            let mut interner = Interner::new();
            let ids = ids(&mut interner, &words);
            let list = interner.into_words();
            for (word, id) in words.iter().zip(&ids) {
                prop_assert_eq!(list.get(*id as usize), &word[..]);
            }
            let mut distinct = words;
            distinct.sort();
            distinct.dedup();
            let (sorted, order) = list.sorted();
            let ordered: Vec<_> = (0..sorted.len()).map(|at| sorted.get(at).to_vec()).collect();
            for (word, &id) in ordered.iter().zip(&order) {
                prop_assert_eq!(list.get(id as usize), &word[..]);
            }
            prop_assert_eq!(ordered, distinct);
        }
    }
}
