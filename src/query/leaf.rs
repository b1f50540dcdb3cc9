//! Words and phrases: what the lexer found between white space or quotes,
//! turned into the smallest queries.

use super::ast::Query;
use super::escape::{Unescaped, unescape};
use super::lexer::is_operator;
use super::note::{Note, Notes};

/// Fewer characters would stand for a large part of the dictionary.
const SHORTEST_PREFIX: usize = 2;

/// One change in a shorter word makes any other word of it.
const SHORTEST_FUZZY: usize = 3;

/// More changes make other words, and automata that are slow to build.
pub(super) const MAX_CHANGES: u8 = 2;

/// A word, with its `*` or `~`. `raw` holds escapes.
pub(super) fn word(raw: &str, notes: &mut Notes) -> Query {
    if let Some(word) = raw.strip_prefix('\\').filter(|word| is_operator(word)) {
        return Query::Word(word.to_owned());
    }
    let Unescaped { text, literal_to } = unescape(raw);
    if !has_word(&text) {
        return Query::Nothing;
    }
    let (before_stars, stars) = text.split_at(text.trim_end_matches('*').len().max(literal_to));
    if !stars.is_empty() {
        return prefix(before_stars, notes);
    }
    match fuzzy_suffix(&text, literal_to) {
        Some((word, distance)) => fuzzy(word, distance, notes),
        None => Query::Word(text),
    }
}

/// A phrase, or what is left of it: nothing where it holds no word.
pub(super) fn phrase(text: &str, slop: u32) -> Query {
    if !has_word(text) {
        return Query::Nothing;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    Query::Phrase { text: words.join(" "), slop }
}

/// Says of the first word of a quote that ends with a `*` or a `~` that it stands for
/// no others here. `raw` holds escapes.
pub(super) fn note_expanded(raw: &str, notes: &mut Notes) {
    let expanded = raw.split_whitespace().find(|raw| {
        let Unescaped { text, literal_to } = unescape(raw);
        let word = text.trim_end_matches('*');
        let is_starred = word.len().max(literal_to) < text.len() && has_word(word);
        is_starred || fuzzy_suffix(&text, literal_to).is_some()
    });
    if let Some(raw) = expanded {
        notes.add(Note::ExpandedInQuotes(unescape(raw).text));
    }
}

/// Whether anything in `text` can be looked for.
pub(super) fn has_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Near spellings of a word, where it is long enough for them.
pub(super) fn spelled_like(word: String, distance: u8) -> Query {
    match distance.min(MAX_CHANGES) {
        0 => Query::Word(word),
        distance if word.chars().count() >= SHORTEST_FUZZY => Query::Fuzzy { word, distance },
        _ => Query::Word(word),
    }
}

fn prefix(text: &str, notes: &mut Notes) -> Query {
    if text.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST_PREFIX {
        return Query::Prefix(text.to_owned());
    }
    notes.add(Note::ShortPrefix(text.to_owned()));
    Query::Word(text.to_owned())
}

fn fuzzy(word: &str, distance: u8, notes: &mut Notes) -> Query {
    let query = spelled_like(word.to_owned(), distance);
    match query {
        Query::Word(_) if distance > 0 => notes.add(Note::ShortFuzzy(word.to_owned())),
        Query::Fuzzy { .. } if distance > MAX_CHANGES => {
            notes.add(Note::TooManyChanges(word.to_owned()));
        }
        _ => {}
    }
    query
}

/// The word before an unescaped `~`, `~1` …, and the number.
fn fuzzy_suffix(text: &str, literal_to: usize) -> Option<(&str, u8)> {
    let at = text.rfind('~').filter(|&at| at >= literal_to)?;
    let (word, digits) = (&text[..at], &text[at + 1..]);
    if !has_word(word) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Only an overflow makes this fail.
    let distance = if digits.is_empty() { 1 } else { digits.parse().unwrap_or(u8::MAX) };
    Some((word, distance))
}
