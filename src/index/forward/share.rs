//! The tokens of some passages, before all words of the segment are known.
//!
//! Words are numbered among these passages alone while they come. When the words
//! of the segment are known, with the number that each has there, the tokens are
//! written again with those ([`Share::renumber`]).

use std::io;

use crate::index::varint::{self, Packed};
use crate::index::word_list::WordList;

/// Tokens as they come: for each passage how many tokens its title has, in how many
/// bytes all of them are, and they: the numbers of their words plus one, with 0 for
/// a gap.
#[derive(Debug, Default)]
pub(in crate::index) struct TokenStream {
    bytes: Vec<u8>,
    /// The passage that is being appended.
    line: Vec<u8>,
}

/// Stands for a gap among the numbers of words. Plus one it is 0.
pub(in crate::index) const GAP: u32 = u32::MAX;

impl TokenStream {
    /// Appends a passage, whose title has `title_len` of its `tokens`.
    pub(in crate::index) fn push(&mut self, title_len: usize, tokens: &[u32]) {
        let Self { bytes, line } = self;
        line.clear();
        varint::append(line, tokens.len(), |room| {
            tokens.iter().for_each(|token| room.push(Packed::new(token.wrapping_add(1))));
        });
        varint::push(bytes, title_len as u64);
        varint::push(bytes, line.len() as u64);
        bytes.extend_from_slice(line);
    }

    pub(in crate::index) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The tokens that `bytes` were made from by [`Self::as_bytes`].
    pub(in crate::index) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes, line: Vec::new() }
    }

    /// For each passage how many tokens its title has, and its tokens.
    pub(in crate::index) fn lines(&self) -> impl Iterator<Item = io::Result<(u32, &[u8])>> {
        let mut rest = &self.bytes[..];
        std::iter::from_fn(move || {
            let title_len = varint::take(&mut rest)?;
            let len = varint::take(&mut rest).unwrap_or(0) as usize;
            let tokens = rest.split_off(..len).ok_or_else(malformed);
            Some(tokens.map(|tokens| (title_len as u32, tokens)))
        })
    }

    /// Gives back what is not needed when nothing more is appended.
    pub(in crate::index) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.line = Vec::new();
    }

    pub(in crate::index) fn memory_bytes(&self) -> usize {
        self.bytes.capacity() + self.line.capacity()
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
pub(in crate::index) struct Numbers<'a> {
    pub(super) words: &'a WordList,
    pub(super) numbers: Vec<u32>,
}

/// The tokens of some passages as a forward file has them.
#[derive(Default)]
pub(in crate::index) struct Renumbered {
    pub(super) bytes: Vec<u8>,
    /// How many of the bytes each passage has.
    pub(super) lens: Vec<u32>,
}

impl Numbers<'_> {
    /// For each number that some words have elsewhere, plus one, the number here
    /// plus one; 0, a gap, stays what it is. `words` are in the order of their bytes,
    /// and `order` has the numbers.
    pub(super) fn table(&self, words: &WordList, order: &[u32]) -> Vec<Packed> {
        // A word that is not here (there is none) would still take its place, as a
        // gap.
        let mut table = vec![Packed::new(0); order.len() + 1];
        let mut near = 0;
        for (at, &number) in order.iter().enumerate() {
            if let Some(found) = self.words.find(words.get(at), near) {
                table[number as usize + 1] = Packed::new(self.numbers[found] + 1);
                near = found;
            }
        }
        table
    }
}

impl Renumbered {
    /// Appends a passage, whose `tokens` have other numbers that `table`, made by
    /// [`Numbers::table`], has these for.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidData`] where the table lacks one.
    pub(super) fn push(
        &mut self,
        title_len: u32,
        tokens: &[u8],
        table: &[Packed],
    ) -> io::Result<()> {
        let start = self.bytes.len();
        varint::push(&mut self.bytes, title_len.into());
        let mut is_known = true;
        varint::append(&mut self.bytes, tokens.len(), |room| {
            let are_numbers = varint::each(tokens, |token| match table.get(token as usize) {
                Some(&number) => room.push(number),
                None => is_known = false,
            });
            is_known &= are_numbers;
        });
        self.lens.push((self.bytes.len() - start) as u32);
        if is_known { Ok(()) } else { Err(malformed()) }
    }
}

impl Share {
    /// The tokens by the numbers that words have in the segment.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidData`] where they are not those of these words.
    pub(in crate::index) fn renumber(&self, all: &Numbers<'_>) -> io::Result<Renumbered> {
        let table = all.table(&self.words, &self.order);
        let mut renumbered = Renumbered::default();
        for line in self.tokens.lines() {
            let (title_len, tokens) = line?;
            renumbered.push(title_len, tokens, &table)?;
        }
        Ok(renumbered)
    }
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a token is that of no word")
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
    fn tokens_take_the_numbers_of_the_segment() -> io::Result<()> {
        let mut tokens = TokenStream::default();
        tokens.push(1, &[1, GAP, 0, 2]);
        tokens.push(0, &[]);
        let share = Share { words: list(&["bet", "chain", "end"]), order: vec![1, 2, 0], tokens };
        let words = list(&["a", "bet", "chain", "d", "end"]);
        let all = Numbers { words: &words, numbers: vec![4, 3, 200, 1, 0] };
        let Renumbered { bytes, lens } = share.renumber(&all)?;
        assert_eq!(bytes, [1, 4, 0, 1, 0x80 | 73, 1, 0]);
        assert_eq!(lens, [6, 1]);
        Ok(())
    }
}
