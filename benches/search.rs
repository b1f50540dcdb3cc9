//! Finding the best ten passages, opening an index, fetching a passage.
//!
//! What: `union`, `long`, `intersection` and `phrase` go from a parsed query to the
//! addresses and scores of the best ten passages under `--ranking bm25`; `full`
//! is the union again under the default ranking. `open` opens an index as each
//! search from the shell does. `fetch` reads ten passages back. `count` is `full`
//! with its passages read and all matches counted, as on a terminal; `files` finds
//! the files that match, as `-l` does. All at three sizes.
//!
//! Corpus: made-up articles (`generator`, seed 3) with 1,000, 10,000 and 100,000
//! paragraphs, 50 an article, indexed once before anything is measured.
//!
//! Notes: single-threaded, the index in the page cache. A query is made of one
//! common, one middling and one rare word, by frequency rank, and `long` of forty.
//! Words of this text occur independently of each other, so a phrase needs two common
//! ones to occur at all. Figures from real text are what `excerpt bench` is for.

mod asked;
mod built;
mod generator;

use std::error::Error;
use std::hint::black_box;
use std::path::PathBuf;

use criterion::{BenchmarkId, Criterion};
use excerpt::query::{Query, parse};
use excerpt::rank::{Parameters, Ranking};
use excerpt::search::{Counting, Duplicates, Filters, PerDocument, SearchRequest, Searcher};

use self::asked::{HITS, SIZES};
use self::built::Built;
use self::generator::word;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    for paragraphs in SIZES {
        let built = Built::index(tempfile::tempdir()?, paragraphs)?;
        let measured = Measured { index: built.place(), paragraphs };
        for (name, query, ranking) in [
            ("union", asked::union(), Ranking::Bm25),
            ("long", asked::long(), Ranking::Bm25),
            ("intersection", asked::intersection(), Ranking::Bm25),
            ("phrase", asked::phrase(), Ranking::Bm25),
            ("full", asked::union(), Ranking::Full),
        ] {
            measured.bench_query(&mut criterion, name, &parse(&query).query, ranking)?;
        }
        measured.bench_open(&mut criterion)?;
        measured.bench_fetch(&mut criterion)?;
        measured.bench_all_matches(&mut criterion)?;
    }
    criterion.final_summary();
    Ok(())
}

/// What is measured on one index.
struct Measured {
    index: PathBuf,
    paragraphs: usize,
}

impl Measured {
    fn bench_query(
        &self,
        criterion: &mut Criterion,
        name: &str,
        query: &Query,
        ranking: Ranking,
    ) -> Result<(), Box<dyn Error>> {
        let searcher = Searcher::open(&self.index)?;
        let parameters = Parameters::new(ranking);
        let found = searcher.rank(query, &parameters, HITS)?.len();
        assert!(found > 0, "{query} finds nothing among {} paragraphs", self.paragraphs);
        criterion.benchmark_group(name).bench_function(self.id(), |bencher| {
            bencher.iter(|| searcher.rank(black_box(query), &parameters, HITS));
        });
        Ok(())
    }

    fn bench_open(&self, criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
        Searcher::open(&self.index)?;
        criterion
            .benchmark_group("open")
            .bench_function(self.id(), |bencher| bencher.iter(|| Searcher::open(&self.index)));
        Ok(())
    }

    fn bench_fetch(&self, criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
        let searcher = Searcher::open(&self.index)?;
        let best = searcher.rank(&parse(&word(8)).query, &Parameters::default(), HITS)?;
        assert_eq!(best.len(), HITS);
        let snapshot = searcher.snapshot();
        criterion.benchmark_group("fetch").bench_function(self.id(), |bencher| {
            bencher.iter(|| {
                best.iter().filter(|scored| snapshot.passage(scored.address).is_ok()).count()
            });
        });
        Ok(())
    }

    /// What asks for all matches.
    fn bench_all_matches(&self, criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
        let searcher = Searcher::open(&self.index)?;
        let request = SearchRequest {
            query: parse(&asked::union()).query,
            filters: Filters::default(),
            limit: HITS,
            offset: 0,
            counting: Counting::Yes,
            parameters: Parameters::default(),
            duplicates: Duplicates::Keep,
            per_document: PerDocument::All,
        };
        assert!(searcher.search(&request)?.matches.is_some_and(|it| it.passages > HITS as u64));
        criterion
            .benchmark_group("count")
            .bench_function(self.id(), |bencher| bencher.iter(|| searcher.search(&request)));
        criterion
            .benchmark_group("files")
            .bench_function(self.id(), |bencher| bencher.iter(|| searcher.sources(&request)));
        Ok(())
    }

    fn id(&self) -> BenchmarkId {
        BenchmarkId::from_parameter(self.paragraphs)
    }
}
