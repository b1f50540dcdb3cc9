//! What stands inside a block of Markdown: which of it is words.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

/// How many events of a block are kept; headings, the only blocks looked at so
/// closely, have few: what has more is none. Chosen by hand.
const MAX_EVENTS: usize = 1000;

/// How many marks around a heading's words are taken off. Chosen by hand: bold,
/// italic, a link.
const MAX_MARKS: usize = 4;

/// An event and its bytes in the text.
type Spanned<'a> = (Event<'a>, Range<usize>);

/// What stands between the start and the end of a block.
#[derive(Debug, Default)]
pub(super) struct Inner<'a> {
    /// The first events.
    events: Vec<Spanned<'a>>,
    /// From the first text to the last.
    texts: Option<Range<usize>>,
    says_something: bool,
    /// Whether some events were not kept.
    is_cut: bool,
    /// Behind the empty elements that it begins with.
    behind_anchors: Option<usize>,
}

impl<'a> Inner<'a> {
    /// Reads on to the end of the block whose start was the last event.
    pub(super) fn read(events: &mut impl Iterator<Item = Spanned<'a>>) -> Self {
        let mut inner = Self::default();
        let (mut depth, mut links, mut images) = (0_usize, 0_usize, 0_usize);
        let mut anchors = Some(0_usize);
        for (event, range) in events {
            anchors = anchors.and_then(|open| open_behind(&event, open));
            if anchors == Some(0) {
                inner.behind_anchors = Some(range.end);
            }
            match &event {
                Event::Start(tag) => {
                    depth += 1;
                    links += usize::from(matches!(tag, Tag::Link { .. }));
                    images += usize::from(matches!(tag, Tag::Image { .. }));
                }
                Event::End(_) if depth == 0 => break,
                Event::End(tag) => {
                    depth -= 1;
                    links -= usize::from(matches!(tag, TagEnd::Link));
                    images -= usize::from(matches!(tag, TagEnd::Image));
                }
                Event::Text(text) | Event::Code(text) => {
                    let start = inner.texts.take().map_or(range.start, |texts| texts.start);
                    inner.texts = Some(start..range.end);
                    // An image that is a link is a badge or a button.
                    inner.says_something |= (images == 0 || links == 0) && !text.trim().is_empty();
                }
                _ => {}
            }
            if inner.events.len() < MAX_EVENTS {
                inner.events.push((event, range));
            } else {
                inner.is_cut = true;
            }
        }
        inner
    }

    /// Whether there is more than white space, markup and badges.
    pub(super) fn says_something(&self) -> bool {
        self.says_something
    }

    /// Whether [`Inner::words`] and [`Inner::plain`] know only the beginning.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Where a paragraph goes on that begins with empty elements of HTML, as
    /// targets of links are written: `<a id="bet"></a>The bet`.
    pub(super) fn behind_anchors(&self) -> Option<usize> {
        self.behind_anchors
    }

    /// From the first text to the last.
    pub(super) fn texts(&self) -> Option<Range<usize>> {
        self.texts.clone()
    }

    /// Where the words are, without images before and behind them and without
    /// marks around all of them: of `**[The bet](b.md)**` it is `The bet`.
    pub(super) fn words(&self) -> Option<Range<usize>> {
        let mut events = &self.events[..];
        let mut words = None;
        for _ in 0..=MAX_MARKS {
            let wordy = wordy_children(events);
            let (Some(first), Some(last)) = (wordy.first(), wordy.last()) else { break };
            words = Some(events[first.start].1.start..events[last.start].1.end);
            if wordy.len() > 1 || first.len() < 2 {
                break;
            }
            events = &events[first.start + 1..first.end - 1];
        }
        words
    }

