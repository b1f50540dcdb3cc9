//! The words of a text, folded, at the speed that building an index asks for.
//!
//! It gives exactly what [`words::words`] and [`fold()`] give, which a
//! property test holds; those two remain the definition. Texts are looked at 64
//! bytes at a time: one bit for each byte says whether it may stand in a word,
//! and the edges of the runs of such bits are the words. A run of ASCII needs no
//! more than its case taken away, but for the capital I of Turkish; any other is
//! handed to the definition.

use std::ops::Range;

use super::MAX_TERM_BYTES;
use super::composing::character_len;
use super::fold::{fold, has_dotless};
use super::language::{Elision, Language};
use super::words::{self, Unit, Word};

/// A folded word.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Folded<'a> {
    /// A word of at most eight bytes: its first byte is the lowest of `packed`,
    /// and the bytes behind its last one are 0.
    Short {
        /// The bytes.
        packed: u64,
        /// How many bytes they are.
        len: u32,
    },
    /// A word of nine bytes or more.
    Long(&'a [u8]),
}

impl<'a> Folded<'a> {
    /// The folded word whose bytes are `word`.
    pub(crate) fn new(word: &'a [u8]) -> Self {
        if word.len() > 8 {
            return Self::Long(word);
        }
        let mut packed = [0; 8];
        packed[..word.len()].copy_from_slice(word);
        Self::Short { packed: u64::from_le_bytes(packed), len: word.len() as u32 }
    }

    /// The first byte of the word.
    pub(crate) fn first_byte(&self) -> u8 {
        match self {
            Self::Short { packed, .. } => *packed as u8,
            Self::Long(bytes) => bytes[0],
        }
    }

    /// The bytes of the word; those of a short one are put into `room`.
    pub(crate) fn bytes<'b>(&self, room: &'b mut [u8; 8]) -> &'b [u8]
    where
        'a: 'b,
    {
        match *self {
            Self::Short { packed, len } => {
                *room = packed.to_le_bytes();
                &room[..len as usize]
            }
            Self::Long(bytes) => bytes,
        }
    }
}

/// Takes what [`FastWords`] finds, in the order of the text.
pub(crate) trait WordSink {
    /// Takes the next word, which was found at `place`.
    fn word(&mut self, word: Folded<'_>, place: Word);
    /// Takes the next character of an unspaced script, folded.
    fn character(&mut self, _folded: &str) {}
}

/// Finds the words of texts for one language.
#[derive(Debug)]
pub(crate) struct FastWords {
    language: Language,
    elision: Elision,
    long: Vec<u8>,
    folded: String,
    /// Where the last word ends that the definition gave of the text at hand: a pair may
    /// reach into the next run.
    given: usize,
}

impl FastWords {
    /// Finds words as the analyzer for `language` does.
    pub(crate) fn new(language: Language) -> Self {
        let elision = language.elision();
        Self { language, elision, long: Vec::new(), folded: String::new(), given: 0 }
    }

    /// Gives every word and every unspaced character of `text` to `sink`.
    pub(crate) fn each(&mut self, text: &str, sink: &mut impl WordSink) {
        let bytes = text.as_bytes();
        self.given = 0;
        let (mut letter_before, mut run_before) = (0, 0);
        let mut open = None;
        for at in (0..bytes.len()).step_by(BLOCK) {
            let marks = Marks::of(&bytes[at..]);
            let mut runs = marks.letters;
            if self.elision == Elision::Joins && marks.apostrophes != 0 {
                let after = bytes.get(at + BLOCK).is_some_and(|&byte| is_letter(byte));
                runs |= marks.apostrophes
                    & (marks.letters << 1 | letter_before)
                    & (marks.letters >> 1 | u64::from(after) << (BLOCK - 1));
            }
            let mut edges = runs ^ (runs << 1 | run_before);
            letter_before = marks.letters >> (BLOCK - 1);
            run_before = runs >> (BLOCK - 1);
            while edges != 0 {
                let edge = at + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                match open.take() {
                    None => open = Some(edge),
                    Some(start) => self.run(text, start, edge, sink),
                }
            }
        }
        if let Some(start) = open {
            self.run(text, start, bytes.len(), sink);
        }
    }

