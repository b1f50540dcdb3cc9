//! The engine's postings as bytes, walked in our own way.
//!
//! A [`Cursor`] walks the passages of a term, [`Positions`] reads where it stands
//! in them. What that scores is [`crate::rank`]'s.

mod cursor;
mod lists;
mod positions;

pub use self::cursor::{BLOCK, BlockBest, Cursor};
pub use self::lists::Lists;
pub use self::positions::Positions;
