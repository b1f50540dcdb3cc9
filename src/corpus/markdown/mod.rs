//! Markdown, as GitHub writes it: CommonMark with tables, footnotes, task lists
//! and strikethrough.
//!
//! The document's text is the file's text, so that a passage is found in the
//! file byte for byte, with its emphasis and links as they are written. This
//! file walks the parser's events and marks the blocks; [`front_matter`] reads
//! what stands before the first of them, [`inline`] finds the words of a heading, of
//! which paths have the plain text, [`nesting`] keeps from the parser what it would take
//! too long for, [`fenced`] tells the lines of code.

mod fenced;
mod front_matter;
mod inline;
mod nesting;

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

pub use self::fenced::fenced_lines;
use self::inline::Inner;
use super::decode::decode;
use super::title::common_title;
use super::trim::trimmed;
use super::whole::read_whole;
use super::{ReadReport, Reader, Sink, Skip, Source};
use crate::document::{Block, BlockKind, Document, DocumentId, MAX_TITLE_BYTES};

/// The largest Markdown file that is read, in bytes. The parser takes up to some
/// 65 bytes of memory for each byte of hostile input, prose about one: with this
/// bound never more than 1 GiB. The longest books in Markdown have about 5 MiB.
pub const MAX_BYTES: usize = 16 << 20;

/// Reads a Markdown file as one document, of at most 16 MiB.
///
/// The title is the front matter's, else the level-1 heading with which the
/// file begins. A heading that became the title, or says it again at the
/// beginning, is not given as a block: paths of headings go without the title.
///
/// A text that nests more deeply than anyone writes has no blocks: it is read as
/// plain text.
#[derive(Debug, Clone, Copy, Default)]
pub struct MarkdownReader;

impl Reader for MarkdownReader {
    fn read(&self, mut source: Source<'_>, sink: &mut Sink<'_>) -> Result<ReadReport, Skip> {
        source.max_whole_bytes = source.max_whole_bytes.min(MAX_BYTES);
        let whole = read_whole(&mut source)?;
        let made = hand_over(&whole.bytes, &source, sink);
        whole.report(made)
    }
}

/// Hands the text `bytes` to `sink`.
fn hand_over(bytes: &[u8], source: &Source<'_>, sink: &mut Sink<'_>) -> Result<(), Skip> {
    let decoded = decode(bytes, None)?;
    let lines = decoded.lines(bytes, 0, 1);
    let text = with_line_feeds(&decoded.text);
    let matter = front_matter::read(&text);
    let mut blocks = Blocks::of(&text, matter.end);
    let title = blocks.take_title(matter.title);
    let _ = sink(Document {
        id: DocumentId(source.name.to_owned()),
        title,
        date: matter.date,
        text: decoded.text,
        blocks: blocks.blocks,
        headings: blocks.headings,
        offsets: decoded.offsets,
        lines,
        bytes,
        bytes_start: 0,
        coordinates: source.coordinates,
        continues: false,
        is_continued: false,
    });
    Ok(())
}

/// `text` with a line feed for each carriage return that ends a line by itself:
/// every place stays where it is. The parser takes such a line end for one in some
/// blocks only, and a fence that it does not see closed takes in all that follows.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    let is_alone = |&(at, _): &(usize, &str)| !text[at..].starts_with("\r\n");
    let mut alone = text.match_indices('\r').filter(is_alone).peekable();
    if alone.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut changed = String::with_capacity(text.len());
    for (at, _) in alone {
        changed.push_str(&text[changed.len()..at]);
        changed.push('\n');
    }
    changed.push_str(&text[changed.len()..]);
    Cow::Owned(changed)
}

/// What the parser finds in `text` from `from` on, where that is in it.
fn events(text: &str, from: usize) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    Parser::new_ext(&text[from..], options)
        .into_offset_iter()
        .map(move |(event, range)| (event, range.start + from..range.end + from))
}

