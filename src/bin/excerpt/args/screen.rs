//! How output looks on a terminal.

use clap::{Args, ValueEnum};

/// How it looks on a terminal.
#[derive(Debug, Args)]
#[command(next_help_heading = "Terminal")]
pub struct ScreenArgs {
    /// When to use colour; `NO_COLOR` is respected
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help = "When to use colour: auto, always or never; `NO_COLOR` is respected"
    )]
    pub color: When,
    /// Link paths where there is colour: an alias (`default`, `file`, `vscode`, `kitty`, …) or a format with {path}, {line}, {column}, {host}
    #[arg(long, value_name = "FORMAT", default_value = "none")]
    pub hyperlink_format: String,
}

/// Whether something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}
