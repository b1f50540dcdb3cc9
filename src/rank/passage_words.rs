//! Some passages as words: those that are scored again, or learned from.
//!
//! A segment's forward file gives the words of a passage as numbers; where there
//! is none the passage is read back and cut into words again. Words and stems get
//! numbers of their own here, so that everything behind works on small tables.

use std::borrow::Cow;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::evaluator::Evaluator;
use super::statistics::{self, Counts, StemCounts};
use super::top::ScoredPassage;
use crate::analysis::words::is_unspaced;
use crate::analysis::{self, AnalyzedWord, Analyzer, PART_GAP, PART_SEPARATOR, Weight};
use crate::error::Result;
use crate::index::{ForwardToken, ForwardWord, OpenSegment};

/// Some passages as words.
pub(super) struct PassageWords<'s> {
    /// Every distinct word of them.
    pub(super) words: Vec<DistinctWord<'s>>,
    /// Every distinct stem of them, with its factor in the first stage.
    pub(super) factors: Vec<f32>,
    pub(super) passages: Vec<PassageTokens>,
    stems: Stems,
}

/// A distinct word of the passages.
pub(super) struct DistinctWord<'s> {
    pub(super) surface: Cow<'s, str>,
    /// Its stem's number.
    pub(super) stem: u32,
    pub(super) weight: Weight,
}

/// One passage as words.
#[derive(Default)]
pub(super) struct PassageTokens {
    /// Title, headings and body in order.
    pub(super) tokens: Vec<Token>,
    /// How many of them are the title's.
    pub(super) title_len: usize,
}

/// One word of a passage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// The word's number.
    pub(super) word: u32,
    /// Its position, with gaps between the parts.
    pub(super) position: u32,
}

/// How stems are told apart.
struct Stems {
    /// For each segment, by their numbers in its dictionary.
    numbered: Vec<FxHashMap<u32, u32>>,
    /// By their names, which are the same in every segment; `None` where numbers say
    /// it all: in a single segment with a forward file.
    named: Option<FxHashMap<String, u32>>,
}

impl DistinctWord<'_> {
    /// Whether it is a piece of an unspaced script.
    pub(super) fn is_unspaced(&self) -> bool {
        !self.surface.as_bytes().first().is_some_and(u8::is_ascii)
            && self.surface.starts_with(is_unspaced)
    }
}

impl<'s> PassageWords<'s> {
    /// Reads the passages of `scored`.
    pub(super) fn read(evaluator: &Evaluator<'s>, scored: &[ScoredPassage]) -> Result<Self> {
        let snapshot = evaluator.snapshot;
        let counts = snapshot.segments().iter().map(StemCounts::of_segment);
        let counts = counts.collect::<Result<Vec<_>>>()?;
        let of_segment = |(ordinal, known): (usize, &Option<_>)| {
            let of_it = |it: &&ScoredPassage| it.address.segment_ord as usize == ordinal;
            known.as_ref().map_or(0, |_| scored.iter().filter(of_it).count())
        };
        let stems = Stems {
            numbered: counts.iter().enumerate().map(|it| with_room(of_segment(it))).collect(),
            named: match counts.as_slice() {
                [Some(_)] => None,
                _ => Some(with_room(scored.len())),
            },
        };
        let mut reader = Reader {
            evaluator,
            counts,
            analyzer: Analyzer::new(snapshot.language()),
            by_number: snapshot.segments().iter().map(|_| Numbers::default()).collect(),
            by_surface: FxHashMap::default(),
            room: Vec::new(),
            read: Self {
                words: Vec::with_capacity(NEW_WORDS * scored.len()),
                factors: Vec::with_capacity(NEW_WORDS * scored.len()),
                passages: Vec::with_capacity(scored.len()),
                stems,
            },
        };
        for passage in scored {
            let (segment, doc) = (passage.address.segment_ord, passage.address.doc_id);
            let read = match reader.counts[segment as usize] {
                Some(counts) => reader.look_up(counts, segment, doc)?,
                None => reader.analyze(segment, doc)?,
            };
            reader.read.passages.push(read);
        }
        Ok(reader.read)
    }

    /// The number of the stem of a query's word; `None` where no passage holds
    /// it.
    pub(super) fn find_stem(&self, evaluator: &Evaluator<'_>, stem: &str) -> Result<Option<u32>> {
        if let Some(named) = &self.stems.named {
            return Ok(named.get(stem).copied());
        }
        let segment = &evaluator.snapshot.segments()[0];
        let text = segment.field(evaluator.snapshot.fields().text)?;
        let number = text.map(|text| statistics::stem_number(segment, text, stem)).transpose()?;
        Ok(number.flatten().and_then(|number| self.stems.numbered[0].get(&number).copied()))
    }

