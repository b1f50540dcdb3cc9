//! The tokens of a page, each text with its exact place.
//!
//! `html5gum` reads the markup in linear time, as browsers do. It hands out
//! text with references decoded and newlines normalised; this file finds out
//! which bytes of the source each piece stands for. What tags mean is for
//! [`super::page`] to say.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::{Emitter, Error, State, Tokenizer};

use super::elements::{Role, role};
use super::pace::Paced;

/// How many attributes of a tag are kept: all that any honest one has. Chosen by
/// hand.
const MAX_ATTRIBUTES: usize = 256;

/// A start tag.
pub(super) struct StartTag<'t> {
    /// Its name in lower case.
    pub name: &'t [u8],
    /// Names as they are written and values with references decoded, in
    /// order, the first [`MAX_ATTRIBUTES`]; of elements whose role is not
    /// [`Role::Meta`] little but those that hide one.
    pub attributes: &'t [(Vec<u8>, Vec<u8>)],
    /// Whether it is written with a slash at its end.
    pub self_closing: bool,
    /// The offset of the first byte behind it.
    pub end: usize,
}

impl StartTag<'_> {
    /// The value of the first attribute called `name`.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let is_it = |known: &[u8]| known.eq_ignore_ascii_case(name.as_bytes());
        let (_, value) = self.attributes.iter().find(|(known, _)| is_it(known))?;
        std::str::from_utf8(value).ok()
    }
}

/// Takes the tokens of a page, in order.
pub(super) trait Receiver {
    /// Text that stands in the source as it is, from `at` on.
    fn text(&mut self, text: &str, at: usize);
    /// Text that the source writes otherwise: a character reference, a
    /// carriage return.
    fn written_otherwise(&mut self, text: &str, source: Range<usize>);
    /// A start tag. Returns how to read what follows it, where that is not
    /// markup.
    fn start_tag(&mut self, tag: &StartTag<'_>) -> Option<State>;
    /// An end tag.
    fn end_tag(&mut self, name: &[u8]);
    /// Whether `<![CDATA[` begins text, as in XML, and not a comment.
    fn reads_cdata(&self) -> bool;
}

/// Hands the tokens of `source` from the byte `from` on to `receiver`.
pub(super) fn tokenize(source: &str, from: usize, receiver: &mut impl Receiver) {
    let tokens = Tokens {
        source,
        receiver,
        position: from,
        cursor: from,
        copy: from..from,
        tag: Tag::default(),
        last_start_tag: Vec::new(),
    };
    // It hands out nothing but pauses.
    Tokenizer::new_with_emitter(Paced::new(&source[from..]), tokens).for_each(drop);
}

struct Tokens<'s, R> {
    source: &'s str,
    receiver: &'s mut R,
    /// Where the tokenizer stands.
    position: usize,
    /// The end of the last token: where the next text begins, unless the
    /// tokenizer passed over something in silence.
    cursor: usize,
    /// Text not yet handed over. Pieces come cut inside characters, so they
    /// are joined first.
    copy: Range<usize>,
    tag: Tag,
    last_start_tag: Vec<u8>,
}

#[derive(Default)]
struct Tag {
    is_end: bool,
    self_closing: bool,
    name: Vec<u8>,
    attributes: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether its attributes are kept whatever they are called.
    keeps_all: bool,
    /// Whether the attribute that is read is the last of `attributes`.
    collects: bool,
}

impl Tag {
    /// The attribute that is read, if it is collected.
    fn attribute(&mut self) -> Option<&mut (Vec<u8>, Vec<u8>)> {
        if self.collects { self.attributes.last_mut() } else { None }
    }
}

