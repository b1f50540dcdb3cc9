//! Pages in, documents out.

mod properties;

use std::ops::ControlFlow;

use super::*;
use crate::document::{Block, BlockKind};

/// The title, the date and the blocks of a page, each as `kind: text`.
type Said = (Option<String>, Option<time::Date>, Vec<String>);

/// What `html` says.
fn read(html: &[u8]) -> Said {
    read_page_or_binary(html).unwrap_or_else(|skip| panic!("{skip}"))
}

/// The same; an error where the bytes are no text, and for no other reason.
fn read_page_or_binary(html: &[u8]) -> Result<Said, Skip> {
    let mut found = None;
    let mut bytes = html;
    let report =
        HtmlReader.read(Source::new("a.html", &mut bytes), &mut |document: Document<'_>| {
            let mut behind = 0;
            let mut behind_source = 0;
            let mut blocks = Vec::new();
            for Block { kind, range } in &document.blocks {
                assert!(behind <= range.start && range.start < range.end);
                behind = range.end;
                let words = &document.text[range.clone()];
                assert_eq!(words, words.trim_end());
                let span = document.offsets.span(range.clone());
                assert!(behind_source <= span.start && span.end <= document.bytes.len() as u64);
                behind_source = span.end;
                let kind = match kind {
                    BlockKind::Heading { level } => format!("h{level}"),
                    kind => format!("{kind:?}").to_lowercase(),
                };
                blocks.push(format!("{kind}: {words}"));
            }
            found = Some((document.title, document.date, blocks));
            ControlFlow::Continue(())
        });
    assert!(matches!(report, Ok(_) | Err(Skip::Binary)), "{report:?}");
    report.map(|_| found.unwrap_or_default())
}

fn check(html: &str, expected: &[&str]) {
    assert_eq!(read(html.as_bytes()).2, expected, "{html}");
}

#[test]
fn blocks_end_paragraphs_and_inline_elements_do_not() {
    check(
        "<div>a<p>b <b>c</b>d<p>e</div>f",
        &["paragraph: a", "paragraph: b cd", "paragraph: e", "paragraph: f"],
    );
    check("a<br>b<br> <br>c", &["paragraph: a\nb", "paragraph: c"]);
    check("<p> a\n\t b </p><p>&nbsp;</p>", &["paragraph: a b"]);
    check(
        "<h2>a <div>b</div><br>c</h2>d<h3>e<p>f",
        &["h2: a b c", "paragraph: d", "h3: e", "paragraph: f"],
    );
}

#[test]
fn a_line_end_between_han_characters_is_no_space() {
    check("<p>时间\n差 and\n链", &["paragraph: 时间差 and 链"]);
}

#[test]
fn what_is_no_prose_is_left_out() {
    check(
        "<p>a<script>if (a < b) '</p>'</script>b<style>p {}</style><!-- <p>c -->",
        &["paragraph: ab"],
    );
    check("<nav>a<nav>b</nav>c</nav>d<svg><title>e</title><style/></svg>f", &["paragraph: df"]);
    check("a<button>b</button>c<select><option>d</select>", &["paragraph: a c"]);
    check("<ruby>漢<rp>(<rt>かん<rp>)</ruby>字", &["paragraph: 漢字"]);
    check("<aside>a</aside><footer>b</footer>", &["paragraph: a", "paragraph: b"]);
}

#[test]
fn an_element_that_never_ends_does_not_take_the_rest_with_it() {
    check(
        "a<nav>b<nav>c</nav>d<p>e",
        &["paragraph: a", "paragraph: b", "paragraph: c", "paragraph: d", "paragraph: e"],
    );
    // The words on both sides of the later ones became one.
    check("a<button>b<button>c</button>d", &["paragraph: a b c d"]);
    check("<title>a<p>b", &["paragraph: a", "paragraph: b"]);
    check("<svg>a<button>b", &["paragraph: a b"]);
    check("<script>a<p>b", &[]);
}

