//! One hit a line in columns for `cut`, `awk` and `sort`, without a header.

use std::io::{self, Write};

use super::marked::Marked;
use super::shown::Shown;
use super::{Renderer, path, sanitize};

/// Prints a line of columns a hit.
pub struct Tsv;

impl Renderer for Tsv {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        let passage = &hit.passage;
        write!(out, "{}\t{}\t", hit.rank, hit.score)?;
        column(out, &path::bytes(&hit.path))?;
        let (span, lines) = (passage.span, passage.lines);
        write!(out, "\t{}\t{}\t{}\t{}\t", lines.start, lines.end, span.start, span.end)?;
        column(out, passage.id.document.as_str().as_bytes())?;
        out.write_all(b"\t")?;
        column(out, passage.id.to_string().as_bytes())?;
        writeln!(out, "\t{}", Marked::one_line(&passage.text, &[]).text)
    }
}

/// Writes a name. What would break the line or act on a terminal is escaped as
/// in a string of Rust; bytes that are no text stay.
fn column(out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\t' | '\n' | '\r' | '\\' => write!(out, "{}", c.escape_default())?,
                c if sanitize::replacement(c).is_some() => write!(out, "{}", c.escape_unicode())?,
                c => write!(out, "{c}")?,
            }
        }
        out.write_all(chunk.invalid())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tab and a backslash with a `t` behind it looked the same.
    #[test]
    fn no_two_names_look_the_same() -> io::Result<()> {
        let names = ["a\tb", "a\\tb", "a\nb", "a\u{7}b", "a\\u{7}b"];
        let mut shown = Vec::new();
        for name in names {
            let mut out = Vec::new();
            column(&mut out, name.as_bytes())?;
            shown.push(String::from_utf8_lossy(&out).into_owned());
        }
        assert_eq!(shown, [r"a\tb", r"a\\tb", r"a\nb", r"a\u{7}b", r"a\\u{7}b"]);
        Ok(())
    }
}
