//! What a source is called in an index.

use std::borrow::Borrow;
use std::iter;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::index::settings::normalize;

/// Names a source in an index: its path below the index's base directory where
/// it lies there, else its absolute path. Bytes that are no UTF-8 are kept as
/// characters of a private plane, so that every path has a key and gets back; so are
/// those of such characters themselves, and the first one of a file or folder that is
/// called as standard input is, so that no two paths have one key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceKey(String);

/// The private-use character that stands for the byte 0 in a key.
const ESCAPED_BYTES: u32 = 0x0010_FF00;

/// The key of what came from standard input.
const STDIN: &str = "<stdin>";

impl SourceKey {
    /// The key under which documents from standard input are kept.
    pub fn stdin() -> Self {
        Self(STDIN.to_owned())
    }

    /// The key of the file at the absolute path `path`.
    pub fn new(path: &Path, base: &Path) -> Self {
        let path = normalize(path);
        Self(escape(below(&path, base).unwrap_or(&path)))
    }

    /// The key that was stored as `text`.
    pub fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The key as text: a term of the field `source`, and the document id of
    /// formats that bring none.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The absolute path of the file.
    pub fn path(&self, base: &Path) -> PathBuf {
        base.join(unescape(&self.0))
    }

    /// The key itself and those of the folders that hold it, the innermost first:
    /// all the roots that it can be under.
    pub fn lineage(&self) -> impl Iterator<Item = &str> {
        let is_stdin = *self == Self::stdin();
        iter::successors(Some(self.as_str()), move |key| match key.rfind('/') {
            Some(0) => (*key != "/").then_some("/"),
            Some(end) => Some(&key[..end]),
            // The base directory holds all that is not elsewhere, and in a file.
            None => (!key.is_empty() && !is_stdin).then_some(""),
        })
    }

    /// Whether the file is `root` itself or lies below it.
    pub fn is_under(&self, root: &SourceKey) -> bool {
        match root.0.as_str() {
            // The base directory itself: all that is not elsewhere, and in a file.
            "" => !self.0.starts_with('/') && *self != Self::stdin(),
            "/" => self.0.starts_with('/'),
            root => self
                .0
                .strip_prefix(root)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}

/// So that a map by keys can be asked for a step of a [`SourceKey::lineage`].
impl Borrow<str> for SourceKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// What comes behind `base` in `path`, both normal; `None` where it does not lie
/// there. As [`Path::strip_prefix`], which goes through every part of both.
#[cfg(unix)]
fn below<'p>(path: &'p Path, base: &Path) -> Option<&'p Path> {
    use std::os::unix::ffi::OsStrExt;
    let rest = path.as_os_str().as_bytes().strip_prefix(base.as_os_str().as_bytes())?;
    let rest = match rest {
        [] => rest,
        [b'/', rest @ ..] => rest,
        _ if base.as_os_str().as_bytes() == b"/" => rest,
        _ => return None,
    };
    Some(Path::new(std::ffi::OsStr::from_bytes(rest)))
}

#[cfg(not(unix))]
fn below<'p>(path: &'p Path, base: &Path) -> Option<&'p Path> {
    path.strip_prefix(base).ok()
}

#[cfg(unix)]
fn escape(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut text = String::new();
    let mut bytes = path.as_os_str().as_bytes();
    if path.starts_with(STDIN)
        && let Some(first) = bytes.split_off_first()
    {
        text.extend(escaped(&[*first]));
    }
    for chunk in bytes.utf8_chunks() {
        for part in chunk.valid().split_inclusive(is_escaped) {
            let start = part.trim_end_matches(is_escaped);
            text.push_str(start);
            text.extend(escaped(&part.as_bytes()[start.len()..]));
        }
        text.extend(escaped(chunk.invalid()));
    }
    text
}

/// The characters that stand for `bytes`.
#[cfg(unix)]
fn escaped(bytes: &[u8]) -> impl Iterator<Item = char> {
    bytes.iter().filter_map(|&byte| char::from_u32(ESCAPED_BYTES + u32::from(byte)))
}

