//! Which texts say the same: their shingles, and sketches of these.
//!
//! A shingle is three words in a row, with nothing where the row reaches beyond
//! the text, so that every word is in three of them (A. Broder, "On the
//! resemblance and containment of documents", SEQUENCES 1997). A [`Sketch`] is
//! made of a text when it is indexed, and says in four bytes whether two texts
//! may share most of their shingles. [`Shingled`] holds all of them and says
//! whether they do.

use super::fast::{FastWords, Folded, WordSink};
use super::language::Language;
use super::words::{Word, is_unspaced};

/// The least shingles of a text in four orders of all shingles, eight bits of each
/// (P. Li and A. C. König, "b-Bit Minwise Hashing", WWW 2010). Sketches are kept
/// in an index: what they are made by is part of its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sketch(pub u32);

/// A text as words and shingles.
#[derive(Debug)]
pub struct Shingled {
    row: Row,
    sequence: Vec<u64>,
    /// The words as often as they occur, those of unspaced scripts by their
    /// characters: what is put between two of them leaves both, but not the pair.
    /// Ascending.
    words: Vec<u64>,
    /// Each once, ascending.
    shingles: Vec<u64>,
}

/// Which part of the shingles that either text has both must have to say the
/// same. In 200,000 paragraphs of Wikipedia all 22 pairs that are found by this
/// and their words, and not the same word by word, are versions of one text; from
/// 0.83 down there are sentences made by a pattern, about Guinea and about
/// Guinea-Bissau.
const NEAR: f32 = 0.9;

impl Sketch {
    /// The sketch of `text`. An index is given that of words which are cut for other uses
    /// too, by a [`Sketcher`].
    #[cfg(test)]
    pub fn of(text: &str, language: Language) -> Self {
        let mut sketcher = Sketcher::new();
        FastWords::new(language).each(text, &mut sketcher);
        sketcher.finish()
    }

    /// Six keys, of which two sketches share one where two of their four parts
    /// are the same. So it is for 996 of 1,000 pairs of texts that share nine of
    /// ten shingles, and for one of 11,000 that share none.
    pub fn keys(self) -> impl Iterator<Item = u32> {
        let part = move |at: u32| self.0 >> (PART_BITS * at) & PART;
        let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
        (0..)
            .zip(pairs)
            .map(move |(number, (a, b))| number << (2 * PART_BITS) | part(a) << PART_BITS | part(b))
    }
}

impl Shingled {
    /// The words and shingles of `text`.
    pub fn of(text: &str, language: Language) -> Self {
        // Words have five letters and a space, more or less.
        let words = text.len() / 6;
        let [sequence, words, shingles] = [(); 3].map(|()| Vec::with_capacity(words));
        let mut shingled = Self { row: Row::default(), sequence, words, shingles };
        FastWords::new(language).each(text, &mut shingled);
        shingled.shingles.extend(shingled.row.end());
        shingled.words.sort_unstable();
        shingled.shingles.sort_unstable();
        shingled.shingles.dedup();
        shingled
    }

    /// How many words the text has.
    pub fn word_count(&self) -> usize {
        self.sequence.len()
    }

    /// A number that is the same for texts of the same words in the same order.
    pub fn digest(&self) -> u64 {
        self.sequence.iter().fold(0, |digest, word| mix(digest.rotate_left(5) ^ word))
    }

    /// Whether both texts say the same, or nearly: nine of ten shingles are
    /// shared, and one text has every word of the other, as often as that. So
    /// something may be added, left out or moved, but not put in the place of
    /// something else: another name or number makes another text. Texts without
    /// words say nothing.
    pub fn says_the_same(&self, other: &Self) -> bool {
        !self.sequence.is_empty()
            && !other.sequence.is_empty()
            && (self.sequence == other.sequence
                || self.resemblance(other) >= NEAR && self.is_nested_with(other))
    }

    /// Which part of the shingles that either text has both have.
    fn resemblance(&self, other: &Self) -> f32 {
        let shared = shared(&self.shingles, &other.shingles);
        shared as f32 / (self.shingles.len() + other.shingles.len() - shared) as f32
    }

