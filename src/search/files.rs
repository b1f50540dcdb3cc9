//! In which sources passages match, and how many of them.

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::lower::Lowering;
use super::searcher::{Prepared, SearchRequest, Searcher};
use crate::error::Result;
use crate::index::postings::Cursor;
use crate::index::sources::SourceKey;
use crate::index::{OpenSegment, Snapshot};
use crate::query::Note;
use crate::rank::{self, Parameters, Selection};

/// A source with passages that match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceMatches {
    /// The source.
    pub source: SourceKey,
    /// How many of its passages match.
    pub passages: u64,
}

/// In which sources passages match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchingSources {
    /// The sources, in the order of their best passages.
    pub sources: Vec<SourceMatches>,
    /// As in [`SearchResponse`](super::SearchResponse).
    pub notes: Vec<Note>,
}

/// Where no more than one passage in so many matches, the source of each is read
/// back, else those of all passages are looked up. Chosen by hand: with 200,000
/// passages of 2,000 files it took about 13 µs to read one back and an estimated
/// 3.5 ms to look all up.
const ONE_IN: usize = 512;

/// How many of the best passages are ranked to find the order of sources, at first and
/// then: all in the end. Chosen by hand.
const DEPTHS: [usize; 4] = [128, 1024, 8192, usize::MAX];

/// So few sources that were not met so far are looked for by themselves. Chosen by hand:
/// to filter by one takes some microseconds.
const FEW: usize = 1000;

impl Searcher {
    /// The sources with passages that match, in the order of their best ones.
    /// Limit and offset count sources; duplicates are counted, and documents
    /// have no limit, whatever `request` says.
    ///
    /// # Errors
    ///
    /// As [`Searcher::search`].
    pub fn sources(&self, request: &SearchRequest) -> Result<MatchingSources> {
        let parameters = &request.parameters;
        let mut lowering = Lowering::new(self.snapshot(), parameters.ranking);
        let filters = request.filters.select(self.snapshot())?;
        let prepared = self.prepare(&mut lowering, &request.query, filters, parameters)?;
        let matches = rank::matches(self.snapshot(), &prepared.plan)?;
        let mut sources = Sources::of(self.snapshot(), &matches)?;
        let wanted = request.offset.saturating_add(request.limit);
        let order = self.order(&mut sources, prepared, *parameters, wanted)?;
        let source = |number: usize| SourceMatches {
            source: SourceKey::from_stored(&sources.keys[number]),
            passages: sources.counts[number],
        };
        let order = order.into_iter().take(wanted).skip(request.offset);
        Ok(MatchingSources { sources: order.map(source).collect(), notes: lowering.notes })
    }

    /// The first `wanted` of `sources`, and perhaps more, in the order of their best
    /// passages.
    fn order(
        &self,
        sources: &mut Sources<'_>,
        mut prepared: Prepared,
        mut parameters: Parameters,
        wanted: usize,
    ) -> Result<Vec<usize>> {
        let mut order = Vec::new();
        for depth in DEPTHS {
            let depth = depth.max(parameters.second.depth);
            for passage in self.top(&prepared, &parameters, depth)? {
                let number = sources.number(passage.address)?;
                if !std::mem::replace(&mut sources.is_met[number], true) {
                    order.push(number);
                }
            }
            let unmet: Vec<usize> = sources.unmet().take(FEW + 1).collect();
            if unmet.is_empty() || order.len() >= wanted {
                break;
            }
            // Behind the best, which were scored again, the first stage tells the order.
            parameters.second.depth = 0;
            if unmet.len() <= FEW {
                let terms = unmet.into_iter().map(|number| sources.keys[number].clone()).collect();
                let only = Selection::Terms { field: self.snapshot().fields().source, terms };
                prepared.plan = prepared.plan.filtered(vec![only]);
            }
        }
        Ok(order)
    }
}

/// The sources of passages that match, by numbers.
struct Sources<'s> {
    snapshot: &'s Snapshot,
    keys: Vec<String>,
    by_key: FxHashMap<String, usize>,
    /// For each segment the source of each of its passages, where that is worth it.
    tables: Vec<Vec<Option<u32>>>,
    /// The sources of the others.
    read_back: FxHashMap<DocAddress, usize>,
    /// How many passages of each match.
    counts: Vec<u64>,
    /// Whether one of them was come across.
    is_met: Vec<bool>,
}

impl<'s> Sources<'s> {
    /// Those of `matches`.
    fn of(snapshot: &'s Snapshot, matches: &[DocAddress]) -> Result<Self> {
        let mut sources = Self {
            snapshot,
            keys: Vec::new(),
            by_key: FxHashMap::default(),
            tables: Vec::new(),
            read_back: FxHashMap::default(),
            counts: Vec::new(),
            is_met: Vec::new(),
        };
        let mut found = vec![0usize; snapshot.segments().len()];
        matches.iter().for_each(|address| found[address.segment_ord as usize] += 1);
        for (segment, found) in snapshot.segments().iter().zip(found) {
            let is_worth_it = found.saturating_mul(ONE_IN) > segment.max_doc() as usize;
            let table = if is_worth_it { sources.table(segment)? } else { Vec::new() };
            sources.tables.push(table);
        }
        for &address in matches {
            let number = sources.number(address)?;
            sources.counts[number] += 1;
        }
        Ok(sources)
    }

    /// The numbers of those whose matching passages were not come across so far.
    fn unmet(&self) -> impl Iterator<Item = usize> {
        let sources = (0..).zip(self.counts.iter().zip(&self.is_met));
        sources.filter(|&(_, (&count, &is_met))| count > 0 && !is_met).map(|(number, _)| number)
    }

    /// The number of the source of the passage at `address`.
    fn number(&mut self, address: DocAddress) -> Result<usize> {
        let table = &self.tables[address.segment_ord as usize];
        match table.get(address.doc_id as usize) {
            Some(&Some(number)) => Ok(number as usize),
            // A key that is too long for a term is in no table either.
            _ => match self.read_back.get(&address) {
                Some(&number) => Ok(number),
                None => {
                    let source = self.snapshot.passage(address)?.source;
                    let number = self.number_of(&source);
                    self.read_back.insert(address, number);
                    Ok(number)
                }
            },
        }
    }

    /// The number of the source of each passage of a segment.
    fn table(&mut self, segment: &OpenSegment) -> Result<Vec<Option<u32>>> {
        let mut table = vec![None; segment.max_doc() as usize];
        let Some(index) = segment.field(self.snapshot.fields().source)? else { return Ok(table) };
        let stream = index.dictionary.stream();
        let mut stream = stream.map_err(|error| segment.damaged(error))?;
        while stream.advance() {
            let Ok(key) = std::str::from_utf8(stream.key()) else { continue };
            let number = Some(self.number_of(key) as u32);
            Cursor::new(&index.lists, stream.value()).each_block(|docs| {
                for &doc in docs {
                    if let Some(slot) = table.get_mut(doc as usize) {
                        *slot = number;
                    }
                }
            });
        }
        segment.check_damage()?;
        Ok(table)
    }

    fn number_of(&mut self, key: &str) -> usize {
        match self.by_key.get(key) {
            Some(&number) => number,
            None => {
                self.keys.push(key.to_owned());
                self.counts.push(0);
                self.is_met.push(false);
                self.by_key.insert(key.to_owned(), self.keys.len() - 1);
                self.keys.len() - 1
            }
        }
    }
}
