//! The words and stems of a segment, and what a forward file says of them.

use std::cmp::Reverse;

use super::grams::gram_sums;
use super::{NO_STEM, STEM_BITS, stem_number};
use crate::analysis::{self, Analyzer, Language};
use crate::error::Result;
use crate::index::list_reader::ListFile;
use crate::index::schema::surface_field;
use crate::index::segment::OpenSegment;
use crate::index::snapshot::Snapshot;
use crate::index::word_list::WordList;

/// The words and stems of a segment, as its dictionaries have them.
#[derive(Default)]
pub(in crate::index) struct Lexicon {
    /// In the order of their bytes, as are the stems.
    pub(super) words: WordList,
    doc_freqs: Vec<u32>,
    stems: WordList,
    /// Document and collection frequencies.
    pub(super) statistics: Vec<(u32, u32)>,
    /// Whether there were more words or stems than lists of them hold.
    is_too_large: bool,
}

impl Lexicon {
    /// Adds the next word of the segment.
    pub(in crate::index) fn push_word(&mut self, word: &[u8], doc_freq: u32) {
        if !self.words.has_room_for(word) {
            self.is_too_large = true;
            return;
        }
        self.words.push(word);
        self.doc_freqs.push(doc_freq);
    }

    /// Adds the next stem of the segment.
    pub(in crate::index) fn push_stem(&mut self, stem: &[u8], doc_freq: u32, occurrences: u64) {
        if !self.stems.has_room_for(stem) {
            self.is_too_large = true;
            return;
        }
        self.stems.push(stem);
        let occurrences = u32::try_from(occurrences).unwrap_or(u32::MAX);
        self.statistics.push((doc_freq, occurrences));
    }

    /// Whether some words or stems were left out: no forward file holds so many.
    pub(super) fn is_too_large(&self) -> bool {
        self.is_too_large
    }

    /// Reads the dictionaries of `segment`, which is one of `snapshot`.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub(super) fn read(snapshot: &Snapshot, segment: &OpenSegment) -> Result<Self> {
        let (fields, language) = (snapshot.fields(), snapshot.language());
        let mut lexicon = Self::default();
        if let Some(field) = segment.field(surface_field(fields, language))? {
            let stream = field.dictionary.stream();
            let mut stream = stream.map_err(|error| segment.damaged(error))?;
            while stream.advance() {
                lexicon.push_word(stream.key(), stream.value().doc_freq);
            }
        }
        if let Some(field) = segment.field(fields.text)? {
            let damaged = |error| segment.damaged(error);
            let reader = ListFile::new(snapshot, segment, fields.text).reader().map_err(damaged)?;
            let mut stream = field.dictionary.stream().map_err(damaged)?;
            while stream.advance() {
                let info = stream.value();
                let occurrences = reader.read(info, |mut cursor| cursor.total_occurrences());
                let occurrences = occurrences.map_err(damaged)?;
                lexicon.push_stem(stream.key(), info.doc_freq, occurrences);
            }
        }
        Ok(lexicon)
    }

    fn word(&self, at: usize) -> &str {
        // Every word was a string before; damage makes it another word.
        std::str::from_utf8(self.words.get(at)).unwrap_or_default()
    }

    /// The words by falling document frequency, those of equal frequency in the
    /// order of their bytes: the word whose number is the index.
    pub(super) fn by_frequency(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.words.len() as u32).collect();
        order.sort_by_key(|&word| Reverse(self.doc_freqs[word as usize]));
        order
    }

    /// For each word, in the order of their bytes, the number of its stem and its
    /// weight, packed.
    pub(super) fn packed_stems(&self, language: Language) -> Vec<u32> {
        let analyzer = Analyzer::new(language);
        let mut near = 0;
        let pack = |surface: &str| {
            let stem = analyzer.stem(surface);
            // A word whose stem is no term has none of its own to be like.
            let number = self.stems.find(stem.as_bytes(), near).map_or(NO_STEM, |at| {
                near = at;
                at as u32
            });
            number | (analysis::weight(surface, language) as u32) << STEM_BITS
        };
        (0..self.words.len()).map(|at| self.word(at)).map(pack).collect()
    }

    /// The document and collection frequency of a stem, by its number as
    /// [`Self::packed_stems`] has it; 0 for the number that is no stem's.
    pub(super) fn statistics_of(&self, packed: u32) -> (u32, u32) {
        self.statistics.get(stem_number(packed) as usize).copied().unwrap_or_default()
    }

    /// Forgets the stems' names, which are no more needed when
    /// [`Self::packed_stems`] are known.
    pub(super) fn forget_stems(&mut self) {
        self.stems = WordList::default();
    }

    /// Grams with the sums of their words' document frequencies, ascending by
    /// their hashes.
    pub(super) fn grams(&self) -> Vec<(u32, u32)> {
        gram_sums(self.words.len(), |at| Some((self.word(at), self.doc_freqs[at])))
    }
}
