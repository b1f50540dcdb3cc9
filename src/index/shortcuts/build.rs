//! Makes the shortcuts of a segment.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

use tantivy::directory::FileSlice;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::postings::serializer::PostingsSerializer;
use tantivy::schema::IndexRecordOption;

use super::bitmap::{self, UNIT_BYTES};
use super::gather::{self, Role, Share};
use super::read::pair_key;
use super::{MAGIC, NONE, peaks, signatures};
use crate::error::{Error, Result};
use crate::index::draft::Draft;
use crate::index::forward::Forward;
use crate::index::postings::{BLOCK, Cursor, leaps};
use crate::index::segment::{FieldPostings, OpenSegment};
use crate::index::snapshot::Snapshot;
use crate::index::threads::join;

/// A segment of fewer passages is searched in microseconds anyway.
const MIN_PASSAGES: u32 = 4096;

/// Lists of fewer passages have no peaks: they are looked through as quickly.
const MIN_WITH_PEAKS: u32 = BLOCK as u32;

/// Lists of fewer passages have no signatures; chosen by measurement of others
/// on the same postings.
const MIN_WITH_SIGNATURES: u32 = 256;

/// Words in more than this part of all passages are paired with each other, and
/// have no signatures: neither would be of use alone.
const PAIRED_PART: u32 = 8;

/// At most so many words are paired: what remains below the mark of the others.
const MAX_PAIRED: usize = gather::UNPAIRED as usize;

/// Makes the shortcuts of the segments of the last commit that have none and are
/// worth it. Only the holder of the writer lock may call it.
///
/// # Errors
///
/// [`Error::IndexDamaged`] where a segment cannot be read, [`Error::Io`] where a
/// file cannot be written.
pub(in crate::index) fn add_missing(directory: &Path, threads: usize) -> Result<()> {
    // Opened anew for each, so that no more than one segment is mapped whole at a
    // time.
    for ordinal in 0.. {
        let snapshot = Snapshot::open(directory)?;
        let Some(segment) = snapshot.segments().get(ordinal) else { break };
        if segment.max_doc() >= MIN_PASSAGES && segment.shortcuts()?.is_none() {
            build(&snapshot, segment, threads)?;
        }
    }
    Ok(())
}

/// Writes the shortcuts of `segment`: under another name first, so that a file
/// of that name is always whole.
pub(super) fn build(snapshot: &Snapshot, segment: &OpenSegment, threads: usize) -> Result<()> {
    let text = segment.field(snapshot.fields().text)?;
    let (Some(text), Some(forward)) = (text, segment.forward()?) else { return Ok(()) };
    let passages = segment.max_doc();
    let Dictionary { listed, codes } = Dictionary::read(segment, text)?;
    let plan = Plan { text, passages, listed: &listed, threads: threads.max(1) };
    let (roles, paired) = plan.roles(forward, &codes);
    let tokens = plan.walk(forward, &roles, paired.len());
    let content = Content {
        passages,
        listed: &listed,
        peaks: plan.peaks(),
        bitmaps: plan.bitmaps(),
        pairs: plan.pairs(&paired, &tokens).map_err(|error| segment.damaged(error))?,
        paired: if tokens.is_whole { paired } else { Vec::new() },
        tokens,
    };
    segment.check_damage()?;
    let name = segment.shortcuts_file();
    let directory = snapshot.data_directory();
    Draft::create(directory, &name)
        .and_then(|draft| content.write(draft))
        .map_err(Error::io("write", directory.join(&name)))
}

/// What is needed of a segment's dictionary.
struct Dictionary {
    /// The lists long enough for shortcuts, in the order of their postings.
    listed: Vec<Listed>,
    /// Four bits of a hash for each term.
    codes: Vec<u8>,
}

/// A list that gets shortcuts.
struct Listed {
    /// The number of its term.
    ordinal: u32,
    info: TermInfo,
}

impl Dictionary {
    fn read(segment: &OpenSegment, text: &FieldPostings) -> Result<Self> {
        let mut read = Self { listed: Vec::new(), codes: Vec::new() };
        let stream = text.dictionary.stream();
        let mut stream = stream.map_err(|error| segment.damaged(error))?;
        while stream.advance() {
            if stream.value().doc_freq >= MIN_WITH_PEAKS {
                let ordinal = read.codes.len() as u32;
                read.listed.push(Listed { ordinal, info: stream.value().clone() });
            }
            read.codes.push(signatures::code(stream.key()));
        }
        Ok(read)
    }
}

struct Plan<'p> {
    text: &'p FieldPostings,
    passages: u32,
    listed: &'p [Listed],
    threads: usize,
}

/// The signatures and pairs of all passages.
struct Tokens {
    signatures: Vec<AtomicU8>,
    /// For each list where its signatures begin.
    starts: Vec<Option<u64>>,
    shares: Vec<Share>,
    /// Whether each list had as many occurrences as its postings say. If not,
    /// the forward file is none of these postings', and nothing holds.
    is_whole: bool,
}

