//! The analyzers in the engine's own shape, for the inversion of documents.

use std::ops::Range;

use tantivy::tokenizer::{TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer};

use super::language::{Elision, Language};
use super::words::{self, Unit, Words};

/// Gives the stems of a text with their positions: what ranking and phrases
/// read.
#[derive(Clone, Copy)]
pub struct StemTokenizer;

/// Gives the surfaces of a text, and each single character of unspaced scripts:
/// what exact words, wildcards and spelling read.
#[derive(Clone, Copy)]
pub struct SurfaceTokenizer;

impl StemTokenizer {
    /// The analyzer for `language`.
    pub fn analyzer(language: Language) -> TextAnalyzer {
        let words = WordTokenizer { language, singles: Singles::Alone, token: Token::default() };
        match language.stem_filter() {
            Some(stemmer) => TextAnalyzer::from(stemmer.transform(words)),
            None => TextAnalyzer::from(words),
        }
    }
}

impl SurfaceTokenizer {
    /// The analyzer for `language`.
    pub fn analyzer(language: Language) -> TextAnalyzer {
        let token = Token::default();
        TextAnalyzer::from(WordTokenizer { language, singles: Singles::All, token })
    }
}

/// Which single characters of unspaced scripts are tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Singles {
    /// Those that have no neighbour to pair with.
    Alone,
    /// All of them, beside the pairs.
    All,
}

#[derive(Clone)]
struct WordTokenizer {
    language: Language,
    singles: Singles,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordTokenStream<'a> {
        self.token.reset();
        let elision: Elision = self.language.elision();
        WordTokenStream {
            text,
            words: words::words(text, elision),
            language: self.language,
            singles: self.singles,
            pending: [None, None],
            token: &mut self.token,
        }
    }
}

struct WordTokenStream<'a> {
    text: &'a str,
    words: Words<'a>,
    language: Language,
    singles: Singles,
    /// Single characters still to be given behind the pair they stand in.
    pending: [Option<Range<usize>>; 2],
    token: &'a mut Token,
}

impl WordTokenStream<'_> {
    fn set(&mut self, range: Range<usize>) {
        self.token.offset_from = range.start;
        self.token.offset_to = range.end;
        self.token.position = self.token.position.wrapping_add(1);
        words::fold(&self.text[range], self.language, &mut self.token.text);
    }

    /// Every pair is followed by its first character, the last pair of a run by
    /// both.
    fn singles_of(&self, pair: &Range<usize>) -> [Option<Range<usize>>; 2] {
        let first = self.text[pair.clone()].chars().next().map_or(0, char::len_utf8);
        let middle = pair.start + first;
        let run_goes_on = self.text[pair.end..].chars().next().is_some_and(words::is_unspaced);
        let last = (!run_goes_on).then_some(middle..pair.end);
        [Some(pair.start..middle), last]
    }
}

impl TokenStream for WordTokenStream<'_> {
    fn advance(&mut self) -> bool {
        if let Some(range) = self.pending.iter_mut().find_map(Option::take) {
            self.set(range);
            return true;
        }
        let Some(word) = self.words.next() else {
            return false;
        };
        if word.unit == Unit::Pair && self.singles == Singles::All {
            self.pending = self.singles_of(&word.range);
        }
        self.set(word.range);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(mut analyzer: TextAnalyzer, text: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        analyzer.token_stream(text).process(&mut |token| tokens.push(token.text.clone()));
        tokens
    }

    #[test]
    fn stems_are_what_the_analyzer_gives() {
        let text = "Huang's simplest explanations: QQ的关系链 l'homme 链";
        for &language in Language::ALL {
            let expected: Vec<String> = crate::analysis::Analyzer::new(language)
                .words(text)
                .into_iter()
                .map(|word| word.stem)
                .collect();
            assert_eq!(tokens(StemTokenizer::analyzer(language), text), expected, "{language}");
        }
    }

    #[test]
    fn surfaces_hold_single_characters_beside_the_pairs() {
        let found = tokens(SurfaceTokenizer::analyzer(Language::English), "Running 时间差 链");
        assert_eq!(found, ["running", "时间", "时", "间差", "间", "差", "链"]);
    }

    #[test]
    fn positions_count_words_from_zero() {
        let mut analyzer = StemTokenizer::analyzer(Language::English);
        let mut positions = Vec::new();
        analyzer.token_stream("a time 差").process(&mut |token| positions.push(token.position));
        assert_eq!(positions, [0, 1, 2]);
    }
}
