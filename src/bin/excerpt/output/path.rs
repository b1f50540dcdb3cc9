//! Paths on standard output.

use std::io::{self, Write};
use std::path::Path;

use anstyle::Style;

use super::sanitize;

/// How paths are written in formats for lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathStyle {
    /// Whether someone looks at them, so that they must be made safe; a program
    /// gets the bytes that open the file.
    pub is_terminal: bool,
    /// Whether a NUL follows a path, whatever would.
    pub null: bool,
    /// How a path looks that stands before a separator.
    pub style: Style,
}

impl PathStyle {
    /// Writes `path`, then `separator` or a NUL.
    pub fn write(self, out: &mut dyn Write, path: &Path, separator: &[u8]) -> io::Result<()> {
        self.write_styled(out, path)?;
        self.separate(out, separator)
    }

    /// Writes `path` alone.
    pub fn write_styled(self, out: &mut dyn Write, path: &Path) -> io::Result<()> {
        let style = self.style;
        write!(out, "{style}")?;
        self.write_path(out, path)?;
        write!(out, "{style:#}")
    }

    /// Writes what stands behind a path.
    pub fn separate(self, out: &mut dyn Write, separator: &[u8]) -> io::Result<()> {
        out.write_all(if self.null { b"\0" } else { separator })
    }

    /// Writes `path` alone, without its style.
    pub fn write_path(self, out: &mut dyn Write, path: &Path) -> io::Result<()> {
        if self.is_terminal {
            return out.write_all(sanitize::line(&path.to_string_lossy()).as_bytes());
        }
        out.write_all(&bytes(path))
    }
}

/// The bytes of a path.
#[cfg(unix)]
pub fn bytes(path: &Path) -> std::borrow::Cow<'_, [u8]> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().into()
}

/// The bytes of a path.
#[cfg(not(unix))]
pub fn bytes(path: &Path) -> std::borrow::Cow<'_, [u8]> {
    path.to_string_lossy().into_owned().into_bytes().into()
}