    /// Gives the words of the run of letters `start..end`.
    #[inline(always)]
    fn run(&mut self, text: &str, start: usize, end: usize, sink: &mut impl WordSink) {
        let bytes = text.as_bytes();
        let len = end - start;
        if has_dotless(&bytes[start..end], self.language) {
            return self.foreign_run(text, start..end, sink);
        }
        if self.elision == Elision::Splits && words::words(text, self.elision).is_elided(start..end)
        {
            return;
        }
        if len <= 8 {
            let inside = u64::MAX >> (64 - 8 * len);
            let written = first_eight(bytes, start) & inside;
            if written & NOT_ASCII == 0 {
                // Letters lose their case by this bit; digits and the apostrophe
                // have it already.
                let mut packed = written | CASE & inside;
                let mut len = len as u32;
                if len > 2
                    && self.language == Language::English
                    && packed >> (8 * (len - 2)) == POSSESSIVE
                {
                    len -= 2;
                    packed &= u64::MAX >> (64 - 8 * len);
                }
                let place = Word { range: start..end, unit: Unit::Word };
                return sink.word(Folded::Short { packed, len }, place);
            }
        } else if bytes[start..end].is_ascii() {
            return self.long_run(bytes, start..end, sink);
        }
        self.foreign_run(text, start..end, sink);
    }

    /// Gives the one word that the run `range` of nine or more ASCII bytes is.
    fn long_run(&mut self, bytes: &[u8], range: Range<usize>, sink: &mut impl WordSink) {
        self.long.clear();
        self.long.extend(bytes[range.clone()].iter().map(|byte| byte | CASE as u8));
        let mut word = &self.long[..];
        if self.language == Language::English {
            word = word.strip_suffix(b"'s").unwrap_or(word);
        }
        let word = Folded::new(&word[..word.len().min(MAX_TERM_BYTES)]);
        sink.word(word, Word { range, unit: Unit::Word });
    }

    /// Gives the words of the run `range`, whatever they are. What stands around it are
    /// ASCII separators, beyond which no word goes but a pair over the end of a line.
    #[cold]
    #[inline(never)]
    fn foreign_run(&mut self, text: &str, range: Range<usize>, sink: &mut impl WordSink) {
        let run = &text[range.clone()];
        let words = words::words(text, self.elision);
        let words = match range.start < self.given {
            true => words.within(range.start),
            false => words.from(range.start),
        };
        for word in words.take_while(|word| word.range.start < range.end) {
            self.given = word.range.end;
            fold(&text[word.range.clone()], self.language, &mut self.folded);
            sink.word(Folded::new(self.folded.as_bytes()), word);
        }
        if run.bytes().all(|byte| byte < FIRST_PAIRED) {
            return;
        }
        let mut at = 0;
        while let Some(before) = run[at..].find(words::is_paired) {
            let start = at + before;
            at = start + character_len(&run[start..]);
            fold(&run[start..at], Language::None, &mut self.folded);
            sink.character(&self.folded);
        }
    }
}

const BLOCK: usize = 64;
/// The bit by which small ASCII letters differ from capital ones, in each byte.
const CASE: u64 = 0x2020_2020_2020_2020;
const NOT_ASCII: u64 = 0x8080_8080_8080_8080;
/// `'s`, packed.
const POSSESSIVE: u64 = u16::from_le_bytes(*b"'s") as u64;
/// The first byte in UTF-8 of U+1100, the first character that makes pairs.
const FIRST_PAIRED: u8 = 0xE1;

/// What stands where in a block: one bit a byte, the first byte's lowest.
struct Marks {
    /// ASCII letters and digits, and everything that is not ASCII.
    letters: u64,
    apostrophes: u64,
}

impl Marks {
    /// The marks of the first block of `bytes`.
    #[inline(always)]
    fn of(bytes: &[u8]) -> Self {
        match bytes.first_chunk() {
            Some(block) => Self::of_block(block),
            None => {
                let mut block = [0; BLOCK];
                block[..bytes.len()].copy_from_slice(bytes);
                Self::of_block(&block)
            }
        }
    }

