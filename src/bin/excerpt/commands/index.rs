//! `excerpt index`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use excerpt::index::{self, Input, Mode, SideFiles, Snapshot, UpdateRequest, UpdateSummary};
use excerpt::split::SplitOptions;

use crate::args::IndexArgs;
use crate::config;
use crate::exit::Outcome;
use crate::report::{self, Hinted, Progress, Talk};
use crate::size;

pub fn run(args: &IndexArgs) -> Result<Outcome> {
    let directory = config::index_to_write(args.place.index.as_deref())?;
    let mut stdin = std::io::stdin();
    let paths = typed_paths(args)?;
    let exists = directory.join(index::settings::MANIFEST_FILE).is_file();
    let input = if paths.iter().any(|path| path == Path::new("-")) {
        if paths.len() > 1 {
            bail!("`-` reads documents from standard input and cannot stand beside other paths");
        }
        Input::Stream(&mut stdin)
    } else if !paths.is_empty() {
        Input::Paths(config::existing_paths(&paths)?)
    } else if exists {
        if args.rebuild {
            check_roots(&directory)?;
        }
        Input::KnownRoots
    } else {
        Input::Paths(vec![config::current_dir()?])
    };
    let talk = match (args.quiet, args.verbose) {
        (true, _) => Talk::Quiet,
        (false, false) => Talk::Normal,
        (false, true) => Talk::Verbose,
    };
    let progress = Progress::new(talk);
    let request = UpdateRequest {
        walk: args.files.walk_options(),
        fields: args.files.field_map()?,
        language: args.language.as_deref().map_or(Ok(None), config::language)?,
        split: split_options(args),
        side_files: args.compact.map(|compact| match compact {
            true => SideFiles::Compact,
            false => SideFiles::All,
        }),
        ranking: args.weights.choice(args.ranking.as_deref())?,
        memory_bytes: args.memory,
        threads: args.threads,
        mode: if args.rebuild { Mode::Rebuild } else { Mode::Update },
        ..UpdateRequest::new(input, config::current_dir()?)
    };
    let summary = index::update(&directory, request, &progress);
    progress.finish();
    let summary = summary?;
    if let Some(failure) = &summary.after_commit {
        report::warning(format_args!("all is committed, but then something failed: {failure}"));
    }
    if talk > Talk::Quiet {
        tell(&summary, &directory);
    }
    Ok(outcome(&summary))
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

fn typed_paths(args: &IndexArgs) -> Result<Vec<PathBuf>> {
    let mut paths = args.paths.clone();
    if let Some(list) = &args.files_from {
        let separator = if args.null { 0 } else { b'\n' };
        let listed = config::listed_paths(list, separator)?;
        if listed.is_empty() && paths.is_empty() {
            bail!("no paths in `{}`", list.display());
        }
        paths.extend(listed);
    }
    Ok(paths)
}

fn split_options(args: &IndexArgs) -> Option<SplitOptions> {
    if args.min_passage.is_none() && args.max_passage.is_none() {
        return None;
    }
    let default = SplitOptions::default();
    Some(SplitOptions {
        min_chars: args.min_passage.unwrap_or(default.min_chars),
        max_chars: args.max_passage.unwrap_or(default.max_chars),
    })
}

fn outcome(summary: &UpdateSummary) -> Outcome {
    if summary.interrupted {
        Outcome::Interrupted
    } else if summary.is_partial() {
        Outcome::Partial
    } else {
        Outcome::Done
    }
}

fn tell(summary: &UpdateSummary, directory: &Path) {
    let seconds = summary.elapsed.as_secs_f64();
    for example in &summary.bad_record_examples {
        report::warning(format_args!("skipped a record in {example}"));
    }
    if summary.bad_records > 0 {
        report::warning(size::plural(summary.bad_records, "record") + " could not be read");
    }
    if !summary.skipped.is_empty() {
        let mut kinds: Vec<(&String, &u64)> = summary.skipped.iter().collect();
        kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let kinds: Vec<String> = kinds
            .iter()
            .map(|(why, count)| format!("{} {why}", size::thousands(**count)))
            .collect();
        let total = size::plural(summary.skipped_total(), "file");
        report::plain(format_args!("skipped {total}: {}", kinds.join(", ")));
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
        let speed = summary.bytes_read as f64 / seconds.max(1e-9) / 1e6;
        report::plain(format_args!(
            "read {} into {} in {seconds:.2} s ({speed:.1} MB/s)",
            size::bytes(summary.bytes_read),
            size::plural(summary.passages_added, "passage"),
        ));
    }
    if let Some(language) = summary.language {
        report::plain(format_args!("language: {language}"));
    }
    if summary.interrupted {
        report::plain("interrupted: what was read until then is committed");
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