/// The blocks of a text.
struct Blocks {
    blocks: Vec<Block>,
    /// As [`Document::headings`] has them.
    headings: Vec<(usize, String)>,
    /// What the first block says, if it is a level-1 heading.
    first_heading: Option<String>,
}

impl Blocks {
    fn of(text: &str, from: usize) -> Self {
        let mut found = Self { blocks: Vec::new(), headings: Vec::new(), first_heading: None };
        if nesting::is_too_deep(&text[from..]) {
            return found;
        }
        let mut events = events(text, from);
        let mut quotes = 0_usize;
        while let Some((event, range)) = events.next() {
            match event {
                Event::Start(Tag::BlockQuote(_)) => quotes += 1,
                Event::End(TagEnd::BlockQuote(_)) => quotes = quotes.saturating_sub(1),
                // Footnotes are transparent: their paragraphs are blocks.
                Event::Start(Tag::FootnoteDefinition(_)) => {}
                Event::Start(tag) => {
                    let inner = Inner::read(&mut events);
                    // A heading in a quotation is none of this document's, and
                    // prose above a line of hyphens is none.
                    let is_prose = quotes > 0 || inner.is_cut();
                    let tag = if is_prose && matches!(tag, Tag::Heading { .. }) {
                        Tag::Paragraph
                    } else {
                        tag
                    };
                    found.add(text, &tag, range, &inner);
                }
                _ => {}
            }
        }
        found
    }

    /// Adds the block `tag` at `range`, if it says anything.
    fn add(&mut self, text: &str, tag: &Tag<'_>, range: Range<usize>, inner: &Inner<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                // A heading that is a picture goes by what the picture shows.
                let Some(words) = inner.words().or(inner.texts()) else { return };
                let (plain, number) = (inner.plain(), self.blocks.len());
                if number == 0 && *level == HeadingLevel::H1 {
                    self.first_heading = Some(plain.clone());
                }
                self.push(text, BlockKind::Heading { level: *level as u8 }, words);
                if let Some(Block { range, .. }) = self.blocks.get(number)
                    && !plain.is_empty()
                    && plain != text[range.clone()]
                {
                    self.headings.push((range.start, plain));
                }
            }
            Tag::Paragraph if inner.says_something() => {
                let start = inner.behind_anchors().unwrap_or(range.start);
                self.push(text, BlockKind::Paragraph, start..range.end);
            }
            Tag::HtmlBlock => {
                if let Some(words) = inline::html_words(&text[range.clone()]) {
                    let words = range.start + words.start..range.start + words.end;
                    self.push(text, BlockKind::Paragraph, words);
                }
            }
            Tag::CodeBlock(_) => {
                if let Some(code) = inner.texts() {
                    // The first line keeps its indentation, like the others.
                    let start = text[..code.start].trim_end_matches([' ', '\t']).len();
                    self.push(text, BlockKind::Code, start..code.end);
                }
            }
            Tag::List(_) => self.push(text, BlockKind::List, range),
            Tag::Table(_) => self.push(text, BlockKind::Table, range),
            _ => {}
        }
    }

    /// Adds a block without the white space around it.
    fn push(&mut self, text: &str, kind: BlockKind, range: Range<usize>) {
        let block = trimmed(text, kind, range);
        let is_behind = self.blocks.last().is_none_or(|last| last.range.end <= block.range.start);
        if !block.range.is_empty() && is_behind {
            self.blocks.push(block);
        }
    }

    /// The title, given the front matter's; with it goes the heading that says
    /// the same.
    fn take_title(&mut self, stated: Option<String>) -> Option<String> {
        let fits = |title: &String| !title.is_empty() && title.len() <= MAX_TITLE_BYTES;
        let stated = stated.filter(fits);
        let Some(heading) = self.first_heading.take().filter(fits) else { return stated };
        let title = match &stated {
            Some(stated) => common_title(stated, &heading),
            None => Some(&*heading),
        };
        if title.is_some() {
            self.blocks.remove(0);
        }
        title.map(str::to_owned).or(stated)
    }
}

#[cfg(test)]
mod tests;
