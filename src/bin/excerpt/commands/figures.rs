//! Figures and tables as text.

use std::io::{self, Write};

/// Writes a table whose first row is its head, as Markdown has it.
pub fn write_cells(out: &mut dyn Write, rows: &[Vec<String>]) -> io::Result<()> {
    let Some(head) = rows.first() else { return Ok(()) };
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row.get(column).map_or(0, |cell| cell.chars().count()));
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for (at, row) in rows.iter().enumerate() {
        for (column, &width) in widths.iter().enumerate() {
            let cell = row.get(column).map_or("", String::as_str);
            // The first column is names, the others are figures.
            if column == 0 {
                write!(out, "| {cell:width$} |")?;
            } else {
                write!(out, " {cell:>width$} |")?;
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

    #[test]
    fn a_small_probability_is_not_zero() {
        assert_eq!((probability(0.00005), probability(0.05)), ("<.0001".into(), ".0500".into()));
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() -> io::Result<()> {
        let rows = [vec!["name".to_owned(), "n".to_owned()], vec!["é".to_owned(), "10".to_owned()]];
        let mut out = Vec::new();
        write_cells(&mut out, &rows)?;
        let text = String::from_utf8_lossy(&out);
        assert_eq!(text, "| name |  n |\n|------|---:|\n| é    | 10 |\n");
        Ok(())
    }
}
