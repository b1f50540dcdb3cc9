//! From the tokens of a page to its text: where paragraphs begin and end, and
//! what is left out.
//!
//! There is no tree. [`super::groups`] holds the lists and tables that are open,
//! counters hold the rest, so that any nesting is read in linear time. What is within a
//! hidden element is for [`super::hidden`] alone to see.

use std::ops::Range;

use html5gum::State;
use time::Date;

use super::elements::{Gap, Role, content_state, role};
use super::groups::{Groups, Kind, Merged};
use super::hidden::{Hidden, Stands, is_hidden, is_void};
use super::metadata::Metadata;
use super::skipping::{Left, Skipping};
use super::tokens::{Receiver, StartTag, tokenize};
use super::writer::{Separator, Writer};
use crate::document::{Block, BlockKind, OffsetMap};

/// What a page says, without its markup.
pub(super) struct Page {
    pub title: Option<String>,
    pub date: Option<Date>,
    pub text: String,
    pub blocks: Vec<Block>,
    /// From `text` to the source.
    pub offsets: OffsetMap,
}

/// Reads the page in `source`.
pub(super) fn read_page(source: &str) -> Page {
    let mut builder = Builder {
        writer: Writer::new(),
        metadata: Metadata::default(),
        groups: Groups::default(),
        heading: None,
        preformatted: 0,
        fresh_preformatted: false,
        skipping: None,
        hidden: None,
        in_paragraph: false,
        kept: Vec::new(),
        is_xml: source.trim_start().starts_with("<?xml"),
    };
    let mut from = 0;
    loop {
        tokenize(source, from, &mut builder);
        // An element that is left out and never closed does not take the rest
        // of the page with it: that is read again, this time with the element.
        // Each name does this once, so the whole stays linear.
        let Some(skipping) = builder.skipping.take() else { break };
        if matches!(&*skipping.name, b"script" | b"style") {
            break;
        }
        if skipping.is_title {
            builder.metadata.clear_title();
        }
        from = skipping.from;
        builder.kept.push(skipping.name);
    }
    builder.finish()
}

struct Builder {
    writer: Writer,
    metadata: Metadata,
    groups: Groups,
    heading: Option<u8>,
    /// How many preformatted elements are open.
    preformatted: usize,
    /// Whether one has just been opened: a newline that follows is not text.
    fresh_preformatted: bool,
    skipping: Option<Skipping>,
    /// The hidden element that is open.
    hidden: Option<Hidden>,
    /// Whether a paragraph is open that its tag has begun.
    in_paragraph: bool,
    /// Names that are no longer left out.
    kept: Vec<Vec<u8>>,
    is_xml: bool,
}

impl Builder {
    fn finish(mut self) -> Page {
        self.end_block(Separator::Paragraph);
        while self.groups.innermost().is_some() {
            self.end_group();
        }
        let Writer { text, mut blocks, offsets, .. } = self.writer;
        let date = self.metadata.date();
        let title = self.metadata.take_title(&text, &mut blocks);
        Page { title, date, text, blocks, offsets }
    }

    /// Ends the block that is open; `least` separates it from the next.
    fn end_block(&mut self, least: Separator) {
        let kind = match self.heading {
            Some(level) => BlockKind::Heading { level },
            None if self.preformatted > 0 => BlockKind::Code,
            None => BlockKind::Paragraph,
        };
        if self.writer.end_block(kind, self.groups.separator().max(least)) {
            self.groups.block(kind);
        }
    }

    /// A block element begins or ends.
    fn block(&mut self, name: &[u8]) {
        self.in_paragraph = false;
        // A heading is one block, whatever boxes its words stand in.
        if self.heading.is_some() && name == b"div" {
            self.writer.separator(Separator::Space);
            return;
        }
        self.end_block(Separator::Space);
        self.heading = None;
    }

    fn begin_group(&mut self, kind: Kind) {
        self.block(b"");
        self.groups.begin(kind, self.writer.blocks.len());
    }

    fn end_group(&mut self) {
        self.block(b"");
        if let Some(Merged { first_block, kind }) = self.groups.end() {
            self.writer.merge_blocks(first_block, kind);
        }
        self.end_block(Separator::Space);
    }

    /// A list ends; not one that a table stands in between.
    fn end_list(&mut self) {
        if self.groups.innermost() == Some(Kind::List) {
            self.end_group();
        } else {
            self.block(b"");
        }
    }

    /// A table ends, and with it the lists in it that are still open.
    fn end_table(&mut self) {
        self.block(b"");
        let open = self.groups.open_tables();
        while open > 0 && self.groups.open_tables() == open {
            self.end_group();
        }
    }

    fn row(&mut self) {
        self.end_block(Separator::Line);
        self.heading = None;
        self.groups.row();
    }

    fn cell(&mut self) {
        self.end_block(Separator::Cell);
        self.heading = None;
        self.groups.cell();
    }

    fn line_break(&mut self) {
        if self.preformatted > 0 {
            self.writer.separator(Separator::Line);
        } else if self.heading.is_some() {
            self.writer.separator(Separator::Space);
        } else if self.writer.after_line_break() {
            self.end_block(Separator::Space);
        } else {
            let is_cell = self.groups.separator() == Separator::Space;
            self.writer.separator(if is_cell { Separator::Space } else { Separator::Line });
        }
    }

    /// Leaves behind what the element `name` does, whether or not it is left out.
    fn gap(&mut self, gap: Gap, name: &[u8]) {
        match gap {
            Gap::None => {}
            Gap::Space => self.writer.separator(Separator::Space),
            Gap::Paragraph => self.block(name),
        }
    }

