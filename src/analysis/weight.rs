//! Words that say little about what is looked for.

use super::AnalyzedWord;
use super::language::Language;

/// How much a word says about what is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Nothing: not scored where the query holds other words.
    Stop,
    /// Little: function and question words.
    Function,
    /// As much as any.
    Full,
}

/// The weight of a folded word in `language`. Only English has lists; the others
/// measured no better with theirs.
pub fn weight(surface: &str, language: Language) -> Weight {
    if language != Language::English {
        Weight::Full
    } else if ENGLISH_STOP.binary_search(&surface).is_ok() {
        Weight::Stop
    } else if ENGLISH_FUNCTION.binary_search(&surface).is_ok() {
        Weight::Function
    } else {
        Weight::Full
    }
}

/// Takes the stop words out of `words`, each of which has its pieces and any of which
/// suffices, where there are others.
pub(crate) fn take_stop_words(
    words: &mut [Vec<AnalyzedWord>],
    language: Language,
) -> Vec<AnalyzedWord> {
    let is_stop = |piece: &AnalyzedWord| weight(&piece.surface, language) == Weight::Stop;
    match words.iter().flatten().all(is_stop) {
        true => Vec::new(),
        false => {
            let taken = |word: &mut Vec<_>| word.extract_if(.., |piece| is_stop(piece)).collect();
            words.iter_mut().flat_map::<Vec<_>, _>(taken).collect()
        }
    }
}

/// The 33 stop words that Lucene's English analyzer has, sorted.
#[rustfmt::skip]
const ENGLISH_STOP: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it",
    "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these",
    "they", "this", "to", "was", "will", "with",
];

/// Function and question words, sorted; collected by hand. At half weight they
/// gained 0.8 % nDCG@10 over eight collections.
#[rustfmt::skip]
const ENGLISH_FUNCTION: &[&str] = &[
    "about", "above", "across", "after", "again", "against", "all", "almost", "alone", "along",
    "already", "also", "although", "always", "am", "among", "amongst", "any", "anybody", "anyone",
    "anything", "anywhere", "around", "away", "back", "became", "because", "become", "becomes",
    "been", "before", "behind", "being", "below", "beside", "besides", "between", "beyond",
    "both", "can", "cannot", "could", "did", "do", "does", "doing", "done", "down", "during",
    "each", "eg", "either", "else", "elsewhere", "enough", "etc", "even", "ever", "every",
    "everybody", "everyone", "everything", "everywhere", "few", "from", "further", "get", "gets",
    "getting", "give", "given", "gives", "go", "goes", "going", "gone", "got", "had", "has",
    "have", "having", "he", "hence", "her", "here", "hers", "herself", "him", "himself", "his",
    "how", "however", "i", "ie", "indeed", "instead", "its", "itself", "just", "keep", "kept",
    "know", "known", "last", "least", "less", "let", "like", "likely", "made", "mainly", "make",
    "makes", "making", "many", "may", "maybe", "me", "mean", "might", "mine", "more", "moreover",
    "most", "mostly", "much", "must", "my", "myself", "near", "nearly", "neither", "never",
    "nevertheless", "next", "nobody", "none", "nor", "nothing", "now", "nowhere", "often", "once",
    "one", "only", "onto", "other", "others", "otherwise", "our", "ours", "ourselves", "out",
    "over", "own", "per", "perhaps", "please", "put", "quite", "rather", "really", "said", "same",
    "say", "says", "see", "seem", "seemed", "seeming", "seems", "seen", "several", "shall", "she",
    "should", "since", "so", "some", "somebody", "somehow", "someone", "something", "sometime",
    "sometimes", "somewhere", "still", "take", "taken", "than", "thanks", "thats", "thee", "them",
    "themselves", "thence", "thereby", "therefore", "therein", "though", "through", "throughout",
    "thus", "together", "too", "toward", "towards", "two", "under", "until", "up", "upon", "us",
    "use", "used", "useful", "uses", "using", "usually", "various", "very", "via", "want",
    "wants", "way", "we", "well", "went", "were", "what", "whatever", "when", "whence",
    "whenever", "where", "whereas", "whereby", "wherein", "wherever", "whether", "which", "while",
    "whither", "who", "whoever", "whole", "whom", "whose", "why", "within", "without", "would",
    "yet", "you", "your", "yours", "yourself", "yourselves",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_apart() {
        assert!(ENGLISH_STOP.is_sorted() && ENGLISH_FUNCTION.is_sorted());
        assert!(ENGLISH_STOP.iter().all(|word| !ENGLISH_FUNCTION.contains(word)));
    }

    #[test]
    fn only_english_words_are_weighed() {
        assert_eq!(weight("the", Language::English), Weight::Stop);
        assert_eq!(weight("which", Language::English), Weight::Function);
        assert_eq!(weight("chain", Language::English), Weight::Full);
        assert_eq!(weight("die", Language::German), Weight::Full);
    }
}