    fn is_nested_with(&self, other: &Self) -> bool {
        shared(&self.words, &other.words) == self.words.len().min(other.words.len())
    }
}

impl WordSink for Shingled {
    fn word(&mut self, word: Folded<'_>, _place: Word) {
        let hash = hash(word);
        self.sequence.push(hash);
        self.shingles.push(self.row.push(hash));
        if !is_of_unspaced(word) {
            self.words.push(hash);
        }
    }

    fn character(&mut self, folded: &str) {
        self.words.push(hash(Folded::new(folded.as_bytes())));
    }
}

/// How many numbers two ascending lists share, one that both have several times
/// counted as often as both have it.
fn shared(a: &[u64], b: &[u64]) -> usize {
    let mut rest = b;
    let is_shared = |number: &&u64| {
        rest = &rest[rest.iter().take_while(|other| other < number).count()..];
        let is_shared = rest.first() == Some(number);
        rest = &rest[usize::from(is_shared)..];
        is_shared
    };
    a.iter().filter(is_shared).count()
}

/// Makes the sketch of a text from its words.
#[derive(Debug)]
pub(crate) struct Sketcher {
    row: Row,
    least: [u64; 4],
}

impl Sketcher {
    /// A sketcher that was given no words.
    pub(crate) fn new() -> Self {
        Self { row: Row::default(), least: [u64::MAX; 4] }
    }

    /// Adds the next word.
    #[inline(always)]
    pub(crate) fn add(&mut self, word: Folded<'_>) {
        let shingle = self.row.push(hash(word));
        self.take(shingle);
    }

    /// The sketch of the words since [`Sketcher::new`].
    pub(crate) fn finish(mut self) -> Sketch {
        self.row.end().into_iter().for_each(|shingle| self.take(shingle));
        // The least of many numbers begins with zeros, which say nothing.
        let parts = self.least.iter().rev().map(|least| (least >> SMALL_BITS) as u32 & PART);
        Sketch(parts.fold(0, |sketch, part| sketch << PART_BITS | part))
    }

    #[inline(always)]
    fn take(&mut self, shingle: u64) {
        for (least, order) in self.least.iter_mut().zip(ORDERS) {
            *least = (*least).min(shingle.wrapping_mul(order));
        }
    }
}

impl WordSink for Sketcher {
    #[inline(always)]
    fn word(&mut self, word: Folded<'_>, _place: Word) {
        self.add(word);
    }
}

/// How many bits each part of a sketch has.
const PART_BITS: u32 = 8;
const PART: u32 = (1 << PART_BITS) - 1;

/// Bits of a product that hang on few bits of the shingle.
const SMALL_BITS: u32 = 16;

/// Odd numbers, each of which puts shingles in an order of its own when they are
/// multiplied by it: the fractions of the square roots of 3, 5, 7 and 11.
const ORDERS: [u64; 4] =
    [0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1, 0x510E_527F_ADE6_82D1];

/// The golden ratio's fraction, as in Fibonacci hashing.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// The two words before the next one; 0 where there is none.
#[derive(Debug, Default)]
struct Row([u64; 2]);

impl Row {
    /// The shingle that ends with `word`.
    #[inline(always)]
    fn push(&mut self, word: u64) -> u64 {
        let [first, second] = self.0;
        self.0 = [second, word];
        first.rotate_left(42) ^ second.rotate_left(21) ^ word
    }

    /// The shingles that reach beyond the last word.
    fn end(&mut self) -> [u64; 2] {
        [self.push(0), self.push(0)]
    }
}

#[inline(always)]
fn hash(word: Folded<'_>) -> u64 {
    match word {
        Folded::Short { packed, .. } => mix(packed),
        Folded::Long(bytes) => bytes.chunks(8).fold(0, |hash: u64, chunk| {
            let mut packed = [0; 8];
            packed[..chunk.len()].copy_from_slice(chunk);
            mix(hash.rotate_left(5) ^ u64::from_le_bytes(packed))
        }),
    }
}

