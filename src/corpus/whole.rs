//! Reading a source whole, for formats that make no sense in parts.

use std::io::Read;

use super::{Skip, Source};

/// All bytes of `source`.
///
/// # Errors
///
/// [`Skip::TooLarge`] where they are more than [`Source::max_whole_bytes`], and
/// whatever stopped the reading; what was read by then is of no use to a format
/// that makes no sense in parts.
pub(super) fn read_whole(source: &mut Source<'_>) -> Result<Vec<u8>, Skip> {
    let mut bytes = Vec::new();
    let limit = source.max_whole_bytes as u64;
    source.bytes.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Skip::TooLarge);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_may_be_as_large_as_its_bound_and_not_larger() {
        let read = |mut bytes: &[u8]| {
            read_whole(&mut Source { max_whole_bytes: 4, ..Source::new("a.html", &mut bytes) })
        };
        assert_eq!(read(b"1234"), Ok(b"1234".to_vec()));
        assert_eq!(read(b"12345"), Err(Skip::TooLarge));
    }
}
