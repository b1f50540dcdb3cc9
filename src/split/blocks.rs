//! The blocks of a marked-up document, made fit for splitting.

use std::ops::Range;

use super::headings::HEADING_CHARS;
use super::long;
use super::text::{fits, last_line, trim};
use crate::document::{Block, BlockKind, Document};

/// The `marked` blocks of `text` without the white space round them and without
/// empty ones; code keeps the indentation of its first line. A heading that is too long
/// to be one is a paragraph.
pub(super) fn blocks(text: &str, marked: &[Block]) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(marked.len());
    for block in marked {
        let range = trimmed(text, block);
        if range.is_empty() {
            continue;
        }
        let kind = match block.kind {
            BlockKind::Heading { .. } if !fits(&text[range.clone()], HEADING_CHARS) => {
                BlockKind::Paragraph
            }
            kind => kind,
        };
        blocks.push(Block { kind, range });
    }
    blocks
}

fn trimmed(text: &str, block: &Block) -> Range<usize> {
    let Range { start, .. } = block.range;
    let words = trim(text, block.range.clone());
    match block.kind {
        BlockKind::Code if !words.is_empty() => {
            last_line(text, start..words.start).unwrap_or(start)..words.end
        }
        _ => words,
    }
}

/// Puts a paragraph that covers them all before `blocks`, which are headings
/// alone: their words are all there is to find.
pub(super) fn say_headings(blocks: &mut Vec<Block>) {
    if let (Some(first), Some(last)) = (blocks.first(), blocks.last()) {
        let range = first.range.start..last.range.end;
        // Before, not behind: the headings stay open for a further part of the
        // document, and do not head themselves.
        blocks.insert(0, Block { kind: BlockKind::Paragraph, range });
    }
}

/// Puts a paragraph behind each heading among `blocks` that has nothing below it:
/// no path holds its words. Below the last one of a part of a document there may be
/// something in the next part.
pub(super) fn say_bare_headings(
    document: &Document<'_>,
    blocks: Vec<Block>,
    max_chars: usize,
) -> Vec<Block> {
    let mut said = Vec::with_capacity(blocks.len());
    let mut blocks = blocks.into_iter().peekable();
    while let Some(block) = blocks.next() {
        let range = block.range.clone();
        let is_bare = match blocks.peek() {
            Some(next) => is_ended_by(&block, next),
            None => !document.is_continued && matches!(block.kind, BlockKind::Heading { .. }),
        };
        said.push(block);
        if is_bare {
            let paragraph = Block { kind: BlockKind::Paragraph, range };
            said.extend(long::bound(&document.text, vec![paragraph], max_chars));
        }
    }
    said
}

/// Whether `block` is a heading that `next` ends.
fn is_ended_by(block: &Block, next: &Block) -> bool {
    match (block.kind, next.kind) {
        (BlockKind::Heading { level }, BlockKind::Heading { level: next }) => next <= level,
        (BlockKind::Heading { .. }, BlockKind::Title) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: BlockKind = BlockKind::Heading { level: 2 };

    #[test]
    fn white_space_round_a_block_is_dropped_and_blank_blocks_with_it() {
        let marked = [
            Block { kind: HEADING, range: 0..3 },
            Block { kind: BlockKind::Paragraph, range: 3..5 },
            Block { kind: BlockKind::List, range: 5..9 },
        ];
        let expected =
            [Block { kind: HEADING, range: 1..2 }, Block { kind: BlockKind::List, range: 5..8 }];
        assert_eq!(blocks(" a \n\n- b\n", &marked), expected);
    }

    /// It was lost, where the lines below kept theirs.
    #[test]
    fn the_first_line_of_code_keeps_its_indentation() {
        let check = |text: &str, expected: &[&str]| {
            let marked = [Block { kind: BlockKind::Code, range: 0..text.len() }];
            let found = blocks(text, &marked);
            let found: Vec<&str> = found.into_iter().map(|block| &text[block.range]).collect();
            assert_eq!(found, expected, "{text:?}");
        };
        check("  a\n  b\n", &["  a\n  b"]);
        check(" \r\n\n\ta", &["\ta"]);
        check(" \n ", &[]);
    }

    #[test]
    fn a_heading_of_the_length_of_a_paragraph_is_a_paragraph() {
        let text = "word ".repeat(100);
        let marked = [Block { kind: HEADING, range: 0..text.len() }];
        let kinds: Vec<_> = blocks(&text, &marked).into_iter().map(|block| block.kind).collect();
        assert_eq!(kinds, [BlockKind::Paragraph]);
    }
}
