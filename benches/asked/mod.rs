//! What is asked of the indexes, whether time is measured or instructions are.

use crate::generator::word;

/// How many paragraphs they have.
pub const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// How many passages are found.
pub const HITS: usize = 10;

/// A common, a middling and a rare word.
pub fn union() -> String {
    format!("{} {} {}", word(8), word(300), word(6_000))
}

/// Forty words from common to rare, as a paragraph has them.
pub fn long() -> String {
    let words: Vec<String> = (0..40).map(|n| word(n * n * 4)).collect();
    words.join(" ")
}

/// A common and a middling word, both required.
pub fn intersection() -> String {
    format!("+{} +{}", word(8), word(300))
}

/// Two common words in a row: of others none stand so in this text.
pub fn phrase() -> String {
    format!("\"{} {}\"", word(2), word(8))
}
