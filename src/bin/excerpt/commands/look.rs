//! What has to be looked up to print a passage: whether it still stands in its
//! file, what is around it there, its neighbours in the document.

use std::ops::Range;

use anyhow::Result;
use excerpt::document::Coordinates;
use excerpt::index::sources::SourceKey;
use excerpt::index::{Freshness, SourceFiles, StoredPassage};
use excerpt::passage::{ByteSpan, Passage};
use excerpt::search::{Explanation, Neighbours, Searcher};

use crate::config::Here;
use crate::output::{
    Around, Beside, Elsewhere, Fences, Flow, Shown, Standing, Surroundings, Wanted,
};

/// How far it is looked: each goes as far as the one before it, and further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Only at the index.
    Index,
    /// Whether the passage still stands in its file.
    Standing,
    /// And what is around it there.
    File,
    /// And where each word that matched stands.
    Words,
}

/// Looks things up.
pub struct Looker<'s> {
    /// The open index.
    pub searcher: &'s Searcher,
    /// How its files are called.
    pub here: &'s Here,
    /// How far to look.
    pub depth: Depth,
    /// How far to look for the passages that say the same: some formats name them,
    /// others count them.
    pub depth_of_duplicates: Depth,
    /// Whether what is printed flows, so that it matters which line ends mean something.
    pub flows: bool,
    /// Whether the index was brought up to date just now.
    pub is_fresh: bool,
    /// Lines around the passage.
    pub lines: Wanted,
    /// Passages around the passage.
    pub neighbours: Neighbours,
    /// The files of the index.
    pub files: SourceFiles<'s>,
    /// Where code stands in them.
    pub fences: Fences,
}

/// What the index says of a passage to be printed.
pub struct Found {
    /// Its place in the ranking.
    pub rank: usize,
    /// Its score.
    pub score: f32,
    /// Where it came from.
    pub source: SourceKey,
    /// The passage.
    pub passage: Passage,
    /// What matched in it.
    pub highlights: Vec<Range<usize>>,
    /// The passages that say the same.
    pub duplicates: Vec<StoredPassage>,
    /// How many more passages of its document match and are not printed.
    pub more_in_document: u64,
    /// Where its score comes from.
    pub explanation: Option<Vec<Explanation>>,
}

impl Looker<'_> {
    /// All that is needed to print `found`.
    pub fn look(&mut self, found: Found) -> Result<Shown> {
        let Found { rank, score, source, highlights, explanation, .. } = found;
        let Found { mut passage, duplicates, more_in_document, .. } = found;
        let (before, after) = if self.neighbours == Neighbours::default() {
            (Vec::new(), Vec::new())
        } else {
            self.searcher.neighbours(&source, &passage, self.neighbours)?
        };
        let standing = self.standing(self.depth, &source, &mut passage)?;
        let path = self.here.printed(&source);
        let mut surroundings = Surroundings::unknown();
        if let Some(around) = self.around(&source, &passage, standing, self.lines) {
            let matches = match self.depth {
                Depth::Words => self.spans(&source, &passage, &around, &highlights)?,
                _ => Vec::new(),
            };
            surroundings = around.tell(&matches);
        }
        Ok(Shown {
            rank,
            score,
            flow: self.flow(&source, &passage, standing),
            path,
            file: self.here.file(&source),
            passage,
            highlights,
            standing,
            surroundings,
            before: self.beside(&source, before)?,
            after: self.beside(&source, after)?,
            duplicates: self.elsewhere(duplicates)?,
            more_in_document,
            explanation,
        })
    }

    /// What the file of `source` holds at and around `passage`, where that is looked at.
    /// A file that has just become unreadable costs its surroundings only.
    fn around<'p>(
        &mut self,
        source: &SourceKey,
        passage: &'p Passage,
        standing: Standing,
        lines: Wanted,
    ) -> Option<Around<'p>> {
        let is_looked_at = self.depth >= Depth::File && is_in_file(passage, standing);
        is_looked_at.then(|| Around::read(&mut self.files, source, passage, lines)).flatten()
    }

    /// What the line ends of `passage` may be, where that matters.
    fn flow(&mut self, source: &SourceKey, passage: &Passage, standing: Standing) -> Flow {
        if !self.flows {
            return Flow::UNKNOWN;
        }
        // That the list of sources is damaged is for others to tell: the passage is found.
        let format = self.searcher.snapshot().format(source).unwrap_or_default();
        Flow::of(format, || {
            // A single line has no ends, and is worth no look into the file.
            let is_looked_at = passage.text.contains('\n') && is_in_file(passage, standing);
            let fenced = || self.fences.among(&mut self.files, source, passage.lines);
            is_looked_at.then(fenced).flatten()
        })
    }

    /// Where in the file the parts `highlights` of `passage` stand; nothing where
    /// that cannot be told.
    fn spans(
        &mut self,
        source: &SourceKey,
        passage: &Passage,
        around: &Around<'_>,
        highlights: &[Range<usize>],
    ) -> Result<Vec<ByteSpan>> {
        if around.passage_bytes() != passage.text.as_bytes() {
            return Ok(self.files.spans(source, passage, highlights)?.unwrap_or_default());
        }
        let place = |at: usize| passage.span.start + at as u64;
        let span =
            |range: &Range<usize>| ByteSpan { start: place(range.start), end: place(range.end) };
        Ok(highlights.iter().map(span).collect())
    }

    /// Passages of `source` beside the one that is printed.
    fn beside(&mut self, source: &SourceKey, near: Vec<StoredPassage>) -> Result<Vec<Beside>> {
        let beside = |StoredPassage { mut passage, .. }| {
            let standing = self.standing(self.depth, source, &mut passage)?;
            let flow = self.flow(source, &passage, standing);
            Ok(Beside { passage, standing, flow })
        };
        near.into_iter().map(beside).collect()
    }

    /// Passages that say the same as the one that is printed.
    fn elsewhere(&mut self, same: Vec<StoredPassage>) -> Result<Vec<Elsewhere>> {
        let elsewhere = |StoredPassage { source, mut passage }| {
            let source = SourceKey::from_stored(&source);
            let standing = self.standing(self.depth_of_duplicates, &source, &mut passage)?;
            Ok(Elsewhere { path: self.here.printed(&source), passage, standing })
        };
        same.into_iter().map(elsewhere).collect()
    }

    /// Whether `passage` stands in the file of `source`, if `depth` goes so far; where
    /// it has moved, its place is changed to the new one. Of one that is gone its
    /// former place is all there is.
    fn standing(
        &mut self,
        depth: Depth,
        source: &SourceKey,
        passage: &mut Passage,
    ) -> Result<Standing> {
        if depth < Depth::Standing || self.is_fresh {
            return Ok(Standing::Current);
        }
        Ok(match self.files.freshness(source, passage)? {
            Freshness::Current => Standing::Current,
            Freshness::Moved { span, lines } => {
                (passage.span, passage.lines) = (span, lines);
                Standing::Moved
            }
            Freshness::Changed => Standing::Changed,
            Freshness::Missing => Standing::Missing,
            Freshness::Unreadable => Standing::Unknown,
        })
    }
}

/// Whether the bytes at the span of `passage` are the passage.
fn is_in_file(passage: &Passage, standing: Standing) -> bool {
    !standing.is_stale() && passage.coordinates == Coordinates::File
}
