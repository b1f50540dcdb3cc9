//! Which format a file is in: by its extension, else by its content.
//!
//! The table of formats is here and nowhere else. A new format is a file with a
//! [`Reader`], a variant of [`Format`] and a row.

use std::path::Path;

use super::binary::{Magic, magic};
use super::compress::inner_name;
use super::html::HtmlReader;
use super::markdown::MarkdownReader;
use super::records::{CsvReader, JsonLinesReader};
use super::text::TextReader;
use super::{ReadOptions, Reader, Skip};

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// HTML and XHTML.
    Html,
    /// JSON Lines: a document in each line.
    JsonLines,
    /// Values separated by commas, or by semicolons or tabs where the first row has it so:
    /// a document in each record.
    Csv,
    /// Tab-separated values: a document in each record.
    Tsv,
}

struct Row {
    format: Format,
    name: &'static str,
    extensions: &'static [&'static str],
    reader: fn(&ReadOptions) -> Box<dyn Reader>,
}

/// In the order of the variants.
const FORMATS: &[Row] = &[
    Row {
        format: Format::Text,
        name: "text",
        extensions: &["txt", "text"],
        reader: |_| Box::new(TextReader),
    },
    Row {
        format: Format::Markdown,
        name: "markdown",
        extensions: &["md", "markdown", "mdown", "mkd", "mkdn", "mdwn"],
        reader: |_| Box::new(MarkdownReader),
    },
    Row {
        format: Format::Html,
        name: "html",
        extensions: &["html", "htm", "xhtml", "xht", "shtml"],
        reader: |_| Box::new(HtmlReader),
    },
    Row {
        format: Format::JsonLines,
        name: "jsonl",
        extensions: &["jsonl", "ndjson", "jl"],
        reader: |options| Box::new(JsonLinesReader { fields: options.fields.clone() }),
    },
    Row {
        format: Format::Csv,
        name: "csv",
        extensions: &["csv"],
        reader: |options| Box::new(CsvReader { fields: options.fields.clone(), delimiter: None }),
    },
    Row {
        format: Format::Tsv,
        name: "tsv",
        extensions: &["tsv", "tab"],
        reader: |options| {
            Box::new(CsvReader { fields: options.fields.clone(), delimiter: Some(b'\t') })
        },
    },
];

impl Format {
    /// The name that statistics show.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The format that statistics call `name`.
    pub fn called(name: &str) -> Option<Self> {
        FORMATS.iter().find(|row| row.name == name).map(|row| row.format)
    }

    /// The format that the name of the file at `path` says, whether or not it is
    /// compressed; `None` where only the content could tell, or nothing.
    pub fn named(path: &Path) -> Option<Self> {
        match Named::of(path) {
            Ok(Named::As(format)) => Some(format),
            Ok(Named::Nothing) | Err(_) => None,
        }
    }

    /// A reader of the format.
    pub(super) fn reader(self, options: &ReadOptions) -> Box<dyn Reader> {
        (self.row().reader)(options)
    }

    fn row(self) -> &'static Row {
        &FORMATS[self as usize]
    }

    fn of_extension(extension: &str) -> Option<Self> {
        let has = |row: &&Row| row.extensions.iter().any(|own| own.eq_ignore_ascii_case(extension));
        FORMATS.iter().find(has).map(|row| row.format)
    }
}

/// What a file's name says of its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// It is this one.
    As(Format),
    /// Nothing; its content must say.
    Nothing,
}

/// A longer ending is no extension but a part of the name (`Notes.completed`);
/// so is one with anything but letters and digits, or digits alone (`v1.2`).
const MAX_EXTENSION: usize = 8;

impl Named {
    /// What the name of the file at `path` says, without the extension of a
    /// compression.
    ///
    /// # Errors
    ///
    /// [`Skip::UnknownFormat`] where it has the extension of some other kind.
    pub(super) fn of(path: &Path) -> Result<Self, Skip> {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = inner_name(&file_name);
        let Some((stem, extension)) = name.rsplit_once('.') else {
            return Ok(Self::Nothing);
        };
        if stem.is_empty() || !is_extension(extension) {
            return Ok(Self::Nothing);
        }
        match Format::of_extension(extension) {
            Some(format) => Ok(Self::As(format)),
            None => Err(unknown(&format!(".{}", extension.to_ascii_lowercase()))),
        }
    }

    /// The format of the file so named, which begins with `head`.
    ///
    /// # Errors
    ///
    /// [`Skip::UnknownFormat`] or [`Skip::Binary`] where it is of a kind that is not
    /// read. Whether other content is text at all is left to its reader.
    pub(super) fn format(self, head: &[u8]) -> Result<Format, Skip> {
        match (self, magic(head)) {
            (Self::Nothing, Some(Magic::Kind(kind))) => Err(unknown(kind)),
            (_, Some(_)) => Err(Skip::Binary),
            (Self::As(format), None) => Ok(format),
            (Self::Nothing, None) => of_text(head),
        }
    }
}

