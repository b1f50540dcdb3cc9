//! An index over made-up articles.

use std::error::Error;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use excerpt::analysis::Language;
use excerpt::index::{Input, LanguageRequest, Silent, UpdateRequest, UpdateSummary, update};

use crate::generator::Generator;

const PARAGRAPHS_IN_AN_ARTICLE: usize = 50;

/// A corpus, and an index over it once it is asked for, in a directory that is
/// empty. In a temporary one both are gone when it is dropped.
pub struct Built<D> {
    directory: D,
}

impl<D: AsRef<Path>> Built<D> {
    /// What was built in `directory` before, or is about to be.
    pub fn of(directory: D) -> Self {
        Self { directory }
    }

    /// Writes articles of `paragraphs` paragraphs in all (seed 3).
    pub fn corpus(directory: D, paragraphs: usize) -> Result<Self, Box<dyn Error>> {
        let built = Self::of(directory);
        let corpus = built.articles();
        fs::create_dir(&corpus)?;
        let mut generator = Generator::new(3);
        for number in 0..paragraphs / PARAGRAPHS_IN_AN_ARTICLE {
            let article = generator.article(PARAGRAPHS_IN_AN_ARTICLE);
            fs::write(corpus.join(format!("{number:05}.md")), article)?;
        }
        Ok(built)
    }

    /// The same, and an index over it. One thread makes it, so that it is laid out
    /// the same every time.
    pub fn index(directory: D, paragraphs: usize) -> Result<Self, Box<dyn Error>> {
        let built = Self::corpus(directory, paragraphs)?;
        let summary = built.update(&built.place(), Language::English, 1)?;
        assert!(summary.passages as usize > paragraphs / 2, "{summary:?}");
        Ok(built)
    }

    /// Where the articles are.
    pub fn articles(&self) -> PathBuf {
        self.directory.as_ref().join("corpus")
    }

    /// Where the index is.
    pub fn place(&self) -> PathBuf {
        self.directory.as_ref().join("index")
    }

    /// Brings the index at `index` up to date.
    pub fn update(
        &self,
        index: &Path,
        language: Language,
        threads: usize,
    ) -> excerpt::Result<UpdateSummary> {
        let request = UpdateRequest {
            threads: NonZeroUsize::new(threads),
            language: LanguageRequest::Named(language),
            ..UpdateRequest::new(Input::Paths(vec![self.articles()]), self.articles())
        };
        update(index, request, &Silent)
    }
}
