//! How far an update has come, what it leaves out meanwhile, and interrupts, which it
//! hears of here.

use std::fmt::Display;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use excerpt::corpus::Skip;
use excerpt::index::{Extent, Going, Observer};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::report;
use crate::size;

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
pub const NAMED_FAILURES: u64 = 10;

/// Set by the first interrupt; the second ends the process.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Set when there is nothing left that an interrupt should wait for.
static AT_ONCE: AtomicBool = AtomicBool::new(false);

/// What takes less is not worth a progress bar; chosen by hand.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often the bar is drawn where nothing is told; chosen by hand.
const REDRAWN: Duration = Duration::from_millis(250);

/// Shows the progress of an update, on a terminal, and names what failed.
pub struct Progress {
    bar: ProgressBar,
    talk: Talk,
    /// How to see more than is said.
    see: &'static str,
    failures: AtomicU64,
    /// Files of records with titles alone.
    textless: AtomicU64,
    /// Records whose dates are none, and the first of them in the first file that has some.
    dateless: Mutex<(u64, Option<(PathBuf, String)>)>,
    started: Instant,
    /// Whether the bar is shown, or never will be.
    is_shown: AtomicBool,
}

impl Progress {
    /// A progress display; interrupts are caught from here on. Where more is left out than
    /// is named, how to `see` it is said.
    pub fn new(talk: Talk, see: &'static str) -> Self {
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
            see,
            failures: AtomicU64::new(0),
            textless: AtomicU64::new(0),
            dateless: Mutex::default(),
            started: Instant::now(),
            is_shown: AtomicBool::new(talk == Talk::Quiet || !io::stderr().is_terminal()),
        }
    }

    /// Takes the display away.
    pub fn finish(&self) {
        AT_ONCE.store(true, Ordering::SeqCst);
        self.bar.finish_and_clear();
        self.tell_more(&self.failures, "failed");
        self.tell_more(&self.textless, "have records without a known text field");
        self.tell_dateless();
    }

    /// Says once of all dates that could not be read that there are such.
    fn tell_dateless(&self) {
        let Ok(dateless) = self.dateless.lock() else { return };
        if let (records, Some((path, first))) = &*dateless {
            let (records, path) = (size::plural(*records, "record"), report::path(path));
            report::warning(format_args!(
                "no date could be read of the field named for it in {records}, first in {path}: \
                 {first}"
            ));
        }
    }

    /// Says of how many more files than are named the same is true.
    fn tell_more(&self, files: &AtomicU64, what: &str) {
        let files = files.load(Ordering::Relaxed);
        if files > NAMED_FAILURES && self.talk < Talk::Verbose {
            let more = files - NAMED_FAILURES;
            report::note(format_args!("{more} more files {what}{}", self.see));
        }
    }

    /// Whether one more of `files` is named.
    fn is_named(&self, files: &AtomicU64) -> bool {
        files.fetch_add(1, Ordering::Relaxed) < NAMED_FAILURES || self.talk == Talk::Verbose
    }

    /// Lets the bar look like `template` from now on.
    fn show(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
    }

    /// Names a file that is left out, or the rest of it.
    fn warn_of(&self, path: &Path, why: impl Display, extent: Extent) {
        let what = match extent {
            Extent::Whole => "skipped",
            Extent::Rest => "read only the beginning of",
        };
        self.bar.suspend(|| report::warning(format_args!("{what} {}: {why}", path.display())));
    }
}

impl Observer for Progress {
    fn planned(&self, _files: u64, bytes: u64) {
        self.show("{bytes}/{total_bytes} {wide_bar} {bytes_per_sec} {eta}");
        self.bar.set_length(bytes);
    }

    fn advanced(&self, _path: &Path, bytes: u64) {
        if self.started.elapsed() > PATIENCE && !self.is_shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(REDRAWN);
        }
        // A large segment is put together for seconds when all is read.
        if self.bar.length().is_some_and(|planned| self.bar.position() + bytes >= planned) {
            self.show("{bytes}/{total_bytes} {wide_bar} finishing");
        }
        self.bar.inc(bytes);
    }

    fn skipped(&self, path: &Path, why: &Skip, extent: Extent) {
        // A file of another kind is what a folder is full of; it is counted. A
        // file that should have been read and could not be is named, and a table, of
        // which something can be done about it.
        let is_told = matches!(
            why,
            Skip::Unreadable(_)
                | Skip::Overlong(_)
                | Skip::Damaged(_)
                | Skip::UnknownColumns { .. }
        );
        if is_told && self.is_named(&self.failures) || self.talk == Talk::Verbose {
            self.warn_of(path, why, extent);
        }
    }

    fn still_skipped(&self, path: &Path, why: &str, extent: Extent) {
        if self.talk == Talk::Verbose {
            self.warn_of(path, why, extent);
        }
    }

    fn found_no_text(&self, path: &Path, field: &str) {
        if self.is_named(&self.textless) {
            let path = path.display();
            self.bar.suspend(|| {
                report::warning(format_args!(
                    "read only the titles of the records in {path}: none has a known text field \
                     (name it with `--field text={field}`)"
                ));
            });
        }
    }

    fn found_no_dates(&self, path: &Path, records: u64, first: &str) {
        let Ok(mut dateless) = self.dateless.lock() else { return };
        let (count, example) = &mut *dateless;
        *count += records;
        // The same one in whatever order they are read.
        if example.as_ref().is_none_or(|(known, _)| path < known.as_path()) {
            *example = Some((path.to_owned(), first.to_owned()));
        }
    }

    fn going(&self) -> Going {
        if INTERRUPTED.load(Ordering::SeqCst) { Going::Stop } else { Going::On }
    }
}
