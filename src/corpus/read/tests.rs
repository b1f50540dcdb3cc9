//! Files and streams in, documents and outcomes out.

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;

use super::*;

/// The texts that a file called `name` with `bytes` gives.
fn read(name: &str, bytes: &[u8], options: &ReadOptions) -> io::Result<(Vec<String>, ReadOutcome)> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join(name);
    fs::write(&path, bytes)?;
    let mut texts = Vec::new();
    let outcome = read_file(&path, name, options, &mut |document| {
        texts.push(document.text.into_owned());
        ControlFlow::Continue(())
    });
    Ok((texts, outcome))
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let compression = flate2::Compression::default();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), compression);
    encoder.write_all(bytes)?;
    encoder.finish()
}

const TEXT: &str = "One paragraph.\n\nAnother paragraph.\n";

#[test]
fn a_file_is_read_the_same_whole_and_in_parts() -> io::Result<()> {
    let whole = read("a.txt", TEXT.as_bytes(), &ReadOptions::default())?;
    assert_eq!(whole.0, [TEXT]);
    let small = ReadOptions { window_bytes: 20, ..ReadOptions::default() };
    let parts = read("a.txt", TEXT.as_bytes(), &small)?;
    assert_eq!(parts.0, ["One paragraph.\n\n", "Another paragraph.\n"]);
    assert_eq!(parts.1, whole.1);
    assert_eq!(whole.1.content_hash, ContentHash::of(TEXT.as_bytes()).0);
    assert_eq!((whole.1.bytes, whole.1.format), (TEXT.len() as u64, Some(Format::Text)));
    Ok(())
}

#[test]
fn a_compressed_file_is_read_by_the_format_within() -> io::Result<()> {
    let compressed = gzip(TEXT.as_bytes())?;
    for name in ["a.txt.gz", "a.gz", "a.txt", "a"] {
        let (texts, outcome) = read(name, &compressed, &ReadOptions::default())?;
        assert_eq!(texts, [TEXT], "{name}");
        assert_eq!(outcome.content_hash, ContentHash::of(&compressed).0);
        assert_eq!(outcome.bytes, compressed.len() as u64);
    }
    let outcome = read("a.tar.gz", &compressed, &ReadOptions::default())?.1;
    assert_eq!(outcome.skip, Some(Skip::UnknownFormat(".tar".into())));
    Ok(())
}

#[test]
fn an_archive_within_an_archive_is_not_unpacked() -> io::Result<()> {
    let outcome = read("a.gz", &gzip(&gzip(b"text")?)?, &ReadOptions::default())?.1;
    assert_eq!(outcome.skip, Some(Skip::UnknownFormat(".gz".into())));
    Ok(())
}

#[test]
fn what_a_damaged_file_still_gives_is_kept() -> io::Result<()> {
    let noise: String = (0..4000u32).map(|n| format!("{}\n", n.wrapping_mul(n) % 9973)).collect();
    let compressed = gzip(noise.as_bytes())?;
    let half = &compressed[..compressed.len() / 2];
    // Of formats that are read whole nothing was kept.
    for name in ["a.html.gz", "a.md.gz", "a.txt.gz"] {
        let text = read(name, half, &ReadOptions::default())?.0.concat();
        let of_html = |c: char| if c == '\n' && name == "a.html.gz" { ' ' } else { c };
        assert!(noise.chars().map(of_html).collect::<String>().starts_with(&text), "{name}");
        assert!(text.len() > 1000, "{name}");
    }
    let (_, outcome) = read("a.txt.gz", half, &ReadOptions::default())?;
    assert!(matches!(outcome.skip, Some(Skip::Damaged(_))), "{:?}", outcome.skip);
    // Its hash is that of all its bytes, also where it was read as a stream.
    assert_eq!(outcome.content_hash, ContentHash::of(half).0);
    let small = ReadOptions { window_bytes: 1000, ..ReadOptions::default() };
    assert_eq!(read("a.txt.gz", half, &small)?.1, outcome);
    Ok(())
}

