//! Cuts what is longer than a passage may be.
//!
//! The pieces come out about equally long: a rest of one sentence would be a
//! poor passage. Each cut is looked for in one window of the text, so that the
//! work stays linear whatever the text is made of.

use std::ops::Range;

use super::sentences::{is_sentence_end, may_end_without_space};
use super::text::{fits, is_space, last_line};
use crate::document::{Block, BlockKind};

/// `blocks` with each that has more than `max_chars` characters in pieces.
pub(super) fn bound(text: &str, blocks: Vec<Block>, max_chars: usize) -> Vec<Block> {
    let is_bounded = |block: &Block| fits(&text[block.range.clone()], max_chars);
    if blocks.iter().all(is_bounded) {
        return blocks;
    }
    let mut bounded = Vec::with_capacity(blocks.len() + 1);
    for block in blocks {
        match block.kind {
            BlockKind::Heading { .. } | BlockKind::Title => bounded.push(block),
            kind => cut(text, kind, block.range, max_chars, &mut bounded),
        }
    }
    bounded
}

fn cut(text: &str, kind: BlockKind, range: Range<usize>, max_chars: usize, to: &mut Vec<Block>) {
    let mut left = text[range.clone()].chars().count();
    let mut rest = range;
    while left > max_chars {
        let at = place(text, kind, rest.clone(), left, max_chars);
        let gap = gap(text, kind, rest.clone(), at);
        // Indentation can be longer than a piece.
        if rest.start < gap.start {
            to.push(Block { kind, range: rest.start..gap.start });
        }
        left -= text[rest.start..gap.end].chars().count();
        rest = gap.end..rest.end;
    }
    to.push(Block { kind, range: rest });
}

/// What is left out between two pieces of `rest` where it is cut at `at`: white space
/// but for the indentation of code, and what stands between the cells of a row.
fn gap(text: &str, kind: BlockKind, rest: Range<usize>, at: usize) -> Range<usize> {
    let before = text[rest.start..at].trim_end_matches(is_space);
    let behind = text[at..rest.end].trim_start_matches(is_space);
    let gap = rest.start + before.len()..rest.end - behind.len();
    match (kind, last_line(text, gap.clone())) {
        (BlockKind::Code, Some(line)) => gap.start..line,
        (BlockKind::Table, None) => {
            let (before, behind) = (without_last_marks(before), without_first_marks(behind));
            rest.start + before.len()..rest.end - behind.len()
        }
        _ => gap,
    }
}

/// What stands between two cells, in Markdown and in what is read of HTML.
const CELL_MARK: char = '|';

/// Whether a cell ends where `before` does.
fn ends_cell(before: &str) -> bool {
    before.strip_suffix(CELL_MARK).is_some_and(|cell| cell.ends_with(is_space))
}

/// Whether a cell ends before `behind`.
fn begins_behind_cell(behind: &str) -> bool {
    behind.strip_prefix(CELL_MARK).is_some_and(|cell| cell.starts_with(is_space))
}

fn without_last_marks(mut before: &str) -> &str {
    while ends_cell(before) {
        before = before[..before.len() - CELL_MARK.len_utf8()].trim_end_matches(is_space);
    }
    before
}

fn without_first_marks(mut behind: &str) -> &str {
    while begins_behind_cell(behind) {
        behind = behind[CELL_MARK.len_utf8()..].trim_start_matches(is_space);
    }
    behind
}

/// Where to end a piece of `rest`, which has `left` characters.
fn place(text: &str, kind: BlockKind, rest: Range<usize>, left: usize, max_chars: usize) -> usize {
    let aim_chars = left.div_ceil(left.div_ceil(max_chars));
    let mut places = text[rest.clone()].char_indices().map(|(at, _)| rest.start + at);
    let mut skip = |chars: usize| places.nth(chars).unwrap_or(rest.end);
    // A piece has half its due length at least, and never more than `max_chars`.
    let first = skip(aim_chars / 2);
    let aim = skip(aim_chars - aim_chars / 2 - 1);
    let last = match max_chars - aim_chars {
        0 => aim,
        more => skip(more - 1),
    };
    let mut best = (Worth::Nothing, aim.abs_diff(first).max(last.abs_diff(aim)), aim);
    let mut before = text[..first].chars().next_back().unwrap_or(' ');
    for (at, c) in text[first..rest.end].char_indices().map(|(at, c)| (first + at, c)) {
        if at > last {
            break;
        }
        let is_place = is_space(c) && !is_space(before) || may_end_without_space(before);
        before = c;
        if is_place {
            let worth = worth(kind, &text[rest.start..at], &text[at..rest.end]);
            let away = at.abs_diff(aim);
            if worth > best.0 || worth == best.0 && away < best.1 {
                best = (worth, away, at);
            }
        }
    }
    best.2
}

