//! How much of the spelling of the query's words a passage shares.
//!
//! Character 5-grams of `_word_` (P. McNamee and J. Mayfield, "Character N-Gram
//! Tokenization for European Language Text Retrieval", Information Retrieval 7, 2004).
//! They find compounds, inflections that stemming misses and near spellings. They are
//! scored like terms by the first stage's formula, with k1 = 1 and lengths counting as
//! they do there by default, but without burstiness; headings are text, and a title's
//! grams count as the title's alone. No index of grams is needed: a passage's grams are
//! those of its words, and in how many passages a gram stands is bounded by the sum over
//! the words that contain it.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::wording::Wording;
use crate::analysis::grams::each_gram;
use crate::analysis::words::is_unspaced;
use crate::error::Result;
use crate::index::Snapshot;
use crate::rank::evaluator::Evaluator;
use crate::rank::length::LengthNorm;
use crate::rank::passage_words::{PassageTokens, PassageWords};
use crate::rank::statistics;

/// In how many passages each gram stands, at most; what losses tell of deleted ones is
/// subtracted when it is asked.
///
/// Forward files tell it. Where a segment has none its vocabulary is walked through, for
/// the grams of the first query alone, since there may be no other, and then once for
/// all.
#[derive(Debug, Default)]
pub struct GramTable {
    of_first: OnceLock<DocFreqs>,
    of_all: OnceLock<DocFreqs>,
}

/// By grams, for the segments without a forward file.
type DocFreqs = FxHashMap<u32, u64>;

impl GramTable {
    /// In how many passages of `snapshot`, which is the same each time, each of `grams`
    /// stands, which ascend.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`].
    fn doc_freqs(&self, snapshot: &Snapshot, grams: &[u32]) -> Result<Vec<u64>> {
        if grams.is_empty() {
            return Ok(Vec::new());
        }
        let counted = self.counted(snapshot, grams)?;
        let doc_freq = |&gram: &u32| {
            let mut doc_freq = counted.get(&gram).copied().unwrap_or(0);
            for segment in snapshot.segments() {
                let known = segment.forward()?.map_or(0, |forward| forward.gram_doc_freq(gram));
                let lost = segment.losses()?.map_or(0, |losses| losses.gram_doc_freq(gram));
                doc_freq = (doc_freq + known).saturating_sub(lost);
            }
            Ok(doc_freq)
        };
        grams.iter().map(doc_freq).collect()
    }

    /// What was counted for `grams` at least.
    fn counted(&self, snapshot: &Snapshot, grams: &[u32]) -> Result<&DocFreqs> {
        if let Some(all) = self.of_all.get() {
            return Ok(all);
        }
        if self.of_first.get().is_none() {
            let filter = Filter::of(grams);
            let is_asked = |gram| filter.may_hold(gram) && grams.binary_search(&gram).is_ok();
            let mut counted: DocFreqs = grams.iter().map(|&gram| (gram, 0)).collect();
            count(snapshot, is_asked, &mut counted)?;
            self.of_first.get_or_init(|| counted);
        }
        match self.of_first.get() {
            Some(first) if grams.iter().all(|gram| first.contains_key(gram)) => Ok(first),
            _ => {
                let mut counted = DocFreqs::default();
                count(snapshot, |_| true, &mut counted)?;
                Ok(self.of_all.get_or_init(|| counted))
            }
        }
    }
}

/// Adds the passages of the grams that `is_asked` wants to `counted`, of the segments
/// without a forward file, in time proportional to their vocabulary.
fn count(
    snapshot: &Snapshot,
    is_asked: impl Fn(u32) -> bool,
    counted: &mut DocFreqs,
) -> Result<()> {
    for segment in snapshot.segments() {
        let field = segment.field(snapshot.surface_field())?;
        let Some(field) = field.filter(|_| matches!(segment.forward(), Ok(None))) else {
            continue;
        };
        let is_told = segment.losses()?.is_some();
        let stream = field.dictionary.stream();
        let mut stream = stream.map_err(|error| segment.damaged(error))?;
        while stream.advance() {
            let info = stream.value();
            let lost = match segment.alive() {
                Some(_) if !is_told => statistics::lost_of(segment, field, info).0,
                _ => 0,
            };
            let doc_freq = u64::from(info.doc_freq.saturating_sub(lost));
            if let Ok(word) = std::str::from_utf8(stream.key())
                && !word.starts_with(is_unspaced)
            {
                each_gram(word, |gram| {
                    if is_asked(gram) {
                        *counted.entry(gram).or_default() += doc_freq;
                    }
                });
            }
        }
    }
    Ok(())
}

/// How lengths count: as by default in the first stage, b = 0.6. The ranking was tuned
/// with this, so that another b of the first stage does not reach it.
const TEXT: LengthNorm = LengthNorm { flat: 0.4, by_length: 0.6 };

