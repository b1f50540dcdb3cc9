//! Markdown in, documents out.

use std::io::Read;
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;

/// The title and the blocks of `markdown`, each as `kind: text`.
fn read(markdown: &str) -> (Option<String>, Vec<String>) {
    read_text_or_binary(markdown).unwrap_or_else(|skip| panic!("{skip}"))
}

/// The same; an error where the text is none, and for no other reason.
fn read_text_or_binary(markdown: &str) -> Result<(Option<String>, Vec<String>), Skip> {
    let mut found = None;
    let mut bytes = markdown.as_bytes();
    // A few characters with a NUL among them may as well be UTF-16.
    let is_utf_8 = decode(bytes, None).is_ok_and(|text| text.encoding == encoding_rs::UTF_8);
    let source = Source::new("a.md", &mut bytes);
    let report = MarkdownReader.read(source, &mut |document: Document<'_>| {
        let mut behind = 0;
        let mut blocks = Vec::new();
        for block @ Block { kind, range } in &document.blocks {
            assert!(behind <= range.start && range.start < range.end);
            behind = range.end;
            let words = &document.text[range.clone()];
            assert_eq!(words, words.trim_end());
            let span = document.offsets.span(range.clone());
            if is_utf_8 {
                let raw = &document.bytes[span.start as usize..span.end as usize];
                assert_eq!(raw, words.as_bytes());
            }
            let kind = match kind {
                BlockKind::Heading { level } => format!("h{level}"),
                kind => format!("{kind:?}").to_lowercase(),
            };
            blocks.push(format!("{kind}: {}", document.words_of(block)));
        }
        found = Some((document.title, blocks));
        ControlFlow::Continue(())
    });
    assert!(matches!(report, Ok(_) | Err(Skip::Binary)), "{report:?}");
    report.map(|_| found.unwrap_or_default())
}

fn check(markdown: &str, expected: &[&str]) {
    assert_eq!(read(markdown).1, expected, "{markdown}");
}

#[test]
fn what_nests_too_deeply_is_plain_text() {
    // Each line was looked at as often as containers were open: such texts took
    // minutes, larger ones days.
    let levels = 200_000;
    check(&("> ".repeat(levels) + "a\n" + &"a\n".repeat(levels)), &[]);
    check(&("- ".repeat(levels) + "```\n" + &"\n".repeat(levels)), &[]);
    check(&("- ".repeat(60) + "```\n" + &"\n".repeat(levels)), &[]);
}

/// Their marks, the targets of their links and half of their tags stood in every path
/// below them, and were searched.
#[test]
fn headings_say_what_a_reader_sees() {
    let check = |heading: &str, expected: &str| {
        check(&format!("x\n\n{heading}\n\ny"), &["paragraph: x", expected, "paragraph: y"]);
    };
    check("## The *bet*, won ##", "h2: The bet, won");
    check("The bet\n=======", "h1: The bet");
    check("### **[The bet](b.md)**", "h3: The bet");
    check("# [1.0](https://example.org/1.0) (2021) ![b](c)", "h1: 1.0 (2021)");
    check("## <b>The</b> bet<br>is `on` ~~now~~", "h2: The bet is on now");
    check("# AT&amp;T \\*star\\* 5 \\< 6", "h1: AT&T *star* 5 < 6");
    check("## ![The bet](b.png)", "h2: The bet");
    check("# [![The](a.png)](b) ![bet](c.png)", "h1: The bet");
    check("# The bet {#bet}", "h1: The bet {#bet}");
    super::tests::check("x\n\n##\n", &["paragraph: x"]);
}

#[test]
fn prose_above_a_line_of_hyphens_is_whole() {
    // Only the first thousand events of what looks like a heading were read.
    let prose = "one line of prose\n".repeat(800);
    check(&format!("{prose}---\n"), &[&format!("paragraph: {prose}---")]);
}

#[test]
fn lists_tables_and_code_are_whole() {
    check("- a\n  - b\n\n  c\n- d\n\ne", &["list: - a\n  - b\n\n  c\n- d", "paragraph: e"]);
    check("| a | b |\n|---|---|\n| c | d |\n", &["table: | a | b |\n|---|---|\n| c | d |"]);
    check("```rust\n  fn a() {\n\n  }\n```\n", &["code:   fn a() {\n\n  }"]);
    check("x\n\n    code\n      more\n", &["paragraph: x", "code:     code\n      more"]);
    check("```\n```\n", &[]);
}