/// It was indexed, and a hidden part of a line became part of the word before it.
#[test]
fn what_a_page_hides_is_left_out() {
    check("a<span style='display:none'>x</span>, b", &["paragraph: a, b"]);
    check("a<SPAN STYLE='Display: None !important'>x</SPAN>b", &["paragraph: ab"]);
    check("<p>a<p hidden>x<p>b", &["paragraph: a", "paragraph: b"]);
    check("<div>a<div hidden=''>x<div>y</div><p>z</div>b</div>", &["paragraph: a", "paragraph: b"]);
    check("<section style=visibility:hidden><h2>x</h2>y</section>a", &["paragraph: a"]);
    check("<h2>a</h2><h3 hidden>x</h3>b", &["h2: a", "paragraph: b"]);
    check("<ul><li>a<li hidden>x<ul><li>y</ul><li>b</ul>", &["list: a\nb"]);
    check(
        "<table><tr><td>a<td hidden>x<td>b<tr hidden><td>y<td>z<tr><td>c<td>d</table>",
        &["table: a | b\nc | d"],
    );
    check("<dl><dt>a<dd hidden>x<dd>b</dl>", &["list: a\nb"]);
    check("<pre hidden>x</pre>a<br hidden>b<img hidden>c", &["paragraph: abc"]);
    check("<dialog>x</dialog><dialog open>a</dialog>", &["paragraph: a"]);
    check("<template><p>x</template>a", &["paragraph: a"]);
    // What ends the paragraph or the item around it ends it too.
    check("<p>a<span hidden>x<p>b<h2>c</h2>", &["paragraph: a", "paragraph: b", "h2: c"]);
    check("<p>a<span hidden>x<div>b</div>c", &["paragraph: a", "paragraph: b", "paragraph: c"]);
    check("<ul><li>a<span hidden>x<li>b</ul>", &["list: a\nb"]);
    check("<div><span hidden><div>x</div>y</span>a</div>", &["paragraph: a"]);
    check("<div hidden><script>'</div>'</script>x</div>a", &["paragraph: a"]);
    check("<title>a</title><div hidden><svg><title>x</title></svg></div>", &[]);
    check("<time hidden datetime=2021-01-19>x</time>a", &["paragraph: a"]);
    // What is not hidden, or not for long.
    check("<body style='display:none'>a", &["paragraph: a"]);
    check("<p hidden=until-found>a<p style='display:block'>b", &["paragraph: a", "paragraph: b"]);
    check("<p data-hidden title=hidden style=''>a", &["paragraph: a"]);
    check("<p class=a hidden id=b>x", &[]);
    check("<?xml version='1.0'?><p><span hidden='hidden'/>a</p>", &["paragraph: a"]);
}

/// Where its own end is missing.
#[test]
fn what_is_hidden_ends_with_what_it_stands_in() {
    check("<section>a<div hidden>x</section>b", &["paragraph: a", "paragraph: b"]);
    check("<p>a <span hidden>x</p>b", &["paragraph: a", "paragraph: b"]);
    check("<p>a <b>b<span hidden>x</b> c", &["paragraph: a b c"]);
    check("<div hidden><section>x<div>y</section>z</div>a", &["paragraph: a"]);
    check("<span hidden><b>x</b><div><span>y</span></div>z</span>a", &["paragraph: a"]);
    check("<table><tr><td hidden>x</table>a", &["paragraph: a"]);
    check("<p hidden>x<div>a</div>", &["paragraph: a"]);
    check("<h2 hidden>x<h3>a</h3>", &["h3: a"]);
    // Tags that end nothing there.
    check("<div hidden>x</span>y</p>z</br></div>a", &["paragraph: a"]);
    check("<span hidden>x</br>y</span>a", &["paragraph: a"]);
    check("a<div hidden>x<p>y", &["paragraph: a"]);
}

#[test]
fn lists_are_one_block_with_a_line_for_each_item() {
    check("<ul><li>a<li><p>b</p><ol><li>c</ol></ul>d", &["list: a\nb\nc", "paragraph: d"]);
    check("<dl><dt>a<dd>b</dl>", &["list: a\nb"]);
    check("<ul><li><h2>a</h2>b<li>c</ul>", &["h2: a", "paragraph: b", "paragraph: c"]);
}

#[test]
fn tables_are_one_block_unless_they_lay_out_the_page() {
    check(
        "<table><caption>t</caption><tr><th>a<th>b<tr><td>c<td><p>d<p>e</table>f",
        &["table: t\na | b\nc | d e", "paragraph: f"],
    );
    check(
        "<table><tr><td>a<td><table><tr><td>b<td>c</table></table>",
        &["paragraph: a", "table: b | c"],
    );
    check("<table><tr><td><p>a<p>b</table>", &["paragraph: a", "paragraph: b"]);
    check("<table><tr><td><ul><li>a</table></ul>b", &["list: a", "paragraph: b"]);
}

