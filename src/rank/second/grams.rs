//! How much of the spelling of the query's words a passage shares.
//!
//! Character 5-grams of `_word_`, scored like terms by the first stage's formula
//! (P. McNamee and J. Mayfield, "Character N-Gram Tokenization for European
//! Language Text Retrieval", Information Retrieval 7, 2004). They find compounds,
//! inflections that stemming misses and near spellings. No index of grams is
//! needed: a passage's grams are those of its words, and in how many passages a
//! gram stands is bounded by the sum over the words that contain it.

use std::collections::HashMap;

use super::words::{CandidateWords, Candidates, Wording};
use crate::analysis::words::Unit;
use crate::error::Result;
use crate::index::Snapshot;
use crate::rank::evaluate::Evaluator;
use crate::rank::statistics;

/// Characters in a gram.
const GRAM: usize = 5;

/// In how many passages each gram stands, at most.
#[derive(Debug, Default)]
pub struct GramTable {
    doc_freqs: HashMap<Box<str>, u64>,
}

impl GramTable {
    /// The grams of all words of an index, in time proportional to its
    /// vocabulary.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    pub fn of(snapshot: &Snapshot) -> Result<Self> {
        let mut doc_freqs: HashMap<Box<str>, u64> = HashMap::new();
        for segment in snapshot.segments() {
            let Some(field) = segment.field(snapshot.surface_field())? else { continue };
            let stream = field.dictionary.stream();
            let mut stream = stream.map_err(|error| segment.damaged(error))?;
            while stream.advance() {
                let doc_freq = u64::from(stream.value().doc_freq);
                if let Ok(word) = std::str::from_utf8(stream.key()) {
                    for_each_gram(word, |gram| match doc_freqs.get_mut(gram) {
                        Some(sum) => *sum += doc_freq,
                        None => {
                            doc_freqs.insert(gram.into(), doc_freq);
                        }
                    });
                }
            }
        }
        Ok(Self { doc_freqs })
    }

    fn doc_freq(&self, gram: &str) -> u64 {
        self.doc_freqs.get(gram).copied().unwrap_or(0)
    }
}

/// Calls `visit` with each gram of `_word_`, the whole where it is shorter.
fn for_each_gram(word: &str, mut visit: impl FnMut(&str)) {
    let padded = format!("_{word}_");
    let ends: Vec<usize> = padded.char_indices().map(|(at, _)| at).chain([padded.len()]).collect();
    if ends.len() <= GRAM {
        return visit(&padded);
    }
    for window in ends.windows(GRAM + 1) {
        visit(&padded[window[0]..window[GRAM]]);
    }
}

/// Scores shared grams for one query over some candidates.
pub(super) struct Grams {
    weight: f32,
    /// For each gram of the query its factor, by the number it has here.
    factors: Vec<f32>,
    /// For each word of the vocabulary: how many grams it has, and which of the
    /// query's it holds.
    words: Vec<(u32, Vec<u32>)>,
    title_weight: f32,
    /// Grams in an average passage and in an average title.
    average: f32,
    average_title: f32,
}

impl Grams {
    pub(super) fn new(
        evaluator: &Evaluator<'_>,
        wording: &Wording,
        table: &GramTable,
        candidates: &Candidates,
    ) -> Result<Self> {
        let mut places: HashMap<String, u32> = HashMap::new();
        let mut counts: Vec<u32> = Vec::new();
        let mut factors = Vec::new();
        for word in wording.spaced() {
            for_each_gram(&word.surface, |gram| {
                let place = places.entry(gram.to_owned()).or_insert(counts.len() as u32);
                if *place as usize == counts.len() {
                    let doc_freq = table.doc_freq(gram).min(evaluator.passages);
                    factors.push(statistics::idf(doc_freq, evaluator.passages));
                    counts.push(0);
                }
                counts[*place as usize] += 1;
            });
        }
        for (factor, &count) in factors.iter_mut().zip(&counts) {
            *factor *= (count as f32).sqrt();
        }
        let words: Vec<(u32, Vec<u32>)> = candidates
            .vocabulary
            .words
            .iter()
            .map(|word| {
                let (mut count, mut shared) = (0, Vec::new());
                if word.unit == Unit::Word {
                    for_each_gram(&word.surface, |gram| {
                        count += 1;
                        shared.extend(places.get(gram));
                    });
                }
                (count, shared)
            })
            .collect();
        let fields = evaluator.snapshot.fields();
        let grams: u64 = candidates
            .passages
            .iter()
            .flat_map(|passage| &passage.tokens)
            .map(|token| u64::from(words[token.word as usize].0))
            .sum();
        // Grams a word, on average over the candidates.
        let per_word = grams as f32 / candidates.token_count().max(1) as f32;
        Ok(Self {
            weight: evaluator.parameters.second.grams,
            factors,
            words,
            title_weight: evaluator.parameters.title.weight,
            average: per_word * evaluator.average_length(fields.text)?,
            average_title: per_word * evaluator.average_length(fields.title)?,
        })
    }

    /// What shared grams add to the score of `passage`.
    pub(super) fn score(&self, passage: &CandidateWords) -> f32 {
        if self.factors.is_empty() {
            return 0.0;
        }
        let mut freqs = vec![(0u32, 0u32); self.factors.len()];
        let (mut length, mut title_length) = (0, 0);
        for (n, token) in passage.tokens.iter().enumerate() {
            let (count, shared) = &self.words[token.word as usize];
            length += count;
            let is_title = n < passage.title_len;
            title_length += if is_title { *count } else { 0 };
            for &gram in shared {
                let (body, title) = &mut freqs[gram as usize];
                *(if is_title { title } else { body }) += 1;
            }
        }
        let norm = 0.4 + 0.6 * length as f32 / self.average.max(1e-9);
        let title_norm = 0.7 + 0.3 * title_length as f32 / self.average_title.max(1e-9);
        let scores = freqs.iter().zip(&self.factors).map(|(&(body, title), factor)| {
            let x = body as f32 / norm + self.title_weight * title as f32 / title_norm;
            factor * x / (x + 1.0)
        });
        self.weight * scores.sum::<f32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_gives_its_grams_with_its_ends() {
        let grams = |word| {
            let mut grams = Vec::new();
            for_each_gram(word, |gram| grams.push(gram.to_owned()));
            grams
        };
        assert_eq!(grams("chain"), ["_chai", "chain", "hain_"]);
        assert_eq!(grams("bet"), ["_bet_"]);
        assert_eq!(grams("a"), ["_a_"]);
        assert_eq!(grams("größe"), ["_größ", "größe", "röße_"]);
    }
}
