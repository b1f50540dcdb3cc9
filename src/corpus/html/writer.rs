//! Writes the readable text of a page, block by block, with the place of every
//! character.

use crate::corpus::trim::trimmed;
use crate::document::{Block, BlockKind, OffsetMap};

/// What stands between two words or blocks; the greater one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Separator {
    /// Nothing.
    None,
    /// A space between words.
    Space,
    /// Between the cells of a row.
    Cell,
    /// Between lines, list items, rows.
    Line,
    /// Between paragraphs.
    Paragraph,
}

impl Separator {
    fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Space => " ",
            Self::Cell => " | ",
            Self::Line => "\n",
            Self::Paragraph => "\n\n",
        }
    }
}

/// White space that was read and not yet written: it counts only if a word
/// follows.
#[derive(Debug, Clone, Copy)]
struct Pending {
    separator: Separator,
    /// Where its first byte stands, if it is one byte of the source.
    source: Option<usize>,
    /// Whether it holds a line end.
    breaks_line: bool,
}

const NOTHING: Pending = Pending { separator: Separator::None, source: None, breaks_line: false };

/// The text so far.
#[derive(Debug)]
pub(super) struct Writer {
    pub text: String,
    pub blocks: Vec<Block>,
    pub offsets: OffsetMap,
    /// Where the open block begins.
    open: Option<usize>,
    pending: Pending,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            blocks: Vec::new(),
            offsets: OffsetMap::empty(),
            open: None,
            pending: NOTHING,
        }
    }

    /// Writes flowing text that stands in the source from `at` on: runs of
    /// white space become one space.
    pub(super) fn flow(&mut self, text: &str, at: usize) {
        let mut start = 0;
        while start < text.len() {
            let rest = &text[start..];
            let is_space = rest.starts_with(is_white_space);
            let end = rest
                .find(|next| is_white_space(next) != is_space)
                .map_or(text.len(), |len| start + len);
            let run = &text[start..end];
            if is_space {
                self.space(at + start, run.contains('\n'));
            } else {
                self.separate(run);
                self.push(run, at + start, 1, 1);
            }
            start = end;
        }
    }

    /// Writes flowing text that `len` bytes from `at` on stand for as a whole.
    pub(super) fn flow_unit(&mut self, text: &str, at: usize, len: usize) {
        if text.chars().all(is_white_space) {
            // Wider than a byte, it would not be a plain copy.
            self.space(if len == 1 { at } else { usize::MAX }, text.contains('\n'));
        } else {
            self.separate(text);
            self.push_unit(text, at, len);
        }
    }

    /// Writes text as it is, white space and all.
    pub(super) fn verbatim(&mut self, text: &str, at: usize) {
        self.separate(text);
        self.push(text, at, 1, 1);
    }

    /// Writes text as it is that `len` bytes from `at` on stand for as a whole.
    pub(super) fn verbatim_unit(&mut self, text: &str, at: usize, len: usize) {
        self.separate(text);
        self.push_unit(text, at, len);
    }

    /// Whether the last thing read was a line break.
    pub(super) fn after_line_break(&self) -> bool {
        self.open.is_some() && self.pending.separator == Separator::Line
    }

    /// Notes a separator inside the open block.
    pub(super) fn separator(&mut self, separator: Separator) {
        if self.open.is_some() && self.pending.separator < separator {
            self.pending = Pending { separator, ..NOTHING };
        }
    }

    /// Ends the open block, if there is one, as a block of `kind`, and notes
    /// what separates it from the next. Says whether it held any words.
    pub(super) fn end_block(&mut self, kind: BlockKind, separator: Separator) -> bool {
        let ended = self.open.take();
        let before = if ended.is_some() { Separator::None } else { self.pending.separator };
        self.pending = Pending { separator: separator.max(before), ..NOTHING };
        let Some(start) = ended else { return false };
        let block = trimmed(&self.text, kind, start..self.text.len());
        if block.range.is_empty() {
            return false;
        }
        self.blocks.push(block);
        true
    }

    /// Makes the blocks from number `first` on one block.
    pub(super) fn merge_blocks(&mut self, first: usize, kind: BlockKind) {
        let (Some(from), Some(to)) = (self.blocks.get(first), self.blocks.last()) else { return };
        let range = from.range.start..to.range.end;
        self.blocks.truncate(first);
        self.blocks.push(Block { kind, range });
    }

    fn space(&mut self, at: usize, breaks_line: bool) {
        if self.open.is_none() {
            return;
        }
        match self.pending.separator {
            Separator::None => {
                let source = (at != usize::MAX).then_some(at);
                self.pending = Pending { separator: Separator::Space, source, breaks_line };
            }
            _ => self.pending.breaks_line |= breaks_line,
        }
    }

    /// Writes what is pending before `next`, and begins a block if none is open.
    fn separate(&mut self, next: &str) {
        let pending = std::mem::replace(&mut self.pending, NOTHING);
        let joins = pending.separator == Separator::Space
            && pending.breaks_line
            && self.text.chars().next_back().is_some_and(is_unspaced)
            && next.chars().next().is_some_and(is_unspaced);
        if !joins && !self.text.is_empty() {
            match pending.source {
                Some(at) => self.push(" ", at, 1, 1),
                None => self.text.push_str(pending.separator.text()),
            }
        }
        self.open.get_or_insert(self.text.len());
    }

    fn push(&mut self, text: &str, at: usize, text_unit: u32, source_unit: u32) {
        self.offsets.push(self.text.len(), text.len(), at as u64, text_unit, source_unit);
        self.text.push_str(text);
    }

    fn push_unit(&mut self, text: &str, at: usize, len: usize) {
        let (Ok(text_unit), Ok(source_unit)) = (u32::try_from(text.len()), u32::try_from(len))
        else {
            return;
        };
        self.push(text, at, text_unit, source_unit);
    }
}

/// White space as HTML means it: a no-break space is none.
pub(super) fn is_white_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

/// Whether `character` belongs to a script written without spaces, Chinese or
/// Japanese with their punctuation: a line end in a source between two such is none
/// between words (CSS Text, "Segment Break Transformation Rules").
pub fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{312f}' | '\u{31a0}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff65}' | '\u{20000}'..='\u{3ffff}')
}
