//! Reads files of shortcuts, which are mapped; numbers of single documents are read.

use std::io;
use std::path::Path;

use tantivy::directory::OwnedBytes;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use super::bitmap::{Bitmap, UNIT_BYTES};
use super::peaks::Peaks;
use super::signatures::Signatures;
use super::{DOCUMENT_BYTES, HEADER_BYTES, LIST_BYTES, MAGIC, NONE, PAIR_BYTES, START_BYTES};
use crate::index::postings::{Leaps, Lists};
use crate::index::side_file::{self, long, number};
use crate::index::sparse::SparseBytes;

/// The shortcuts of a segment.
pub struct Shortcuts {
    bytes: OwnedBytes,
    sparse: SparseBytes,
    lists: usize,
    pairs: usize,
    passages: u32,
    tokens: u64,
    sections: Sections,
    pair_postings: Lists,
}

/// Where the sections behind the starts begin.
struct Sections {
    lists: usize,
    pairs: usize,
    documents: usize,
    bitmaps: usize,
    peaks: usize,
    signatures: usize,
    postings: usize,
}

/// The shortcuts of one list.
#[derive(Clone, Copy)]
pub struct ListShortcuts<'a> {
    /// How high its passages reach.
    pub peaks: Peaks<'a>,
    /// Where to leap to in its postings.
    pub leaps: Leaps<'a>,
    /// Its passages, roughly.
    pub bitmap: Option<Bitmap<'a>>,
    /// What stands beside its occurrences.
    pub signatures: Option<Signatures<'a>>,
    /// Its number among the words that are paired.
    pub paired: Option<u16>,
}

/// The number of each passage's document.
#[derive(Clone, Copy)]
pub struct DocumentNumbers<'a> {
    bytes: &'a SparseBytes,
    start: usize,
    passages: u32,
}

impl DocumentNumbers<'_> {
    /// The number of the document that the passage `doc` is of, among all ids of
    /// the segment in order; `None` where it has none.
    pub fn of(&self, doc: u32) -> Option<u32> {
        if doc >= self.passages {
            return None;
        }
        let at = self.start + doc as usize * DOCUMENT_BYTES;
        let mut room = Vec::new();
        number(self.bytes.get(at..at + DOCUMENT_BYTES, &mut room)?, 0)
            .filter(|&number| number != NONE)
    }

    /// As [`DocumentNumbers::of`], for those who ask for many.
    pub fn of_one_of_many(&self, doc: u32) -> Option<u32> {
        let number = u32::from_le_bytes(*self.all().get(doc as usize)?);
        Some(number).filter(|&number| number != NONE)
    }

    /// The passages of the document with this number, ascending.
    pub fn passages_of(&self, document: u32) -> Vec<u32> {
        let wanted = document.to_le_bytes();
        let mut passages = Vec::new();
        for (row, numbers) in (0..).step_by(ROW).zip(self.all().chunks(ROW)) {
            // Without a branch for each, so that many are compared at a time.
            if numbers.iter().fold(false, |any, number| any | (*number == wanted)) {
                let places = (row..).zip(numbers).filter(|(_, number)| **number == wanted);
                passages.extend(places.map(|(passage, _)| passage));
            }
        }
        passages
    }

    /// The numbers of all, as they lie in the map.
    fn all(&self) -> &[[u8; DOCUMENT_BYTES]] {
        let end = self.start + self.passages as usize * DOCUMENT_BYTES;
        self.bytes.mapped().get(self.start..end).unwrap_or_default().as_chunks().0
    }
}

/// So many numbers are compared at a time. Chosen by hand.
const ROW: usize = 64;

