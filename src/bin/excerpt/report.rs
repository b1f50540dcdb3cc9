//! What is said on standard error: errors with hints, warnings, progress.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use excerpt::corpus::Skip;
use excerpt::index::{Extent, Going, Observer};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::sanitize;
use crate::size;

/// Prints an error, what caused it and what can be done.
pub fn error(error: &anyhow::Error) {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = worded(cause);
        // Some errors repeat their cause in their own words.
        if !text.ends_with(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause);
        }
    }
    line("error", &text);
    if let Some(hint) = error.chain().find_map(hint_of) {
        line("hint", &hint);
    }
}

/// What an error says. The library names options as a program would; here they
/// are named as they are typed.
fn worded(cause: &(dyn std::error::Error + 'static)) -> String {
    match cause.downcast_ref::<excerpt::Error>() {
        Some(excerpt::Error::InvalidOption { option, value, reason }) => {
            let option = match *option {
                "max_chars" => "max-passage",
                "min_chars" => "min-passage",
                other => other,
            };
            format!("invalid value `{value}` for `--{option}`: {reason}")
        }
        _ => cause.to_string(),
    }
}

fn hint_of(cause: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<excerpt::Error>() {
        return error.hint();
    }
    cause.downcast_ref::<Hinted>().map(|hinted| hinted.hint.clone())
}

/// An error of the command line, with what can be done about it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Hinted {
    message: String,
    hint: String,
}

impl Hinted {
    /// An error that says `message`, and `hint` on a line of its own.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// Prints a warning.
pub fn warning(text: impl Display) {
    line("warning", &text.to_string());
}

/// Prints what can be done about something that was said.
pub fn hint(text: impl Display) {
    line("hint", &text.to_string());
}

/// Prints something the user may want to know.
pub fn note(text: impl Display) {
    line("note", &text.to_string());
}

/// Prints that an interrupt left an index as it was.
pub fn nothing_done() {
    plain("interrupted: the index holds what it held");
}

/// How many files `what` became of, and the reasons, the most frequent first.
pub fn reasons(what: &str, reasons: &BTreeMap<String, u64>) -> String {
    let mut kinds: Vec<(&String, &u64)> = reasons.iter().collect();
    kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let kinds: Vec<String> =
        kinds.iter().map(|(why, count)| format!("{} {why}", size::thousands(**count))).collect();
    format!("{what} {}: {}", size::plural(reasons.values().sum(), "file"), kinds.join(", "))
}

/// The first of `paths`, and how many more there are.
pub fn some(paths: &[PathBuf]) -> String {
    const NAMED: usize = 3;
    let named = paths.iter().take(NAMED).map(|path| format!("`{}`", path.display()));
    let named = named.collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {} more", size::thousands(more as u64)),
    }
}

/// `text`, or the beginning of a long one: a line's worth, to be repeated in a message.
pub fn short(text: &str) -> Cow<'_, str> {
    // Chosen by hand: with what stands around it, it fits a terminal.
    const MOST_CHARS: usize = 60;
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// Prints a line without a word before it, made safe for a terminal.
pub fn plain(text: impl Display) {
    let text = text.to_string();
    let text = sanitize::line(&text);
    // Standard error is closed: there is no place left to complain.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Sets what follows apart from what was printed, where both go to a terminal.
pub fn blank_on_terminal() {
    if io::stderr().is_terminal() {
        plain("");
    }
}

fn line(kind: &str, text: &str) {
    plain(format_args!("{kind}: {text}"));
}

/// Whether `error` only says that the reader of our output has gone away.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// How much an update says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Talk {
    /// Warnings and errors.
    Quiet,
    /// Progress, what went wrong, a summary.
    Normal,
    /// Every file that is left out.
    Verbose,
}

/// How many unreadable files are named before the rest is only counted.
const NAMED_FAILURES: u64 = 10;

/// Set by the first interrupt; the second ends the process.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Set when there is nothing left that an interrupt should wait for.
static AT_ONCE: AtomicBool = AtomicBool::new(false);

/// What takes less is not worth a progress bar; chosen by hand.
const PATIENCE: Duration = Duration::from_millis(500);

/// Shows the progress of an update, on a terminal, and names what failed.
pub struct Progress {
    bar: ProgressBar,
    talk: Talk,
    failures: AtomicU64,
    started: Instant,
    /// Whether the bar is shown, or never will be.
    is_shown: AtomicBool,
}

impl Progress {
    /// A progress display; interrupts are caught from here on.
    pub fn new(talk: Talk) -> Self {
        // Without a handler an interrupt ends the process at once, which is
        // safe too: the last commit stays.
        let _ = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::SeqCst) || AT_ONCE.load(Ordering::SeqCst) {
                std::process::exit(i32::from(crate::exit::INTERRUPTED));
            }
        });
        Self {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            talk,
            failures: AtomicU64::new(0),
            started: Instant::now(),
            is_shown: AtomicBool::new(talk == Talk::Quiet || !io::stderr().is_terminal()),
        }
    }

    /// Takes the display away.
    pub fn finish(&self) {
        AT_ONCE.store(true, Ordering::SeqCst);
        self.bar.finish_and_clear();
        let failures = self.failures.load(Ordering::Relaxed);
        if failures > NAMED_FAILURES && self.talk < Talk::Verbose {
            note(format_args!(
                "{} more files failed (see them with --verbose)",
                failures - NAMED_FAILURES
            ));
        }
    }

    /// Names a file that is left out, or the rest of it.
    fn warn_of(&self, path: &Path, why: impl Display, extent: Extent) {
        let what = match extent {
            Extent::Whole => "skipped",
            Extent::Rest => "read only the beginning of",
        };
        self.bar.suspend(|| warning(format_args!("{what} {}: {why}", path.display())));
    }
}

impl Observer for Progress {
    fn planned(&self, _files: u64, bytes: u64) {
        let template = "{bytes}/{total_bytes} {wide_bar} {bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_length(bytes);
    }

    fn advanced(&self, _path: &Path, bytes: u64) {
        if self.started.elapsed() > PATIENCE && !self.is_shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(bytes);
    }

    fn skipped(&self, path: &Path, why: &Skip, extent: Extent) {
        // A file of another kind is what a folder is full of; it is counted. A
        // file that should have been read and could not be is named.
        let failed = matches!(why, Skip::Unreadable(_) | Skip::Damaged(_));
        let named = failed && self.failures.fetch_add(1, Ordering::Relaxed) < NAMED_FAILURES;
        if named || self.talk == Talk::Verbose {
            self.warn_of(path, why, extent);
        }
    }

    fn still_skipped(&self, path: &Path, why: &str, extent: Extent) {
        if self.talk == Talk::Verbose {
            self.warn_of(path, why, extent);
        }
    }

    fn going(&self) -> Going {
        if INTERRUPTED.load(Ordering::SeqCst) { Going::Stop } else { Going::On }
    }
}
