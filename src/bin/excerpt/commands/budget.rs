//! How many hits fit into a number of tokens, `--max-tokens`.

use anyhow::Result;
use excerpt::search::Hit;

use super::look::{Found, Looker};
use crate::output::Shown;
use crate::report;

/// Those of `found` that fit into `tokens` together, with the passages and lines
/// that are printed beside them. One that does not fit is left out, so that smaller
/// ones behind it still find room.
pub fn pack(
    found: impl ExactSizeIterator<Item = Found>,
    tokens: usize,
    looker: &mut Looker<'_>,
) -> Result<Vec<Shown>> {
    let (all, mut left) = (found.len(), tokens);
    let mut packed = Vec::new();
    for found in found {
        // What is beside it need not be looked up for that.
        if estimated_tokens(&found.passage.text) > left {
            continue;
        }
        let shown = looker.look(found)?;
        let tokens: usize = texts(&shown).map(estimated_tokens).sum();
        if tokens <= left {
            left -= tokens;
            packed.push(shown);
        }
    }
    if packed.is_empty() && all > 0 {
        report::note("no passage is small enough for `--max-tokens`");
    }
    Ok(packed)
}

/// Whether `hits` do not all fit into `tokens`, whatever is printed beside them.
pub fn is_exceeded(hits: &[Hit], tokens: usize) -> bool {
    // Any passage takes a token, so that more of them than tokens never fit.
    let all: usize = hits.iter().map(|hit| estimated_tokens(&hit.passage.text).max(1)).sum();
    all > tokens
}

/// What is printed of a hit.
fn texts(shown: &Shown) -> impl Iterator<Item = &str> {
    let lines = shown.surroundings.before.iter().chain(&shown.surroundings.after);
    let passages = shown.in_order().map(|ordered| ordered.passage.text.as_str());
    passages.chain(lines.map(|line| line.text.as_str()))
}

/// About how many tokens a language model makes of `text`: one for four letters,
/// one for each character of an unspaced script.
fn estimated_tokens(text: &str) -> usize {
    let is_wide = |c: &char| matches!(*c, '\u{2E80}'..='\u{D7FF}' | '\u{20000}'..='\u{3FFFF}');
    let wide = text.chars().filter(is_wide).count();
    wide + (text.chars().count() - wide).div_ceil(4)
}
