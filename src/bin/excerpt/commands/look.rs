//! What has to be looked up to print a passage: whether it still stands in its
//! file, what is around it there, its neighbours in the document.

use std::cell::OnceCell;
use std::ops::Range;
use std::path::Path;

use anyhow::Result;
use excerpt::document::Coordinates;
use excerpt::index::sources::{Root, SourceKey};
use excerpt::index::{Freshness, StoredPassage, freshness};
use excerpt::passage::Passage;
use excerpt::search::{Explanation, Neighbours, Searcher};

use crate::config::Here;
use crate::output::{Elsewhere, Shown, Standing, Surroundings, Wanted};

/// How far it is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Only at the index.
    Index,
    /// Whether the passage still stands in its file.
    Standing,
    /// And what is around it there.
    File,
}

/// Looks things up.
pub struct Looker<'s> {
    /// The open index.
    pub searcher: &'s Searcher,
    /// How its files are called.
    pub here: &'s Here,
    /// How far to look.
    pub depth: Depth,
    /// Whether the index was brought up to date just now.
    pub is_fresh: bool,
    /// Lines around the passage.
    pub lines: Wanted,
    /// Passages around the passage.
    pub neighbours: Neighbours,
    /// How the index's files are read, once that is asked for.
    pub roots: OnceCell<Vec<Root>>,
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
    pub fn look(&self, found: Found) -> Result<Shown> {
        let Found { rank, score, source, highlights, explanation, .. } = found;
        let Found { mut passage, duplicates, more_in_document, .. } = found;
        let (before, after) = if self.neighbours == Neighbours::default() {
            (Vec::new(), Vec::new())
        } else {
            self.searcher.neighbours(&passage, self.neighbours)?
        };
        let file = self.here.file(&source);
        let standing = match &file {
            Some(file) if self.depth >= Depth::Standing && !self.is_fresh => {
                self.standing(file, &source, &mut passage)?
            }
            _ => Standing::Current,
        };
        let mut surroundings = Surroundings::unknown();
        if let Some(file) = &file
            && self.depth == Depth::File
            && !standing.is_stale()
            && passage.coordinates == Coordinates::File
            && file.is_file()
        {
            // A file that has just become unreadable costs its surroundings only.
            surroundings = Surroundings::read(file, &passage, self.lines).unwrap_or(surroundings);
        }
        let passages = |stored: Vec<StoredPassage>| stored.into_iter().map(|s| s.passage).collect();
        Ok(Shown {
            rank,
            score,
            path: self.here.printed(&source),
            file,
            passage,
            highlights,
            standing,
            surroundings,
            before: passages(before),
            after: passages(after),
            duplicates: duplicates.into_iter().map(|stored| self.elsewhere(stored)).collect(),
            more_in_document,
            explanation,
        })
    }

    fn elsewhere(&self, stored: StoredPassage) -> Elsewhere {
        let path = self.here.printed(&SourceKey::from_stored(&stored.source));
        Elsewhere { path, passage: stored.passage }
    }

    /// Whether `passage` stands in `file`; where it has moved, its place is
    /// changed to the new one.
    fn standing(&self, file: &Path, source: &SourceKey, passage: &mut Passage) -> Result<Standing> {
        // A pipe that has taken a file's place would be waited for.
        if !file.is_file() {
            return Ok(Standing::Missing);
        }
        let stored = StoredPassage { source: source.as_str().to_owned(), passage: passage.clone() };
        let snapshot = self.searcher.snapshot();
        let roots = match self.roots.get() {
            Some(roots) => roots,
            None => {
                let roots = snapshot.roots()?;
                self.roots.get_or_init(|| roots)
            }
        };
        let settings = &snapshot.manifest().settings;
        Ok(match freshness(&stored, &self.here.base, settings, roots) {
            Freshness::Current => Standing::Current,
            Freshness::Moved { span, lines } => {
                (passage.span, passage.lines) = (span, lines);
                Standing::Moved
            }
            Freshness::Changed => Standing::Changed,
            Freshness::Missing => Standing::Missing,
        })
    }
}
