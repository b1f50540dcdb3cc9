//! Makes the forward file of a segment.

use std::fs;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::{HEADER_BYTES, MAGIC, STEM_BITS};
use crate::analysis::fast::{FastWords, Folded, WordSink};
use crate::analysis::grams::each_gram;
use crate::analysis::stems::each_stem;
use crate::analysis::words::is_unspaced;
use crate::analysis::{self, Language, PART_SEPARATOR, Weight};
use crate::error::{Error, Result};
use crate::index::postings::Cursor;
use crate::index::schema::{Fields, surface_field};
use crate::index::segment::{FieldPostings, OpenSegment};
use crate::index::snapshot::Snapshot;
use crate::passage::Passage;

/// Makes the forward files of the segments of the last commit that have none:
/// new ones, and those that a merge made. Only the holder of the writer lock may
/// call it.
///
/// # Errors
///
/// [`Error::IndexDamaged`] where a segment cannot be read, [`Error::Io`] where a
/// file cannot be written.
pub(in crate::index) fn add_missing(directory: &Path, threads: usize) -> Result<()> {
    // Opened anew for each, so that no more than one segment is mapped whole at a
    // time.
    loop {
        let snapshot = Snapshot::open(directory)?;
        let mut bare = None;
        for segment in snapshot.segments() {
            if segment.forward()?.is_none() {
                bare = Some(segment);
                break;
            }
        }
        let Some(segment) = bare else { return Ok(()) };
        let (data, name) = (snapshot.data_directory(), segment.forward_file());
        build(segment, snapshot.fields(), snapshot.language(), data, &name, threads)?;
    }
}

/// Writes the forward file of `segment` as `name` in `directory`: under another
/// name first, so that a file of that name is always whole.
///
/// # Errors
///
/// [`Error::IndexDamaged`] where the segment cannot be read, [`Error::Io`] where
/// the file cannot be written.
fn build(
    segment: &OpenSegment,
    fields: &Fields,
    language: Language,
    directory: &Path,
    name: &str,
    threads: usize,
) -> Result<()> {
    let surfaces = segment.field(surface_field(fields, language))?;
    let stems = segment.field(fields.text)?;
    let read_words = || surfaces.map_or(Ok(Words::default()), |field| Words::read(segment, field));
    let read_stems = || stems.map_or(Ok(Stems::default()), |field| Stems::read(segment, field));
    let (words, stems) = both(read_words, read_stems);
    let (words, stems) = (words?, stems?);
    let (tokens, (packed_stems, grams)) = both(
        || Tokens::read(segment, &words, language, threads),
        || (stems.of(&words, language), words.grams()),
    );
    let tables = Tables { words: &words, packed_stems, stems: &stems, grams, tokens: &tokens? };
    let draft = directory.join(format!(".tmp-{name}"));
    tables
        .write(&draft)
        .and_then(|()| fs::rename(&draft, directory.join(name)))
        .map_err(Error::io("write", &draft))
}

/// Does two things at a time.
fn both<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let other = scope.spawn(a);
        let done = b();
        // A panic of a thread is a bug of ours: pass it on.
        (other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), done)
    })
}

/// The words of a segment, by falling document frequency.
#[derive(Default)]
struct Words {
    texts: Vec<Box<str>>,
    doc_freqs: Vec<u32>,
    numbers: FxHashMap<Box<[u8]>, u32>,
}

impl Words {
    fn read(segment: &OpenSegment, field: &FieldPostings) -> Result<Self> {
        let mut found: Vec<(u32, Box<str>)> = Vec::new();
        let stream = field.dictionary.stream();
        let mut stream = stream.map_err(|error| segment.damaged(error))?;
        while stream.advance() {
            if let Ok(word) = std::str::from_utf8(stream.key()) {
                found.push((stream.value().doc_freq, word.into()));
            }
        }
        // Stable: words of equal frequency stay in the order of their bytes.
        found.sort_by_key(|&(doc_freq, _)| std::cmp::Reverse(doc_freq));
        let (doc_freqs, texts): (Vec<u32>, Vec<Box<str>>) = found.into_iter().unzip();
        let numbers = texts.iter().map(|text| Box::from(text.as_bytes())).zip(0..).collect();
        Ok(Self { texts, doc_freqs, numbers })
    }

