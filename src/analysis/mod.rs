//! From text to terms: what counts as a word, and which words count as one.
//!
//! An [`Analyzer`] cuts text into words ([`words`]), folds them (NFKC, lower
//! case, possessives) and stems them for one [`Language`]. It gives both forms
//! of each word: the *surface*, folded and nothing more, and the *stem*. The
//! index keeps stems with positions for ranking and phrases, surfaces for exact
//! words, wildcards and spelling, and the single characters of unspaced scripts.

mod characters;
mod composing;
pub(crate) mod fast;
mod fold;
pub(crate) mod grams;
mod language;
pub(crate) mod shingles;
#[cfg(test)]
mod tokenizer;
mod weight;
pub mod words;

pub use self::language::Language;
#[cfg(test)]
pub(crate) use self::tokenizer::{CharacterTokenizer, StemTokenizer, SurfaceTokenizer};
pub(crate) use self::weight::take_stop_words;
pub use self::weight::{Weight, weight};

use std::borrow::Cow;
use std::ops::Range;

use frostem::Stemmer;

use self::fold::fold;
use self::words::{Unit, Word};

/// The longest term, in bytes; longer words are cut to it, at indexing and in
/// queries alike, so that they still find each other. Chosen by hand: longer
/// than any word or identifier a person types, and far below the engine's limit
/// of 65,530 bytes.
pub const MAX_TERM_BYTES: usize = 256;

/// Stands between the title, the headings and the body of a passage where they
/// are one text. It counts as [`PART_GAP`] positions, so that no phrase reaches
/// from one part into the next, and no nearness of fewer words.
pub const PART_SEPARATOR: char = '\u{1E}';

/// The positions that a [`PART_SEPARATOR`] takes. Farther than any nearness
/// that is scored.
pub const PART_GAP: u32 = 50;

/// Version of the rules in this folder. It is written into every index; a
/// change that turns the same text into other terms must raise it.
pub const ANALYZER_VERSION: u32 = 4;

/// Turns text into terms for one language.
#[derive(Clone)]
pub struct Analyzer {
    language: Language,
    stemmer: Option<Stemmer>,
}

/// One word of a text in both of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalyzedWord {
    /// The word's bytes in the text, end exclusive.
    pub range: Range<usize>,
    /// The word, folded.
    pub surface: String,
    /// The word, folded and stemmed.
    pub stem: String,
    /// Whether it is a word between spaces or a piece of unspaced script.
    pub unit: Unit,
}

impl Analyzer {
    /// An analyzer for `language`.
    pub fn new(language: Language) -> Self {
        Self { language, stemmer: language.stemmer() }
    }

    /// The language whose stemmer is used.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The words of `text` in order. Runs of scripts without spaces give their
    /// overlapping pieces.
    pub fn words(&self, text: &str) -> Vec<AnalyzedWord> {
        let mut analyzed = Vec::new();
        let language = self.language;
        each_folded(text, language, |Word { range, unit }, surface| {
            let stem = match unit {
                Unit::Word => self.stem(surface).into_owned(),
                Unit::Pair | Unit::Single | Unit::Triple => surface.to_owned(),
            };
            analyzed.push(AnalyzedWord { range, surface: surface.to_owned(), stem, unit });
        });
        analyzed
    }

    /// The stem of a folded word.
    pub fn stem<'s>(&self, surface: &'s str) -> Cow<'s, str> {
        match self.stemmer {
            Some(stemmer) if self.language == Language::Arabic => {
                stemmer.stem(without_and(surface))
            }
            Some(stemmer) => stemmer.stem(surface),
            None => Cow::Borrowed(surface),
        }
    }
}

/// An Arabic word without the `و` or `ف`, "and", that is written as one with it, where
/// the article stands behind. The stemmer takes the article away with other words before
/// it, not with these.
fn without_and(word: &str) -> &str {
    const LEAST_LETTERS: usize = 2;
    let noun = word.strip_prefix(['و', 'ف']).and_then(|rest| rest.strip_prefix("ال"));
    match noun {
        Some(noun) if noun.chars().count() >= LEAST_LETTERS => &word['و'.len_utf8()..],
        _ => word,
    }
}

/// Gives the words of `text`, in order, with their folded forms to `each`.
fn each_folded(text: &str, language: Language, mut each: impl FnMut(Word, &str)) {
    let mut surface = String::new();
    for word in words::words(text, language.elision()) {
        fold(&text[word.range.clone()], language, &mut surface);
        each(word, &surface);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(language: Language, text: &str) -> Vec<String> {
        Analyzer::new(language).words(text).into_iter().map(|word| word.stem).collect()
    }

    #[test]
    fn english_words_are_stemmed_and_lose_their_possessive() {
        assert_eq!(stems(Language::English, "Huang's relationships"), ["huang", "relationship"]);
        assert_eq!(stems(Language::English, "Huang’s teams"), ["huang", "team"]);
    }

    #[test]
    fn forms_of_a_word_have_one_stem_in_its_language() {
        for (language, forms) in [
            (Language::Turkish, &["İstanbul'da", "istanbul", "İSTANBUL’UN"][..]),
            (Language::Hindi, &["लड़का", "लड़के", "लड़कों", "लडका"]),
            (Language::Polish, &["książka", "książki"]),
            (Language::Czech, &["město", "města", "městem"]),
            (Language::Indonesian, &["membaca", "bacaan", "baca"]),
            (Language::Russian, &["партнёр", "партнера"]),
            (Language::Romanian, &["oraşul", "orașului"]),
            (Language::Arabic, &["المدرســة", "مَدرسة", "والمدرسة", "فالمدرسة", "مدرسة"]),
            (Language::Arabic, &["مستشفى", "مستشفي"]),
            (Language::Catalan, &["gats", "gat"]),
            (Language::Persian, &["کتاب", "كتاب"]),
        ] {
            let stems: Vec<_> = forms.iter().map(|form| stems(language, form)).collect();
            assert!(stems.iter().all(|stem| stem == &stems[0]), "{language}: {forms:?} {stems:?}");
        }
    }

    #[test]
    fn french_words_are_found_without_their_articles() {
        assert_eq!(stems(Language::French, "l'homme"), ["homm"]);
    }

    #[test]
    fn chinese_gives_pairs_that_are_not_stemmed() {
        assert_eq!(stems(Language::English, "时间差"), ["时间", "间差"]);
        assert_eq!(stems(Language::English, "链"), ["链"]);
    }

    #[test]
    fn the_surface_keeps_the_ending() {
        let words = Analyzer::new(Language::English).words("Running");
        assert_eq!(words[0].surface, "running");
        assert_eq!(words[0].stem, "run");
    }

    #[test]
    fn without_a_language_words_stay_whole() {
        assert_eq!(stems(Language::None, "Relationships"), ["relationships"]);
    }
}