/// How good a place is for a cut, the best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    Nothing,
    Space,
    Good,
    Better,
    Best,
}

/// The worth of cutting between `before` and `after`. Prose is cut behind a
/// sentence; what is made of lines behind a line; a list before an item; a row between
/// cells.
fn worth(kind: BlockKind, before: &str, after: &str) -> Worth {
    let behind = after.trim_start_matches(is_space);
    let gap = &after[..after.len() - behind.len()];
    let line_ends = memchr::memchr_iter(b'\n', gap.as_bytes()).take(2).count();
    let sentence = || is_sentence_end(before, after);
    let is_cell_end =
        || kind == BlockKind::Table && (ends_cell(before) || begins_behind_cell(behind));
    let is_prose = kind == BlockKind::Paragraph;
    match line_ends {
        2 if kind != BlockKind::List => Worth::Best,
        1 | 2 if kind == BlockKind::List && begins_item(behind) => Worth::Best,
        _ if is_prose && sentence() => Worth::Better,
        1 | 2 if !is_prose => Worth::Better,
        1 => Worth::Good,
        _ if is_cell_end() || !is_prose && sentence() => Worth::Good,
        0 if gap.is_empty() => Worth::Nothing,
        _ => Worth::Space,
    }
}

/// Whether `line` begins with a bullet or a short number.
fn begins_item(line: &str) -> bool {
    let digits = line.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let rest = &line[digits..];
    let marker: &[char] = if digits == 0 { &['-', '*', '+', '•', '–'] } else { &['.', ')'] };
    rest.strip_prefix(marker).is_some_and(|rest| rest.starts_with(is_space))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: BlockKind, text: &str, max_chars: usize, expected: &[&str]) {
        let block = Block { kind, range: 0..text.len() };
        let pieces = bound(text, vec![block], max_chars);
        let pieces: Vec<&str> = pieces.into_iter().map(|piece| &text[piece.range]).collect();
        assert_eq!(pieces, expected, "{text:?}");
    }

    #[test]
    fn prose_is_cut_behind_sentences() {
        let text = "One two three. Four five six. Seven eight nine. Ten eleven.";
        check(
            BlockKind::Paragraph,
            text,
            32,
            &["One two three. Four five six.", "Seven eight nine. Ten eleven."],
        );
        let text = "Wie Dr. Smith sagt, ging es gut. Doch dann kam es anders.";
        check(
            BlockKind::Paragraph,
            text,
            36,
            &["Wie Dr. Smith sagt, ging es gut.", "Doch dann kam es anders."],
        );
    }

    #[test]
    fn prose_without_a_sentence_near_is_cut_behind_a_line_and_then_at_white_space() {
        let text = "Aaaa bbb. Cccc\ndddd eeee ffff";
        check(BlockKind::Paragraph, text, 20, &["Aaaa bbb.", "Cccc\ndddd eeee ffff"]);
        let text = "aaaa bbbb\ncccc dddd eeee ffff";
        check(BlockKind::Paragraph, text, 20, &["aaaa bbbb", "cccc dddd eeee ffff"]);
    }

    #[test]
    fn pieces_are_about_equally_long() {
        let text = "aaaa bbbb cccc dddd eeee";
        check(BlockKind::Paragraph, text, 20, &["aaaa bbbb cccc", "dddd eeee"]);
    }

    #[test]
    fn a_piece_may_be_as_long_as_a_passage() {
        let (long, short) = ("a".repeat(16), "bbb");
        check(BlockKind::Paragraph, &format!("{long} {short}"), 16, &[&long, short]);
        check(BlockKind::Paragraph, &format!("{long}{long}"), 16, &[&long, &long]);
    }

    #[test]
    fn a_heading_is_never_cut() {
        let text = "aaaa bbbb cccc dddd";
        for kind in [BlockKind::Heading { level: 1 }, BlockKind::Title] {
            check(kind, text, 16, &[text]);
        }
    }

    #[test]
    fn without_sentences_prose_is_cut_at_white_space_and_without_it_anywhere() {
        check(BlockKind::Paragraph, "aaaa bbbb cccc dddd", 16, &["aaaa bbbb", "cccc dddd"]);
        check(BlockKind::Paragraph, &"é".repeat(20), 16, &["éééééééééé", "éééééééééé"]);
    }

    #[test]
    fn chinese_prose_is_cut_behind_its_stops() {
        let text = "天地玄黄宇宙洪荒。日月盈昃，辰宿列张。寒来暑往。";
        check(
            BlockKind::Paragraph,
            text,
            20,
            &["天地玄黄宇宙洪荒。", "日月盈昃，辰宿列张。寒来暑往。"],
        );
    }

    #[test]
    fn a_list_is_cut_before_an_item() {
        let text = "- one\n  more. Yes\n- two\n  more. Yes\n- three\n  more";
        check(
            BlockKind::List,
            text,
            30,
            &["- one\n  more. Yes", "- two\n  more. Yes", "- three\n  more"],
        );
        let text = "- one two\n- three\n\n  four\n  five six";
        check(BlockKind::List, text, 30, &["- one two", "- three\n\n  four\n  five six"]);
        let text = "- aaa bb. Cc dddd eeee ffff";
        check(BlockKind::List, text, 20, &["- aaa bb.", "Cc dddd eeee ffff"]);
    }

    #[test]
    fn a_table_is_cut_behind_a_row() {
        let text = "| a. A | b |\n| c. C | d |\n| e. E | f |";
        check(BlockKind::Table, text, 26, &["| a. A | b |\n| c. C | d |", "| e. E | f |"]);
    }

    /// The mark between two cells stood at the end of one piece or the beginning of the
    /// next; in HTML no byte of the file says it.
    #[test]
    fn a_long_row_is_cut_between_cells_and_their_mark_goes() {
        for text in ["| aa bb cc | dd ee ff | gg hh ii |", "| aa bb cc |  | dd ee ff | gg hh ii |"]
        {
            let pieces = ["| aa bb cc", "dd ee ff", "gg hh ii |"];
            check(BlockKind::Table, text, 16, &pieces);
        }
        check(BlockKind::Table, "aa bb cc | dd ee ff", 16, &["aa bb cc", "dd ee ff"]);
        check(BlockKind::Table, "aa || bb || cc dd", 16, &["aa || bb", "|| cc dd"]);
        check(BlockKind::Table, "| | | | | | | | | | | |", 16, &["|", "|"]);
        check(BlockKind::Paragraph, "aa bb cc | dd ee ff", 16, &["aa bb cc |", "dd ee ff"]);
        let text = "aaaa | bbbb cccc dddd";
        check(BlockKind::Table, text, 16, &["aaaa", "bbbb cccc dddd"]);
        check(BlockKind::Paragraph, text, 16, &["aaaa | bbbb", "cccc dddd"]);
    }

    #[test]
    fn code_is_cut_at_blank_lines() {
        let text = "a = 1\nb = 2\n\nc = 3\nd = 4";
        check(BlockKind::Code, text, 16, &["a = 1\nb = 2", "c = 3\nd = 4"]);
        let text = "a = 1\nb = 2\n\nc = 3\nd = 4\ne = 5\nf = 6";
        check(BlockKind::Code, text, 30, &["a = 1\nb = 2", "c = 3\nd = 4\ne = 5\nf = 6"]);
    }

    /// That of the first line of a piece was lost.
    #[test]
    fn pieces_of_code_keep_their_indentation() {
        let text = "  a = 1\n  b = 2\n\n  c = 3\n  d = 4";
        check(BlockKind::Code, text, 20, &["  a = 1\n  b = 2", "  c = 3\n  d = 4"]);
        check(BlockKind::Code, "aaaa bbbb cccc dddd", 16, &["aaaa bbbb", "cccc dddd"]);
        let text = format!("a\n{}b", " ".repeat(40));
        check(BlockKind::Code, &text, 16, &["a", "b"]);
    }

    #[test]
    fn a_stretch_of_white_space_is_no_piece() {
        let text = format!("a{}b", " ".repeat(1_000));
        check(BlockKind::Paragraph, &text, 16, &["a", "b"]);
    }
}
