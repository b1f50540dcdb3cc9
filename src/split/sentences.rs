//! Where a sentence ends.
//!
//! A rough and fast judgement, used to choose among many places: it may miss an
//! end, and should not see one where there is none. Unicode's own rules take
//! every `Dr. Smith` for two sentences.

use super::text::is_space;

/// Words after which a full stop ends nothing, in lower case. Months are left
/// out: they end sentences more often than they are cut short.
const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "art", "bd", "bzw", "ca", "capt", "cf", "ch", "chap", "co", "col", "corp",
    "dept", "dr", "ed", "eds", "eq", "eqs", "est", "etc", "ext", "fig", "figs", "gen", "gov",
    "hon", "inc", "jr", "lt", "ltd", "mme", "mr", "mrs", "ms", "mt", "no", "nos", "nr", "op", "pp",
    "prof", "ref", "refs", "rep", "rev", "sec", "sen", "sgt", "sr", "st", "str", "tel", "univ",
    "vgl", "vol", "vols", "vs",
];

/// What is longer is no abbreviation, in bytes: those of the table have six at most,
/// and initials with stops between them (`U.S.S.R.`) some more. Chosen by hand.
const LONGEST_ABBREVIATION: usize = 12;

/// So many marks that close may stand behind a sentence: more than anyone writes, and
/// few where a text is made of them. Chosen by hand.
const MOST_CLOSERS: usize = 8;

/// Whether `line`, taken by itself, ends with the end of a sentence.
pub(super) fn ends_sentence(line: &str) -> bool {
    let words = line.trim_end_matches(|c| is_space(c) || is_closer(c));
    words.ends_with(|c| is_stop(c) || is_ideographic_stop(c))
}

/// Whether a sentence ends between `before` and `after`, which follow upon each
/// other in a text.
pub(super) fn is_sentence_end(before: &str, after: &str) -> bool {
    let words = without_closers(before);
    let Some(mark) = words.chars().next_back() else { return false };
    let mut following = after.chars();
    if is_ideographic_stop(mark) {
        let belongs = |c| is_closer(c) || is_stop(c) || is_ideographic_stop(c);
        return !following.next().is_some_and(belongs);
    }
    if !is_stop(mark) || !following.next().is_none_or(is_space) {
        return false;
    }
    let goes_on = following.find(|&c| !is_space(c)).is_some_and(char::is_lowercase);
    !goes_on && (mark != '.' || !is_abbreviated(&words[..words.len() - 1]))
}

/// `before` without the marks that close behind it.
fn without_closers(before: &str) -> &str {
    let mut words = before;
    for _ in 0..MOST_CLOSERS {
        let Some(rest) = words.strip_suffix(is_closer) else { break };
        words = rest;
    }
    words
}

/// Whether a stop or a bracket may end a sentence with no space behind it.
pub(super) fn may_end_without_space(c: char) -> bool {
    is_ideographic_stop(c) || !c.is_ascii() && is_closer(c)
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉' | '؟' | '۔' | '।' | '॥' | '։' | '።')
}

/// Marks of scripts that put no space behind them.
fn is_ideographic_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．')
}

/// Quotes and brackets that close, and so belong to the sentence before them.
fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | ')' | ']' | '}' | '”' | '’' | '»' | '›')
        || matches!(c, '」' | '』' | '】' | '》' | '〉' | '〕' | '）' | '］' | '｝' | '＂' | '｣')
}

/// Whether the text before a full stop makes it a sign of abbreviation: a known
/// one, an initial (`J.`), a short word with stops inside (`e.g.`, `U.S.`), or a
/// number that may be an ordinal or a list's (`3.`).
fn is_abbreviated(before: &str) -> bool {
    let opens = |c: char| is_space(c) || matches!(c, '(' | '[' | '"' | '\'' | '“' | '‘' | '-');
    let word = before.rsplit(opens).next().unwrap_or_default();
    if word.is_empty() || word.len() > LONGEST_ABBREVIATION {
        return false;
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.len() <= 2;
    }
    let is_brief = |part: &str| part.chars().count() <= 2 && part.chars().all(char::is_alphabetic);
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(only), None) => only.is_alphabetic(),
        _ if word.contains('.') => word.split('.').all(is_brief),
        _ => ABBREVIATIONS.binary_search(&word.to_lowercase().as_str()).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` marks the place that is asked about.
    fn check(text: &str, expected: bool) {
        let (before, after) = text.split_once('|').unwrap_or((text, ""));
        assert_eq!(is_sentence_end(before, after), expected, "{text}");
    }

    #[test]
    fn a_stop_before_a_space_ends_a_sentence() {
        check("It ended.| Then", true);
        check("It ended.|\nThen", true);
        check("Did it?| Yes", true);
        check("(It did.)| Yes", true);
        check("\"It did!\"| Yes", true);
        check("It ended.|", true);
        check("in 1999.| Then", true);
    }

    #[test]
    fn other_places_end_none() {
        check("It| ended", false);
        check("It ended,| then", false);
        check("version 1.|2 is", false);
        check("| Then", false);
        check("\"Why?\"| she asked", false);
    }

    #[test]
    fn abbreviations_end_none() {
        for text in ["Dr.| Smith", "see e.g.| Smith", "J.| Smith", "(cf.| Smith", "am 3.| Oktober"]
        {
            check(text, false);
        }
        check("the U.S.| Army", false);
        check("et al.| Smith", false);
    }

    #[test]
    fn ideographic_stops_need_no_space() {
        check("天地。|玄黄", true);
        check("「天地。」|玄黄", true);
        check("「天地。|」玄黄", false);
        check("天地！|？玄黄", false);
    }

    #[test]
    fn the_abbreviations_are_in_order() {
        assert!(ABBREVIATIONS.is_sorted());
    }

    #[test]
    fn a_line_ends_with_a_sentence_behind_quotes_and_white_space() {
        assert!(ends_sentence("He said: \"No.\" \r"));
        assert!(ends_sentence("他说：“不。”"));
        assert!(!ends_sentence("He said,"));
        assert!(!ends_sentence(""));
    }
}
