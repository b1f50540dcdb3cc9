//! Whether passages stand where they stood.

use super::*;
use crate::passage::LineSpan;

#[test]
fn a_passage_that_moved_is_found_by_the_fields_it_was_read_with() -> Result<()> {
    // Without an id the document is called by its line, which moves.
    let record = "{\"title\":\"T\",\"story\":\"the passage that moves\"}\n";
    let place = Place::with(&[("a.jsonl", record)])?;
    place.update("text=story", &Silent)?;
    assert_eq!(place.freshness_of("that moves")?, Some(Freshness::Current));
    let before = "{\"story\":\"another, put before it\"}\n";
    place.write("a.jsonl", &format!("{before}{record}"))?;
    let Some(Freshness::Moved { span, lines }) = place.freshness_of("that moves")? else {
        panic!("it was not found again");
    };
    assert_eq!(span.start, before.len() as u64 + 22);
    assert_eq!(lines, LineSpan { start: 2, end: 2 });
    place.write("a.jsonl", before)?;
    assert_eq!(place.freshness_of("that moves")?, Some(Freshness::Changed));
    Ok(())
}

/// An edit that kept the length of what it changed left the lines of all behind it as
/// they had been: the bytes at the span were asked for alone.
#[test]
fn a_passage_on_other_lines_has_moved_though_its_bytes_have_not() -> Result<()> {
    // Long enough to be passages of their own.
    let words = "some words of a paragraph ".repeat(20);
    let (wide, narrow) = (format!("{words}\n\n"), words.replace("of a ", "of a\n") + "\n\n");
    // A passage within what is counted at once, and one behind it.
    for far in [String::new(), wide.repeat(2100)] {
        let text = |first: &str| format!("{first}{far}the passage behind it and {words}\n");
        let place = Place::with(&[("a.txt", &text(&wide))])?;
        place.update("", &Silent)?;
        assert_eq!(place.freshness_of("behind it")?, Some(Freshness::Current));
        place.write("a.txt", &text(&narrow))?;
        let Some(Freshness::Moved { span, lines }) = place.freshness_of("behind it")? else {
            panic!("it has not moved");
        };
        assert_eq!(span.start as usize, wide.len() + far.len());
        let line = 1 + (narrow.lines().count() + far.lines().count()) as u64;
        assert_eq!(lines, LineSpan { start: line, end: line });
    }
    Ok(())
}

/// Bytes of other characters were taken for line ends, and then the file for another.
#[test]
fn a_file_in_utf_16_is_as_it_was() -> Result<()> {
    let words = "上上 some words of a paragraph ".repeat(20);
    let text = format!("{words}\n\n{words} at the end\n");
    let bytes: Vec<u8> = "\u{feff}"
        .chars()
        .chain(text.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let place = Place::with(&[("b.txt", "another")])?;
    let path = place.root().join("a.txt");
    fs::write(&path, &bytes).map_err(Error::io("write", &path))?;
    place.update("", &Silent)?;
    assert_eq!(place.freshness_of("at the end")?, Some(Freshness::Current));
    // Copied, it looks like another one.
    let past = std::time::UNIX_EPOCH;
    let copy = || fs::File::options().write(true).open(&path)?.set_modified(past);
    copy().map_err(Error::io("touch", &path))?;
    assert_eq!(place.freshness_of("at the end")?, Some(Freshness::Current));
    Ok(())
}
