//! The languages that words can be stemmed for.

use std::fmt;
use std::str::FromStr;

use frostem::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};

use crate::error::Error;

macro_rules! languages {
    ($($variant:ident $code:literal $name:literal $algorithm:expr;)*) => {
        /// A language by its stemmer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Language {
            /// No stemming: every form of a word is a term of its own.
            None,
            $(#[doc = concat!("Stemmed by the Snowball stemmer for ", $name, ".")] $variant,)*
        }

        impl Language {
            /// Every language, `None` first.
            pub const ALL: &[Language] = &[Language::None, $(Language::$variant),*];

            /// The ISO 639-1 code, or `none`.
            pub fn code(self) -> &'static str {
                match self {
                    Language::None => "none",
                    $(Language::$variant => $code,)*
                }
            }

            /// The English name in lower case, or `none`.
            pub fn name(self) -> &'static str {
                match self {
                    Language::None => "none",
                    $(Language::$variant => $name,)*
                }
            }

            fn algorithm(self) -> Option<Algorithm> {
                match self {
                    Language::None => None,
                    $(Language::$variant => Some($algorithm),)*
                }
            }
        }
    };
}

languages! {
    Arabic "ar" "arabic" Algorithm::Arabic;
    Armenian "hy" "armenian" Algorithm::Armenian;
    Basque "eu" "basque" Algorithm::Basque;
    Catalan "ca" "catalan" Algorithm::Catalan;
    Czech "cs" "czech" Algorithm::Czech;
    Danish "da" "danish" Algorithm::Danish;
    Dutch "nl" "dutch" Algorithm::Dutch;
    English "en" "english" Algorithm::English;
    Esperanto "eo" "esperanto" Algorithm::Esperanto;
    Estonian "et" "estonian" Algorithm::Estonian;
    Finnish "fi" "finnish" Algorithm::Finnish;
    French "fr" "french" Algorithm::French;
    German "de" "german" Algorithm::German;
    Greek "el" "greek" Algorithm::Greek;
    Hindi "hi" "hindi" Algorithm::Hindi;
    Hungarian "hu" "hungarian" Algorithm::Hungarian;
    Indonesian "id" "indonesian" Algorithm::Indonesian;
    Irish "ga" "irish" Algorithm::Irish;
    Italian "it" "italian" Algorithm::Italian;
    Lithuanian "lt" "lithuanian" Algorithm::Lithuanian;
    Nepali "ne" "nepali" Algorithm::Nepali;
    Norwegian "no" "norwegian" Algorithm::Norwegian;
    Persian "fa" "persian" Algorithm::Persian;
    Polish "pl" "polish" Algorithm::Polish;
    Portuguese "pt" "portuguese" Algorithm::Portuguese;
    Romanian "ro" "romanian" Algorithm::Romanian;
    Russian "ru" "russian" Algorithm::Russian;
    Serbian "sr" "serbian" Algorithm::Serbian;
    Spanish "es" "spanish" Algorithm::Spanish;
    Swedish "sv" "swedish" Algorithm::Swedish;
    Tamil "ta" "tamil" Algorithm::Tamil;
    Turkish "tr" "turkish" Algorithm::Turkish;
    Yiddish "yi" "yiddish" Algorithm::Yiddish;
}

/// What an apostrophe inside a word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elision {
    /// It belongs to the word: `don't`.
    Joins,
    /// It ends an elided article or pronoun, which is left out: `l'homme` is `homme`.
    Splits,
}

/// What is elided in French, Italian, Catalan and Irish: those that Lucene's analyzers take
/// off.
#[rustfmt::skip]
pub(super) const ELIDED: &[&str] = &[
    "l", "d", "m", "t", "s", "n", "j", "c", "v", "b", "qu", "jusqu", "quoiqu", "lorsqu", "puisqu",
    "un", "gl", "all", "dall", "dell", "nell", "sull", "coll", "pell", "agl", "dagl", "degl",
    "negl", "sugl",
];

impl Language {
    pub(super) fn elision(self) -> Elision {
        match self {
            Language::Catalan | Language::French | Language::Irish | Language::Italian => {
                Elision::Splits
            }
            _ => Elision::Joins,
        }
    }

    /// Whether every word begins as its stem does. Snowball's stemmer for English
    /// changes endings, of which none reaches the first letter, and takes apostrophes
    /// away, with which no word begins; some others take accents or prefixes away.
    pub(crate) fn keeps_first_letters(self) -> bool {
        matches!(self, Language::None | Language::English)
    }

    /// The stemmer for its words; `None` for no language.
    pub(super) fn stemmer(self) -> Option<Stemmer> {
        self.algorithm().map(Stemmer::new)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Language {
    type Err = Error;

    /// Reads a code (`de`) or an English name (`german`), in any case.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wanted = text.to_lowercase();
        Self::ALL
            .iter()
            .copied()
            .find(|language| language.code() == wanted || language.name() == wanted)
            .ok_or_else(|| Error::InvalidOption {
                option: "language",
                value: text.to_owned(),
                reason: format!(
                    "known are {}",
                    Self::ALL.iter().map(|language| language.code()).collect::<Vec<_>>().join(", ")
                ),
            })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::Analyzer;

    #[test]
    fn a_language_is_known_by_code_and_by_name() {
        assert_eq!("de".parse::<Language>().ok(), Some(Language::German));
        assert_eq!("German".parse::<Language>().ok(), Some(Language::German));
        assert!("klingon".parse::<Language>().is_err());
    }

    proptest! {
        #[test]
        fn english_stems_begin_as_their_words_do(
            word in "([a-z]{1,4}|y{1,3}|[a-z]')(ies?|ying|ed|ly|ness|ational|s|é[a-z]{0,3}|[a-z]{0,6})",
        ) {
            let stem = Analyzer::new(Language::English).stem(&word);
            prop_assert_eq!(stem.chars().next(), word.chars().next());
        }
    }
}
