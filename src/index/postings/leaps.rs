//! Every sixteenth block of a long list as a place to leap to.
//!
//! Where a block begins is known only by adding up those before it. A leap holds
//! the sums, so that a list is not walked from one passage to another far behind.

use super::Cursor;

/// How many blocks lie between one place and the next. Chosen by hand: the leaps of a
/// million passages take 0.2 MB.
const BLOCKS: usize = 16;

/// Lists of fewer blocks are walked as quickly. Chosen by hand.
const MIN_BLOCKS: usize = 4 * BLOCKS;

/// Previous passage, offset, occurrences.
const LEAP_BYTES: usize = 4 + 4 + 8;

/// What has to be known of the blocks before one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leap {
    /// The last passage before it.
    pub(super) previous: u32,
    /// Where it begins, behind the table.
    pub(super) offset: usize,
    /// Occurrences of the term before it.
    pub(super) occurrences_before: u64,
}

/// The places of one list that can be leapt to, as they are stored.
#[derive(Clone, Copy, Default)]
pub struct Leaps<'a> {
    leaps: &'a [[u8; LEAP_BYTES]],
}

impl<'a> Leaps<'a> {
    /// Those at the beginning of `bytes`, of a list of `doc_freq` passages; none
    /// where they end before.
    pub fn new(bytes: &'a [u8], doc_freq: u32) -> Self {
        let bytes = bytes.get(..bytes_of(doc_freq)).unwrap_or_default();
        Self { leaps: bytes.as_chunks().0 }
    }

    /// The last place before a passage at or behind `target`, with its block;
    /// `None` where it is not behind `block`.
    #[inline]
    pub(super) fn before(&self, block: usize, target: u32) -> Option<(usize, Leap)> {
        let passed = block / BLOCKS;
        let ahead = self.leaps.get(passed..)?;
        if ahead.first().is_none_or(|leap| previous(leap) >= target) {
            return None;
        }
        // Near targets are the rule: the search doubles its steps from here.
        let mut step = 1;
        while ahead.get(step).is_some_and(|leap| previous(leap) < target) {
            step *= 2;
        }
        let within = &ahead[step / 2..ahead.len().min(step)];
        let place = step / 2 + within.partition_point(|leap| previous(leap) < target) - 1;
        let &[_, _, _, _, a, b, c, d, ref occurrences @ ..] = &ahead[place];
        let leap = Leap {
            previous: previous(&ahead[place]),
            offset: u32::from_le_bytes([a, b, c, d]) as usize,
            occurrences_before: u64::from_le_bytes(*occurrences),
        };
        Some(((passed + place + 1) * BLOCKS, leap))
    }
}

#[inline]
fn previous(leap: &[u8; LEAP_BYTES]) -> u32 {
    u32::from_le_bytes([leap[0], leap[1], leap[2], leap[3]])
}

/// How many bytes the leaps of a list of `doc_freq` passages take; 0 where it has
/// none.
pub fn bytes_of(doc_freq: u32) -> usize {
    let blocks = doc_freq as usize / super::BLOCK;
    if blocks < MIN_BLOCKS { 0 } else { (blocks - 1) / BLOCKS * LEAP_BYTES }
}

/// Appends the leaps of the list of `cursor`, which stands at its beginning.
pub fn append(bytes: &mut Vec<u8>, cursor: &mut Cursor<'_>) {
    let end = bytes.len() + bytes_of(cursor.doc_freq());
    while bytes.len() < end && !cursor.is_past() {
        cursor.next_block();
        if cursor.block().is_multiple_of(BLOCKS) {
            let Leap { previous, offset, occurrences_before } = cursor.leap();
            let Ok(offset) = u32::try_from(offset) else { break };
            bytes.extend(previous.to_le_bytes());
            bytes.extend(offset.to_le_bytes());
            bytes.extend(occurrences_before.to_le_bytes());
        }
    }
    // Behind every passage, so that nothing leaps there.
    bytes.resize(end, u8::MAX);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::postings::TermInfo;
    use tantivy::schema::IndexRecordOption;

    use super::*;
    use crate::index::postings::Lists;
    use crate::index::postings::lists::tests::list_of;
    use crate::measure::random::SplitMix64;

    /// A list of `count` passages, some close together and some far apart.
    fn list(count: u32, random: &mut SplitMix64) -> std::io::Result<(Lists, TermInfo)> {
        let mut doc = 0;
        let mut passage = || {
            let sharpness = random.below(10);
            doc += 1 + random.below(1 << sharpness) as u32;
            (doc, 1 + random.below(5) as u32)
        };
        let passages: Vec<_> = (0..count).map(|_| passage()).collect();
        list_of(&passages, IndexRecordOption::WithFreqsAndPositions, doc + 1)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn leaping_leads_where_walking_does(seed in any::<u64>(), count in 8000u32..20_000) {
            let mut random = SplitMix64::new(seed);
            let (lists, info) = list(count, &mut random)?;
            let mut bytes = Vec::new();
            append(&mut bytes, &mut Cursor::new(&lists, &info));
            prop_assert_eq!(bytes.len(), bytes_of(count));
            let mut walking = Cursor::new(&lists, &info);
            let mut leaping = Cursor::new(&lists, &info).with_leaps(Leaps::new(&bytes, count));
            let mut target = 0;
            while !walking.is_past() {
                let reach = random.below(18);
                target += 1 + random.below(1 << reach) as u32;
                prop_assert_eq!(leaping.seek(target), walking.seek(target));
                prop_assert_eq!(leaping.block(), walking.block());
                prop_assert_eq!(leaping.block_occurrences(), walking.block_occurrences());
                if !walking.is_past() {
                    prop_assert_eq!(leaping.freq(), walking.freq());
                }
            }
            prop_assert!(!lists.are_damaged());
        }
    }

    #[test]
    fn no_place_is_leapt_to_that_is_not_there() {
        let (short, none) = (Leaps::new(&[0; 40], 1_000_000), Leaps::new(&[], 5));
        for leaps in [short, none] {
            assert_eq!(leaps.before(0, u32::MAX), None);
        }
    }
}
