//! Runs on disk merged into one segment, in whose store they are already.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::FileSlice;
use tantivy::schema::Field;

use super::beside::Beside;
use super::emit::{Emitted, FieldFormat, TermWriter};
use super::norms::Norms;
use super::run::{Run, RunField};
use super::segment::{Shares, Written, finish};
use super::spill::Begun;
use super::term::Wanted;
use super::terms::TermSource;
use super::{columns, terms};
use crate::analysis::Language;
use crate::index::schema::Fields;
use crate::index::window::Window;

/// Writes the passages of all runs, in the order of the runs, as the segment `begun`, in
/// whose store they are, on `threads` threads. `directory` is where there is room for the
/// time being. Some files are still being written `beside` when this returns.
pub(super) fn write_runs(
    begun: Begun,
    directory: &Path,
    fields: &Fields,
    language: Language,
    runs: Vec<Run>,
    threads: usize,
    beside: &Beside<'_, '_>,
) -> tantivy::Result<Written> {
    let Begun { segment, store } = begun;
    let runs = Arc::new(runs);
    let norms = Norms::write(&segment, fields, |field, take| {
        runs.iter().try_for_each(|run| take(&run.norms(field)?))
    })?;
    let (of_columns, held) = (segment.clone(), Arc::clone(&runs));
    let ours = directory.to_owned();
    beside.begin(move || {
        let columns: Vec<_> = held.iter().map(Run::columns).collect();
        columns::merge(&of_columns, &ours, &columns)?;
        Ok(store.close()?)
    });
    let source = |(number, field): (usize, Field)| {
        let tokens = runs.iter().map(|run| run.fields[number].tokens).sum();
        let format = FieldFormat::new(fields, field, tokens, &norms).over_disk(directory);
        RunsField::new(format, &runs, number, threads)
    };
    let sources = fields.indexed(language).into_iter().enumerate().map(source).collect();
    let lexicon = terms::write(&segment, fields, language, sources, threads, beside)?;
    let passages = runs.iter().map(|run| u64::from(run.passages)).sum();
    let meta = finish(segment, passages)?;
    Ok(Written { meta, lexicon, shares: Shares::OnDisk(runs) })
}

/// A field of runs.
struct RunsField<'a> {
    format: FieldFormat,
    /// For each run its first passage, its file, and the field in it.
    runs: Vec<(u32, &'a FileSlice, &'a RunField)>,
    /// The first terms of all ranges but the first.
    bounds: Vec<&'a [u8]>,
    /// How many windows onto them are open at a time.
    windows: usize,
}

/// A range ends after about so many bytes of all runs: enough to make the work of
/// handing it over small, few enough to keep all threads at work to the end.
/// Chosen by hand; in tests so small that there are many.
const RANGE_BYTES: usize = if cfg!(test) { 1 << 10 } else { 3 << 20 };

impl<'a> RunsField<'a> {
    /// The field number `number` in the order of the schema, for `threads` threads.
    fn new(format: FieldFormat, runs: &'a [Run], number: usize, threads: usize) -> Self {
        let mut base = 0;
        let runs: Vec<_> = runs
            .iter()
            .map(|run| {
                let first = base;
                base += run.passages;
                (first, &run.file, &run.fields[number])
            })
            .collect();
        let (bounds, windows) = (bounds(&runs), runs.len() * threads);
        Self { format, runs, bounds, windows }
    }
}

/// Cuts the terms where enough blocks begin before.
fn bounds<'a>(runs: &[(u32, &FileSlice, &'a RunField)]) -> Vec<&'a [u8]> {
    let head = |run: usize, block: usize| {
        let field: &'a RunField = runs[run].2;
        (block < field.starts.len()).then(|| Reverse((field.firsts.get(block), run, block)))
    };
    let mut heads: BinaryHeap<_> = (0..runs.len()).filter_map(|run| head(run, 0)).collect();
    let mut bounds = Vec::new();
    let mut bytes = 0;
    while let Some(Reverse((first, run, block))) = heads.pop() {
        // A term is in one range, so also where blocks of several runs begin with it.
        if bytes >= RANGE_BYTES && bounds.last() != Some(&first) {
            bounds.push(first);
            bytes = 0;
        }
        let field = runs[run].2;
        bytes += field.starts.get(block + 1).unwrap_or(&field.records.end) - field.starts[block];
        heads.extend(head(run, block + 1));
    }
    bounds
}

