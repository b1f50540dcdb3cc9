//! Synthetic topics drawn from the passages of an index: known-item search.
//!
//! A topic is a heading of a passage, or the rarest run of words of one of its
//! sentences; the passage's document is the one right answer. They measure
//! whether readers find again what they have seen, on corpora without judgments,
//! and are easier than questions that people ask: never compare their figures
//! with those of judged topics.
//!
//! The idea is of L. Azzopardi, M. de Rijke and K. Balog, "Building simulated
//! queries for known-item topics", SIGIR 2007; the draws are our own.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Serialize;
use tantivy::columnar::StrColumn;

use super::dictionary::Dictionary;
use super::lower::Lowering;
use super::place::addresses_of;
use super::searcher::Searcher;
use crate::analysis::{AnalyzedWord, Analyzer};
use crate::error::Result;
use crate::index::{OpenSegment, Snapshot};
use crate::measure::random::SplitMix64;
use crate::measure::{Qrels, Topic};
use crate::passage::{ContentHash, Passage};
use crate::query::Query;
use crate::rank::{self, Ranking};

/// The fewest and the most words of a topic: what people type who look for
/// something they know.
const WORDS: std::ops::RangeInclusive<usize> = 3..=6;

/// How many documents are drawn for each topic wanted, since many passages give
/// none. Chosen by hand.
const DRAWN_PER_TOPIC: usize = 4;

/// How often the drawn documents are gone through. A corpus of few large
/// documents gives several topics a document. Chosen by hand.
const MAX_ROUNDS: u64 = 64;

/// What to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownItemOptions {
    /// How many topics.
    pub topics: usize,
    /// The seed; the same seed over the same passages draws the same topics.
    pub seed: u64,
}

/// A synthetic topic with its one relevant document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownItem {
    /// The topic; its id begins with `synthetic-`.
    pub topic: Topic,
    /// The relevant document.
    pub document: String,
    /// What the words are.
    pub origin: Origin,
}

/// What the words of a synthetic topic are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A heading of the passage, or its document's title.
    Heading,
    /// The rarest run of words of a sentence.
    Phrase,
}

/// The judgments of some synthetic topics: grade 1 for the one document.
pub fn known_item_qrels(items: &[KnownItem]) -> Qrels {
    let mut qrels = Qrels::default();
    for item in items {
        qrels.insert(&item.topic.id, &item.document, 1);
    }
    qrels
}

/// Draws topics. No other document holds the words in a row, so that there is
/// one answer. Fewer than asked for where the passages give no more; which ones
/// does not depend on how the index is cut into segments.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where the index cannot be read.
pub fn known_items(searcher: &Searcher, options: &KnownItemOptions) -> Result<Vec<KnownItem>> {
    let wanted = options.topics.saturating_mul(DRAWN_PER_TOPIC).max(64);
    let documents = drawn_documents(searcher.snapshot(), wanted, options.seed)?;
    let mut drawing = Drawing::new(searcher);
    for round in 0..MAX_ROUNDS {
        let before = drawing.items.len();
        for (hash, document) in &documents {
            if drawing.items.len() >= options.topics {
                return Ok(drawing.items);
            }
            // Another stream of numbers for each document and round.
            let mut random = SplitMix64::new(hash ^ SplitMix64::new(round).next_bits());
            drawing.draw(document, &mut random)?;
        }
        if drawing.items.len() == before {
            break;
        }
    }
    Ok(drawing.items)
}

/// `wanted` documents in random order: those whose ids have the least hashes.
/// Deleted ones, which an index keeps until its segments are merged, are not
/// among them.
fn drawn_documents(
    snapshot: &Snapshot,
    wanted: usize,
    seed: u64,
) -> Result<BTreeSet<(u64, String)>> {
    let mut drawn = BTreeSet::new();
    let mut bytes = seed.to_le_bytes().to_vec();
    for segment in snapshot.segments() {
        let Some(column) = segment.document_ids()? else { continue };
        let is_held = held(segment, column);
        let stream = column.dictionary().stream();
        let mut stream = stream.map_err(|error| segment.damaged(error))?;
        while stream.advance() {
            bytes.truncate(8);
            bytes.extend_from_slice(stream.key());
            let hash = ContentHash::of(&bytes);
            let hash = hash.0.iter().take(8).fold(0, |hash, &byte| hash << 8 | u64::from(byte));
            let is_in = drawn.len() < wanted
                || drawn.last().is_some_and(|(last, _): &(u64, String)| hash <= *last);
            let is_in = is_in && is_held(stream.term_ord());
            if is_in && let Ok(id) = std::str::from_utf8(stream.key()) {
                drawn.insert((hash, id.to_owned()));
                if drawn.len() > wanted {
                    drawn.pop_last();
                }
            }
        }
    }
    Ok(drawn)
}

