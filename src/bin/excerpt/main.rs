//! The command line: what is typed in, what is printed, what the process ends
//! with. Everything else is the library's, used through its public interface.
//!
//! `args` is what can be typed; `config` turns it into the library's options;
//! `commands` run them; `output` prints passages in each format; `report` says
//! everything that is not data, `progress` how far an update has come; `panic` what is
//! said instead of a backtrace; `signals` what the system does by itself; `stamp` tells which
//! figures belong together.

mod args;
mod commands;
mod config;
mod exit;
mod output;
mod panic;
mod progress;
mod report;
mod signals;
mod size;
mod stamp;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use crate::args::{Cli, Command};
use crate::exit::Outcome;
use crate::output::sanitize;

fn main() -> ExitCode {
    panic::install();
    signals::let_large_writes_fail();
    let ended = match Cli::try_parse() {
        Ok(cli) => run(&cli.command).map(ExitCode::from),
        Err(error) => answer(&made_safe(error)),
    };
    match ended {
        Ok(code) => code,
        // The reader has gone away: nobody is left to be told.
        Err(error) if report::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::from(exit::ERROR)
        }
    }
}

fn run(command: &Command) -> Result<Outcome> {
    match command {
        Command::Index(args) => commands::index::run(args),
        Command::Search(args) => commands::search::run(args),
        Command::Show(args) => commands::show::run(args),
        Command::Stats(args) => commands::stats::run(args),
        Command::Bench(args) => commands::bench::run(args),
        Command::Eval(args) => commands::eval::run(args),
        Command::Check(args) => commands::check::run(args),
        Command::Optimize(args) => commands::optimize::run(args),
    }
}

/// Prints help, the version, or what is wrong with the arguments.
fn answer(parsed: &clap::Error) -> Result<ExitCode> {
    let printed = parsed.print();
    if parsed.use_stderr() {
        // If it is closed, there is no place left to complain.
        return Ok(ExitCode::from(exit::ERROR));
    }
    printed.context("cannot write to standard output")?;
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with the arguments, said without what a terminal would obey: the
/// error repeats what was typed, so it is that which is made safe. Where a word of the
/// query was read as options, that is told.
fn made_safe(error: clap::Error) -> clap::Error {
    let arguments =
        || std::env::args_os().map(|typed| sanitize::line(&typed.to_string_lossy()).into_owned());
    let error = Cli::try_parse_from(arguments()).err().unwrap_or(error);
    config::explained(error, arguments())
}
