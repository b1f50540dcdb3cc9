//! Paragraphs and underlined headings of plain text.
//!
//! Blank lines and form feeds separate paragraphs; so does a line that begins
//! with an ideographic space, which is how Chinese and Japanese text marks a
//! paragraph where there are no blank lines. Whether every line is a paragraph
//! is decided in `lines`, for each stretch of lines on its own.

use std::ops::Range;

use super::headings::HEADING_CHARS;
use super::lines::{self, BlankLines};
use super::text::{columns, fits, is_space, trim};
use crate::document::{Block, BlockKind};

/// How far the line under a heading may be shorter or longer than the heading.
/// Underlining by hand is a few characters off; a line that rules off a section
/// or a signature is far off. Chosen by hand.
const UNDERLINE_SLACK: usize = 3;

/// The paragraphs and headings of `text`, trimmed, none empty.
pub(super) fn paragraphs(text: &str, max_chars: usize) -> Vec<Block> {
    let with_line_feeds = with_line_feeds(text);
    let text = with_line_feeds.as_deref().unwrap_or(text);
    let runs = runs(text);
    let blank_lines = BlankLines::judge(runs.iter().map(|run| run.lines).sum(), runs.len());
    let mut blocks = Vec::with_capacity(runs.len());
    for mut run in runs {
        if run.lines > 1
            && let Some((heading, behind)) = underlined(text, &run.range)
        {
            blocks.push(heading);
            run = Run { range: trim(text, behind..run.range.end), lines: run.lines - 2 };
        }
        let slice = &text[run.range.clone()];
        if run.lines > 1 && lines::are_paragraphs(slice, blank_lines, max_chars) {
            push_lines(text, run.range, &mut blocks);
        } else if !slice.is_empty() {
            blocks.push(Block { kind: BlockKind::Paragraph, range: run.range });
        }
    }
    blocks
}

/// `text`, byte for byte, with line feeds where its lines end with carriage returns
/// alone, as on old Macs. Beside a line feed such a return is one white space more, as
/// where `\r\n` was made `\r\r\n`. In Markdown each ends a line, as CommonMark has it.
fn with_line_feeds(text: &str) -> Option<String> {
    let holds = |byte| memchr::memchr(byte, text.as_bytes()).is_some();
    (!holds(b'\n') && holds(b'\r')).then(|| text.replace('\r', "\n"))
}

/// Lines that nothing separates, trimmed as a whole.
struct Run {
    range: Range<usize>,
    lines: usize,
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let (mut start, mut lines) = (0, 1);
    let mut close = |range: Range<usize>, lines: usize| {
        let range = trim(text, range);
        if !range.is_empty() {
            runs.push(Run { range, lines });
        }
    };
    for at in memchr::memchr2_iter(b'\n', b'\x0c', text.as_bytes()) {
        let next = at + 1;
        if text.as_bytes()[at] == b'\x0c' || separates(&text[next..]) {
            close(start..at, lines);
            (start, lines) = (next, 1);
        } else if lines == 1 && text[start..at].trim_start_matches(is_space).is_empty() {
            // The last of the blank lines before a run.
            start = next;
        } else {
            lines += 1;
        }
    }
    close(start..text.len(), lines);
    runs
}

/// Whether the line that `rest` begins with ends the paragraph before it: it is
/// blank, or begins with an ideographic space.
fn separates(rest: &str) -> bool {
    let white = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\x0b');
    match rest.as_bytes().iter().find(|byte| !white(byte)) {
        None | Some(b'\n' | b'\x0c') => true,
        Some(byte) if byte.is_ascii() => false,
        Some(_) => {
            rest.starts_with('\u{3000}')
                || rest.chars().find(|&c| c == '\n' || !is_space(c)).is_none_or(|c| c == '\n')
        }
    }
}

/// The heading that the run begins with, and where the rest begins: one line,
/// and under it a line of `=` or `-` about as long. Other looks of headings
/// (capitals, numbers) are as often tables, addresses or shouting; a wrong
/// heading would stand over every passage that follows.
fn underlined(text: &str, run: &Range<usize>) -> Option<(Block, usize)> {
    let slice = &text[run.clone()];
    let (words, rest) = slice.split_once('\n')?;
    let rule_line = rest.split('\n').next()?;
    let rule = rule_line.trim_end_matches(is_space);
    let mark = *rule.as_bytes().first()?;
    let level = match mark {
        b'=' => 1,
        b'-' => 2,
        _ => return None,
    };
    let words = words.trim_end_matches(is_space);
    let is_rule = rule.len() > 2 && rule.bytes().all(|byte| byte == mark);
    let is_title = fits(words, HEADING_CHARS)
        && words.chars().any(char::is_alphanumeric)
        && !words.ends_with(['.', ',', ';'])
        // The head of a table.
        && !words.contains("   ")
        && !words.contains(['\t', '|']);
    if !is_rule || !is_title || columns(words).abs_diff(rule.len()) > UNDERLINE_SLACK {
        return None;
    }
    let range = run.start..run.start + words.len();
    let behind = run.end - rest.len() + rule_line.len();
    Some((Block { kind: BlockKind::Heading { level }, range }, behind))
}

