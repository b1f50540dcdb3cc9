//! Characters that are written as several.
//!
//! Decomposed text spells a Hangul syllable by its letters, and a voiced kana by the
//! kana and a mark; half-width kana are spelt so always. Pieces of unspaced scripts
//! are counted in characters as they look, so that such text gives the same terms as
//! any other.

/// The bytes of the first character of `text` with all that makes one with it; 0
/// where `text` is empty.
pub(super) fn character_len(text: &str) -> usize {
    let mut chars = text.chars();
    let Some(mut last) = chars.next() else { return 0 };
    let mut len = last.len_utf8();
    for next in chars {
        if !are_one(last, next) {
            break;
        }
        len += next.len_utf8();
        last = next;
    }
    len
}

/// Whether `next` makes one character with `last` and what it is one with (Hangul as
/// in UAX 29, rules GB6 to GB8).
fn are_one(last: char, next: char) -> bool {
    match next {
        '\u{3099}' | '\u{309A}' | '\u{FF9E}' | '\u{FF9F}' => is_kana(last),
        '\u{1160}'..='\u{11A7}' | '\u{D7B0}'..='\u{D7C6}' => is_leading(last) || is_vowel(last),
        '\u{11A8}'..='\u{11FF}' | '\u{D7CB}'..='\u{D7FB}' => is_vowel(last) || is_trailing(last),
        _ => false,
    }
}

/// Kana that a mark may voice.
fn is_kana(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{3096}'
        | '\u{309D}'..='\u{309E}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FD}'..='\u{30FE}'
        | '\u{FF66}'..='\u{FF9D}')
}

fn is_leading(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{A960}'..='\u{A97C}')
}

/// A vowel, or a syllable that ends in one.
fn is_vowel(c: char) -> bool {
    const FIRST_SYLLABLE: u32 = 0xAC00;
    const SYLLABLES_A_VOWEL: u32 = 28;
    match c {
        '\u{1160}'..='\u{11A7}' | '\u{D7B0}'..='\u{D7C6}' => true,
        '\u{AC00}'..='\u{D7A3}' => (c as u32 - FIRST_SYLLABLE).is_multiple_of(SYLLABLES_A_VOWEL),
        _ => false,
    }
}

fn is_trailing(c: char) -> bool {
    matches!(c, '\u{11A8}'..='\u{11FF}' | '\u{D7CB}'..='\u{D7FB}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::analysis::tokenizer::tests::tokens;
    use crate::analysis::{CharacterTokenizer, Language, StemTokenizer};

    fn check(text: &str, pairs: &[&str], characters: &[&str]) {
        let decomposed: String = text.nfd().collect();
        for text in [text, &decomposed] {
            assert_eq!(tokens(StemTokenizer::analyzer(Language::None), text), pairs, "{text:?}");
            assert_eq!(tokens(CharacterTokenizer::analyzer(), text), characters, "{text:?}");
        }
    }

    #[test]
    fn a_character_may_be_written_as_several() {
        check("한국어", &["한국", "국어"], &["한", "국", "어"]);
        check("データ", &["デー", "ータ"], &["デ", "ー", "タ"]);
        check("ﾃﾞｰﾀ", &["デー", "ータ"], &["デ", "ー", "タ"]);
        check("ぱぴ、ガ", &["ぱぴ", "ガ"], &["ぱ", "ぴ", "ガ"]);
        check("微信", &["微信"], &["微", "信"]);
        assert_eq!(character_len(""), 0);
        assert_eq!(character_len("ab"), 1);
        assert_eq!(character_len("信\u{3099}"), 3);
    }

    proptest! {
        #[test]
        fn decomposed_text_gives_the_same_terms(text in "[가-힣ぁ-ゖァ-ヶ微信 a、]{0,20}") {
            let decomposed: String = text.nfd().collect();
            for analyzer in [StemTokenizer::analyzer(Language::None), CharacterTokenizer::analyzer()] {
                prop_assert_eq!(tokens(analyzer.clone(), &decomposed), tokens(analyzer, &text));
            }
        }
    }
}