    /// Grams with the sums of their words' document frequencies, ascending by
    /// their hashes.
    fn grams(&self) -> Vec<(u32, u32)> {
        let mut sums: FxHashMap<u32, u32> = FxHashMap::default();
        for (text, &doc_freq) in self.texts.iter().zip(&self.doc_freqs) {
            // Pieces of unspaced scripts have no spelling to share.
            if !text.starts_with(is_unspaced) {
                each_gram(text, |gram| {
                    let sum = sums.entry(gram).or_default();
                    *sum = sum.saturating_add(doc_freq);
                });
            }
        }
        let mut grams: Vec<(u32, u32)> = sums.into_iter().collect();
        grams.sort_unstable();
        grams
    }
}

/// The stems of a segment, in the order of its dictionary.
#[derive(Default)]
struct Stems {
    numbers: FxHashMap<Box<[u8]>, u32>,
    /// Document and collection frequencies.
    statistics: Vec<(u32, u32)>,
}

impl Stems {
    fn read(segment: &OpenSegment, field: &FieldPostings) -> Result<Self> {
        let mut stems = Self::default();
        let stream = field.dictionary.stream();
        let mut stream = stream.map_err(|error| segment.damaged(error))?;
        while stream.advance() {
            let info = stream.value();
            let occurrences = Cursor::new(&field.lists, info).total_occurrences();
            stems.numbers.insert(stream.key().into(), stems.statistics.len() as u32);
            let occurrences = u32::try_from(occurrences).unwrap_or(u32::MAX);
            stems.statistics.push((info.doc_freq, occurrences));
        }
        segment.check_damage()?;
        Ok(stems)
    }

    /// For each word the number of its stem and its weight, packed.
    fn of(&self, words: &Words, language: Language) -> Vec<u32> {
        let mut packed = Vec::with_capacity(words.texts.len());
        let mut surfaces = words.texts.iter();
        each_stem(language, words.texts.iter().map(|text| &**text), |stem| {
            let weight =
                surfaces.next().map_or(Weight::Full, |surface| analysis::weight(surface, language));
            // A word whose stem is no term has none of its own to be like.
            let number = self.numbers.get(stem.as_bytes()).copied();
            let number = number.unwrap_or((1 << STEM_BITS) - 1);
            packed.push(number | (weight as u32) << STEM_BITS);
        });
        packed
    }
}

/// The tokens of all passages.
#[derive(Default)]
struct Tokens {
    bytes: Vec<u8>,
    starts: Vec<u64>,
}

impl Tokens {
    /// Cuts all passages into words, a share of them on each thread.
    fn read(
        segment: &OpenSegment,
        words: &Words,
        language: Language,
        threads: usize,
    ) -> Result<Self> {
        let threads = threads.max(1) as u64;
        let cut = |share: u64| (u64::from(segment.max_doc()) * share / threads) as u32;
        let shares = std::thread::scope(|scope| {
            let spawn = |share: u64| {
                let docs = cut(share)..cut(share + 1);
                scope.spawn(move || Self::of(segment, words, language, docs))
            };
            let handles: Vec<_> = (0..threads).map(spawn).collect();
            // A panic of a thread is a bug of ours: pass it on.
            let join = |handle: std::thread::ScopedJoinHandle<'_, Result<Self>>| {
                handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            handles.into_iter().map(join).collect::<Result<Vec<Self>>>()
        })?;
        let mut all = Self::default();
        for share in shares {
            let base = all.bytes.len() as u64;
            all.starts.extend(share.starts.iter().map(|start| base + start));
            all.bytes.extend_from_slice(&share.bytes);
        }
        all.starts.push(all.bytes.len() as u64);
        Ok(all)
    }

