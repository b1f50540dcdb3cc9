//! The encoding that a page declares for itself.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How far into a file the declaration is looked for. The HTML standard looks
/// at 1,024 bytes and starts over when a later one turns up; chosen by hand so
/// that a long comment before it does no harm.
const PRESCAN_BYTES: usize = 4096;

/// The encoding that `bytes` declare: in an XML declaration, else in a `meta`
/// element. A byte order mark outranks both and is left to the decoder.
pub(in crate::corpus) fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    if Encoding::for_bom(bytes).is_some() {
        return None;
    }
    let head = &bytes[..bytes.len().min(PRESCAN_BYTES)];
    let encoding = xml_declaration(head).or_else(|| meta(head))?;
    // As in the HTML standard ("prescan a byte stream"): who could read this
    // declaration as ASCII is not reading UTF-16.
    if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        return Some(UTF_8);
    }
    Some(if encoding == encoding_rs::X_USER_DEFINED { WINDOWS_1252 } else { encoding })
}

fn xml_declaration(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = declaration.iter().position(|&byte| byte == b'>')?;
    value_of(&declaration[..end], b"encoding")
}

fn meta(head: &[u8]) -> Option<&'static Encoding> {
    let mut rest = head;
    loop {
        let open = rest.iter().position(|&byte| byte == b'<')?;
        rest = &rest[open + 1..];
        if let Some(comment) = rest.strip_prefix(b"!--") {
            rest = &comment[find(comment, b"-->")?..];
            continue;
        }
        let name = rest.get(..4)?;
        if !name.eq_ignore_ascii_case(b"meta") {
            continue;
        }
        // The declaration may be cut off by the end of the prescan.
        let end = rest.iter().position(|&byte| byte == b'>').unwrap_or(rest.len());
        if let Some(encoding) = value_of(&rest[4..end], b"charset") {
            return Some(encoding);
        }
        rest = &rest[end..];
    }
}

/// The encoding named behind `key` and `=`; both `charset="x"` and
/// `content="text/html; charset=x"` look like this.
fn value_of(tag: &[u8], key: &[u8]) -> Option<&'static Encoding> {
    let mut rest = tag;
    while let Some(at) = find(rest, key) {
        rest = &rest[at + key.len()..];
        let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let end =
            value.iter().position(|byte| b"\"';> \t\r\n/".contains(byte)).unwrap_or(value.len());
        return Encoding::for_label(&value[..end]);
    }
    None
}

/// Where `needle` first stands in `haystack`, whatever its case.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, expected: Option<&str>) {
        assert_eq!(declared(head.as_bytes()).map(Encoding::name), expected, "{head}");
    }

    #[test]
    fn every_way_to_declare_an_encoding_is_read() {
        check("<meta charset=gbk>", Some("GBK"));
        check("<html><META CharSet = 'Big5' />", Some("Big5"));
        check(
            r#"<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">"#,
            Some("Shift_JIS"),
        );
        check(r#"<meta content='text/html;charset=euc-kr' http-equiv=x>"#, Some("EUC-KR"));
        check(r#"<?xml version="1.0" encoding="ISO-8859-1"?><html>"#, Some("windows-1252"));
    }

    #[test]
    fn declarations_that_cannot_be_true_are_not_believed() {
        check("<meta charset=utf-16>", Some("UTF-8"));
        check("<!-- <meta charset=gbk> --><p>", None);
        check("<meta charset=klingon>", None);
        check("\u{feff}<meta charset=gbk>", None);
        check("<p>charset=gbk</p>", None);
        check("<meta", None);
        check("", None);
    }
}
