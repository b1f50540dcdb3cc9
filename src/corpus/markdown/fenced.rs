//! Where code stands between fences.

use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::{MAX_BYTES, events, front_matter, nesting, with_line_feeds};
use crate::corpus::decode::decode;
use crate::passage::LineSpan;

/// The lines of the Markdown `bytes` that hold code between fences, with those of the
/// fences, in order and apart.
///
/// They are read as for an index: `None` where that would see no text, too much of it
/// ([`crate::corpus::MAX_MARKDOWN_BYTES`]), or one that nests too deeply.
///
/// ```
/// let found = excerpt::corpus::fenced_lines(b"prose\n\n```sh\nls\n```\n");
/// let found = found.iter().flatten().map(|lines| (lines.start, lines.end));
/// assert_eq!(found.collect::<Vec<_>>(), [(3, 5)]);
/// ```
pub fn fenced_lines(bytes: &[u8]) -> Option<Vec<LineSpan>> {
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let decoded = decode(bytes, None).ok()?;
    // Most texts have no fence, and are looked through for one much faster than parsed.
    let has = |fence: &str| memmem::find(decoded.text.as_bytes(), fence.as_bytes()).is_some();
    if !has("```") && !has("~~~") {
        return Some(Vec::new());
    }
    let text = with_line_feeds(&decoded.text);
    let from = front_matter::read(&text).end;
    if nesting::is_too_deep(&text[from..]) {
        return None;
    }
    let lines = decoded.lines(bytes, 0, 1);
    let span = |(event, range): (Event<'_>, Range<usize>)| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
            let end = range.start + text[range.clone()].trim_end().len();
            let span = decoded.offsets.span(range.start..end);
            Some(LineSpan { start: lines.line(span.start), end: lines.line(span.end - 1) })
        }
        _ => None,
    };
    Some(events(&text, from).filter_map(span).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &[(u64, u64)]) {
        let found = fenced_lines(markdown.as_bytes());
        let found: Vec<_> = found.iter().flatten().map(|lines| (lines.start, lines.end)).collect();
        assert_eq!(found, expected, "{markdown:?}");
    }

    #[test]
    fn code_reaches_from_a_fence_to_one_that_closes_it() {
        check("", &[]);
        check("prose\n\n```sh\ncode\n\ncode\n```\nprose\n", &[(3, 7)]);
        check("```\r\ncode\r\n```\r\nprose", &[(1, 3)]);
        check("````\n```\nshown\n```\n````\nprose", &[(1, 5)]);
        check("```\n~~~\n``` sh\n```\nprose", &[(1, 4)]);
        check("~~~\n\n~~~~~  \n~~~\ncode\n", &[(1, 3), (4, 5)]);
        check("```code``` in a line", &[]);
        check("---\ntitle: ```\n---\n\nprose\n```\n```\n", &[(6, 7)]);
    }

    /// A line with three marks opened code that went on to the end of the file, or
    /// closed it, whatever it stood in.
    #[test]
    fn code_ends_with_what_it_stands_in() {
        check("> ```\n> code\n\nprose\n", &[(1, 2)]);
        check("> ```\n> code\nprose\n", &[(1, 2)]);
        check("```\n> ```\n```\nprose\n", &[(1, 3)]);
        check("- ```sh\n  code\n\nprose\n", &[(1, 2)]);
        check("1.  a\n\n    ~~~\n    code\n    ~~~\n\nprose\n", &[(3, 5)]);
        check("prose\n\n    ```sh\n\nprose\n\n    ~~~~\n\nprose\n", &[]);
        check("```\n    ```\ncode\n```\nprose\n", &[(1, 4)]);
        check("<!--\n```\n-->\n\nprose\n\n<pre>\n```\n</pre>\n\nprose\n", &[]);
    }

    #[test]
    fn lines_are_those_of_the_bytes() {
        check("\u{feff}```\ncode\n```\n", &[(1, 3)]);
        let utf_16: Vec<u8> = "\u{feff}prose\n\n```\ncode\n```\n\nprose\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(fenced_lines(&utf_16), Some(vec![LineSpan { start: 3, end: 5 }]));
    }

    #[test]
    fn what_is_not_read_as_markdown_has_none() {
        let deep = "> ".repeat(200);
        for bytes in [&b"```\n\0\0\0\xff\0\0\n"[..], format!("{deep}```").as_bytes()] {
            assert_eq!(fenced_lines(bytes), None, "{bytes:?}");
        }
        assert_eq!(fenced_lines(&vec![b'`'; MAX_BYTES + 1]), None);
    }
}
