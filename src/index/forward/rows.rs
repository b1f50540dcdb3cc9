//! Counts how often words stand in a row in a passage.
//!
//! A passage's tokens lie in one place, where the positions of each word would have
//! to be brought together from as many lists. They are looked through as they are
//! packed: only the last byte of a number is without the high bit, so where the
//! bytes of a number stand behind such a byte, or first, the number stands.

use memchr::memmem::Finder;

use super::read::{Forward, take_last_number, take_number};
use crate::index::varint;

/// Looks for words in a row.
pub struct Rows<'f> {
    forward: &'f Forward,
    /// For each place of the row the tokens that fit, ascending.
    places: Vec<Vec<u32>>,
    /// The place that is looked for first.
    anchor: usize,
    /// The tokens that fit there.
    needles: Vec<Finder<'static>>,
    /// What is read of the file.
    room: Vec<u8>,
}

impl<'f> Rows<'f> {
    /// For each place of the row, which words of `forward` may stand there, by their
    /// numbers, ascending.
    pub fn new(forward: &'f Forward, mut places: Vec<Vec<u32>>) -> Self {
        // A token is the number of its word plus one.
        places.iter_mut().flatten().for_each(|word| *word += 1);
        // Each word that fits is looked for by itself, and rare words, whose numbers
        // are high, are found least often.
        let cost = |&place: &usize| (places[place].len(), places[place].first().map(|&word| !word));
        let anchor = (0..places.len()).min_by_key(cost).unwrap_or_default();
        let needle = |&token: &u32| {
            let mut bytes = Vec::new();
            varint::push(&mut bytes, token.into());
            Finder::new(&bytes).into_owned()
        };
        let needles = places.get(anchor).into_iter().flatten().map(needle).collect();
        Self { forward, places, anchor, needles, room: Vec::new() }
    }

    /// How many rows there are in the passage `doc`, those that overlap counted each;
    /// `None` where it has no tokens, which only damage can cause.
    pub fn count(&mut self, doc: u32) -> Option<u32> {
        let Self { forward, places, anchor, needles, room } = self;
        let (_, tokens) = forward.tokens_in(doc, room)?;
        let tokens = tokens.as_bytes();
        let (before, behind) = (&places[..*anchor], places.get(*anchor + 1..).unwrap_or_default());
        let mut rows = 0;
        for needle in needles {
            for start in needle.find_iter(tokens) {
                let (head, rest) = tokens.split_at(start);
                let is_number = head.last().is_none_or(|&byte| byte < 0x80);
                let tail = rest.get(needle.needle().len()..).unwrap_or_default();
                rows += u32::from(is_number && ends(head, before) && begins(tail, behind));
            }
        }
        Some(rows)
    }
}

/// Whether the first of `tokens` fit `places`.
fn begins(mut tokens: &[u8], places: &[Vec<u32>]) -> bool {
    places.iter().all(|place| take_number(&mut tokens).is_some_and(|it| place.contains(&it)))
}

/// Whether the last of `tokens` fit `places`.
fn ends(mut tokens: &[u8], places: &[Vec<u32>]) -> bool {
    let mut places = places.iter().rev();
    places.all(|place| take_last_number(&mut tokens).is_some_and(|it| place.contains(&it)))
}
