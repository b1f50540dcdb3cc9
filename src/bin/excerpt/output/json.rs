//! Events in JSON, in ripgrep's envelope: `{"type":…,"data":…}`.
//!
//! `begin`, `match`, `context` and `end` hold what ripgrep's hold, so that what
//! reads `rg --json` reads this, and our own keys behind it. Hits come by rank: a
//! file begins and ends once for each run of hits that stand together. The last
//! event is the `summary`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::shown::Shown;
use super::source::ContextLine;
use super::{Renderer, Summary, base64, path, wire};
use crate::stamp::Stamp;

/// Prints events.
#[derive(Default)]
pub struct Json {
    /// The file whose hits are being printed, and how many there were.
    open: Option<(PathBuf, u64)>,
}

#[derive(Serialize)]
#[serde(tag = "type", content = "data", rename_all = "lowercase")]
enum Event<'e> {
    Begin { schema_version: u32, path: Text },
    Match(Box<Match<'e>>),
    Context { path: Text, lines: Text, line_number: u64, absolute_offset: (), submatches: [(); 0] },
    End { path: Text, binary_offset: (), stats: Stats },
    Summary(&'e Ending<'e>),
}

/// Text, or bytes that are none.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Text {
    Text(String),
    Bytes(String),
}

#[derive(Serialize)]
struct Match<'h> {
    path: Text,
    lines: Text,
    line_number: u64,
    absolute_offset: u64,
    submatches: Vec<Submatch>,
    rank: usize,
    score: f32,
    #[serde(flatten)]
    head: wire::Head<'h>,
    #[serde(flatten)]
    facts: wire::Facts,
    #[serde(flatten)]
    company: wire::Company<'h>,
}

#[derive(Serialize)]
struct Submatch {
    #[serde(rename = "match")]
    matched: Text,
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct Stats {
    matches: u64,
}

#[derive(Serialize)]
struct Ending<'s> {
    schema_version: u32,
    program: &'static str,
    query: &'s str,
    reading: &'s str,
    notes: &'s [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expansion: Vec<wire::ExpansionTerm<'s>>,
    elapsed_total: Elapsed,
    stats: Totals,
    stamp: Option<&'s Stamp>,
}

#[derive(Serialize)]
struct Elapsed {
    secs: u64,
    nanos: u32,
    human: String,
}

#[derive(Serialize)]
struct Totals {
    printed: usize,
    passages: Option<u64>,
    documents: Option<u64>,
}

impl Renderer for Json {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        if self.open.as_ref().is_none_or(|(path, _)| *path != hit.path) {
            self.close(out)?;
            let begin = Event::Begin {
                schema_version: wire::SCHEMA_VERSION,
                path: Text::of_path(&hit.path),
            };
            wire::write_line(out, &begin)?;
            self.open = Some((hit.path.clone(), 0));
        }
        if let Some((_, matches)) = &mut self.open {
            *matches += 1;
        }
        context(out, &hit.path, &hit.surroundings.before)?;
        wire::write_line(out, &Event::Match(Box::new(Match::of(hit))))?;
        context(out, &hit.path, &hit.surroundings.after)
    }

    fn end(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        self.close(out)?;
        let elapsed = summary.elapsed;
        let ending = Ending {
            schema_version: wire::SCHEMA_VERSION,
            program: concat!("excerpt ", env!("CARGO_PKG_VERSION")),
            query: &summary.query,
            reading: &summary.reading,
            notes: &summary.notes,
            expansion: wire::expansion(&summary.expansion),
            elapsed_total: Elapsed {
                secs: elapsed.as_secs(),
                nanos: elapsed.subsec_nanos(),
                human: format!("{:.6}s", elapsed.as_secs_f64()),
            },
            stats: Totals {
                printed: summary.printed,
                passages: summary.matches.map(|matches| matches.passages),
                documents: summary.matches.map(|matches| matches.documents),
            },
            stamp: summary.stamp.as_ref(),
        };
        wire::write_line(out, &Event::Summary(&ending))
    }
}

impl Json {
    fn close(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some((path, matches)) = self.open.take() else { return Ok(()) };
        let path = Text::of_path(&path);
        wire::write_line(out, &Event::End { path, binary_offset: (), stats: Stats { matches } })
    }
}

fn context(out: &mut dyn Write, path: &Path, lines: &[ContextLine]) -> io::Result<()> {
    for line in lines {
        let event = Event::Context {
            path: Text::of_path(path),
            lines: Text::Text(format!("{}\n", line.text)),
            line_number: line.number,
            absolute_offset: (),
            submatches: [],
        };
        wire::write_line(out, &event)?;
    }
    Ok(())
}

impl Text {
    fn of_path(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes(base64::encode(&path::bytes(path))),
        }
    }
}

impl<'h> Match<'h> {
    fn of(hit: &'h Shown) -> Self {
        let passage = &hit.passage;
        let submatch = |range: &std::ops::Range<usize>| Submatch {
            matched: Text::Text(passage.text[range.clone()].to_owned()),
            start: range.start,
            end: range.end,
        };
        Self {
            path: Text::of_path(&hit.path),
            lines: Text::Text(passage.text.clone()),
            line_number: passage.lines.start,
            absolute_offset: passage.span.start,
            submatches: hit.highlights.iter().map(submatch).collect(),
            rank: hit.rank,
            score: hit.score,
            head: wire::Head::of(passage),
            facts: wire::Facts::of(passage, hit.standing),
            company: wire::Company::of(hit),
        }
    }
}