/// Which numbers of `ids` passages have that are alive.
fn held(segment: &OpenSegment, ids: &StrColumn) -> impl Fn(u64) -> bool {
    let numbers = segment.alive().map(|alive| {
        alive.iter_alive().filter_map(|doc| ids.ords().first(doc)).collect::<HashSet<u64>>()
    });
    move |number| numbers.as_ref().is_none_or(|numbers| numbers.contains(&number))
}

struct Drawing<'s> {
    searcher: &'s Searcher,
    lowering: Lowering<'s>,
    analyzer: Analyzer,
    doc_freqs: HashMap<String, usize>,
    texts: HashSet<String>,
    items: Vec<KnownItem>,
}

impl<'s> Drawing<'s> {
    fn new(searcher: &'s Searcher) -> Self {
        let snapshot = searcher.snapshot();
        Self {
            searcher,
            lowering: Lowering::new(snapshot, Ranking::Bm25),
            analyzer: Analyzer::new(snapshot.language()),
            doc_freqs: HashMap::new(),
            texts: HashSet::new(),
            items: Vec::new(),
        }
    }

    /// Draws a topic from a passage of `document`, if it gives one.
    fn draw(&mut self, document: &str, random: &mut SplitMix64) -> Result<()> {
        let addresses = addresses_of(self.searcher.snapshot(), document, 0..=u32::MAX)?;
        let Some(&(_, address)) = addresses.get(random.below(addresses.len())) else {
            return Ok(());
        };
        let passage = self.searcher.snapshot().passage(address)?.passage;
        let words = WORDS.start() + random.below(WORDS.end() - WORDS.start() + 1);
        let first = if random.below(2) == 0 { Origin::Heading } else { Origin::Phrase };
        let second = match first {
            Origin::Heading => Origin::Phrase,
            Origin::Phrase => Origin::Heading,
        };
        for origin in [first, second] {
            let text = match origin {
                Origin::Heading => self.heading(&passage),
                Origin::Phrase => self.rarest_run(&passage.text, words)?,
            };
            if let Some(text) = text
                && !self.texts.contains(&text)
                && self.is_only_there(&text)?
            {
                self.texts.insert(text.clone());
                let id = format!("synthetic-{}", self.items.len() + 1);
                let topic = Topic { id, text };
                self.items.push(KnownItem { topic, document: document.to_owned(), origin });
                break;
            }
        }
        Ok(())
    }

    /// The innermost heading of fitting length, the title being the outermost.
    fn heading(&mut self, passage: &Passage) -> Option<String> {
        if passage.title.as_deref() == Some(passage.text.as_str()) {
            return None;
        }
        let headings = passage.headings.iter().rev().chain(&passage.title);
        headings
            .map(|heading| on_one_line(heading))
            .find(|heading| WORDS.contains(&self.analyzer.words(heading).len()))
    }

    /// The run of `count` words within a sentence that are rarest together; of
    /// equal ones the first.
    fn rarest_run(&mut self, text: &str, count: usize) -> Result<Option<String>> {
        let words = self.analyzer.words(text);
        let rarity = words.iter().map(|word| self.rarity(word)).collect::<Result<Vec<f64>>>()?;
        let mut best: Option<(f64, &[AnalyzedWord])> = None;
        for (at, run) in words.windows(count).enumerate() {
            let is_in_sentence = run.windows(2).all(|pair| {
                // Pairs of an unspaced script overlap.
                let gap = text.get(pair[0].range.end..pair[1].range.start).unwrap_or_default();
                !gap.contains(ends_sentence)
            });
            let sum: f64 = rarity[at..at + count].iter().sum();
            if is_in_sentence && best.is_none_or(|(best, _)| sum > best) {
                best = Some((sum, run));
            }
        }
        let Some((_, [first, .., last])) = best else { return Ok(None) };
        Ok(text.get(first.range.start..last.range.end).map(on_one_line))
    }

    /// The logarithm of how few passages hold the word.
    fn rarity(&mut self, word: &AnalyzedWord) -> Result<f64> {
        let snapshot = self.searcher.snapshot();
        let doc_freq = match self.doc_freqs.get(&word.stem) {
            Some(&known) => known,
            None => {
                let dictionary = Dictionary::new(snapshot, snapshot.fields().text);
                let doc_freq = dictionary.holders(&word.stem)?;
                self.doc_freqs.insert(word.stem.clone(), doc_freq);
                doc_freq
            }
        };
        Ok(-((doc_freq + 1) as f64).ln())
    }

    /// Whether one document alone holds `text` in a row.
    fn is_only_there(&mut self, text: &str) -> Result<bool> {
        let phrase = Query::Phrase { text: text.to_owned(), slop: 0 };
        let plan = self.lowering.plan(&phrase)?;
        Ok(rank::count(self.searcher.snapshot(), &plan)?.documents == 1)
    }
}

fn ends_sentence(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '。' | '\u{ff01}' | '\u{ff1f}' | '।' | '؟')
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
