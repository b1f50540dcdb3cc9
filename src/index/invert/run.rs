//! A part on disk, whose terms can be merged with those of others from end to end.
//!
//! A run is a file of the time of one update. For each field it holds the terms
//! in the order of their bytes, each as a record:
//!
//! | holds | of the size |
//! |---|---|
//! | how many bytes the record has | number |
//! | how many bytes the term has, and they | number |
//! | how many passages have it | number |
//! | for each, the distance from the one before; in a field with frequencies twice that, plus one where the frequency is one, else the frequency behind it | number |
//! | for each position, in a field with positions, the distance from the one before, as in [`TermPostings`] | number |
//!
//! Numbers are those of [`varint`]. Behind the fields lie their norms, the words
//! with the numbers that `tokens` have, the tokens and the columns, which
//! [`PackedColumns`] describes. Where all of it lies is only known to the [`Run`], which
//! removes the file when it goes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::FileSlice;
use tantivy::schema::Field;

use super::columns::{PackedColumns, PlacedColumns};
use super::norms::fields_with_norms;
use super::part::Part;
use super::parts::{PartTerms, PartWords};
use super::term::{TermPostings, Wanted};
use crate::index::draft::Scratch;
use crate::index::forward::{Share, TokenStream};
use crate::index::schema::Fields;
use crate::index::unmapped::ClosedFile;
use crate::index::varint;
use crate::index::word_list::WordList;

/// A part on disk.
pub(super) struct Run {
    pub(super) file: FileSlice,
    scratch: Scratch,
    pub(super) passages: u32,
    /// In the order of the schema.
    pub(super) fields: Vec<RunField>,
    norms: Vec<(Field, Range<usize>)>,
    words: Range<usize>,
    tokens: Range<usize>,
    columns: PackedColumns,
}

/// A field of a run.
pub(super) struct RunField {
    /// Its records in the file.
    pub(super) records: Range<usize>,
    pub(super) tokens: u64,
    /// The first terms of its blocks.
    pub(super) firsts: WordList,
    /// Where its blocks begin in the file.
    pub(super) starts: Vec<usize>,
}

/// A block of records is as long as it must be to have so many bytes. Reading
/// from some term on begins at a block; chosen by hand, and small in tests.
const BLOCK_BYTES: usize = if cfg!(test) { 1 << 7 } else { 1 << 14 };

impl Run {
    /// Writes all of `part` but its stored values to `scratch`.
    pub(super) fn write(scratch: Scratch, fields: &Fields, part: &Part) -> io::Result<Self> {
        let mut file = Output { file: BufWriter::new(File::create(scratch.path())?), at: 0 };
        let words = PartWords::of(std::slice::from_ref(part));
        let terms = PartTerms::of(&words, part.language, 1);
        let mut run_fields = Vec::new();
        for field in fields.indexed(part.language) {
            run_fields.push(write_field(&mut file, fields, field, &terms, part)?);
        }
        drop(terms);
        let norms = fields_with_norms(fields).into_iter();
        let norms = norms
            .map(|field| Ok((field, file.write(&part.postings(fields, field).norms)?)))
            .collect::<io::Result<_>>()?;
        let words = file.write(&pack_words(&part.words, &part.order))?;
        let tokens = file.write(part.tokens.as_bytes())?;
        let columns = PackedColumns::write(&part.columns, |bytes| file.write(bytes))?;
        file.file.flush()?;
        Ok(Self {
            file: FileSlice::new(Arc::new(ClosedFile::new(scratch.path())?)),
            scratch,
            passages: part.columns.len() as u32,
            fields: run_fields,
            norms,
            words,
            tokens,
            columns,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.scratch.path()
    }

    /// The norms of `field`.
    pub(super) fn norms(&self, field: Field) -> io::Result<Vec<u8>> {
        let range = self.norms.iter().find(|(with_norms, _)| *with_norms == field);
        self.read(range.map_or(0..0, |(_, range)| range.clone()))
    }

    /// The columns of its passages.
    pub(super) fn columns(&self) -> PlacedColumns<'_> {
        PlacedColumns { columns: &self.columns, file: &self.file }
    }

    /// The tokens of its passages.
    pub(super) fn share(&self) -> io::Result<Share> {
        let (words, order) = unpack_words(&self.read(self.words.clone())?);
        let tokens = TokenStream::from_bytes(self.read(self.tokens.clone())?);
        Ok(Share { words, order, tokens })
    }

    fn read(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        Ok(self.file.read_bytes_slice(range)?.to_vec())
    }
}

impl RunField {
    /// Where the block begins that has `term`, or the next one behind it, and all blocks
    /// from there on.
    pub(super) fn from(&self, term: &[u8]) -> Range<usize> {
        let block = self.firsts.count_up_to(term).saturating_sub(1);
        self.starts.get(block).map_or(self.records.end, |&start| start)..self.records.end
    }
}

/// A file and how much of it was written.
struct Output {
    file: BufWriter<File>,
    at: usize,
}

impl Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<Range<usize>> {
        self.file.write_all(bytes)?;
        self.at += bytes.len();
        Ok(self.at - bytes.len()..self.at)
    }
}

