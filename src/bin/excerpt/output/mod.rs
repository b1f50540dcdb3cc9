//! What goes to standard output, one file a format.
//!
//! Every format is a [`Renderer`] onto any writer. It gets each hit as a
//! [`Shown`]: the library's hit with all that has to be looked up to print it.
//! `marked`, `sanitize`, `snippet`, `flow` and `wrap` work on texts with highlights;
//! `source`, `line_ends` and `fence` look into files; `style`, `hyperlink` and `column` are for
//! terminals; `path` and `wire` write paths and values of JSON.

mod base64;
mod column;
mod fence;
mod files;
mod flow;
pub mod hyperlink;
mod json;
mod jsonl;
mod line_ends;
mod marked;
mod passage;
mod path;
mod pipe;
pub mod sanitize;
mod shown;
mod snippet;
mod source;
mod stdout;
pub mod style;
mod template;
mod terminal;
#[cfg(test)]
mod tests;
mod trec;
mod tsv;
mod vimgrep;
mod wire;
mod wrap;

use std::io::{self, Write};
use std::time::Duration;

use excerpt::rank::{ExpansionTerm, Matches};

pub use self::fence::Fences;
pub use self::files::{FileLine, FileLines, MatchingFile};
pub use self::flow::Flow;
pub use self::json::Json;
pub use self::jsonl::{JsonLines, print_passage as print_passage_json};
pub use self::passage::print as print_passage;
pub use self::path::PathStyle;
pub use self::pipe::Pipe;
pub use self::shown::{Beside, Elsewhere, Shown, Standing, reason};
pub use self::source::{Around, CONTEXT_BYTES, Surroundings, Wanted};
pub use self::stdout::Output;
pub use self::template::{Template, TemplateLines};
pub use self::terminal::Terminal;
pub use self::trec::Trec;
pub use self::tsv::Tsv;
pub use self::vimgrep::Vimgrep;
pub use self::wrap::columns;
use crate::stamp::Stamp;

/// Prints hits in one format.
pub trait Renderer {
    /// Prints one hit. Hits come in the order of their ranks.
    ///
    /// # Errors
    ///
    /// What `out` says.
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()>;

    /// Prints what comes behind the last hit.
    ///
    /// # Errors
    ///
    /// What `out` says.
    fn end(&mut self, _out: &mut dyn Write, _summary: &Summary) -> io::Result<()> {
        Ok(())
    }
}

/// Prints nothing.
pub struct Nothing;

impl Renderer for Nothing {
    fn hit(&mut self, _out: &mut dyn Write, _hit: &Shown) -> io::Result<()> {
        Ok(())
    }
}

/// What is known when all hits are printed.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The query as typed.
    pub query: String,
    /// How it was understood.
    pub reading: String,
    /// What could not be used of it.
    pub notes: Vec<String>,
    /// What feedback added to it.
    pub expansion: Vec<ExpansionTerm>,
    /// How many hits were printed.
    pub printed: usize,
    /// How much matches, where it was counted.
    pub matches: Option<Matches>,
    /// How long the search took.
    pub elapsed: Duration,
    /// Where it comes from, where that is printed.
    pub stamp: Option<Stamp>,
}
