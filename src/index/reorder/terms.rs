//! The graph of a segment: which of its stems each passage has, from the forward
//! file.

use std::ops::Range;
use std::path::Path;

use super::graph::Graph;
use crate::error::{Error, Result};
use crate::index::forward::{Forward, ForwardToken};
use crate::index::in_order::{in_order, shares};
use crate::index::request::{Going, Observer};
use crate::index::snapshot::Snapshot;

/// A stem in fewer passages says too little of who is like whom for what it takes:
/// such stems are most stems and few of the postings. Chosen by hand.
const LEAST_PASSAGES: u32 = 8;

/// A stem in more than one in so many passages is near everywhere in any order, and
/// searches read its bitmap ([`crate::index::Bitmap`]), not its postings.
const LARGEST_SHARE: u32 = 16;

/// So many passages are read at a time. Chosen by hand: it takes a few megabytes.
const SHARE_PASSAGES: u32 = 1 << 14;

/// The graph of the only segment of the last commit, of at most `postings` postings:
/// where that is too few, the most frequent stems are left out.
///
/// # Errors
///
/// [`Error::IndexDamaged`] and [`Error::Interrupted`].
pub(super) fn graph(
    directory: &Path,
    postings: usize,
    threads: usize,
    observer: &dyn Observer,
) -> Result<Graph> {
    let snapshot = Snapshot::open(directory)?;
    let passages = snapshot.segments()[0].max_doc();
    let Numbers { of_stem, terms, postings } =
        Numbers::choose(forward_of(&snapshot)?, passages, postings);
    drop(snapshot);
    let shares: Vec<_> = shares(passages, SHARE_PASSAGES).collect();
    let read = |share: usize| {
        if observer.going() == Going::Stop {
            return Err(Error::Interrupted);
        }
        read(directory, &of_stem, shares[share].clone())
    };
    in_order(shares.len(), threads, read, |shares| {
        let mut graph = Graph::with_room(terms, passages as usize, postings);
        for share in shares {
            let share = share?;
            (0..share.len() as u32).for_each(|at| graph.push(share.terms(at)));
        }
        Ok(graph)
    })
}

/// What stems are called in a graph.
struct Numbers {
    /// For each stem its number, the most frequent one having the first.
    of_stem: Vec<Option<u32>>,
    terms: usize,
    /// How many postings they have.
    postings: usize,
}

impl Numbers {
    fn choose(forward: &Forward, passages: u32, room: usize) -> Self {
        let stems = (0..).map_while(|stem| forward.stem_statistics(stem));
        let frequencies: Vec<u32> = stems.map(|(doc_freq, _)| doc_freq).collect();
        let useful = LEAST_PASSAGES..=passages / LARGEST_SHARE;
        let mut chosen: Vec<(u32, u32)> = (0u32..)
            .zip(&frequencies)
            .filter(|(_, doc_freq)| useful.contains(doc_freq))
            .map(|(stem, &doc_freq)| (doc_freq, stem))
            .collect();
        chosen.sort_unstable();
        let (mut terms, mut postings) = (0, 0);
        for &(doc_freq, _) in &chosen {
            if postings + doc_freq as usize > room {
                break;
            }
            postings += doc_freq as usize;
            terms += 1;
        }
        let mut of_stem = vec![None; frequencies.len()];
        for (number, &(_, stem)) in (0..).zip(chosen[..terms].iter().rev()) {
            of_stem[stem as usize] = Some(number);
        }
        Self { of_stem, terms, postings }
    }
}

/// The passages `docs`. The commit is opened anew for each share: what was read of
/// a file stays mapped as long as it is open, and would all count as memory.
fn read(directory: &Path, of_stem: &[Option<u32>], docs: Range<u32>) -> Result<Graph> {
    let snapshot = Snapshot::open(directory)?;
    let segment = &snapshot.segments()[0];
    let forward = forward_of(&snapshot)?;
    let number = |token| match token {
        ForwardToken::Word(word) => *of_stem.get(forward.stem_of(word)?.0 as usize)?,
        ForwardToken::Gap => None,
    };
    let mut graph = Graph::with_room(0, docs.len(), 0);
    let mut terms = Vec::new();
    for doc in docs {
        let damaged = || segment.damaged("its forward file lacks a passage");
        let (_, tokens) = forward.tokens(doc).ok_or_else(damaged)?;
        terms.clear();
        terms.extend(tokens.filter_map(number));
        terms.sort_unstable();
        terms.dedup();
        graph.push(&terms);
    }
    Ok(graph)
}

fn forward_of(snapshot: &Snapshot) -> Result<&Forward> {
    let segment = &snapshot.segments()[0];
    segment.forward()?.ok_or_else(|| segment.damaged("it has no forward file"))
}
