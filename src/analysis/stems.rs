//! The stems of many words at once, without a token stream for each.

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::language::Language;

/// Gives the stem of each of the folded words `surfaces` to `take`, in order.
/// No surface has a line feed in it, as no folded word has.
pub(crate) fn each_stem<'a>(
    language: Language,
    surfaces: impl Iterator<Item = &'a str>,
    mut take: impl FnMut(&str),
) {
    let Some(filter) = language.stem_filter() else {
        return surfaces.for_each(take);
    };
    let lines = LineTokenizer { token: Token::default() };
    let mut analyzer = TextAnalyzer::builder(lines).filter(filter).build();
    let mut text = String::new();
    for surface in surfaces {
        text.push_str(surface);
        text.push('\n');
        if text.len() >= BATCH_BYTES {
            analyzer.token_stream(&text).process(&mut |token| take(&token.text));
            text.clear();
        }
    }
    analyzer.token_stream(&text).process(&mut |token| take(&token.text));
}

/// So much text is stemmed at a time. Chosen by hand: what fits a cache.
const BATCH_BYTES: usize = 1 << 14;

/// Gives each line of a text as one token.
#[derive(Clone)]
struct LineTokenizer {
    token: Token,
}

impl Tokenizer for LineTokenizer {
    type TokenStream<'a> = LineStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> LineStream<'a> {
        self.token.reset();
        LineStream { rest: text, token: &mut self.token }
    }
}

struct LineStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl TokenStream for LineStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((line, rest)) = self.rest.split_once('\n') else {
            return false;
        };
        self.rest = rest;
        self.token.text.clear();
        self.token.text.push_str(line);
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
    use crate::analysis::Analyzer;

    #[test]
    fn stems_are_those_that_the_analyzer_gives() {
        let words = ["relationships", "", "running", "don't", "时间", "häuser", "l", "ﷺ"];
        let many = || words.iter().copied().cycle().take(8000);
        for &language in Language::ALL {
            let mut found = Vec::new();
            each_stem(language, many(), |stem| found.push(stem.to_owned()));
            let mut analyzer = Analyzer::new(language);
            let expected: Vec<String> = many().map(|word| analyzer.stem(word)).collect();
            assert_eq!(found, expected, "{language}");
        }
    }
}
