//! An element that is left out, and where it ends.
//!
//! Which elements are left out is in [`super::elements`]; what happens where one
//! never ends, in [`super::page`].

use super::elements::{Role, role};
use super::tokens::StartTag;

/// An element that is left out, or the title, which is no part of the text.
pub(super) struct Skipping {
    pub name: Vec<u8>,
    /// Whether its text is the page's title.
    pub is_title: bool,
    is_ruby: bool,
    /// How many elements of this name are open.
    depth: usize,
    /// The offset of its content.
    pub from: usize,
}

/// Whether a tag ended the element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Yes,
    No,
}

impl Skipping {
    /// The element that `tag` begins; no title.
    pub(super) fn of(tag: &StartTag<'_>, role: Role) -> Self {
        let is_ruby = role == Role::Ruby;
        Self { name: tag.name.to_vec(), is_title: false, is_ruby, depth: 1, from: tag.end }
    }

    /// A start tag inside it.
    pub(super) fn start_tag(&mut self, tag: &StartTag<'_>, is_empty: bool) -> Left {
        if self.is_ruby && role(tag.name) == Role::Ruby {
            self.name = tag.name.to_vec();
        } else if self.is_ruby && tag.name == b"rb" {
            return Left::Yes;
        } else if self.name == tag.name && !is_empty {
            self.depth += 1;
        }
        Left::No
    }

    /// An end tag inside it, or its own.
    pub(super) fn end_tag(&mut self, name: &[u8]) -> Left {
        self.depth -= usize::from(self.name == name);
        if self.depth == 0 || self.is_ruby && name == b"ruby" { Left::Yes } else { Left::No }
    }
}
