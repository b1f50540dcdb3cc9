//! Tests of what only a terminal is shown.

use std::io;
use std::path::PathBuf;

use excerpt::document::{Coordinates, DocumentId};
use excerpt::passage::{ByteSpan, ContentHash, LineSpan, Passage, PassageId};
use excerpt::search::Explanation;

use super::hyperlink::Hyperlinks;
use super::source::ContextLine;
use super::style::Styles;
use super::{Beside, Elsewhere, Flow, Renderer, Shown, Standing, Surroundings, Terminal};

fn shown(path: &str, title: &str, text: &str, words: &[&str]) -> Shown {
    let highlights = words.iter().filter_map(|word| {
        let at = text.find(word)?;
        Some(at..at + word.len())
    });
    Shown {
        rank: 3,
        score: 1.5,
        path: PathBuf::from(path),
        file: Some(PathBuf::from("/home").join(path)),
        highlights: highlights.collect(),
        passage: Passage {
            id: PassageId { document: DocumentId(path.into()), ordinal: 0 },
            title: Some(title.to_owned()),
            headings: vec!["Part".into()],
            text: text.to_owned(),
            date: None,
            span: ByteSpan { start: 0, end: text.len() as u64 },
            lines: LineSpan { start: 7, end: 9 },
            coordinates: Coordinates::File,
            content_hash: ContentHash::of(text.as_bytes()),
        },
        standing: Standing::Current,
        flow: Flow::UNKNOWN,
        surroundings: Surroundings::unknown(),
        before: Vec::new(),
        after: Vec::new(),
        duplicates: Vec::new(),
        more_in_document: 0,
        explanation: None,
    }
}

