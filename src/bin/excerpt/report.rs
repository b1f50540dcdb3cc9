//! What is said on standard error: errors with hints, warnings, notes. How far
//! something has come is shown by [`crate::progress`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use excerpt::index::UpdateSummary;
use excerpt::index::sources::SourceKey;

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
    // What was put around a cause is not found among the causes.
    let around = error.downcast_ref::<Hinted>().map(|hinted| hinted.hint.clone());
    if let Some(hint) = around.or_else(|| error.chain().find_map(hint_of)) {
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

/// Warns of the records that could not be read. One is told of each of `most` files at
/// most, by the path that it is `called` by; of how many more there are some, and what to
/// `see` of them.
pub fn bad_records(
    summary: &UpdateSummary,
    most: u64,
    see: &str,
    called: impl Fn(&SourceKey) -> PathBuf,
) {
    let examples = &summary.bad_record_examples;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    for (key, first) in examples.iter().take(most) {
        warning(format_args!("skipped a record in {}: {first}", path(&called(key))));
    }
    if examples.len() > most {
        let more = size::plural((examples.len() - most) as u64, "more file");
        note(format_args!("records were skipped in {more}{see}"));
    }
    if summary.bad_records > 0 {
        warning(size::plural(summary.bad_records, "record") + " could not be read");
    }
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
    let named = paths.iter().map(|path| format!("`{}`", path.display()));
    first(named.collect(), 3)
}

/// The first `most` of `names`, and how many more there are.
pub fn first(mut names: Vec<String>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    names.truncate(most);
    let named = names.join(", ");
    match more {
        0 => named,
        more => format!("{named} and {} more", size::thousands(more as u64)),
    }
}

/// `text`, or the beginning of a long one: a line's worth, to be repeated in a message.
pub fn short(text: &str) -> Cow<'_, str> {
    // Chosen by hand: with what stands around it, it fits a terminal.
    beginning(text, 60)
}

/// `path`, or the beginning of one that is likely none.
pub fn path(path: &Path) -> String {
    // Chosen by hand: few paths that are there are longer, and those can still be told
    // by it.
    beginning(&path.to_string_lossy(), 240).into_owned()
}

fn beginning(text: &str, most_chars: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most_chars) {
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
