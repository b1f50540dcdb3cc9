//! A term's postings list with what its occurrences score.
//!
//! Every formula here is BM25F's shape, with a length norm for each part (H. Zaragoza,
//! N. Craswell, M. Taylor, S. Saria and S. Robertson, "Microsoft Cambridge at TREC-13:
//! Web and HARD tracks", TREC 2004):
//!
//! score = factor · x / (x + 1), x = tf / K(length) + Σ weight · tf_p / K_p(length_p)
//!
//! over the parts p of a passage (title, headings) that count more than the
//! rest. Other than there a part's words are in the text as well, and count in both: a
//! part's list is a subset of the text's list, so that the text's list alone is walked
//! and the parts' lists are looked up along the way.

use super::scale::Scale;
use crate::index::postings::{BLOCK, Cursor};
use crate::index::{Bitmap, ListShortcuts};

/// Bounds are computed in another order than scores, and 32-bit numbers round
/// each step: at most a few units in the last place (2⁻²⁴ each).
const ROUNDING: f64 = 1.0 + 2e-6;

/// A term's postings list with what its occurrences score.
pub(super) struct List<'a> {
    pub(super) cursor: Cursor<'a>,
    lengths: &'a [u8],
    scale: &'a Scale,
    factor: f32,
    parts: Vec<Part<'a>>,
    shortcuts: Option<ListShortcuts<'a>>,
    scores: [f32; BLOCK],
    /// The block that `scores` belong to.
    scored: Option<usize>,
    /// The most that any passage of the list can score; infinite until it is
    /// asked for.
    bound: f64,
    /// The current block's own bound, and its number.
    block_bound: (usize, f64),
}

/// A part of passages in which the term counts more.
pub(super) struct Part<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) lengths: &'a [u8],
    pub(super) scale: &'a Scale,
    pub(super) weight: f32,
    /// The most that the part can add to x.
    pub(super) most: f32,
}

impl<'a> Part<'a> {
    /// A part whose occurrences are those of `cursor`.
    pub(super) fn new(
        cursor: Cursor<'a>,
        lengths: &'a [u8],
        scale: &'a Scale,
        weight: f32,
    ) -> Self {
        let most = weight * most_of_list(&cursor, scale, lengths);
        Self { cursor, lengths, scale, weight, most }
    }

    fn gain(&mut self) -> f32 {
        let doc = self.cursor.doc() as usize;
        let code = self.lengths.get(doc).copied().unwrap_or(0);
        self.weight * (self.cursor.freq() as f32 / self.scale.norms()[usize::from(code)])
    }
}

/// The greatest tf / K of a whole list.
fn most_of_list(cursor: &Cursor<'_>, scale: &Scale, lengths: &[u8]) -> f32 {
    let blocks = (0..cursor.full_blocks()).filter_map(|block| cursor.best_of(block));
    let most = blocks.map(|best| scale.most(best)).fold(0.0, f32::max);
    if (cursor.doc_freq() as usize).is_multiple_of(BLOCK) {
        return most;
    }
    most.max(most_of_rest(cursor, scale, lengths))
}

/// The greatest tf / K of the rest behind the full blocks.
fn most_of_rest(cursor: &Cursor<'_>, scale: &Scale, lengths: &[u8]) -> f32 {
    let mut rest = cursor.at_rest();
    rest.unpack_all();
    let pairs = rest.docs().iter().zip(rest.freqs());
    pairs.map(|(&doc, &freq)| quotient(freq, doc, scale, lengths)).fold(0.0, f32::max)
}

fn quotient(freq: u32, doc: u32, scale: &Scale, lengths: &[u8]) -> f32 {
    let code = lengths.get(doc as usize).copied().unwrap_or(0);
    freq as f32 / scale.norms()[usize::from(code)]
}

impl<'a> List<'a> {
    /// The list of `cursor`, whose passages have the length codes `lengths`.
    /// `factor` is everything in front of the fraction.
    pub(super) fn new(
        cursor: Cursor<'a>,
        lengths: &'a [u8],
        scale: &'a Scale,
        factor: f32,
        parts: Vec<Part<'a>>,
        shortcuts: Option<ListShortcuts<'a>>,
    ) -> Self {
        Self {
            cursor,
            lengths,
            scale,
            factor,
            parts,
            shortcuts,
            scores: [0.0; BLOCK],
            scored: None,
            bound: f64::INFINITY,
            block_bound: (usize::MAX, 0.0),
        }
    }

    /// Moves in front of the first block.
    pub(super) fn rewind(&mut self) {
        self.cursor.rewind();
        self.parts.iter_mut().for_each(|part| part.cursor.rewind());
        self.scored = None;
        self.block_bound = (usize::MAX, 0.0);
    }

