//! What a character is, in words or between them.

use unicode_normalization::char::is_combining_mark;

use super::words::Unit;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Separator,
    Letter,
    Unspaced(Unspaced),
}

/// What an unspaced script is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unspaced {
    Characters,
    Letters,
}

impl Unspaced {
    /// How many make a piece, and what that is.
    pub(super) fn piece(self) -> (usize, Unit) {
        match self {
            Self::Characters => (2, Unit::Pair),
            Self::Letters => (3, Unit::Triple),
        }
    }

    /// What a run is that is too short for a piece.
    pub(super) fn short_run(self) -> Unit {
        match self {
            Self::Characters => Unit::Single,
            Self::Letters => Unit::Triple,
        }
    }
}

/// `true` for the ASCII letters and digits.
pub(super) const ASCII_WORD: [bool; 128] = {
    let mut table = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

pub(super) fn class(c: char) -> Class {
    if c.is_ascii() {
        if ASCII_WORD[c as usize] { Class::Letter } else { Class::Separator }
    } else if is_paired(c) {
        Class::Unspaced(Unspaced::Characters)
    } else if is_unspaced_letter(c) {
        Class::Unspaced(Unspaced::Letters)
    } else if is_superscript(c) || is_invisible(c) {
        Class::Separator
    } else if c.is_alphanumeric() || is_combining_mark(c) {
        Class::Letter
    } else {
        Class::Separator
    }
}

/// Whether `c` belongs to a script without spaces, so that terms which begin with
/// it are pieces and not words.
pub fn is_unspaced(c: char) -> bool {
    is_paired(c) || is_unspaced_letter(c)
}

/// Whether `c` belongs to an unspaced alphabet: Thai, Lao, Burmese, Khmer (Unicode
/// blocks, without digits and punctuation).
fn is_unspaced_letter(c: char) -> bool {
    matches!(c,
        '\u{0E01}'..='\u{0E3A}'
        | '\u{0E40}'..='\u{0E4E}'
        | '\u{0E81}'..='\u{0EBD}'
        | '\u{0EC0}'..='\u{0ECE}'
        | '\u{0EDC}'..='\u{0EDF}'
        | '\u{1000}'..='\u{103F}'
        | '\u{1050}'..='\u{108F}'
        | '\u{109A}'..='\u{109D}'
        | '\u{1780}'..='\u{17D3}'
        | '\u{17D7}'
        | '\u{17DC}'..='\u{17DD}'
        | '\u{A9E0}'..='\u{A9EF}'
        | '\u{A9FA}'..='\u{A9FE}'
        | '\u{AA60}'..='\u{AA76}'
        | '\u{AA7A}'..='\u{AA7F}')
}

/// Whether `c` belongs to a script that is indexed by pairs of characters:
/// Han, Hiragana, Katakana, Bopomofo, Hangul (Unicode blocks).
pub fn is_paired(c: char) -> bool {
    is_hangul(c)
        || matches!(c,
        '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{3096}'
        | '\u{309D}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FF}'
        | '\u{3105}'..='\u{312F}'
        | '\u{31A0}'..='\u{31BF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// Whether `c` has no look of its own within a word: the soft hyphen that web pages
/// put into long words, the joiners of letters and words and what keeps them apart, what
/// chooses among forms of a character.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}')
}

/// Whether `c` keeps parts of a word apart in this place: Persian puts its endings and
/// prefixes so, where a space would do.
pub(super) fn parts_persian(before: Option<char>, c: char) -> bool {
    c == '\u{200C}' && before.is_some_and(|before| matches!(before, '\u{600}'..='\u{6FF}'))
}

/// A raised digit calls a note, or is an exponent.
fn is_superscript(c: char) -> bool {
    matches!(c, '\u{B2}' | '\u{B3}' | '\u{B9}' | '\u{2070}' | '\u{2074}'..='\u{2079}')
}

/// Whether `c` is a letter or a syllable of Korean, which has spaces between words.
pub(super) fn is_hangul(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11FF}'
        | '\u{3131}'..='\u{318E}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}')
}

/// Says where a line may be broken, in a script that has no spaces.
pub(super) const MAY_BREAK: char = '\u{200B}';

pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{5F3}' | '\u{FF07}')
}
