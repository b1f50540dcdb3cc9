//! What one inverter has made of its passages, ready to be written.

use std::io;

use tantivy::schema::Field;

use super::chunk::{Postings, Stream};
use super::columns::Columns;
use super::dictionary::Interner;
use super::{Inverter, Streams};
use crate::analysis::Language;
use crate::index::forward::TokenStream;
use crate::index::schema::Fields;
use crate::index::word_list::WordList;

/// Passages inverted by one thread.
pub(in crate::index) struct Part {
    pub(super) language: Language,
    /// The surfaces of text, title and heading, in the order of their bytes, as
    /// are the words of the other fields.
    pub(super) words: WordList,
    /// The number that each of them has in `tokens`.
    pub(super) order: Vec<u32>,
    pub(super) tokens: TokenStream,
    pub(super) text: Postings,
    pub(super) title: Postings,
    pub(super) heading: Postings,
    pub(super) characters: WordList,
    pub(super) character: Postings,
    pub(super) sources: WordList,
    pub(super) source: Postings,
    pub(super) columns: Columns,
    /// The bytes of its document store.
    pub(super) store: io::Result<Vec<u8>>,
}

impl Part {
    /// The postings of `field`. Surfaces stand where text does.
    pub(super) fn postings(&self, fields: &Fields, field: Field) -> &Postings {
        match field {
            field if field == fields.title => &self.title,
            field if field == fields.heading => &self.heading,
            field if field == fields.characters => &self.character,
            field if field == fields.source => &self.source,
            _ => &self.text,
        }
    }

    /// The part without its stored values, and they.
    pub(super) fn without_store(mut self) -> (Self, io::Result<Vec<u8>>) {
        let store = std::mem::replace(&mut self.store, Ok(Vec::new()));
        (self, store)
    }

    /// How much memory all of it but the stored values takes.
    pub(super) fn memory_bytes(&self) -> usize {
        let postings = [&self.text, &self.title, &self.heading, &self.character, &self.source];
        let words = [&self.words, &self.characters, &self.sources];
        postings.into_iter().map(Postings::memory_bytes).sum::<usize>()
            + words.into_iter().map(WordList::memory_bytes).sum::<usize>()
            + self.order.capacity() * size_of::<u32>()
            + self.tokens.memory_bytes()
            + self.columns.memory_bytes()
    }
}

impl Inverter {
    /// What was made of the passages. This sorts what is left to sort: a
    /// thread's work, too.
    pub(in crate::index) fn finish(mut self) -> Part {
        self.tokens.shrink();
        self.columns.shrink();
        let Streams { text, title, heading, characters, source } = self.streams;
        let (words, order, [text, title, heading]) = sort(self.words, [text, title, heading]);
        let (characters, _, [character]) = sort(self.characters, [characters]);
        let (sources, _, [source]) = sort(self.sources, [source]);
        Part {
            language: self.language,
            words,
            order,
            tokens: self.tokens,
            text,
            title,
            heading,
            characters,
            character,
            sources,
            source,
            columns: self.columns,
            store: self.store.finish(),
        }
    }
}

/// The words in the order of their bytes, the number that each had, and their
/// postings by this order.
fn sort<const N: usize>(
    interner: Interner,
    streams: [Stream; N],
) -> (WordList, Vec<u32>, [Postings; N]) {
    let words = interner.into_words();
    let (sorted, order) = words.sorted();
    let postings = streams.map(|stream| {
        let mut postings = stream.finish(words.len());
        postings.renumber(&order);
        postings
    });
    (sorted, order, postings)
}
