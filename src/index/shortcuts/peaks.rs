//! How high the passages of a list reach, whatever the parameters.
//!
//! A passage's score for one term rises with its term frequency and falls with
//! its length, and how the two are weighed is up to the parameters. So of many
//! passages only those can be the best that no other beats in both; likewise the
//! worst of a few chosen ones. Such a *skyline* is a handful of pairs, most often
//! one to five.

use crate::index::postings::{BLOCK, Cursor};

/// A passage as far as its score goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peak {
    /// The code of its length.
    pub length_code: u8,
    /// How often it holds the term; 255 stands for all above, too.
    pub term_freq: u8,
}

/// The peaks of a list, as they are stored: three skylines, each with its length
/// in front.
#[derive(Clone, Copy)]
pub struct Peaks<'a> {
    bytes: &'a [u8],
}

impl<'a> Peaks<'a> {
    /// Those that begin at the beginning of `bytes`.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// No passage of the list is better than the best of these. Where the
    /// frequency is 255 it may be greater.
    pub fn best(self) -> impl Iterator<Item = Peak> + 'a {
        self.skyline(0)
    }

    /// At least ten passages of the list, deleted ones included, are as good as
    /// the worst of these.
    pub fn tenth(self) -> impl Iterator<Item = Peak> + 'a {
        self.skyline(1)
    }

    /// At least a hundred passages of the list, deleted ones included, are as
    /// good as the worst of these.
    pub fn hundredth(self) -> impl Iterator<Item = Peak> + 'a {
        self.skyline(2)
    }

    /// What follows them.
    pub(super) fn behind(self) -> &'a [u8] {
        self.from(3)
    }

    /// The bytes from the skyline `number` on.
    fn from(self, number: usize) -> &'a [u8] {
        let mut bytes = self.bytes;
        for _ in 0..number {
            let skipped = bytes.first().map_or(0, |&len| 1 + 2 * usize::from(len));
            bytes = bytes.get(skipped..).unwrap_or_default();
        }
        bytes
    }

    fn skyline(self, number: usize) -> impl Iterator<Item = Peak> + 'a {
        let bytes = self.from(number);
        let end = bytes.first().map_or(0, |&len| 1 + 2 * usize::from(len));
        let (pairs, _) = bytes.get(1..end).unwrap_or_default().as_chunks();
        pairs.iter().map(|&[length_code, term_freq]| Peak { length_code, term_freq })
    }
}

/// Appends the peaks of the list of `cursor`, which stands at its beginning;
/// returns how many occurrences it has.
///
/// `norms` says which ten and which hundred passages are chosen as the best. Any
/// ten would bound the tenth best from below; under parameters like these the
/// bound is close.
pub(super) fn append(
    bytes: &mut Vec<u8>,
    cursor: &mut Cursor<'_>,
    lengths: &[u8],
    norms: &[f32; 256],
) -> u64 {
    let mut occurrences = 0;
    let mut most = [0u32; 256];
    let mut best = Best { passages: Vec::with_capacity(2 * KEPT), least: 0.0 };
    while !cursor.is_past() {
        cursor.unpack_all();
        for (&doc, &freq) in cursor.docs().iter().zip(cursor.freqs()) {
            let code = lengths.get(doc as usize).copied().unwrap_or(0);
            let slot = &mut most[usize::from(code)];
            *slot = freq.max(*slot);
            best.offer(freq as f32 / norms[usize::from(code)], code, freq);
            occurrences += u64::from(freq);
        }
        cursor.next_block();
    }
    let mut highest = 0;
    let rising = (0..=u8::MAX).zip(most).filter(|&(_, freq)| {
        let is_higher = freq > highest;
        highest = freq.max(highest);
        is_higher
    });
    append_skyline(bytes, rising.map(peak));
    best.passages.sort_by(|a, b| b.0.total_cmp(&a.0));
    append_skyline(bytes, lowest(best.passages.get(..10).unwrap_or_default()));
    append_skyline(bytes, lowest(best.passages.get(..KEPT).unwrap_or_default()));
    occurrences
}

/// How many of the best passages are looked at.
const KEPT: usize = 100;
const _: () = assert!(KEPT < BLOCK, "every list with peaks has so many passages");

/// The best passages so far: quotient, length code, frequency.
struct Best {
    passages: Vec<(f32, u8, u32)>,
    least: f32,
}

impl Best {
    fn offer(&mut self, quotient: f32, code: u8, freq: u32) {
        if quotient <= self.least {
            return;
        }
        self.passages.push((quotient, code, freq));
        if self.passages.len() == 2 * KEPT {
            let (_, &mut (least, ..), _) =
                self.passages.select_nth_unstable_by(KEPT - 1, |a, b| b.0.total_cmp(&a.0));
            self.least = least;
            self.passages.truncate(KEPT);
        }
    }
}

/// Of some passages those that no other falls short of in both.
fn lowest(passages: &[(f32, u8, u32)]) -> impl Iterator<Item = Peak> {
    let mut pairs: Vec<(u8, u32)> = passages.iter().map(|&(_, code, freq)| (code, freq)).collect();
    // The longest first, of equally long ones the least frequent.
    pairs.sort_by_key(|&(code, freq)| (std::cmp::Reverse(code), freq));
    let mut least = u32::MAX;
    pairs.retain(|&(_, freq)| {
        let is_lower = freq < least;
        least = freq.min(least);
        is_lower
    });
    pairs.into_iter().map(peak)
}

fn peak((length_code, freq): (u8, u32)) -> Peak {
    Peak { length_code, term_freq: u8::try_from(freq).unwrap_or(u8::MAX) }
}

fn append_skyline(bytes: &mut Vec<u8>, peaks: impl Iterator<Item = Peak>) {
    let at = bytes.len();
    bytes.push(0);
    // Each has another frequency than the one before, but for several of 255.
    for peak in peaks.take(usize::from(u8::MAX)) {
        bytes.extend([peak.length_code, peak.term_freq]);
        bytes[at] += 1;
    }
}
