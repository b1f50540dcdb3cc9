//! Pages in, tokens with their places out.

use super::*;

struct Log<'s>(&'s str, Vec<String>);

impl Receiver for Log<'_> {
    fn text(&mut self, text: &str, at: usize) {
        assert_eq!(&self.0[at..at + text.len()], text);
        self.1.push(text.to_owned());
    }
    fn written_otherwise(&mut self, text: &str, source: Range<usize>) {
        self.1.push(format!("{}={text}", &self.0[source]));
    }
    fn start_tag(&mut self, tag: &StartTag<'_>) -> Option<State> {
        assert_eq!(&self.0[tag.end - 1..tag.end], ">");
        self.1.push(format!("+{}", String::from_utf8_lossy(tag.name)));
        self.1.extend(tag.attribute("content").map(str::to_owned));
        (tag.name == b"title").then_some(State::RcData)
    }
    fn end_tag(&mut self, name: &[u8]) {
        self.1.push(format!("-{}", String::from_utf8_lossy(name)));
    }
    fn reads_cdata(&self) -> bool {
        true
    }
}

fn check(source: &str, expected: &[&str]) {
    let mut log = Log(source, Vec::new());
    tokenize(source, 0, &mut log);
    assert_eq!(log.1, expected, "{source:?}");
}

#[test]
fn references_have_the_place_they_are_written_at() {
    check("a&amp;b", &["a", "&amp;=&", "b"]);
    check("&semi;&#59;", &["&semi;=;", "&#59;=;"]);
    check("&lt&#x41 &#65B", &["&lt=<", "&#x41=A", " ", "&#65=A", "B"]);
    check("&notit;", &["&not=¬", "it;"]);
    check("&NotEqualTilde;", &["&NotEqualTilde;=≂̸"]);
}

#[test]
fn ampersands_that_refer_to_nothing_are_text() {
    for source in ["a & b", "&", "&#", "&#x", "&#xg", "&foo;", "&a", "R&D&", "&é"] {
        check(source, &[source]);
    }
}

#[test]
fn angle_brackets_that_open_no_tag_are_text() {
    for source in ["a < b", "<é", "<", "</", "1<2<<3"] {
        check(source, &[source]);
    }
    check("a</>b", &["a", "b"]);
}

#[test]
fn carriage_returns_are_newlines_in_their_place() {
    check("a\r\nb\rc", &["a", "\r=\n", "b", "\r=\n", "c"]);
    check("\r\n\n\n&amp;", &["\r=\n", "\n\n", "&amp;=&"]);
}

#[test]
fn comments_and_other_tags_lie_between_texts() {
    check("a<!-- x -->b<i>ü</i>", &["a", "b", "+i", "ü", "-i"]);
    check("<![CDATA[a&amp;<b>]]]>c", &["a&amp;<b>]", "c"]);
    check("<title>x</ti</b> &gt;</title>y", &["+title", "x</ti</b> ", "&gt;=>", "-title", "y"]);
}

/// Every quoted value took stack of its own until its tag ended.
#[test]
fn any_number_of_attributes_is_read_on_a_small_stack() {
    let values = [r#"a="b" "#, r#"a = "b&amp;c"d="" "#, "a='b' ", "a=b ", "a "];
    let read = std::thread::Builder::new().stack_size(512 << 10).spawn(move || {
        for value in values {
            let many = value.repeat(100_000);
            check(&format!("x<p {many}>y</p {many}>z"), &["x", "+p", "y", "-p", "z"]);
        }
    });
    assert!(read.is_ok_and(|reading| reading.join().is_ok()));
}

#[test]
fn attributes_among_others_are_collected_whole() {
    let others = |count: usize| r#"a="1&amp;2" b="" "#.repeat(count / 2);
    let page = |count| format!(r#"<meta {}content="x &lt; y">z"#, others(count));
    for count in [0, 2, 8, 10, 14, 16, 18, 34, MAX_ATTRIBUTES - 2] {
        check(&page(count), &["+meta", "x < y", "z"]);
    }
    check(&page(MAX_ATTRIBUTES), &["+meta", "z"]);
}
