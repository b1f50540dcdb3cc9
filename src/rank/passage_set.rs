//! Sets of a segment's passages, a bit each.
//!
//! The engine's own sets are asked for one passage at a time; here whole words of them
//! are put together.

use tantivy::TERMINATED;

use super::ones::Ones;
use crate::index::Bitmap;

/// A set of passages of one segment, or of other things with numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PassageSet {
    words: Vec<u64>,
}

/// How many passages a word tells of.
const WORD: u32 = u64::BITS;

impl PassageSet {
    /// None of `count` passages.
    pub(super) fn none(count: u32) -> Self {
        Self { words: vec![0; count.div_ceil(WORD) as usize] }
    }

    /// All of `count` passages.
    pub(super) fn all(count: u32) -> Self {
        let mut words = vec![u64::MAX; count.div_ceil(WORD) as usize];
        if let Some(last) = words.last_mut() {
            *last >>= (WORD - count % WORD) % WORD;
        }
        Self { words }
    }

    /// Puts `doc` in. One beyond the end, which only damage can name, is left out.
    #[inline]
    pub(super) fn insert(&mut self, doc: u32) {
        if let Some(word) = self.words.get_mut((doc / WORD) as usize) {
            *word |= 1 << (doc % WORD);
        }
    }

    /// Puts in `docs`, each as [`PassageSet::insert`] does.
    pub(super) fn insert_all(&mut self, docs: &[u32]) {
        docs.iter().for_each(|&doc| self.insert(doc));
    }

    /// Takes `doc` out.
    pub(super) fn remove(&mut self, doc: u32) {
        if let Some(word) = self.words.get_mut((doc / WORD) as usize) {
            *word &= !(1 << (doc % WORD));
        }
    }

    /// Whether `doc` is in it.
    #[inline]
    pub(super) fn contains(&self, doc: u32) -> bool {
        self.words.get((doc / WORD) as usize).is_some_and(|word| word >> (doc % WORD) & 1 != 0)
    }

    /// Puts in what an exact bitmap holds.
    pub(super) fn insert_all_of(&mut self, bitmap: &Bitmap<'_>) {
        self.words.iter_mut().zip(bitmap.words()).for_each(|(word, held)| *word |= held);
    }

    /// Puts in what is in `other`.
    pub(super) fn unite(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, held)| *word |= held);
    }

    /// Keeps what is in `other` too.
    pub(super) fn intersect(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, held)| *word &= held);
    }

    /// Takes out what is in `other`.
    pub(super) fn subtract(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, held)| *word &= !held);
    }

    /// Keeps what `keeps` says, which is asked in order.
    pub(super) fn retain(&mut self, mut keeps: impl FnMut(u32) -> bool) {
        for (at, word) in (0..).zip(&mut self.words) {
            let dropped = Ones(*word).filter(|&place| !keeps(at * WORD + place as u32));
            *word = dropped.fold(*word, |word, place| word & !(1 << place));
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The first one at or behind `target`; `TERMINATED` where there is none.
    pub(super) fn first_from(&self, target: u32) -> u32 {
        let at = (target / WORD) as usize;
        let Some(&word) = self.words.get(at) else { return TERMINATED };
        let first = word >> (target % WORD);
        if first != 0 {
            return target + first.trailing_zeros();
        }
        let behind = self.words.iter().enumerate().skip(at + 1).find(|&(_, &word)| word != 0);
        behind.map_or(TERMINATED, |(at, word)| at as u32 * WORD + word.trailing_zeros())
    }

    /// All of them, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let of_word = |(at, &word): (usize, &u64)| {
            Ones(word).map(move |place| at as u32 * WORD + place as u32)
        };
        self.words.iter().enumerate().flat_map(of_word)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set_of(docs: &BTreeSet<u32>, count: u32) -> PassageSet {
        let mut set = PassageSet::none(count);
        set.insert_all(&docs.iter().copied().collect::<Vec<_>>());
        set
    }

    #[test]
    fn all_are_as_many_as_there_are() {
        for count in [0, 1, 63, 64, 65, 200] {
            let all = PassageSet::all(count);
            assert_eq!(all, set_of(&(0..count).collect(), count), "{count}");
            assert_eq!((all.len(), all.first_from(count)), (u64::from(count), TERMINATED));
        }
    }

    proptest! {
        #[test]
        fn it_is_a_set(
            a in prop::collection::btree_set(0u32..200, 0..60),
            b in prop::collection::btree_set(0u32..200, 0..60),
            doc in 0u32..260,
        ) {
            let (set, other) = (set_of(&a, 200), set_of(&b, 200));
            prop_assert_eq!(set.iter().collect::<BTreeSet<_>>(), a.clone());
            prop_assert_eq!(set.len(), a.len() as u64);
            prop_assert_eq!(set.contains(doc), a.contains(&doc));
            let first = a.range(doc..).next().copied().unwrap_or(TERMINATED);
            prop_assert_eq!(set.first_from(doc), first);
            let mut both = set.clone();
            both.intersect(&other);
            prop_assert_eq!(both, set_of(&(&a & &b), 200));
            let mut either = set.clone();
            either.unite(&other);
            prop_assert_eq!(either, set_of(&(&a | &b), 200));
            let mut kept = set.clone();
            kept.retain(|doc| b.contains(&doc));
            prop_assert_eq!(kept, set_of(&(&a & &b), 200));
            let mut rest = set.clone();
            rest.subtract(&other);
            prop_assert_eq!(rest, set_of(&(&a - &b), 200));
            let mut one_less = set;
            one_less.remove(doc);
            prop_assert_eq!(one_less, set_of(&(&a - &BTreeSet::from([doc])), 200));
        }
    }
}
