//! What each element means for the reading of a page.

use html5gum::State;

/// What an element does to the text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Stands within a paragraph; separates nothing.
    Inline,
    /// Begins and ends a paragraph.
    Block,
    /// `h1` to `h6`.
    Heading(u8),
    /// A list; its items are lines.
    List,
    /// A table.
    Table,
    /// A row of a table.
    Row,
    /// A cell of a row.
    Cell,
    /// Text whose white space counts.
    Preformatted,
    /// A line break.
    LineBreak,
    /// The document's title.
    Title,
    /// Metadata.
    Meta,
    /// Left out with all that it holds.
    Dropped(Gap),
    /// The reading of a character, above it: left out, so that the words it
    /// stands between stay whole. Its end tag is often missing.
    Ruby,
}

/// What an element that is left out leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: the text before and after it is one.
    None,
    /// A space between words.
    Space,
    /// The end of a paragraph.
    Paragraph,
}

/// The role of the element `name`.
///
/// What is left out is no prose by its very element: programs, styles,
/// drawings, embedded things, form controls, and navigation. `header`,
/// `footer`, `aside` and `form` stay: articles keep words in them.
pub(super) fn role(name: &[u8]) -> Role {
    match name {
        b"script" | b"style" | b"template" | b"noscript" | b"svg" | b"annotation"
        | b"annotation-xml" => Role::Dropped(Gap::None),
        b"iframe" | b"object" | b"applet" | b"audio" | b"video" | b"canvas" | b"select"
        | b"textarea" | b"button" | b"datalist" | b"noembed" | b"noframes" => {
            Role::Dropped(Gap::Space)
        }
        b"nav" => Role::Dropped(Gap::Paragraph),
        b"rt" | b"rp" => Role::Ruby,
        b"h1" => Role::Heading(1),
        b"h2" => Role::Heading(2),
        b"h3" => Role::Heading(3),
        b"h4" => Role::Heading(4),
        b"h5" => Role::Heading(5),
        b"h6" => Role::Heading(6),
        b"ul" | b"ol" | b"menu" | b"dir" | b"dl" => Role::List,
        b"table" => Role::Table,
        b"tr" => Role::Row,
        b"td" | b"th" => Role::Cell,
        b"pre" | b"listing" | b"xmp" | b"plaintext" => Role::Preformatted,
        b"br" => Role::LineBreak,
        b"title" => Role::Title,
        b"meta" | b"time" | b"html" => Role::Meta,
        b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"caption" | b"center"
        | b"dd" | b"details" | b"dialog" | b"div" | b"dt" | b"fieldset" | b"figcaption"
        | b"figure" | b"footer" | b"form" | b"head" | b"header" | b"hgroup" | b"hr" | b"legend"
        | b"li" | b"main" | b"p" | b"search" | b"section" | b"summary" | b"tbody" | b"tfoot"
        | b"thead" => Role::Block,
        _ => Role::Inline,
    }
}

/// How to read the content of the element `name`, where it is not markup.
pub(super) fn content_state(name: &[u8]) -> Option<State> {
    match name {
        b"script" => Some(State::ScriptData),
        b"style" | b"iframe" | b"xmp" | b"noembed" | b"noframes" | b"noscript" => {
            Some(State::RawText)
        }
        b"textarea" | b"title" => Some(State::RcData),
        b"plaintext" => Some(State::PlainText),
        _ => None,
    }
}
