//! A query as text: the reading, in the syntax that [`super::parse`] takes.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::Query;
use super::date::DateRange;
use super::lexer::{ends_word, is_operator};
use super::marks::PLACES;
use super::normal::{self, Asked};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Query::Nothing => Ok(()),
            Query::Word(word) => write_word(f, word),
            Query::Phrase { text, slop: 0 } => write_quoted(f, text),
            Query::Phrase { text, slop } => {
                write_quoted(f, text)?;
                write!(f, "~{slop}")
            }
            Query::Near { words, distance } => {
                f.write_char('(')?;
                for (position, word) in words.iter().enumerate() {
                    if position > 0 {
                        f.write_char(' ')?;
                    }
                    write_word(f, word)?;
                }
                write!(f, ")~{distance}")
            }
            Query::Prefix(prefix) => {
                write_escaped(f, prefix)?;
                f.write_char('*')
            }
            Query::Fuzzy { word, distance } => {
                write_escaped(f, word)?;
                write!(f, "~{distance}")
            }
            Query::Exact(query) => write!(f, "={}", Operand(query)),
            Query::Field { field, query } => write!(f, "{}:{}", field.name(), Operand(query)),
            Query::Path(glob) => write_path(f, glob),
            Query::Date { after, before } => {
                write!(f, "date:{}", DateRange { after: *after, before: *before })
            }
            Query::Boolean { must, should, must_not } => write_clauses(f, must, should, must_not),
        }
    }
}

/// A query as part of another one: in parentheses where it needs them.
struct Operand<'q>(&'q Query);

impl Display for Operand<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            query @ Query::Boolean { .. } => write!(f, "({query})"),
            query => query.fmt(f),
        }
    }
}

fn write_clauses(
    f: &mut Formatter<'_>,
    must: &[Query],
    should: &[Query],
    must_not: &[Query],
) -> fmt::Result {
    // Side by side with words a filter would filter them.
    let either = if should.iter().any(Query::is_filter) { " OR " } else { " " };
    let demand = match Asked::of(must, should) {
        Asked::LookedFor => "",
        Asked::Demanded => "+",
    };
    let clauses = must
        .iter()
        .map(|query| (" ", demand, normal::demanded(query).unwrap_or(query)))
        .chain(
            should
                .iter()
                .enumerate()
                .map(|(position, query)| (if position > 0 { either } else { " " }, "", query)),
        )
        .chain(must_not.iter().map(|query| (" ", "-", query)));
    for (position, (separator, sign, query)) in clauses.enumerate() {
        if position > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{sign}{}", Operand(query))?;
    }
    Ok(())
}

/// A word by itself, which may be spelled like an operator.
fn write_word(f: &mut Formatter<'_>, word: &str) -> fmt::Result {
    if is_operator(word) {
        f.write_char('\\')?;
    }
    write_escaped(f, word)
}

fn write_escaped(f: &mut Formatter<'_>, word: &str) -> fmt::Result {
    let colon = PLACES
        .into_iter()
        .map(|(name, _)| name)
        .find(|name| word.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
        .map(str::len);
    for (at, c) in word.char_indices() {
        let is_special = ends_word(c)
            || matches!(c, '\\' | '*' | '~')
            || (at == 0 && matches!(c, '+' | '-' | '='))
            || Some(at) == colon;
        if is_special {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    Ok(())
}

fn write_quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

fn write_path(f: &mut Formatter<'_>, glob: &str) -> fmt::Result {
    f.write_str("path:")?;
    if glob.is_empty() || glob.contains(|c| c == '\\' || ends_word(c)) {
        write_quoted(f, glob)
    } else {
        f.write_str(glob)
    }
}
