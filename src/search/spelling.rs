//! How far two spellings are apart.

use crate::analysis::AnalyzedWord;
use crate::analysis::words::Unit;

/// The number of insertions, deletions, substitutions and swaps of neighbours
/// that turn `a` into `b`, no letter touched twice: the optimal string alignment
/// distance, after F. Damerau, "A technique for computer detection and
/// correction of spelling errors", Communications of the ACM 7(3), 1964. In
/// characters; takes time in proportion to the product of the lengths.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substitution = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substitution.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// Whether near spellings of `piece` are looked for. Those of two or three letters of a
/// script without spaces would be nearly all others that share one with it.
pub(super) fn is_spelled(piece: &AnalyzedWord) -> bool {
    piece.unit == Unit::Word
}

/// How many changes may be made in `word` where `wanted` are asked for. One letter
/// stays at least, else every short word would be spelled like it.
pub(super) fn changes(word: &str, wanted: u8) -> u8 {
    let letters = word.chars().count().saturating_sub(1);
    wanted.min(u8::try_from(letters).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `e-mail~2` was looked for with any two letters in the place of `e`.
    #[test]
    fn a_letter_of_a_word_stays() {
        let allowed = [("", 2), ("e", 2), ("差", 1), ("关系", 2), ("mail", 2)]
            .map(|(word, wanted)| changes(word, wanted));
        assert_eq!(allowed, [0, 0, 0, 1, 2]);
    }

    #[test]
    fn distance_counts_changes_and_swaps() {
        for (a, b, expected) in [
            ("", "", 0),
            ("chain", "chain", 0),
            ("chain", "chian", 1),
            ("chain", "chin", 1),
            ("chain", "", 5),
            ("relationship", "realtionshp", 2),
            ("差", "链", 1),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }
}
