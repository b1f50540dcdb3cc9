//! Reading a source whole, for formats that make no sense in parts.

use std::io::Read;

use super::{ReadReport, Skip, Source};

/// What was read of a source: all of it, or what comes before a failure.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub bytes: Vec<u8>,
    failure: Option<Skip>,
}

impl Whole {
    /// What came of the source, given what came of making a document of it. Why
    /// the reading broke off says more than that the rest is no text.
    pub(super) fn report(self, made: Result<(), Skip>) -> Result<ReadReport, Skip> {
        match self.failure {
            Some(failure) => Err(failure),
            None => made.map(|()| ReadReport::default()),
        }
    }
}

/// All bytes of `source`, or those before a failure.
///
/// # Errors
///
/// [`Skip::TooLarge`] where they are more than [`Source::max_whole_bytes`], and
/// what stopped the reading before the first.
pub(super) fn read_whole(source: &mut Source<'_>) -> Result<Whole, Skip> {
    let mut bytes = Vec::new();
    let limit = source.max_whole_bytes as u64;
    let read = source.bytes.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    if bytes.len() as u64 > limit {
        return Err(Skip::TooLarge);
    }
    match read.map_err(Skip::from) {
        Err(failure) if bytes.is_empty() => Err(failure),
        read => Ok(Whole { bytes, failure: read.err() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_may_be_as_large_as_its_bound_and_not_larger() {
        let read = |mut bytes: &[u8]| {
            read_whole(&mut Source { max_whole_bytes: 4, ..Source::new("a.html", &mut bytes) })
        };
        assert_eq!(read(b"1234"), Ok(Whole { bytes: b"1234".to_vec(), failure: None }));
        assert_eq!(read(b"12345"), Err(Skip::TooLarge));
    }
}
