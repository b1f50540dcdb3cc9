//! Puts very short neighbours under one heading together.
//!
//! A short paragraph goes with what follows: it is a title, a speaker, the lead
//! of a list. Where nothing follows, or that would be too long, it goes with
//! what comes before. What is joined is one stretch of the text, with all that
//! stands between.

use super::text::{Extent, fits};
use super::{SplitOptions, is_heading};
use crate::document::Block;

/// `blocks` with short ones joined as far as `options` ask and allow.
pub(super) fn join(text: &str, blocks: Vec<Block>, options: SplitOptions) -> Vec<Block> {
    if options.min_chars == 0 || blocks.len() < 2 {
        return blocks;
    }
    let blocks_left = Vec::with_capacity(blocks.len());
    let mut joined = Joined { text, options, blocks: blocks_left, short: None };
    for block in blocks {
        joined.add(block);
    }
    joined.settle();
    joined.blocks
}

struct Joined<'a> {
    text: &'a str,
    options: SplitOptions,
    blocks: Vec<Block>,
    /// How much the last block says, where it is short. It may grow block by block, and
    /// is looked at once.
    short: Option<Extent>,
}

impl Joined<'_> {
    fn add(&mut self, block: Block) {
        let SplitOptions { min_chars, max_chars } = self.options;
        if let (Some(last), Some(extent)) = (self.blocks.last_mut(), &mut self.short)
            && may_join(self.text, last, &block)
            && let more = &self.text[last.range.end..block.range.end]
            && fits(more, max_chars.saturating_sub(extent.chars()))
        {
            last.range.end = block.range.end;
            if !extent.grow(more, min_chars) {
                self.short = None;
            }
            return;
        }
        self.settle();
        self.short = match is_heading(&block) {
            true => None,
            false => Extent::of_short(&self.text[block.range.clone()], min_chars),
        };
        self.blocks.push(block);
    }

    /// Joins the last block, if it is still short, to the one before.
    fn settle(&mut self) {
        if self.short.is_some()
            && let [.., before, last] = self.blocks.as_mut_slice()
            && may_join(self.text, before, last)
            && fits(&self.text[before.range.start..last.range.end], self.options.max_chars)
        {
            before.range.end = last.range.end;
            self.blocks.pop();
        }
    }
}

/// Whether two neighbours may be one passage, if they are not too long.
fn may_join(text: &str, first: &Block, second: &Block) -> bool {
    // Headings may lie within the paragraph that says them; all others follow each
    // other. Markup may stand between, but no words that the format hides: a comment, a
    // link's target.
    !is_heading(first)
        && !is_heading(second)
        && !text[first.range.end..second.range.start].contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::BlockKind;

    /// Lines of `text` are its blocks; those that begin with `#` are headings.
    fn check(text: &str, expected: &[&str]) {
        let mut start = 0;
        let mut blocks = Vec::new();
        for line in text.split('\n') {
            let kind = match line.starts_with('#') {
                true => BlockKind::Heading { level: 1 },
                false => BlockKind::Paragraph,
            };
            blocks.push(Block { kind, range: start..start + line.len() });
            start += line.len() + 1;
        }
        let options = SplitOptions { min_chars: 8, max_chars: 24 };
        let found = join(text, blocks, options);
        let found: Vec<&str> = found.into_iter().map(|block| &text[block.range]).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_short_paragraph_goes_with_what_follows() {
        check("Yes.\nA paragraph.\nAnother one.", &["Yes.\nA paragraph.", "Another one."]);
        check("Yes.\nNo.\nOh.\nA paragraph.", &["Yes.\nNo.", "Oh.\nA paragraph."]);
        check("* * * * *\nA paragraph.", &["* * * * *\nA paragraph."]);
    }

    #[test]
    fn the_last_one_goes_with_what_comes_before() {
        check("A paragraph.\nEnd.", &["A paragraph.\nEnd."]);
        check(
            "A paragraph.\nYes.\nNine letters and ten more",
            &["A paragraph.\nYes.", "Nine letters and ten more"],
        );
    }

    #[test]
    fn headings_keep_apart() {
        check("Yes.\n# h\nNo.\n# h\nA paragraph.", &["Yes.", "# h", "No.", "# h", "A paragraph."]);
    }

    #[test]
    fn a_paragraph_that_says_the_headings_holds_them() {
        let text = "# h\n# i";
        let heading = |range| Block { kind: BlockKind::Heading { level: 1 }, range };
        let paragraph = Block { kind: BlockKind::Paragraph, range: 0..7 };
        let blocks = vec![paragraph, heading(0..3), heading(4..7)];
        let options = SplitOptions { min_chars: 8, max_chars: 24 };
        assert_eq!(join(text, blocks.clone(), options), blocks);
    }

    #[test]
    fn the_upper_bound_holds() {
        check("Yes.\nA paragraph that is long.", &["Yes.", "A paragraph that is long."]);
    }
}
