//! Lists of paths, as `find` prints them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::path_of;
use crate::report::Hinted;

/// The longest path that is read. Chosen by hand: sixteen times what Linux opens, and low
/// enough that a file that is no list does no harm.
const MAX_PATH_BYTES: usize = 1 << 16;

/// The paths that are listed in `list`, which is a file or `-`, each before a
/// `separator`.
pub fn listed_paths(list: &Path, separator: u8) -> Result<Vec<PathBuf>> {
    let read = || match list == Path::new("-") {
        true => read(&mut std::io::stdin().lock(), separator),
        false => read(&mut BufReader::new(File::open(list)?), separator),
    };
    read().with_context(|| format!("cannot read the list of paths `{}`", list.display()))
}

/// `path` without the first half of a line end that takes two characters, if it ends in
/// one.
pub fn without_return(path: &Path) -> Option<PathBuf> {
    let bytes = path.as_os_str().as_encoded_bytes().strip_suffix(b"\r")?;
    Some(path_of(bytes.to_owned()))
}

fn read(reader: &mut dyn BufRead, separator: u8) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for number in 1.. {
        let mut path = Vec::new();
        (&mut *reader).take(MAX_PATH_BYTES as u64 + 1).read_until(separator, &mut path)?;
        if path.is_empty() {
            break;
        }
        path.pop_if(|last| *last == separator);
        if path.contains(&0) {
            let message = format!("path {number} holds NUL, as no path does");
            return Err(Hinted::new(message, "with `-0` NUL is what separates them").into());
        }
        if path.len() > MAX_PATH_BYTES {
            bail!("path {number} is longer than {MAX_PATH_BYTES} bytes");
        }
        let is_blank = path.is_empty() || separator == b'\n' && path == b"\r";
        if !is_blank {
            paths.push(path_of(path));
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mut list: &[u8], separator: u8, expected: Result<&[&str], &str>) {
        let read = read(&mut list, separator).map_err(|error| error.to_string());
        let expected = expected.map_err(str::to_owned);
        assert_eq!(read, expected.map(|paths| paths.iter().map(PathBuf::from).collect()));
    }

    #[test]
    fn paths_stand_between_separators() {
        check(b"", b'\n', Ok(&[]));
        check(b"a.md\n\nb c.md", b'\n', Ok(&["a.md", "b c.md"]));
        check(b"a.md\n\r\n\r", b'\n', Ok(&["a.md"]));
        check(b"a\nb.md\0c.md\0", 0, Ok(&["a\nb.md", "c.md"]));
    }

    /// `/dev/zero` was read until memory ended. Of `find -print0` without `-0` all came
    /// to one path, which was printed, some megabytes of it.
    #[test]
    fn what_is_no_path_ends_the_list() {
        check(b"a.md\nb.md\0c.md\0", b'\n', Err("path 2 holds NUL, as no path does"));
        let zeros = &mut BufReader::new(std::io::repeat(0));
        assert!(read(zeros, b'\n').is_err());
        let mut long = vec![b'x'; MAX_PATH_BYTES];
        long.push(b'\n');
        check(&long, b'\n', Ok(&["x".repeat(MAX_PATH_BYTES).as_str()]));
        long.insert(0, b'x');
        check(&long, b'\n', Err("path 1 is longer than 65536 bytes"));
    }
}
