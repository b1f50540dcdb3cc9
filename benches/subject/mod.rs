//! What instructions are counted of, made ready before counting begins.

use std::fmt::Display;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use excerpt::analysis::{Analyzer, Language};
use excerpt::document::Document;
use excerpt::query::{Query, parse};
use excerpt::rank::{Parameters, Ranking, ScoredPassage};
use excerpt::search::Searcher;
use excerpt::split::{SplitOptions, Splitter};

use crate::asked::{self, HITS, SIZES};
use crate::built::Built;
use crate::generator::{Generator, word};
use crate::plain::plain;

/// Where corpora and indexes lie while instructions are counted.
const DIRECTORY: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/instructions");

/// A query, and what it is put to.
pub struct Asked {
    pub searcher: Searcher,
    query: Query,
    parameters: Parameters,
}

impl Asked {
    pub fn union(paragraphs: usize) -> Self {
        Self::new(paragraphs, &asked::union(), Ranking::Bm25)
    }

    pub fn long(paragraphs: usize) -> Self {
        Self::new(paragraphs, &asked::long(), Ranking::Bm25)
    }

    pub fn intersection(paragraphs: usize) -> Self {
        Self::new(paragraphs, &asked::intersection(), Ranking::Bm25)
    }

    pub fn phrase(paragraphs: usize) -> Self {
        Self::new(paragraphs, &asked::phrase(), Ranking::Bm25)
    }

    pub fn full(paragraphs: usize) -> Self {
        Self { parameters: Parameters::new(Ranking::Full), ..Self::union(paragraphs) }
    }

    /// Asked once already, so that what is made once is there.
    fn new(paragraphs: usize, query: &str, ranking: Ranking) -> Self {
        let searcher = sound(Searcher::open(&place(paragraphs)));
        let asked =
            Self { searcher, query: parse(query).query, parameters: Parameters::new(ranking) };
        let answered = asked.answer();
        assert!(!answered.best.is_empty(), "{query} finds nothing");
        answered.asked
    }

    pub fn answer(self) -> Answered {
        let best = sound(self.searcher.rank(black_box(&self.query), &self.parameters, HITS));
        Answered { best, asked: self }
    }
}

/// What was found, and where: dropping it is not counted.
pub struct Answered {
    pub best: Vec<ScoredPassage>,
    pub asked: Asked,
}

impl Answered {
    pub fn fetchable(paragraphs: usize) -> Self {
        let answered = Asked::new(paragraphs, &word(8), Ranking::Full).answer();
        assert_eq!(answered.best.len(), HITS);
        answered
    }
}

pub fn text_to_split() -> (Splitter, Document<'static>) {
    let article: &'static str = Generator::new(1).article(400).leak();
    (sound(Splitter::new(SplitOptions::default())), plain(article))
}

pub fn text_to_analyse(language: Language) -> (Analyzer, String) {
    (Analyzer::new(language), Generator::new(2).article(100))
}

pub fn query_to_analyse(language: Language) -> (Analyzer, String) {
    (Analyzer::new(language), [word(40), word(700), word(9_000)].join(" "))
}

/// Articles, and a place for an index of them where none is yet.
pub fn files_to_index() -> (Built<PathBuf>, PathBuf) {
    let fresh = Path::new(DIRECTORY).join("fresh");
    if fresh.exists() {
        sound(fs::remove_dir_all(&fresh));
    }
    (Built::of(directory(10_000)), fresh)
}

pub fn search_in_a_shell(options: &[&str]) -> Command {
    let mut search = Command::new(env!("CARGO_BIN_EXE_excerpt"));
    search.arg("search").arg("--index").arg(place(10_000)).args(options);
    search.arg(format!("{} {}", word(8), word(300)));
    search.stdin(Stdio::null()).stdout(Stdio::null());
    search
}

/// Articles and indexes of all sizes.
pub fn build() {
    clear();
    for paragraphs in SIZES {
        sound(fs::create_dir_all(directory(paragraphs)));
        sound(Built::index(directory(paragraphs), paragraphs));
    }
}

pub fn clear() {
    if Path::new(DIRECTORY).exists() {
        sound(fs::remove_dir_all(DIRECTORY));
    }
}

pub fn directory(paragraphs: usize) -> PathBuf {
    Path::new(DIRECTORY).join(paragraphs.to_string())
}

pub fn place(paragraphs: usize) -> PathBuf {
    Built::of(directory(paragraphs)).place()
}

/// The value; without it there is nothing to count.
pub fn sound<T, E: Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}
