//! Which index a command reads: one's own, or one in the cache that is brought
//! up to date first.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use excerpt::Error;
use excerpt::index::settings::MANIFEST_FILE;
use excerpt::index::{self, Input, Mode, UpdateRequest, UpdateSummary, Waiting};
use excerpt::search::Searcher;

use super::untaken;
use crate::args::{FileArgs, IndexPlace, WithinArgs};
use crate::config::{self, Here};
use crate::progress::{NAMED_FAILURES, Progress, Talk};
use crate::report::{self, Hinted};
use crate::size;

/// From here on the user is told what took so long; chosen by hand.
const SLOW: Duration = Duration::from_secs(2);

/// An index, open for reading.
pub struct Opened {
    /// Not dropped: the end of the process unmaps all of its files at once, and
    /// sooner than one by one.
    pub searcher: ManuallyDrop<Searcher>,
    /// How its files are called.
    pub here: Here,
    /// Whether it was brought up to date just now.
    pub is_fresh: bool,
}

/// Opens the index that `place` names, or makes the one for `within`; none where
/// the user interrupted that.
pub fn open(place: &IndexPlace, within: &WithinArgs, files: &FileArgs) -> Result<Option<Opened>> {
    let (directory, is_fresh) = match find(place, within, files)? {
        Found::Own(directory) => (directory, false),
        Found::Cached(directory) => (directory, true),
        Found::Interrupted => return Ok(None),
    };
    let searcher = ManuallyDrop::new(Searcher::open(&directory)?);
    let here = Here::new(searcher.snapshot().base_directory())?;
    Ok(Some(Opened { searcher, here, is_fresh }))
}

/// An index to read.
enum Found {
    /// In this directory.
    Own(PathBuf),
    /// In this directory of the cache, just brought up to date.
    Cached(PathBuf),
    /// None: the user interrupted.
    Interrupted,
}

fn find(place: &IndexPlace, within: &WithinArgs, files: &FileArgs) -> Result<Found> {
    let within = &within.within;
    if within.is_empty() {
        if !files.is_empty() {
            let hint = "give these options to `excerpt index`, or beside `--in`; to search only \
                        some files of an index use `--path`";
            let hint = match files.mistaken_word() {
                Some(word) => format!("{hint}; {}", config::word_hint(&word)),
                None => hint.to_owned(),
            };
            let decided = "which files count is decided when they are indexed";
            return Err(Hinted::new(decided, hint).into());
        }
        return config::index_to_read(place.index.as_deref()).map(Found::Own);
    }
    let paths = config::existing_or_known_paths(within, &|_| true)?;
    // Another one once a folder has become a file: then it is named from another folder.
    let base = config::common_folder(&paths);
    let directory = config::cached_index(&paths, &base, files)?;
    if !directory.join(MANIFEST_FILE).is_file() {
        config::existing_paths(within)?;
    }
    match refresh(&directory, &paths, &base, files) {
        Ok(summary) if summary.interrupted => Ok(Found::Interrupted),
        Err(Error::Interrupted) => Ok(Found::Interrupted),
        Ok(summary) => {
            tell(&summary, &directory, files, &Here::new(base)?);
            Ok(Found::Cached(directory))
        }
        // A cache that cannot be written can still be read.
        Err(Error::Io { action, path, source }) if directory.join(MANIFEST_FILE).is_file() => {
            report::warning(format_args!(
                "searching an older state: cannot {action} `{}`: {source}",
                path.display()
            ));
            Ok(Found::Own(directory))
        }
        Err(error @ Error::Io { .. }) => Err(error).context("cannot build an index in the cache"),
        Err(error @ Error::InvalidOption { option: "glob" | "type", .. }) => {
            match files.mistaken_word() {
                Some(word) => Err(error).context(Hinted::new(
                    format!("`{word}` is read as an option"),
                    config::word_hint(&word),
                )),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

fn refresh(
    directory: &Path,
    paths: &[PathBuf],
    base: &Path,
    files: &FileArgs,
) -> Result<UpdateSummary, Error> {
    refresh_own(directory, |mode| {
        Ok(UpdateRequest {
            walk: files.walk_options(),
            fields: files.field_map()?,
            waiting: Waiting::UntilFree,
            mode,
            ..UpdateRequest::new(Input::Paths(paths.to_vec()), base.to_owned())
        })
    })
}

/// Brings an index up to date that nobody but this program needs: what it cannot
/// use it replaces.
pub fn refresh_own<'r>(
    directory: &Path,
    request: impl Fn(Mode) -> Result<UpdateRequest<'r>, Error>,
) -> Result<UpdateSummary, Error> {
    let progress = Progress::new(Talk::Normal, "");
    let update = |mode| index::update(directory, request(mode)?, &progress);
    let mut summary = update(Mode::Update);
    if let Err(Error::IndexIncompatible { .. } | Error::IndexDamaged { .. }) = summary {
        summary = update(Mode::Rebuild);
    }
    progress.finish();
    summary
}

fn tell(summary: &UpdateSummary, directory: &Path, files: &FileArgs, here: &Here) {
    if !summary.vanished.is_empty() {
        let paths = report::some(&summary.vanished);
        report::warning(format_args!("not there any more: {paths}; searching what was there"));
    }
    if summary.passages == 0 && !summary.skipped.is_empty() {
        // Else it would look as if there were nothing to find.
        report::warning(report::reasons("skipped", &summary.skipped));
    }
    untaken::warn(directory, summary, || files.mistaken_word());
    report::bad_records(summary, NAMED_FAILURES, "", |key| here.printed(key));
    if let Some(note) = slow_note(summary) {
        report::note(note);
    }
}

/// What took so long, if it was indexing, and not another search that was waited for.
fn slow_note(summary: &UpdateSummary) -> Option<String> {
    let files = summary.added + summary.changed;
    let is_slow = files > 0 && summary.elapsed > SLOW;
    is_slow.then(|| {
        format!(
            "indexed {} of {} in {:.1} s; the next search starts at once",
            size::plural(summary.passages_added, "passage"),
            size::plural(files, "file"),
            summary.elapsed.as_secs_f64(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that had waited for another said that it had indexed 0 files in 2.6 s.
    #[test]
    fn only_what_was_indexed_is_said_to_have_taken_long() {
        let elapsed = SLOW + Duration::from_millis(600);
        let waited = UpdateSummary { elapsed, ..UpdateSummary::default() };
        assert_eq!(slow_note(&waited), None);
        let indexed = UpdateSummary { added: 2, passages_added: 9, ..waited };
        let note = "indexed 9 passages of 2 files in 2.6 s; the next search starts at once";
        assert_eq!(slow_note(&indexed).as_deref(), Some(note));
        let fast = UpdateSummary { elapsed: SLOW, ..indexed };
        assert_eq!(slow_note(&fast), None);
    }
}
