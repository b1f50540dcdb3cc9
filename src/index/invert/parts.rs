//! The terms of a field, gathered from the parts in memory.

use std::io;
use std::ops::Range;

use super::emit::{Emitted, FieldFormat};
use super::term::{FieldParts, TermPostings, Wanted};
use super::terms::TermSource;
use super::words::{ABSENT, Terms};

/// A field of parts in memory.
pub(super) struct PartsField<'a> {
    format: FieldFormat,
    terms: &'a Terms<'a>,
    parts: FieldParts<'a>,
    /// Its terms, in ranges of about equal work, none of them empty.
    ranges: Vec<Range<usize>>,
}

/// A range ends after about so many tokens: enough to make the work of handing
/// it over small, few enough to keep all threads at work to the end. Chosen by
/// hand.
const RANGE_WORK: u64 = 1 << 20;
/// What a term costs beside its tokens, in tokens. Chosen by hand.
const TERM_WORK: u64 = 8;

impl<'a> PartsField<'a> {
    pub(super) fn new(format: FieldFormat, terms: &'a Terms<'a>, parts: FieldParts<'a>) -> Self {
        let ranges = ranges(terms, &parts);
        Self { format, terms, parts, ranges }
    }
}

impl TermSource for PartsField<'_> {
    fn format(&self) -> &FieldFormat {
        &self.format
    }

    fn ranges(&self) -> usize {
        self.ranges.len()
    }

    fn emit(&self, range: usize) -> io::Result<Emitted> {
        let wanted = match self.format.option.has_freq() {
            true => Wanted::Positions,
            false => Wanted::Passages,
        };
        let mut gathered = TermPostings::default();
        self.format.emit(|writer| {
            for term in self.ranges[range].clone() {
                gathered.gather(self.terms, term, &self.parts, wanted);
                let TermPostings { passages, freqs, deltas, .. } = &gathered;
                if passages.is_empty() {
                    continue;
                }
                // What else is made from a term's whole postings, such as
                // bitmaps, its greatest frequency factor or seeds, is made here.
                writer.begin(passages.len() as u32);
                let passages = passages.iter().copied();
                match wanted {
                    Wanted::Passages => writer.passages(passages.zip(std::iter::repeat(0))),
                    Wanted::Positions => writer.passages(passages.zip(freqs.iter().copied())),
                }
                if self.format.option.has_positions() {
                    writer.positions(deltas);
                }
                writer.end(self.terms.name(term))?;
            }
            Ok(())
        })
    }
}

fn ranges(terms: &Terms<'_>, parts: &FieldParts<'_>) -> Vec<Range<usize>> {
    let counts: Vec<Vec<u32>> = parts.iter().map(|(_, postings)| postings.counts()).collect();
    let mut ranges = Vec::new();
    let (mut start, mut work) = (0, 0);
    for term in 0..terms.len() {
        let tokens =
            terms.ids(term).flat_map(|ids| ids.iter().zip(&counts)).map(|(&id, counts)| match id {
                ABSENT => 0,
                id => counts.get(id as usize).map_or(0, |&count| u64::from(count)),
            });
        work += TERM_WORK + tokens.sum::<u64>();
        if work >= RANGE_WORK {
            ranges.push(start..term + 1);
            (start, work) = (term + 1, 0);
        }
    }
    if start < terms.len() {
        ranges.push(start..terms.len());
    }
    ranges
}
