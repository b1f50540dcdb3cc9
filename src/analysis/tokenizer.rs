//! The analyzers in the engine's own shape, for its own writer: tests hold what the
//! inversion of documents makes of them against what it makes.

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::composing::character_len;
use super::fold::fold;
use super::language::Language;
use super::words::{self, Words};
use super::{Analyzer, PART_GAP, PART_SEPARATOR};

/// Gives the stems of a text with their positions: what ranking and phrases
/// read.
#[derive(Clone, Copy)]
pub struct StemTokenizer;

/// Gives the surfaces of a text: what exact words, wildcards and spelling read.
#[derive(Clone, Copy)]
pub struct SurfaceTokenizer;

/// Gives the single characters of unspaced scripts, which the other two give
/// only in pairs.
#[derive(Clone, Copy)]
pub struct CharacterTokenizer;

impl StemTokenizer {
    /// The analyzer for `language`.
    pub fn analyzer(language: Language) -> TextAnalyzer {
        let stems = Some(Analyzer::new(language));
        TextAnalyzer::from(WordTokenizer { language, stems, token: Token::default() })
    }
}

impl SurfaceTokenizer {
    /// The analyzer for `language`.
    pub fn analyzer(language: Language) -> TextAnalyzer {
        TextAnalyzer::from(WordTokenizer { language, stems: None, token: Token::default() })
    }
}

impl CharacterTokenizer {
    /// The analyzer, the same for every language.
    pub fn analyzer() -> TextAnalyzer {
        TextAnalyzer::from(CharacterStreamer { token: Token::default() })
    }
}

#[derive(Clone)]
struct WordTokenizer {
    language: Language,
    stems: Option<Analyzer>,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordTokenStream<'a> {
        self.token.reset();
        WordTokenStream {
            text,
            words: words::words(text, self.language.elision()),
            language: self.language,
            stems: self.stems.as_ref(),
            seen: 0,
            token: &mut self.token,
        }
    }
}

struct WordTokenStream<'a> {
    text: &'a str,
    words: Words<'a>,
    language: Language,
    stems: Option<&'a Analyzer>,
    /// How far the text has been looked at for separators.
    seen: usize,
    token: &'a mut Token,
}

impl TokenStream for WordTokenStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else {
            return false;
        };
        let range = word.range;
        let between = &self.text.as_bytes()[self.seen.min(range.start)..range.start];
        let parts = between.iter().filter(|&&byte| byte == PART_SEPARATOR as u8).count() as u32;
        self.seen = range.end;
        self.token.offset_from = range.start;
        self.token.offset_to = range.end;
        let step = 1 + (parts * PART_GAP) as usize;
        self.token.position = self.token.position.wrapping_add(step);
        fold(&self.text[range], self.language, &mut self.token.text);
        if let Some(analyzer) = self.stems {
            self.token.text = analyzer.stem(&self.token.text).into_owned();
        }
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[derive(Clone)]
struct CharacterStreamer {
    token: Token,
}

impl Tokenizer for CharacterStreamer {
    type TokenStream<'a> = CharacterStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CharacterStream<'a> {
        self.token.reset();
        CharacterStream { text, at: 0, token: &mut self.token }
    }
}

struct CharacterStream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl TokenStream for CharacterStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(before) = self.text[self.at..].find(words::is_paired) else {
            return false;
        };
        let start = self.at + before;
        self.at = start + character_len(&self.text[start..]);
        self.token.offset_from = start;
        self.token.offset_to = self.at;
        self.token.position = self.token.position.wrapping_add(1);
        // No language: characters have neither endings nor possessives.
        fold(&self.text[start..self.at], Language::None, &mut self.token.text);
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
pub(super) mod tests {
    use super::*;

    /// The terms that `analyzer` makes of `text`.
    pub fn tokens(mut analyzer: TextAnalyzer, text: &str) -> Vec<String> {
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
    fn surfaces_keep_their_endings_and_pairs() {
        let found = tokens(SurfaceTokenizer::analyzer(Language::English), "Running 时间差 链");
        assert_eq!(found, ["running", "时间", "间差", "链"]);
    }

    #[test]
    fn characters_are_those_of_unspaced_scripts() {
        let found = tokens(CharacterTokenizer::analyzer(), "Running 时间差 ｱ 链");
        assert_eq!(found, ["时", "间", "差", "ア", "链"]);
    }

    #[test]
    fn positions_count_words_from_zero() {
        let mut analyzer = StemTokenizer::analyzer(Language::English);
        let mut positions = Vec::new();
        analyzer.token_stream("a time 差").process(&mut |token| positions.push(token.position));
        assert_eq!(positions, [0, 1, 2]);
    }

    #[test]
    fn parts_of_a_passage_stand_far_apart() {
        let mut analyzer = StemTokenizer::analyzer(Language::English);
        let mut positions = Vec::new();
        let text = "Mi Talk\u{1E}\u{1E}a bet";
        analyzer.token_stream(text).process(&mut |token| positions.push(token.position));
        assert_eq!(positions, [0, 1, 102, 103]);
    }
}
