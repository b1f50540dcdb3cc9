//! How lines end in the bytes of a file, whatever encoding they are in.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// The bytes that end a line. In all encodings but UTF-16 the byte of `\n` is a
/// line end and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    Byte,
    Pair([u8; 2]),
}

impl LineEnds {
    /// Those of an encoding.
    pub fn of(encoding: &'static Encoding) -> Self {
        match encoding {
            encoding if encoding == UTF_16LE => Self::Pair([b'\n', 0]),
            encoding if encoding == UTF_16BE => Self::Pair([0, b'\n']),
            _ => Self::Byte,
        }
    }

    /// Where lines begin behind a line end, in ascending order. `bytes` begin at
    /// an even place in the file.
    pub fn starts(self, bytes: &[u8]) -> Vec<usize> {
        match self {
            Self::Byte => memchr::memchr_iter(b'\n', bytes).map(|at| at + 1).collect(),
            Self::Pair(end) => {
                let pairs = bytes.as_chunks::<2>().0.iter().enumerate();
                pairs.filter(|&(_, pair)| *pair == end).map(|(at, _)| 2 * at + 2).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, UTF_8};

    use super::*;

    #[test]
    fn lines_begin_behind_whole_characters() {
        let check = |encoding, bytes: &[u8], expected: &[usize]| {
            assert_eq!(LineEnds::of(encoding).starts(bytes), expected, "{bytes:?}");
        };
        check(UTF_8, b"a\n\nb\n", &[2, 3, 5]);
        check(GBK, b"\xc4\xe3\n\xba\xc3", &[3]);
        // U+0A00 and U+010A have the byte of a line end and are none.
        check(UTF_16LE, b"\x00\x0aa\0\n\0\x0a\x01b\0\n\0", &[6, 12]);
        check(UTF_16BE, b"\x0a\x00\0a\0\n\x01\x0a\0b", &[6]);
        check(UTF_16LE, b"\n", &[]);
    }
}
