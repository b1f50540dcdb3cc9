//! From words to grams: in how many passages the words with a gram stand.

use rustc_hash::FxHashMap;

use crate::analysis::grams::each_gram;
use crate::analysis::words::is_unspaced;

/// Grams with the sums of their words' document frequencies, ascending by their
/// hashes. `word` gives each of the `words` words with its document frequency, or
/// `None` for one that is left out.
pub(in crate::index) fn gram_sums<'w>(
    words: usize,
    word: impl Fn(usize) -> Option<(&'w str, u32)>,
) -> Vec<(u32, u32)> {
    let passes = words.div_ceil(WORDS_A_PASS) as u64;
    let mut grams = Vec::new();
    for pass in 0..passes {
        let mut sums: FxHashMap<u32, u32> = FxHashMap::default();
        for (word, doc_freq) in (0..words).filter_map(&word) {
            // Pieces of unspaced scripts have no spelling to share.
            if word.starts_with(is_unspaced) {
                continue;
            }
            each_gram(word, |gram| {
                if (u64::from(gram) * passes) >> u32::BITS == pass {
                    let sum = sums.entry(gram).or_default();
                    *sum = sum.saturating_add(doc_freq);
                }
            });
        }
        let start = grams.len();
        grams.extend(sums);
        grams[start..].sort_unstable();
    }
    grams
}

/// There is a pass over the grams for every so many words, each for the next
/// hashes, so that the table of sums stays small. Chosen by hand; in tests so
/// small that there are several.
const WORDS_A_PASS: usize = if cfg!(test) { 4 } else { 1 << 19 };
