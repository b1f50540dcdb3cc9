//! Hands a page to the tokenizer with pauses, so that its stack stays small.
//!
//! `html5gum` 0.9 reads the quoted values of one tag in functions that call each
//! other in a circle: every value costs stack, and a tag with some ten thousand
//! of them all there is. An error of the reader takes the tokenizer out of all
//! those calls. Between the pieces of a value it loses nothing by that: its
//! state says where it is, and the next call goes on from there.

use html5gum::{Readable, Reader, StringReader};

/// How many pieces of quoted values are read between two pauses. Chosen by hand:
/// an empty value is one piece, any other two or more, a value takes some three
/// hundred bytes of stack, and a pause costs no more than a return.
const PIECES: usize = 16;

/// The tokenizer is to come out of its calls, and to be called again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pause")]
pub(super) struct Pause;

/// A page that pauses.
pub(super) struct Paced<'s> {
    page: StringReader<'s>,
    pieces: usize,
}

impl<'s> Paced<'s> {
    pub(super) fn new(page: &'s str) -> Self {
        Self { page: page.to_reader(), pieces: 0 }
    }
}

impl Reader for Paced<'_> {
    type Error = Pause;

    #[inline(always)]
    fn read_byte(&mut self) -> Result<Option<u8>, Pause> {
        let Ok(byte) = self.page.read_byte();
        Ok(byte)
    }

    #[inline(always)]
    fn read_until<'b>(
        &'b mut self,
        needle: &[u8],
        buffer: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, Pause> {
        // Only within double quotes, where a reference may stand, it looks for
        // these two.
        if needle.starts_with(b"\"&") {
            self.pieces += 1;
            if self.pieces == PIECES {
                self.pieces = 0;
                return Err(Pause);
            }
        }
        let Ok(piece) = self.page.read_until(needle, buffer);
        Ok(piece)
    }

    #[inline(always)]
    fn try_read_string(&mut self, text: &[u8], case_sensitive: bool) -> Result<bool, Pause> {
        let Ok(is_read) = self.page.try_read_string(text, case_sensitive);
        Ok(is_read)
    }
}
