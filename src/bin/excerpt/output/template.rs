//! A line a hit in the user's own words, `--format`; with `-0` a NUL ends it.

use std::io::{self, Write};

use anyhow::{Result, anyhow};

use super::marked::Marked;
use super::path::PathStyle;
use super::shown::Shown;
use super::{Renderer, sanitize};

/// What can stand in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Path,
    Line,
    EndLine,
    Column,
    Rank,
    Score,
    Text,
    Title,
    Heading,
    DocumentId,
    PassageId,
    ByteStart,
    ByteEnd,
    Hash,
    Duplicates,
    More,
}

const NAMES: [(&str, Name); 16] = [
    ("path", Name::Path),
    ("line", Name::Line),
    ("end_line", Name::EndLine),
    ("column", Name::Column),
    ("rank", Name::Rank),
    ("score", Name::Score),
    ("text", Name::Text),
    ("title", Name::Title),
    ("heading", Name::Heading),
    ("document_id", Name::DocumentId),
    ("passage_id", Name::PassageId),
    ("byte_start", Name::ByteStart),
    ("byte_end", Name::ByteEnd),
    ("hash", Name::Hash),
    ("duplicates", Name::Duplicates),
    ("more", Name::More),
];

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Value(Name),
}

/// What a line is made of.
#[derive(Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

impl Template {
    /// Reads `{name}`, `{{` and `}}` for braces, `\t`, `\n`, `\0` and `\\`; all
    /// else stands for itself.
    pub fn parse(text: &str) -> Result<Self> {
        let invalid = |why: String| anyhow!("invalid template `{text}`: {why}");
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            let next = rest.as_str().chars().next();
            match (c, next) {
                ('{', Some('{')) | ('}', Some('}')) => {
                    literal.push(c);
                    rest.next();
                }
                ('}', _) => return Err(invalid("a lone `}` is written `}}`".to_owned())),
                ('{', _) => {
                    let Some((name, behind)) = rest.as_str().split_once('}') else {
                        return Err(invalid(
                            "`{` is not closed; a brace is written `{{`".to_owned(),
                        ));
                    };
                    let known = NAMES.iter().find(|(known, _)| *known == name);
                    let (_, value) = known.ok_or_else(|| {
                        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
                        invalid(format!("no `{{{name}}}`; known are {}", names.join(", ")))
                    })?;
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                    parts.push(Part::Value(*value));
                    rest = behind.chars();
                }
                ('\\', Some(escaped @ ('t' | 'n' | '0' | '\\'))) => {
                    rest.next();
                    literal.push(match escaped {
                        't' => '\t',
                        'n' => '\n',
                        '0' => '\0',
                        other => other,
                    });
                }
                _ => literal.push(c),
            }
        }
        parts.push(Part::Literal(literal));
        parts.retain(|part| *part != Part::Literal(String::new()));
        Ok(Self(parts))
    }
}

/// Prints a line a hit.
pub struct TemplateLines {
    /// What a line is made of.
    pub template: Template,
    /// How paths are written.
    pub paths: PathStyle,
}

impl Renderer for TemplateLines {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        for part in &self.template.0 {
            match part {
                Part::Literal(text) => out.write_all(text.as_bytes())?,
                Part::Value(Name::Path) => self.paths.write_path(out, &hit.path)?,
                Part::Value(name) => value(out, *name, hit)?,
            }
        }
        out.write_all(if self.paths.null { b"\0" } else { b"\n" })
    }
}

fn value(out: &mut dyn Write, name: Name, hit: &Shown) -> io::Result<()> {
    let passage = &hit.passage;
    let mut text = |text: &str| write!(out, "{}", sanitize::line(text));
    match name {
        Name::Path => Ok(()),
        Name::Text => text(&Marked::one_line(&passage.text, &[]).text),
        Name::Title => text(passage.title.as_deref().unwrap_or_default()),
        Name::Heading => text(&passage.headings.join(" › ")),
        Name::DocumentId => text(passage.id.document.as_str()),
        Name::PassageId => text(&passage.id.to_string()),
        Name::Line => write!(out, "{}", passage.lines.start),
        Name::EndLine => write!(out, "{}", passage.lines.end),
        Name::Column => write!(out, "{}", hit.surroundings.column),
        Name::Rank => write!(out, "{}", hit.rank),
        Name::Score => write!(out, "{}", hit.score),
        Name::ByteStart => write!(out, "{}", passage.span.start),
        Name::ByteEnd => write!(out, "{}", passage.span.end),
        Name::Hash => write!(out, "{}", passage.content_hash),
        Name::Duplicates => write!(out, "{}", hit.duplicates.len()),
        Name::More => write!(out, "{}", hit.more_in_document),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[Part]) {
        assert_eq!(
            Template::parse(text).ok(),
            Some(Template(expected.iter().map(copy).collect())),
            "{text}"
        );
    }

    fn copy(part: &Part) -> Part {
        match part {
            Part::Literal(text) => Part::Literal(text.clone()),
            Part::Value(name) => Part::Value(*name),
        }
    }

    fn literal(text: &str) -> Part {
        Part::Literal(text.to_owned())
    }

    #[test]
    fn names_and_escapes_are_read() {
        check("", &[]);
        check("{path}:{line}", &[Part::Value(Name::Path), literal(":"), Part::Value(Name::Line)]);
        check(r"{{x}}\t\q\\n", &[literal("{x}\t\\q\\n")]);
    }

    #[test]
    fn what_is_no_name_is_an_error_that_lists_the_names() {
        for (text, expected) in [
            ("{pth}", "no `{pth}`; known are path, line,"),
            ("{path", "`{` is not closed"),
            ("path}", "a lone `}`"),
        ] {
            let error = Template::parse(text).err().map(|error| error.to_string());
            assert!(error.as_ref().is_some_and(|error| error.contains(expected)), "{error:?}");
        }
    }
}
