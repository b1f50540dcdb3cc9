//! The tokens of some passages, before all words of the segment are known.
//!
//! Words are numbered among these passages alone while they come. When the words
//! of the segment are known, with the number that each has there, the tokens are
//! written again with those ([`Share::renumber`]).

use crate::index::word_list::WordList;

/// Tokens as they come: for each passage how many tokens its title has, how many
/// it has in all, and the numbers of their words plus one, with 0 for a gap.
#[derive(Debug, Default)]
pub(in crate::index) struct TokenStream {
    bytes: Vec<u8>,
}

/// Stands for a gap among the numbers of words. Plus one it is 0.
pub(in crate::index) const GAP: u32 = u32::MAX;

impl TokenStream {
    /// Appends a passage, whose title has `title_len` of its `tokens`.
    pub(in crate::index) fn push(&mut self, title_len: usize, tokens: &[u32]) {
        push_number(&mut self.bytes, title_len as u32);
        push_number(&mut self.bytes, tokens.len() as u32);
        tokens.iter().for_each(|token| push_number(&mut self.bytes, token.wrapping_add(1)));
    }

    pub(in crate::index) fn memory_bytes(&self) -> usize {
        self.bytes.capacity()
    }
}

/// The tokens of some passages that follow on each other.
pub(in crate::index) struct Share {
    /// Their words in the order of their bytes.
    pub(in crate::index) words: WordList,
    /// The number that each of them has in `tokens`.
    pub(in crate::index) order: Vec<u32>,
    pub(in crate::index) tokens: TokenStream,
}

/// The words of a segment in the order of their bytes, and their numbers.
pub(super) struct Numbers<'a> {
    pub(super) words: &'a WordList,
    pub(super) numbers: Vec<u32>,
}

/// The tokens of some passages as a forward file has them.
#[derive(Default)]
pub(super) struct Renumbered {
    pub(super) bytes: Vec<u8>,
    /// How many of the bytes each passage has.
    pub(super) lens: Vec<u32>,
}

impl Share {
    /// The tokens by the numbers that words have in the segment.
    pub(super) fn renumber(&self, all: &Numbers<'_>) -> Renumbered {
        // A word that the segment does not have (there is none) would still take
        // its place, as a gap.
        let mut table = vec![0; self.order.len()];
        let mut near = 0;
        for (at, &number) in self.order.iter().enumerate() {
            if let Some(found) = all.words.find(self.words.get(at), near) {
                table[number as usize] = all.numbers[found] + 1;
                near = found;
            }
        }
        let mut renumbered = Renumbered::default();
        let Renumbered { bytes, lens } = &mut renumbered;
        let mut rest = &self.tokens.bytes[..];
        while !rest.is_empty() {
            let start = bytes.len();
            push_number(bytes, take_number(&mut rest));
            for _ in 0..take_number(&mut rest) {
                let token = take_number(&mut rest).checked_sub(1);
                push_number(bytes, token.map_or(0, |word| table[word as usize]));
            }
            lens.push((bytes.len() - start) as u32);
        }
        renumbered
    }
}

#[inline(always)]
fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The next of the numbers that [`push_number`] wrote.
#[inline(always)]
fn take_number(rest: &mut &[u8]) -> u32 {
    let (mut number, mut shift) = (0, 0);
    while let Some(&byte) = rest.split_off_first() {
        number |= u32::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            break;
        }
        shift += 7;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str]) -> WordList {
        let mut list = WordList::default();
        words.iter().for_each(|word| list.push(word.as_bytes()));
        list
    }

    #[test]
    fn tokens_take_the_numbers_of_the_segment() {
        let mut tokens = TokenStream::default();
        tokens.push(1, &[1, GAP, 0, 2]);
        tokens.push(0, &[]);
        let share = Share { words: list(&["bet", "chain", "end"]), order: vec![1, 2, 0], tokens };
        let words = list(&["a", "bet", "chain", "d", "end"]);
        let all = Numbers { words: &words, numbers: vec![4, 3, 200, 1, 0] };
        let Renumbered { bytes, lens } = share.renumber(&all);
        assert_eq!(bytes, [1, 4, 0, 1, 0x80 | 73, 1, 0]);
        assert_eq!(lens, [6, 1]);
    }
}
