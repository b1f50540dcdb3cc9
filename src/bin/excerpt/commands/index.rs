//! `excerpt index`.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::io::Stdin;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use excerpt::Error;
use excerpt::index::settings::MANIFEST_FILE;
use excerpt::index::{
    self, Input, LanguageRequest, Manifest, Mode, SideFiles, Snapshot, UpdateRequest, UpdateSummary,
};
use excerpt::split::SplitOptions;

use super::untaken;
use crate::args::IndexArgs;
use crate::config;
use crate::exit::Outcome;
use crate::progress::{NAMED_FAILURES, Progress, Talk};
use crate::report::{self, Hinted};
use crate::size;

/// How to see all that is left out, where only some of it is named.
const SEE: &str = " (see them with --verbose)";

pub fn run(args: &IndexArgs) -> Result<Outcome> {
    let directory = config::index_to_write(args.place.index.as_deref())?;
    let mut stdin = std::io::stdin();
    let (input, missing) = input(args, &directory, &mut stdin)?;
    let talk = match (args.quiet, args.verbose) {
        (true, _) => Talk::Quiet,
        (false, false) => Talk::Normal,
        (false, true) => Talk::Verbose,
    };
    let progress = Progress::new(talk, SEE);
    let summary = index::update(&directory, request(args, input, &directory)?, &progress);
    progress.finish();
    let summary = match summary {
        Err(Error::Interrupted) => {
            report::nothing_done();
            return Ok(Outcome::Interrupted);
        }
        summary => summary?,
    };
    if let Some(failure) = &summary.after_commit {
        report::warning(format_args!("all is committed, but then something failed: {failure}"));
    }
    tell_roots(&summary, &directory);
    untaken::warn(&directory, &summary, || None);
    let most = if talk == Talk::Verbose { u64::MAX } else { NAMED_FAILURES };
    report::bad_records(&summary, most, SEE, |key| key.as_str().into());
    if talk > Talk::Quiet {
        tell(&summary, &directory);
    }
    Ok(match outcome(&summary) {
        Outcome::Done if missing > 0 => Outcome::Partial,
        outcome => outcome,
    })
}

/// What is asked of the index at `directory`.
fn request<'i>(args: &IndexArgs, input: Input<'i>, directory: &Path) -> Result<UpdateRequest<'i>> {
    Ok(UpdateRequest {
        walk: args.files.walk_options(),
        fields: args.files.field_map()?,
        language: language(args)?,
        split: split_options(args, directory),
        side_files: args.compact.map(|compact| match compact {
            true => SideFiles::Compact,
            false => SideFiles::All,
        }),
        ranking: args.weights.choice(args.ranking.as_deref())?,
        memory_bytes: args.memory,
        threads: args.threads,
        mode: if args.rebuild { Mode::Rebuild } else { Mode::Update },
        ..UpdateRequest::new(input, config::current_dir()?)
    })
}

/// What is to be indexed, and how many more paths are listed that are not there.
fn input<'s>(args: &IndexArgs, directory: &Path, stdin: &'s mut Stdin) -> Result<(Input<'s>, u64)> {
    // In a list it is the name of a file.
    if args.paths.iter().any(|path| path == Path::new("-")) {
        if args.paths.len() > 1 || args.files_from.is_some() {
            bail!("`-` reads documents from standard input and cannot stand beside other paths");
        }
        return Ok((Input::Stream(stdin), 0));
    }
    let (paths, missing) = typed_paths(args, directory)?;
    if !paths.is_empty() {
        return Ok((Input::Paths(paths), missing));
    }
    if !directory.join(MANIFEST_FILE).is_file() {
        return Ok((Input::Paths(vec![config::current_dir()?]), 0));
    }
    if args.rebuild {
        check_roots(directory)?;
    }
    Ok((Input::KnownRoots, 0))
}

/// A rebuild without paths reads what the index held before, if that can still
/// be told.
fn check_roots(directory: &Path) -> Result<()> {
    let roots = Snapshot::open(directory).and_then(|snapshot| snapshot.sources());
    roots.map(|_| ()).map_err(|error| {
        let hint = format!(
            "name what it held: `excerpt index --rebuild --index {} <corpus>`",
            directory.display()
        );
        Hinted::new(format!("cannot tell what to read again: {error}"), hint).into()
    })
}

