//! Character 5-grams of words.

/// Characters in a gram.
const GRAM: usize = 5;

/// Calls `visit` with a hash of each gram of `_word_`, in order; where that is
/// shorter than a gram, with a hash of the whole. Hashes of 32 bits are as good
/// as the grams themselves: among a million of them a given one has a namesake
/// once in four thousand times, and only a score depends on it.
pub(crate) fn each_gram(word: &str, mut visit: impl FnMut(u32)) {
    let mut window = 0;
    let mut count = 0;
    for c in std::iter::once('_').chain(word.chars()).chain(std::iter::once('_')) {
        window = (window << CHAR_BITS | u128::from(u32::from(c))) & WINDOW;
        count += 1;
        if count >= GRAM {
            visit(hash(window));
        }
    }
    if count < GRAM {
        visit(hash(window));
    }
}

/// Every character fits in so many bits.
const CHAR_BITS: usize = 21;

/// The last five characters.
const WINDOW: u128 = (1 << (CHAR_BITS * GRAM)) - 1;

fn hash(window: u128) -> u32 {
    // Multiply and fold, with an odd constant from the golden ratio.
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let low = (window as u64).wrapping_mul(FACTOR);
    let mixed = (low ^ low >> 32 ^ (window >> 64) as u64).wrapping_mul(FACTOR);
    (mixed >> 32) as u32
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