/// Whether `c` stands for a byte in a key.
#[cfg(unix)]
fn is_escaped(c: char) -> bool {
    u32::from(c) >= ESCAPED_BYTES
}

#[cfg(unix)]
fn unescape(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u32::from(c).checked_sub(ESCAPED_BYTES).and_then(|byte| u8::try_from(byte).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn escape(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(not(unix))]
fn unescape(text: &str) -> PathBuf {
    PathBuf::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_relative_below_the_base_and_absolute_elsewhere() {
        let base = Path::new("/project");
        assert_eq!(SourceKey::new(Path::new("/project/./a/b.md"), base).as_str(), "a/b.md");
        assert_eq!(SourceKey::new(Path::new("/other/b.md"), base).as_str(), "/other/b.md");
        assert_eq!(SourceKey::new(Path::new("/projects/b.md"), base).as_str(), "/projects/b.md");
        assert_eq!(SourceKey::new(Path::new("/project"), base).as_str(), "");
        assert_eq!(SourceKey::new(Path::new("/a/../b.md"), Path::new("/")).as_str(), "b.md");
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_utf_8_gets_back_from_its_key() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/project/\xffn\xe9\n.txt"));
        let key = SourceKey::new(path, Path::new("/project"));
        assert_eq!(key.path(Path::new("/project")), path);
    }

    /// One of two such files was lost, or the stream was.
    #[cfg(unix)]
    #[test]
    fn no_two_paths_have_one_key() {
        use std::os::unix::ffi::OsStrExt;
        let base = Path::new("/project");
        let names = [
            &b"\x80"[..],
            "\u{10ff80}".as_bytes(),
            "a\u{10ff80}\u{10ffff}b/\u{10feff}".as_bytes(),
            b"<stdin>",
            b"<stdin>/a.txt",
            b"a/<stdin>",
            b"<stdin>.txt",
            b"\xf4",
            b"\xf4\x8f\xbe",
        ];
        let mut keys = std::collections::BTreeSet::from([SourceKey::stdin()]);
        for name in names {
            let path = base.join(std::ffi::OsStr::from_bytes(name));
            let key = SourceKey::new(&path, base);
            assert_eq!(key.path(base), path);
            assert!(key.is_under(&SourceKey::from_stored("")), "{key:?}");
            assert!(keys.insert(key), "{name:?}");
        }
        // Usual names are kept as they are.
        for name in ["a/<stdin>", "<stdin>.txt", "\u{10feff}", "naïve \u{e000}.md"] {
            assert_eq!(SourceKey::new(&base.join(name), base).as_str(), name);
        }
    }

    #[test]
    fn a_root_holds_what_lies_below_it_and_no_namesakes() {
        let key = |text: &str| SourceKey::from_stored(text);
        assert!(key("news/a.md").is_under(&key("news")));
        assert!(key("news").is_under(&key("news")));
        assert!(!key("newsletter/a.md").is_under(&key("news")));
        assert!(key("a.md").is_under(&key("")));
        assert!(!key("/elsewhere/a.md").is_under(&key("")));
        assert!(!SourceKey::stdin().is_under(&key("")));
        assert!(key("/elsewhere/a.md").is_under(&key("/")));
        assert!(!key("a.md").is_under(&key("/")));
    }

    #[test]
    fn a_key_is_under_its_lineage_and_nothing_else() {
        let check = |key: &str, expected: &[&str]| {
            let key = SourceKey::from_stored(key);
            assert_eq!(key.lineage().collect::<Vec<_>>(), expected);
            for root in ["", "/", "a", "a/b", "a/b.md", "/a", "/a/b", "<stdin>"] {
                let is_under = key.is_under(&SourceKey::from_stored(root));
                assert_eq!(is_under, expected.contains(&root), "{key:?} {root:?}");
            }
        };
        check("", &[""]);
        check("/", &["/"]);
        check("a/b.md", &["a/b.md", "a", ""]);
        check("a/b/c.md", &["a/b/c.md", "a/b", "a", ""]);
        check("/a/b/c.md", &["/a/b/c.md", "/a/b", "/a", "/"]);
        check("<stdin>", &["<stdin>"]);
    }
}