    /// The names of `stems`, in their order.
    pub(super) fn stem_names(
        &self,
        evaluator: &Evaluator<'_>,
        stems: &[u32],
    ) -> Result<Vec<String>> {
        if let Some(named) = &self.stems.named {
            let mut names = vec![""; named.len()];
            named.iter().for_each(|(name, &stem)| names[stem as usize] = name);
            return Ok(stems.iter().map(|&stem| names[stem as usize].to_owned()).collect());
        }
        let numbered = &self.stems.numbered[0];
        let mut numbers = vec![0; numbered.len()];
        numbered.iter().for_each(|(&number, &stem)| numbers[stem as usize] = number);
        let segment = &evaluator.snapshot.segments()[0];
        let name = |&stem: &u32| stem_name(evaluator, segment, numbers[stem as usize]);
        stems.iter().map(name).collect()
    }

    /// How many tokens all passages have.
    pub(super) fn token_count(&self) -> usize {
        self.passages.iter().map(|passage| passage.tokens.len()).sum()
    }
}

/// The name of the stem with the number `stem` in the dictionary of `segment`.
fn stem_name(evaluator: &Evaluator<'_>, segment: &OpenSegment, stem: u32) -> Result<String> {
    let text = segment.field(evaluator.snapshot.fields().text)?;
    let mut name = Vec::new();
    let found = text.map(|text| text.dictionary.ord_to_term(u64::from(stem), &mut name));
    found.transpose().map_err(|error| segment.damaged(error))?;
    String::from_utf8(name).map_err(|error| segment.damaged(error))
}

/// What the numbers of a forward file are among the words read. The most
/// frequent words have the smallest numbers and most of the tokens, so those are
/// looked up by place.
#[derive(Default)]
struct Numbers {
    /// One more than the word; 0 for none.
    frequent: Vec<u32>,
    rare: FxHashMap<u32, u32>,
}

impl Numbers {
    /// Numbers below this are looked up by place: 16 KiB.
    const FREQUENT: u32 = 4096;

    fn get(&self, number: u32) -> Option<u32> {
        match self.frequent.get(number as usize) {
            Some(&word) => word.checked_sub(1),
            None => self.rare.get(&number).copied(),
        }
    }

    fn insert(&mut self, number: u32, word: u32) {
        if self.frequent.is_empty() {
            self.frequent.resize(Self::FREQUENT as usize, 0);
        }
        match self.frequent.get_mut(number as usize) {
            Some(slot) => *slot = word + 1,
            None => {
                self.rare.insert(number, word);
            }
        }
    }
}

/// So many words each passage brings that none before it had: some twenty. Tables that
/// grew step by step were a twentieth of a search.
const NEW_WORDS: usize = 24;

/// A table for the words of so many passages.
fn with_room<K>(passages: usize) -> FxHashMap<K, u32> {
    FxHashMap::with_capacity_and_hasher(NEW_WORDS * passages, FxBuildHasher)
}

struct Reader<'e, 's> {
    evaluator: &'e Evaluator<'s>,
    /// For each segment that has a forward file.
    counts: Vec<Option<StemCounts<'s>>>,
    analyzer: Analyzer,
    /// For each segment that was looked into, words by their numbers there.
    by_number: Vec<Numbers>,
    by_surface: FxHashMap<String, u32>,
    /// What is read of a forward file.
    room: Vec<u8>,
    /// All that was read so far.
    read: PassageWords<'s>,
}

