//! The headings that are open at a place in a document.

use super::text::is_space;
use crate::document::{Block, BlockKind, Document};

/// What is longer is prose that was marked as a heading, for its size or its
/// look. A path is copied into every passage below it, so this also bounds what
/// a hostile document can make of one heading. Chosen by hand.
pub(super) const HEADING_CHARS: usize = 300;

/// What a block says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'d> {
    /// Without the markup of a heading.
    pub(super) words: &'d str,
    /// As it stands in the text.
    pub(super) written: &'d str,
}

impl<'d> Said<'d> {
    pub(super) fn by(block: &Block, document: &'d Document<'_>) -> Self {
        Self { words: document.words_of(block), written: &document.text[block.range.clone()] }
    }
}

/// The headings a passage stands under, outermost first.
#[derive(Debug, Clone, Default)]
pub(super) struct HeadingPath {
    open: Vec<OpenHeading>,
}

#[derive(Debug, Clone)]
struct OpenHeading {
    level: u8,
    /// None for the heading that repeats the document's title: it closes others
    /// like any heading, and is not shown.
    words: Option<String>,
}

impl HeadingPath {
    /// Closes all headings.
    pub(super) fn clear(&mut self) {
        self.open.clear();
    }

    /// Goes past a block of the kind `kind`, in a document that has the title `title`.
    pub(super) fn pass(&mut self, kind: BlockKind, said: Said<'_>, title: Option<&str>) {
        match kind {
            BlockKind::Heading { level } => self.enter(level, said, title),
            BlockKind::Title => self.clear(),
            _ => {}
        }
    }

    /// Opens a heading, which closes those of its level and below.
    fn enter(&mut self, level: u8, Said { words, written }: Said<'_>, title: Option<&str>) {
        while self.open.last().is_some_and(|heading| heading.level >= level) {
            self.open.pop();
        }
        let words = one_line(words);
        let title = title.map(one_line);
        // A title that is given apart may have the markup of the heading.
        let repeats_title = title.is_some_and(|title| title == words || title == one_line(written));
        self.open.push(OpenHeading { level, words: (!repeats_title).then_some(words) });
    }

    /// The words of the open headings.
    pub(super) fn words(&self) -> Vec<String> {
        self.open.iter().filter_map(|heading| heading.words.clone()).collect()
    }
}

/// `text` with each stretch of white space as one space: headings are wrapped
/// in their source as it comes.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(words: &str) -> Said<'_> {
        Said { words, written: words }
    }

    fn check(title: Option<&str>, entered: &[(u8, &str)], expected: &[&str]) {
        let mut path = HeadingPath::default();
        for (level, words) in entered {
            path.enter(*level, plain(words), title);
        }
        assert_eq!(path.words(), expected, "{entered:?}");
    }

    #[test]
    fn a_heading_closes_those_of_its_level_and_below() {
        check(None, &[(1, "a"), (2, "b"), (3, "c")], &["a", "b", "c"]);
        check(None, &[(1, "a"), (2, "b"), (3, "c"), (2, "d")], &["a", "d"]);
        check(None, &[(3, "a"), (2, "b"), (4, "c")], &["b", "c"]);
        check(None, &[(1, "a"), (2, "b"), (1, "c")], &["c"]);
    }

    #[test]
    fn the_title_is_not_repeated() {
        check(Some("My day"), &[(1, "My\n day"), (2, "Noon")], &["Noon"]);
        check(Some("My day"), &[(1, "My day"), (1, "Noon")], &["Noon"]);
        let mut path = HeadingPath::default();
        path.enter(1, Said { words: "a_b class", written: r"a\_b class" }, Some(r"a\_b class"));
        assert!(path.words().is_empty());
    }

    #[test]
    fn the_title_ends_what_stands_open() {
        let mut path = HeadingPath::default();
        path.pass(BlockKind::Heading { level: 2 }, plain("Contents"), None);
        assert_eq!(path.words(), ["Contents"]);
        path.pass(BlockKind::Title, plain("The walrus"), None);
        assert!(path.words().is_empty());
    }

    #[test]
    fn a_wrapped_heading_becomes_one_line() {
        check(None, &[(1, "one\r\n   two")], &["one two"]);
    }
}
