//! A walk over the tokens of some passages: what stands beside what.

use std::ops::Range;

use super::lists::Dictionary;
use crate::index::forward::{Forward, ForwardToken};
use crate::index::varint;

/// What a word is to the walk.
#[derive(Clone, Copy)]
struct Role {
    /// Four bits of a hash of its stem.
    code: u8,
    /// Its number among the words that are paired, or `UNPAIRED`.
    paired: u8,
    /// Its number among the lists that get signatures, or one more than the last.
    signed: u32,
}

/// Marks a word that is in no pair.
pub(super) const UNPAIRED: u8 = u8::MAX;

/// The roles of all words of a segment.
pub(super) struct Roles {
    /// By the numbers of words in the forward file.
    words: Vec<Role>,
    /// That of a gap.
    gap: Role,
    /// How many lists get signatures.
    pub(super) signed: usize,
    /// How many words are paired.
    pub(super) paired: usize,
}

impl Roles {
    pub(super) fn of(dictionary: &Dictionary, forward: &Forward) -> Self {
        let Dictionary { listed, codes } = dictionary;
        let signed = listed.iter().filter(|listed| listed.signed.is_some()).count();
        let neighbour = |code| Role { code, paired: UNPAIRED, signed: signed as u32 };
        let mut stems: Vec<Role> = codes.iter().map(|&code| neighbour(code)).collect();
        for listed in listed {
            let role = &mut stems[listed.ordinal as usize];
            role.paired = listed.paired.unwrap_or(UNPAIRED);
            role.signed = listed.signed.unwrap_or(role.signed);
        }
        // A word whose stem is no term stands beside others all the same, but
        // is in no phrase.
        let gap = neighbour(0);
        let role = |word| {
            let stem = forward.stem_of(word).map(|(stem, _)| stem as usize);
            stem.and_then(|stem| stems.get(stem)).copied().unwrap_or(gap)
        };
        Self {
            words: (0..forward.word_count() as u32).map(role).collect(),
            gap,
            signed,
            paired: listed.iter().filter(|listed| listed.paired.is_some()).count(),
        }
    }

    fn of_token(&self, token: ForwardToken) -> Role {
        match token {
            ForwardToken::Word(word) => *self.words.get(word as usize).unwrap_or(&self.gap),
            ForwardToken::Gap => self.gap,
        }
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
    /// Walks over the passages `docs` of `forward` twice: to count, and to put
    /// everything in its place.
    pub(super) fn gather(forward: &Forward, docs: Range<u32>, roles: &Roles) -> Self {
        // Words without signatures have a place, too, the last one: so nothing
        // hangs on which they are, which could not be foreseen.
        let mut signatures = vec![0u32; roles.signed + 1];
        for doc in docs.clone() {
            for token in forward.tokens(doc).into_iter().flat_map(|(_, tokens)| tokens) {
                signatures[roles.of_token(token).signed as usize] += 1;
            }
        }
        signatures.truncate(roles.signed);
        let mut bytes = Vec::new();
        let mut places = Vec::with_capacity(roles.signed + 1);
        for &count in &signatures {
            varint::push(&mut bytes, count.into());
            places.push(bytes.len());
            bytes.resize(bytes.len() + count as usize, 0);
        }
        places.push(bytes.len());
        bytes.push(0);
        let mut pairs = vec![Vec::new(); roles.paired * roles.paired];
        each_neighbourhood(forward, docs, roles, |doc, [before, word, behind]| {
            let place = &mut places[word.signed as usize];
            bytes[*place] = before.code << 4 | behind.code;
            *place += usize::from((word.signed as usize) < roles.signed);
            if word.paired.max(behind.paired) != UNPAIRED {
                let pair = usize::from(word.paired) * roles.paired + usize::from(behind.paired);
                pairs[pair].push(doc);
            }
        });
        bytes.pop();
        let pairs = pairs.iter().map(|docs: &Vec<u32>| push_pair(&mut bytes, docs)).collect();
        Self { bytes, signatures, pairs }
    }
}

/// Gives every word of the passages `docs` to `visit`, with the words before and
/// behind it. Gaps count as words, but for what stands beside them.
#[inline]
fn each_neighbourhood(
    forward: &Forward,
    docs: Range<u32>,
    roles: &Roles,
    mut visit: impl FnMut(u32, [Role; 3]),
) {
    for doc in docs {
        let (mut before, mut word) = (roles.gap, roles.gap);
        for token in forward.tokens(doc).into_iter().flat_map(|(_, tokens)| tokens) {
            let behind = roles.of_token(token);
            visit(doc, [before, word, behind]);
            (before, word) = (word, behind);
        }
        visit(doc, [before, word, roles.gap]);
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