/// All behind a fence was gone without a word.
#[test]
fn lines_may_end_with_carriage_returns() {
    check(
        "first\rline\r\r```\rcode\r```\r\rsecond [a]\r\r- b\r- c\r\r# d\r",
        &[
            "paragraph: first\rline",
            "code: code",
            "paragraph: second [a]",
            "list: - b\r- c",
            "h1: d",
        ],
    );
    check("~~~\r\ncode\r\n~~~\r\rmixed\n", &["code: code", "paragraph: mixed"]);
    let titled = (Some("The bet".to_owned()), vec!["paragraph: x".to_owned()]);
    assert_eq!(read("---\rtitle: The bet\r---\r\rx"), titled);
    assert_eq!(read("# The bet\r\rx"), titled);
}

#[test]
fn quotations_and_footnotes_give_their_paragraphs() {
    check("> a\n> b\n>\n> # c\n", &["paragraph: a\n> b", "paragraph: # c"]);
    check("a[^1]\n\n[^1]: b\n\n    c\n", &["paragraph: a[^1]", "paragraph: b", "paragraph: c"]);
    check("> [!NOTE]\n> a\n", &["paragraph: a"]);
}

#[test]
fn what_says_nothing_is_no_block() {
    check("[a]: https://example.org\n\nx [a]\n", &["paragraph: x [a]"]);
    check("[![Build](b.svg)](b) [![Docs](d.svg)](d)\n\nx", &["paragraph: x"]);
    check("![The bet, as drawn](b.png)", &["paragraph: ![The bet, as drawn](b.png)"]);
    check("<!-- a -->\n\n<p align=center>\n  <img>\n</p>\n\nx", &["paragraph: x"]);
    check(
        "<details><summary>More</summary>\n\nx\n\n</details>",
        &["paragraph: More", "paragraph: x"],
    );
    check("---\n\n***\n", &[]);
    check("<a id=a></a><!-- b --><i/> The <b>bet</b>", &["paragraph: The <b>bet</b>"]);
    check("<b>The</b> bet", &["paragraph: <b>The</b> bet"]);
}

#[test]
fn the_title_is_not_repeated_as_a_heading() {
    let title = Some("The bet".to_owned());
    for markdown in [
        "# The `bet`\n\nx",
        "---\ntitle: The bet\n---\n\nx",
        "---\ntitle: The bet\n---\n# The bet\n\nx",
        "---\ntitle: The\n  bet\n---\n# The bet\n\nx",
        "\u{feff}# [The bet](b) ![logo](l.svg)\r\n\r\nx\r\n",
    ] {
        assert_eq!(read(markdown), (title.clone(), vec!["paragraph: x".to_owned()]), "{markdown}");
    }
    let expected = vec!["h1: A bet".to_owned(), "paragraph: x".to_owned()];
    assert_eq!(read("---\ntitle: The bet\n---\n# A bet\n\nx"), (title, expected));
    assert_eq!(read("x\n\n# The bet\n").0, None);
    assert_eq!(read(&format!("# {}\n", "x".repeat(2000))).0, None);
}

#[test]
fn a_file_that_would_fill_the_memory_is_too_large() {
    let report = |len: u64| {
        let mut bytes = std::io::repeat(b'\n').take(len);
        MarkdownReader.read(Source::new("a.md", &mut bytes), &mut |_| ControlFlow::Continue(()))
    };
    assert_eq!(report(MAX_BYTES as u64 + 1), Err(Skip::TooLarge));
    assert_eq!(report(1000), Ok(ReadReport::default()));
}

proptest! {
    #[test]
    fn any_text_gives_blocks_in_order_with_their_own_bytes(
        pieces in prop::collection::vec(
            prop::sample::select(&[
                "# ", "> ", "- ", "1. ", "    ", "\n", "\r", "\r\n", "\n\n", "```", "---\n", "+++\n",
                "*", "**", "`", "[", "](", ")", "![", "[^1]: ", "[^1]", "|", "|-|\n", "<!--",
                "-->", "<p>", "title: a\n", "bet", "时间差", "é", "\u{a0}", "\0", "~~", "===\n",
            ][..]),
            0..40,
        ),
    ) {
        // One NUL among few bytes makes them no text to the decoder.
        let _ = read_text_or_binary(&pieces.concat());
        let fenced = fenced_lines(pieces.concat().as_bytes()).unwrap_or_default();
        assert!(fenced.iter().all(|lines| lines.start <= lines.end));
        assert!(fenced.is_sorted_by(|lines, next| lines.end <= next.start));
    }

    #[test]
    fn any_string_is_read_or_refused_as_binary(text: String) {
        let _ = read_text_or_binary(&text);
    }
}
