//! What the operating system refused, found in what a reader or the engine says.
//!
//! Too few file handles, too little memory, no right to read: all of these arrive as
//! errors of reading, some of them inside the engine's. They say nothing of what is on
//! disk, so whoever would take it for damaged looks here first.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use tantivy::directory::error::{OpenDirectoryError, OpenReadError, OpenWriteError};

use super::Error;

/// What the operating system refused.
pub(crate) struct Refusal {
    action: &'static str,
    /// The file or directory, where that is known.
    path: Option<PathBuf>,
    code: i32,
}

/// A file that could not be read, with its path, for where an [`io::Error`] is wanted.
#[derive(Debug, thiserror::Error)]
#[error("{what} cannot be read: {source}")]
struct Unread {
    what: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// Adds to an error that `what`, which is at `path`, cannot be read.
pub(crate) fn unread(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |source| io::Error::new(source.kind(), Unread { what, path: path.to_owned(), source })
}

impl Refusal {
    /// What was refused; `None` where `error` is none of the system's, or says what may
    /// as well be the fault of what is on disk, as that a file is not there.
    pub(crate) fn of(error: &(dyn StdError + 'static)) -> Option<Self> {
        let (mut action, mut path, mut next) = ("read", None, Some(error));
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref::<io::Error>() {
                if let Some(code) = error.raw_os_error() {
                    return Some(Self { action, path, code }).filter(|_| is_refusal(error.kind()));
                }
                next = error.get_ref().map(|inner| inner as _);
                continue;
            }
            let (error, at) = parts(error)?;
            next = Some(error);
            if let Some((verb, at)) = at {
                (action, path) = (verb, Some(at.to_owned()));
            }
        }
        None
    }

    /// The error for what the engine was refused, where it says on which file.
    pub(super) fn of_a_file(error: &TantivyError) -> Option<Error> {
        let refusal = Self::of(error)?;
        let path = refusal.path.clone()?;
        Some(refusal.into_error(&path))
    }

    /// The error that tells of it as one of `action` on `path`.
    pub(super) fn into_error_of(self, action: &'static str, path: &Path) -> Error {
        Error::io(action, path)(io::Error::from_raw_os_error(self.code))
    }

    /// The error that tells of it, on `path` unless a file is known.
    pub(crate) fn into_error(self, path: &Path) -> Error {
        let path = self.path.unwrap_or_else(|| path.to_owned());
        Error::io(self.action, path)(io::Error::from_raw_os_error(self.code))
    }
}

/// What can be done where the system said `error`, where that is no riddle.
pub(super) fn hint(error: &io::Error) -> Option<String> {
    #[cfg(unix)]
    if matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE)) {
        return Some("allow more open files, as by `ulimit -n 1024`, and try again".into());
    }
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        let hint = "free some space and try again; what an index has committed is still there";
        return Some(hint.into());
    }
    None
}

fn is_refusal(kind: ErrorKind) -> bool {
    // A place to read at that makes no sense is one that a damaged file names.
    let may_be_damage = [
        ErrorKind::NotFound,
        ErrorKind::NotADirectory,
        ErrorKind::IsADirectory,
        ErrorKind::InvalidInput,
    ];
    !may_be_damage.contains(&kind)
}