    fn skip(&mut self, tag: &StartTag<'_>, role: Role) {
        if let Role::Dropped(gap) = role {
            self.gap(gap, tag.name);
        }
        let mut skipping = Skipping::of(tag, role);
        skipping.is_title = role == Role::Title && !self.metadata.has_title();
        self.skipping = Some(skipping);
    }

    /// Begins the hidden element `tag`, of the role `role`, which ends what it is no
    /// part of.
    fn hide(&mut self, tag: &StartTag<'_>, role: Role) -> Option<State> {
        match role {
            Role::Heading(_) | Role::Preformatted | Role::List | Role::Table => self.block(b""),
            Role::Block => self.block(tag.name),
            Role::Meta => self.metadata.add_element(tag),
            _ => {}
        }
        if is_void(tag.name) || self.is_empty_element(tag) {
            return None;
        }
        self.hidden = Some(Hidden::of(tag, self.in_paragraph));
        content_state(tag.name)
    }

    /// A start tag inside an element that is left out.
    fn skip_start(&mut self, tag: &StartTag<'_>) -> Option<State> {
        let is_empty = self.is_empty_element(tag);
        if self.skipping.as_mut()?.start_tag(tag, is_empty) == Left::Yes {
            self.skipping = None;
        }
        content_state(tag.name).filter(|_| !is_empty)
    }

    /// Whether the slash at the end of `tag` means what it says: in XML, and in
    /// drawings.
    fn is_empty_element(&self, tag: &StartTag<'_>) -> bool {
        let in_drawing = self.skipping.as_ref().is_some_and(|skipping| skipping.name == b"svg");
        tag.self_closing && (self.is_xml || in_drawing || tag.name == b"svg")
    }
}

impl Receiver for Builder {
    fn text(&mut self, mut text: &str, mut at: usize) {
        if self.hidden.is_some() {
            return;
        }
        if let Some(skipping) = &self.skipping {
            if skipping.is_title {
                self.metadata.add_title(text);
            }
        } else if self.preformatted > 0 {
            if std::mem::take(&mut self.fresh_preformatted)
                && let Some(rest) = text.strip_prefix('\n')
            {
                (text, at) = (rest, at + 1);
            }
            if !text.is_empty() {
                self.writer.verbatim(text, at);
            }
        } else {
            self.writer.flow(text, at);
        }
    }

    fn written_otherwise(&mut self, text: &str, source: Range<usize>) {
        if self.hidden.is_some() {
            return;
        }
        if let Some(skipping) = &self.skipping {
            if skipping.is_title {
                self.metadata.add_title(text);
            }
        } else if self.preformatted > 0 {
            let is_fresh = std::mem::take(&mut self.fresh_preformatted);
            if !(is_fresh && text == "\n" && source.len() == 1) {
                self.writer.verbatim_unit(text, source.start, source.len());
            }
        } else {
            self.writer.flow_unit(text, source.start, source.len());
        }
    }

    fn start_tag(&mut self, tag: &StartTag<'_>) -> Option<State> {
        if self.skipping.is_some() {
            return self.skip_start(tag);
        }
        let is_empty = self.is_empty_element(tag);
        if let Some(hidden) = &mut self.hidden {
            if hidden.start_tag(tag.name, is_empty) == Stands::Inside {
                return content_state(tag.name).filter(|_| !is_empty);
            }
            self.hidden = None;
        }
        let is_kept = self.kept.iter().any(|name| name == tag.name);
        let role = match role(tag.name) {
            Role::Dropped(gap) if is_kept => {
                self.gap(gap, tag.name);
                Role::Inline
            }
            _ if is_kept => Role::Inline,
            role => role,
        };
        let is_left_out = matches!(role, Role::Title | Role::Dropped(_) | Role::Ruby);
        if !is_left_out && is_hidden(tag) {
            return self.hide(tag, role);
        }
        match role {
            Role::Inline => {}
            Role::Meta => {
                self.is_xml |= tag.name == b"html" && tag.attribute("xmlns").is_some();
                self.metadata.add_element(tag);
            }
            Role::Block => {
                self.block(tag.name);
                self.in_paragraph = tag.name == b"p";
            }
            Role::Heading(level) => {
                self.block(b"");
                self.heading = Some(level);
            }
            Role::List => self.begin_group(Kind::List),
            Role::Table => self.begin_group(Kind::Table),
            Role::Row => self.row(),
            Role::Cell => self.cell(),
            Role::Preformatted => {
                self.block(b"");
                self.preformatted += 1;
                self.fresh_preformatted = true;
            }
            Role::LineBreak => self.line_break(),
            Role::Title | Role::Dropped(_) | Role::Ruby => self.skip(tag, role),
        }
        if self.is_empty_element(tag) {
            if role != Role::LineBreak {
                self.end_tag(tag.name);
            }
            return None;
        }
        content_state(tag.name).filter(|_| !is_kept)
    }

    fn end_tag(&mut self, name: &[u8]) {
        if let Some(skipping) = &mut self.skipping {
            if skipping.end_tag(name) == Left::Yes {
                self.skipping = None;
            }
            return;
        }
        if let Some(hidden) = &mut self.hidden {
            let stands = hidden.end_tag(name);
            if stands != Stands::Inside {
                self.hidden = None;
            }
            if stands != Stands::Behind {
                return;
            }
        }
        match role(name) {
            Role::Block => self.block(name),
            Role::Heading(_) => self.block(b""),
            Role::List => self.end_list(),
            Role::Table => self.end_table(),
            Role::Preformatted => {
                self.end_block(Separator::Space);
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            Role::LineBreak => self.line_break(),
            Role::Row | Role::Cell => self.end_block(Separator::Space),
            Role::Dropped(gap) => self.gap(gap, name),
            Role::Inline | Role::Meta | Role::Title | Role::Ruby => {}
        }
    }

    fn reads_cdata(&self) -> bool {
        self.is_xml
    }
}
