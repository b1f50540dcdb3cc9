//! What is timed: from a query string to the best passages.

use std::path::Path;

use anyhow::Result;
use excerpt::measure::BenchQuery;
use excerpt::query::parse;
use excerpt::rank::{Parameters, ScoredPassage};
use excerpt::search::Searcher;

use crate::args::RankingArgs;
use crate::stamp::{self, Stamp};

/// An open index, and how it is asked.
pub struct Task {
    pub searcher: Searcher,
    pub parameters: Parameters,
    pub limit: usize,
}

impl Task {
    /// Opens the index at `directory`.
    pub fn open(directory: &Path, ranking: &RankingArgs, limit: usize) -> Result<Self> {
        let searcher = Searcher::open(directory)?;
        let parameters = ranking.parameters(&searcher)?;
        Ok(Self { searcher, parameters, limit })
    }

    /// What is timed: reading the query, looking its words up, evaluating it to
    /// the addresses and scores of the best passages.
    pub fn answer(&self, query: &BenchQuery) -> Result<Vec<ScoredPassage>, excerpt::Error> {
        self.searcher.rank(&parse(&query.text).query, &self.parameters, self.limit)
    }

    /// What the figures bear.
    pub fn stamp(&self, queries: &[BenchQuery]) -> Result<Stamp> {
        let hash = stamp::query_hash(queries.iter().map(|query| query.text.as_str()));
        Stamp::new(self.searcher.snapshot(), hash, &self.parameters)
    }
}