impl TermSource for RunsField<'_> {
    fn format(&self) -> &FieldFormat {
        &self.format
    }

    fn ranges(&self) -> usize {
        self.bounds.len() + 1
    }

    fn emit(&self, range: usize) -> io::Result<Emitted> {
        let first = range.checked_sub(1).map_or(&[][..], |before| self.bounds[before]);
        let end = self.bounds.get(range).copied();
        let open = |&(base, file, field): &(u32, &FileSlice, &RunField)| {
            let place = field.from(first);
            let window = Window::one_of(self.windows, file.slice(place));
            Cursor::open(base, window, first, end)
        };
        let mut cursors: Vec<Cursor<'_>> = self.runs.iter().map(open).collect();
        let (mut name, mut deltas) = (Vec::new(), Vec::new());
        self.format.emit(|writer| {
            while let Some(least) = cursors.iter().filter_map(Cursor::term).min() {
                name.clear();
                name.extend_from_slice(least);
                let has_term = |cursor: &Cursor<'_>| cursor.term() == Some(&name);
                let doc_freqs = cursors.iter().filter(|&cursor| has_term(cursor));
                writer.begin(doc_freqs.map(|cursor| cursor.doc_freq).sum())?;
                for cursor in cursors.iter_mut().filter(|cursor| has_term(cursor)) {
                    cursor.write(&self.format, writer, &mut deltas)?;
                    cursor.advance();
                }
                writer.end(&name)?;
            }
            cursors.into_iter().try_for_each(Cursor::close)
        })
    }
}

/// Walks over the records of one run, from a term on to another.
struct Cursor<'a> {
    base: u32,
    window: Window,
    end: Option<&'a [u8]>,
    is_at_end: bool,
    term: Vec<u8>,
    doc_freq: u32,
}

/// So many positions are handed on at a time. Chosen by hand.
const DELTAS: usize = 1 << 12;

impl<'a> Cursor<'a> {
    /// The cursor at the first term from `first` on, to which `window` leads.
    fn open(base: u32, window: Window, first: &[u8], end: Option<&'a [u8]>) -> Self {
        let mut cursor =
            Self { base, window, end, is_at_end: false, term: Vec::new(), doc_freq: 0 };
        cursor.advance_to(first);
        cursor
    }

    /// The term at hand; none at the end.
    fn term(&self) -> Option<&[u8]> {
        (!self.is_at_end).then_some(&self.term)
    }

    /// Goes to the first term that is not before `first`.
    fn advance_to(&mut self, first: &[u8]) {
        loop {
            let record_len = self.window.number() as usize;
            let before = self.window.position();
            self.read_head();
            if self.is_at_end || &self.term[..] >= first {
                break;
            }
            let head_len = self.window.position() - before;
            self.window.skip(record_len - head_len);
        }
    }

    /// Goes to the next term, when all of the one at hand was read.
    fn advance(&mut self) {
        self.window.number();
        self.read_head();
    }

    /// Reads what stands before the passages.
    fn read_head(&mut self) {
        let len = self.window.number() as usize;
        self.window.bytes(len, &mut self.term);
        self.doc_freq = self.window.number() as u32;
        // There is no term without a passage.
        self.is_at_end = self.doc_freq == 0 || self.end.is_some_and(|end| &self.term[..] >= end);
    }

    /// Writes the passages and positions of the term at hand. No passage is written that
    /// was not read: the engine takes none twice.
    fn write(
        &mut self,
        format: &FieldFormat,
        writer: &mut TermWriter<'_>,
        deltas: &mut Vec<u32>,
    ) -> io::Result<()> {
        let (mut passage, mut occurrences) = (self.base, 0u64);
        let (doc_freq, window) = (self.doc_freq, &mut self.window);
        match Wanted::of(format.option) {
            Wanted::Passages => writer.passages((0..doc_freq).map_while(|_| {
                passage += window.number() as u32;
                (!window.has_failed()).then_some((passage, 0))
            })),
            Wanted::Positions => writer.passages((0..doc_freq).map_while(|_| {
                let coded = window.number();
                passage += (coded >> 1) as u32;
                let freq = if coded & 1 == 1 { 1 } else { window.number() as u32 };
                occurrences += u64::from(freq);
                (!window.has_failed()).then_some((passage, freq))
            })),
        }
        if !format.option.has_positions() {
            return window.check();
        }
        while occurrences > 0 {
            let count = occurrences.min(DELTAS as u64);
            deltas.clear();
            deltas.extend((0..count).map(|_| window.number() as u32));
            writer.positions(deltas)?;
            occurrences -= count;
        }
        window.check()
    }

    /// What went wrong on the way, if anything did.
    fn close(self) -> io::Result<()> {
        self.window.close()
    }
}
