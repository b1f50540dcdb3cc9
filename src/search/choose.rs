//! Which of the ranked passages become hits, and in which order.
//!
//! A ranking is walked from its best passage down, and each passage is a hit
//! unless it says the same as a hit above it or its document has enough of them.
//! How far is walked depends on how many hits are wanted, what is chosen does
//! not: so limits and offsets cut one and the same list.

use std::num::NonZeroUsize;

use tantivy::DocAddress;

use super::documents::Documents;
use super::duplicates::{Distinct, Duplicates, Found};
use super::searcher::SearchRequest;
use super::taken::Taken;
use crate::error::Result;
use crate::index::{Snapshot, StoredPassage};
use crate::rank::ScoredPassage;

/// How many passages of one document become hits, so that the other documents
/// have their say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PerDocument {
    /// All that match.
    #[default]
    All,
    /// At most so many.
    AtMost(NonZeroUsize),
    /// At most so many at first. Those that are left of the best thousand
    /// passages come behind all others of these, so that hits do not become
    /// fewer where there are few documents.
    AtFirst(NonZeroUsize),
    /// The best one, however many of other documents come before it. Documents are told
    /// apart by their ids alone, as in a run.
    Best,
}

/// [`PerDocument::AtFirst`] puts so many passages in another order. Chosen by
/// hand: far more than anyone pages through.
const REORDERED: usize = 1000;

/// For one hit at most so many passages are looked at, counted over all hits: where
/// more say the same or are of one document, hits end early, and no search walks down a
/// million. Chosen by hand.
pub const MOST_PER_HIT: usize = 10;

/// So many are looked at in any case. Chosen by hand.
const MOST_IN_ANY_CASE: usize = 10_000;

/// A passage that becomes a hit.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) scored: ScoredPassage,
    /// What is stored of it, where it had to be read.
    pub(super) stored: Option<StoredPassage>,
    /// Those that say the same and come behind it.
    pub(super) duplicates: Vec<StoredPassage>,
    /// How many hits its document has, where it is the last of them and others
    /// may have been held back.
    pub(super) last_of: Option<usize>,
}

/// What was chosen of a ranking.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// The first hits, those that an offset leaves out included; none where it leaves
    /// out all.
    pub(super) hits: Vec<Chosen>,
    /// How many passages were looked at, where more match and there are fewer hits among
    /// these than were wanted.
    pub(super) ended_after: Option<usize>,
}

/// Chooses for `request`.
/// `rank` gives the best passages, so many at most, `count` how many documents match.
pub(super) fn choose(
    snapshot: &Snapshot,
    request: &SearchRequest,
    rank: impl Fn(usize) -> Result<Vec<ScoredPassage>>,
    count: impl FnOnce() -> Result<u64>,
) -> Result<Choice> {
    let wanted = request.limit.saturating_add(request.offset);
    let mut walk = Walk::new(snapshot, request, wanted)?;
    if walk.takes_all() {
        let hits = rank(wanted)?.into_iter().map(Chosen::new).collect();
        return Ok(Choice { hits, ended_after: None });
    }
    // So many are looked at anyhow.
    let least = request.parameters.second.depth;
    let (first, most) = match request.per_document {
        PerDocument::Best => (wanted, usize::MAX),
        _ => (wanted.saturating_mul(2), wanted.saturating_mul(MOST_PER_HIT).max(MOST_IN_ANY_CASE)),
    };
    // Whether there are as many documents as are wanted is counted once it is in doubt.
    let mut count = (request.per_document == PerDocument::Best).then_some(count);
    let most = most.max(least);
    let mut depth = first.clamp(least, most);
    loop {
        let ranking = rank(depth)?;
        if ranking.len() < depth && ranking.len() <= request.offset {
            return Ok(Choice::default());
        }
        walk.go_on(&ranking)?;
        if ranking.len() < depth || depth == most {
            walk.release()?;
            let is_enough = ranking.len() < depth || walk.chosen.len() == walk.wanted;
            let ended_after = (!is_enough).then_some(depth);
            return Ok(Choice { hits: walk.finish()?, ended_after });
        }
        if walk.chosen.len() < walk.wanted
            && let Some(count) = count.take()
        {
            walk.wanted = walk.wanted.min(usize::try_from(count()?).unwrap_or(usize::MAX));
        }
        if walk.chosen.len() == walk.wanted {
            return Ok(Choice { hits: walk.finish()?, ended_after: None });
        }
        depth = depth.saturating_mul(4).min(most);
    }
}

struct Walk<'s> {
    snapshot: &'s Snapshot,
    wanted: usize,
    /// How many of these are left out in the end.
    offset: usize,
    /// How many hits a document may have; none once those held back are
    /// released.
    limit: Option<NonZeroUsize>,
    per_document: PerDocument,
    documents: Documents<'s>,
    /// Which hits the documents of each id have.
    taken: Vec<Taken<'s>>,
    distinct: Option<Distinct<'s>>,
    /// How many passages of the ranking were looked at.
    walked: usize,
    chosen: Vec<Chosen>,
    /// Passages whose documents had enough hits.
    held_back: Vec<ScoredPassage>,
}

