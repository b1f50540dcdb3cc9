//! Numbers as they are typed, and what is said of a text that is none.
//!
//! Whether a number makes sense where it stands is decided by those who take it, but
//! for numbers that nothing could be done with.

use std::num::{IntErrorKind, ParseFloatError, ParseIntError};
use std::str::FromStr;

use excerpt::index::MIN_MEMORY_BYTES;

use crate::size::parse_size;

/// The most threads. Chosen by hand: above any machine's cores, and low enough
/// that the system starts as many.
pub const MOST_THREADS: usize = 1024;

/// Reads a whole number, of whatever kind the option keeps.
pub fn whole<T: FromStr<Err = ParseIntError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: ParseIntError| {
        let reason = match error.kind() {
            IntErrorKind::Zero => "it is at least 1",
            IntErrorKind::PosOverflow => "it is too large a number",
            _ => "it is a whole number, as `10`",
        };
        reason.to_owned()
    })
}

/// Reads a whole number that is at most `MOST`.
pub fn at_most<T, const MOST: usize>(text: &str) -> Result<T, String>
where
    T: FromStr<Err = ParseIntError> + Into<usize> + Copy,
{
    let number: T = whole(text)?;
    if number.into() > MOST { Err(format!("it is at most {MOST}")) } else { Ok(number) }
}

/// Reads how much memory may be taken, in bytes.
pub fn memory(text: &str) -> Result<u64, String> {
    let bytes = parse_size(text)?;
    if bytes < MIN_MEMORY_BYTES {
        return Err(format!("it is at least {}M", MIN_MEMORY_BYTES >> 20));
    }
    Ok(bytes)
}

/// Reads a number that may have a fraction.
pub fn decimal(text: &str) -> Result<f32, String> {
    text.parse().map_err(|_: ParseFloatError| "it is a number, as `0.9`".to_owned())
}

/// Reads how many changes of spelling are looked through.
pub fn changes(text: &str) -> Result<u8, String> {
    match text {
        "1" => Ok(1),
        "2" => Ok(2),
        _ => Err("it is 1 or 2".to_owned()),
    }
}