impl<'s> Reader<'_, 's> {
    fn look_up(&mut self, counts: StemCounts<'s>, segment: u32, doc: u32) -> Result<PassageTokens> {
        let forward = counts.forward;
        let open = &self.evaluator.snapshot.segments()[segment as usize];
        let damaged = || open.damaged("its forward file contradicts itself");
        let mut room = std::mem::take(&mut self.room);
        let (title_len, tokens) = forward.tokens_in(doc, &mut room).ok_or_else(damaged)?;
        let most = tokens.size_hint().1.unwrap_or_default();
        let mut passage = PassageTokens { title_len: 0, tokens: Vec::with_capacity(most) };
        let mut position = 0;
        let mut new = Vec::new();
        for (at, token) in (0..).zip(tokens) {
            let ForwardToken::Word(number) = token else {
                position += PART_GAP;
                continue;
            };
            let numbers = &mut self.by_number[segment as usize];
            let word = numbers.get(number).unwrap_or_else(|| {
                let next = (self.read.words.len() + new.len()) as u32;
                numbers.insert(number, next);
                new.push(number);
                next
            });
            passage.tokens.push(Token { word, position });
            // A title may have gaps of its own.
            passage.title_len += usize::from(at < title_len);
            position += 1;
        }
        // Looked up one right after the other: they lie anywhere in memory, and so the
        // machine waits for several at a time.
        let entries = new.into_iter().map(|number| forward.entry(number));
        let entries: Vec<ForwardWord<'_>> = entries.collect::<Option<_>>().ok_or_else(damaged)?;
        entries.into_iter().try_for_each(|entry| self.add(entry, counts, segment))?;
        self.room = room;
        Ok(passage)
    }

    /// Adds a word of the forward file of `segment`.
    fn add(&mut self, word: ForwardWord<'s>, counts: StemCounts<'s>, segment: u32) -> Result<()> {
        let home = segment as usize;
        let stem = match self.read.stems.numbered[home].get(&word.stem) {
            Some(&known) => known,
            None => {
                let stem = self.number_stem(&word, counts.of_word(&word), home)?;
                self.read.stems.numbered[home].insert(word.stem, stem);
                stem
            }
        };
        let ForwardWord { surface, weight, .. } = word;
        self.read.words.push(DistinctWord { surface: surface.into(), stem, weight });
        Ok(())
    }

    /// The number of the stem of `word`, by which nobody asked before and which comes
    /// to `counts` in the segment number `home`.
    fn number_stem(
        &mut self,
        word: &ForwardWord<'_>,
        mut counts: Counts,
        home: usize,
    ) -> Result<u32> {
        if self.read.stems.named.is_none() {
            return Ok(self.add_stem(self.evaluator.factor(counts)));
        }
        let name = self.stem_of(word.surface);
        self.name_stem(name, |reader, name| {
            let snapshot = reader.evaluator.snapshot;
            counts += statistics::counts_elsewhere(snapshot, &reader.counts, home, name)?;
            Ok(reader.evaluator.factor(counts))
        })
    }

    /// Adds a stem.
    fn add_stem(&mut self, factor: f32) -> u32 {
        self.read.factors.push(factor);
        self.read.factors.len() as u32 - 1
    }

    /// The name of a word's stem. To make it again takes a quarter of the time that
    /// finding it by its number in the dictionary does.
    fn stem_of(&self, surface: &str) -> String {
        match surface.starts_with(is_unspaced) {
            true => surface.to_owned(),
            false => self.analyzer.stem(surface).into_owned(),
        }
    }

    /// The number of the stem called `name`, which has the factor `factor`.
    fn name_stem(
        &mut self,
        name: String,
        factor: impl FnOnce(&Self, &str) -> Result<f32>,
    ) -> Result<u32> {
        let named = self.read.stems.named.as_ref();
        if let Some(&known) = named.and_then(|named| named.get(&name)) {
            return Ok(known);
        }
        let stem = self.add_stem(factor(self, &name)?);
        if let Some(named) = &mut self.read.stems.named {
            named.insert(name, stem);
        }
        Ok(stem)
    }

    /// Reads a passage back and cuts it into words again.
    fn analyze(&mut self, segment: u32, doc: u32) -> Result<PassageTokens> {
        let stored = self.evaluator.snapshot.segments()[segment as usize].passage(doc)?.passage;
        let mut passage = PassageTokens::default();
        let mut position = 0;
        if let Some(title) = &stored.title {
            self.append(title, &mut position, &mut passage.tokens)?;
            passage.title_len = passage.tokens.len();
            position += PART_GAP;
        }
        for heading in &stored.headings {
            self.append(heading, &mut position, &mut passage.tokens)?;
            position += PART_GAP;
        }
        if stored.title.as_ref() != Some(&stored.text) {
            self.append(&stored.text, &mut position, &mut passage.tokens)?;
        }
        Ok(passage)
    }

    fn append(&mut self, text: &str, position: &mut u32, tokens: &mut Vec<Token>) -> Result<()> {
        for (n, piece) in text.split(PART_SEPARATOR).enumerate() {
            if n > 0 {
                *position += PART_GAP;
            }
            for word in self.analyzer.words(piece) {
                tokens.push(Token { word: self.add_word(word)?, position: *position });
                *position += 1;
            }
        }
        Ok(())
    }

    /// The number of a word that was cut out of a text.
    fn add_word(&mut self, word: AnalyzedWord) -> Result<u32> {
        if let Some(&id) = self.by_surface.get(&word.surface) {
            return Ok(id);
        }
        let stem = self.name_stem(word.stem, |reader, name| {
            let text = reader.evaluator.snapshot.fields().text;
            Ok(reader.evaluator.resolve(text, name)?.factor)
        })?;
        let weight = analysis::weight(&word.surface, self.analyzer.language());
        let surface = Cow::Owned(word.surface.clone());
        self.read.words.push(DistinctWord { surface, stem, weight });
        let id = self.read.words.len() as u32 - 1;
        self.by_surface.insert(word.surface, id);
        Ok(id)
    }
}
