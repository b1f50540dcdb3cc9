//! A TREC run: `topic Q0 document rank score tag`.
//!
//! Judgments are of documents, so a document comes once, by its best passage.
//! Ids are escaped and equal scores ordered as in every run of the library: by id
//! descending, though it is the first ids that a limit keeps.

use std::io::{self, Write};

use excerpt::measure::{Run, max_passage};
use excerpt::passage::PassageId;

use super::shown::Shown;
use super::{Renderer, Summary};

/// What the last column says.
const TAG: &str = "excerpt";

/// Collects hits and prints a run.
pub struct Trec {
    topic: String,
    limit: usize,
    passages: Vec<(PassageId, f32)>,
}

impl Trec {
    /// A run for `topic` of at most `limit` documents.
    pub fn new(topic: String, limit: usize) -> Self {
        Self { topic, limit, passages: Vec::new() }
    }
}

impl Renderer for Trec {
    fn hit(&mut self, _out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        self.passages.push((hit.passage.id.clone(), hit.score));
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, _summary: &Summary) -> io::Result<()> {
        let documents = max_passage(self.passages.drain(..));
        let documents = documents.into_iter().take(self.limit);
        let mut run = Run::default();
        run.insert(&self.topic, documents.map(|(document, score)| (document.0, score)));
        run.write(out, TAG)
    }
}