impl Shortcuts {
    /// Takes `bytes`, which are those of the file at `path`, for the shortcuts of a
    /// segment of `passages` passages; `None` where they are laid out as another
    /// version of the program does.
    pub(in crate::index) fn open(
        bytes: OwnedBytes,
        path: &Path,
        passages: u32,
    ) -> io::Result<Option<Self>> {
        let Some(bytes) = side_file::body(bytes, MAGIC)? else { return Ok(None) };
        let malformed = || io::Error::other("a file of shortcuts is malformed");
        let sections = || {
            let short = |n: usize| number(&bytes, 8 + 4 * n).map(|count| count as usize);
            let length = |n: usize| usize::try_from(long(&bytes, 28 + 8 * n)?).ok();
            let (lists, pairs) = (short(1)?, short(3)?);
            let lists_at = HEADER_BYTES.checked_add(lists.checked_mul(START_BYTES)?)?;
            let pairs_at = lists_at.checked_add(lists.checked_mul(LIST_BYTES)?)?;
            let documents = pairs_at.checked_add(pairs.checked_mul(PAIR_BYTES)?)?;
            let bitmaps = documents.checked_add(short(4)?.checked_mul(DOCUMENT_BYTES)?)?;
            let peaks = bitmaps.checked_add(short(2)?.checked_mul(UNIT_BYTES)?)?;
            let signatures = peaks.checked_add(length(0)?)?;
            let postings = signatures.checked_add(length(1)?)?;
            let is_whole = bytes.get(..8)? == MAGIC
                && short(0)? == passages as usize
                && [0, passages as usize].contains(&short(4)?)
                && postings.checked_add(length(2)?)? == bytes.len();
            let sections = Sections {
                lists: lists_at,
                pairs: pairs_at,
                documents,
                bitmaps,
                peaks,
                signatures,
                postings,
            };
            is_whole.then_some((lists, pairs, sections))
        };
        let (lists, pairs, sections) = sections().ok_or_else(malformed)?;
        let tokens = long(&bytes, HEADER_BYTES - 8).ok_or_else(malformed)?;
        let postings = bytes.slice(sections.postings..bytes.len());
        let pair_postings = Lists::new(postings, IndexRecordOption::WithFreqs, passages);
        let sparse = SparseBytes::new(bytes.clone(), path);
        Ok(Some(Self { bytes, sparse, lists, pairs, passages, tokens, sections, pair_postings }))
    }

    /// The shortcuts of the list of `info`, a term of the field `text`; `None`
    /// where it has none.
    pub fn list(&self, info: &TermInfo) -> Option<ListShortcuts<'_>> {
        let wanted = info.postings_range.start as u64;
        let start = |list: usize| long(&self.bytes, HEADER_BYTES + list * START_BYTES);
        let list = search(self.lists, wanted, start)?;
        let at = self.sections.lists + list * LIST_BYTES;
        let some = |at: usize| number(&self.bytes, at).filter(|&number| number != NONE);
        let Sections { bitmaps, peaks, signatures, postings, .. } = self.sections;
        let bitmap = || {
            let start = bitmaps + some(at + 12)? as usize * UNIT_BYTES;
            Bitmap::new(self.bytes.get(start..peaks)?, info.doc_freq, self.passages)
        };
        let signed = || {
            let start = long(&self.bytes, at).filter(|&start| start != u64::MAX)?;
            let bytes = self.bytes.get(signatures..postings)?.get(start as usize..)?;
            Some(Signatures::new(bytes))
        };
        let peaks = Peaks::new(self.bytes.get(peaks + some(at + 8)? as usize..signatures)?);
        Some(ListShortcuts {
            peaks,
            leaps: Leaps::new(peaks.behind(), info.doc_freq),
            bitmap: bitmap(),
            signatures: signed(),
            paired: some(at + 16).and_then(|number| u16::try_from(number).ok()),
        })
    }

    /// How many tokens the field `text` has in all passages, deleted ones included.
    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    /// The numbers of the passages' documents; `None` where they are left out.
    pub fn documents(&self) -> Option<DocumentNumbers<'_>> {
        let Sections { documents: start, bitmaps, .. } = self.sections;
        let (bytes, passages) = (&self.sparse, self.passages);
        (start < bitmaps).then_some(DocumentNumbers { bytes, start, passages })
    }

    /// Where the postings of the pair of the words with these numbers are in
    /// [`Shortcuts::pair_postings`]; `None` where the second nowhere stands right
    /// behind the first.
    pub fn pair(&self, first: u16, second: u16) -> Option<TermInfo> {
        let wanted = pair_key(first, second);
        let place = |pair: usize| self.sections.pairs + pair * PAIR_BYTES;
        let key = |pair: usize| number(&self.bytes, place(pair)).map(u64::from);
        let at = place(search(self.pairs, wanted.into(), key)?);
        let range = long(&self.bytes, at + 8)? as usize..long(&self.bytes, at + 16)? as usize;
        let doc_freq = number(&self.bytes, at + 4)?;
        Some(TermInfo { doc_freq, postings_range: range, positions_range: 0..0 })
    }

    /// The lists of all pairs, with frequencies, under the lengths of the field
    /// `text`.
    pub fn pair_postings(&self) -> &Lists {
        &self.pair_postings
    }
}

/// Orders pairs by the first word, then the second.
pub(super) fn pair_key(first: u16, second: u16) -> u32 {
    u32::from(first) << 16 | u32::from(second)
}

/// The one of `count` things whose key, by which they ascend, is `wanted`.
fn search(count: usize, wanted: u64, key: impl Fn(usize) -> Option<u64>) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        match key(middle)?.cmp(&wanted) {
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}