    /// The tokens of the passages `docs`, without the end of the last.
    fn of(
        segment: &OpenSegment,
        words: &Words,
        language: Language,
        docs: Range<u32>,
    ) -> Result<Self> {
        let mut tokens = Self::default();
        let mut finder = FastWords::new(language);
        let mut line = Line { words, numbers: Vec::new() };
        for doc in docs {
            tokens.starts.push(tokens.bytes.len() as u64);
            let passage = segment.passage(doc)?.passage;
            line.numbers.clear();
            let title_len = line.append(&mut finder, &passage);
            push_number(&mut tokens.bytes, title_len as u32);
            line.numbers.iter().for_each(|&number| push_number(&mut tokens.bytes, number));
        }
        Ok(tokens)
    }
}

/// The tokens of one passage.
struct Line<'w> {
    words: &'w Words,
    /// Numbers plus one; 0 for a gap.
    numbers: Vec<u32>,
}

impl Line<'_> {
    /// Appends a whole passage; returns how many tokens its title has.
    fn append(&mut self, finder: &mut FastWords, passage: &Passage) -> usize {
        let mut title_len = 0;
        if let Some(title) = &passage.title {
            self.append_part(finder, title);
            title_len = self.numbers.len();
            self.numbers.push(0);
        }
        for heading in &passage.headings {
            self.append_part(finder, heading);
            self.numbers.push(0);
        }
        if passage.title.as_ref() != Some(&passage.text) {
            self.append_part(finder, &passage.text);
        }
        title_len
    }

    fn append_part(&mut self, finder: &mut FastWords, part: &str) {
        for (n, piece) in part.split(PART_SEPARATOR).enumerate() {
            if n > 0 {
                self.numbers.push(0);
            }
            finder.each(piece, self);
        }
    }
}

impl WordSink for Line<'_> {
    fn word(&mut self, word: Folded<'_>) {
        let packed;
        let bytes = match word {
            Folded::Short { packed: short, len } => {
                packed = short.to_le_bytes();
                &packed[..len as usize]
            }
            Folded::Long(bytes) => bytes,
        };
        // A word that is no term (there is none) would still take its place.
        let number = self.words.numbers.get(bytes).map_or(0, |number| number + 1);
        self.numbers.push(number);
    }

    fn character(&mut self, _folded: &str) {}
}

fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// All that a forward file holds.
struct Tables<'t> {
    words: &'t Words,
    packed_stems: Vec<u32>,
    stems: &'t Stems,
    grams: Vec<(u32, u32)>,
    tokens: &'t Tokens,
}

impl Tables<'_> {
    fn write(&self, path: &Path) -> io::Result<()> {
        let Self { words, packed_stems, stems, grams, tokens } = self;
        let mut file = io::BufWriter::with_capacity(1 << 18, fs::File::create(path)?);
        let passages = tokens.starts.len() - 1;
        let counts = [words.texts.len(), stems.statistics.len(), passages, grams.len()];
        let mut header = Vec::with_capacity(HEADER_BYTES);
        header.extend_from_slice(MAGIC);
        counts.iter().for_each(|&count| header.extend_from_slice(&(count as u32).to_le_bytes()));
        file.write_all(&header)?;
        let mut at = 0u32;
        for text in &words.texts {
            file.write_all(&at.to_le_bytes())?;
            at += text.len() as u32;
        }
        file.write_all(&at.to_le_bytes())?;
        write_numbers(&mut file, packed_stems.iter().copied())?;
        write_numbers(&mut file, stems.statistics.iter().flat_map(|&(df, cf)| [df, cf]))?;
        for start in &tokens.starts {
            file.write_all(&start.to_le_bytes())?;
        }
        write_numbers(&mut file, grams.iter().map(|&(hash, _)| hash))?;
        write_numbers(&mut file, grams.iter().map(|&(_, doc_freq)| doc_freq))?;
        for text in &words.texts {
            file.write_all(text.as_bytes())?;
        }
        file.write_all(&tokens.bytes)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

fn write_numbers(file: &mut impl Write, numbers: impl IntoIterator<Item = u32>) -> io::Result<()> {
    numbers.into_iter().try_for_each(|number| file.write_all(&number.to_le_bytes()))
}
