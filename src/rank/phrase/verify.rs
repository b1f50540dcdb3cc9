//! Whether words stand as arranged as they are written, where their stems do.

use super::Arrangement;
use crate::analysis::{AnalyzedWord, Analyzer};
use crate::error::Result;
use crate::index::{Rows, StoredPassage};
use crate::rank::scope::Scope;

/// Asked whether a passage that matches by its stems is really meant.
pub(super) type Verify<'a> = Box<dyn FnMut(u32) -> bool + 'a>;

impl<'s> Scope<'_, 's> {
    /// Looks for `words`, unstemmed, as arranged; in order, where their stems are `terms`,
    /// among the tokens of a passage, else in its text, which is read back.
    pub(super) fn verify(
        &self,
        terms: &[String],
        words: &[String],
        arrangement: Arrangement,
    ) -> Result<Verify<'s>> {
        let segment = self.segment;
        if arrangement == Arrangement::InOrder
            && let Some((forward, mut places)) = self.words_in_order(terms)?
        {
            for (numbers, word) in places.iter_mut().zip(words) {
                numbers.retain(|&number| forward.word(number) == Some(word));
            }
            let mut rows = Rows::new(forward, places);
            return Ok(Box::new(move |doc| segment.rows_or_damage(&mut rows, doc) > 0));
        }
        let words = words.to_vec();
        let analyzer = Analyzer::new(self.evaluator.snapshot.language());
        Ok(Box::new(move |doc| {
            let Some(StoredPassage { passage, .. }) = segment.passage_or_damage(doc) else {
                return false;
            };
            let mut holds = |text: &str| {
                let found = analyzer.words(text);
                match arrangement {
                    Arrangement::InOrder => holds_in_order(&found, &words),
                    Arrangement::Within(distance) => holds_within(&found, &words, distance),
                }
            };
            holds(&passage.text)
                || passage.title.as_deref().is_some_and(&mut holds)
                || passage.headings.iter().any(|heading| holds(heading))
        }))
    }
}

/// Whether `words` stand in `found` in a row.
fn holds_in_order(found: &[AnalyzedWord], words: &[String]) -> bool {
    let mut rows = found.windows(words.len());
    rows.any(|row| row.iter().map(|word| &word.surface).eq(words.iter()))
}

/// Whether `words`, no two the same, stand in `found` in any order with at most
/// `distance` others between them.
fn holds_within(found: &[AnalyzedWord], words: &[String], distance: u32) -> bool {
    let widest = words.len().saturating_add(distance as usize);
    // The last place of each so far.
    let mut places: Vec<Option<usize>> = vec![None; words.len()];
    found.iter().enumerate().any(|(place, word)| {
        let Some(number) = words.iter().position(|wanted| *wanted == word.surface) else {
            return false;
        };
        places[number] = Some(place);
        places.iter().all(|last| last.is_some_and(|last| place - last < widest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Language;

    fn check(text: &str, words: &str, distance: u32, expected: bool) {
        let found = Analyzer::new(Language::English).words(text);
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let holds = holds_within(&found, &words, distance);
        assert_eq!(holds, expected, "{words:?} within {distance} in {text:?}");
    }

    #[test]
    fn nearness_counts_the_words_between() {
        check("a x y b", "a b", 1, false);
        check("a x y b", "a b", 2, true);
        check("b x a", "a b", 1, true);
        check("a x x b x a", "a b", 1, true);
        check("a x b x c", "c b a", 1, false);
        check("a x b x c", "c b a", 2, true);
        check("a a", "a b", 9, false);
        check("times x time", "time times", 0, false);
        check("times x time", "time times", 1, true);
    }
}
