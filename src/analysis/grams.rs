//! Character 5-grams of words.

/// Characters in a gram.
const GRAM: usize = 5;

/// Calls `visit` with a hash of each gram of `_word_`, in order; where that is
/// shorter than a gram, with a hash of the whole. Hashes of 32 bits are as good
/// as the grams themselves: among a million of them a given one has a namesake
/// once in four thousand times, and only a score depends on it.
pub(crate) fn each_gram(word: &str, mut visit: impl FnMut(u32)) {
    let mut last = [0u32; GRAM];
    let mut count = 0;
    for c in std::iter::once('_').chain(word.chars()).chain(std::iter::once('_')) {
        last.rotate_left(1);
        last[GRAM - 1] = u32::from(c);
        count += 1;
        if count >= GRAM {
            visit(hash(&last));
        }
    }
    if count < GRAM {
        visit(hash(&last));
    }
}

fn hash(gram: &[u32; GRAM]) -> u32 {
    // Multiply and fold, with an odd constant from the golden ratio.
    let mut hash = 0u64;
    for &c in gram {
        hash = (hash.rotate_left(23) ^ u64::from(c)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grams(word: &str) -> Vec<u32> {
        let mut grams = Vec::new();
        each_gram(word, |gram| grams.push(gram));
        grams
    }

    #[test]
    fn a_word_gives_its_grams_with_its_ends() {
        let check = |word, count| assert_eq!(grams(word).len(), count, "{word}");
        check("chain", 3);
        check("chains", 4);
        check("bet", 1);
        check("a", 1);
        check("größe", 3);
    }

    #[test]
    fn equal_grams_have_equal_hashes_and_others_do_not() {
        assert_eq!(grams("chain")[..2], grams("chains")[..2]);
        assert_ne!(grams("chain")[2], grams("chains")[2]);
        assert_ne!(grams("bet"), grams("bat"));
    }
}
