//! Which encoding a file is in, by its beginning, for whoever wants to show what
//! stands around a passage. Readers find it out for themselves.

use std::path::Path;

use encoding_rs::Encoding;

use super::Format;
use super::encoding::{Reach, detect};
use super::format::Named;
use super::html;
use super::read::WINDOW_BYTES;

/// How many bytes of a file [`encoding_of`] wants to see: as many as a reader
/// has at hand when it finds out.
pub const SNIFF_BYTES: usize = WINDOW_BYTES;

/// The encoding that the file at `path` is in, which begins with `head`; nothing
/// where it is no text, or where `head` is not all of it and says nothing.
///
/// `head` is as much of the file as [`SNIFF_BYTES`], or all of it.
pub fn encoding_of(path: &Path, head: &[u8]) -> Option<&'static Encoding> {
    let format = Named::of(path).and_then(|named| named.format(head)).ok()?;
    let declared = if format == Format::Html { html::declared(head) } else { None };
    let reach = if head.len() < SNIFF_BYTES { Reach::End } else { Reach::More };
    if reach == Reach::More && head.is_ascii() {
        return None;
    }
    detect(head, declared, reach).ok().map(|detected| detected.encoding)
}

#[cfg(test)]
mod tests {
    use encoding_rs::{EUC_KR, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

    use super::*;

    #[test]
    fn a_file_is_in_the_encoding_that_it_is_read_in() {
        let check = |path: &str, head: &[u8], expected| {
            assert_eq!(encoding_of(Path::new(path), head), expected, "{path}");
        };
        check("a.txt", b"plain", Some(UTF_8));
        check("a.txt", b"\xff\xfea\0b\0", Some(UTF_16LE));
        check("a", b"\0a\0b\0c\0 \0d\0e\0f\0g", Some(UTF_16BE));
        check("a.txt", b"caf\xe9 et th\xe9 pour tout le monde", Some(WINDOWS_1252));
        check("a.txt", &GBK.encode("时间差的故事，从头说起，一直说到最后").0, Some(GBK));
        let page = b"<meta charset=euc-kr><p>\xb0\xa1\xb3\xaa</p>";
        check("a.html", page, Some(EUC_KR));
        check("a.png", b"plain", None);
        check("a.txt", &[0; 100], None);
        check("a.txt", &[b'a'; SNIFF_BYTES], None);
    }
}
