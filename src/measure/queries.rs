//! Queries for timing: plain lines, or JSON lines with a `query`.
//!
//! They have no ids and no judgments; [`super::topics`] are for those.

use std::io::BufRead;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::lines::{Lines, is_blank, open};
use crate::error::Result;

/// One query of a benchmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BenchQuery {
    /// The query, as it would be typed.
    pub text: String,
    /// Its kinds, the most general one first; none where the file gives none.
    pub tags: Vec<String>,
}

impl BenchQuery {
    /// The kind that it is counted under: its first tag.
    pub fn kind(&self) -> Option<&str> {
        self.tags.first().map(String::as_str)
    }
}

/// Reads the queries of the file at `path`, in file order; see [`read`].
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) and
/// [`Error::Malformed`](crate::Error::Malformed).
pub fn load(path: &Path) -> Result<Vec<BenchQuery>> {
    read(&mut open(path)?, &path.to_string_lossy())
}

/// Reads queries in file order, without blank lines. `name` is what errors call
/// the source.
///
/// If the first line begins with `{`, all lines have to be JSON objects with
/// `query`: `{"query": "+griffith +observatory", "tags": ["intersection"]}`, where
/// `tags` may be one word too, or `kind` instead, or neither. Else each whole line
/// is a query.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) where reading fails,
/// [`Error::Malformed`](crate::Error::Malformed) for a line that is no such object
/// where the first one begins with `{`.
pub fn read(reader: &mut dyn BufRead, name: &str) -> Result<Vec<BenchQuery>> {
    let mut lines = Lines::new(reader, "queries", name);
    let mut queries = Vec::new();
    let mut is_json = None;
    while let Some(line) = lines.next_line()? {
        if is_blank(&line) {
            continue;
        }
        if !*is_json.get_or_insert_with(|| line.trim_start().starts_with('{')) {
            queries.push(BenchQuery { text: line, tags: Vec::new() });
            continue;
        }
        let query: JsonQuery = serde_json::from_str(&line)
            .map_err(|error| lines.malformed(format!("not an object with `query`: {error}")))?;
        queries.push(query.into());
    }
    Ok(queries)
}

#[derive(Deserialize)]
struct JsonQuery {
    query: String,
    tags: Option<Tags>,
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "`tags` is a list of words, or one word")]
enum Tags {
    One(String),
    Several(Vec<String>),
}

impl From<JsonQuery> for BenchQuery {
    fn from(query: JsonQuery) -> Self {
        let mut tags = match query.tags {
            None => Vec::new(),
            Some(Tags::One(tag)) => vec![tag],
            Some(Tags::Several(tags)) => tags,
        };
        if let Some(kind) = query.kind {
            tags.retain(|tag| *tag != kind);
            tags.insert(0, kind);
        }
        Self { text: query.query, tags }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &[(&str, &[&str])]) -> Result<()> {
        let queries = read(&mut input.as_bytes(), "q")?;
        let expected: Vec<_> = expected
            .iter()
            .map(|(text, tags)| BenchQuery {
                text: (*text).into(),
                tags: tags.iter().map(|tag| (*tag).into()).collect(),
            })
            .collect();
        assert_eq!(queries, expected);
        Ok(())
    }

    #[test]
    fn a_plain_line_is_a_query_with_everything_in_it() -> Result<()> {
        check("a b \n\n\"c\"\t{d}\n{e}\n", &[("a b ", &[]), ("\"c\"\t{d}", &[]), ("{e}", &[])])
    }

    #[test]
    fn json_lines_bring_their_kinds() -> Result<()> {
        check(
            "{\"query\": \"+a +b\", \"tags\": [\"intersection\", \"global\"]}\n\
             {\"query\": \"c\", \"kind\": \"term\"}\n{\"query\": \"d\"}\n",
            &[("+a +b", &["intersection", "global"]), ("c", &["term"]), ("d", &[])],
        )
    }

    #[test]
    fn tags_may_be_one_word_or_nothing() -> Result<()> {
        check(
            "{\"query\": \"a\", \"tags\": null}\n{\"query\": \"b\", \"tags\": \"term\"}\n",
            &[("a", &[]), ("b", &["term"])],
        )
    }

    /// A first line that was broken made a plain query of each line.
    #[test]
    fn a_broken_line_is_refused_with_its_place() {
        for (input, line, reason) in [
            ("{\"query\": \"a\"}\nb\n", 2, "expected value"),
            (" {\"query\": \"a\"\n{\"query\": \"b\"}\n", 1, "EOF while parsing"),
            ("{\"query\": \"a\", \"tags\": 3}\n", 1, "`tags` is a list of words, or one word"),
        ] {
            let result = read(&mut input.as_bytes(), "q");
            let message = result.err().map(|error| error.to_string()).unwrap_or_default();
            let begin =
                format!("cannot read the queries at `q:{line}`: not an object with `query`");
            assert!(message.starts_with(&begin) && message.contains(reason), "{message}");
        }
    }
}