/// The same of the title: b = 0.3.
const TITLE: LengthNorm = LengthNorm { flat: 0.7, by_length: 0.3 };

/// Scores shared grams for one query over some candidates.
pub(super) struct Grams {
    weight: f32,
    /// For each distinct gram of the query its factor.
    factors: Vec<f32>,
    /// For each word of the candidates what it holds.
    words: Vec<WordGrams>,
    /// The query's grams that words hold, as places in `factors`, word by word.
    shared: Vec<u32>,
    title_weight: f32,
    /// Grams in an average passage and in an average title.
    average: f32,
    average_title: f32,
}

/// The grams of one word.
struct WordGrams {
    count: u32,
    /// Which places of `shared` are its own.
    start: u32,
    end: u32,
}

impl Grams {
    pub(super) fn new(
        evaluator: &Evaluator<'_>,
        wording: &Wording,
        table: &GramTable,
        candidates: &PassageWords<'_>,
    ) -> Result<Self> {
        let mut grams: Vec<u32> = Vec::new();
        for word in wording.spaced() {
            each_gram(&word.surface, |gram| grams.push(gram));
        }
        grams.sort_unstable();
        let mut places: FxHashMap<u32, u32> = FxHashMap::default();
        let mut factors = Vec::new();
        let distinct: Vec<u32> = grams.chunk_by(|a, b| a == b).map(|equal| equal[0]).collect();
        let doc_freqs = table.doc_freqs(evaluator.snapshot, &distinct)?;
        for (equal, doc_freq) in grams.chunk_by(|a, b| a == b).zip(doc_freqs) {
            let idf = statistics::idf(doc_freq.min(evaluator.passages), evaluator.passages);
            places.insert(equal[0], factors.len() as u32);
            factors.push((equal.len() as f32).sqrt() * idf);
        }
        let filter = Filter::of(&grams);
        let mut shared = Vec::new();
        let mut words = Vec::with_capacity(candidates.words.len());
        for word in &candidates.words {
            let (mut count, start) = (0, shared.len() as u32);
            if !word.is_unspaced() {
                each_gram(&word.surface, |gram| {
                    count += 1;
                    if filter.may_hold(gram) {
                        shared.extend(places.get(&gram));
                    }
                });
            }
            words.push(WordGrams { count, start, end: shared.len() as u32 });
        }
        let fields = evaluator.snapshot.fields();
        let tokens = candidates.passages.iter().flat_map(|passage| &passage.tokens);
        let grams: u64 = tokens.map(|token| u64::from(words[token.word as usize].count)).sum();
        // Grams a word, on average over the candidates.
        let per_word = grams as f32 / candidates.token_count().max(1) as f32;
        Ok(Self {
            weight: evaluator.parameters.second.grams,
            factors,
            words,
            shared,
            title_weight: evaluator.parameters.title.weight,
            average: per_word * evaluator.average_length(fields.text)?,
            average_title: per_word * evaluator.average_length(fields.title)?,
        })
    }

    /// What shared grams add to the score of `passage`.
    pub(super) fn score(&self, passage: &PassageTokens) -> f32 {
        if self.factors.is_empty() {
            return 0.0;
        }
        let mut freqs = vec![(0u32, 0u32); self.factors.len()];
        let (mut length, mut title_length) = (0, 0);
        for (n, token) in passage.tokens.iter().enumerate() {
            let word = &self.words[token.word as usize];
            length += word.count;
            let is_title = n < passage.title_len;
            title_length += if is_title { word.count } else { 0 };
            for &gram in &self.shared[word.start as usize..word.end as usize] {
                let (body, title) = &mut freqs[gram as usize];
                *(if is_title { title } else { body }) += 1;
            }
        }
        let norm = TEXT.of(length as f32, self.average.max(1e-9));
        let title_norm = TITLE.of(title_length as f32, self.average_title.max(1e-9));
        let scores = freqs.iter().zip(&self.factors).map(|(&(body, title), factor)| {
            let x = body as f32 / norm + self.title_weight * title as f32 / title_norm;
            factor * x / (x + 1.0)
        });
        self.weight * scores.sum::<f32>()
    }
}

/// Tells for most grams at once that the query does not hold them: one bit for
/// each of 4,096 classes.
struct Filter([u64; 64]);

impl Filter {
    fn of(grams: &[u32]) -> Self {
        let mut bits = [0; 64];
        for &gram in grams {
            bits[(gram >> 6 & 63) as usize] |= 1 << (gram & 63);
        }
        Self(bits)
    }

    fn may_hold(&self, gram: u32) -> bool {
        self.0[(gram >> 6 & 63) as usize] >> (gram & 63) & 1 != 0
    }
}
