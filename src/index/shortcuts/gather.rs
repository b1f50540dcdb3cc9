//! One walk over the tokens of all passages: signatures and pairs.

use std::ops::Range;
use std::sync::atomic::{AtomicU8, Ordering};

use super::NONE;
use crate::index::forward::{Forward, ForwardToken};

/// What a stem is to the walk.
#[derive(Clone, Copy)]
pub(super) struct Role {
    /// Four bits of its hash.
    pub(super) code: u8,
    /// Its number among the words that are paired, or `UNPAIRED`.
    pub(super) paired: u8,
    /// Its number among the lists that get signatures, or `NONE`.
    pub(super) signed: u32,
}

/// Marks a stem that is in no pair.
pub(super) const UNPAIRED: u8 = u8::MAX;

impl Role {
    /// Of a stem that is only a neighbour.
    pub(super) fn of_code(code: u8) -> Self {
        Self { code, paired: UNPAIRED, signed: NONE }
    }
}

/// What one share of the passages gave.
pub(super) struct Share {
    /// For each list with signatures, where its next signature would go.
    pub(super) reached: Vec<u64>,
    /// For each pair, first word times the number of paired words plus second,
    /// the passages it stands in, ascending, one entry an occurrence.
    pub(super) pairs: Vec<Vec<u32>>,
}

/// Walks the passages `docs`. `roles` are those of the words by number, `next`
/// says where in `signatures` the next one of each list goes, and `paired` how
/// many words are paired.
pub(super) fn walk(
    forward: &Forward,
    docs: Range<u32>,
    roles: &[Role],
    next: Vec<u64>,
    signatures: &[AtomicU8],
    paired: usize,
) -> Share {
    let share = Share { reached: next, pairs: vec![Vec::new(); paired * paired] };
    let mut walk = Walk { share, signatures, paired, before: None, current: None };
    for doc in docs {
        let tokens = forward.tokens(doc).into_iter().flat_map(|(_, tokens)| tokens);
        for token in tokens {
            walk.step(
                doc,
                match token {
                    ForwardToken::Word(word) => roles.get(word as usize).copied(),
                    ForwardToken::Gap => None,
                },
            );
        }
        walk.step(doc, None);
        walk.current = None;
    }
    walk.share
}

struct Walk<'w> {
    share: Share,
    signatures: &'w [AtomicU8],
    paired: usize,
    /// The token before the current one; `None` at a gap.
    before: Option<Role>,
    current: Option<Role>,
}

impl Walk<'_> {
    /// Settles the current token, now that the one behind it is known, and moves
    /// on to that.
    fn step(&mut self, doc: u32, behind: Option<Role>) {
        if let Some(current) = self.current {
            if current.signed != NONE {
                let code = |role: Option<Role>| role.map_or(0, |role| role.code);
                let place = &mut self.share.reached[current.signed as usize];
                if let Some(signature) = self.signatures.get(*place as usize) {
                    signature.store(code(self.before) << 4 | code(behind), Ordering::Relaxed);
                }
                *place += 1;
            }
            if let Some(behind) = behind
                && current.paired != UNPAIRED
                && behind.paired != UNPAIRED
            {
                let pair = usize::from(current.paired) * self.paired + usize::from(behind.paired);
                self.share.pairs[pair].push(doc);
            }
        }
        self.before = self.current;
        self.current = behind;
    }
}
