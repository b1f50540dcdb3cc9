//! Sizes and numbers as people write and read them. Sizes go by powers of 1,024, and
//! are called so: KiB, MiB, GiB.

/// Reads `500`, `64K`, `1.5M`, `2G` (powers of 1,024, as in ripgrep).
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        "T" | "TB" | "TIB" => 1 << 40,
        other => return Err(format!("unknown unit `{other}`: use K, M or G")),
    };
    let number: f64 = digits.parse().map_err(|_| "not a size such as 500, 64K or 1G".to_owned())?;
    let bytes = number * unit as f64;
    if bytes.is_finite() && bytes >= 0.0 && bytes < u64::MAX as f64 {
        Ok(bytes as u64)
    } else {
        Err("out of range".to_owned())
    }
}

/// `1536` as `1.5 KiB`.
pub fn bytes(count: u64) -> String {
    let mut size = count as f64;
    let mut units = ["B", "KiB", "MiB", "GiB", "TiB"].iter();
    let mut unit = units.next();
    while size >= 1024.0 {
        match units.next() {
            Some(larger) => unit = Some(larger),
            None => break,
        }
        size /= 1024.0;
    }
    let unit = unit.copied().unwrap_or_default();
    if unit == "B" { format!("{count} B") } else { format!("{size:.1} {unit}") }
}

/// `1234567` as `1,234,567`.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `2 files`, `2 queries`; no noun here ends in a vowel and `y`.
pub fn plural(count: u64, noun: &str) -> String {
    let count_text = thousands(count);
    match noun.strip_suffix('y') {
        _ if count == 1 => format!("{count_text} {noun}"),
        Some(stem) => format!("{count_text} {stem}ies"),
        None => format!("{count_text} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_a_unit() {
        for (text, expected) in
            [("500", 500), ("64K", 65536), ("1.5m", 3 << 19), ("2GiB", 2 << 30), (" 1 ", 1)]
        {
            assert_eq!(parse_size(text), Ok(expected), "{text}");
        }
        for text in ["", "K", "1X", "-1", "1e400", "G1"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!((plural(1, "file"), plural(2, "file")), ("1 file".into(), "2 files".into()));
        assert_eq!(
            (plural(1, "query"), plural(0, "query")),
            ("1 query".into(), "0 queries".into())
        );
    }
}
