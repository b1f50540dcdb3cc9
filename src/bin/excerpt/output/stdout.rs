//! Standard output: one buffer, locked once, whose errors are told.

use std::io::{self, BufWriter, StdoutLock, Write};

use anyhow::{Context, Result};
use serde::Serialize;

/// Standard output, to be ended by [`Output::finish`].
pub struct Output(BufWriter<StdoutLock<'static>>);

impl Output {
    /// Locks standard output.
    pub fn new() -> Self {
        Self(BufWriter::with_capacity(1 << 16, io::stdout().lock()))
    }

    /// Lets `write` write, and adds to its error what failed.
    pub fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        write(&mut self.0).context("cannot write to standard output")
    }

    /// Writes `value` as a line of JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<()> {
        self.write(|out| {
            serde_json::to_writer(&mut *out, value)?;
            writeln!(out)
        })
    }

    /// Writes out what is still held back. What is only dropped is written too,
    /// but nobody would hear of an error.
    pub fn finish(mut self) -> Result<()> {
        self.write(|out| out.flush())
    }
}
