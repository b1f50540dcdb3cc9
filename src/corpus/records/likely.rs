//! Which field may hold the text of records none of which has one by a known name.

use super::json_scan::{Kind, Members};
use super::record::BadRecord;
use crate::corpus::ReadReport;

/// The name of a field of the object `text` that is likely a text: of the strings of
/// several words, the longest that is no field which `is_known`. `NAME` stands for one
/// that cannot be typed as it is.
pub(super) fn likely_text(text: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let mut members = Members::at(text, 0).ok()?;
    let mut longest: Option<(usize, String)> = None;
    while let Some((name, value)) = members.next().ok()? {
        let raw = text.get(value.piece.start..value.piece.end).unwrap_or_default();
        let is_text = value.kind == Kind::String && raw.trim().contains(' ');
        // A shell leaves it as it is, and `--field` has no other meaning for it.
        let is_plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        let can_be_named = !name.is_empty() && name.chars().all(is_plain);
        let is_longer = longest.as_ref().is_none_or(|(bytes, _)| raw.len() > *bytes);
        if is_text && is_longer && !is_known(&name) {
            let name = if can_be_named { &name } else { "NAME" };
            longest = Some((raw.len(), name.to_owned()));
        }
    }
    longest.map(|(_, name)| name)
}

/// The `report` on records none of which had a text, which the field `likely` may hold.
pub(super) fn without_text(mut report: ReadReport, likely: Option<String>) -> ReadReport {
    match &mut report.first_bad_record {
        Some(bad) if bad.ends_with(&BadRecord::NoText.to_string()) => {
            let name = likely.as_deref().unwrap_or("NAME");
            bad.push_str(&format!(" (name its field with `--field text={name}`)"));
        }
        _ => report.likely_text = likely,
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_string_of_words_is_likely_the_text() {
        let check = |line: &str, expected: Option<&str>| {
            assert_eq!(likely_text(line, |name| name == "title").as_deref(), expected, "{line}");
        };
        check(r#"{"a":"a b","summary":"a b c","title":"a b c d"}"#, Some("summary"));
        check(r#"{"url":"http://localhost/a","title":"a b","n":12345678}"#, None);
        check(r#"{"a,b":"a b","c=d":"a b"," e":"a b","":"a b","f g":"a b"}"#, Some("NAME"));
        check(r#"{"a":["a b"],"b":{"c":"a b"}}"#, None);
        check(r#"{"a":"a b","#, None);
        check("[]", None);
    }
}
