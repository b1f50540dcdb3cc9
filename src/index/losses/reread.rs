//! Counts losses of a segment without a forward file: its deleted passages are read
//! back and cut into words again.

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::Losses;
use super::count::Count;
use super::write::encode;
use crate::analysis::Analyzer;
use crate::error::Result;
use crate::index::forward::{self, SHARE_PASSAGES, Share};
use crate::index::in_order::in_order;
use crate::index::segment::OpenSegment;
use crate::index::snapshot::Snapshot;
use crate::index::varint;

/// Counts what the deleted passages of the segment number `at` of `snapshot` hold, on
/// `threads` threads. Only the holder of the writer lock may call it.
///
/// The commit is opened anew for each share of them, as for
/// [forward files](forward::add_missing): what was read of a segment stays mapped as
/// long as it is open.
///
/// # Errors
///
/// [`Error::IndexDamaged`](crate::Error::IndexDamaged).
pub(super) fn reread(snapshot: &Snapshot, at: usize, threads: usize) -> Result<Losses> {
    let segment = &snapshot.segments()[at];
    let shares: Vec<&[DocId]> = segment.deleted().chunks(SHARE_PASSAGES as usize).collect();
    let held = |number: usize| -> Result<Held> {
        let snapshot = Snapshot::open(snapshot.directory())?;
        let segment = &snapshot.segments()[at];
        let docs = shares[number].iter().copied();
        let share = forward::read_back(segment, snapshot.language(), docs)?;
        Held::by(&share, &snapshot, segment)
    };
    let mut stems: FxHashMap<u32, Count> = FxHashMap::default();
    let mut grams: FxHashMap<u32, u32> = FxHashMap::default();
    in_order(shares.len(), threads, held, |shares| -> Result<()> {
        for held in shares {
            let held = held?;
            for (stem, count) in held.stems {
                stems.entry(stem).or_default().add(count);
            }
            for (gram, passages) in held.grams {
                let sum = grams.entry(gram).or_default();
                *sum = sum.saturating_add(passages);
            }
        }
        Ok(())
    })?;
    let mut stems: Vec<(u32, Count)> = stems.into_iter().collect();
    let mut grams: Vec<(u32, u32)> = grams.into_iter().collect();
    stems.sort_unstable_by_key(|&(stem, _)| stem);
    grams.sort_unstable();
    encode(segment, &stems, &grams)
}

/// What some passages hold.
struct Held {
    /// By their numbers in the dictionary of the field `text`.
    stems: Vec<(u32, Count)>,
    /// With the sums of the passages in which their words stand.
    grams: Vec<(u32, u32)>,
}

impl Held {
    /// What the passages of `share`, which are some of `segment`, hold.
    fn by(share: &Share, snapshot: &Snapshot, segment: &OpenSegment) -> Result<Self> {
        let stem_of = stems_of(share, snapshot, segment)?;
        let mut words = vec![Count::default(); share.words.len()];
        let mut stems: FxHashMap<u32, Count> = FxHashMap::default();
        for (passage, line) in (1..).zip(share.tokens.lines()) {
            let (_, tokens) = line.map_err(|error| segment.damaged(error))?;
            // They were made a moment ago, so they are sound.
            let _ = varint::each(tokens, |token| {
                // A gap is no word.
                let Some(word) = token.checked_sub(1).map(|word| word as usize) else { return };
                words[word].meet(passage);
                if let Some(stem) = stem_of[word] {
                    stems.entry(stem).or_default().meet(passage);
                }
            });
        }
        let grams = forward::gram_sums(share.words.len(), |at| {
            let word = std::str::from_utf8(share.words.get(at)).unwrap_or_default();
            Some((word, words[share.order[at] as usize].passages))
        });
        Ok(Self { stems: stems.into_iter().collect(), grams })
    }
}

/// For each word of `share`, by its number there, the number of its stem in the
/// dictionary of the field `text` of `segment`, if there is one.
fn stems_of(share: &Share, snapshot: &Snapshot, segment: &OpenSegment) -> Result<Vec<Option<u32>>> {
    let mut stem_of = vec![None; share.words.len()];
    let Some(text) = segment.field(snapshot.fields().text)? else { return Ok(stem_of) };
    let analyzer = Analyzer::new(snapshot.language());
    for (at, &number) in share.order.iter().enumerate() {
        let word = std::str::from_utf8(share.words.get(at)).unwrap_or_default();
        let stem = text.dictionary.term_ord(&*analyzer.stem(word));
        let stem = stem.map_err(|error| segment.damaged(error))?;
        stem_of[number as usize] = stem.map(|stem| stem as u32);
    }
    Ok(stem_of)
}
