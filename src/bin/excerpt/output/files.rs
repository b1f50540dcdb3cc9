//! Only files: their paths, or how many of their passages match.

use std::io::{self, Write};
use std::path::PathBuf;

use super::path::PathStyle;

/// A file with passages that match.
pub struct MatchingFile {
    /// Its path, as it is printed.
    pub path: PathBuf,
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
pub fn print_files(
    out: &mut dyn Write,
    files: &[MatchingFile],
    line: FileLine,
    paths: PathStyle,
) -> io::Result<()> {
    files.iter().try_for_each(|MatchingFile { path, passages }| match line {
        FileLine::Path => paths.write(out, path, b"\n"),
        FileLine::Count => {
            paths.write(out, path, b":")?;
            writeln!(out, "{passages}")
        }
    })
}
