//! Hits for a query.

use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use tantivy::DocAddress;
use tantivy::schema::Field;

use super::choose::{Choice, Chosen, PerDocument, choose};
use super::duplicates::Duplicates;
use super::filter::Filters;
use super::fit::fitted;
use super::highlight::Highlighter;
use super::lower::Lowering;
use super::more::count_more;
use crate::analysis::Analyzer;
use crate::error::Result;
use crate::index::sources::SourceKey;
use crate::index::{RankingChoice, Snapshot, StoredPassage};
use crate::passage::Passage;
use crate::query::{Note, Query};
use crate::rank::{
    self, ExpansionTerm, GramTable, Leaf, Matches, Parameters, Part, Plan, Reason, ScoredPassage,
    Selection, Wording,
};

/// Answers queries from one commit of an index.
pub struct Searcher {
    snapshot: Snapshot,
    /// Made when a ranking first needs it.
    grams: GramTable,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// The query.
    pub query: Query,
    /// Which passages count.
    pub filters: Filters,
    /// How many hits to return at most.
    pub limit: usize,
    /// How many of the best hits to leave out first.
    pub offset: usize,
    /// Whether to count all matches.
    pub counting: Counting,
    /// How passages are ranked; [`Searcher::parameters`] gives what the index keeps.
    pub parameters: Parameters,
    /// What is done with passages that say the same.
    pub duplicates: Duplicates,
    /// How many passages of one document become hits. Limit and offset count
    /// hits and cut one list of them, so that pages continue each other;
    /// `counting` counts what matches, whether it becomes a hit or not.
    pub per_document: PerDocument,
}

/// Whether all matches are counted, which takes longer than to find the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Find the best hits and no more.
    No,
    /// Count passages and documents.
    Yes,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct SearchResponse {
    /// The hits, best first, but for those that [`PerDocument::AtFirst`] puts behind
    /// others; equal scores in the order that [`rank::top`] gives them.
    pub hits: Vec<Hit>,
    /// How many of the best passages were looked at, where more match and these gave fewer
    /// hits than were asked for: the others are duplicates or of documents that have
    /// enough. A higher limit looks at more.
    pub ended_after: Option<usize>,
    /// How much matched, where it was counted.
    pub matches: Option<Matches>,
    /// What feedback added to the query, the weightiest first.
    pub expansion: Vec<ExpansionTerm>,
    /// What of the query stands for more words of the index than
    /// [`MAX_EXPANSIONS`](crate::query::MAX_EXPANSIONS).
    pub notes: Vec<Note>,
    /// How long it took.
    pub elapsed: Duration,
}

/// A passage that matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its place among the hits, from 1.
    pub rank: usize,
    /// Its raw score; comparable within one query and nothing more.
    pub score: f32,
    /// Where the engine keeps it; valid for this searcher.
    pub address: DocAddress,
    /// The source it came from.
    pub source: SourceKey,
    /// The passage.
    pub passage: Passage,
    /// The byte ranges of the passage's text that matched, in order.
    pub highlights: Vec<Range<usize>>,
    /// The passages that say the same and were collapsed into this one, best
    /// first: those among the passages that were looked at to find the hits,
    /// which are twice as many as were asked for, or more.
    pub duplicates: Vec<StoredPassage>,
    /// How many more passages of its document match, where its document has all
    /// the hits that [`SearchRequest::per_document`] lets it have, or has at
    /// first, and it is the last of them so far; else 0.
    pub more_in_document: u64,
}

/// One part of a hit's score.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The field it was found in.
    pub field: String,
    /// What was found: a term, a phrase, a set.
    pub what: String,
    /// What it added to the score.
    pub score: f32,
}

/// A query ready to be evaluated.
pub(super) struct Prepared {
    pub(super) plan: Plan,
    wording: Wording,
    expansion: Vec<ExpansionTerm>,
}

impl Searcher {
    /// Opens the last commit of the index at `directory`.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::open`].
    pub fn open(directory: &Path) -> Result<Self> {
        Snapshot::open(directory).map(|snapshot| Self { snapshot, grams: GramTable::default() })
    }

    /// The commit that is searched.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The parameters of a ranking: what `choice` leaves open is as the index has
    /// it, else as the program does.
    ///
    /// # Errors
    ///
    /// As [`Parameters::of`].
    pub fn parameters(&self, choice: &RankingChoice) -> Result<Parameters> {
        Parameters::of(&choice.clone().over(&self.snapshot.manifest().ranking))
    }

