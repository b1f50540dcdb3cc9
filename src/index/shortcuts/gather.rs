//! A walk over the tokens of some passages: what stands beside what.

use std::ops::Range;

use super::lists::Dictionary;
use crate::index::forward::Forward;
use crate::index::varint;

/// What a word is to the walk: its number as [`Roles`] has it, and four bits of a
/// hash of its stem.
#[derive(Debug, Clone, Copy)]
struct Role(u32);

impl Role {
    fn new(number: usize, code: u8) -> Self {
        // No segment has room for so many lists. Were one to have them, their rows
        // would not agree with the postings.
        Self((number as u32).min(u32::MAX >> 4) << 4 | u32::from(code))
    }

    #[inline(always)]
    fn number(self) -> usize {
        (self.0 >> 4) as usize
    }

    #[inline(always)]
    fn code(self) -> u8 {
        (self.0 & 0xF) as u8
    }
}

/// The most words that can be paired.
pub(super) const MAX_PAIRED: usize = 255;

/// The roles of all words of a segment. The lists that get signatures have the first
/// numbers, then comes one that gaps share with all words that get nothing, then those
/// of the words that are paired.
pub(super) struct Roles {
    /// By the tokens of the forward file: a gap, and the words by their numbers.
    tokens: Vec<Role>,
    /// How many lists get signatures.
    pub(super) signed: usize,
    /// How many words are paired.
    pub(super) paired: usize,
}

impl Roles {
    pub(super) fn of(dictionary: &Dictionary, forward: &Forward) -> Self {
        let Dictionary { listed, codes } = dictionary;
        let signed = listed.iter().filter(|listed| listed.signed.is_some()).count();
        let mut stems: Vec<Role> = codes.iter().map(|&code| Role::new(signed, code)).collect();
        for listed in listed {
            let number = match (listed.signed, listed.paired) {
                (Some(number), _) => number as usize,
                (None, Some(number)) => signed + 1 + usize::from(number),
                (None, None) => continue,
            };
            let role = &mut stems[listed.ordinal as usize];
            *role = Role::new(number, role.code());
        }
        // A word whose stem is no term stands beside others all the same, but
        // is in no phrase.
        let gap = Role::new(signed, 0);
        let role = |word| {
            let stem = forward.stem_of(word).map(|(stem, _)| stem as usize);
            stem.and_then(|stem| stems.get(stem)).copied().unwrap_or(gap)
        };
        let words = (0..forward.word_count() as u32).map(role);
        Self {
            tokens: std::iter::once(gap).chain(words).collect(),
            signed,
            paired: listed.iter().filter(|listed| listed.paired.is_some()).count(),
        }
    }

    /// How many numbers there are.
    fn count(&self) -> usize {
        self.signed + 1 + self.paired
    }

    #[inline(always)]
    fn of_token(&self, token: u32) -> Role {
        // Only damage can cause a word that is none.
        *self.tokens.get(token as usize).unwrap_or(&self.tokens[0])
    }

    /// The number among the paired words of one that is paired.
    #[inline(always)]
    fn paired(&self, role: Role) -> Option<usize> {
        role.number().checked_sub(self.signed + 1)
    }
}

/// What stands beside what in some passages, by list. `bytes` holds
///
/// * for each list with signatures how many there are, and they, in the order of
///   passages and positions;
/// * for each pair in how many passages it stands, and for each of these twice the
///   distance from the one before, plus one where it stands there once, else with
///   how often it does behind it.
///
/// Numbers are those of [`varint`].
pub(super) struct Row {
    pub(super) bytes: Vec<u8>,
    /// How many signatures each list has.
    pub(super) signatures: Vec<u32>,
    /// In how many passages each pair stands: the first word times the number of
    /// paired words plus the second.
    pub(super) pairs: Vec<u32>,
}

impl Row {
    /// Walks over the passages `docs` of `forward`: to count, and then once more
    /// over what it has seen to put everything in its place.
    pub(super) fn gather(forward: &Forward, docs: Range<u32>, roles: &Roles) -> Self {
        let mut walk = Walk::over(forward, docs.clone(), roles);
        walk.counts.truncate(roles.signed);
        let (mut bytes, mut places) = (Vec::new(), Vec::with_capacity(roles.count()));
        for &count in &walk.counts {
            varint::push(&mut bytes, count.into());
            places.push(bytes.len());
            bytes.resize(bytes.len() + count as usize, 0);
        }
        // Words without signatures have a place, too, the last one, so that nothing
        // hangs on which they are: that could not be foreseen.
        places.resize(roles.count(), bytes.len());
        bytes.push(0);
        let mut pairs = vec![Vec::new(); roles.paired * roles.paired];
        let mut start = 0;
        for (doc, &end) in docs.zip(&walk.ends) {
            for &[before, word, behind] in walk.roles[start..=end].array_windows() {
                let place = &mut places[word.number()];
                bytes[*place] = before.code() << 4 | behind.code();
                *place += usize::from(word.number() < roles.signed);
                if let (Some(word), Some(behind)) = (roles.paired(word), roles.paired(behind)) {
                    pairs[word * roles.paired + behind].push(doc);
                }
            }
            start = end;
        }
        bytes.pop();
        let pairs = pairs.iter().map(|docs: &Vec<u32>| push_pair(&mut bytes, docs)).collect();
        Self { bytes, signatures: walk.counts, pairs }
    }
}

/// The words of some passages, one after the other.
struct Walk {
    /// With a gap before each passage and behind the last.
    roles: Vec<Role>,
    /// Where in `roles` the gap behind each passage is.
    ends: Vec<usize>,
    /// How many words each number has.
    counts: Vec<u32>,
}

impl Walk {
    fn over(forward: &Forward, docs: Range<u32>, roles: &Roles) -> Self {
        let gap = roles.of_token(0);
        let (mut seen, mut ends) = (vec![gap], Vec::with_capacity(docs.len()));
        let mut counts = vec![0; roles.count()];
        for doc in docs {
            if let Some((_, tokens)) = forward.tokens(doc) {
                // Of damaged ones the rows do not agree with the postings.
                let _ = varint::each(tokens.as_bytes(), |token| {
                    let role = roles.of_token(token);
                    counts[role.number()] += 1;
                    seen.push(role);
                });
            }
            ends.push(seen.len());
            seen.push(gap);
        }
        Self { roles: seen, ends, counts }
    }
}

/// Appends the passages of a pair, which are one for each time it stands there;
/// returns how many they are.
fn push_pair(bytes: &mut Vec<u8>, docs: &[u32]) -> u32 {
    let runs = docs.chunk_by(|a, b| a == b);
    let count = runs.clone().count();
    varint::push(bytes, count as u64);
    let mut before = 0;
    for run in runs {
        let distance = u64::from(run[0] - before);
        before = run[0];
        varint::push(bytes, distance << 1 | u64::from(run.len() == 1));
        if run.len() > 1 {
            varint::push(bytes, run.len() as u64);
        }
    }
    count as u32
}
