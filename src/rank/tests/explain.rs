//! What a score is said to come from adds up to it.

use tantivy::DocAddress;

use super::*;
use crate::rank::{GramTable, Part, Request, explain, top};

/// Once every leaf that a passage held was said to have added to its score, though
/// the clause that it is part of did not match.
#[test]
fn the_parts_of_a_score_add_up_to_it() -> Result<()> {
    let mut sample = Sample::new(6)?;
    for name in ["a", "b", "c"] {
        sample.commit(name, 400)?;
    }
    sample.remove("b")?;
    let snapshot = sample.snapshot()?;
    let grams = GramTable::default();
    let mut scores = 0;
    for round in 0..150 {
        let plan = sample.nested(&snapshot, round % 3);
        let words: Vec<String> = (0..3).map(|_| sample.word()).collect();
        let wording = wording(&words);
        for ranking in [Ranking::Bm25, Ranking::Fast, Ranking::Full] {
            let parameters = Parameters::new(ranking);
            let request =
                Request { plan: &plan, wording: &wording, parameters: &parameters, limit: 150 };
            let best = top(&snapshot, &request, &grams)?;
            let addresses: Vec<DocAddress> = best.iter().map(|scored| scored.address).collect();
            let explained = explain(&snapshot, &request, &grams, &addresses)?;
            assert_eq!(explained.len(), best.len());
            scores += best.len();
            for (ScoredPassage { score, .. }, parts) in best.into_iter().zip(explained) {
                let sum: f32 = parts.iter().map(|part: &Part| part.score).sum();
                let is_it = (sum - score).abs() <= 1e-4 * score.max(1.0);
                assert!(is_it, "{sum} is not {score}, of {parts:?} by {ranking} of {plan:?}");
            }
        }
    }
    assert!(scores > 10_000, "{scores} scores are too few to tell");
    Ok(())
}
