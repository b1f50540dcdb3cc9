//! From a document to its passages.
//!
//! Owns what a passage is: which ranges of a document's text become passages,
//! and under which headings. A document goes through four steps, each a list of
//! [`Block`]s in, a list of blocks out, all over ranges of the same text:
//!
//! 1. `blocks` takes what the format marked; where it marked nothing,
//!    `paragraphs` finds paragraphs and underlined headings in plain text.
//! 2. `long` cuts what is above [`SplitOptions::max_chars`], at the ends that
//!    `sentences` knows.
//! 3. `join` puts together what is below [`SplitOptions::min_chars`].
//! 4. [`Passages`] makes a [`Passage`](crate::passage::Passage) of each block
//!    that is left, and keeps the headings passed on the way as its path.
//!
//! Text is never changed, only sliced, so that a place in a passage stays a
//! place in the source. Where the text and the maps back to the file come from
//! is the business of [`crate::corpus`].

mod blocks;
mod headings;
mod join;
mod lines;
mod long;
mod paragraphs;
mod passages;
mod sentences;
#[cfg(test)]
mod tests;
mod text;

use serde::{Deserialize, Serialize};

use self::headings::HeadingPath;
pub use self::passages::Passages;
use crate::document::{Block, BlockKind, Document};
use crate::error::{Error, Result};

/// The smallest upper bound that makes sense: below it a bound would cut
/// through words everywhere. Chosen by hand.
const LEAST_MAX_CHARS: usize = 16;

/// The bounds of a passage, in characters.
///
/// ```
/// use excerpt::split::{SplitOptions, Splitter};
/// # fn main() -> excerpt::Result<()> {
/// let options = SplitOptions { max_chars: 600, ..SplitOptions::default() };
/// let splitter = Splitter::new(options)?;
/// # let _ = splitter;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitOptions {
    /// A paragraph with fewer characters is joined to the next one under the
    /// same heading, else to the one before, as far as `max_chars` allows.
    /// Chinese, Japanese and Korean characters count twice here; a line without
    /// letters and digits (`* * *`) counts as empty. 0 joins nothing.
    ///
    /// The default, 40, is about half a line: it takes in answers of a word,
    /// captions, `For example:` and the titles of plain text, and leaves every
    /// paragraph of a sentence or two a passage of its own.
    pub min_chars: usize,
    /// A paragraph, list or table with more characters is cut into pieces of
    /// about equal size that have at most as many. At least 16. A passage made
    /// of nothing but a document's title is exempt.
    ///
    /// The default, 3,000, leaves 99 of 100 abstracts of scientific articles
    /// whole; 2,000 would cut every tenth of one collection in two.
    pub max_chars: usize,
}

impl Default for SplitOptions {
    fn default() -> Self {
        Self { min_chars: 40, max_chars: 3_000 }
    }
}

/// Splits the documents of one source, in order.
#[derive(Debug, Clone)]
pub struct Splitter {
    options: SplitOptions,
    /// The number of the next passage of the current document.
    ordinal: u32,
    /// The headings that are open where the current document has got to.
    path: HeadingPath,
}

impl Splitter {
    /// A splitter for one source.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOption`] where `max_chars` is under 16 or `min_chars` is
    /// above `max_chars`.
    pub fn new(options: SplitOptions) -> Result<Self> {
        let SplitOptions { min_chars, max_chars } = options;
        if max_chars < LEAST_MAX_CHARS {
            return Err(Error::InvalidOption {
                option: "max_chars",
                value: max_chars.to_string(),
                reason: format!("a passage needs room for at least {LEAST_MAX_CHARS} characters"),
            });
        }
        if min_chars > max_chars {
            return Err(Error::InvalidOption {
                option: "min_chars",
                value: min_chars.to_string(),
                reason: format!("a passage has at most {max_chars} characters"),
            });
        }
        Ok(Self { options, ordinal: 0, path: HeadingPath::default() })
    }

    /// The passages of `document`, by ascending place in its text.
    ///
    /// A document that [continues](Document::continues) the one before goes on
    /// with its ordinals and open headings. The splitter has already moved on
    /// when this returns; the passages are made one by one as they are taken.
    ///
    /// No passage is empty. A heading with nothing below it is a passage, so that it
    /// can be found. A document without text, but with headings or a title, gives one
    /// passage that says these; where the title is not part of the text, that
    /// passage's span is the whole document.
    pub fn split<'d>(&mut self, document: &'d Document<'_>) -> Passages<'d> {
        if !document.continues {
            self.ordinal = 0;
            self.path.clear();
        }
        let blocks = self.blocks(document);
        let passages = Passages::new(document, blocks, self.ordinal, self.path.clone());
        self.ordinal = self.ordinal.saturating_add(passages.remaining());
        passages.follow_headings(&mut self.path);
        passages
    }

    fn blocks(&self, document: &Document<'_>) -> Vec<Block> {
        let max_chars = self.options.max_chars;
        let text = document.text.as_ref();
        let mut blocks = if document.blocks.is_empty() {
            paragraphs::paragraphs(text, max_chars)
        } else {
            blocks::blocks(text, &document.blocks)
        };
        let says_headings = self.ordinal == 0 && blocks.iter().all(is_heading);
        if says_headings {
            blocks::say_headings(&mut blocks);
        }
        let blocks = join::join(text, long::bound(text, blocks, max_chars), self.options);
        match says_headings {
            true => blocks,
            false => blocks::say_bare_headings(document, blocks, max_chars),
        }
    }
}

fn is_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading { .. } | BlockKind::Title)
}