fn write_field(
    file: &mut Output,
    fields: &Fields,
    field: Field,
    terms: &PartTerms<'_>,
    part: &Part,
) -> io::Result<RunField> {
    let terms = terms.of_field(fields, field);
    let postings = part.postings(fields, field);
    let option = fields.record_option(field);
    let wanted = Wanted::of(option);
    let start = file.at;
    let (mut firsts, mut starts) = (WordList::default(), Vec::new());
    let (mut gathered, parts) = (TermPostings::default(), vec![(0, postings)]);
    let (mut record, mut len) = (Vec::new(), Vec::new());
    for term in 0..terms.len() {
        gathered.gather(terms, term, &parts, wanted);
        if gathered.passages.is_empty() {
            continue;
        }
        if starts.last().is_none_or(|&start| file.at - start >= BLOCK_BYTES) {
            firsts.push(terms.name(term));
            starts.push(file.at);
        }
        record.clear();
        push_bytes(&mut record, terms.name(term));
        push_passages(&mut record, &gathered, wanted);
        if option.has_positions() {
            gathered.deltas.iter().for_each(|&delta| varint::push(&mut record, delta.into()));
        }
        len.clear();
        varint::push(&mut len, record.len() as u64);
        file.write(&len)?;
        file.write(&record)?;
    }
    Ok(RunField { records: start..file.at, tokens: postings.tokens, firsts, starts })
}

pub(super) fn push_bytes(to: &mut Vec<u8>, bytes: &[u8]) {
    varint::push(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

fn push_passages(record: &mut Vec<u8>, postings: &TermPostings, wanted: Wanted) {
    varint::push(record, postings.passages.len() as u64);
    let mut before = 0;
    for (at, &passage) in postings.passages.iter().enumerate() {
        let distance = u64::from(passage - before);
        before = passage;
        match wanted {
            Wanted::Passages => varint::push(record, distance),
            Wanted::Positions => match postings.freqs[at] {
                1 => varint::push(record, distance << 1 | 1),
                freq => {
                    varint::push(record, distance << 1);
                    varint::push(record, freq.into());
                }
            },
        }
    }
}

fn pack_words(words: &WordList, order: &[u32]) -> Vec<u8> {
    let mut packed = Vec::new();
    for (at, &number) in order.iter().enumerate() {
        push_bytes(&mut packed, words.get(at));
        varint::push(&mut packed, number.into());
    }
    packed
}

fn unpack_words(packed: &[u8]) -> (WordList, Vec<u32>) {
    let (mut words, mut order) = (WordList::default(), Vec::new());
    let mut rest = packed;
    while let Some(len) = varint::take(&mut rest) {
        let (word, behind) = rest.split_at(len as usize);
        rest = behind;
        words.push(word);
        order.push(varint::take(&mut rest).unwrap_or(0) as u32);
    }
    (words, order)
}
