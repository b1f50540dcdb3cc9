//! Front matter: title and date that stand before a Markdown text.
//!
//! Only what is plainly there is read: a `title` and a `date` on lines of their
//! own. A full YAML or TOML parser would find no more for a reader.

use time::Date;

use crate::corpus::date::parse_date;
use crate::document::MAX_TITLE_BYTES;

/// What a text's front matter says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FrontMatter {
    pub title: Option<String>,
    pub date: Option<Date>,
    /// Where it ends and the text proper begins, as a byte offset.
    pub end: usize,
}

/// Reads the front matter of `text`: YAML between lines of `---`, TOML between
/// lines of `+++`. A text that merely begins with a rule has none: what is read
/// as front matter has at least one key, or is blank.
pub(super) fn read(text: &str) -> FrontMatter {
    let mut lines = text.split_inclusive('\n');
    let fence = lines.next().unwrap_or_default();
    let assign = match fence.trim_end() {
        "---" => ':',
        "+++" => '=',
        _ => return FrontMatter::default(),
    };
    let mut matter = FrontMatter { end: fence.len(), ..FrontMatter::default() };
    let mut title = String::new();
    let mut is_in_title = false;
    let (mut has_key, mut is_blank) = (false, true);
    for line in lines {
        matter.end += line.len();
        let line = line.trim_end();
        if line == fence.trim_end() || line == "..." && assign == ':' {
            if !has_key && !is_blank {
                break;
            }
            matter.title = plain(&title);
            return matter;
        }
        if line.starts_with([' ', '\t']) && is_in_title && title.len() <= MAX_TITLE_BYTES {
            // A value may go on in lines that are indented.
            title.push(' ');
            title.push_str(line.trim_start());
        }
        is_blank &= line.is_empty();
        if line.is_empty() || line.starts_with([' ', '\t', '#', '-', '[', ']', '{', '}']) {
            // A mapping in braces, and a table of TOML.
            has_key |= line.starts_with('{') || line.starts_with('[') && assign == '=';
            continue;
        }
        let Some((key, value)) = line.split_once(assign).filter(|(key, _)| is_key(key)) else {
            break;
        };
        has_key = true;
        let (key, value) = (key.trim(), value.trim());
        is_in_title = matches!(key, "title" | "Title") && !value.is_empty();
        if is_in_title {
            // The marks of a value that is folded from the lines below.
            value
                .trim_start_matches(['>', '|'])
                .trim_start_matches(['-', '+'])
                .clone_into(&mut title);
        } else if matches!(key, "date" | "Date") {
            matter.date = plain(value).as_deref().and_then(parse_date);
        }
    }
    FrontMatter::default()
}

fn is_key(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '"' | '_'))
        && text.chars().all(|next| next.is_alphanumeric() || " _-.\"'".contains(next))
}

/// The text of a value, without its quotation marks; nothing for a value that
/// is no text.
fn plain(value: &str) -> Option<String> {
    let value = value.trim();
    let text = if let Some(quoted) = value.strip_prefix('"') {
        let end = closing(quoted, '\\', '"')?;
        quoted[..end].replace("\\\"", "\"")
    } else if let Some(quoted) = value.strip_prefix('\'') {
        quoted[..quoted.rfind('\'')?].replace("''", "'")
    } else if value.starts_with(['&', '*', '!', '{', '[']) {
        return None;
    } else {
        value.split(" #").next().unwrap_or_default().trim().to_owned()
    };
    (!text.trim().is_empty()).then_some(text)
}

/// Where the first `mark` stands that no `escape` precedes.
fn closing(text: &str, escape: char, mark: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, next)| {
        let ends = next == mark && !is_escaped;
        is_escaped = next == escape && !is_escaped;
        ends.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn check(text: &str, title: Option<&str>, rest: &str) {
        let matter = read(text);
        assert_eq!(matter.title.as_deref(), title, "{text:?}");
        assert_eq!(&text[matter.end..], rest, "{text:?}");
    }

    #[test]
    fn titles_are_read_in_every_quotation() {
        check("---\ntitle: The bet\n---\nx", Some("The bet"), "x");
        check("---\r\ntitle: \"A \\\"bet\\\": won\"\r\n---\r\nx", Some("A \"bet\": won"), "x");
        check("---\ntitle: 'Huang''s' # said\n...\nx", Some("Huang's"), "x");
        check("+++\ntitle = \"时间差\"\n[params]\n  a = 1\n+++\n", Some("时间差"), "");
        check("---\nTitle: x # y\n---", Some("x"), "");
        check("---\ntitle: >-\n  The\n  bet\nx: y\n---\n", Some("The bet"), "");
        check("---\ntitle: The\n  bet\n---\n", Some("The bet"), "");
    }

    #[test]
    fn a_title_that_is_not_plainly_there_is_none() {
        for text in ["---\ntitle: [a]\n---\n", "---\ntitle:\n  en: a\n---\n", "---\n---\n"] {
            check(text, None, "");
        }
        check("---\na:\n  title: x\n- title: y\n---\n", None, "");
    }

    #[test]
    fn a_text_that_begins_with_a_rule_has_no_front_matter() {
        for text in ["---\n\nSome prose, and more.\n\n---\n", "---\ntitle: x\n", "", "--- \nx"] {
            check(text, None, text);
        }
        // A heading and a list between two rules were lost.
        check("---\n# A\n- b\n\n---\nx", None, "---\n# A\n- b\n\n---\nx");
        check("---\n# A\nb: c\n---\nx", None, "x");
        check("---\n{b: c}\n---\nx", None, "x");
        check("+++\n[b]\n+++\nx", None, "x");
    }

    #[test]
    fn dates_are_read_with_or_without_their_time() {
        let expected = Some(date!(2021 - 01 - 19));
        assert_eq!(read("---\ndate: 2021-01-19\n---\n").date, expected);
        assert_eq!(read("---\ndate: '2021-01-19 08:00'\n---\n").date, expected);
        assert_eq!(read("+++\ndate = 2021-01-19T08:00:00Z\n+++\n").date, expected);
        assert_eq!(read("---\ndate: last year\n---\n").date, None);
    }
}
