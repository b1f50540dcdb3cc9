//! Only files: their paths, or how many of their passages match.

use std::io::{self, Write};
use std::path::PathBuf;

use super::hyperlink::Hyperlinks;
use super::path::PathStyle;
use super::source::Place;

/// A file with passages that match.
pub struct MatchingFile {
    /// Its path, as it is printed.
    pub path: PathBuf,
    /// Its absolute path; none for standard input.
    pub file: Option<PathBuf>,
    /// How many of its passages match.
    pub passages: u64,
}

/// What is printed of each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileLine {
    /// Its path.
    Path,
    /// Its path and how many of its passages match.
    Count,
}

/// Prints a line a file.
pub struct FileLines {
    /// What is printed of it.
    pub line: FileLine,
    /// How paths are written.
    pub paths: PathStyle,
    /// What they are linked to.
    pub hyperlinks: Hyperlinks,
}

impl FileLines {
    /// Prints `files`.
    pub fn print(&self, out: &mut dyn Write, files: &[MatchingFile]) -> io::Result<()> {
        let Self { line, paths, hyperlinks } = self;
        let first = Place { line: 1, column: 1 };
        files.iter().try_for_each(|MatchingFile { path, file, passages }| {
            hyperlinks.link(out, file.as_deref(), first, |out| paths.write_styled(out, path))?;
            match line {
                FileLine::Path => paths.separate(out, b"\n"),
                FileLine::Count => {
                    paths.separate(out, b":")?;
                    writeln!(out, "{passages}")
                }
            }
        })
    }
}