impl Plan<'_> {
    fn cursor(&self, listed: &Listed) -> Cursor<'_> {
        Cursor::new(&self.text.lists, &listed.info)
    }

    fn lengths(&self) -> &[u8] {
        self.text.lengths.as_deref().unwrap_or_default()
    }

    fn is_signed(&self, listed: &Listed) -> bool {
        let doc_freq = listed.info.doc_freq;
        doc_freq >= MIN_WITH_SIGNATURES && doc_freq < self.passages / PAIRED_PART
    }

    /// The roles of all words, and which of the lists are paired, by number.
    fn roles(&self, forward: &Forward, codes: &[u8]) -> (Vec<Role>, Vec<usize>) {
        let mut stems: Vec<Role> = codes.iter().map(|&code| Role::of_code(code)).collect();
        let mut paired: Vec<usize> = (0..self.listed.len())
            .filter(|&list| self.listed[list].info.doc_freq >= self.passages / PAIRED_PART)
            .collect();
        paired.sort_by_key(|&list| std::cmp::Reverse(self.listed[list].info.doc_freq));
        paired.truncate(MAX_PAIRED);
        for (number, &list) in (0..).zip(&paired) {
            stems[self.listed[list].ordinal as usize].paired = number;
        }
        let signed = self.listed.iter().filter(|listed| self.is_signed(listed));
        for (number, listed) in (0..).zip(signed) {
            stems[listed.ordinal as usize].signed = number;
        }
        // A word whose stem is no term stands beside others all the same, but
        // is in no phrase.
        let role = |word| {
            let stem = forward.stem_of(word).map(|(stem, _)| stem as usize);
            stem.and_then(|stem| stems.get(stem)).copied().unwrap_or(Role::of_code(0))
        };
        ((0..forward.word_count() as u32).map(role).collect(), paired)
    }

    /// Walks all passages, a share of them on each thread. The shares write
    /// into one row of signatures, each at places of its own.
    fn walk(&self, forward: &Forward, roles: &[Role], paired: usize) -> Tokens {
        let cuts: Vec<u32> = (0..=self.threads as u64)
            .map(|share| (u64::from(self.passages) * share / self.threads as u64) as u32)
            .collect();
        let mut starts = Vec::with_capacity(self.listed.len());
        // For each share, and for the end, how far the lists are.
        let mut marks: Vec<Vec<u64>> = vec![Vec::new(); cuts.len()];
        let mut end = 0;
        for listed in self.listed {
            starts.push(self.is_signed(listed).then_some(end));
            if self.is_signed(listed) {
                let mut cursor = self.cursor(listed);
                let total = self.cursor(listed).total_occurrences();
                for (mark, &cut) in marks.iter_mut().zip(&cuts) {
                    let before = match cursor.seek(cut) {
                        doc if doc < self.passages => cursor.first_occurrence(),
                        _ => total,
                    };
                    mark.push(end + before);
                }
                end += total;
            }
        }
        let signatures: Vec<AtomicU8> = (0..end).map(|_| AtomicU8::new(0)).collect();
        let shares: Vec<Share> = std::thread::scope(|scope| {
            let walk = |(docs, next): (Range<u32>, &Vec<u64>)| {
                let (next, signatures) = (next.clone(), &signatures);
                scope.spawn(move || gather::walk(forward, docs, roles, next, signatures, paired))
            };
            let ranges = cuts.windows(2).map(|cut| cut[0]..cut[1]);
            let handles: Vec<_> = ranges.zip(&marks).map(walk).collect();
            handles.into_iter().map(join).collect()
        });
        let is_whole = shares.iter().zip(&marks[1..]).all(|(share, mark)| share.reached == *mark);
        Tokens { signatures, starts, shares, is_whole }
    }

    /// The peaks and leaps of all lists, and where those of each begin.
    fn peaks(&self) -> (Vec<u8>, Vec<u32>) {
        let norms = self.norms();
        let mut bytes = Vec::new();
        let starts = self.listed.iter().map(|listed| {
            let start = bytes.len() as u32;
            peaks::append(&mut bytes, self.cursor(listed), self.lengths(), &norms);
            leaps::append(&mut bytes, self.cursor(listed));
            start
        });
        let starts = starts.collect();
        (bytes, starts)
    }

    /// The norms of the textbook's parameters, k1 = 1.2 and b = 0.75.
    fn norms(&self) -> [f32; 256] {
        let average = self.average().max(1.0);
        std::array::from_fn(|code| {
            let length = FieldNormReader::id_to_fieldnorm(code as u8) as f32;
            1.2 * (0.25 + 0.75 * length / average)
        })
    }

    fn average(&self) -> f32 {
        self.text.token_count as f32 / self.passages.max(1) as f32
    }

    /// The bitmaps of the lists that have one.
    fn bitmaps(&self) -> Vec<Option<Vec<u8>>> {
        let bitmap = |listed: &Listed| {
            let is_worth_it = bitmap::is_worth_it(listed.info.doc_freq, self.passages);
            is_worth_it.then(|| bitmap::of(self.cursor(listed), self.passages))
        };
        self.listed.iter().map(bitmap).collect()
    }

    /// The pairs that occur, ascending by their keys, and their postings.
    fn pairs(&self, paired: &[usize], tokens: &Tokens) -> io::Result<(Vec<Pair>, Vec<u8>)> {
        let (mut pairs, mut bytes) = (Vec::new(), Vec::new());
        let lengths = FileSlice::from(self.lengths().to_vec());
        let norms = FieldNormReader::open(lengths).map_err(io::Error::other)?;
        for pair in 0..paired.len() * paired.len() {
            let docs: Vec<u32> =
                tokens.shares.iter().flat_map(|share| &share.pairs[pair]).copied().collect();
            let runs = || docs.chunk_by(|a, b| a == b);
            let doc_freq = runs().count() as u32;
            if doc_freq == 0 || !tokens.is_whole {
                continue;
            }
            let start = bytes.len() as u64;
            // One for each, since it cannot be used again after a full block.
            let option = IndexRecordOption::WithFreqs;
            let mut list = PostingsSerializer::new(self.average(), option, Some(norms.clone()));
            list.new_term(doc_freq, true);
            runs().for_each(|run| list.write_doc(run[0], run.len() as u32));
            list.close_term(doc_freq, &mut bytes)?;
            let key = pair_key((pair / paired.len()) as u16, (pair % paired.len()) as u16);
            pairs.push(Pair { key, doc_freq, postings: start..bytes.len() as u64 });
        }
        Ok((pairs, bytes))
    }
}