/// Whether an attribute called `name` can say that its element is hidden, or is not.
fn can_hide(name: &[u8]) -> bool {
    [&b"hidden"[..], b"style", b"open"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

impl<R: Receiver> Tokens<'_, R> {
    fn flush(&mut self) {
        let copy = std::mem::replace(&mut self.copy, self.cursor..self.cursor);
        if copy.is_empty() {
            return;
        }
        let at = copy.start;
        debug_assert!(self.source.is_char_boundary(copy.start));
        debug_assert!(self.source.is_char_boundary(copy.end));
        if let Some(text) = self.source.get(copy) {
            self.receiver.text(text, at);
        }
    }

    /// Whether `piece` is what the source says at `start`.
    fn is_copy(&self, piece: &[u8], start: usize) -> bool {
        self.source.as_bytes().get(start..start + piece.len()) == Some(piece)
    }

    /// Where `piece`, just emitted, was copied from; nothing where the source
    /// writes it otherwise.
    fn copied_from(&self, piece: &[u8]) -> Option<usize> {
        // What looked like the end of an element or of a CDATA section and was
        // none is emitted late, from further on.
        if matches!(piece, b"</" | b"]" | b"]]") && self.is_copy(piece, self.cursor) {
            return Some(self.cursor);
        }
        let start = self.position.checked_sub(piece.len()).filter(|&start| start >= self.cursor)?;
        // A reference may end in the character that it stands for: `&semi;`.
        let is_reference =
            start > self.cursor && self.source.as_bytes().get(self.cursor) == Some(&b'&');
        (!is_reference && self.is_copy(piece, start)).then_some(start)
    }
}

impl<R: Receiver> Emitter for Tokens<'_, R> {
    type Token = Infallible;

    fn move_position(&mut self, offset: isize) {
        self.position = self.position.saturating_add_signed(offset);
    }

    fn init_string(&mut self) {
        self.cursor = self.cursor.max(self.position);
    }

    fn emit_string(&mut self, piece: &[u8]) {
        if let Some(start) = self.copied_from(piece) {
            if self.copy.end != start {
                self.flush();
                self.copy = start..start;
            }
            self.copy.end = start + piece.len();
            self.cursor = self.copy.end;
            return;
        }
        let source = self.cursor..self.position.max(self.cursor);
        self.flush();
        self.cursor = source.end;
        self.copy = self.cursor..self.cursor;
        if let Ok(text) = std::str::from_utf8(piece) {
            self.receiver.written_otherwise(text, source);
        }
    }

    fn emit_eof(&mut self) {
        self.flush();
    }

    fn init_start_tag(&mut self) {
        self.tag.is_end = false;
        self.tag.self_closing = false;
        self.tag.name.clear();
        self.tag.attributes.clear();
    }

    fn init_end_tag(&mut self) {
        self.init_start_tag();
        self.tag.is_end = true;
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag.name.extend_from_slice(name);
    }

    fn init_attribute(&mut self) {
        let tag = &mut self.tag;
        match tag.attributes.last_mut() {
            // Most attributes matter to nobody: the next one takes their place.
            Some((name, value)) if !tag.keeps_all && !can_hide(name) => {
                name.clear();
                value.clear();
                return;
            }
            Some(_) => {}
            None => tag.keeps_all = role(&tag.name) == Role::Meta,
        }
        tag.collects = tag.attributes.len() < MAX_ATTRIBUTES;
        if tag.collects {
            tag.attributes.push(Default::default());
        }
    }

    fn push_attribute_name(&mut self, piece: &[u8]) {
        if let Some((name, _)) = self.tag.attribute() {
            name.extend_from_slice(piece);
        }
    }

    fn push_attribute_value(&mut self, piece: &[u8]) {
        let keeps_all = self.tag.keeps_all;
        if let Some((name, value)) = self.tag.attribute()
            && (keeps_all || can_hide(name))
        {
            value.extend_from_slice(piece);
        }
    }

    fn set_self_closing(&mut self) {
        self.tag.self_closing = true;
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.flush();
        self.cursor = self.position;
        if self.tag.is_end {
            self.last_start_tag.clear();
            self.receiver.end_tag(&self.tag.name);
            return None;
        }
        self.last_start_tag.clone_from(&self.tag.name);
        self.receiver.start_tag(&StartTag {
            name: &self.tag.name,
            attributes: &self.tag.attributes,
            self_closing: self.tag.self_closing,
            end: self.position.min(self.source.len()),
        })
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag.is_end && !self.last_start_tag.is_empty() && self.tag.name == self.last_start_tag
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.receiver.reads_cdata()
    }

    fn emit_current_comment(&mut self) {
        self.cursor = self.position;
    }

    fn emit_current_doctype(&mut self) {
        self.cursor = self.position;
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start_tag = name.unwrap_or_default().to_vec();
    }

    // Faults in the markup, comments and document types say nothing to a
    // reader.
    fn emit_error(&mut self, _: Error) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
}

#[cfg(test)]
mod tests;
