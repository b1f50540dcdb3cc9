//! One whole passage with its neighbours, for `excerpt show`.

use std::io::{self, Write};

use super::column::{Column, Form};
use super::hyperlink::Hyperlinks;
use super::shown::Shown;
use super::style::Styles;
use super::terminal::write_place;

/// Prints the passage of `shown` between its neighbours, wrapped to `width`
/// columns. The number before each is its first line; `>` marks the one that was
/// asked for.
pub fn print(
    out: &mut dyn Write,
    shown: &Shown,
    styles: Styles,
    hyperlinks: &Hyperlinks,
    width: usize,
) -> io::Result<()> {
    write_place(out, styles, hyperlinks, shown)?;
    Column { styles, indent: 0, width, form: Form::Whole }.print(out, shown)
}
