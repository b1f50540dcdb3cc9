//! What can be typed. Nothing is decided here: [`crate::config`] turns it into
//! options of the library.
//!
//! One file per group of options that commands share or that is long.

pub mod bench;
mod command;
pub mod eval;
mod files;
mod index;
mod number;
mod optimize;
mod ranking;
mod screen;
mod search;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, Parser, ValueHint};

pub use self::bench::BenchArgs;
pub use self::command::Command;
pub use self::eval::EvalArgs;
pub use self::files::FileArgs;
pub use self::index::IndexArgs;
pub use self::optimize::OptimizeArgs;
pub use self::ranking::{RankingArgs, WeightArgs};
pub use self::screen::{ScreenArgs, When};
pub use self::search::{DuplicatesArg, OutputArgs, QueryArgs, SearchArgs};

/// Ranked passages from folders of articles, each with its exact place.
#[derive(Debug, Parser)]
#[command(name = "excerpt", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 hit or done, 1 no hit or a limit passed, 2 error, 3 done but some input was \
skipped, 130 interrupted."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// Where the index is.
#[derive(Debug, Args)]
pub struct IndexPlace {
    /// The index directory [default: $EXCERPT_INDEX, else the nearest `.excerpt` here or in a parent]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub index: Option<PathBuf>,
}

/// What to search directly, without an index of one's own.
#[derive(Debug, Args)]
pub struct WithinArgs {
    /// Look into this file or folder directly, through an index in the cache that is refreshed first; may be repeated
    #[arg(long = "in", value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with = "index")]
    pub within: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// `PATH:LINE` as search prints it, or a passage id (`document#number`)
    #[arg(value_name = "PLACE")]
    pub passage: OsString,
    #[command(flatten)]
    pub place: IndexPlace,
    #[command(flatten)]
    pub within: WithinArgs,
    /// N passages before it
    #[arg(short = 'B', long, value_name = "N", default_value_t = 1, value_parser = number::whole::<u32>)]
    pub passages_before: u32,
    /// N passages behind it
    #[arg(short = 'A', long, value_name = "N", default_value_t = 1, value_parser = number::whole::<u32>)]
    pub passages_after: u32,
    /// One JSON object a passage
    #[arg(long)]
    pub jsonl: bool,
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub screen: ScreenArgs,
}

#[derive(Debug, Args)]
pub struct StatsArgs {
    #[command(flatten)]
    pub place: IndexPlace,
    /// As one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 every byte of the commit is as it was written, 2 damaged, \
3 nothing is damaged as far as can be told, but some could not be read, or the commit's checksums are missing.")]
pub struct CheckArgs {
    #[command(flatten)]
    pub place: IndexPlace,
    /// As one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Reads the name of a file to write. Who types `-` means standard output, where the
/// figures go already.
fn file_to_write() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path == Path::new("-") {
        true => Err("figures go to standard output, and a file of that name is `./-`"),
        false => Ok(path),
    })
}

/// Reads what the library reads. Of an error only the reason is left: which value of
/// which option it is of, clap says by itself.
fn known<T: FromStr<Err = excerpt::Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error| match error {
        excerpt::Error::InvalidOption { reason, .. } => reason,
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_options_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
