//! What the tables of lists bound.

use super::*;
use crate::index::postings::Cursor;

/// Once what a length of 0 would score counted in the bounds: under b = 1 without
/// end, so that no block was ever left out. No passage with a term has that length.
#[test]
fn bounds_are_of_lengths_that_passages_with_terms_have() -> Result<()> {
    let mut sample = Sample::new(9)?;
    sample.write_sections("sections", 500)?;
    sample.commit("a", 2000)?;
    let snapshot = sample.snapshot()?;
    let (segment, fields) = (&snapshot.segments()[0], snapshot.fields());
    let parameters = long_count(Parameters::new(Ranking::Fast));
    let evaluator = Evaluator::new(&snapshot, &parameters);
    let scope = Scope::new(&evaluator, 0);
    let mut bounds = 0;
    for field in [fields.text, fields.title, fields.heading] {
        let (scale, lengths) = (scope.scale(field)?, scope.lengths(field)?);
        let Some(postings) = segment.field(field)? else { continue };
        let stream = postings.dictionary.stream();
        let mut stream = stream.map_err(|error| segment.damaged(error))?;
        while stream.advance() {
            let mut cursor = Cursor::new(&postings.lists, stream.value());
            while !cursor.is_past() {
                cursor.unpack_all();
                let codes = cursor.docs().iter().map(|&doc| usize::from(lengths[doc as usize]));
                let codes: Vec<usize> = codes.collect();
                assert!(!codes.contains(&0), "{}", fields.name(field));
                if let Some(best) = cursor.block_best() {
                    let freqs = cursor.freqs().iter().map(|&freq| freq as f32);
                    let quotients =
                        freqs.zip(&codes).map(|(freq, &code)| freq / scale.norms()[code]);
                    let (bound, most) = (scale.most(best), quotients.fold(0.0, f32::max));
                    assert!(bound >= most * (1.0 - 1e-6), "{bound} is no bound of {most}");
                    // What the best would come to if it were of one word.
                    let least_length = best.term_freq / scale.norms()[1];
                    assert!(bound <= least_length * (1.0 + 1e-6), "{bound} tells nothing");
                    bounds += 1;
                }
                cursor.next_block();
            }
        }
    }
    assert!(bounds > 100, "{bounds} bounds are too few to tell");
    Ok(())
}