    /// The words without any markup; where there are none but of images, those.
    pub(super) fn plain(&self) -> String {
        let mut plain = String::new();
        let mut of_images = String::new();
        let mut images = 0_usize;
        for (event, _) in &self.events {
            match event {
                Event::Start(Tag::Image { .. }) => images += 1,
                Event::End(TagEnd::Image) => {
                    images = images.saturating_sub(1);
                    of_images.push(' ');
                }
                Event::Text(text) | Event::Code(text) if images > 0 => of_images.push_str(text),
                Event::Text(text) | Event::Code(text) => plain.push_str(text),
                Event::SoftBreak | Event::HardBreak => plain.push(' '),
                Event::InlineHtml(tag) if tag.get(1..).is_some_and(|tag| names(tag, "br")) => {
                    plain.push(' ')
                }
                _ => {}
            }
        }
        let said = if plain.trim().is_empty() { of_images } else { plain };
        said.trim().to_owned()
    }
}

/// How many elements of HTML are open behind `event` where `open` were before it and
/// nothing else came; nothing where it is no tag.
fn open_behind(event: &Event<'_>, open: usize) -> Option<usize> {
    let Event::InlineHtml(tag) = event else { return None };
    Some(if tag.starts_with("</") {
        open.saturating_sub(1)
    } else if tag.starts_with("<!") || tag.ends_with("/>") {
        open
    } else {
        open + 1
    })
}

/// The index ranges of those outermost things in `events` that hold words; a
/// thing is one event, or a start with its end and all in between.
fn wordy_children(events: &[Spanned<'_>]) -> Vec<Range<usize>> {
    let mut children = Vec::new();
    let (mut depth, mut images, mut start, mut is_wordy) = (0_usize, 0_usize, 0, false);
    for (index, (event, _)) in events.iter().enumerate() {
        if depth == 0 {
            (start, is_wordy) = (index, false);
        }
        match event {
            Event::Start(tag) => {
                depth += 1;
                images += usize::from(matches!(tag, Tag::Image { .. }));
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                images = images.saturating_sub(usize::from(matches!(tag, TagEnd::Image)));
            }
            Event::Text(text) | Event::Code(text) => {
                is_wordy |= images == 0 && !text.trim().is_empty();
            }
            _ => {}
        }
        if depth == 0 && is_wordy {
            children.push(start..index + 1);
        }
    }
    children
}

/// Where the words are in a block of HTML, from the first to the last; nothing
/// if it holds tags, comments, programs and styles only.
pub(super) fn html_words(html: &str) -> Option<Range<usize>> {
    let mut words: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some(next) = html[at..].chars().next() {
        let rest = &html[at..];
        let is_markup = next == '<'
            && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        if is_markup {
            let Some(len) = markup_len(rest) else { break };
            at += len;
            continue;
        }
        if !next.is_whitespace() {
            let start = words.map_or(at, |words| words.start);
            words = Some(start..at + next.len_utf8());
        }
        at += next.len_utf8();
    }
    words
}

/// The length of the tag or comment at the start of `html`; a program or a style
/// goes with its tags. Nothing if it does not end.
fn markup_len(html: &str) -> Option<usize> {
    let program = ["script", "style"].into_iter().find(|name| names(&html[1..], name));
    let close = match program {
        Some(name) => {
            let is_end = |&(at, _): &(usize, &str)| names(&html[at + 2..], name);
            html.match_indices("</").find(is_end)?.0
        }
        None => 0,
    };
    let end = if html.starts_with("<!--") { "-->" } else { ">" };
    Some(close + html[close..].find(end)? + end.len())
}

/// Whether `tag`, what is behind the opening of a tag, begins with `name`.
fn names(tag: &str, name: &str) -> bool {
    tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && !tag[name.len()..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_html_go_from_the_first_to_the_last() {
        let check = |html: &str, expected: Option<&str>| {
            assert_eq!(html_words(html).map(|range| &html[range]), expected, "{html}");
        };
        check("<p>The <b>bet</b></p>", Some("The <b>bet"));
        check("<!-- note > -->\n", None);
        check("<img src=x>", None);
        check("<div>1 < 2</div>", Some("1 < 2"));
        check("<div", None);
        check("<STYLE>p { }</STYLE>", None);
        check("<script>a <", None);
        // Words behind a program were lost with it.
        check("<script>a < 1 && </b></Script > The bet</p>", Some("The bet"));
        check("<p>One<style>p { }</style>", Some("One"));
        check("<script-like>The bet</script-like>", Some("The bet"));
        check("é", Some("é"));
    }
}