    /// The best passages for a query.
    ///
    /// # Errors
    ///
    /// [`crate::Error::IndexDamaged`] where the index cannot be read,
    /// [`crate::Error::InvalidOption`] for more or longer path patterns among the
    /// filters than a query may have, or a parameter out of range.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchResponse> {
        let started = Instant::now();
        let mut lowering = Lowering::new(&self.snapshot, request.parameters.ranking);
        let filters = request.filters.select(&self.snapshot)?;
        let prepared = self.prepare(&mut lowering, &request.query, filters, &request.parameters)?;
        let rank = |limit| self.top(&prepared, &request.parameters, limit);
        let count = || Ok(rank::count(&self.snapshot, &prepared.plan)?.documents);
        let Choice { hits: mut best, ended_after } = choose(&self.snapshot, request, rank, count)?;
        let matches = match request.counting {
            Counting::No => None,
            Counting::Yes => Some(rank::count(&self.snapshot, &prepared.plan)?),
        };
        let notes = std::mem::take(&mut lowering.notes);
        let query = fitted(&request.query, &lowering.analyzer);
        let mut highlighter = Highlighter::new(&query, lowering.analyzer);
        let mut hits = Vec::new();
        for (position, chosen) in best.iter_mut().enumerate().skip(request.offset) {
            let Chosen { scored, stored, duplicates, .. } = chosen;
            let StoredPassage { source, passage } = match stored.take() {
                Some(stored) => stored,
                None => self.snapshot.passage(scored.address)?,
            };
            hits.push(Hit {
                rank: position + 1,
                score: scored.score,
                address: scored.address,
                source: SourceKey::from_stored(&source),
                highlights: highlighter.ranges(&passage.text),
                passage,
                duplicates: duplicates.clone(),
                more_in_document: 0,
            });
        }
        count_more(&self.snapshot, &prepared.plan, &best, &mut hits)?;
        let expansion = prepared.expansion;
        let elapsed = started.elapsed();
        Ok(SearchResponse { hits, ended_after, matches, expansion, notes, elapsed })
    }

    /// The best passages for a query as addresses and scores, without fetching
    /// them.
    ///
    /// # Errors
    ///
    /// As [`Searcher::search`].
    pub fn rank(
        &self,
        query: &Query,
        parameters: &Parameters,
        limit: usize,
    ) -> Result<Vec<ScoredPassage>> {
        let mut lowering = Lowering::new(&self.snapshot, parameters.ranking);
        let prepared = self.prepare(&mut lowering, query, Vec::new(), parameters)?;
        self.top(&prepared, parameters, limit)
    }

    /// The byte ranges of each text that `query` matches, in order, neither
    /// overlapping nor touching.
    pub fn highlight<'t>(
        &self,
        query: &Query,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Vec<Vec<Range<usize>>> {
        let analyzer = Analyzer::new(self.snapshot.language());
        let query = fitted(query, &analyzer);
        let mut highlighter = Highlighter::new(&query, analyzer);
        texts.into_iter().map(|text| highlighter.ranges(text)).collect()
    }

    /// Checks `parameters` and lowers a query; where they ask for feedback,
    /// evaluates it once for that.
    pub(super) fn prepare(
        &self,
        lowering: &mut Lowering<'_>,
        query: &Query,
        filters: Vec<Selection>,
        parameters: &Parameters,
    ) -> Result<Prepared> {
        parameters.validate()?;
        let query = fitted(query, &lowering.analyzer);
        let (plan, wording) = (lowering.plan(&query)?, lowering.wording(&query));
        if parameters.feedback.is_none() {
            return Ok(Prepared { plan: plan.filtered(filters), wording, expansion: Vec::new() });
        }
        let first = plan.clone().filtered(filters.clone());
        let request = rank::Request { plan: &first, wording: &wording, parameters, limit: 0 };
        let expansion = rank::expansion(&self.snapshot, &request, &self.grams)?;
        let plan = plan.expanded(self.snapshot.fields().text, &expansion).filtered(filters);
        Ok(Prepared { plan, wording, expansion })
    }

    /// The best passages for what is prepared.
    pub(super) fn top(
        &self,
        prepared: &Prepared,
        parameters: &Parameters,
        limit: usize,
    ) -> Result<Vec<ScoredPassage>> {
        let Prepared { plan, wording, .. } = prepared;
        let request = rank::Request { plan, wording, parameters, limit };
        rank::top(&self.snapshot, &request, &self.grams)
    }

    /// For each of `hits`, found by `request`, the parts that make up its score, the
    /// greatest first.
    ///
    /// # Errors
    ///
    /// As [`Searcher::search`].
    pub fn explain(&self, request: &SearchRequest, hits: &[Hit]) -> Result<Vec<Vec<Explanation>>> {
        let parameters = &request.parameters;
        let mut lowering = Lowering::new(&self.snapshot, parameters.ranking);
        let filters = request.filters.select(&self.snapshot)?;
        let prepared = self.prepare(&mut lowering, &request.query, filters, parameters)?;
        let Prepared { plan, wording, .. } = &prepared;
        let request = rank::Request { plan, wording, parameters, limit: hits.len() };
        let addresses: Vec<DocAddress> = hits.iter().map(|hit| hit.address).collect();
        let explained = rank::explain(&self.snapshot, &request, &self.grams, &addresses)?;
        let tell = |parts: Vec<Part>| parts.iter().map(|part| self.tell(part)).collect();
        Ok(explained.into_iter().map(tell).collect())
    }

    fn tell(&self, part: &Part) -> Explanation {
        let by_itself = |what: &str| (None, what.to_owned());
        let (field, what) = match &part.reason {
            Reason::Match(leaf) => tell_leaf(leaf),
            Reason::Nearness => by_itself("words near each other"),
            Reason::Grams => by_itself("shared spelling"),
            Reason::Likeness => by_itself("likeness to the best"),
        };
        let field = field.map_or("", |field| self.snapshot.fields().name(field));
        Explanation { field: field.to_owned(), what, score: part.score }
    }
}

/// The field of a leaf and what is looked for in it.
fn tell_leaf(leaf: &Leaf) -> (Option<Field>, String) {
    match leaf {
        Leaf::Term(term) => (Some(term.field), term.term.clone()),
        Leaf::Phrase { field, terms, .. } => (Some(*field), format!("\"{}\"", terms.join(" "))),
        Leaf::Near { field, terms, distance, .. } => {
            (Some(*field), format!("\"{}\"~{distance}", terms.join(" ")))
        }
        Leaf::Selection { select: Selection::Terms { field, terms }, .. } => {
            (Some(*field), format!("any of {} terms", terms.len()))
        }
        // What only lets through adds nothing, so that no explanation names it.
        Leaf::Selection {
            select: Selection::Dates(_) | Selection::AllBut(_) | Selection::Found(_),
            ..
        } => (None, "filter".to_owned()),
    }
}