impl<'s> Walk<'s> {
    fn new(snapshot: &'s Snapshot, request: &SearchRequest, wanted: usize) -> Result<Self> {
        let distinct = match request.duplicates {
            Duplicates::Keep => None,
            Duplicates::Collapse => Some(Distinct::new(snapshot)?),
        };
        let limit = match request.per_document {
            PerDocument::All | PerDocument::Best => None,
            PerDocument::AtMost(limit) | PerDocument::AtFirst(limit) => Some(limit),
        };
        Ok(Self {
            snapshot,
            wanted,
            offset: request.offset,
            limit,
            per_document: request.per_document,
            documents: Documents::new(snapshot),
            taken: Vec::new(),
            distinct,
            walked: 0,
            chosen: Vec::new(),
            held_back: Vec::new(),
        })
    }

    fn takes_all(&self) -> bool {
        self.distinct.is_none() && self.per_document == PerDocument::All
    }

    /// Walks on over `ranking`, which begins with what was walked over before.
    fn go_on(&mut self, ranking: &[ScoredPassage]) -> Result<()> {
        for &scored in &ranking[self.walked..] {
            self.look_at(scored)?;
            self.walked += 1;
            if self.walked == REORDERED {
                self.release()?;
            }
        }
        Ok(())
    }

    /// Lets the passages that were held back become hits, if they may.
    fn release(&mut self) -> Result<()> {
        if matches!(self.per_document, PerDocument::AtFirst(_)) {
            self.limit = None;
            for scored in std::mem::take(&mut self.held_back) {
                self.look_at(scored)?;
            }
        }
        Ok(())
    }

    fn look_at(&mut self, scored: ScoredPassage) -> Result<()> {
        if self.chosen.len() == self.wanted && !self.may_be_told_of(scored.address)? {
            return Ok(());
        }
        let found = self.distinct.as_ref().map(|distinct| distinct.find(scored.address));
        let words = match found.transpose()? {
            Some(Found::Duplicate(number, stored)) => {
                self.chosen[number].duplicates.push(stored);
                return Ok(());
            }
            Some(Found::New(words)) => words,
            None => None,
        };
        if self.chosen.len() == self.wanted {
            return Ok(());
        }
        let mut chosen = Chosen::new(scored);
        if self.per_document != PerDocument::All {
            let (number, stored) = self.documents.number(scored.address)?;
            chosen.stored = stored;
            self.taken.resize_with(self.taken.len().max(number + 1), Taken::default);
            let taken = &mut self.taken[number];
            if self.per_document == PerDocument::Best && !taken.is_empty() {
                return Ok(());
            }
            if let Some(limit) = self.limit
                && taken.is_enough(self.snapshot, limit.get(), &mut self.chosen, &mut chosen)?
            {
                self.held_back.push(scored);
                return Ok(());
            }
            taken.add(self.chosen.len());
        }
        if let Some(distinct) = &mut self.distinct {
            distinct.add(scored.address, words);
        }
        self.chosen.push(chosen);
        Ok(())
    }

    /// Whether the passage at `address`, behind all hits, can be a duplicate that is told
    /// of: of a hit that the offset does not leave out, or as one of the passages of the
    /// document of one.
    fn may_be_told_of(&mut self, address: DocAddress) -> Result<bool> {
        let Some(distinct) = &self.distinct else { return Ok(false) };
        let Some(last) = distinct.last_alike(address) else { return Ok(false) };
        if last >= self.offset || self.per_document == PerDocument::All {
            return Ok(last >= self.offset);
        }
        let (number, _) = self.documents.number(address)?;
        Ok(self.taken.get(number).is_some_and(|taken| taken.reach(self.offset)))
    }

    /// The hits, of which the last of each document says so.
    fn finish(self) -> Result<Vec<Chosen>> {
        let Self { snapshot, offset, per_document, taken, distinct, mut chosen, .. } = self;
        let read = distinct.into_iter().flat_map(Distinct::into_passages);
        for (chosen, stored) in chosen.iter_mut().zip(read) {
            chosen.stored = stored.or(chosen.stored.take());
        }
        if let PerDocument::AtMost(limit) | PerDocument::AtFirst(limit) = per_document {
            for taken in taken.into_iter().filter(|taken| taken.reach(offset)) {
                taken.tell(snapshot, limit.get(), &mut chosen)?;
            }
        }
        Ok(chosen)
    }
}

impl Chosen {
    fn new(scored: ScoredPassage) -> Self {
        Self { scored, stored: None, duplicates: Vec::new(), last_of: None }
    }

    /// What is stored of it, which is read once.
    pub(super) fn read(&mut self, snapshot: &Snapshot) -> Result<&StoredPassage> {
        let stored = match self.stored.take() {
            Some(stored) => stored,
            None => snapshot.passage(self.scored.address)?,
        };
        Ok(self.stored.insert(stored))
    }
}
