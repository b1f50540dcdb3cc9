//! Links on paths, for terminals that know OSC 8. The aliases are ripgrep's.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Result, bail};

use super::path;
use super::source::Place;

const ALIASES: [(&str, &str); 11] = [
    ("default", FILE),
    ("none", ""),
    ("file", FILE),
    ("grep+", "grep+://{path}:{line}"),
    ("kitty", "file://{host}{path}#{line}"),
    ("macvim", "mvim://open?url=file://{path}&line={line}&column={column}"),
    ("textmate", "txmt://open?url=file://{path}&line={line}&column={column}"),
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("vscode-insiders", "vscode-insiders://file{path}:{line}:{column}"),
    ("vscodium", "vscodium://file{path}:{line}:{column}"),
    ("cursor", "cursor://file{path}:{line}:{column}"),
];

const FILE: &str = if cfg!(windows) { "file:///{path}" } else { "file://{host}{path}" };

const VARIABLES: [&str; 4] = ["{path}", "{line}", "{column}", "{host}"];

/// What paths are linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hyperlinks {
    format: String,
    host: String,
}

impl Hyperlinks {
    /// No links.
    pub fn none() -> Self {
        Self { format: String::new(), host: String::new() }
    }

    /// Reads an alias or a format with `{path}`, `{line}`, `{column}`, `{host}`.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some((_, format)) = ALIASES.iter().find(|(alias, _)| *alias == text) {
            return Ok(Self::new(format));
        }
        let mut literal = text.to_owned();
        for variable in VARIABLES {
            literal = literal.replace(variable, "");
        }
        let aliases: Vec<&str> = ALIASES.iter().map(|(alias, _)| *alias).collect();
        let reason = if !text.contains('{') {
            format!("known aliases are {}", aliases.join(", "))
        } else if literal.contains(['{', '}']) {
            format!("its variables are {}", VARIABLES.join(", "))
        } else if !text.contains("{path}") {
            "it lacks `{path}`".to_owned()
        } else if !begins_with_scheme(text) {
            "it does not begin with a scheme such as `file://`".to_owned()
        } else if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            "it holds white space or control characters".to_owned()
        } else {
            return Ok(Self::new(text));
        };
        bail!("invalid value `{text}` for `--hyperlink-format`: {reason}")
    }

    fn new(format: &str) -> Self {
        let host = if format.contains("{host}") { host_name() } else { String::new() };
        Self { format: format.to_owned(), host }
    }

    /// Links what `write` writes to `place` in `file`, an absolute path; a source
    /// without one has no link.
    pub fn link(
        &self,
        out: &mut dyn Write,
        file: Option<&Path>,
        place: Place,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(file) = file.filter(|_| !self.format.is_empty()) else { return write(out) };
        let target = self
            .format
            .replace("{host}", &self.host)
            .replace("{line}", &place.line.to_string())
            .replace("{column}", &place.column.to_string())
            .replace("{path}", &percent_encoded(&path::bytes(file)));
        write!(out, "\x1b]8;;{target}\x1b\\")?;
        write(out)?;
        out.write_all(b"\x1b]8;;\x1b\\")
    }
}

fn begins_with_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// A path in a URL.
fn percent_encoded(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    for &byte in path {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'/' | b':' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            b'\\' if cfg!(windows) => text.push('/'),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// The name of this machine, where it can be told without a system call of its
/// own; a link without it is good on the same machine.
fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::env::var("HOSTNAME").map_err(io::Error::other))
        .unwrap_or_default();
    percent_encoded(name.trim().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(format: &str) -> Option<String> {
        let links = Hyperlinks { host: "here".into(), ..Hyperlinks::parse(format).ok()? };
        let (mut out, place) = (Vec::new(), Place { line: 3, column: 7 });
        let file = Some(Path::new("/a b/é.md"));
        links.link(&mut out, file, place, |out| write!(out, "é")).ok()?;
        String::from_utf8(out).ok()
    }

    #[test]
    fn aliases_and_formats_make_links() {
        for (format, expected) in [
            ("kitty", "file://here/a%20b/%C3%A9.md#3"),
            ("vscode", "vscode://file/a%20b/%C3%A9.md:3:7"),
            ("x+y://{path}?{line}", "x+y:///a%20b/%C3%A9.md?3"),
        ] {
            let expected = format!("\x1b]8;;{expected}\x1b\\é\x1b]8;;\x1b\\");
            assert_eq!(link(format), Some(expected), "{format}");
        }
    }

    #[test]
    fn without_a_format_there_is_only_what_would_be_linked() {
        assert_eq!(link("none").as_deref(), Some("é"));
    }

    #[test]
    fn a_format_that_makes_no_link_is_refused() {
        for format in
            ["emacs", "file://{pth}", "file://{line}", "{path}", "a b://{path}", "x:\x1b{path}"]
        {
            assert!(Hyperlinks::parse(format).is_err(), "{format}");
        }
    }
}
