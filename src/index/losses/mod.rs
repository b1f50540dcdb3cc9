//! What a segment has lost: the words of its deleted passages.
//!
//! The engine counts deleted passages in document frequencies until a merge drops
//! them. Statistics of ours count what is alive, so these have to be subtracted:
//! for each stem that stands in deleted passages, in how many and how often; for
//! each gram, in how many of them the words with it stand, at most; and how many
//! tokens their fields have. To find that out anew for each stem of each candidate
//! would take longer than all else that a search does.
//!
//! So an update that deletes passages of a segment counts them, by its forward file or
//! else by reading them back ([`reread`]), and writes beside it what they come to
//! ([`add_missing`]), in a file that is named by the same stamp as the engine's list of
//! deletions. Where there is none, or one of another version, a search counts for
//! itself by the forward file ([`count`]), or without one looks through the lists of
//! its terms: a segment loses nothing but speed.
//!
//! All numbers are little-endian. The sections follow each other in this order:
//!
//! | section | for each | holds |
//! |---|---|---|
//! | header | | magic; how many passages the segment has, how many of them are deleted, how many stems and grams follow |
//! | tokens | field, by its number | how many tokens the deleted passages have in it |
//! | stem numbers | stem, ascending | its number in the engine's dictionary of the field `text` |
//! | stem counts | stem | in how many deleted passages it stands, and how often |
//! | gram hashes | gram, ascending | its hash |
//! | gram counts | gram | in how many deleted passages its words stand, at most |
//! | footer | | as those of the engine, see `index::footer` |

mod count;
mod read;
mod reread;
#[cfg(test)]
mod tests;
mod write;

pub(super) use self::count::count;
pub use self::read::Losses;
pub(super) use self::write::{add_missing, deleted_tokens};
use super::schema::MEASURED_FIELDS;

/// The extension of files of losses.
pub(super) const EXTENSION: &str = "losses";

/// Begins every file; its last digits are the version of its layout.
pub(super) const MAGIC: &[u8; 8] = b"exclos02";

/// Magic; the counts of passages, deleted passages, stems and grams; the tokens.
const HEADER_BYTES: usize = 8 + 4 * 4 + 8 * MEASURED_FIELDS;
