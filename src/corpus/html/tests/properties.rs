//! Properties of any page: every word has its place, and nothing is a panic.

use std::ops::ControlFlow;

use encoding_rs::Encoding;
use proptest::prelude::*;

use super::super::page::read_page;
use super::super::{HtmlReader, Reader, Source};
use super::{read, read_page_or_binary};
use crate::document::Document;

/// Pieces of pages: words, each of which occurs nowhere in the markup, the same
/// words written with references, and markup.
fn pieces() -> impl Strategy<Value = Vec<&'static str>> {
    let words = prop::sample::select(
        &["wörter", "bet", "w&ouml;rter", "&#98;e&#x74;", "时间", "&#26102;间"][..],
    );
    let markup = prop::sample::select(
        &[
            " ",
            "\n",
            "\r\n",
            "<p>",
            "</p>",
            "<i>",
            "</i>",
            "<ul>",
            "<li>",
            "</ul>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<br>",
            "<pre>",
            "</pre>",
            "<h2>",
            "</h2>",
            "<!-- x -->",
            "&amp;",
            "<nav>",
            "</nav>",
            "<p hidden>",
            "<i style='display:none'>",
            "&",
            "<",
            "<é",
            "</",
            "</>",
            "&nbsp;",
            "&am",
            "<svg/>",
            "\0",
            "\u{feff}",
        ][..],
    );
    prop::collection::vec(prop_oneof![words, markup], 0..40)
}

/// The bytes of `html`; UTF-16 always has its mark, a stray byte that is no UTF-8
/// stands for one elsewhere.
fn encode(html: &str, encoding: &'static Encoding, mark: bool) -> Vec<u8> {
    if encoding == encoding_rs::UTF_16LE {
        return format!("\u{feff}{html}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    let mut bytes = encoding.encode(html).0.into_owned();
    if mark && encoding == encoding_rs::UTF_8 {
        // Enough proper characters that it stays UTF-8.
        let broken = [b"<p>", "时间差".as_bytes(), b"\xff"].concat();
        bytes.splice(0..0, broken);
    }
    bytes
}

/// Every word's bytes in the file decode to the word as it is written there.
fn check_words(document: &Document<'_>, encoding: &'static Encoding) {
    for block in &document.blocks {
        for word in ["wörter", "bet", "时间"] {
            for (at, _) in document.text[block.range.clone()].match_indices(word) {
                let at = block.range.start + at;
                let span = document.offsets.span(at..at + word.len());
                let raw = &document.bytes[span.start as usize..span.end as usize];
                let source = encoding.decode_without_bom_handling(raw).0;
                if !source.contains('<') {
                    assert_eq!(decoded(&source), word, "{}", encoding.name());
                }
            }
        }
    }
}

/// Replaces the references that [`pieces`] writes words with.
fn decoded(source: &str) -> String {
    [("&ouml;", "ö"), ("&#246;", "ö"), ("&#98;", "b"), ("&#x74;", "t"), ("&#26102;", "时")]
        .iter()
        .fold(source.to_owned(), |text, (from, to)| text.replace(from, to))
}

proptest! {
    #[test]
    fn every_word_has_the_place_it_is_written_at(pieces in pieces(), bom: bool) {
        let html = format!("{}{}", if bom { "\u{feff}" } else { "" }, pieces.concat());
        // One NUL among few bytes makes them no text to the decoder.
        let _ = read_page_or_binary(html.as_bytes());
        let page = read_page(&html);
        for block in &page.blocks {
            for word in ["wörter", "bet", "时间"] {
                for (at, _) in page.text[block.range.clone()].match_indices(word) {
                    let at = block.range.start + at;
                    let span = page.offsets.span(at..at + word.len());
                    let source = &html[span.start as usize..span.end as usize];
                    // Words that markup joined have it inside.
                    if !source.contains('<') {
                        prop_assert_eq!(decoded(source), word);
                    }
                }
            }
        }
    }

    /// The way from the text through the page to the bytes of the file, where
    /// characters have other lengths in each.
    #[test]
    fn every_word_has_its_bytes_in_any_encoding(pieces in pieces(), mark: bool) {
        let html = format!("<meta charset=gbk>{}", pieces.concat().replace('\0', ""));
        for encoding in [encoding_rs::UTF_8, encoding_rs::GBK, encoding_rs::UTF_16LE] {
            let bytes = encode(&html, encoding, mark);
            let _ = HtmlReader.read(Source::new("a.html", &mut &*bytes), &mut |document| {
                check_words(&document, encoding);
                ControlFlow::Continue(())
            });
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused_as_binary(bytes: Vec<u8>) {
        let _ = read_page_or_binary(&bytes);
    }

    #[test]
    fn any_markup_is_read(html in "[<>/!?\\[\\]&#;a-z\"'= \r\n\u{e9}-]{0,60}") {
        read(html.as_bytes());
        read(format!("<?xml?>{html}").as_bytes());
        read(format!("<title>{html}</title>{html}").as_bytes());
    }
}
