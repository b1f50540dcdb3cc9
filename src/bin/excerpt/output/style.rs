//! The looks of the parts of a hit.

use anstyle::{AnsiColor, Color, Style};

/// One style a part.
#[derive(Debug, Clone, Copy, Default)]
pub struct Styles {
    /// Ranks, and whatever is not the point.
    pub faint: Style,
    /// Paths.
    pub path: Style,
    /// Line numbers.
    pub line: Style,
    /// Titles and headings.
    pub heading: Style,
    /// What matched.
    pub matched: Style,
    /// What the reader should know.
    pub warning: Style,
}

impl Styles {
    /// No styles at all.
    pub fn plain() -> Self {
        Self::default()
    }

    /// The colours that grep and ripgrep have taught everyone.
    pub fn coloured() -> Self {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(Color::Ansi(colour)));
        Self {
            faint: Style::new().dimmed(),
            path: colour(AnsiColor::Magenta),
            line: colour(AnsiColor::Green),
            heading: colour(AnsiColor::Cyan),
            matched: colour(AnsiColor::Red).bold(),
            warning: colour(AnsiColor::Yellow),
        }
    }
}
