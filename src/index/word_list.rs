//! Many words in little space.

/// Words one behind the other, of less than 4 GiB together.
#[derive(Debug, Default)]
pub(super) struct WordList {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl WordList {
    /// Whether there is room for `word`. Only where all words of a segment come
    /// together there may be none: whoever inverts holds less at a time.
    pub(super) fn has_room_for(&self, word: &[u8]) -> bool {
        is_room(self.bytes.len(), word.len())
    }

    /// Appends `word`, for which there has to be room.
    pub(super) fn push(&mut self, word: &[u8]) {
        self.bytes.extend_from_slice(word);
        self.ends.push(self.bytes.len() as u32);
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How long the words are together.
    pub(super) fn text_bytes(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[index] as usize]
    }

    /// The words in the order of their bytes, and the index that each had.
    pub(super) fn sorted(&self) -> (Self, Vec<u32>) {
        let mut order: Vec<(u64, u32)> =
            (0..self.len()).map(|index| (prefix(self.get(index)), index as u32)).collect();
        order.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| self.get(a.1 as usize).cmp(self.get(b.1 as usize)))
        });
        let order: Vec<u32> = order.into_iter().map(|(_, index)| index).collect();
        let mut sorted = Self {
            bytes: Vec::with_capacity(self.bytes.len()),
            ends: Vec::with_capacity(self.ends.len()),
        };
        order.iter().for_each(|&index| sorted.push(self.get(index as usize)));
        (sorted, order)
    }

    /// Where the word `sought` is in a list that is sorted, looked for from `near`
    /// on in steps that double, which ends soon where it is not far.
    pub(super) fn find(&self, sought: &[u8], near: usize) -> Option<usize> {
        let is_before = |at: usize| self.get(at) < sought;
        let (mut low, mut high) = (near.min(self.len()), near.min(self.len()));
        let mut step = 1;
        while high < self.len() && is_before(high) {
            low = high + 1;
            high = (high + step).min(self.len());
            step *= 2;
        }
        while low > 0 && !is_before(low - 1) {
            high = low - 1;
            low = low.saturating_sub(step);
            step *= 2;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.len() && self.get(low) == sought).then_some(low)
    }

    /// How many words of a list that is sorted are not behind `bound`.
    pub(super) fn count_up_to(&self, bound: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle) <= bound {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}

/// Whether words of `bytes` bytes leave room for one of `more`.
fn is_room(bytes: usize, more: usize) -> bool {
    bytes.checked_add(more).is_some_and(|end| u32::try_from(end).is_ok())
}

/// The first eight bytes of `word`, so packed that they order as the words do.
fn prefix(word: &[u8]) -> u64 {
    let mut first = [0; 8];
    let len = word.len().min(8);
    first[..len].copy_from_slice(&word[..len]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The place of the first word beyond 4 GiB was cut to 32 bits.
    #[test]
    fn words_end_within_four_gibibytes() {
        let all = u32::MAX as usize;
        assert!(is_room(all - 9, 9));
        assert!(!is_room(all - 9, 10));
        assert!(!is_room(usize::MAX, 1));
    }

    proptest! {
        #[test]
        fn a_word_is_found_from_anywhere(
            words in prop::collection::btree_set("[a-c]{0,3}", 0..30),
            sought in "[a-c]{0,3}",
            near in 0usize..40,
        ) {
            let mut list = WordList::default();
            words.iter().for_each(|word| list.push(word.as_bytes()));
            let expected = words.iter().position(|word| *word == sought);
            prop_assert_eq!(list.find(sought.as_bytes(), near), expected);
        }
    }
}
