//! Building a segment without the engine's own writer, several times faster.
//!
//! The engine's `IndexWriter::add_document` appends every token to a growing
//! list of its term, all of them interleaved in one arena. Here each thread
//! fills an [`Inverter`] instead: the words of passages become numbers in one
//! flat stream ([`dictionary`]), which is sorted by word when it is long enough
//! ([`chunk`]). Only the surfaces of words are told apart then; that several
//! surfaces have one stem is found at the end, once for each distinct surface
//! ([`words`]). [`segment::write_parts`] puts the parts of all threads one behind the
//! other and writes one ordinary segment through the engine's own serializers
//! ([`segment`], [`terms`], [`emit`]). Where memory does not hold all parts, a
//! [`Spill`] takes them to disk ([`run`]) and merges them into the same segment
//! ([`runs`]). What these serializers would hold of many passages is written without
//! them ([`columns`], [`positions`]). It must not differ in one byte from what the
//! engine's writer makes of such documents, but for how many tokens a field has, which
//! [`emit`] counts in its own way; its stored values, whose blocks end elsewhere, are
//! equal one by one. Committing, deleting and merging stay with the engine's writer,
//! which takes the segment as one of its own.

mod beside;
mod bulk;
mod chunk;
mod columns;
mod dictionary;
mod emit;
mod memory;
mod norms;
mod part;
mod parts;
mod positions;
mod run;
mod runs;
mod segment;
mod spill;
mod store;
mod term;
mod terms;
#[cfg(test)]
mod tests;
mod words;

pub(super) use self::dictionary::Interner;
pub(super) use self::memory::Memory;
pub(super) use self::spill::Spill;

use tantivy::IndexSettings;

use self::chunk::Stream;
use self::columns::Columns;
use self::dictionary::SEPARATOR;
use self::store::PartStore;
use crate::analysis::fast::{FastWords, Folded, WordSink};
use crate::analysis::shingles::{Sketch, Sketcher};
use crate::analysis::words::Word;
use crate::analysis::{Language, PART_SEPARATOR};
use crate::index::forward::TokenStream;
use crate::index::settings::SideFiles;
use crate::passage::Passage;

/// Inverts passages, in the order in which they are added.
pub(super) struct Inverter {
    language: Language,
    side_files: SideFiles,
    finder: FastWords,
    words: Interner,
    characters: Interner,
    sources: Interner,
    streams: Streams,
    tokens: TokenStream,
    columns: Columns,
    store: PartStore,
}

/// The tokens of the fields. The field `words` has those of `text`.
#[derive(Default)]
struct Streams {
    text: Stream,
    title: Stream,
    heading: Stream,
    characters: Stream,
    source: Stream,
}

/// Longer terms the engine's writer leaves out.
const LONGEST_TERM: usize = tantivy::tokenizer::MAX_TOKEN_LEN;

impl Inverter {
    /// An empty inverter for passages in `language`, for an index of
    /// `settings` that keeps `side_files`.
    pub(super) fn new(language: Language, settings: &IndexSettings, side_files: SideFiles) -> Self {
        Self {
            language,
            side_files,
            finder: FastWords::new(language),
            words: Interner::new(),
            characters: Interner::new(),
            sources: Interner::new(),
            streams: Streams::default(),
            tokens: TokenStream::default(),
            columns: Columns::default(),
            store: PartStore::new(settings),
        }
    }

    /// Adds a passage of the source with the key `source`.
    pub(super) fn add(&mut self, source: &str, passage: &Passage) {
        // Each part of the text but the last with a separator.
        let first = self.streams.text.ids.len();
        let mut title_sketch = None;
        let mut title_len = 0;
        if let Some(title) = &passage.title {
            title_sketch = Some(self.part(title));
            self.streams.title.ids.extend_from_slice(&self.streams.text.ids[first..]);
            title_len = self.streams.text.ids.len() - first;
            self.streams.text.ids.push(SEPARATOR);
        }
        let start = self.streams.text.ids.len();
        for heading in &passage.headings {
            self.part(heading);
            self.streams.text.ids.push(SEPARATOR);
        }
        // Without the separator behind the last.
        if let [headings @ .., _] = &self.streams.text.ids[start..] {
            self.streams.heading.ids.extend_from_slice(headings);
        }
        let sketch = match title_sketch {
            Some(sketch) if passage.title.as_ref() == Some(&passage.text) => sketch,
            _ => self.part(&passage.text),
        };
        if self.side_files == SideFiles::All {
            self.tokens.push(title_len, &self.streams.text.ids[first..]);
        }
        if source.len() <= LONGEST_TERM {
            let ids = &mut self.streams.source.ids;
            self.sources.push(Folded::new(source.as_bytes()), ids);
            self.sources.settle(ids);
        }
        let words = self.words.dictionary.len();
        let length = self.streams.text.end_passage(words);
        self.streams.title.end_passage(words);
        self.streams.heading.end_passage(words);
        self.streams.characters.end_passage(self.characters.dictionary.len());
        self.streams.source.end_passage(self.sources.dictionary.len());
        self.columns.push(passage, length, sketch);
        self.store.add(source, passage);
    }

    /// Appends the words of a title, a heading or a body, to the text. Returns
    /// the sketch of them.
    fn part(&mut self, text: &str) -> Sketch {
        let Self {
            finder,
            words,
            characters,
            streams: Streams { text: tokens, characters: singles, .. },
            ..
        } = self;
        let mut sketcher = Sketcher::new();
        let mut rest = text;
        loop {
            // Hardly any text has a separator in it.
            let end = memchr::memchr(PART_SEPARATOR as u8, rest.as_bytes());
            let mut sink = Sink {
                words,
                tokens: &mut tokens.ids,
                characters,
                singles: &mut singles.ids,
                sketcher: &mut sketcher,
            };
            finder.each(&rest[..end.unwrap_or(rest.len())], &mut sink);
            words.settle(&mut tokens.ids);
            let Some(end) = end else { break };
            tokens.ids.push(SEPARATOR);
            rest = &rest[end + 1..];
        }
        characters.settle(&mut singles.ids);
        sketcher.finish()
    }

    /// How many passages were added.
    pub(super) fn passages(&self) -> usize {
        self.columns.len()
    }

    /// Whether no passage was added.
    pub(super) fn is_empty(&self) -> bool {
        self.passages() == 0
    }

    /// How much memory all of it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        let Streams { text, title, heading, characters, source } = &self.streams;
        let streams = [text, title, heading, characters, source];
        let interners = [&self.words, &self.characters, &self.sources];
        streams.into_iter().map(Stream::memory_bytes).sum::<usize>()
            + interners.into_iter().map(Interner::memory_bytes).sum::<usize>()
            + self.tokens.memory_bytes()
            + self.columns.memory_bytes()
            + self.store.memory_bytes()
    }
}

struct Sink<'a> {
    words: &'a mut Interner,
    tokens: &'a mut Vec<u32>,
    characters: &'a mut Interner,
    singles: &'a mut Vec<u32>,
    sketcher: &'a mut Sketcher,
}

impl WordSink for Sink<'_> {
    #[inline(always)]
    fn word(&mut self, word: Folded<'_>, _place: Word) {
        self.sketcher.add(word);
        self.words.push(word, self.tokens);
    }

    fn character(&mut self, folded: &str) {
        self.characters.push(Folded::new(folded.as_bytes()), self.singles);
    }
}
