//! One whole passage with its neighbours, for `excerpt show`.

use std::io::{self, Write};

use excerpt::passage::Passage;

use super::hyperlink::Hyperlinks;
use super::marked::Marked;
use super::sanitize;
use super::shown::{Shown, Standing};
use super::style::Styles;
use super::terminal::write_place;
use super::wrap::wrap;

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
    let Styles { heading, warning, .. } = styles;
    write_place(out, styles, hyperlinks, shown)?;
    match shown.standing.remark() {
        "" => writeln!(out)?,
        remark => writeln!(out, "  {warning}({remark}){warning:#}")?,
    }
    let path = shown.heading_path().join(" › ");
    if !path.is_empty() {
        writeln!(out, "{heading}{}{heading:#}", sanitize::line(&path))?;
    }
    let all = shown.in_order();
    let first_lines = all.clone().map(|(passage, _)| passage.lines.start);
    let digits = first_lines.max().unwrap_or(0).to_string().len();
    for (passage, standing) in all {
        writeln!(out)?;
        let is_asked = passage.id == shown.passage.id;
        let role = if is_asked { Role::Asked } else { Role::Beside };
        print_one(out, passage, role, digits, styles, width)?;
        // A file that is gone is told of above.
        if !is_asked && standing == Standing::Changed {
            let (remark, gutter) = (standing.remark(), digits + 4);
            writeln!(out, "{:gutter$}{warning}({remark}){warning:#}", "")?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Asked,
    Beside,
}

fn print_one(
    out: &mut dyn Write,
    passage: &Passage,
    role: Role,
    digits: usize,
    styles: Styles,
    width: usize,
) -> io::Result<()> {
    let Styles { faint, line: number, .. } = styles;
    let marked = Marked::flowing(&passage.text, &[]);
    let gutter = digits + 4;
    for (position, line) in
        wrap(&marked.text, width.saturating_sub(gutter).max(16)).into_iter().enumerate()
    {
        let text = &marked.text[line];
        let mark = if role == Role::Asked { ">" } else { " " };
        match position {
            0 => write!(out, "{mark} {number}{:>digits$}{number:#}  ", passage.lines.start)?,
            _ if text.is_empty() => {}
            _ => write!(out, "{:gutter$}", "")?,
        }
        match role {
            Role::Asked => writeln!(out, "{text}")?,
            Role::Beside => writeln!(out, "{faint}{text}{faint:#}")?,
        }
    }
    Ok(())
}
