//! How deeply a Markdown text nests, before the parser sees it.
//!
//! The parser looks at every open quotation, list item and footnote anew on each
//! line, and a few bytes open one: a small text can keep it busy for hours. Depth
//! is overestimated here, never underestimated: a line opens nothing deeper than
//! its own marks and its indentation can say.

use memchr::memchr_iter;

/// The deepest nesting that is read as Markdown. Chosen by hand: people write to
/// some ten levels, and indent a mark by less than two hundred columns.
const MAX_DEPTH: usize = 100;

/// How often the parser may look at something open for each byte of text. Chosen
/// by hand: real texts come to about one, a look takes some twenty nanoseconds.
const LOOKS_PER_BYTE: usize = 16;

/// A level of a list goes with an indentation of at least this many columns.
const COLUMNS_PER_LEVEL: usize = 2;

/// Whether reading `text`, whose lines end with line feeds, would take longer
/// than its length tells.
pub(super) fn is_too_deep(text: &str) -> bool {
    let (mut lines, mut deepest, mut start) = (0, 0, 0);
    for end in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        lines += 1;
        deepest = deepest.max(depth(&text.as_bytes()[start..end]));
        if deepest > MAX_DEPTH {
            return true;
        }
        start = end + 1;
    }
    deepest * lines > LOOKS_PER_BYTE * text.len()
}

/// How deep what `line` opens can lie; little more than [`MAX_DEPTH`] where that
/// is passed. 0 where it opens nothing.
fn depth(line: &[u8]) -> usize {
    let (mut at, mut columns, mut marks, mut depth) = (0, 0, 0, 0);
    while depth <= MAX_DEPTH {
        match line.get(at) {
            Some(b' ') => (at, columns) = (at + 1, columns + 1),
            Some(b'\t') => (at, columns) = (at + 1, columns + 4),
            _ => {
                let Some(len) = mark(&line[at..]) else { break };
                at += len;
                marks += 1;
                depth = marks + columns / COLUMNS_PER_LEVEL;
            }
        }
    }
    if depth > MAX_DEPTH && is_rule(line) { 0 } else { depth }
}

/// The length of the mark at the start of `line` that opens something.
fn mark(line: &[u8]) -> Option<usize> {
    let len = match line.first()? {
        b'>' => return Some(1),
        b'[' => return footnote_label(line),
        b'-' | b'+' | b'*' => 1,
        b'0'..=b'9' => {
            let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
            line.get(digits).filter(|byte| b".)".contains(byte)).map(|_| digits + 1)?
        }
        _ => return None,
    };
    line.get(len).is_none_or(u8::is_ascii_whitespace).then_some(len)
}

/// The length of `[^label]:` at the start of `line`.
fn footnote_label(line: &[u8]) -> Option<usize> {
    let mut at = line.starts_with(b"[^").then_some(2)?;
    loop {
        match line.get(at)? {
            b'\\' => at += 2,
            b']' => return (line.get(at + 1) == Some(&b':')).then_some(at + 2),
            b'[' => return None,
            _ => at += 1,
        }
    }
}

/// Whether `line` is a rule such as `* * *`, which opens nothing.
fn is_rule(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let first = line.first().filter(|first| b"-*".contains(first));
    first.is_some_and(|first| line.iter().all(|byte| byte == first || b" \t".contains(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_what_marks_and_indentation_can_say() {
        let check = |line: &str, expected: usize| {
            assert_eq!(depth(line.as_bytes()), expected, "{line:?}");
        };
        check("", 0);
        check("prose - with > marks", 0);
        check("                    indented prose", 0);
        check("> a", 1);
        check(">>> a", 3);
        check("- a", 1);
        check("    - a", 3);
        check("\t1. a", 3);
        check("10) > [^a\\]]: > a", 5);
        check("-a", 0);
        check("[a]: b", 0);
        check("-", 1);
        check(&"* ".repeat(300), 0);
        check(&"> ".repeat(300), MAX_DEPTH + 1);
        check(&"- + ".repeat(300), MAX_DEPTH + 1);
    }

    #[test]
    fn what_is_looked_at_for_each_byte_is_bounded() {
        let deep = |levels: usize, lines: usize| "- ".repeat(levels) + "a" + &"\n".repeat(lines);
        let check = |text: &str, expected: bool| assert_eq!(is_too_deep(text), expected);
        check(&deep(20, 10), false);
        check(&deep(20, 1000), true);
        check(&deep(10, 1000), false);
        check(&deep(80, 1), true);
        check(&"> > > said\n".repeat(1000), false);
        check(&format!("{}{}", "> ".repeat(60), "a line of prose\n".repeat(1000)), false);
    }
}
