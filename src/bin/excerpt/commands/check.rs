//! `excerpt check`.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;
use excerpt::Error;
use excerpt::index::{self, CheckReport};
use serde::Serialize;

use crate::args::CheckArgs;
use crate::config;
use crate::exit::Outcome;
use crate::output::{Output, sanitize};
use crate::progress::{Progress, Talk};
use crate::report;
use crate::size;

/// The version of what `--json` prints.
const SCHEMA_VERSION: u32 = 1;

/// What `--json` prints.
#[derive(Serialize)]
struct Checked {
    schema_version: u32,
    index: String,
    /// Whether all was read and nothing is damaged.
    sound: bool,
    /// Whether the commit's checksums are there.
    sealed: bool,
    files: u64,
    bytes: u64,
    damaged: Vec<Damaged>,
    /// What could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<String>,
    leftovers: Vec<String>,
    elapsed_ms: u64,
    advice: Option<String>,
}

#[derive(Serialize)]
struct Damaged {
    file: String,
    reason: String,
}

/// What a check comes to, the worst first.
enum State {
    Damaged,
    /// The system did not let all of it be read.
    Unread,
    /// Some could only be checked for sense.
    Unsealed,
    Sound,
}

impl State {
    fn of(checked: &CheckReport) -> Self {
        match checked {
            CheckReport { damaged, .. } if !damaged.is_empty() => Self::Damaged,
            CheckReport { unread, .. } if !unread.is_empty() => Self::Unread,
            CheckReport { is_sealed: false, .. } => Self::Unsealed,
            CheckReport { .. } => Self::Sound,
        }
    }
}

pub fn run(args: &CheckArgs) -> Result<Outcome> {
    let directory = config::index_to_read(args.place.index.as_deref())?;
    let progress = Progress::new(Talk::Normal, "");
    let checked = index::check(&directory, &progress);
    progress.finish();
    let checked = match checked {
        Err(Error::Interrupted) => return Ok(Outcome::Interrupted),
        checked => checked?,
    };
    let mut out = Output::new();
    match args.json {
        true => out.json(&wire(&checked, &directory))?,
        false => out.write(|out| print(&checked, &directory, out))?,
    }
    out.finish()?;
    if matches!(State::of(&checked), State::Unsealed) {
        let [manifest, commit] = CheckReport::UNSEALED;
        report::warning(format_args!(
            "the commit's checksums are missing, since a writer was killed or is at work: \
             {manifest}, {commit} and footers could only be checked for sense"
        ));
    }
    if let Some(advice) = checked.advice(&directory) {
        report::hint(advice);
    }
    Ok(match State::of(&checked) {
        State::Damaged => Outcome::Damaged,
        State::Unread | State::Unsealed => Outcome::Partial,
        State::Sound => Outcome::Done,
    })
}

fn print(checked: &CheckReport, directory: &Path, out: &mut dyn Write) -> io::Result<()> {
    let mut row = |name: &str, value: &str| {
        let value = sanitize::line(value);
        writeln!(out, "{name:<10}  {value}")
    };
    row("index", &directory.display().to_string())?;
    let (files, bytes) = (size::plural(checked.files, "file"), size::bytes(checked.bytes));
    row("checked", &format!("{files}, {bytes} in {:.2} s", checked.elapsed.as_secs_f64()))?;
    for file in &checked.damaged {
        row("damaged", &format!("{}: {}", file.path.display(), file.fault))?;
    }
    for path in &checked.leftovers {
        row("leftover", &path.display().to_string())?;
    }
    for error in &checked.unread {
        row("unread", &error.with_causes())?;
    }
    row(
        "result",
        match State::of(checked) {
            State::Damaged => "damaged",
            State::Unread => "nothing is damaged of what could be read",
            State::Unsealed => "nothing is damaged as far as can be told",
            State::Sound => "every byte of the commit is as it was written",
        },
    )
}

fn wire(checked: &CheckReport, directory: &Path) -> Checked {
    let path = |path: &Path| path.display().to_string();
    let damaged = checked.damaged.iter();
    Checked {
        schema_version: SCHEMA_VERSION,
        index: path(directory),
        sound: checked.is_sound(),
        sealed: checked.is_sealed,
        files: checked.files,
        bytes: checked.bytes,
        damaged: damaged
            .map(|file| Damaged { file: path(&file.path), reason: file.fault.to_string() })
            .collect(),
        leftovers: checked.leftovers.iter().map(|leftover| path(leftover)).collect(),
        elapsed_ms: u64::try_from(checked.elapsed.as_millis()).unwrap_or(u64::MAX),
        unread: checked.unread.iter().map(Error::with_causes).collect(),
        advice: checked.advice(directory),
    }
}
