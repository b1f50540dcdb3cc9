//! From a passage back to its words: what the second stage of the ranking reads
//! instead of analysing passages again, and where phrases can be counted ([`Rows`]).
//!
//! Each segment can have a forward file beside the engine's own. An inverter gives
//! what it needs while it makes the segment ([`write`]); behind a merge of the
//! engine it is made from those of the merged segments ([`merge`]), or else from
//! the segment ([`build`]), always with the same bytes. A segment without one
//! loses nothing but speed, and so does one whose file is laid out as another version
//! of the program does. All numbers are little-endian; the sections follow each other
//! in this order:
//!
//! | section | for each | holds |
//! |---|---|---|
//! | header | | magic, the counts below |
//! | entries | word, then each stem that no word has | see below |
//! | end of texts | | where the text of one more word would begin |
//! | stems | stem | the number of the first word that has it, or of its own entry |
//! | passages | passage, and one more | where its tokens begin |
//! | gram hashes | gram, ascending | its hash |
//! | gram frequencies | gram | in how many passages its words stand, at most |
//! | word texts | | the words one after the other |
//! | tokens | passage | how many tokens its title has, then its tokens |
//! | footer | | as those of the engine, see `index::footer` |
//!
//! Words are numbered by falling document frequency, so that the numbers of most
//! tokens are short; a token is the number plus one, in variable length, and 0
//! stands for the gap between two parts. Stems are numbered as in the engine's
//! dictionary of the field `text`.
//!
//! An entry is five numbers: where the word's text begins; the number of its stem, in
//! the top two bits its weight; the document and the collection frequency of the stem;
//! the number of the next word that has the same stem, or all ones. So what the second
//! stage asks of a word stands in one place; a search asks of two thousand, which lie
//! anywhere.

mod build;
mod grams;
mod lexicon;
mod merge;
mod read;
mod rows;
mod share;
#[cfg(test)]
mod tests;
mod write;

pub(super) use self::build::{add_missing, read_back};
pub(super) use self::grams::gram_sums;
pub(super) use self::lexicon::Lexicon;
pub(super) use self::merge::Merging;
pub use self::read::{Forward, ForwardToken, ForwardWord};
pub use self::rows::Rows;
pub(super) use self::share::{GAP, Share, TokenStream};
pub(super) use self::write::ForwardFile;

use tantivy::index::SegmentId;

/// The extension of forward files.
pub(super) const EXTENSION: &str = "forward";

/// The name of the forward file of the segment `id`.
pub(super) fn file_name(id: SegmentId) -> String {
    format!("{}.{EXTENSION}", id.uuid_string())
}

/// So many passages are read at a time to make a file of what is on disk. Chosen
/// by hand: each thread holds two or three times their tokens, a megabyte each. In
/// tests so few that there are several shares.
pub(super) const SHARE_PASSAGES: u32 = if cfg!(test) { 3 } else { 1 << 13 };

/// Begins every forward file; its last digits are the version of its layout.
pub(super) const MAGIC: &[u8; 8] = b"excfwd03";

/// Magic, and the counts of words, stems that no word has, stems, passages and grams.
const HEADER_BYTES: usize = 8 + 5 * 4;

/// Where a word's text begins, its stem, the stem's two frequencies, the next word.
const ENTRY_BYTES: usize = 5 * 4;

/// Stands where no other word has a stem.
const NO_WORD: u32 = u32::MAX;

/// A word's weight stands in the bits above its stem's number.
const STEM_BITS: u32 = 30;

/// Stands where a word's stem is no term.
const NO_STEM: u32 = (1 << STEM_BITS) - 1;

/// The number of the stem below its word's weight.
fn stem_number(packed: u32) -> u32 {
    packed & ((1 << STEM_BITS) - 1)
}
