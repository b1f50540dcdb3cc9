//! What can be typed. Nothing is decided here: [`crate::config`] turns it into
//! options of the library.
//!
//! One file per group of options that commands share or that is long. A group's heading
//! holds for all options behind it, as clap does not take it back at the end of the
//! group: a group that has one stands behind a command's options that have none.

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
    /// `PATH:LINE` or `PATH:LINE:COLUMN` as search prints it, or a passage id (`document#number`)
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
    use excerpt::rank::{Parameters, Ranking};
    use excerpt::split::SplitOptions;

    use super::*;

    /// What stands under the headings that are the same in all commands, by clap's ids.
    const HEADINGS: [(&str, &[&str]); 4] = [
        (
            "Query",
            &[
                "phrase",
                "all",
                "any",
                "near",
                "not",
                "exact",
                "fuzzy",
                "like",
                "paths",
                "here",
                "after",
                "before",
                "explain_query",
            ],
        ),
        ("Ranking", &["ranking", "k1", "b", "field_weights", "feedback", "explain", "depth"]),
        ("Terminal", &["color", "hyperlink_format"]),
        (
            "Files",
            &[
                "globs",
                "types",
                "types_not",
                "hidden",
                "no_ignore",
                "follow",
                "max_filesize",
                "fields",
            ],
        ),
    ];

    #[test]
    fn the_options_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }

    /// A heading stayed in force behind its group: `index -h` listed `--memory` and
    /// `--rebuild` under "Ranking", and `bench -h` and `eval -h` listed `-j` there.
    #[test]
    fn every_option_stands_under_its_heading() {
        let mut cli = Cli::command();
        cli.build();
        for command in cli.get_subcommands() {
            for option in command.get_opts() {
                let id = option.get_id().as_str();
                let of = HEADINGS.iter().find(|(_, ids)| ids.contains(&id));
                // Output is of another kind in each command.
                let heading = option.get_help_heading().filter(|heading| *heading != "Output");
                assert_eq!(heading, of.map(|(it, _)| *it), "{} --{id}", command.get_name());
            }
        }
    }

    #[test]
    fn defaults_in_help_are_those_of_the_library() {
        let mut cli = Cli::command();
        cli.build();
        let index = cli.find_subcommand("index");
        let (split, full) = (SplitOptions::default(), Parameters::default());
        let bm25 = Parameters::new(Ranking::Bm25);
        let (title, heading) = (full.title.weight, full.heading.weight);
        for (id, expected) in [
            ("min_passage", format!("else {}]", split.min_chars)),
            ("max_passage", format!("else {}]", split.max_chars)),
            ("k1", format!("else {}, with bm25 {}]", full.k1, bm25.k1)),
            ("b", format!("else {}, with bm25 {}]", full.b, bm25.b)),
            ("field_weights", format!("`title={title},heading={heading}`, which is the default")),
        ] {
            let option = index.and_then(|it| it.get_opts().find(|option| *option.get_id() == id));
            let help = option.and_then(|option| option.get_help()).map(ToString::to_string);
            assert!(help.as_ref().is_some_and(|it| it.contains(&expected)), "{id}: {help:?}");
        }
    }
}
