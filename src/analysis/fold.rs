//! Folding: which spellings of a word count as one, before it is stemmed.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::MAX_TERM_BYTES;
use super::characters::{MAY_BREAK, is_invisible};
use super::language::Language;

/// Writes the folded form of `word` into `folded`: NFKC, lower case, digits of all
/// scripts as 0 to 9, what is invisible or a help for reading and the English possessive
/// taken off, cut to [`MAX_TERM_BYTES`].
///
/// In Turkish `I` is the capital of `ı`; `İ` is that of `i` in every language.
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
    if folded.contains(is_stress) && folded.contains(is_cyrillic) {
        folded.retain(|c| !is_stress(c));
    }
    if folded.contains(|c| as_plain(c) != Some(c)) {
        *folded = folded.chars().filter_map(as_plain).collect();
    }
    match language {
        Language::Arabic => *folded = folded.replace('\u{649}', "\u{64A}"),
        Language::Hindi => *folded = fold_hindi(folded),
        _ => {}
    }
}

/// The character that `c` counts as; `None` where it counts for nothing.
fn as_plain(c: char) -> Option<char> {
    match c {
        _ if is_invisible(c) || c == MAY_BREAK => None,
        // The end of a line between two characters.
        ' ' | '\t' | '\r' | '\n' => None,
        // Points and accents of Hebrew, vowel signs and the stretched line of Arabic: they
        // help to read what is mostly written without them.
        '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' => None,
        '\u{5C7}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' => None,
        // Heh with the hamza of Persian and of Urdu.
        '\u{6C0}' => Some('\u{647}'),
        '\u{6C2}' => Some('\u{6C1}'),
        // Apostrophes.
        '\u{2019}' | '\u{2BC}' | '\u{5F3}' => Some('\''),
        _ => Some(digit(c).unwrap_or(c)),
    }
}

/// The digit of ASCII that `c` is in another script.
fn digit(c: char) -> Option<char> {
    /// The zeros of the scripts that have digits of their own, ascending; 1 to 9 follow
    /// each (Unicode, general category Nd, without those that NFKC makes ASCII).
    #[rustfmt::skip]
    const ZEROS: &[char] = &[
        '\u{660}', '\u{6F0}', '\u{7C0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{B66}',
        '\u{BE6}', '\u{C66}', '\u{CE6}', '\u{D66}', '\u{DE6}', '\u{E50}', '\u{ED0}', '\u{F20}',
        '\u{1040}', '\u{1090}', '\u{17E0}', '\u{1810}', '\u{1946}', '\u{19D0}', '\u{1A80}',
        '\u{1A90}', '\u{1B50}', '\u{1BB0}', '\u{1C40}', '\u{1C50}', '\u{A620}', '\u{A8D0}',
        '\u{A900}', '\u{A9D0}', '\u{A9F0}', '\u{AA50}', '\u{ABF0}',
    ];
    if !matches!(c, '\u{660}'..='\u{1C59}' | '\u{A620}'..='\u{ABF9}') {
        return None;
    }
    let at = ZEROS.partition_point(|&zero| zero <= c).checked_sub(1)?;
    char::from_digit(c as u32 - ZEROS[at] as u32, 10)
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52F}')
}

/// Where the stress of a word lies is written in dictionaries alone.
fn is_stress(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}')
}

/// Takes the nukta off and makes the chandrabindu, and न without its vowel before another
/// consonant, an anusvara, as they are often written (L. Larkey, M. Connell and
/// N. Abduljaleel, "Hindi CLIR in Thirty Days", ACM TALIP 2003; that paper's other rules
/// are left out).
fn fold_hindi(word: &str) -> String {
    const VIRAMA: char = '\u{94D}';
    let is_consonant = |c: &char| matches!(c, '\u{915}'..='\u{939}');
    let plain = word.chars().filter(|&c| c != '\u{93C}').map(|c| match c {
        '\u{901}' => '\u{902}',
        // With a nukta, in one character.
        '\u{929}' => '\u{928}',
        '\u{931}' => '\u{930}',
        '\u{934}' => '\u{933}',
        _ => c,
    });
    let mut chars: Vec<char> = plain.collect();
    for at in (0..chars.len().saturating_sub(2)).rev() {
        if chars[at] == '\u{928}' && chars[at + 1] == VIRAMA && is_consonant(&chars[at + 2]) {
            chars.splice(at..at + 2, ['\u{902}']);
        }
    }
    chars.into_iter().collect()
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
        check(Language::English, &[("ILL", "ill"), ("NAÏVE", "naïve")]);
    }

    #[test]
    fn hindi_words_are_one_with_and_without_their_dots() {
        check(
            Language::Hindi,
            &[
                ("फ़िल्म", "फिल्म"),
                ("\u{95E}िल्म", "फिल्म"),
                ("चाँद", "चांद"),
                ("चांद", "चांद"),
                ("\u{929}ाम", "नाम"),
                ("हिन्दी", "हिंदी"),
                ("अन्त", "अंत"),
                ("अन्न", "अंन"),
                ("जन्म", "जंम"),
            ],
        );
        check(Language::Nepali, &[("चाँद", "चाँद")]);
    }

    #[test]
    fn what_only_helps_to_read_is_taken_off() {
        let words = [
            ("שָׁלוֹם", "שלום"),
            ("مَكْتَبَةٌ", "مكتبة"),
            ("کتـــاب", "کتاب"),
            ("خانهٔ", "خانه"),
            ("\u{646}\u{627}\u{645}\u{6C0}", "نامه"),
            ("Москва\u{301}", "москва"),
            ("йод", "йод"),
            ("cafe\u{301}", "café"),
            ("компʼютер", "комп'ютер"),
            ("ג׳ורג", "ג'ורג"),
            ("a\u{FE0F}b", "ab"),
            ("间\r\n  差", "间差"),
        ];
        check(Language::None, &words);
    }

    #[test]
    fn digits_of_all_scripts_are_the_same() {
        for number in ["١٩٤٧", "۱۹۴۷", "१९४७", "১৯৪৭", "౧౯౪౭", "๑๙๔๗", "１９４７"]
        {
            check(Language::None, &[(number, "1947")]);
        }
    }

    #[test]
    fn an_endless_word_is_cut_to_the_longest_term() {
        check(Language::English, &[(&"é".repeat(10_000), &"é".repeat(MAX_TERM_BYTES / 2))]);
    }
}
