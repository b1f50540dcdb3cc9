//! Reads forward files, which are mapped; single passages of them are read.

use std::io;
use std::ops::Range;
use std::path::Path;

use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, MmapDirectory, OwnedBytes};

use super::{ENTRY_BYTES, HEADER_BYTES, MAGIC, NO_STEM, STEM_BITS, stem_number};
use crate::analysis::Weight;
use crate::index::side_file::{self, long, number};
use crate::index::sparse::SparseBytes;

/// The forward file of a segment.
pub struct Forward {
    bytes: OwnedBytes,
    sparse: SparseBytes,
    words: usize,
    /// Words, and stems that are no word's.
    entries: usize,
    stems: usize,
    passages: usize,
    grams: usize,
    sections: Sections,
}

/// Where the sections begin.
struct Sections {
    entries: usize,
    stems: usize,
    passages: usize,
    gram_hashes: usize,
    gram_freqs: usize,
    texts: usize,
    tokens: usize,
}

/// What there is about a word of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForwardWord<'f> {
    /// The word as it is written, folded.
    pub surface: &'f str,
    /// The number of its stem in the dictionary of the field `text`.
    pub stem: u32,
    /// How much it says.
    pub weight: Weight,
    /// The document and collection frequency of its stem in the segment; 0 where the
    /// stem is no term.
    pub statistics: (u32, u32),
}

/// One token of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardToken {
    /// A word, by its number.
    Word(u32),
    /// The gap between two parts.
    Gap,
}

/// The tokens of a passage, in order.
#[derive(Debug, Clone)]
pub struct ForwardTokens<'f> {
    rest: &'f [u8],
}

impl<'f> ForwardTokens<'f> {
    /// The number in front of tokens, and these.
    fn of(mut bytes: &'f [u8]) -> Option<(u32, Self)> {
        let title_len = take_number(&mut bytes)?;
        Some((title_len, Self { rest: bytes }))
    }

    /// The numbers of the words plus one, with 0 for a gap, each as in
    /// [`varint`](super::super::varint).
    pub(in crate::index) fn as_bytes(&self) -> &'f [u8] {
        self.rest
    }
}

