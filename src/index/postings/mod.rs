//! The engine's postings as bytes, walked in our own way.
//!
//! A [`Cursor`] walks the passages of a term, [`Positions`] reads where it stands
//! in them. What that scores is [`crate::rank`]'s.

mod cursor;
pub(in crate::index) mod leaps;
mod lists;
mod positions;
mod slots;
mod table;

pub use self::cursor::Cursor;
pub use self::leaps::Leaps;
pub use self::lists::Lists;
pub use self::positions::Positions;
pub use self::slots::BLOCK;
pub use self::table::BlockBest;

/// The variable-length number at `at` and where the next one begins: seven bits
/// a byte, the low ones first, the last byte marked by its high bit.
fn read_number(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let mut number = 0u32;
    for (n, &byte) in bytes.get(at..)?.iter().take(5).enumerate() {
        number |= u32::from(byte & 0x7F).checked_shl(7 * n as u32)?;
        if byte & 0x80 != 0 {
            return Some((number, at + n + 1));
        }
    }
    None
}
