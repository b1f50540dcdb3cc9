//! The words of the query and of the passages that are scored again.

use std::collections::HashMap;

use crate::analysis::words::Unit;
use crate::analysis::{self, Analyzer, PART_GAP, Weight};
use crate::error::Result;
use crate::index::Snapshot;
use crate::rank::top::ScoredPassage;

/// The words that a query wants, in the order they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// The words.
    pub words: Vec<QueryWord>,
}

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    /// The word, folded.
    pub surface: String,
    /// The word, folded and stemmed.
    pub stem: String,
    /// Whether it is a word between spaces or a piece of unspaced script.
    pub unit: Unit,
    /// How much it says.
    pub weight: Weight,
}

impl Wording {
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words that stand between spaces. Pieces of unspaced scripts overlap,
    /// which makes their nearness and their spelling say nothing new.
    pub(super) fn spaced(&self) -> impl Iterator<Item = &QueryWord> {
        self.words.iter().filter(|word| word.unit == Unit::Word)
    }

    /// The same without stop words, unless there are no others.
    pub(super) fn telling(&self) -> Vec<&QueryWord> {
        let all: Vec<&QueryWord> = self.spaced().collect();
        let telling = all.iter().filter(|word| word.weight != Weight::Stop).copied();
        let telling: Vec<&QueryWord> = telling.collect();
        if telling.is_empty() { all } else { telling }
    }
}

/// The passages that are scored again, as words.
pub(super) struct Candidates {
    pub(super) vocabulary: Vocabulary,
    pub(super) passages: Vec<CandidateWords>,
}

/// Every distinct word of the candidates.
#[derive(Default)]
pub(super) struct Vocabulary {
    ids: HashMap<String, u32>,
    pub(super) words: Vec<VocabularyWord>,
    stem_ids: HashMap<String, u32>,
    pub(super) stems: Vec<String>,
}

/// A distinct word of the candidates.
pub(super) struct VocabularyWord {
    pub(super) surface: String,
    /// Its stem's number in the vocabulary.
    pub(super) stem: u32,
    pub(super) unit: Unit,
    pub(super) weight: Weight,
}

/// One passage as words.
#[derive(Default)]
pub(super) struct CandidateWords {
    /// Title, headings and body in order.
    pub(super) tokens: Vec<Token>,
    /// How many of them are the title's.
    pub(super) title_len: usize,
}

/// One word of a passage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// The word's number in the vocabulary.
    pub(super) word: u32,
    /// Its position, with gaps between the parts.
    pub(super) position: u32,
}

impl Candidates {
    /// Reads the passages back and cuts them into words again.
    pub(super) fn read(snapshot: &Snapshot, passages: &[ScoredPassage]) -> Result<Self> {
        let mut analyzer = Analyzer::new(snapshot.language());
        let mut vocabulary = Vocabulary::default();
        let mut read = Vec::with_capacity(passages.len());
        for scored in passages {
            let passage = snapshot.passage(scored.address)?.passage;
            let mut words = CandidateWords::default();
            let mut position = 0;
            let title = passage.title.as_deref().filter(|title| *title != passage.text);
            let parts = title.into_iter().chain(passage.headings.iter().map(String::as_str));
            for part in parts {
                vocabulary.append(&mut analyzer, part, &mut position, &mut words.tokens);
                position += PART_GAP;
                if title.is_some() && words.title_len == 0 {
                    words.title_len = words.tokens.len();
                }
            }
            vocabulary.append(&mut analyzer, &passage.text, &mut position, &mut words.tokens);
            read.push(words);
        }
        Ok(Self { vocabulary, passages: read })
    }

    /// How many tokens all candidates have.
    pub(super) fn token_count(&self) -> usize {
        self.passages.iter().map(|passage| passage.tokens.len()).sum()
    }
}

impl Vocabulary {
    fn append(
        &mut self,
        analyzer: &mut Analyzer,
        text: &str,
        position: &mut u32,
        tokens: &mut Vec<Token>,
    ) {
        let language = analyzer.language();
        for word in analyzer.words(text) {
            let id = match self.ids.get(&word.surface) {
                Some(&id) => id,
                None => {
                    let id = self.words.len() as u32;
                    let stem = self.stem_id(&word.stem);
                    let weight = analysis::weight(&word.surface, language);
                    let (surface, unit) = (word.surface.clone(), word.unit);
                    self.words.push(VocabularyWord { surface, stem, unit, weight });
                    self.ids.insert(word.surface, id);
                    id
                }
            };
            tokens.push(Token { word: id, position: *position });
            *position += 1;
        }
    }

    fn stem_id(&mut self, stem: &str) -> u32 {
        if let Some(&id) = self.stem_ids.get(stem) {
            return id;
        }
        let id = self.stems.len() as u32;
        self.stems.push(stem.to_owned());
        self.stem_ids.insert(stem.to_owned(), id);
        id
    }

    /// The number of `stem`; `None` where no candidate holds it.
    pub(super) fn find_stem(&self, stem: &str) -> Option<u32> {
        self.stem_ids.get(stem).copied()
    }
}