/// A sound file was said to be damaged where it holds much more than its size.
#[test]
fn a_file_that_expands_too_far_is_not_called_damaged() -> io::Result<()> {
    let compressed = gzip(&b"a".repeat(8 << 20))?;
    let (texts, outcome) = read("a.txt.gz", &compressed, &ReadOptions::default())?;
    let skip = outcome.skip.map(|skip| skip.to_string());
    assert_eq!(skip.as_deref(), Some("expands beyond 256 times its size"));
    assert!(texts.concat().len() > 1 << 20);
    assert_eq!(outcome.content_hash, ContentHash::of(&compressed).0);
    Ok(())
}

#[test]
fn other_kinds_and_binaries_are_skipped() -> io::Result<()> {
    let check = |name: &str, bytes: &[u8], expected: Skip| -> io::Result<()> {
        let (texts, outcome) = read(name, bytes, &ReadOptions::default())?;
        assert_eq!((texts, outcome.skip), (vec![], Some(expected)), "{name}");
        Ok(())
    };
    check("a.pdf", b"%PDF-1.4\n", Skip::UnknownFormat(".pdf".into()))?;
    check("a", b"%PDF-1.4\n", Skip::UnknownFormat(".pdf".into()))?;
    check("a.txt", b"%PDF-1.4\n", Skip::Binary)?;
    check("a.txt", &[0; 100], Skip::Binary)?;
    check("a", b"\x7fELF\0\0", Skip::Binary)
}

#[test]
fn a_text_may_tell_of_kinds_of_file_wherever_it_is_cut() -> io::Result<()> {
    // What each part of a large text begins with was taken for the beginning of the
    // file: a text that quotes PostScript broke off there.
    let text = "The first line of a file:\n\n%!PS-Adobe-3.0\n\nAnd more.\n";
    let small = ReadOptions { window_bytes: 32, ..ReadOptions::default() };
    let (texts, outcome) = read("a.txt", text.as_bytes(), &small)?;
    assert_eq!((texts.concat().as_str(), outcome.skip), (text, None));
    assert!(texts[1].starts_with("%!PS"), "{texts:?}");
    Ok(())
}

#[test]
fn a_sink_that_wants_no_more_leaves_no_hash() -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("a.txt");
    fs::write(&path, TEXT)?;
    let outcome =
        read_file(&path, "a.txt", &ReadOptions::default(), &mut |_| ControlFlow::Break(()));
    assert_eq!((outcome.skip, outcome.content_hash), (None, [0; 16]));
    Ok(())
}

#[test]
fn a_file_that_shrinks_or_grows_meanwhile_is_noticed() {
    let options = ReadOptions::default();
    let task = Task { name: "a", format: Choice::Stream, options: &options, told: &|_| () };
    let read = |size: usize| {
        let mut text = String::new();
        let outcome = task.read_small(&mut TEXT.as_bytes(), size, &mut |document| {
            text.push_str(&document.text);
            ControlFlow::Continue(())
        });
        (text, outcome.skip)
    };
    assert_eq!(read(TEXT.len()), (TEXT.into(), None));
    assert_eq!(read(TEXT.len() - 9), (TEXT.into(), None));
    assert_eq!(read(TEXT.len() + 9), (TEXT.into(), Some(cut_short())));
}

#[test]
fn a_stream_shows_its_format() {
    let format = |mut stream: &[u8]| {
        read_stream(&mut stream, "-", &ReadOptions::default(), &mut |_| ControlFlow::Continue(()))
            .format
    };
    assert_eq!(format(b"{\"text\": \"a\"}\n{\"text\": \"b\"}\n"), Some(Format::JsonLines));
    assert_eq!(format(b"<html><p>a"), Some(Format::Html));
    assert_eq!(format(b"just words"), Some(Format::Text));
    assert_eq!(format(b"#!/bin/sh"), Some(Format::Text));
}
