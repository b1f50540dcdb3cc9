//! The commands, each with its own options.
//!
//! Written out instead of derived, so that the options of a command are put
//! together only where that command is typed: with some hundred options in all,
//! it is half of what starting the program takes.

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, FromArgMatches, Subcommand};

use super::{
    BenchArgs, CheckArgs, EvalArgs, IndexArgs, OptimizeArgs, SearchArgs, ShowArgs, StatsArgs,
};

/// What is to be done.
#[derive(Debug)]
pub enum Command {
    Index(IndexArgs),
    Search(Box<SearchArgs>),
    Show(ShowArgs),
    Stats(StatsArgs),
    Bench(Box<BenchArgs>),
    Eval(Box<EvalArgs>),
    Check(CheckArgs),
    Optimize(OptimizeArgs),
}

/// A command's name, what `--help` says of it, and its options.
type Described = (&'static str, &'static str, fn(clap::Command) -> clap::Command);

const COMMANDS: [Described; 8] = [
    (
        "index",
        "Create or update an index: add what is new, replace what changed, remove what is gone",
        options::<IndexArgs>,
    ),
    ("search", "Print the passages that answer a query, best first", options::<SearchArgs>),
    ("show", "Print a whole passage with its headings and neighbours", options::<ShowArgs>),
    ("stats", "Print what an index holds", options::<StatsArgs>),
    (
        "bench",
        "Time queries: latency percentiles, throughput, phases; compare two results or two indexes",
        options::<BenchArgs>,
    ),
    ("eval", "Run topics, score the rankings against judgments, compare runs", options::<EvalArgs>),
    (
        "check",
        "Read every byte of an index and say which files are not as they were written",
        options::<CheckArgs>,
    ),
    (
        "optimize",
        "Merge an index into one segment and drop deleted passages",
        options::<OptimizeArgs>,
    ),
];

/// Adds the options `A`, and what the command does again: groups of options that
/// are part of `A` bring descriptions of their own.
fn options<A: Args>(command: clap::Command) -> clap::Command {
    let about = command.get_about().cloned().unwrap_or_default();
    A::augment_args(command).about(about)
}

impl Subcommand for Command {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        let subcommands = COMMANDS
            .map(|(name, about, options)| clap::Command::new(name).about(about).defer(options));
        command.subcommands(subcommands).subcommand_required(true).arg_required_else_help(true)
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        COMMANDS.iter().any(|&(known, ..)| known == name)
    }
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        let (name, mut matches) = matches.remove_subcommand().unwrap_or_default();
        let matches = &mut matches;
        match name.as_str() {
            "index" => IndexArgs::from_arg_matches_mut(matches).map(Self::Index),
            "search" => SearchArgs::from_arg_matches_mut(matches).map(Box::new).map(Self::Search),
            "show" => ShowArgs::from_arg_matches_mut(matches).map(Self::Show),
            "stats" => StatsArgs::from_arg_matches_mut(matches).map(Self::Stats),
            "bench" => BenchArgs::from_arg_matches_mut(matches).map(Box::new).map(Self::Bench),
            "eval" => EvalArgs::from_arg_matches_mut(matches).map(Box::new).map(Self::Eval),
            "check" => CheckArgs::from_arg_matches_mut(matches).map(Self::Check),
            "optimize" => OptimizeArgs::from_arg_matches_mut(matches).map(Self::Optimize),
            _ => Err(clap::Error::new(ErrorKind::MissingSubcommand)),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
