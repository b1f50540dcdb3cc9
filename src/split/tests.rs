//! Whole documents in, passages out.

use std::borrow::Cow;

use proptest::prelude::*;

use super::{SplitOptions, Splitter, text};
use crate::document::{Block, BlockKind, Coordinates, Document, DocumentId, LineMap, OffsetMap};
use crate::error::{Error, Result};
use crate::passage::{ByteSpan, ContentHash, LineSpan, Passage};

/// A document whose text is the source's text, behind `before` other bytes.
fn document(text: &str, before: u64) -> Document<'_> {
    Document {
        id: DocumentId("a.txt".into()),
        title: None,
        date: None,
        text: Cow::Borrowed(text),
        blocks: Vec::new(),
        headings: Vec::new(),
        offsets: OffsetMap::identity(before, text.len()),
        lines: LineMap::of_bytes(text.as_bytes(), before, 1),
        bytes: text.as_bytes(),
        bytes_start: before,
        coordinates: Coordinates::File,
        continues: false,
        is_continued: false,
    }
}

/// Marks each line of `text` by how it begins: `#` a heading, `-` a list, else a
/// paragraph.
fn mark(text: &str) -> Vec<Block> {
    let mut start = 0;
    let mut blocks = Vec::new();
    for line in text.split('\n') {
        let words = line.trim_start_matches(['#', ' ']);
        let kind = match line.len() - line.trim_start_matches('#').len() {
            0 if line.starts_with('-') => BlockKind::List,
            0 => BlockKind::Paragraph,
            level => BlockKind::Heading { level: level as u8 },
        };
        let end = start + line.len();
        blocks.push(Block { kind, range: end - words.len()..end });
        start = end + 1;
    }
    blocks
}

fn split(document: &Document<'_>) -> Result<Vec<Passage>> {
    let options = SplitOptions { min_chars: 0, max_chars: 400 };
    Ok(Splitter::new(options)?.split(document).collect())
}

/// `expected` are `heading > heading: text`.
fn check(document: &Document<'_>, expected: &[&str]) -> Result<()> {
    let found: Vec<String> = split(document)?
        .into_iter()
        .map(|passage| format!("{}: {}", passage.headings.join(" > "), passage.text))
        .collect();
    assert_eq!(found, expected, "{:?}", document.text);
    Ok(())
}

fn check_marked(title: Option<&str>, text: &str, expected: &[&str]) -> Result<()> {
    let title = title.map(str::to_owned);
    check(&Document { title, blocks: mark(text), ..document(text, 0) }, expected)
}

#[test]
fn a_passage_knows_its_place() -> Result<()> {
    let text = "One.\r\n\r\n  天地,\r\ntwo.\r\n";
    let passages = split(&document(text, 3))?;
    let [_, second] = passages.as_slice() else {
        panic!("two passages expected: {passages:?}");
    };
    assert_eq!(second.id.to_string(), "a.txt#1");
    assert_eq!(second.text, "天地,\r\ntwo.");
    assert_eq!(second.span, ByteSpan { start: 13, end: 26 });
    assert_eq!(second.lines, LineSpan { start: 3, end: 4 });
    assert_eq!(second.content_hash, ContentHash::of("天地,\r\ntwo.".as_bytes()));
    Ok(())
}

#[test]
fn headings_are_a_path_and_no_passages() -> Result<()> {
    let text = "# a\none\n## b\ntwo\n- three\n# c\nfour";
    check_marked(None, text, &["a: one", "a > b: two", "a > b: - three", "c: four"])
}

#[test]
fn a_heading_with_nothing_below_it_is_a_passage() -> Result<()> {
    // Its words were found nowhere.
    let text = "# a\n## b\n## c\none\n### d\n# e\n## f";
    check_marked(None, text, &["a > b: b", "a > c: one", "a > c > d: d", "e > f: f"])
}

#[test]
fn the_last_heading_of_a_text_is_a_passage_unless_more_may_follow() -> Result<()> {
    // Every text was taken for one that more may follow.
    let text = "one\n\nb\n===";
    check(&document(text, 0), &[": one", "b: b"])?;
    check(&Document { is_continued: true, ..document(text, 0) }, &[": one"])
}

#[test]
fn a_heading_that_repeats_the_title_is_left_out_of_the_path() -> Result<()> {
    check_marked(Some("a"), "# a\none\n## b\ntwo", &[": one", "b: two"])
}

#[test]
fn headings_alone_are_said_in_one_passage() -> Result<()> {
    check_marked(None, "# a\n# b", &[": a\n# b"])
}

