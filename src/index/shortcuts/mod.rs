//! Beside a segment's postings: what lets a search leave out most of them.
//!
//! Each large segment can have a file of shortcuts. It is made from the segment
//! and its forward file, so a segment without one loses nothing but speed. It
//! speaks of the lists of the field `text` only. For a list it may hold, in a
//! compact index peaks and leaps alone,
//!
//! * *peaks* ([`Peaks`]): the passages among which the best of the list is, and
//!   a bound from below for the tenth and the hundredth best, under whatever
//!   parameters;
//! * *leaps* ([`Leaps`](super::postings::Leaps)): where every sixteenth block of
//!   its postings begins;
//! * a *bitmap* ([`Bitmap`]) of the passages that may be in it;
//! * *signatures* ([`Signatures`]): one byte for each occurrence that tells
//!   roughly which words stand beside it;
//! * the passages in which it stands right before another very frequent word,
//!   with how often: the *pairs*, a small inverted index in the engine's format.
//!
//! And for each passage it may hold the number of its document among all ids, by
//! which equal scores are ordered and passages of one document told: to look one
//! up in the engine's column, that has to be unpacked first.
//!
//! All numbers are little-endian. The sections follow each other in this order:
//!
//! | section | for each | holds |
//! |---|---|---|
//! | header | | magic; how many passages, lists, units of bitmaps, pairs and numbers of documents; the lengths of the last three sections; how many tokens the text has |
//! | starts | list, ascending | where its postings begin |
//! | lists | list | where its signatures, peaks and bitmap are, its number among paired words |
//! | pairs | pair, by its two numbers | numbers, document frequency, where its postings are |
//! | documents | passage | the number of its document |
//! | bitmaps | frequent list | a bit for one or more passages, in whole units of 8 bytes |
//! | peaks | list | three skylines, then where to leap to |
//! | signatures | list | a byte an occurrence, in the order of passages and positions |
//! | postings | pair | a list in the engine's format, with frequencies |
//! | footer | | as those of the engine, see `index::footer` |

mod bitmap;
mod build;
mod content;
mod gather;
mod heights;
mod lists;
mod peaks;
mod read;
mod rows;
mod signatures;
#[cfg(test)]
mod tests;

pub use self::bitmap::Bitmap;
pub(super) use self::build::add_missing;
pub use self::peaks::{Peak, Peaks};
pub use self::read::{ListShortcuts, Shortcuts};
pub use self::signatures::{Beside, Signatures};

/// The extension of files of shortcuts.
pub(super) const EXTENSION: &str = "shortcuts";

/// Begins every file; its last digits are the version of its layout.
pub(super) const MAGIC: &[u8; 8] = b"excsct04";

/// Magic; the counts of passages, lists, units of bitmaps, pairs and numbers of
/// documents; the bytes of peaks, signatures and postings; the count of tokens.
const HEADER_BYTES: usize = 8 + 5 * 4 + 4 * 8;

/// Where a list's postings begin. Apart from the rest, since a search for one
/// touches many.
const START_BYTES: usize = 8;

/// A list: its signatures, its peaks, its bitmap, its number among the words that
/// are paired.
const LIST_BYTES: usize = 8 + 3 * 4;

/// A pair: two numbers, its document frequency, beginning and end of its
/// postings.
const PAIR_BYTES: usize = 2 * 2 + 4 + 2 * 8;

/// The number of a passage's document.
const DOCUMENT_BYTES: usize = 4;

/// Stands for a thing that a list has not.
const NONE: u32 = u32::MAX;
