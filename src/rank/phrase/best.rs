//! The best passages that hold a phrase.
//!
//! The candidates come from one list, each with a bound on what it can score.
//! Those with the highest bounds are looked at first, which sets a threshold
//! that most of the others need not even be looked up for.

use super::Phrase;
use super::candidates::Candidate;
use crate::error::Result;
use crate::rank::plan::Leaf;
use crate::rank::scope::Scope;
use crate::rank::target::Target;

/// With fewer candidates all are looked at in one pass. Of the experiment that two passes
/// come from.
const MIN_FOR_TWO_PASSES: usize = 96;

/// Offers the passages that hold the phrase `leaf`.
pub(in crate::rank) fn best(
    scope: &Scope<'_, '_>,
    leaf: &Leaf,
    target: &mut Target<'_, '_>,
) -> Result<()> {
    let Some(leader) = scope.leader(leaf)? else { return Ok(()) };
    let candidates = leader.candidates();
    if candidates.passages.is_empty() {
        return Ok(());
    }
    let Some(mut phrase) = scope.phrase(leaf)? else { return Ok(()) };
    if phrase.is_dear(&candidates)
        && let Some(count) = scope.count(leaf)?
    {
        phrase = phrase.counted_by(count, &candidates);
    }
    let bounded =
        |candidate: Candidate| (candidate.doc, phrase.score_of(candidate.doc, candidate.most));
    let mut candidates: Vec<(u32, f32)> = candidates.passages.into_iter().map(bounded).collect();
    let mut first = Vec::new();
    let wanted = wanted_at_first(target.top.limit());
    if candidates.len() > MIN_FOR_TWO_PASSES.max(wanted.saturating_mul(2)) {
        let mut bounds: Vec<f32> = candidates.iter().map(|&(_, bound)| bound).collect();
        let (_, &mut cut, _) = bounds.select_nth_unstable_by(wanted, |a, b| b.total_cmp(a));
        first.extend(candidates.extract_if(.., |&mut (_, bound)| bound > cut));
    }
    if !first.is_empty() {
        look_at(&mut phrase, &first, target);
        phrase.rewind();
    }
    look_at(&mut phrase, &candidates, target);
    Ok(())
}

/// How many candidates the first pass looks at: more than fill a top of `limit`, since
/// not all are matches. For a top of ten 48, as in that experiment.
fn wanted_at_first(limit: usize) -> usize {
    limit.saturating_mul(4).saturating_add(8)
}

/// Offers those of the candidates, passages with their bounds, that are matches.
fn look_at(phrase: &mut Phrase<'_>, candidates: &[(u32, f32)], target: &mut Target<'_, '_>) {
    for &(doc, bound) in candidates {
        if f64::from(bound) >= target.floor()
            && target.accept.accepts(doc)
            && phrase.stands_in(doc, target.floor())
        {
            target.offer(doc, f64::from(phrase.score()));
        }
    }
}
