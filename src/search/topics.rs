//! Topics run against an index, for measuring relevance.
//!
//! Documents are told apart by their numbers in the segments' dictionaries
//! while topics run; what the numbers stand for is looked up once for all of
//! them, in the order of the dictionary. Looking every passage's document up
//! where it is found would decompress one block of the dictionary each time.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::searcher::Searcher;
use crate::error::Result;
use crate::index::Snapshot;
use crate::measure::{Run, Topic};
use crate::query::Query;
use crate::rank::Parameters;
use crate::threads::join;

/// How topics are run.
#[derive(Debug, Clone, Copy)]
pub struct TopicOptions {
    /// How passages are ranked.
    pub parameters: Parameters,
    /// How many documents to rank for each topic.
    pub depth: usize,
    /// How many topics to run at a time; more than there are is as many.
    pub threads: NonZeroUsize,
}

/// Ranks documents for each topic. The words of a topic are a bag: nothing in
/// them is syntax. A document counts by its best passage (MaxP: Z. Dai and J.
/// Callan, "Deeper Text Understanding for IR with Contextual Neural Language
/// Modeling", SIGIR 2019). The outcome does not depend on the number of threads.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where the index cannot be read,
/// [`crate::Error::InvalidOption`] for a parameter out of range.
pub fn run_topics(searcher: &Searcher, topics: &[Topic], options: &TopicOptions) -> Result<Run> {
    options.parameters.validate()?;
    let snapshot = searcher.snapshot();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Ranked)>> {
        let mut done = Vec::new();
        while let Some((at, topic)) = take(topics, &next) {
            done.push((at, documents(searcher, topic, options, options.depth)?));
        }
        Ok(done)
    };
    let ranked = std::thread::scope(|scope| -> Result<Vec<_>> {
        let threads = options.threads.get().min(topics.len());
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work()?;
        for other in others {
            done.extend(join(other)?);
        }
        Ok(done)
    })?;
    let names = Names::of(snapshot, ranked.iter().flat_map(|(_, documents)| &documents.found))?;
    let mut run = Run::default();
    for (at, documents) in &ranked {
        let topic = &topics[*at];
        let inserted = names.insert(&mut run, topic, documents, options.depth);
        if inserted < options.depth && !documents.is_all {
            // Some were the same document in several segments. It is in each of
            // them once at most, so this many are enough.
            let wanted = options.depth.saturating_mul(snapshot.segments().len());
            let deeper = self::documents(searcher, topic, options, wanted)?;
            let names = Names::of(snapshot, &deeper.found)?;
            names.insert(&mut run, topic, &deeper, options.depth);
        }
    }
    Ok(run)
}

fn take<'t>(topics: &'t [Topic], next: &AtomicUsize) -> Option<(usize, &'t Topic)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    topics.get(at).map(|topic| (at, topic))
}

/// A document that was found in a segment.
#[derive(Clone, Copy)]
struct Found {
    segment: u32,
    /// The document's number in the segment's dictionary of ids.
    document: u64,
    score: f32,
}

/// The documents that were found for a topic.
struct Ranked {
    /// Best first.
    found: Vec<Found>,
    /// Whether nothing else matches.
    is_all: bool,
}

/// The documents of the best passages, `wanted` of them if there are as many;
/// what lies in several segments counts once for each.
fn documents(
    searcher: &Searcher,
    topic: &Topic,
    options: &TopicOptions,
    wanted: usize,
) -> Result<Ranked> {
    let query = Query::bag(&topic.text);
    let mut limit = wanted;
    loop {
        let passages = searcher.rank(&query, &options.parameters, limit)?;
        let is_all = passages.len() < limit;
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for passage in passages {
            let segment = passage.address.segment_ord;
            let of_segment = &searcher.snapshot().segments()[segment as usize];
            let document = of_segment.document_of(passage.address.doc_id)?;
            if seen.insert((segment, document)) {
                found.push(Found { segment, document, score: passage.score });
            }
        }
        // Several passages of one document leave room for others: look deeper.
        if found.len() >= wanted || is_all {
            let is_all = is_all && found.len() <= wanted;
            found.truncate(wanted);
            return Ok(Ranked { found, is_all });
        }
        limit = limit.saturating_mul(2);
    }
}

/// What the numbers of documents stand for.
struct Names {
    /// For each segment the numbers, ascending, and their names.
    of_segments: Vec<(Vec<u64>, Vec<String>)>,
}

impl Names {
    /// Looks up the names of all `found`, each once.
    fn of<'f>(snapshot: &Snapshot, found: impl IntoIterator<Item = &'f Found>) -> Result<Self> {
        let segments = snapshot.segments();
        let mut numbers: Vec<HashSet<u64>> = vec![HashSet::new(); segments.len()];
        for found in found {
            numbers[found.segment as usize].insert(found.document);
        }
        let mut of_segments = Vec::with_capacity(numbers.len());
        for (segment, numbers) in segments.iter().zip(numbers) {
            let mut numbers: Vec<u64> = numbers.into_iter().collect();
            numbers.sort_unstable();
            let mut names = Vec::with_capacity(numbers.len());
            if let Some(column) = segment.document_ids()? {
                let add = |name: &[u8]| names.push(String::from_utf8_lossy(name).into_owned());
                let is_complete = column.dictionary().sorted_ords_to_term_cb(&numbers, add);
                if !is_complete.map_err(|error| segment.damaged(error))? {
                    return Err(segment.damaged("a passage has a document id that is not there"));
                }
            }
            of_segments.push((numbers, names));
        }
        Ok(Self { of_segments })
    }

    /// Puts the first `depth` documents into `run`; tells how many there are.
    fn insert(&self, run: &mut Run, topic: &Topic, documents: &Ranked, depth: usize) -> usize {
        let mut seen = HashSet::new();
        let named = documents.found.iter().map(|found| (self.name(found), found.score));
        let named = named.filter(|(name, _)| seen.insert(*name)).take(depth);
        let documents: Vec<_> = named.collect();
        let inserted = documents.len();
        run.insert(&topic.id, documents);
        inserted
    }

    fn name(&self, found: &Found) -> &str {
        let (numbers, names) = &self.of_segments[found.segment as usize];
        numbers.binary_search(&found.document).map_or("", |at| names[at].as_str())
    }
}
