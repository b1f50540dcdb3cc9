//! How output looks, from what was typed and where it goes.

use std::env;
use std::io::IsTerminal;

use anyhow::Result;

use crate::args::{ScreenArgs, When};
use crate::output::hyperlink::Hyperlinks;
use crate::output::style::Styles;

/// Wider text is hard to read; chosen by hand.
const MAX_WIDTH: usize = 100;

/// Narrower text is no text.
const MIN_WIDTH: usize = 20;

/// How things look.
pub struct Screen {
    /// The styles of the parts.
    pub styles: Styles,
    /// What paths are linked to.
    pub hyperlinks: Hyperlinks,
    /// Whether standard output is a terminal.
    pub is_terminal: bool,
    /// Columns to wrap at on a terminal.
    pub width: usize,
}

impl ScreenArgs {
    /// How things look on standard output.
    pub fn screen(&self) -> Result<Screen> {
        let is_terminal = std::io::stdout().is_terminal();
        let wants_colour = match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let is_dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
                is_terminal && !no_color && !is_dumb
            }
        };
        let hyperlinks = Hyperlinks::parse(&self.hyperlink_format)?;
        // Nothing else is wrapped.
        let size = is_terminal.then(terminal_size::terminal_size).flatten();
        let width = size.map_or(80, |(width, _)| usize::from(width.0));
        Ok(Screen {
            styles: if wants_colour { Styles::coloured() } else { Styles::plain() },
            // A link is an escape sequence too.
            hyperlinks: if wants_colour { hyperlinks } else { Hyperlinks::none() },
            is_terminal,
            width: width.clamp(MIN_WIDTH, MAX_WIDTH),
        })
    }
}
