//! Values as they stand in a record, and the notation they are written in.
//!
//! A [`Piece`] is a place in a record; a [`Notation`] knows what the bytes there
//! say. Both formats of records have their own, with the same few questions.

use std::borrow::Cow;

use crate::document::OffsetMap;

/// How much of an escaped value is looked at a time for anything but white
/// space. Chosen by hand: the first look nearly always decides.
const LOOK_BYTES: usize = 64;

/// Where a value stands in its record, in bytes, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub start: usize,
    pub end: usize,
    pub form: Form,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The bytes are what they say.
    Plain,
    /// They hold escapes.
    Escaped,
}

/// How a format writes values.
#[derive(Clone, Copy)]
pub(super) struct Notation {
    /// Appends to the text what a raw value says, and to the map where each byte
    /// of it stands: the raw value begins at the given source offset.
    pub unescape: fn(&str, u64, &mut String, &mut OffsetMap),
    /// Where an escaped value that is longer than the given length may be cut:
    /// behind a paragraph, a line or white space where it has one, never inside an
    /// escape.
    /// More than 0 and hardly more than the given length, which is 4 or more.
    pub cut: fn(&str, usize) -> usize,
}

impl Notation {
    /// What a raw value says.
    pub(super) fn read<'r>(&self, raw: &'r str, form: Form) -> Cow<'r, str> {
        match form {
            Form::Plain => Cow::Borrowed(raw),
            Form::Escaped => {
                let mut text = String::with_capacity(raw.len());
                (self.unescape)(raw, 0, &mut text, &mut OffsetMap::empty());
                Cow::Owned(text)
            }
        }
    }

    /// Whether a raw value says nothing but white space.
    pub(super) fn is_blank(&self, raw: &str, form: Form) -> bool {
        if form == Form::Plain {
            return raw.trim().is_empty();
        }
        let mut rest = raw;
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(self.cut_at(rest, form, LOOK_BYTES));
            if !self.read(head, form).trim().is_empty() {
                return false;
            }
            rest = tail;
        }
        true
    }

    /// Where to cut a raw value to about `limit` bytes, 4 or more.
    pub(super) fn cut_at(&self, raw: &str, form: Form, limit: usize) -> usize {
        if raw.len() <= limit {
            return raw.len();
        }
        match form {
            Form::Escaped => (self.cut)(raw, limit),
            Form::Plain => cut_plain(raw, limit),
        }
    }
}

/// Behind the last paragraph, else the last line, else the last white space, else
/// the last character that fits `limit`.
pub(super) fn cut_plain(raw: &str, limit: usize) -> usize {
    let end = raw.floor_char_boundary(limit);
    let head = &raw[..end];
    let behind = |line_end: &str| head.rfind(line_end).map(|at| at + line_end.len());
    let space = || head.char_indices().rfind(|(_, c)| c.is_whitespace());
    behind("\n\n")
        .or_else(|| behind("\n"))
        .or_else(|| space().map(|(at, c)| at + c.len_utf8()))
        .unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_place_to_cut_is_taken() {
        let check = |raw: &str, expected: &str| assert_eq!(&raw[..cut_plain(raw, 8)], expected);
        check("a\n\nb\nc d e", "a\n\n");
        check("a\nb c d e", "a\n");
        // A word was cut wherever the piece ended.
        check("one two three", "one two ");
        check("one\u{3000}three", "one\u{3000}");
        check("abcdefghi", "abcdefgh");
        check("abcdefgé", "abcdefg");
    }
}
