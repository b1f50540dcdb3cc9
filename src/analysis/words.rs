//! Where words begin and end, and how they are folded.
//!
//! A word is a run of letters, digits and the marks that combine with them;
//! everything else separates. An apostrophe between two letters stays inside
//! the word unless the language elides with it. Chinese, Japanese and Korean
//! characters give overlapping pairs instead, since their words are not spaced.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::MAX_TERM_BYTES;
use super::language::{Elision, Language};

/// What a piece of text is as a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A word between separators.
    Word,
    /// Two neighbouring characters of an unspaced script.
    Pair,
    /// One character of an unspaced script.
    Single,
}

/// A word's place in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its bytes, end exclusive.
    pub range: Range<usize>,
    /// What it is.
    pub unit: Unit,
}

/// The words of `text` in order of their start.
pub fn words(text: &str, elision: Elision) -> Words<'_> {
    Words { text, at: 0, elision, pair_from: None }
}

/// Iterates over the words of a text; see [`words`].
#[derive(Debug, Clone)]
pub struct Words<'a> {
    text: &'a str,
    at: usize,
    elision: Elision,
    /// The start of the last character of an unspaced run, while inside one.
    pair_from: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Separator,
    Letter,
    Unspaced,
}

/// `true` for the ASCII letters and digits.
const ASCII_WORD: [bool; 128] = {
    let mut table = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

fn class(c: char) -> Class {
    if c.is_ascii() {
        if ASCII_WORD[c as usize] { Class::Letter } else { Class::Separator }
    } else if is_unspaced(c) {
        Class::Unspaced
    } else if c.is_alphanumeric() || is_combining_mark(c) {
        Class::Letter
    } else {
        Class::Separator
    }
}

/// Whether `c` belongs to a script that is indexed by pairs of characters:
/// Han, Hiragana, Katakana, Bopomofo, Hangul (Unicode blocks).
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11FF}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{3096}'
        | '\u{309D}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FF}'
        | '\u{3105}'..='\u{312F}'
        | '\u{3131}'..='\u{318E}'
        | '\u{31A0}'..='\u{31BF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{FF07}')
}

impl Words<'_> {
    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// The end of the word of letters that begins at `start`.
    fn word_end(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start;
        loop {
            while at < bytes.len() && bytes[at].is_ascii() && ASCII_WORD[bytes[at] as usize] {
                at += 1;
            }
            let Some(c) = self.char_at(at) else { return at };
            let next = at + c.len_utf8();
            let joins = || {
                self.elision == Elision::Joins
                    && is_apostrophe(c)
                    && self.char_at(next).is_some_and(|after| class(after) == Class::Letter)
            };
            if class(c) != Class::Letter && !joins() {
                return at;
            }
            at = next;
        }
    }

    /// The next unit of the unspaced run in which the character at `first`
    /// stands; that character is already part of a pair if `paired`.
    fn next_unspaced(&mut self, first: usize, first_is_paired: Paired) -> Option<Word> {
        let c = self.char_at(first)?;
        let second = first + c.len_utf8();
        match self.char_at(second).filter(|&c| is_unspaced(c)) {
            Some(next) => {
                self.pair_from = Some(second);
                self.at = second;
                Some(Word { range: first..second + next.len_utf8(), unit: Unit::Pair })
            }
            None => {
                self.pair_from = None;
                self.at = second;
                match first_is_paired {
                    Paired::Yes => None,
                    Paired::No => Some(Word { range: first..second, unit: Unit::Single }),
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Paired {
    Yes,
    No,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        if let Some(first) = self.pair_from
            && let Some(word) = self.next_unspaced(first, Paired::Yes)
        {
            return Some(word);
        }
        loop {
            let start = self.at;
            let c = self.char_at(start)?;
            match class(c) {
                Class::Separator => self.at += c.len_utf8(),
                Class::Letter => {
                    self.at = self.word_end(start);
                    return Some(Word { range: start..self.at, unit: Unit::Word });
                }
                Class::Unspaced => return self.next_unspaced(start, Paired::No),
            }
        }
    }
}

/// Writes the folded form of `word` into `folded`: NFKC, lower case, English
/// possessive taken off, cut to [`MAX_TERM_BYTES`].
pub fn fold(word: &str, language: Language, folded: &mut String) {
    folded.clear();
    if word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
    } else {
        fold_unicode(word, folded);
    }
    if language == Language::English {
        strip_possessive(folded);
    }
    if folded.len() > MAX_TERM_BYTES {
        folded.truncate(folded.floor_char_boundary(MAX_TERM_BYTES));
    }
}

fn fold_unicode(word: &str, folded: &mut String) {
    // A word far beyond the limit is cut before the work, not after; folding
    // may shrink it (NFKC of full-width letters), hence the margin.
    let word = &word[..word.floor_char_boundary(4 * MAX_TERM_BYTES)];
    if is_nfkc_quick(word.chars()) == IsNormalized::Yes {
        folded.extend(word.chars().flat_map(char::to_lowercase));
    } else {
        folded.extend(word.nfkc().flat_map(char::to_lowercase));
    }
    if folded.contains('\u{2019}') {
        *folded = folded.replace('\u{2019}', "'");
    }
}

fn strip_possessive(folded: &mut String) {
    if let Some(stem) = folded.strip_suffix("'s") {
        folded.truncate(stem.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = words(text, Elision::Joins).map(|word| &text[word.range]).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn words_are_runs_of_letters_digits_and_marks() {
        check("", &[]);
        check("  time   difference. ", &["time", "difference"]);
        check("state-of-the-art", &["state", "of", "the", "art"]);
        check("5G+AIoT, 3.14", &["5G", "AIoT", "3", "14"]);
        check("naïve cafe\u{301}", &["naïve", "cafe\u{301}"]);
        check("हिन्दी", &["हिन्दी"]);
    }

    #[test]
    fn apostrophes_join_letters_only() {
        check("don't 'quoted' dogs'", &["don't", "quoted", "dogs"]);
    }

    #[test]
    fn unspaced_scripts_give_overlapping_pairs() {
        check("时间差", &["时间", "间差"]);
        check("链", &["链"]);
        check("QQ的关系链 ok", &["QQ", "的关", "关系", "系链", "ok"]);
        check("東京 タワー", &["東京", "タワ", "ワー"]);
        check("한국어", &["한국", "국어"]);
    }

    #[test]
    fn folding_takes_width_case_and_possessive_away() {
        let mut folded = String::new();
        for (word, expected) in [
            ("ＡＢＣ", "abc"),
            ("ﬁne", "fine"),
            ("ÉCOLE", "école"),
            ("Jun’s", "jun"),
            ("STRASSE", "strasse"),
        ] {
            fold(word, Language::English, &mut folded);
            assert_eq!(folded, expected, "{word:?}");
        }
    }

    #[test]
    fn an_endless_word_is_cut_to_the_longest_term() {
        let mut folded = String::new();
        fold(&"é".repeat(10_000), Language::English, &mut folded);
        assert_eq!(folded.len(), MAX_TERM_BYTES);
    }

    proptest! {
        #[test]
        fn words_stand_in_order_and_on_character_boundaries(text in "\\PC*") {
            let mut last = 0;
            for word in words(&text, Elision::Joins) {
                prop_assert!(word.range.start >= last || word.unit == Unit::Pair);
                prop_assert!(!text[word.range.clone()].is_empty());
                last = word.range.start;
            }
        }
    }
}