impl Iterator for ForwardTokens<'_> {
    type Item = ForwardToken;

    #[inline]
    fn next(&mut self) -> Option<ForwardToken> {
        Some(match take_number(&mut self.rest)? {
            0 => ForwardToken::Gap,
            number => ForwardToken::Word(number - 1),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // Each number has one byte without the high bit; a last one that is cut
        // short is no token.
        let tokens = self.rest.iter().filter(|&&byte| byte < 0x80).count();
        (0, Some(tokens))
    }
}

impl Forward {
    /// Maps the file `name` of `directory`, which is at `path`, for a segment of
    /// `passages` passages; `None` where there is none, or one of another version.
    pub(in crate::index) fn read(
        directory: &MmapDirectory,
        path: &Path,
        name: &str,
        passages: u32,
    ) -> io::Result<Option<Self>> {
        match directory.open_read(Path::new(name)) {
            Ok(file) => Self::open(file.read_bytes()?, &path.join(name), passages),
            Err(OpenReadError::FileDoesNotExist(_)) => Ok(None),
            Err(other) => Err(io::Error::other(other)),
        }
    }

    /// Takes `bytes`, which are those of the file at `path`, for a forward file of a
    /// segment of `passages` passages; `None` where it is laid out as another version
    /// of the program does.
    fn open(bytes: OwnedBytes, path: &Path, passages: u32) -> io::Result<Option<Self>> {
        let Some(bytes) = side_file::body(bytes, MAGIC)? else { return Ok(None) };
        let malformed = || io::Error::other("a forward file is malformed");
        if bytes.get(..8) != Some(MAGIC) || bytes.len() < HEADER_BYTES {
            return Err(malformed());
        }
        let count = |n: usize| number(&bytes, 8 + 4 * n).map(|count| count as usize);
        let counts = [count(0), count(1), count(2), count(3), count(4)];
        let [Some(words), Some(bare), Some(stems), Some(own_passages), Some(grams)] = counts else {
            return Err(malformed());
        };
        let entries = words + bare;
        let entries_at = HEADER_BYTES;
        let stems_at = entries_at + ENTRY_BYTES * entries + 4;
        let passages_at = stems_at + 4 * stems;
        let gram_hashes = passages_at + 8 * (own_passages + 1);
        let gram_freqs = gram_hashes + 4 * grams;
        let texts = gram_freqs + 4 * grams;
        let texts_len = number(&bytes, entries_at + ENTRY_BYTES * entries).ok_or_else(malformed)?;
        let tokens = texts + texts_len as usize;
        let tokens_len = long(&bytes, passages_at + 8 * own_passages).ok_or_else(malformed)?;
        let sections = Sections {
            entries: entries_at,
            stems: stems_at,
            passages: passages_at,
            gram_hashes,
            gram_freqs,
            texts,
            tokens,
        };
        if own_passages != passages as usize
            || (tokens as u64).checked_add(tokens_len) != Some(bytes.len() as u64)
        {
            return Err(malformed());
        }
        let sparse = SparseBytes::new(bytes.clone(), path);
        Ok(Some(Self {
            bytes,
            sparse,
            words,
            entries,
            stems,
            passages: own_passages,
            grams,
            sections,
        }))
    }

    /// How many words there are; their numbers are below.
    pub fn word_count(&self) -> usize {
        self.words
    }

    /// How many stems there are; their numbers are below.
    pub fn stem_count(&self) -> usize {
        self.stems
    }

    /// What there is about the word with the number `word`; `None` where there is none,
    /// which only damage can cause.
    #[inline]
    pub fn entry(&self, word: u32) -> Option<ForwardWord<'_>> {
        let entry = self.entry_bytes(word, self.words)?;
        let (stem, weight) = unpack_stem(number(entry, 4)?);
        let surface = self.text(entry)?;
        let statistics = (number(entry, 8)?, number(entry, 12)?);
        Some(ForwardWord { surface, stem, weight, statistics })
    }

    /// The word with the number `word`; `None` as in [`Forward::entry`].
    pub fn word(&self, word: u32) -> Option<&str> {
        self.text(self.entry_bytes(word, self.words)?)
    }

    /// The number of a word's stem in the dictionary of the field `text`, and
    /// how much the word says.
    pub fn stem_of(&self, word: u32) -> Option<(u32, Weight)> {
        Some(unpack_stem(number(self.entry_bytes(word, self.words)?, 4)?))
    }

    /// The numbers of the words that have the stem with the number `stem`, ascending.
    pub fn words_of(&self, stem: u32) -> impl Iterator<Item = u32> {
        let is_word = |&word: &u32| (word as usize) < self.words;
        let next = move |&word: &u32| {
            let next = number(self.entry_bytes(word, self.words)?, 16)?;
            // Only damage can lead back.
            Some(next).filter(|&next| next > word).filter(is_word)
        };
        std::iter::successors(self.first_entry_of(stem).filter(is_word), next)
    }

    /// The document and collection frequency of a stem in the segment, which are 0 for
    /// the number that words have whose stem is no term; `None` where nothing has the
    /// number, which only damage can cause.
    pub fn stem_statistics(&self, stem: u32) -> Option<(u32, u32)> {
        if stem == NO_STEM {
            return Some((0, 0));
        }
        let entry = self.entry_bytes(self.first_entry_of(stem)?, self.entries)?;
        Some((number(entry, 8)?, number(entry, 12)?))
    }

    fn first_entry_of(&self, stem: u32) -> Option<u32> {
        number(&self.bytes, self.sections.stems + 4 * self.index(stem, self.stems)?)
    }

    /// The entry number `at` of the first `count`, and where the next one's text begins.
    #[inline]
    fn entry_bytes(&self, at: u32, count: usize) -> Option<&[u8]> {
        let start = self.sections.entries + ENTRY_BYTES * self.index(at, count)?;
        self.bytes.get(start..start + ENTRY_BYTES + 4)
    }

    #[inline]
    fn text(&self, entry: &[u8]) -> Option<&str> {
        let start = self.sections.texts + number(entry, 0)? as usize;
        let end = self.sections.texts + number(entry, ENTRY_BYTES)? as usize;
        std::str::from_utf8(self.bytes.get(start..end)?).ok()
    }

    /// How many tokens the title of passage `doc` has, and all its tokens: the
    /// title's, the headings', the body's. For passages that lie beside each other.
    pub fn tokens(&self, doc: u32) -> Option<(u32, ForwardTokens<'_>)> {
        let at = self.sections.passages + 8 * self.index(doc, self.passages)?;
        let range = self.token_range(self.bytes.get(at..at + 16)?)?;
        ForwardTokens::of(self.bytes.get(range)?)
    }

    /// As [`Forward::tokens`], for passages that lie anywhere: what of the file
    /// must be read for that is put into `room`.
    pub fn tokens_in<'r>(
        &'r self,
        doc: u32,
        room: &'r mut Vec<u8>,
    ) -> Option<(u32, ForwardTokens<'r>)> {
        let at = self.sections.passages + 8 * self.index(doc, self.passages)?;
        let range = self.token_range(self.sparse.get(at..at + 16, room)?)?;
        ForwardTokens::of(self.sparse.get(range, room)?)
    }

    /// The passages from `first` on in shares that have about `bytes` bytes of tokens
    /// each; all passages would make no more than about `most`.
    ///
    /// Each is looked for near the one before, which touches little of the table of
    /// passages at a time.
    pub(in crate::index) fn shares(
        &self,
        first: u32,
        bytes: u64,
        most: u64,
    ) -> impl Iterator<Item = Range<u32>> {
        let start = |doc| long(&self.bytes, self.sections.passages + 8 * doc).unwrap_or(0);
        let step = bytes.max(start(self.passages) / most);
        let mut first = first as usize;
        std::iter::from_fn(move || {
            let bound = start(first).saturating_add(step);
            let (mut end, mut reach) = (first + 1, 1);
            while end + reach < self.passages && start(end + reach) < bound {
                end += reach;
                reach *= 2;
            }
            let mut high = (end + reach).min(self.passages);
            while end < high {
                let middle = end + (high - end) / 2;
                if start(middle) < bound {
                    end = middle + 1;
                } else {
                    high = middle;
                }
            }
            let share = first..end;
            first = end;
            (share.start < self.passages).then_some(share.start as u32..share.end as u32)
        })
    }

    /// Where the tokens of a passage are, by its place in the table of passages and
    /// the next one.
    fn token_range(&self, places: &[u8]) -> Option<Range<usize>> {
        let start = usize::try_from(long(places, 0)?).ok()?;
        let end = usize::try_from(long(places, 8)?).ok()?;
        let tokens = self.sections.tokens;
        Some(tokens.checked_add(start)?..tokens.checked_add(end)?)
    }

    /// In how many passages the words with this gram stand, at most: the sum
    /// over the words.
    pub fn gram_doc_freq(&self, hash: u32) -> u64 {
        let (mut low, mut high) = (0, self.grams);
        while low < high {
            let middle = low + (high - low) / 2;
            match number(&self.bytes, self.sections.gram_hashes + 4 * middle) {
                Some(found) if found == hash => {
                    let at = self.sections.gram_freqs + 4 * middle;
                    return number(&self.bytes, at).map_or(0, u64::from);
                }
                Some(found) if found < hash => low = middle + 1,
                _ => high = middle,
            }
        }
        0
    }

    fn index(&self, number: u32, count: usize) -> Option<usize> {
        Some(number as usize).filter(|&number| number < count)
    }
}

/// A stem's number, and the weight that is packed above it.
fn unpack_stem(packed: u32) -> (u32, Weight) {
    let weight = match packed >> STEM_BITS {
        0 => Weight::Stop,
        1 => Weight::Function,
        _ => Weight::Full,
    };
    (stem_number(packed), weight)
}

/// Takes a token from the end of `rest`.
#[inline]
pub(super) fn take_last_number(rest: &mut &[u8]) -> Option<u32> {
    let (_, before) = rest.split_last()?;
    let start = before.iter().rposition(|&byte| byte < 0x80).map_or(0, |last| last + 1);
    let (before, mut number) = rest.split_at(start);
    *rest = before;
    take_number(&mut number)
}

/// Takes a token from the beginning of `rest`.
#[inline]
pub(super) fn take_number(rest: &mut &[u8]) -> Option<u32> {
    let first = *rest.split_off_first()?;
    // Half the tokens and more are one byte.
    if first < 0x80 {
        return Some(first.into());
    }
    let mut number = u32::from(first & 0x7F);
    for shift in [7, 14, 21, 28] {
        let byte = *rest.split_off_first()?;
        number |= u32::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}
