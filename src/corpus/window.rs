//! A stream that is looked at through a window, cut between two paragraphs where
//! there is such a place: memory stays bounded whatever the length of a file or
//! of its lines. Records are read by `records::lookahead` instead, which need not
//! be full to go on.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use memchr::memrchr_iter;

use super::decode::whole_characters;
use super::encoding::Reach;

/// The smallest window: the longest character of any encoding fits.
const MIN_WINDOW_BYTES: usize = 16;

/// How far before the end of a window white space is looked for in a line without
/// end. Far beyond any word; what has none there is no text in words. Chosen by hand.
const SPACE_REACH_BYTES: usize = 64 << 10;

/// The bytes at hand.
pub(super) struct Window<'a> {
    stream: &'a mut dyn Read,
    bytes: Vec<u8>,
    capacity: usize,
    /// Where `bytes` begin in the stream.
    start: u64,
}

impl<'a> Window<'a> {
    /// A window of at most `capacity` bytes onto `stream`, at its beginning.
    pub(super) fn new(stream: &'a mut dyn Read, capacity: usize) -> Self {
        let capacity = capacity.max(MIN_WINDOW_BYTES);
        Self { stream, bytes: Vec::new(), capacity, start: 0 }
    }

    /// Reads until the window is full or the stream ends, and tells which.
    ///
    /// # Errors
    ///
    /// What stopped the reading; [`Window::bytes`] then are what was read.
    pub(super) fn fill(&mut self) -> io::Result<Reach> {
        let room = (self.capacity - self.bytes.len()) as u64;
        self.stream.take(room).read_to_end(&mut self.bytes)?;
        let is_full = self.bytes.len() == self.capacity;
        Ok(if is_full { Reach::More } else { Reach::End })
    }

    /// The bytes at hand.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where they begin in the stream.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// Moves the window on by `len` bytes.
    pub(super) fn advance(&mut self, len: usize) {
        self.bytes.drain(..len);
        self.start += len as u64;
    }
}

/// Where to cut `bytes` that go on: behind the last blank line, else behind the
/// last line end, else behind the last white space where it is near the end, else
/// behind the last whole character.
///
/// Never 0. What is left has no place of the better kind, so the next window's
/// cut lies in what is read anew: no byte is looked at more than a few times.
pub(super) fn cut(bytes: &[u8], encoding: &'static Encoding) -> usize {
    let ends = LineEnds::of(encoding);
    let place = ends
        .last_blank_line(bytes)
        .or_else(|| ends.last(bytes, bytes.len()))
        .or_else(|| ends.last_space(bytes))
        .unwrap_or_else(|| whole_characters(bytes, encoding));
    if place == 0 { bytes.len() } else { place }
}

/// How line ends and white space look in an encoding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnds {
    Bytes,
    PairsLittle,
    PairsBig,
}

impl LineEnds {
    fn of(encoding: &'static Encoding) -> Self {
        match encoding {
            encoding if encoding == UTF_16LE => Self::PairsLittle,
            encoding if encoding == UTF_16BE => Self::PairsBig,
            _ => Self::Bytes,
        }
    }

    /// Behind the last line end that lies before `before`.
    fn last(self, bytes: &[u8], before: usize) -> Option<usize> {
        self.line_ends(&bytes[..before]).next()
    }

    /// Behind the last blank line.
    fn last_blank_line(self, bytes: &[u8]) -> Option<usize> {
        let mut ends = self.line_ends(bytes);
        let mut behind = ends.next()?;
        for end in ends {
            if self.is_blank(&bytes[end..behind]) {
                return Some(behind);
            }
            behind = end;
        }
        None
    }

    /// Behind the last white space, where it is near the end.
    fn last_space(self, bytes: &[u8]) -> Option<usize> {
        let unit_bytes = if self == Self::Bytes { 1 } else { 2 };
        let units = bytes.chunks_exact(unit_bytes).enumerate().rev();
        let mut near = units.take(SPACE_REACH_BYTES / unit_bytes);
        near.find(|(_, unit)| self.is_blank(unit)).map(|(at, _)| unit_bytes * (at + 1))
    }

    /// The places behind each line end, the last one first.
    fn line_ends(self, bytes: &[u8]) -> Box<dyn Iterator<Item = usize> + '_> {
        if self == Self::Bytes {
            return Box::new(memrchr_iter(b'\n', bytes).map(|at| at + 1));
        }
        let pairs = bytes.as_chunks::<2>().0.iter().enumerate().rev();
        let ends = pairs.filter(move |(_, pair)| self.unit(**pair) == u16::from(b'\n'));
        Box::new(ends.map(|(at, _)| 2 * at + 2))
    }

    fn is_blank(self, line: &[u8]) -> bool {
        match self {
            Self::Bytes => line.iter().all(u8::is_ascii_whitespace),
            _ => {
                let mut units = line.as_chunks::<2>().0.iter().map(|pair| self.unit(*pair));
                units.all(|unit| u8::try_from(unit).is_ok_and(|byte| byte.is_ascii_whitespace()))
            }
        }
    }

    fn unit(self, pair: [u8; 2]) -> u16 {
        if self == Self::PairsBig { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, UTF_8};

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(cut(text.as_bytes(), UTF_8), expected.len(), "{text:?}");
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(cut(&utf_16, UTF_16LE), 2 * expected.encode_utf16().count(), "{text:?}");
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(cut(&utf_16, UTF_16BE), 2 * expected.encode_utf16().count(), "{text:?}");
    }

    #[test]
    fn the_best_place_to_cut_is_taken() {
        check("a\n\nb\n\nc\nd", "a\n\nb\n\n");
        check("a\r\n \t\r\nb", "a\r\n \t\r\n");
        check("a\nb\nc", "a\nb\n");
        check("abc", "abc");
        // A word was cut wherever the window ended.
        check("a b\tcd", "a b\t");
        check("a \nb c", "a \n");
        let far = "x".repeat(SPACE_REACH_BYTES);
        check(&format!("a {far}"), &format!("a {far}"));
        check(&format!("a {}", &far[..SPACE_REACH_BYTES / 2 - 1]), "a ");
        check("\n\nabc", "\n\n");
        check("\u{0a0a}\u{0a0a}b", "\u{0a0a}\u{0a0a}b");
    }

    #[test]
    fn no_character_is_cut() {
        assert_eq!(cut(&"时间差".as_bytes()[..8], UTF_8), 6);
        assert_eq!(cut(&GBK.encode("时间差").0[..5], GBK), 4);
        let pair: Vec<u8> = "a🚂".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(cut(&pair[..4], UTF_16LE), 2);
    }
}
