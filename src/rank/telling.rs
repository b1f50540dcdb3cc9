//! The words that tell most about a passage.

use tantivy::DocAddress;

use super::Parameters;
use super::evaluator::Evaluator;
use super::passage_words::PassageWords;
use super::top::ScoredPassage;
use super::vectors::Vectors;
use crate::error::Result;
use crate::index::Snapshot;

/// The words of the passage at `address`, its title's and headings' among them,
/// that weigh most in its vector: at most `count`, no two of one stem, folded, in
/// the order in which they stand.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`].
///
/// # Panics
///
/// Where `address` is of another snapshot.
pub fn telling_words(
    snapshot: &Snapshot,
    address: DocAddress,
    count: usize,
) -> Result<Vec<String>> {
    let parameters = Parameters::default();
    let evaluator = Evaluator::new(snapshot, &parameters);
    let read = PassageWords::read(&evaluator, &[ScoredPassage { address, score: 0.0 }])?;
    let Some(passage) = read.passages.first() else { return Ok(Vec::new()) };
    // Stems in the order in which they first stand.
    let mut weighed: Vec<(u32, f32)> = Vec::new();
    Vectors::new(&evaluator, &read)?.visit(passage, |stem, weight| weighed.push((stem, weight)));
    snapshot.check_damage()?;
    let mut places: Vec<usize> = (0..weighed.len()).collect();
    places.sort_by(|&a, &b| weighed[b].1.total_cmp(&weighed[a].1));
    places.truncate(count);
    places.sort_unstable();
    let word_of = |place: usize| {
        let mut words = passage.tokens.iter().map(|token| &read.words[token.word as usize]);
        let first = words.find(|word| word.stem == weighed[place].0);
        first.map(|word| word.surface.clone().into_owned())
    };
    Ok(places.into_iter().filter_map(word_of).collect())
}
