//! A block without the white space around it.

use std::ops::Range;

use crate::document::{Block, BlockKind};

/// The block of `kind` that is at `range` in `text`, without white space around it.
/// The first line of code keeps its indentation, like the others.
pub(super) fn trimmed(text: &str, kind: BlockKind, range: Range<usize>) -> Block {
    let words = text[range.clone()].trim_end();
    let behind = match kind {
        BlockKind::Code => words.trim_start_matches(['\n', '\r']),
        _ => words.trim_start(),
    };
    let end = range.start + words.len();
    Block { kind, range: end - behind.len()..end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_keeps_the_indentation_of_its_first_line() {
        let check = |kind, expected| {
            let text = "a \n\r\n  b \n";
            assert_eq!(&text[trimmed(text, kind, 1..text.len()).range], expected);
        };
        check(BlockKind::Paragraph, "b");
        check(BlockKind::Code, " \n\r\n  b");
        let code = trimmed("\n\r\n\t b\n", BlockKind::Code, 0..7);
        assert_eq!(code.range, 3..6);
        assert!(trimmed(" \n ", BlockKind::Code, 0..3).range.is_empty());
    }
}
