//! Plain text: one document, whatever its size, in parts where it is large.

use std::ops::ControlFlow;

use encoding_rs::{Encoding, UTF_8};

use super::decode::Decoded;
use super::encoding::{Detected, Reach, detect, is_binary_in};
use super::window::{Window, cut};
use super::{ReadReport, Reader, Sink, Skip, Source};
use crate::document::{Coordinates, Document, DocumentId};

/// Reads plain text. Its documents have no blocks: where the paragraphs are is
/// for the splitter to see.
pub(super) struct TextReader;

impl Reader for TextReader {
    fn read(&self, source: Source<'_>, sink: &mut Sink<'_>) -> Result<ReadReport, Skip> {
        let Source { name, bytes, coordinates, window_bytes, .. } = source;
        let mut window = Window::new(bytes, window_bytes);
        let mut parts = Parts { name, coordinates, encoding: None, line: 1 };
        loop {
            let filled = window.fill();
            // What was read before the reading broke off is still good.
            let reach = *filled.as_ref().unwrap_or(&Reach::End);
            let has_more = !window.bytes().is_empty() || window.start() == 0 && filled.is_ok();
            if has_more {
                let document = match (parts.next(&window, reach), filled.is_ok()) {
                    (Ok(document), _) => document,
                    (Err(skip), true) => return Err(skip),
                    // Why it broke off says more than that the rest is no text.
                    (Err(_), false) => {
                        return filled.map(|_| ReadReport::default()).map_err(Skip::from);
                    }
                };
                let len = document.bytes.len();
                if let ControlFlow::Break(()) = sink(document) {
                    return Ok(ReadReport::default());
                }
                window.advance(len);
            }
            if filled? == Reach::End {
                return Ok(ReadReport::default());
            }
        }
    }
}

/// What the parts of one text have in common.
struct Parts<'n> {
    name: &'n str,
    coordinates: Coordinates,
    /// The encoding, as soon as a part tells; ASCII alone does not.
    encoding: Option<&'static Encoding>,
    /// The line that the next part begins on.
    line: u64,
}

impl Parts<'_> {
    /// The part at the beginning of `window`.
    fn next<'w>(&mut self, window: &'w Window<'_>, reach: Reach) -> Result<Document<'w>, Skip> {
        let detected = match self.encoding {
            Some(encoding) if is_binary_in(window.bytes(), encoding) => return Err(Skip::Binary),
            Some(encoding) => Detected { encoding, bom_bytes: 0, text: None },
            None => detect(window.bytes(), None, reach)?,
        };
        let len = match reach {
            Reach::End => window.bytes().len(),
            Reach::More => cut(window.bytes(), detected.encoding),
        };
        let (bytes, bytes_start) = (&window.bytes()[..len], window.start());
        if detected.encoding != UTF_8 || !bytes.is_ascii() {
            self.encoding = Some(detected.encoding);
        }
        let decoded = Decoded::new(bytes, &detected, bytes_start);
        let lines = decoded.lines(bytes, bytes_start, self.line);
        self.line = lines.line(bytes_start + len as u64);
        Ok(Document {
            id: DocumentId(self.name.to_owned()),
            title: None,
            date: None,
            text: decoded.text,
            blocks: Vec::new(),
            headings: Vec::new(),
            offsets: decoded.offsets,
            lines,
            bytes,
            bytes_start,
            coordinates: self.coordinates,
            continues: bytes_start > 0,
            is_continued: reach == Reach::More,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use encoding_rs::GBK;
    use proptest::prelude::*;

    use super::*;

    /// What a test keeps of a document.
    #[derive(Debug, PartialEq)]
    struct Part {
        text: String,
        start: u64,
        line: u64,
        continues: bool,
    }

    fn parts(bytes: &mut dyn Read, window_bytes: usize) -> (Vec<Part>, Result<ReadReport, Skip>) {
        let mut parts = Vec::new();
        let source = Source { window_bytes, ..Source::new("a.txt", bytes) };
        let result = TextReader.read(source, &mut |document| {
            assert!(document.blocks.is_empty());
            parts.push(Part {
                start: document.bytes_start,
                line: document.lines.line(document.bytes_start),
                continues: document.continues,
                text: document.text.into_owned(),
            });
            ControlFlow::Continue(())
        });
        (parts, result)
    }

    fn part(text: &str, start: u64, line: u64) -> Part {
        Part { text: text.into(), start, line, continues: start > 0 }
    }

    #[test]
    fn a_large_text_is_cut_between_paragraphs() {
        let text = "one\ntwo\n\nthree\nfour\n\nfive\n";
        let (found, result) = parts(&mut text.as_bytes(), 16);
        let expected =
            [part("one\ntwo\n\n", 0, 1), part("three\nfour\n\n", 9, 4), part("five\n", 21, 7)];
        assert_eq!((found.as_slice(), result), (expected.as_slice(), Ok(ReadReport::default())));
    }

    #[test]
    fn an_empty_file_is_one_empty_document() {
        assert_eq!(parts(&mut &b""[..], 16).0, [part("", 0, 1)]);
    }

    #[test]
    fn the_encoding_of_the_first_telling_part_holds_for_the_rest() {
        let chinese = "张衡说：地如鸡中黄，天之包地，犹壳之裹黄。\n\n".repeat(3);
        let mut bytes = b"An old book\n\n".repeat(3);
        bytes.extend_from_slice(&GBK.encode(&chinese).0);
        let (found, _) = parts(&mut bytes.as_slice(), 64);
        let text: String = found.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(text, "An old book\n\n".repeat(3) + &chinese);
        assert!(found.len() > 2);
    }

    #[test]
    fn nuls_without_end_are_binary_after_one_window() {
        let (found, result) = parts(&mut std::io::repeat(0), 1 << 16);
        assert_eq!((found, result), (vec![], Err(Skip::Binary)));
    }

    #[test]
    fn a_line_without_end_is_cut_between_words() {
        let (found, _) = parts(&mut "the walrus and the carpenter".as_bytes(), 16);
        assert_eq!(found, [part("the walrus and ", 0, 1), part("the carpenter", 15, 1)]);
    }

    #[test]
    fn a_line_without_end_comes_in_parts_until_the_receiver_stops() {
        let mut count = 0;
        let source = &mut std::io::repeat(b'a');
        let source = Source { window_bytes: 1 << 12, ..Source::new("a.txt", source) };
        let result = TextReader.read(source, &mut |document| {
            count += 1;
            assert!(document.text.len() <= 1 << 12);
            if count < 100 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert_eq!((count, result), (100, Ok(ReadReport::default())));
    }

    #[test]
    fn what_was_read_before_a_failure_is_kept() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "crc"))
            }
        }
        let (found, result) = parts(&mut b"one\ntwo".chain(Broken), 64);
        assert_eq!(
            (found, result),
            (vec![part("one\ntwo", 0, 1)], Err(Skip::Damaged("crc".into())))
        );
        assert_eq!(parts(&mut Broken, 64).0, []);
    }

    proptest! {
        #[test]
        fn parts_join_to_the_whole(text in "[a-zé一 \r\n]{0,60}", window_bytes in 0usize..40) {
            let (found, _) = parts(&mut text.as_bytes(), window_bytes);
            let joined: String = found.iter().map(|part| part.text.as_str()).collect();
            prop_assert_eq!(&joined, &text);
            for part in found {
                let before = &text.as_bytes()[..part.start as usize];
                let newlines = before.iter().filter(|&&byte| byte == b'\n').count();
                prop_assert_eq!(part.line, 1 + newlines as u64);
                prop_assert!(text[part.start as usize..].starts_with(&part.text));
            }
        }
    }
}
