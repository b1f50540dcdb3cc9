//! The command line: what is typed in, what is printed, what the process ends
//! with. Everything else is the library's, used through its public interface.
//!
//! `args` is what can be typed; `config` turns it into the library's options;
//! `commands` run them; `output` prints passages in each format; `report` says
//! everything that is not data; `panic` what is said instead of a backtrace; `stamp`
//! tells which figures belong together.

mod args;
mod commands;
mod config;
mod exit;
mod output;
mod panic;
mod report;
mod size;
mod stamp;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::output::sanitize;

fn main() -> ExitCode {
    panic::install();
    let cli = Cli::try_parse().unwrap_or_else(|error| made_safe(error).exit());
    let outcome = match &cli.command {
        Command::Index(args) => commands::index::run(args),
        Command::Search(args) => commands::search::run(args),
        Command::Show(args) => commands::show::run(args),
        Command::Stats(args) => commands::stats::run(args),
        Command::Bench(args) => commands::bench::run(args),
        Command::Eval(args) => commands::eval::run(args),
        Command::Check(args) => commands::check::run(args),
        Command::Optimize(args) => commands::optimize::run(args),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        // The reader has gone away: nobody is left to be told.
        Err(error) if report::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::from(exit::ERROR)
        }
    }
}

/// What is wrong with the arguments, said without what a terminal would obey: the
/// error repeats what was typed, so it is that which is made safe.
fn made_safe(error: clap::Error) -> clap::Error {
    let arguments =
        std::env::args_os().map(|typed| sanitize::line(&typed.to_string_lossy()).into_owned());
    Cli::try_parse_from(arguments).err().unwrap_or(error)
}
