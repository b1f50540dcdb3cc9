//! Topics run against an index, for measuring relevance.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::searcher::Searcher;
use crate::error::Result;
use crate::measure::{Run, Topic};
use crate::query::Query;
use crate::rank::Parameters;

/// How topics are run.
#[derive(Debug, Clone, Copy)]
pub struct TopicOptions {
    /// How passages are ranked.
    pub parameters: Parameters,
    /// How many documents to rank for each topic.
    pub depth: usize,
    /// How many topics to run at a time.
    pub threads: NonZeroUsize,
}

/// Ranks documents for each topic. The words of a topic are a bag: nothing in
/// them is syntax. A document counts by its best passage (MaxP: Z. Dai and J.
/// Callan, "Deeper Text Understanding for IR with Contextual Neural Language
/// Modeling", SIGIR 2019). The outcome does not depend on the number of threads.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where the index cannot be read.
pub fn run_topics(searcher: &Searcher, topics: &[Topic], options: &TopicOptions) -> Result<Run> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Vec<(String, f32)>)>> {
        let mut done = Vec::new();
        while let Some((at, topic)) = take(topics, &next) {
            done.push((at, documents(searcher, topic, options)?));
        }
        Ok(done)
    };
    let mut ranked = std::thread::scope(|scope| -> Result<Vec<_>> {
        let others: Vec<_> = (1..options.threads.get()).map(|_| scope.spawn(work)).collect();
        let mut done = work()?;
        for other in others {
            // A panic of a thread is a bug of ours: pass it on.
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(done)
    })?;
    ranked.sort_by_key(|&(at, _)| at);
    let mut run = Run::default();
    for (at, documents) in ranked {
        run.insert(&topics[at].id, documents);
    }
    Ok(run)
}

fn take<'t>(topics: &'t [Topic], next: &AtomicUsize) -> Option<(usize, &'t Topic)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    topics.get(at).map(|topic| (at, topic))
}

fn documents(
    searcher: &Searcher,
    topic: &Topic,
    options: &TopicOptions,
) -> Result<Vec<(String, f32)>> {
    let query = Query::bag(&topic.text);
    let mut limit = options.depth;
    loop {
        let passages = searcher.rank(&query, &options.parameters, limit)?;
        let found = passages.len();
        let mut seen = HashSet::new();
        let mut documents = Vec::new();
        for passage in passages {
            let id = searcher.snapshot().document_id(passage.address)?;
            if seen.insert(id.clone()) {
                documents.push((id, passage.score));
            }
        }
        // Several passages of one document leave room for others: look deeper.
        if documents.len() >= options.depth || found < limit {
            documents.truncate(options.depth);
            return Ok(documents);
        }
        limit = limit.saturating_mul(2);
    }
}