/// The absolute paths that are named, and how many more are listed that are not there.
fn typed_paths(args: &IndexArgs, directory: &Path) -> Result<(Vec<PathBuf>, u64)> {
    let roots = LazyCell::new(|| root_paths(directory));
    let is_known = |path: &Path| roots.contains(path);
    let mut paths = config::existing_or_known_paths(&args.paths, &is_known)?;
    let Some(list) = &args.files_from else { return Ok((paths, 0)) };
    let separator = if args.null { 0 } else { b'\n' };
    let listed = config::listed_paths(list, separator)?;
    let (here, all, mut missing) = (config::current_dir()?, listed.len(), 0);
    for path in listed {
        let existing = |path: &Path| config::existing_or_known_path(&here, path, &is_known);
        // A list that was made on Windows, unless names do end so.
        let shorter = || config::without_return(&path).and_then(|path| existing(&path).ok());
        match existing(&path).or_else(|error| shorter().ok_or(error)) {
            Ok(path) => paths.push(path),
            // It may have gone since the list was made.
            Err(error) => {
                if args.verbose || missing < NAMED_FAILURES {
                    report::warning(format_args!("skipped `{}`: {error}", report::path(&path)));
                }
                missing += 1;
            }
        }
    }
    if missing > NAMED_FAILURES && !args.verbose {
        let more = size::plural(missing - NAMED_FAILURES, "more path");
        report::note(format_args!("{more} skipped{SEE}"));
    }
    if paths.is_empty() {
        let which = if all == 0 { "no paths" } else { "no path that is there" };
        bail!("{which} in `{}`", list.display());
    }
    Ok((paths, missing))
}

/// What the index at `directory` is of, as far as that can be told.
fn root_paths(directory: &Path) -> BTreeSet<PathBuf> {
    let paths = Snapshot::open(directory).and_then(|snapshot| snapshot.root_paths());
    paths.unwrap_or_default().into_iter().collect()
}

fn language(args: &IndexArgs) -> Result<LanguageRequest> {
    let Some(typed) = &args.language else { return Ok(LanguageRequest::Kept) };
    Ok(config::language(typed)?.map_or(LanguageRequest::Detected, LanguageRequest::Named))
}

/// The bounds of passages; where one is asked for, the other is as the index has it.
fn split_options(args: &IndexArgs, directory: &Path) -> Option<SplitOptions> {
    if args.min_passage.is_none() && args.max_passage.is_none() {
        return None;
    }
    let manifest = Manifest::load(directory);
    let own = manifest.map_or_else(|_| SplitOptions::default(), |it| it.settings.split);
    Some(SplitOptions {
        min_chars: args.min_passage.unwrap_or(own.min_chars),
        max_chars: args.max_passage.unwrap_or(own.max_chars),
    })
}

fn outcome(summary: &UpdateSummary) -> Outcome {
    if summary.interrupted {
        Outcome::Interrupted
    } else if summary.after_commit.is_some() {
        Outcome::Unfinished
    } else if summary.is_partial() {
        Outcome::Partial
    } else {
        Outcome::Done
    }
}

/// Says which roots and streams the index no longer has, or has from memory only.
fn tell_roots(summary: &UpdateSummary, directory: &Path) {
    if !summary.vanished.is_empty() {
        let paths = report::some(&summary.vanished);
        report::warning(format_args!("not there any more: {paths}; the passages from there stay"));
        report::hint(format_args!(
            "to drop them, name all that is to stay: `excerpt index --rebuild --index {} <corpus>`",
            directory.display()
        ));
    }
    if let Some(why) = &summary.kept_stream {
        report::warning(format_args!(
            "nothing to index came from standard input ({why}); the passages that came from \
             there before stay"
        ));
        report::hint(format_args!(
            "to drop them, name all that is to stay: `excerpt index --rebuild --index {} \
             <corpus>`, or `- </dev/null` in the place of `<corpus>` for nothing",
            directory.display()
        ));
    }
    if !summary.dropped.is_empty() {
        let paths = report::some(&summary.dropped);
        report::warning(format_args!("not named, so not in the index any more: {paths}"));
    }
}

fn tell(summary: &UpdateSummary, directory: &Path) {
    let seconds = summary.elapsed.as_secs_f64();
    let reasons = [("skipped", &summary.skipped), ("read only the beginning of", &summary.in_part)];
    for (what, reasons) in reasons.into_iter().filter(|(_, reasons)| !reasons.is_empty()) {
        report::plain(report::reasons(what, reasons));
    }
    let changes = [
        (summary.added, "added"),
        (summary.changed, "changed"),
        (summary.removed, "removed"),
        (summary.unchanged, "unchanged"),
    ];
    let changes: Vec<String> = changes
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", size::thousands(*count)))
        .collect();
    let changes = if changes.is_empty() { "nothing to do".to_owned() } else { changes.join(", ") };
    report::plain(format_args!("files: {changes}"));
    if summary.bytes_read > 0 {
        let speed = summary.bytes_read as f64 / seconds.max(1e-9);
        report::plain(format_args!(
            "read {} into {} in {seconds:.2} s ({}/s)",
            size::bytes(summary.bytes_read),
            size::plural(summary.passages_added, "passage"),
            size::bytes(speed as u64),
        ));
    }
    if let Some(language) = summary.language {
        report::plain(format_args!("language: {language}"));
    }
    if summary.interrupted {
        match summary.added + summary.changed + summary.removed {
            0 => report::nothing_done(),
            _ => report::plain("interrupted: what was read until then is committed"),
        }
    }
    report::plain(format_args!(
        "the index at {} holds {} in {} from {}, in {}",
        directory.display(),
        size::plural(summary.passages, "passage"),
        size::plural(summary.documents, "document"),
        size::plural(summary.files, "file"),
        size::plural(summary.segments as u64, "segment"),
    ));
}