#[test]
fn a_title_alone_is_said_in_one_passage() -> Result<()> {
    let source = "{\"title\":\"Tides\"}";
    let offsets = OffsetMap::empty();
    let title = Some("Tides".to_owned());
    let record = Document { title, text: Cow::Borrowed(""), offsets, ..document(source, 5) };
    check(&record, &[": Tides"])?;
    let passages = split(&record)?;
    assert_eq!(passages[0].span, ByteSpan { start: 5, end: 22 });
    assert_eq!(passages[0].content_hash, ContentHash::of(source.as_bytes()));
    Ok(())
}

#[test]
fn the_hash_is_that_of_the_source_with_its_markup() -> Result<()> {
    let source = "<p>a <b>b</b> c</p>";
    let mut offsets = OffsetMap::empty();
    for (text, len, from) in [(0, 2, 3), (2, 1, 8), (3, 2, 13)] {
        offsets.push(text, len, from, 1, 1);
    }
    let page = Document { text: Cow::Borrowed("a b c"), offsets, ..document(source, 0) };
    let passages = split(&page)?;
    assert_eq!(passages[0].text, "a b c");
    assert_eq!(passages[0].span, ByteSpan { start: 3, end: 15 });
    assert_eq!(passages[0].content_hash, ContentHash::of(b"a <b>b</b> c"));
    Ok(())
}

#[test]
fn a_blank_document_has_no_passages() -> Result<()> {
    for text in ["", "\n \r\n\u{3000}", "\u{feff}"] {
        check(&document(text, 0), &[])?;
    }
    check(&Document { title: Some(" ".into()), ..document("\n", 0) }, &[])
}

#[test]
fn nul_and_control_characters_are_kept() -> Result<()> {
    check(&document("\0a\x1b[0m\n\nb\x7f", 0), &[": \0a\x1b[0m", ": b\x7f"])
}

#[test]
fn a_further_part_goes_on_with_ordinals_and_headings() -> Result<()> {
    let mut splitter = Splitter::new(SplitOptions { min_chars: 0, max_chars: 400 })?;
    let mut ids = Vec::new();
    let parts = [("a\n===\n\none\n\nb\n---", false), ("two", true), ("one", false)];
    for (text, continues) in parts {
        let part = Document { continues, is_continued: !continues, ..document(text, 0) };
        // Whether the passages are taken or not: the splitter moves on.
        ids.extend(splitter.split(&part).map(|p| format!("{} {}", p.id, p.headings.join(" > "))));
    }
    assert_eq!(ids, ["a.txt#0 a", "a.txt#1 a > b", "a.txt#0 "]);
    Ok(())
}

#[test]
fn a_dialogue_is_joined_and_paragraphs_are_not() -> Result<()> {
    let mut splitter = Splitter::new(SplitOptions::default())?;
    let sentence = "A sentence that says as much as a sentence will say.";
    let text = format!("“Yes.”\n\n“No.”\n\n{sentence}\n\n{sentence}\n");
    let texts: Vec<String> = splitter.split(&document(&text, 0)).map(|p| p.text).collect();
    assert_eq!(texts, [format!("“Yes.”\n\n“No.”\n\n{sentence}"), sentence.to_owned()]);
    Ok(())
}

#[test]
fn an_endless_heading_or_title_does_not_multiply() -> Result<()> {
    let long = "word ".repeat(10_000);
    let text = format!("# {long}\none");
    let title = Some(long.clone());
    let marked = Document { title, blocks: mark(&text), ..document(&text, 0) };
    let last = split(&marked)?.pop();
    let size = last.map(|passage| {
        passage.title.map_or(0, |title| title.len()) + passage.headings.concat().len()
    });
    assert!(size.is_some_and(|size| size <= 1_000));
    Ok(())
}

#[test]
fn bounds_that_make_no_sense_are_refused() {
    let option = |min_chars, max_chars| match Splitter::new(SplitOptions { min_chars, max_chars }) {
        Err(Error::InvalidOption { option, .. }) => Some(option),
        _ => None,
    };
    assert_eq!(option(0, 15), Some("max_chars"));
    assert_eq!(option(100, 99), Some("min_chars"));
    assert_eq!(option(99, 99), None);
}

fn line_end() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("\n"), Just("\r\n")]
}

/// Lines of words of several scripts, lengths and punctuation.
fn line() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        5 => "[a-z]{1,9}[.,!?\")]{0,2}",
        2 => "[äéπж]{1,5}[.…»]{0,1}",
        2 => "[天地玄黄。！？」]{1,9}",
        1 => "\u{3000}|\t|\u{0}|#|-|===|---|1\\.|\u{feff}",
    ];
    prop::collection::vec(word, 1..12).prop_map(|words| words.join(" "))
}

