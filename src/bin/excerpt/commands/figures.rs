//! Figures and tables as text.

use std::io::{self, Write};

use crate::output::columns;

/// Writes a table whose first row is its head, as Markdown has it.
pub fn write_cells(out: &mut dyn Write, rows: &[Vec<String>]) -> io::Result<()> {
    let Some(head) = rows.first() else { return Ok(()) };
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row.get(column).map_or(0, |cell| columns(cell)));
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for (at, row) in rows.iter().enumerate() {
        for (column, &width) in widths.iter().enumerate() {
            let cell = row.get(column).map_or("", String::as_str);
            // The first column is names, the others are figures.
            let room = room(cell, width);
            if column == 0 {
                write!(out, "| {cell}{room} |")?;
            } else {
                write!(out, " {room}{cell} |")?;
            }
        }
        writeln!(out)?;
        if at == 0 {
            for (column, &width) in widths.iter().enumerate() {
                let line = "-".repeat(width + 1);
                write!(
                    out,
                    "{}",
                    if column == 0 { format!("|{line}-|") } else { format!("{line}:|") }
                )?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

/// The spaces that `text` lacks to take `width` columns: a character may take two or
/// none, which padding by a format does not know.
pub fn room(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(columns(text)))
}

/// A change in percent, with its sign and so many digits behind the point. What is zero
/// to these digits has a plus.
pub fn percent(change: f64, digits: usize) -> String {
    let text = format!("{change:+.digits$}");
    let is_zero = !text.contains(|c: char| c.is_ascii_digit() && c != '0');
    let text = if is_zero { text.replace('-', "+") } else { text };
    format!("{text} %")
}

/// Four digits without the zero before the point, as figures of this kind are
/// printed. What is zero to four digits has no sign.
pub fn decimal(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = if text == "-0.0000" { "0.0000".to_owned() } else { text };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    format!("{sign}{}", digits.strip_prefix('0').unwrap_or(digits))
}

/// A p value; one that is too small for its four digits is not called zero.
pub fn probability(p: f64) -> String {
    if p < 0.0001 { "<.0001".to_owned() } else { decimal(p) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_four_digits_and_no_zero_before_the_point() {
        for (value, expected) in [
            (0.71884, ".7188"),
            (1.0, "1.0000"),
            (-0.05, "-.0500"),
            (0.0, ".0000"),
            (-0.0, ".0000"),
            (-0.00004, ".0000"),
        ] {
            assert_eq!(decimal(value), expected);
        }
    }

    /// Equal times were -0.00 % from each other.
    #[test]
    fn no_change_has_no_minus() {
        for (change, digits, expected) in [
            (-0.001, 2, "+0.00 %"),
            (-0.0, 1, "+0.0 %"),
            (-0.05, 2, "-0.05 %"),
            (8.46, 1, "+8.5 %"),
            (-100.0, 0, "-100 %"),
        ] {
            assert_eq!(percent(change, digits), expected);
        }
    }

    #[test]
    fn a_small_probability_is_not_zero() {
        assert_eq!((probability(0.00005), probability(0.05)), ("<.0001".into(), ".0500".into()));
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() -> io::Result<()> {
        // 新闻 takes four columns.
        let rows = [["name", "n"], ["e\u{301}", "10"], ["新闻", "3"]];
        let mut out = Vec::new();
        write_cells(&mut out, &rows.map(|row| row.map(str::to_owned).to_vec()))?;
        let text = String::from_utf8_lossy(&out);
        let expected = "| name |  n |\n|------|---:|\n| e\u{301}    | 10 |\n| 新闻 |  3 |\n";
        assert_eq!(text, expected);
        Ok(())
    }
}