struct Pair {
    key: u32,
    doc_freq: u32,
    postings: Range<u64>,
}

/// All that a file of shortcuts holds.
struct Content<'c> {
    passages: u32,
    listed: &'c [Listed],
    peaks: (Vec<u8>, Vec<u32>),
    bitmaps: Vec<Option<Vec<u8>>>,
    pairs: (Vec<Pair>, Vec<u8>),
    paired: Vec<usize>,
    tokens: Tokens,
}

impl Content<'_> {
    fn write(&self, mut draft: Draft) -> io::Result<()> {
        let file = &mut draft.file;
        file.write_all(MAGIC)?;
        let bitmaps = self.bitmaps.iter().flatten();
        let (pairs, postings) = &self.pairs;
        let counts = [
            self.passages,
            self.listed.len() as u32,
            bitmaps.clone().map(|bitmap| units_of(bitmap)).sum(),
            pairs.len() as u32,
        ];
        for count in counts {
            file.write_all(&count.to_le_bytes())?;
        }
        let signatures = if self.tokens.is_whole { &*self.tokens.signatures } else { &[] };
        for length in [self.peaks.0.len(), signatures.len(), postings.len()] {
            file.write_all(&(length as u64).to_le_bytes())?;
        }
        self.write_lists(file)?;
        for pair in pairs {
            file.write_all(&pair.key.to_le_bytes())?;
            file.write_all(&pair.doc_freq.to_le_bytes())?;
            file.write_all(&pair.postings.start.to_le_bytes())?;
            file.write_all(&pair.postings.end.to_le_bytes())?;
        }
        for bitmap in bitmaps {
            file.write_all(bitmap)?;
        }
        file.write_all(&self.peaks.0)?;
        for signatures in signatures.chunks(1 << 16) {
            let bytes: Vec<u8> = signatures.iter().map(|it| it.load(Ordering::Relaxed)).collect();
            file.write_all(&bytes)?;
        }
        file.write_all(postings)?;
        draft.publish()
    }

    fn write_lists(&self, file: &mut impl Write) -> io::Result<()> {
        for listed in self.listed {
            let start = listed.info.postings_range.start as u64;
            file.write_all(&start.to_le_bytes())?;
        }
        let mut units = 0;
        for (list, bitmap) in self.bitmaps.iter().enumerate() {
            let signatures = self.tokens.starts[list].filter(|_| self.tokens.is_whole);
            let first_unit = bitmap.as_ref().map(|_| units);
            units += bitmap.as_deref().map_or(0, units_of);
            let paired = self.paired.iter().position(|&paired| paired == list);
            let paired = paired.map_or(NONE, |number| number as u32);
            file.write_all(&signatures.unwrap_or(u64::MAX).to_le_bytes())?;
            for number in [self.peaks.1[list], first_unit.unwrap_or(NONE), paired] {
                file.write_all(&number.to_le_bytes())?;
            }
        }
        Ok(())
    }
}

fn units_of(bitmap: &[u8]) -> u32 {
    (bitmap.len() / UNIT_BYTES) as u32
}
