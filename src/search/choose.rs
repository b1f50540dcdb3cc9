//! Which of the ranked passages become hits.
//!
//! A ranking is walked from its best passage down, and each passage is a hit
//! unless it is a duplicate of a hit above it. What is chosen depends only on
//! the ranking above it: so pages of hits continue each other.

use super::duplicates::{Distinct, Duplicates};
use crate::error::Result;
use crate::index::{Snapshot, StoredPassage};
use crate::rank::ScoredPassage;

/// For one hit at most so many passages are looked at, counted over all hits; a
/// list of a thousand is always looked at. Chosen by hand: a boilerplate
/// passage with more copies than that ends the hits early, and no search walks
/// down a million copies.
const MOST_PER_HIT: usize = 10;
const ALWAYS: usize = 1000;

/// A passage that becomes a hit.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) scored: ScoredPassage,
    /// Those behind it in the ranking that say the same, in its order.
    pub(super) duplicates: Vec<StoredPassage>,
}

/// The first `wanted` hits of a ranking. `rank` gives its best passages, so many
/// at most; `free` of them cost no more than one.
pub(super) fn choose(
    snapshot: &Snapshot,
    duplicates: Duplicates,
    wanted: usize,
    free: usize,
    rank: impl Fn(usize) -> Result<Vec<ScoredPassage>>,
) -> Result<Vec<Chosen>> {
    if duplicates == Duplicates::Keep {
        return Ok(rank(wanted)?.into_iter().map(Chosen::new).collect());
    }
    let mut walk =
        Walk { wanted, walked: 0, chosen: Vec::new(), distinct: Distinct::new(snapshot)? };
    let most = wanted.saturating_mul(MOST_PER_HIT).max(ALWAYS).max(free);
    let mut depth = wanted.saturating_mul(2).clamp(free, most);
    loop {
        let ranking = rank(depth)?;
        walk.go_on(&ranking)?;
        if ranking.len() < depth || walk.chosen.len() == wanted || depth == most {
            return Ok(walk.chosen);
        }
        depth = depth.saturating_mul(4).min(most);
    }
}

struct Walk<'s> {
    wanted: usize,
    /// How many passages of the ranking were looked at.
    walked: usize,
    chosen: Vec<Chosen>,
    distinct: Distinct<'s>,
}

impl Walk<'_> {
    /// Walks on over `ranking`, which begins with what was walked over before.
    fn go_on(&mut self, ranking: &[ScoredPassage]) -> Result<()> {
        for &scored in &ranking[self.walked..] {
            if let Some((number, stored)) = self.distinct.find(scored.address)? {
                self.chosen[number].duplicates.push(stored);
            } else if self.chosen.len() < self.wanted {
                self.distinct.add(scored.address);
                self.chosen.push(Chosen::new(scored));
            }
        }
        self.walked = ranking.len();
        Ok(())
    }
}

impl Chosen {
    fn new(scored: ScoredPassage) -> Self {
        Self { scored, duplicates: Vec::new() }
    }
}