fn unknown(kind: &str) -> Skip {
    Skip::UnknownFormat(kind.to_owned())
}

fn is_extension(ending: &str) -> bool {
    ending.len() <= MAX_EXTENSION
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The format of a stream that begins with `head`: what is of no other is text, as
/// whoever pipes it in wants it read.
///
/// # Errors
///
/// [`Skip::Binary`] where it is of a kind that is no text.
pub(super) fn of_stream(head: &[u8]) -> Result<Format, Skip> {
    match magic(head) {
        Some(_) => Err(Skip::Binary),
        None => Ok(of_text(head).unwrap_or(Format::Text)),
    }
}

fn of_text(head: &[u8]) -> Result<Format, Skip> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text {
        [b'<', ..] if is_html(text) => Ok(Format::Html),
        [b'<', b'?', b'x', b'm', b'l', ..] => Err(unknown(".xml")),
        [b'{', ..] if is_json_lines(text) => Ok(Format::JsonLines),
        [b'{', rest @ ..] if rest.trim_ascii_start().starts_with(b"\"") => Err(unknown(".json")),
        [b'#', b'!', b'/', ..] => Err(unknown("scripts")),
        _ => Ok(Format::Text),
    }
}

/// Whether an HTML page begins here, perhaps behind comments, an XML declaration
/// or the like.
fn is_html(text: &[u8]) -> bool {
    let begins = text[..text.len().min(1024)].to_ascii_lowercase();
    let has = |mark: &[u8]| memchr::memmem::find(&begins, mark).is_some();
    has(b"<!doctype html") || has(b"<html")
}

/// Whether the first line is a JSON object and so, as far as can be seen, is the
/// second.
fn is_json_lines(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.next().unwrap_or_default();
    match lines.next() {
        Some(second) => {
            serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok()
                && (second.is_empty() || second.starts_with(b"{"))
        }
        // A single line, or one that goes on beyond what is seen.
        None => first[1..].trim_ascii_start().starts_with(b"\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_variants() {
        for (at, row) in FORMATS.iter().enumerate() {
            assert_eq!(row.format as usize, at, "{}", row.name);
        }
    }

    #[test]
    fn a_name_tells_its_format() {
        let check = |name: &str, expected: Result<Named, &str>| {
            let expected = expected.map_err(unknown);
            assert_eq!(Named::of(Path::new(name)), expected, "{name}");
        };
        check("news/a.md", Ok(Named::As(Format::Markdown)));
        check("A.HTM", Ok(Named::As(Format::Html)));
        check("a.md.gz", Ok(Named::As(Format::Markdown)));
        check("corpus.jsonl.zst", Ok(Named::As(Format::JsonLines)));
        for name in ["collection.tsv", "collection.tsv.gz", "collection.tsv.zst"] {
            check(name, Ok(Named::As(Format::Tsv)));
        }
        check("README", Ok(Named::Nothing));
        check(".notes", Ok(Named::Nothing));
        check("dump.gz", Ok(Named::Nothing));
        check("Part 1. The Beginning", Ok(Named::Nothing));
        check("v1.2", Ok(Named::Nothing));
        check("0276Author.Book.Shamela0013015-ara1", Ok(Named::Nothing));
        check("main.rs", Err(".rs"));
        check("a.PDF", Err(".pdf"));
        check("a.tar.gz", Err(".tar"));
        check("a.mp3", Err(".mp3"));
    }

    #[test]
    fn content_tells_its_format_where_the_name_does_not() {
        let check = |head: &str, expected: Result<Format, Skip>| {
            assert_eq!(Named::Nothing.format(head.as_bytes()), expected, "{head}");
        };
        let unknown = |kind: &str| Err(unknown(kind));
        check("", Ok(Format::Text));
        check("A letter\n\nDear all,", Ok(Format::Text));
        check("\u{feff}\n<!DOCTYPE html>\n<p>", Ok(Format::Html));
        check("<?xml version=\"1.0\"?>\n<html xmlns=\"\">", Ok(Format::Html));
        check("<?xml version=\"1.0\"?>\n<feed>", unknown(".xml"));
        check("<b>not</b> a page", Ok(Format::Text));
        check("{\"id\": 1}\n{\"id\": 2}\n", Ok(Format::JsonLines));
        check("{\"id\": 1, \"text\": \"cut", Ok(Format::JsonLines));
        check("{\n  \"id\": 1\n}\n", unknown(".json"));
        check("{braces} in prose\n", Ok(Format::Text));
        check("#!/bin/sh\necho", unknown("scripts"));
        check("%PDF-1.7\n", unknown(".pdf"));
        check("\x7fELF", Err(Skip::Binary));
    }
}