#[test]
fn preformatted_text_keeps_its_white_space() {
    check("<pre>\n\n  a\n\t<b>b</b> &lt;\n\n</pre>c", &["code:   a\n\tb <", "paragraph: c"]);
    check("<pre>\r\na\r\nb<br>c</pre>", &["code: a\nb\nc"]);
}

#[test]
fn the_title_is_not_repeated_as_a_heading() {
    let check = |html: &str, title: Option<&str>, blocks: &[&str]| {
        let (found, _, found_blocks) = read(html.as_bytes());
        assert_eq!(
            (found.as_deref(), &found_blocks[..]),
            (title, &blocks.iter().map(|b| b.to_string()).collect::<Vec<_>>()[..]),
            "{html}"
        );
    };
    check("<title> A &amp;\n b </title><h1>c", Some("A & b"), &["h1: c"]);
    check("<title>A - The Site</title><h1>A</h1>b", Some("A - The Site"), &["paragraph: b"]);
    check("<title>Ab</title><h1>A</h1>b", Some("Ab"), &["h1: A", "paragraph: b"]);
    // It was taken out here too, so that all behind it stood under the headings before it:
    // a table of contents.
    let behind = ["h2: x", "title: A B", "paragraph: b"];
    check("<h2>x</h2><h1>A<br>B</h1>b", Some("A B"), &behind);
    check("x<h1>A</h1><h1>B</h1>", None, &["paragraph: x", "h1: A", "h1: B"]);
    check("<svg><title>a</title></svg><title></title>", None, &[]);
}

#[test]
fn the_date_of_publication_is_read_from_metadata() {
    let check = |html: &str, expected| assert_eq!(read(html.as_bytes()).1, expected, "{html}");
    let date = Some(time::macros::date!(2021 - 01 - 19));
    check(
        "<meta name=date content=2020-01-01><meta property='article:published_time' \
         content='2021-01-19T08:00:00Z'>",
        date,
    );
    check("<meta content='2021-01-19' name='DC.date'>", date);
    check("<p><time itemprop=datePublished datetime=2021-01-19>then</time>", date);
    check("<p><time datetime=2021-01-19>then</time>", None);
}

#[test]
fn xhtml_is_read_as_xml() {
    check(
        "<?xml version='1.0'?><html><title/><script src='a'/><p/>a<div/>b<![CDATA[<c>]]>",
        &["paragraph: a", "paragraph: b<c>"],
    );
    check("<html xmlns='http://www.w3.org/1999/xhtml'><script/>a", &["paragraph: a"]);
    check("<div/>a<script/>b", &["paragraph: a"]);
}

#[test]
fn declared_encodings_are_decoded() {
    assert_eq!(read(b"<meta charset=gbk><p>\xca\xb1\xbc\xe4").2, ["paragraph: 时间"]);
}

#[test]
fn a_page_whose_map_would_fill_the_memory_is_too_large() {
    let mut page = vec![b'a'; MAX_DECODED_BYTES];
    page.extend_from_slice(b" caf\xe9 cr\xe8me");
    let mut bytes = page.as_slice();
    let source = Source::new("a.html", &mut bytes);
    let report = HtmlReader.read(source, &mut |_| ControlFlow::Continue(()));
    assert_eq!(report, Err(Skip::TooLarge));
}

#[test]
fn deep_nesting_loses_no_text() {
    for open in ["<ul><li>", "<div>", "<table><tr><td>", "<b>", "<nav>", "<svg>", "<pre>", "<h1>"] {
        let html = format!("{}words", open.repeat(20_000));
        let (title, _, blocks) = read(html.as_bytes());
        let blocks = blocks.concat();
        assert!(blocks.ends_with("words") || title.as_deref() == Some("words"), "{open}");
    }
}

#[test]
fn what_nests_deeply_in_a_hidden_element_is_left_out() {
    let many = 50_000;
    for (open, close) in [
        ("<div>", "</div>"),
        ("<div><b>", "</i></div>"),
        ("<b>", "</i>"),
        ("<ul><li><p>", "<li></ul>"),
        ("<table><tr><td>", "</table>"),
        ("<h2>", "</h3>"),
    ] {
        let html = format!("{}{}", open.repeat(many), close.repeat(many));
        check(&format!("<section hidden>{html}</section>a"), &["paragraph: a"]);
    }
}