fn push_lines(text: &str, run: Range<usize>, blocks: &mut Vec<Block>) {
    let mut start = run.start;
    for line in text[run].split('\n') {
        let range = trim(text, start..start + line.len());
        start += line.len() + 1;
        if !range.is_empty() {
            blocks.push(Block { kind: BlockKind::Paragraph, range });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = paragraphs(text, 2_000)
            .into_iter()
            .map(|block| match block.kind {
                BlockKind::Heading { level } => format!("h{level} {}", &text[block.range]),
                _ => text[block.range].to_owned(),
            })
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn blank_lines_separate() {
        check("a\nb\n\nc\n", &["a\nb", "c"]);
        check("\n\n a \n\n\n\n\nb", &["a", "b"]);
        check("a\n \t \nb\n\u{3000}\u{a0}\nc\n\u{a0}\nd", &["a", "b", "c", "d"]);
        check("", &[]);
        check(" \n\t\n", &[]);
    }

    #[test]
    fn blank_lines_before_a_run_are_none_of_its_lines() {
        for text in ["a\nb", "\na\nb", "\n\n\na\nb\n\n", "\x0c\na\nb", "\u{3000}\n\ta\nb"] {
            let lines: Vec<usize> = runs(text).into_iter().map(|run| run.lines).collect();
            assert_eq!(lines, [2], "{text:?}");
        }
    }

    #[test]
    fn crlf_ends_a_line_and_a_lone_cr_beside_it_does_not() {
        check("a\r\nb\r\n\r\nc\r\n", &["a\r\nb", "c"]);
        check("a\r\rb\n", &["a\r\rb"]);
    }

    /// A file of an old Mac was one passage.
    #[test]
    fn cr_ends_a_line_where_there_is_nothing_else_that_does() {
        check("a\rb\r\rc\r", &["a\rb", "c"]);
        check("Title\r=====\rText\r \r\rMore", &["h1 Title", "Text", "More"]);
        let line = "Some words that go on and on. ".repeat(6);
        let line = line.trim_end();
        check(&format!("{line}\r{line}\r{line}"), &[line, line, line]);
    }

    #[test]
    fn a_form_feed_separates() {
        check("a\n\x0cb\x0cc", &["a", "b", "c"]);
    }

    #[test]
    fn an_ideographic_space_begins_a_paragraph() {
        check("\u{3000}\u{3000}天地\n\u{3000}\u{3000}玄黄\n宇宙", &["天地", "玄黄\n宇宙"]);
        check("    code\n    more", &["code\n    more"]);
    }

    #[test]
    fn an_underlined_line_is_a_heading() {
        check("Title\n=====\n\nText", &["h1 Title", "Text"]);
        check("Title\n========\nText", &["h1 Title", "Text"]);
        check("One two\r\n-------\r\nText\r\n", &["h2 One two", "Text"]);
        check("天地\n====", &["h1 天地"]);
    }

    #[test]
    fn what_only_resembles_an_underline_is_text() {
        check("Regards, all\n--\nHome", &["Regards, all\n--\nHome"]);
        check("Jo\n--\nHome", &["Jo\n--\nHome"]);
        check("Name   Age\n----------", &["Name   Age\n----------"]);
        check(
            "A line of text\n------------------------------",
            &["A line of text\n------------------------------"],
        );
        check("Two\nlines\n=====", &["Two\nlines\n====="]);
        check("It ended.\n---------", &["It ended.\n---------"]);
        check("=====\n=====", &["=====\n====="]);
    }

    #[test]
    fn long_lines_are_paragraphs() {
        let lines = ["first", "second", "third"].map(|place| {
            format!("The {place} has {}.", "some words that go on and on, ".repeat(6))
        });
        check(&lines.join("\n"), &lines.each_ref().map(String::as_str));
    }

    #[test]
    fn hard_wrapped_lines_are_not_paragraphs() {
        let text = "a line of a good seventy characters, as an editor would leave it here\n";
        let text = text.repeat(30);
        check(&text, &[text.trim_end()]);
    }
}