    #[inline(always)]
    fn of_block(block: &[u8; BLOCK]) -> Self {
        Self {
            letters: gather(&block.map(|byte| u8::from(is_letter(byte)))),
            apostrophes: gather(&block.map(|byte| u8::from(byte == b'\''))),
        }
    }
}

#[inline(always)]
fn is_letter(byte: u8) -> bool {
    let letter = (byte | CASE as u8).wrapping_sub(b'a') < 26;
    letter | (byte.wrapping_sub(b'0') < 10) | (byte >= 0x80)
}

/// One bit for each of the bytes, which are 0 or 1. The product brings the
/// lowest bits of eight bytes together in the highest byte.
#[inline(always)]
fn gather(flags: &[u8; BLOCK]) -> u64 {
    let (eights, _) = flags.as_chunks();
    eights.iter().rev().fold(0, |bits, &eight| {
        bits << 8 | u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

/// The eight bytes from `start`, 0 behind the end of `bytes`.
#[inline(always)]
fn first_eight(bytes: &[u8], start: usize) -> u64 {
    let rest = &bytes[start..];
    match rest.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => {
            let mut eight = [0; 8];
            eight[..rest.len()].copy_from_slice(rest);
            u64::from_le_bytes(eight)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::CharacterTokenizer;
    use proptest::prelude::*;

    #[derive(Default, Debug, PartialEq)]
    struct Found {
        words: Vec<(String, Word)>,
        characters: Vec<String>,
    }

    impl WordSink for Found {
        fn word(&mut self, word: Folded<'_>, place: Word) {
            let mut room = [0; 8];
            let folded = String::from_utf8_lossy(word.bytes(&mut room)).into_owned();
            self.words.push((folded, place));
        }

        fn character(&mut self, folded: &str) {
            self.characters.push(folded.to_owned());
        }
    }

    fn expected(language: Language, text: &str) -> Found {
        let mut found = Found::default();
        let mut folded = String::new();
        for word in words::words(text, language.elision()) {
            fold(&text[word.range.clone()], language, &mut folded);
            found.words.push((folded.clone(), word));
        }
        let mut characters = CharacterTokenizer::analyzer();
        characters
            .token_stream(text)
            .process(&mut |token| found.characters.push(token.text.clone()));
        found
    }

    fn check(text: &str) {
        let mut languages = vec![Language::None, Language::English, Language::German];
        languages.extend([Language::French, Language::Turkish]);
        for language in languages {
            let mut found = Found::default();
            FastWords::new(language).each(text, &mut found);
            assert_eq!(found, expected(language, text), "{language}: {text:?}");
        }
    }

    #[test]
    fn words_are_those_of_the_definition() {
        check("");
        check("It's Jun's dogs' 'quoted' l'Homme rock'n'roll a''b s's 's x's X'S");
        check("QQ的关系链 ok — “Hello”, don’t naïve cafe\u{301} ｱ");
        // What makes one character together was given letter by letter.
        check("\u{1100}\u{1175}\u{11AF} \u{D7CB}\u{11A8} カ\u{3099}ｶﾞ");
        check("Extraordinarily's INTERNATIONALISATION 12345678's 123456's");
        check("Irak ISTANBUL'da IŞIK İLK DIYARBAKIRLILAR'IN");
    }

    #[test]
    fn words_may_lie_across_blocks_of_bytes() {
        for before in 50..70 {
            for word in ["word", "it's", "'s", "naïve", "a-b", "时间差", &"long".repeat(80)] {
                check(&format!("{}{word} end", " ".repeat(before)));
                check(&format!("{}{word}", "x".repeat(before)));
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_has_the_words_of_the_definition(
            text in "([a-zA-Z0-9]{0,12}|['’＇]|[ .\u{1E}\n-]{1,3}|'s|s|\\PC{0,3}|[一-七ア-ウｱﾞ\u{3099}]{1,3}|[\u{1100}-\u{1102}\u{1161}-\u{1163}\u{11A8}\u{D7CB}가-각]{1,4}|[ก-๙]{1,5}|[\u{AD}\u{200B}\u{200C}]|é|\u{301}){0,60}",
        ) {
            check(&text);
        }
    }
}
