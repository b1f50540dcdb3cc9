//! From bytes to characters, with the place that each character came from.
//!
//! The offset map is exact for every encoding: a slice of the text maps to just
//! the bytes that decode to it. Which encoding it is, is [`super::encoding`]'s
//! to find out.

use std::borrow::Cow;
use std::str::from_utf8;

use encoding_rs::{DecoderResult, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use super::Skip;
use super::encoding::{Detected, Reach, detect};
use crate::document::{LineMap, OffsetMap};

const REPLACEMENT: &str = "\u{fffd}";

/// A text, where its characters came from, and how it was encoded.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    /// The text. A byte order mark is no part of it.
    pub(crate) text: Cow<'a, str>,
    /// From byte offsets in `text` to byte offsets in the bytes it was decoded
    /// from.
    pub(crate) offsets: OffsetMap,
    /// The encoding that was found.
    pub(crate) encoding: &'static Encoding,
}

/// Decodes all of `bytes`; offsets count from their first. `declared` is the
/// encoding that the text itself says it has, which is believed where it holds.
/// What is no character becomes U+FFFD.
///
/// # Errors
///
/// [`Skip::Binary`] where they are no text.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
) -> Result<Decoded<'a>, Skip> {
    let detected = detect(bytes, declared, Reach::End)?;
    Ok(Decoded::new(bytes, &detected, 0))
}

impl<'a> Decoded<'a> {
    /// Decodes `bytes` as `detected`, which may have been found in a part of a
    /// text that reaches further; they begin at `bytes_start`, where offsets
    /// count from.
    pub(super) fn new(bytes: &'a [u8], detected: &Detected<'a>, bytes_start: u64) -> Self {
        let encoding = detected.encoding;
        let start = bytes_start + detected.bom_bytes as u64;
        let behind = &bytes[detected.bom_bytes.min(bytes.len())..];
        let valid = match detected.text {
            Some(text) if text.len() == behind.len() => Some(text),
            _ if encoding == UTF_8 => from_utf8(behind).ok(),
            _ => None,
        };
        if let Some(text) = valid {
            let offsets = OffsetMap::identity(start, text.len());
            return Self { text: Cow::Borrowed(text), offsets, encoding };
        }
        let mut mapped = Mapped::new(start, behind.len());
        if encoding == UTF_8 {
            mapped.push_utf_8(behind);
        } else {
            mapped.push_encoded(behind, encoding, Reach::End);
        }
        Self { text: Cow::Owned(mapped.text), offsets: mapped.offsets, encoding }
    }

    /// The lines of `bytes`, which are those it was decoded from. They begin at
    /// `bytes_start` in the source, on line `first_line`.
    pub(crate) fn lines(&self, bytes: &[u8], bytes_start: u64, first_line: u64) -> LineMap {
        let newline = match self.encoding {
            encoding if encoding == UTF_16LE => [b'\n', 0],
            encoding if encoding == UTF_16BE => [0, b'\n'],
            // In all others the byte of `\n` is a line end and nothing else.
            _ => return LineMap::of_bytes(bytes, bytes_start, first_line),
        };
        let pairs = bytes.as_chunks::<2>().0.iter().enumerate();
        let ends = pairs.filter(|&(_, pair)| *pair == newline);
        let starts = ends.map(|(at, _)| bytes_start + 2 * (at as u64 + 1)).collect();
        LineMap::new(first_line, starts)
    }
}

/// How many of `bytes`, from their first on, are whole characters: the last one
/// may be cut.
pub(super) fn whole_characters(bytes: &[u8], encoding: &'static Encoding) -> usize {
    if encoding == UTF_8 {
        let tail = bytes.len().saturating_sub(3);
        // The last character begins in the last three bytes, or is whole.
        let begins = (tail..bytes.len()).rev().find(|&at| bytes[at] & 0xc0 != 0x80);
        return match begins {
            Some(at) if is_cut(&bytes[at..]) => at,
            _ => bytes.len(),
        };
    }
    Mapped::new(0, bytes.len()).push_encoded(bytes, encoding, Reach::More)
}

fn is_cut(last: &[u8]) -> bool {
    matches!(from_utf8(last), Err(error) if error.valid_up_to() == 0 && error.error_len().is_none())
}

/// A text that grows, with its map.
struct Mapped {
    text: String,
    offsets: OffsetMap,
    start: u64,
}

impl Mapped {
    fn new(start: u64, len: usize) -> Self {
        Self { text: String::with_capacity(len), offsets: OffsetMap::empty(), start }
    }

    /// Adds text that stands byte for byte at `at`.
    fn push_same(&mut self, text: &str, at: usize) {
        self.offsets.push(self.text.len(), text.len(), self.start + at as u64, 1, 1);
        self.text.push_str(text);
    }

    /// Adds text that stands for the `len` bytes at `at`.
    fn push_unit(&mut self, text: &str, at: usize, len: usize) {
        let (from, text_len) = (self.text.len(), text.len());
        let (unit, source_unit) = (text_len as u32, len as u32);
        self.offsets.push(from, text_len, self.start + at as u64, unit, source_unit);
        self.text.push_str(text);
    }

    fn push_utf_8(&mut self, bytes: &[u8]) {
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            self.push_same(chunk.valid(), at);
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                self.push_unit(REPLACEMENT, at, chunk.invalid().len());
                at += chunk.invalid().len();
            }
        }
    }

    /// Feeds the decoder byte by byte, so that what comes out belongs to what
    /// went in since the last time. Returns where the first character begins
    /// that is not whole, which is the end where all are.
    fn push_encoded(&mut self, bytes: &[u8], encoding: &'static Encoding, reach: Reach) -> usize {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        // The largest output for one byte of input is far below this.
        let mut output = [0; 16];
        let (mut begins, mut at) = (0, 0);
        loop {
            if at == begins && keeps_ascii(encoding) {
                let run = Encoding::ascii_valid_up_to(&bytes[at..]);
                self.push_same(&String::from_utf8_lossy(&bytes[at..at + run]), at);
                at += run;
                begins = at;
            }
            let is_last = at == bytes.len();
            if is_last && reach == Reach::More {
                return begins;
            }
            let input = &bytes[at..(at + 1).min(bytes.len())];
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(input, &mut output, is_last);
            at += read;
            if written > 0 {
                let character = String::from_utf8_lossy(&output[..written]);
                self.push_unit(&character, begins, at - begins);
                begins = at;
            }
            match result {
                DecoderResult::InputEmpty if is_last => return at,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
                DecoderResult::Malformed(_, behind) => {
                    if behind > 0 {
                        // The decoder has read on and would bring that out by
                        // and by; a new one reads it again, with its place.
                        at -= usize::from(behind);
                        decoder = encoding.new_decoder_without_bom_handling();
                    }
                    self.push_unit(REPLACEMENT, begins, at - begins);
                    begins = at;
                }
            }
        }
    }
}

/// Whether a byte below 0x80 that begins a character is ASCII.
fn keeps_ascii(encoding: &'static Encoding) -> bool {
    ![UTF_16LE, UTF_16BE, ISO_2022_JP].contains(&encoding)
}

#[cfg(test)]
mod tests;
