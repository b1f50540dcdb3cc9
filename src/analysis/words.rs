//! Where words begin and end.
//!
//! A word is a run of letters, digits and the marks that combine with them;
//! everything else separates. An apostrophe between two letters stays inside
//! the word unless the language elides with it, whose articles are no words then;
//! a soft hyphen or a joiner stays in every language.
//!
//! Scripts whose words are not spaced give overlapping pieces instead: Chinese,
//! Japanese and Korean pairs of characters, the alphabets of South-East Asia three
//! letters. How many was tried on the English and the German XQuAD-R without its
//! spaces, nDCG at 10 of plain BM25: whole runs .03 and .05, pairs .70 and .70,
//! threes .84 and .81, fours .84 and .81; threes also find words of three letters.
//! Where lines are filled a word goes over the end of one, and so do pairs; Korean has
//! spaces there.

use std::ops::Range;

use super::characters::{
    ASCII_WORD, Class, MAY_BREAK, Unspaced, class, is_apostrophe, is_hangul, is_invisible,
    parts_persian,
};
pub use super::characters::{is_paired, is_unspaced};
use super::composing::character_len;
use super::language::{ELIDED, Elision};

/// What a piece of text is as a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A word between separators.
    Word,
    /// Two neighbouring characters of an unspaced script.
    Pair,
    /// One character of an unspaced script.
    Single,
    /// Three neighbouring letters of an unspaced alphabet, or a run of fewer.
    Triple,
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
    Words { text, at: 0, elision, inside: None }
}

/// Iterates over the words of a text; see [`words`].
#[derive(Debug, Clone)]
pub struct Words<'a> {
    text: &'a str,
    at: usize,
    elision: Elision,
    /// The script of an unspaced run and where its next piece begins, while inside
    /// one.
    inside: Option<(Unspaced, usize)>,
}

/// What stands behind the end of a line at the beginning of `text`, and behind the spaces
/// before and after it, where there is one.
fn behind_line_end(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([' ', '\t']);
    let next = text.strip_prefix("\r\n").or_else(|| text.strip_prefix(['\n', '\r']))?;
    Some(next.trim_start_matches([' ', '\t']))
}

impl Words<'_> {
    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// The same from the place `at` on.
    pub(super) fn from(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// The same from the place `at` on, which is within a run of characters.
    pub(super) fn within(self, at: usize) -> Self {
        Self { at, inside: Some((Unspaced::Characters, at)), ..self }
    }

    /// Whether `range` is an article or a pronoun of which the next word has taken the
    /// end: `l'homme` is a word, and what comes before it none that anyone looks for.
    pub(super) fn is_elided(&self, range: Range<usize>) -> bool {
        let mut behind = self.text[range.end..].chars();
        self.elision == Elision::Splits
            && behind.next().is_some_and(is_apostrophe)
            && behind.next().is_some_and(|c| class(c) == Class::Letter)
            && ELIDED.iter().any(|elided| self.text[range.clone()].eq_ignore_ascii_case(elided))
    }

    /// Where the run goes on behind `at`: a break that may be between letters of an
    /// unspaced alphabet is no end of it, nor is the end of a line between characters.
    fn behind_breaks(&self, script: Unspaced, at: usize) -> usize {
        let rest = &self.text[at..];
        let behind = match script {
            Unspaced::Letters => rest.trim_start_matches(MAY_BREAK),
            Unspaced::Characters => {
                let mut before = self.text[..at].chars();
                let next_line = behind_line_end(rest).filter(|next| {
                    let sides = [before.next_back(), next.chars().next()];
                    sides.into_iter().all(|c| c.is_some_and(|c| is_paired(c) && !is_hangul(c)))
                });
                next_line.unwrap_or(rest)
            }
        };
        self.text.len() - behind.len()
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
                let before = self.text[start..at].chars().next_back();
                (is_invisible(c) && !parts_persian(before, c)
                    || self.elision == Elision::Joins && is_apostrophe(c))
                    && self.char_at(next).is_some_and(|after| class(after) == Class::Letter)
            };
            if class(c) != Class::Letter && !joins() {
                return at;
            }
            at = next;
        }
    }

    /// The piece of an unspaced run that begins at `first`. The end of a run that is
    /// too short for one is a piece only where no other covers it.
    fn next_unspaced(&mut self, script: Unspaced, first: usize, covered: Covered) -> Option<Word> {
        let (wanted, unit) = script.piece();
        let (mut taken, mut second, mut end, mut next) = (0, first, first, first);
        while taken < wanted
            && self.char_at(next).is_some_and(|c| class(c) == Class::Unspaced(script))
        {
            end = next + character_len(&self.text[next..]);
            next = self.behind_breaks(script, end);
            taken += 1;
            if taken == 1 {
                second = next;
            }
        }
        if taken == wanted {
            self.inside = Some((script, second));
            self.at = second;
            return Some(Word { range: first..end, unit });
        }
        self.inside = None;
        self.at = end;
        match covered {
            Covered::Yes => None,
            Covered::No => Some(Word { range: first..end, unit: script.short_run() }),
        }
    }
}

