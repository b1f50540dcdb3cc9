//! Writes forward files.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::lexicon::Lexicon;
use super::share::{Numbers, Renumbered};
use super::{HEADER_BYTES, MAGIC, NO_WORD, stem_number};
use crate::analysis::Language;
use crate::error::{Error, Result};
use crate::index::draft::{Draft, DraftFile};
use crate::index::in_order::in_order;
use crate::threads::both;

/// The forward file of a segment that is to be written.
pub(in crate::index) struct ForwardFile<'a> {
    pub(in crate::index) directory: &'a Path,
    /// The name of the file in the directory.
    pub(in crate::index) name: &'a str,
    pub(in crate::index) language: Language,
    /// How many passages the segment has.
    pub(in crate::index) passages: u32,
    pub(in crate::index) threads: usize,
}

impl ForwardFile<'_> {
    /// Writes it, so that a file of its name is always whole; not at all where the
    /// segment has 4 GiB of different words. The passages are
    /// those of the `shares` shares that `renumber` gives, in this order. A few
    /// shares are held at a time, and no more.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where it cannot be written, and what `renumber` says.
    pub(in crate::index) fn write(
        &self,
        mut lexicon: Lexicon,
        shares: usize,
        renumber: impl Fn(usize, &Numbers<'_>) -> Result<Renumbered> + Sync,
    ) -> Result<()> {
        if lexicon.is_too_large() {
            return Ok(());
        }
        let path = self.directory.join(self.name);
        let failed = |error| Error::io("write", &path)(error);
        let (packed_stems, grams) =
            both(|| lexicon.packed_stems(self.language), || lexicon.grams());
        lexicon.forget_stems();
        let by_number = lexicon.by_frequency();
        let mut numbers = vec![0; by_number.len()];
        (0..).zip(&by_number).for_each(|(number, &word)| numbers[word as usize] = number);
        let tables = Tables { lexicon: &lexicon, by_number, packed_stems, grams };
        let mut file = Draft::create(self.directory, self.name)
            .and_then(|draft| tables.write(draft, self.passages))
            .map_err(failed)?;
        drop(tables);
        let all = Numbers { words: &lexicon.words, numbers };
        let renumber = |at| renumber(at, &all);
        in_order(shares, self.threads, renumber, |shares| -> Result<()> {
            for tokens in shares {
                file.append(&tokens?).map_err(failed)?;
            }
            Ok(())
        })?;
        file.close().map_err(failed)
    }
}

/// All that a forward file holds beside the tokens.
struct Tables<'a> {
    lexicon: &'a Lexicon,
    /// The word of each number, in the order of the lexicon.
    by_number: Vec<u32>,
    packed_stems: Vec<u32>,
    grams: Vec<(u32, u32)>,
}

impl Tables<'_> {
    /// Writes the tables to `draft`, and leaves room for where the tokens of each
    /// passage begin.
    fn write(&self, mut draft: Draft, passages: u32) -> io::Result<Tokens> {
        let Self { lexicon, by_number, packed_stems, grams } = self;
        let file = &mut draft.file;
        let Families { first, next, bare } = self.families();
        let (words, stems) = (by_number.len(), first.len());
        let counts = [words, bare.len(), stems, passages as usize, grams.len()];
        let mut header = Vec::with_capacity(HEADER_BYTES);
        header.extend_from_slice(MAGIC);
        counts.iter().for_each(|&count| header.extend_from_slice(&(count as u32).to_le_bytes()));
        file.write_all(&header)?;
        let texts = || by_number.iter().map(|&word| lexicon.words.get(word as usize));
        let mut at = 0u32;
        for ((text, &word), &next) in texts().zip(by_number).zip(&next) {
            let packed = packed_stems[word as usize];
            let (doc_freq, occurrences) = lexicon.statistics_of(packed);
            write_numbers(file, [at, packed, doc_freq, occurrences, next])?;
            at += text.len() as u32;
        }
        for stem in bare {
            let (doc_freq, occurrences) = lexicon.statistics_of(stem);
            write_numbers(file, [at, stem, doc_freq, occurrences, NO_WORD])?;
        }
        write_numbers(file, [at])?;
        write_numbers(file, first)?;
        let starts = file.stream_position()?;
        file.seek(SeekFrom::Current(8 * (i64::from(passages) + 1)))?;
        write_numbers(file, grams.iter().map(|&(hash, _)| hash))?;
        write_numbers(file, grams.iter().map(|&(_, doc_freq)| doc_freq))?;
        texts().try_for_each(|text| file.write_all(text))?;
        Tokens::new(draft, starts)
    }

    fn families(&self) -> Families {
        let words = self.by_number.len() as u32;
        let mut first = vec![NO_WORD; self.lexicon.statistics.len()];
        let mut next = vec![NO_WORD; words as usize];
        // From the last word to the first, so that each finds the next one.
        for (number, &word) in (0..words).zip(&self.by_number).rev() {
            let stem = stem_number(self.packed_stems[word as usize]);
            if let Some(first) = first.get_mut(stem as usize) {
                next[number as usize] = std::mem::replace(first, number);
            }
        }
        let mut bare = Vec::new();
        for (stem, first) in (0..).zip(&mut first).filter(|(_, first)| **first == NO_WORD) {
            *first = words + bare.len() as u32;
            bare.push(stem);
        }
        Families { first, next, bare }
    }
}

/// Which words have the same stem.
struct Families {
    /// For each stem the first word that has it, or its own entry.
    first: Vec<u32>,
    /// For each word the next one that has its stem.
    next: Vec<u32>,
    /// The stems that no word has.
    bare: Vec<u32>,
}

fn write_numbers(file: &mut impl Write, numbers: impl IntoIterator<Item = u32>) -> io::Result<()> {
    numbers.into_iter().try_for_each(|number| file.write_all(&number.to_le_bytes()))
}

/// A file whose tokens are being written, in two places at once.
struct Tokens {
    /// Where the tokens of each passage begin.
    starts: DraftFile,
    tokens: Draft,
    at: u64,
}

impl Tokens {
    fn new(tokens: Draft, starts_at: u64) -> io::Result<Self> {
        let mut starts = tokens.again()?;
        starts.seek(SeekFrom::Start(starts_at))?;
        Ok(Self { starts, tokens, at: 0 })
    }

    fn append(&mut self, tokens: &Renumbered) -> io::Result<()> {
        for &len in &tokens.lens {
            self.starts.write_all(&self.at.to_le_bytes())?;
            self.at += u64::from(len);
        }
        self.tokens.file.write_all(&tokens.bytes)
    }

    fn close(self) -> io::Result<()> {
        let Self { mut starts, tokens, at } = self;
        starts.write_all(&at.to_le_bytes())?;
        tokens.publish_with_footer(Some(starts))
    }
}
