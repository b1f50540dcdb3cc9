//! An index over made-up articles.

use std::error::Error;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use excerpt::analysis::Language;
use excerpt::index::{Input, Silent, UpdateRequest, UpdateSummary, update};
use tempfile::TempDir;

use crate::generator::Generator;

const PARAGRAPHS_IN_AN_ARTICLE: usize = 50;

/// A corpus, and an index over it once it is asked for. Both are gone when
/// dropped.
pub struct Built {
    directory: TempDir,
}

impl Built {
    /// Writes articles of `paragraphs` paragraphs in all (seed 3).
    pub fn corpus(paragraphs: usize) -> Result<Self, Box<dyn Error>> {
        let built = Self { directory: tempfile::tempdir()? };
        let corpus = built.articles();
        fs::create_dir(&corpus)?;
        let mut generator = Generator::new(3);
        for number in 0..paragraphs / PARAGRAPHS_IN_AN_ARTICLE {
            let article = generator.article(PARAGRAPHS_IN_AN_ARTICLE);
            fs::write(corpus.join(format!("{number:05}.md")), article)?;
        }
        Ok(built)
    }

    /// The same, and an index over it.
    pub fn index(paragraphs: usize) -> Result<Self, Box<dyn Error>> {
        let built = Self::corpus(paragraphs)?;
        let summary = built.update(&built.place(), Language::English)?;
        assert!(summary.passages as usize > paragraphs / 2, "{summary:?}");
        Ok(built)
    }

    /// Where the articles are.
    pub fn articles(&self) -> PathBuf {
        self.directory.path().join("corpus")
    }

    /// Where the index is.
    pub fn place(&self) -> PathBuf {
        self.directory.path().join("index")
    }

    /// Brings the index at `index` up to date, with two threads.
    pub fn update(&self, index: &Path, language: Language) -> excerpt::Result<UpdateSummary> {
        let request = UpdateRequest {
            threads: NonZeroUsize::new(2),
            language: Some(language),
            ..UpdateRequest::new(Input::Paths(vec![self.articles()]), self.articles())
        };
        update(index, request, &Silent)
    }
}