fn rendered(styles: Styles, links: Hyperlinks, hits: &[Shown]) -> io::Result<String> {
    let mut terminal = Terminal::new(styles, links, 30, 10);
    let mut out = Vec::new();
    hits.iter().try_for_each(|hit| terminal.hit(&mut out, hit))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

#[test]
fn a_hit_is_its_place_its_headings_and_its_text_wrapped() -> io::Result<()> {
    let hit = shown(
        "a.md",
        "The bet",
        "He was betting on a time difference with\nTencent, he said.",
        &[],
    );
    let stale = Shown { standing: Standing::Changed, ..hit.clone() };
    let expected = "\u{20}3  a.md:7-9
    The bet › Part
    He was betting on a time
    difference with Tencent,
    he said.

\u{20}3  a.md:7-9  (changed since it was indexed)
    The bet › Part
    He was betting on a time
    difference with Tencent,
    he said.
";
    assert_eq!(rendered(Styles::plain(), Hyperlinks::none(), &[hit, stale])?, expected);
    Ok(())
}

/// Neighbours could not be told from the hit without colour, stood under its heading
/// whatever their own was, and the numbers of lines were not aligned.
#[test]
fn what_stands_beside_a_hit_is_numbered_and_apart_and_under_its_own_heading() -> io::Result<()> {
    let hit = shown("a.md", "T", "He was betting.", &[]);
    let beside = |line: u64, part: &str, text: &str| Beside {
        passage: Passage {
            headings: vec![part.into()],
            lines: LineSpan { start: line, end: line },
            ..shown("a.md", "T", text, &[]).passage
        },
        standing: Standing::Current,
        flow: Flow::UNKNOWN,
    };
    let line = |number, text: &str| ContextLine { number, text: text.into() };
    let lines = Surroundings {
        before: vec![line(6, "six")],
        after: vec![line(10, "ten is longer than that")],
        ..Surroundings::unknown()
    };
    let with_lines = Shown { surroundings: lines, ..hit.clone() };
    let with_neighbours = Shown {
        before: vec![beside(5, "One", "Before it was something.")],
        after: vec![
            beside(11, "Part", "Behind."),
            Beside { standing: Standing::Changed, ..beside(13, "Part", "Last.") },
        ],
        ..hit
    };
    let expected = "\u{20}3  a.md:7-9
    T › Part
       6  six
    >  7  He was betting.
      10  ten is longer than…

\u{20}3  a.md:7-9
    T › One

       5  Before it was
          something.

    T › Part

    >  7  He was betting.

      11  Behind.

      13  Last.
          (changed since it was indexed)
";
    let hits = [with_lines, with_neighbours];
    assert_eq!(rendered(Styles::plain(), Hyperlinks::none(), &hits)?, expected);
    Ok(())
}

/// The field that a part of a score is not of was printed as a lone colon.
#[test]
fn what_is_of_no_field_is_explained_without_one() -> io::Result<()> {
    let part = |field: &str, what: &str| Explanation {
        field: field.into(),
        what: what.into(),
        score: 1.5,
    };
    let parts = vec![part("body", "bet"), part("", "likeness to the best")];
    let hit = Shown { explanation: Some(parts), ..shown("a.md", "T", "He was betting.", &[]) };
    let text = rendered(Styles::plain(), Hyperlinks::none(), &[hit])?;
    assert!(
        text.ends_with("\n       1.5000  body: bet\n       1.5000  likeness to the best\n"),
        "{text}"
    );
    Ok(())
}

#[test]
fn what_is_not_printed_because_of_a_hit_is_counted_below_it() -> io::Result<()> {
    let hit = shown("a.md", "T", "He was betting.", &[]);
    let copy = Elsewhere {
        path: PathBuf::from("b.md"),
        passage: hit.passage.clone(),
        standing: hit.standing,
    };
    for (duplicates, more, expected) in [
        (0, 0, ""),
        (1, 0, "    =1 duplicate\n"),
        (2, 1234, "    =2 duplicates, +1,234 more in this article\n"),
    ] {
        let duplicates = vec![copy.clone(); duplicates];
        let hit = Shown { duplicates, more_in_document: more, ..hit.clone() };
        let text = rendered(Styles::plain(), Hyperlinks::none(), &[hit])?;
        assert_eq!(text.split_once("betting.\n").map(|(_, below)| below), Some(expected));
    }
    Ok(())
}

#[test]
fn what_matched_is_coloured_across_a_line_end() -> io::Result<()> {
    let hit = shown("a.md", "T", "He was betting on a time difference.", &["time difference"]);
    let text = rendered(Styles::coloured(), Hyperlinks::none(), &[hit])?;
    let red = "\u{1b}[1m\u{1b}[31m";
    assert!(
        text.contains(&format!("{red}time\u{1b}[0m\n    {red}difference\u{1b}[0m.")),
        "{text:?}"
    );
    Ok(())
}

#[test]
fn a_long_list_is_shown_from_where_it_matched() -> io::Result<()> {
    let items: Vec<String> = (1..40).map(|number| format!("- i{number}")).collect();
    let hit = shown("a.md", "T", &items.join("\n"), &["i30"]);
    let text = rendered(Styles::plain(), Hyperlinks::none(), &[hit])?;
    assert!(text.contains("    …\n    - i28\n    - i29\n    - i30\n"), "{text}");
    assert_eq!(text.lines().count(), 2 + 1 + 12);
    Ok(())
}

#[test]
fn nothing_in_a_hit_acts_on_the_terminal() -> io::Result<()> {
    let evil = "evil\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\u{0}\u{8}";
    let hit = shown(&format!("{evil}.md"), evil, evil, &["evil"]);
    let links = Hyperlinks::parse("vscode").map_err(io::Error::other)?;
    let text = rendered(Styles::plain(), Hyperlinks::none(), std::slice::from_ref(&hit))?;
    let is_safe = |c: char| c == '\n' || super::sanitize::replacement(c).is_none();
    assert!(text.chars().all(is_safe), "{text:?}");
    // With links and colours only our own sequences are left.
    let text = rendered(Styles::coloured(), links, &[hit])?;
    let ours = ["\u{1b}[", "\u{1b}]8;;", "\u{1b}\\"];
    let rest = ours.iter().fold(text, |text, sequence| text.replace(sequence, ""));
    assert!(rest.chars().all(is_safe), "{rest:?}");
    Ok(())
}
