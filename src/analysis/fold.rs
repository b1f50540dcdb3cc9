//! Folding: which spellings of a word count as one, before it is stemmed.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::MAX_TERM_BYTES;
use super::language::Language;
use super::words::is_invisible;

/// Writes the folded form of `word` into `folded`: NFKC, lower case, what is
/// invisible and the English possessive taken off, cut to [`MAX_TERM_BYTES`].
///
/// In Turkish `I` is the capital of `ı`; `İ` is that of `i` in every language. In
/// Hindi the nukta is taken off and the chandrabindu made an anusvara, as they are often
/// written (L. Larkey, M. Connell and N. Abduljaleel, "Hindi CLIR in Thirty Days", ACM
/// TALIP 2003); that paper's other rules are left out.
pub(super) fn fold(word: &str, language: Language, folded: &mut String) {
    folded.clear();
    if word.is_ascii() && !has_dotless(word.as_bytes(), language) {
        folded.push_str(word);
        folded.make_ascii_lowercase();
    } else {
        fold_unicode(word, language, folded);
    }
    if language == Language::English {
        strip_possessive(folded);
    }
    if folded.len() > MAX_TERM_BYTES {
        folded.truncate(folded.floor_char_boundary(MAX_TERM_BYTES));
    }
}

/// Whether the ASCII `word` has a capital letter whose small one is no ASCII.
#[inline]
pub(super) fn has_dotless(word: &[u8], language: Language) -> bool {
    language == Language::Turkish && word.contains(&b'I')
}

fn fold_unicode(word: &str, language: Language, folded: &mut String) {
    // A word far beyond the limit is cut before the work, not after; folding
    // may shrink it (NFKC of full-width letters), hence the margin.
    let word = &word[..word.floor_char_boundary(4 * MAX_TERM_BYTES)];
    let small = |c: char| match c {
        'I' if language == Language::Turkish => 'ı'.to_lowercase(),
        _ => c.to_lowercase(),
    };
    if is_nfkc_quick(word.chars()) == IsNormalized::Yes {
        folded.extend(word.chars().flat_map(small));
    } else {
        folded.extend(word.nfkc().flat_map(small));
    }
    // So Unicode writes the small letter of `İ`, and some text has it.
    const DOTTED: &str = "i\u{307}";
    if folded.contains(DOTTED) {
        *folded = folded.replace(DOTTED, "i");
    }
    if language == Language::Hindi {
        folded.retain(|c| c != '\u{93C}');
        *folded = folded.replace('\u{901}', "\u{902}");
    }
    if folded.contains('\u{2019}') {
        *folded = folded.replace('\u{2019}', "'");
    }
    if folded.contains(is_invisible) {
        folded.retain(|c| !is_invisible(c));
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

    fn check(language: Language, words: &[(&str, &str)]) {
        let mut folded = String::new();
        for (word, expected) in words {
            fold(word, language, &mut folded);
            assert_eq!(folded, *expected, "{language}: {word:?}");
        }
    }

    #[test]
    fn folding_takes_width_case_and_possessive_away() {
        check(
            Language::English,
            &[
                ("ＡＢＣ", "abc"),
                ("ﬁne", "fine"),
                ("ÉCOLE", "école"),
                ("Jun’s", "jun"),
                ("STRASSE", "strasse"),
                ("Wort\u{AD}teil", "wortteil"),
            ],
        );
    }

    #[test]
    fn each_turkish_capital_i_has_its_own_small_one() {
        // `istanbul` did not find `İstanbul`, nor `ışık` `IŞIK`.
        let dotted = [("İSTANBUL", "istanbul"), ("i\u{307}lk", "ilk"), ("I\u{307}lk", "ilk")];
        for language in [Language::None, Language::English, Language::Turkish] {
            check(language, &dotted);
        }
        check(Language::Turkish, &[("IŞIK", "ışık"), ("ILIK", "ılık"), ("Irak", "ırak")]);
        check(Language::English, &[("ILL", "ill"), ("NAÏVE ILL", "naïve ill")]);
    }

    #[test]
    fn hindi_words_are_one_with_and_without_their_dots() {
        check(
            Language::Hindi,
            &[("फ़िल्म", "फिल्म"), ("\u{95E}िल्म", "फिल्म"), ("चाँद", "चांद"), ("चांद", "चांद")],
        );
        check(Language::Nepali, &[("चाँद", "चाँद")]);
    }

    #[test]
    fn an_endless_word_is_cut_to_the_longest_term() {
        check(Language::English, &[(&"é".repeat(10_000), &"é".repeat(MAX_TERM_BYTES / 2))]);
    }
}