#[inline(always)]
fn mix(number: u64) -> u64 {
    let product = u128::from(number ^ ORDERS[0]) * u128::from(MULTIPLIER);
    product as u64 ^ (product >> 64) as u64
}

fn is_of_unspaced(word: Folded<'_>) -> bool {
    let mut room = [0; 8];
    let bytes = word.bytes(&mut room);
    let first = || bytes.utf8_chunks().next()?.valid().chars().next();
    bytes.first().is_some_and(|byte| !byte.is_ascii()) && first().is_some_and(is_unspaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of `words` words, another one for each `seed`.
    fn text(seed: u64, words: u64) -> Vec<String> {
        (0..words).map(|number| format!("w{:x}", mix(seed << 32 | number) % 5000)).collect()
    }

    fn check(a: &str, b: &str, expected: bool) {
        let [first, second] = [a, b].map(|text| Shingled::of(text, Language::English));
        assert_eq!(first.says_the_same(&second), expected, "{a}\n{b}");
        assert_eq!(second.says_the_same(&first), expected, "{b}\n{a}");
    }

    fn share_a_key(a: &str, b: &str) -> bool {
        let [a, b] = [a, b].map(|text| Sketch::of(text, Language::English));
        a.keys().any(|key| b.keys().any(|other| key == other))
    }

    #[test]
    fn the_same_words_are_the_same_text() {
        check("Lei Jun's bet: time.", "LEI JUN'S bet – “time”", true);
        check("时间差。", "时间差", true);
        check("", "", false);
        check("***", "---", false);
        check("one two", "two one", false);
    }

    #[test]
    fn a_long_text_may_have_more_or_less_words_but_no_others() {
        let words = text(1, 80);
        let long = words.join(" ");
        let with = |at: usize, put: &[&str], over: usize| {
            let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
            words.splice(at..at + over, put.iter().copied());
            words.join(" ")
        };
        check(&long, &with(40, &["indeed"], 0), true);
        check(&long, &with(0, &["he", "says"], 0), true);
        check(&long, &with(70, &[], 3), true);
        // Another number or name makes another text of a pattern.
        check(&long, &with(40, &["2011"], 1), false);
        // A replaced word that stood elsewhere in both went unnoticed.
        let rate_was = |word| format!("{}, not raised, not lowered", with(40, &[word], 1));
        check(&rate_was("raised"), &rate_was("lowered"), false);
        check(&long, &with(40, &["a", "good", "deal", "of", "new", "words"], 0), false);
        check("he said so in the end", "he said so in the very end", false);
    }

    #[test]
    fn a_character_put_between_two_others_is_no_other_word() {
        let numbers = 0..80u64;
        let long: String = numbers
            .filter_map(|number| char::from_u32(0x4E00 + (mix(number) % 2000) as u32))
            .collect();
        let cut = long.char_indices().nth(40).map_or(0, |(at, _)| at);
        check(&long, &format!("{}差{}", &long[..cut], &long[cut..]), true);
    }

    #[test]
    fn sketches_of_like_texts_share_a_key_and_those_of_others_do_not() {
        let shared = (0..500).filter(|&seed| {
            let words = text(seed, 90);
            let at = (mix(seed) % 80) as usize;
            let more = format!("{} indeed {}", words[..at].join(" "), words[at..].join(" "));
            share_a_key(&words.join(" "), &more)
        });
        // 90 of 95 shingles are shared; 999 of 1,000 are expected.
        assert!(shared.count() >= 495);
        let unlike = (0..500).filter(|&seed| {
            share_a_key(&text(seed, 90).join(" "), &text(seed + 1000, 90).join(" "))
        });
        assert_eq!(unlike.count(), 0);
    }

    #[test]
    fn sketches_are_what_they_were_when_they_were_written() {
        let sketches = ["", "The bet.", "International 时间差"];
        let sketches = sketches.map(|text| Sketch::of(text, Language::English).0);
        assert_eq!(sketches, [0, 3_367_879_940, 921_439_401]);
    }
}