type Parts<'e> = (&'e (dyn StdError + 'static), Option<(&'static str, &'e Path)>);

/// What caused `error`, and what it says was tried on which file. Most of the engine's
/// errors do not count what they hold as their source.
fn parts<'e>(error: &'e (dyn StdError + 'static)) -> Option<Parts<'e>> {
    if let Some(TantivyError::IoError(inner)) = error.downcast_ref() {
        return Some((&**inner, None));
    }
    if let Some(OpenReadError::IoError { io_error, filepath }) = error.downcast_ref() {
        return Some((&**io_error, Some(("read", filepath))));
    }
    if let Some(OpenWriteError::IoError { io_error, filepath }) = error.downcast_ref() {
        return Some((&**io_error, Some(("write", filepath))));
    }
    if let Some(OpenDirectoryError::IoError { io_error, directory_path }) = error.downcast_ref() {
        return Some((&**io_error, Some(("read", directory_path))));
    }
    if let Some(tantivy_fst::Error::Io(inner)) = error.downcast_ref() {
        return Some((inner, None));
    }
    if let Some(Unread { path, source, .. }) = error.downcast_ref() {
        return Some((source, Some(("read", path))));
    }
    error.source().map(|source| (source, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOO_MANY_FILES: i32 = 24;
    const NO_MEMORY: i32 = 12;
    const NO_SUCH_FILE: i32 = 2;

    fn code(code: i32) -> io::Error {
        io::Error::from_raw_os_error(code)
    }

    /// An index was said to be damaged, and to be rebuilt, where the process had no
    /// file handles or no memory left.
    #[test]
    fn what_the_system_refuses_is_found_in_what_wraps_it() {
        let check = |error: &(dyn StdError + 'static), expected: &str| {
            let error = Refusal::of(error).map(|refusal| refusal.into_error(Path::new("index")));
            let text = error.map_or("none".to_owned(), |error| error.with_causes());
            assert!(text.starts_with(expected), "{text}");
        };
        let read = |number| OpenReadError::wrap_io_error(code(number), "index/a.idx".into());
        let write = OpenWriteError::wrap_io_error(code(NO_MEMORY), "index/a.pos".into());
        let directory = OpenDirectoryError::wrap_io_error(code(NO_MEMORY), "index/data".into());
        check(&code(TOO_MANY_FILES), "cannot read `index`: Too many open files");
        check(&io::Error::other(code(NO_MEMORY)), "cannot read `index`: ");
        check(&read(TOO_MANY_FILES), "cannot read `index/a.idx`: Too many open files");
        check(&io::Error::other(read(TOO_MANY_FILES)), "cannot read `index/a.idx`: ");
        check(&TantivyError::from(read(NO_MEMORY)), "cannot read `index/a.idx`: ");
        check(&TantivyError::from(code(NO_MEMORY)), "cannot read `index`: ");
        let terms = tantivy_fst::Error::from(code(NO_MEMORY));
        check(&TantivyError::from(io::Error::other(terms)), "cannot read `index`: ");
        check(&TantivyError::from(write), "cannot write `index/a.pos`: ");
        check(&TantivyError::from(directory), "cannot read `index/data`: ");
        check(
            &unread("the list", Path::new("index/list"))(code(NO_MEMORY)),
            "cannot read `index/list`: ",
        );
        let inner = Error::engine("merge")(TantivyError::from(code(NO_MEMORY)));
        check(&io::Error::other(inner), "cannot read `index`: ");

        check(&code(NO_SUCH_FILE), "none");
        check(&read(NO_SUCH_FILE), "none");
        check(&unread("the list", Path::new("index/list"))(code(NO_SUCH_FILE)), "none");
        check(&io::Error::from(ErrorKind::UnexpectedEof), "none");
        check(&io::Error::other("a list is malformed"), "none");
        check(&TantivyError::IndexAlreadyExists, "none");
    }

    /// It was not said where there is no space, nor what can be done; a search with `--in`
    /// did not fall back on what it had.
    #[cfg(unix)]
    #[test]
    fn an_index_that_cannot_be_written_is_told_with_its_place() {
        let full = Error::engine("write a segment")(TantivyError::from(code(libc::ENOSPC)));
        let error = full.in_update(Path::new("index"));
        assert!(matches!(error, Error::Io { .. }), "{error:?}");
        let text = error.with_causes();
        assert!(text.starts_with("cannot update `index`: No space left on device"), "{text}");
        assert!(error.hint().is_some_and(|hint| hint.starts_with("free some space")));
    }

    /// The engine's own texts show an error of the system as Rust's debug output.
    #[test]
    fn what_the_engine_was_refused_is_told_without_its_own_words() {
        let error = OpenReadError::wrap_io_error(code(TOO_MANY_FILES), "index/a.idx".into());
        let error = Error::engine("merge segments")(error.into());
        assert!(matches!(error, Error::Io { .. }), "{error:?}");
        let error = Error::engine("merge segments")(TantivyError::from(code(NO_MEMORY)));
        assert!(matches!(error, Error::Engine { .. }), "{error:?}");
    }
}
