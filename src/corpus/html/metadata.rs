//! The title and the date of a page.

use time::Date;

use super::tokens::StartTag;
use super::writer::is_white_space;
use crate::corpus::date::parse_date;
use crate::corpus::title::common_title;
use crate::document::{Block, BlockKind, MAX_TITLE_BYTES};

/// The names of metadata that give the date of publication, the surest first.
const DATE_NAMES: [&str; 9] = [
    "article:published_time",
    "datepublished",
    "date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "pubdate",
];

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    title: String,
    /// The date, and the place of its name in [`DATE_NAMES`].
    date: Option<(usize, Date)>,
}

impl Metadata {
    /// Takes a piece of the title element's text.
    pub(super) fn add_title(&mut self, piece: &str) {
        for character in piece.chars() {
            let is_space = is_white_space(character);
            if self.title.len() + character.len_utf8() > MAX_TITLE_BYTES {
                return;
            }
            if !is_space {
                self.title.push(character);
            } else if !self.title.is_empty() && !self.title.ends_with(' ') {
                self.title.push(' ');
            }
        }
    }

    /// Forgets the title read so far.
    pub(super) fn clear_title(&mut self) {
        self.title.clear();
    }

    /// Whether a title has been read.
    pub(super) fn has_title(&self) -> bool {
        !self.title.trim().is_empty()
    }

    /// Takes what a `meta` or `time` element says of the date.
    pub(super) fn add_element(&mut self, tag: &StartTag<'_>) {
        let (name, value) = if tag.name == b"time" {
            let is_published = tag.attribute("pubdate").map(|_| "pubdate");
            (tag.attribute("itemprop").or(is_published), tag.attribute("datetime"))
        } else {
            let name = ["property", "name", "itemprop"].iter().find_map(|key| tag.attribute(key));
            (name, tag.attribute("content"))
        };
        let (Some(name), Some(date)) = (name, value.and_then(parse_date)) else { return };
        let Some(rank) = DATE_NAMES.iter().position(|known| known.eq_ignore_ascii_case(name))
        else {
            return;
        };
        if self.date.is_none_or(|(best, _)| rank < best) {
            self.date = Some((rank, date));
        }
    }

    /// The date.
    pub(super) fn date(&self) -> Option<Date> {
        self.date.map(|(_, date)| date)
    }

    /// The title; the heading that says the same is taken out of `blocks`, or, where
    /// others stand before it, marked as the title.
    ///
    /// Without a title element it is the level-1 heading, if there is one only
    /// or it comes first.
    pub(super) fn take_title(self, text: &str, blocks: &mut Vec<Block>) -> Option<String> {
        let is_top = |block: &Block| block.kind == BlockKind::Heading { level: 1 };
        let stated = self.title.trim();
        let stated = (!stated.is_empty()).then(|| stated.to_owned());
        let Some(index) = blocks.iter().position(is_top) else { return stated };
        let heading = &text[blocks[index].range.clone()];
        if heading.len() > MAX_TITLE_BYTES {
            return stated;
        }
        let is_only = index == 0 || blocks.iter().filter(|block| is_top(block)).count() == 1;
        let title = match &stated {
            Some(stated) => common_title(stated, heading),
            None => is_only.then_some(heading),
        };
        match (&title, index) {
            (None, _) => {}
            (Some(_), 0) => drop(blocks.remove(0)),
            (Some(_), _) => blocks[index].kind = BlockKind::Title,
        }
        title.map(str::to_owned).or(stated)
    }
}
