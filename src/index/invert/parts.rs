//! The terms of parts in memory, gathered from all of them.

use std::io;
use std::ops::Range;

use tantivy::schema::Field;

use super::emit::{Emitted, FieldFormat};
use super::part::Part;
use super::term::{FieldParts, TermPostings, Wanted};
use super::terms::TermSource;
use super::words::{ABSENT, Merged, Terms};
use crate::analysis::Language;
use crate::index::schema::Fields;

/// The words of parts, brought together.
pub(super) struct PartWords<'a> {
    words: Merged<'a>,
    characters: Merged<'a>,
    sources: Merged<'a>,
}

impl<'a> PartWords<'a> {
    pub(super) fn of(parts: &'a [Part]) -> Self {
        Self {
            words: Merged::of(parts.iter().map(|part| &part.words).collect()),
            characters: Merged::of(parts.iter().map(|part| &part.characters).collect()),
            sources: Merged::of(parts.iter().map(|part| &part.sources).collect()),
        }
    }
}

/// The terms of parts.
pub(super) struct PartTerms<'a> {
    surfaces: Terms<'a>,
    stems: Terms<'a>,
    characters: Terms<'a>,
    sources: Terms<'a>,
}

impl<'a> PartTerms<'a> {
    pub(super) fn of(words: &'a PartWords<'a>, language: Language, threads: usize) -> Self {
        Self {
            surfaces: Terms::words(&words.words),
            stems: Terms::stems(&words.words, language, threads),
            characters: Terms::words(&words.characters),
            sources: Terms::words(&words.sources),
        }
    }

    pub(super) fn of_field(&self, fields: &Fields, field: Field) -> &Terms<'a> {
        match field {
            field if field == fields.words => &self.surfaces,
            field if field == fields.characters => &self.characters,
            field if field == fields.source => &self.sources,
            _ => &self.stems,
        }
    }
}

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
        let wanted = Wanted::of(self.format.option);
        let mut gathered = TermPostings::default();
        self.format.emit(|writer| {
            for term in self.ranges[range].clone() {
                gathered.gather(self.terms, term, &self.parts, wanted);
                let TermPostings { passages, freqs, deltas, .. } = &gathered;
                if passages.is_empty() {
                    continue;
                }
                writer.begin(passages.len() as u32)?;
                let passages = passages.iter().copied();
                match wanted {
                    Wanted::Passages => writer.passages(passages.zip(std::iter::repeat(0))),
                    Wanted::Positions => writer.passages(passages.zip(freqs.iter().copied())),
                }
                if self.format.option.has_positions() {
                    writer.positions(deltas)?;
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