    /// The most that any passage of the list can score. Walks the list's table
    /// once where there are no shortcuts.
    pub(super) fn bound(&mut self) -> f64 {
        if self.bound.is_infinite() {
            let most = match &self.shortcuts {
                Some(shortcuts) => self.scale.most_of(shortcuts.peaks),
                None => most_of_list(&self.cursor, self.scale, self.lengths),
            };
            let parts: f32 = self.parts.iter().map(|part| part.most).sum();
            self.bound = score_bound(self.factor, most + parts);
        }
        self.bound
    }

    /// A score that at least `count` passages of the list reach, deleted ones
    /// included; `None` where the shortcuts tell of none.
    pub(super) fn reached_by(&self, count: usize) -> Option<f64> {
        let peaks = self.shortcuts?.peaks;
        let least = match count {
            ..=10 => self.scale.least_of(peaks.tenth()),
            11..=100 => self.scale.least_of(peaks.hundredth()),
            101.. => None,
        }?;
        Some(f64::from(self.factor * (least / (least + 1.0))) / ROUNDING)
    }

    /// What a passage of average length scores that holds the term once.
    pub(super) fn usual_score(&self) -> f64 {
        score_bound(self.factor, self.scale.usual())
    }

    /// The bitmap of its passages, where it has one.
    #[inline]
    pub(super) fn bitmap(&self) -> Option<Bitmap<'a>> {
        self.shortcuts.and_then(|shortcuts| shortcuts.bitmap)
    }

    /// The bitmap, if most passages are not in the list: others are hardly worth
    /// asking.
    #[inline]
    pub(super) fn sieve(&self) -> Option<Bitmap<'a>> {
        let is_in_most = self.cursor.doc_freq() as usize > self.lengths.len() / 2;
        self.bitmap().filter(|_| !is_in_most)
    }

    /// The most that a passage of the current block can score.
    #[inline]
    pub(super) fn block_bound(&mut self) -> f64 {
        if self.cursor.is_past() {
            return 0.0;
        }
        if self.block_bound.0 == self.cursor.block() {
            return self.block_bound.1;
        }
        let bound = self.find_block_bound();
        self.block_bound = (self.cursor.block(), bound);
        bound
    }

    /// Bounds the passages of the current block from where the list stands on:
    /// parts may have left behind what lies before, since they do not go back.
    fn find_block_bound(&mut self) -> f64 {
        match self.cursor.block_best() {
            // Scoring the block has led the parts behind it.
            Some(best) if self.scored != Some(self.cursor.block()) => {
                let from = self.cursor.first_possible_doc();
                let last = self.cursor.last_doc();
                self.parts.iter_mut().for_each(|part| part.cursor.approach(from, last));
                let most = self.scale.most(best) + self.most_of_parts(from, last);
                score_bound(self.factor, most).min(self.bound)
            }
            _ => {
                self.score_block();
                self.scores[..self.cursor.docs().len()]
                    .iter()
                    .fold(0.0, |most, &score| f64::from(score).max(most))
                    * ROUNDING
            }
        }
    }

    /// The most that a passage from the current block on and before `end` can
    /// score. Looks at no more than a few blocks.
    pub(super) fn bound_before(&mut self, end: u32) -> f64 {
        /// Chosen by hand.
        const BLOCKS_LOOKED_AT: usize = 8;
        let mut bound = self.block_bound();
        let mut block = self.cursor.block();
        let mut last = self.cursor.last_doc();
        let furthest = block + BLOCKS_LOOKED_AT;
        while last < end - 1 {
            if block == furthest {
                return self.bound;
            }
            block += 1;
            let most = match self.cursor.best_of(block) {
                Some(best) => self.scale.most(best),
                None => f32::INFINITY,
            };
            let next_last = self.cursor.last_of(block);
            let most = most + self.most_of_parts(last + 1, next_last);
            bound = bound.max(score_bound(self.factor, most).min(self.bound));
            last = next_last;
        }
        bound
    }

    /// The most that parts can add to x in the passages from `from` to `last`.
    fn most_of_parts(&self, from: u32, last: u32) -> f32 {
        let reached = self.parts.iter().filter(|part| part.cursor.may_hold(from, last));
        reached.map(|part| part.most).sum()
    }

    /// Scores all passages of the current block.
    pub(super) fn score_block(&mut self) {
        if self.scored == Some(self.cursor.block()) {
            return;
        }
        self.scored = Some(self.cursor.block());
        self.cursor.unpack_all();
        let len = self.cursor.docs().len();
        let norms = self.scale.norms();
        // Gathered first, so that the division below is one loop that the
        // compiler turns into vector code.
        for (slot, &doc) in self.scores[..len].iter_mut().zip(self.cursor.docs()) {
            let code = self.lengths.get(doc as usize).copied().unwrap_or(0);
            *slot = norms[usize::from(code)];
        }
        if self.parts.is_empty() || !self.add_parts(len) {
            let factor = self.factor;
            for (slot, &freq) in self.scores.iter_mut().zip(self.cursor.freq_slots()) {
                let freq = freq as i32 as f32;
                *slot = factor * (freq / (freq + *slot));
            }
        }
    }

    /// Scores the block with what the parts add; says whether there was any.
    fn add_parts(&mut self, len: usize) -> bool {
        let (Some(&first), Some(&last)) = (self.cursor.docs().first(), self.cursor.docs().last())
        else {
            return false;
        };
        let mut gains = [0.0f32; BLOCK];
        let mut found = false;
        for part in &mut self.parts {
            part.cursor.approach(first, last);
            if !part.cursor.may_hold(first, last) {
                continue;
            }
            let mut doc = part.cursor.seek_from(first);
            while doc <= last {
                let slot = self.cursor.slot_at(doc);
                if self.cursor.docs().get(slot) == Some(&doc) {
                    gains[slot] += part.gain();
                    found = true;
                }
                doc = part.cursor.seek(doc + 1);
            }
        }
        if found {
            let factor = self.factor;
            let slots = self.scores[..len].iter_mut().zip(self.cursor.freqs()).zip(&gains);
            for ((slot, &freq), &gain) in slots {
                // x · K = tf + gain · K
                let counted = freq as f32 + gain * *slot;
                *slot = factor * (counted / (counted + *slot));
            }
        }
        found
    }

    /// Scores at least the passages in `slots`, `count` ones, of the current block.
    #[inline]
    pub(super) fn score_slots(&mut self, count: usize, slots: impl Iterator<Item = usize>) {
        /// From so many on the whole block is scored as quickly. By measurement.
        const MANY: usize = 40;
        if count >= MANY || !self.parts.is_empty() {
            return self.score_block();
        }
        if self.scored == Some(self.cursor.block()) {
            return;
        }
        self.cursor.unpack_all();
        let (docs, freqs) = (self.cursor.doc_slots(), self.cursor.freq_slots());
        let norms = self.scale.norms();
        for slot in slots {
            let slot = slot % BLOCK;
            let code = self.lengths.get(docs[slot] as usize).copied().unwrap_or(0);
            let freq = freqs[slot] as i32 as f32;
            self.scores[slot] = self.factor * (freq / (freq + norms[usize::from(code)]));
        }
    }

    /// The scores by slot of the current block, of those that were scored.
    #[inline]
    pub(super) fn scores(&self) -> &[f32; BLOCK] {
        &self.scores
    }

    /// The score of the current passage.
    pub(super) fn score(&mut self) -> f32 {
        self.score_at(self.cursor.slot())
    }

    /// The score of the passage in `slot` of the current block, which is
    /// unpacked.
    #[inline]
    pub(super) fn score_at(&mut self, slot: usize) -> f32 {
        if self.scored == Some(self.cursor.block()) {
            return self.scores[slot];
        }
        let (doc, freq) = (self.cursor.doc_at(slot), self.cursor.freq_at(slot));
        self.score_of(doc, freq)
    }

    /// The score of passage `doc`, which is the one in `slot` of the current
    /// block. Unpacks nothing of a full block.
    #[inline]
    pub(super) fn score_in_place(&mut self, doc: u32, slot: usize) -> f32 {
        if self.scored == Some(self.cursor.block()) {
            return self.scores[slot % BLOCK];
        }
        let freq = self.cursor.freq_in_place(slot);
        self.score_of(doc, freq)
    }

    /// The score of passage `doc` of the current block, which has the term `freq`
    /// times.
    #[inline]
    fn score_of(&mut self, doc: u32, freq: u32) -> f32 {
        let code = self.lengths.get(doc as usize).copied().unwrap_or(0);
        let norm = self.scale.norms()[usize::from(code)];
        let freq = freq as f32;
        let gain = if self.parts.is_empty() { 0.0 } else { self.gain(doc) };
        let counted = freq + gain * norm;
        self.factor * (counted / (counted + norm))
    }

    /// What the parts add to x in passage `doc`.
    fn gain(&mut self, doc: u32) -> f32 {
        let mut gain = 0.0;
        for part in &mut self.parts {
            if part.cursor.seek_from(doc) == doc {
                gain += part.gain();
            }
        }
        gain
    }
}

/// The most that a passage can score whose x is at most `most`, in a list with the
/// factor `factor`.
pub(super) fn score_bound(factor: f32, most: f32) -> f64 {
    let fraction = if most.is_finite() { most / (most + 1.0) } else { 1.0 };
    f64::from(factor * fraction) * ROUNDING
}
