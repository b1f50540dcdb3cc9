//! The headings that are open at a place in a document.

use super::text::is_space;
use crate::document::BlockKind;

/// What is longer is prose that was marked as a heading, for its size or its
/// look. A path is copied into every passage below it, so this also bounds what
/// a hostile document can make of one heading. Chosen by hand.
pub(super) const HEADING_CHARS: usize = 300;

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

    /// Goes past a block of the kind `kind` that says `words`, in a document that has
    /// the title `title`.
    pub(super) fn pass(&mut self, kind: BlockKind, words: &str, title: Option<&str>) {
        match kind {
            BlockKind::Heading { level } => self.enter(level, words, title),
            BlockKind::Title => self.clear(),
            _ => {}
        }
    }

    /// Opens a heading, which closes those of its level and below.
    fn enter(&mut self, level: u8, words: &str, title: Option<&str>) {
        while self.open.last().is_some_and(|heading| heading.level >= level) {
            self.open.pop();
        }
        let words = one_line(words);
        let repeats_title = title.is_some_and(|title| one_line(title) == words);
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

    fn check(title: Option<&str>, entered: &[(u8, &str)], expected: &[&str]) {
        let mut path = HeadingPath::default();
        for (level, words) in entered {
            path.enter(*level, words, title);
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
    }

    #[test]
    fn the_title_ends_what_stands_open() {
        let mut path = HeadingPath::default();
        path.pass(BlockKind::Heading { level: 2 }, "Contents", None);
        assert_eq!(path.words(), ["Contents"]);
        path.pass(BlockKind::Title, "The walrus", None);
        assert!(path.words().is_empty());
    }

    #[test]
    fn a_wrapped_heading_becomes_one_line() {
        check(None, &[(1, "one\r\n   two")], &["one two"]);
    }
}