/// Whether what is left of a run stands in an earlier piece of it.
#[derive(Debug, Clone, Copy)]
enum Covered {
    Yes,
    No,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        if let Some((script, first)) = self.inside
            && let Some(word) = self.next_unspaced(script, first, Covered::Yes)
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
                    if !self.is_elided(start..self.at) {
                        return Some(Word { range: start..self.at, unit: Unit::Word });
                    }
                }
                Class::Unspaced(script) => {
                    return self.next_unspaced(script, start, Covered::No);
                }
            }
        }
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
        check("a theory¹ H₂O", &["a", "theory", "H₂O"]);
        check("naïve cafe\u{301}", &["naïve", "cafe\u{301}"]);
        check("हिन्दी", &["हिन्दी"]);
    }

    #[test]
    fn apostrophes_join_letters_only() {
        check("don't 'quoted' dogs'", &["don't", "quoted", "dogs"]);
    }

    #[test]
    fn what_is_elided_is_no_word() {
        for (text, expected) in [
            ("L'école de l’homme", &["école", "de", "homme"][..]),
            ("dell'acqua, un'ora d'été", &["acqua", "ora", "été"]),
            ("aujourd'hui l' l", &["aujourd", "hui", "l", "l"]),
        ] {
            let found: Vec<_> = words(text, Elision::Splits).map(|it| &text[it.range]).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_is_invisible_does_not_part_words() {
        check("Wort\u{AD}teil a\u{AD} \u{AD}b", &["Wort\u{AD}teil", "a", "b"]);
        check("श्री क्\u{200D}ष", &["श्री", "क्\u{200D}ष"]);
        check("উদ্\u{200C}যাপন ❤\u{FE0F}Paris ⚠\u{FE0F}", &["উদ্\u{200C}যাপন", "Paris"]);
        // Persian endings are words of their own.
        check("کتاب\u{200C}ها", &["کتاب", "ها"]);
    }

    #[test]
    fn unspaced_scripts_give_overlapping_pairs() {
        check("时间差", &["时间", "间差"]);
        check("链", &["链"]);
        check("QQ的关系链 ok", &["QQ", "的关", "关系", "系链", "ok"]);
        check("東京 タワー", &["東京", "タワ", "ワー"]);
        check("한국어", &["한국", "국어"]);
        // A line may end within a word, but not in Korean, nor does a paragraph.
        check("时间\n  差，如", &["时间", "间\n  差", "如"]);
        check("链 \r\n接", &["链 \r\n接"]);
        check("时\n\n间\n。", &["时", "间"]);
        check("한\n국", &["한", "국"]);
    }

    #[test]
    fn unspaced_alphabets_give_overlapping_threes() {
        check("ภาษาไทย", &["ภาษ", "าษา", "ษาไ", "าไท", "ไทย"]);
        check("ปี 2568 ก็", &["ปี", "2568", "ก็"]);
        check("ไทย한국a", &["ไทย", "한국", "a"]);
        check("ລາວ ខ្មែរ", &["ລາວ", "ខ្ម", "្មែ", "មែរ"]);
        // Where a line may be broken no run ends.
        check("ภา\u{200B}ษา", &["ภา\u{200B}ษ", "า\u{200B}ษา"]);
        check("\u{200B}กก\u{200B} ข", &["กก", "ข"]);
        check("မြန်မာ", &["မြန", "ြန်", "န်မ", "်မာ"]);
    }

    proptest! {
        #[test]
        fn words_stand_in_order_and_on_character_boundaries(text in "\\PC*") {
            let mut last = 0;
            for word in words(&text, Elision::Joins) {
                prop_assert!(word.range.start >= last || word.unit != Unit::Word);
                prop_assert!(!text[word.range.clone()].is_empty());
                last = word.range.start;
            }
        }
    }
}