fn paragraph() -> impl Strategy<Value = String> {
    let long = prop_oneof![9 => 1..5_usize, 1 => 5..25_usize];
    long.prop_flat_map(|lines| prop::collection::vec((line(), line_end()), lines))
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

fn blank() -> impl Strategy<Value = String> {
    let line = prop_oneof![Just(""), Just(" "), Just("\t \t"), Just("\u{3000}"), Just("\x0c")];
    prop::collection::vec((line, line_end()), 0..3)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line.to_owned() + end).collect())
}

fn any_text() -> impl Strategy<Value = String> {
    prop::collection::vec((blank(), paragraph()), 0..8)
        .prop_map(|parts| parts.into_iter().map(|(blank, paragraph)| blank + &paragraph).collect())
}

fn any_options() -> impl Strategy<Value = SplitOptions> {
    (16..400_usize)
        .prop_flat_map(|max_chars| (0..=max_chars, Just(max_chars)))
        .prop_map(|(min_chars, max_chars)| SplitOptions { min_chars, max_chars })
}

/// Holds every promise of a passage of a text that is the source itself; returns what
/// no passage holds.
fn hold_promises(document: &Document<'_>, options: SplitOptions) -> Result<String, TestCaseError> {
    let splitter = Splitter::new(options);
    let mut splitter = splitter.map_err(|error| TestCaseError::fail(error.to_string()))?;
    let bytes = document.bytes;
    let newlines = |end: usize| 1 + bytes[..end].iter().filter(|&&byte| byte == b'\n').count();
    let mut covered = 0;
    let mut outside = String::new();
    for (ordinal, passage) in splitter.split(document).enumerate() {
        let start = (passage.span.start - document.bytes_start) as usize;
        let end = (passage.span.end - document.bytes_start) as usize;
        prop_assert_eq!(passage.id.ordinal as usize, ordinal);
        prop_assert_eq!(&bytes[start..end], passage.text.as_bytes());
        prop_assert_eq!(passage.content_hash, ContentHash::of(&bytes[start..end]));
        prop_assert!(covered <= start && start < end, "{}..{} after {}", start, end, covered);
        prop_assert_eq!(text::trim(&document.text, start..end), start..end);
        prop_assert!(passage.text.chars().count() <= options.max_chars);
        prop_assert_eq!(passage.lines.start as usize, newlines(start));
        prop_assert_eq!(passage.lines.end as usize, newlines(end - 1));
        outside.push_str(&document.text[covered..start]);
        covered = end;
    }
    outside.push_str(&document.text[covered..]);
    Ok(outside)
}

/// Holds that `outside`, which no passage holds, is white space and underlined
/// headings.
fn lose_nothing(outside: &str) -> Result<(), TestCaseError> {
    let is_heading = |line: &str, next: Option<&&str>| {
        next.is_some_and(|rule| rule.starts_with("===") || rule.starts_with("---"))
            || line.starts_with("===")
            || line.starts_with("---")
    };
    let lines: Vec<&str> = outside
        .split(['\n', '\x0c'])
        .map(|line| line.trim_matches(text::is_space))
        .filter(|line| !line.is_empty())
        .collect();
    for (at, line) in lines.iter().enumerate() {
        prop_assert!(is_heading(line, lines.get(at + 1)), "lost {:?}", line);
    }
    Ok(())
}

proptest! {
    #[test]
    fn passages_of_plain_text_keep_their_promises(
        text in any_text(),
        options in any_options(),
        before in 0..5_u64,
    ) {
        lose_nothing(&hold_promises(&document(&text, before), options)?)?;
    }

    #[test]
    fn passages_of_any_string_keep_their_promises(
        text in "([a-z\u{3000}天é\r\n\x0c =.-]|\r\n\r\n){0,200}",
        options in any_options(),
    ) {
        lose_nothing(&hold_promises(&document(&text, 0), options)?)?;
    }

    #[test]
    fn passages_of_marked_text_keep_their_promises(
        text in any_text(),
        options in any_options(),
    ) {
        // Headings are no passages; without them all is covered.
        let text = text.replace('#', "+");
        let marked = Document { blocks: mark(&text), ..document(&text, 0) };
        lose_nothing(&hold_promises(&marked, options)?)?;
    }

    #[test]
    fn passages_among_headings_keep_their_promises(
        lines in prop::collection::vec("#{0,3} [a-z ]{0,12}", 0..6),
        options in any_options(),
    ) {
        let text = lines.join("\n");
        hold_promises(&Document { blocks: mark(&text), ..document(&text, 0) }, options)?;
    }
}
