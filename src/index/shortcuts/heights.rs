//! The peaks and leaps of all lists of a segment, found on all threads.

use std::io;

use tantivy::fieldnorm::FieldNormReader;

use super::lists::Listed;
use super::peaks;
use crate::index::in_order::in_order;
use crate::index::list_reader::ListFile;
use crate::index::postings::leaps;

/// What a walk over all lists tells of them.
#[derive(Default)]
pub(super) struct Heights {
    /// The peaks of all lists, each followed by the list's leaps.
    pub(super) peaks: Vec<u8>,
    /// Where those of each list begin.
    pub(super) starts: Vec<u32>,
    /// How often each list's term occurs.
    pub(super) occurrences: Vec<u64>,
}

/// So many lists a thread looks through at a time. Chosen by hand.
const LISTS_AT_A_TIME: usize = 512;

impl Heights {
    /// Walks over all `listed` lists, whose passages have lengths of these codes
    /// and `average` tokens.
    pub(super) fn of(
        file: &ListFile<'_>,
        listed: &[Listed],
        (lengths, average): (&[u8], f32),
        threads: usize,
    ) -> io::Result<Self> {
        let norms = norms(average);
        let shares: Vec<&[Listed]> = listed.chunks(LISTS_AT_A_TIME).collect();
        let look = |share: usize| -> io::Result<Self> {
            let reader = file.reader()?;
            let mut heights = Self::default();
            for listed in shares[share] {
                let start = heights.peaks.len() as u32;
                let peaks = &mut heights.peaks;
                let occurrences = reader.read(&listed.info, |mut cursor| {
                    let occurrences = peaks::append(peaks, &mut cursor, lengths, &norms);
                    cursor.rewind();
                    leaps::append(peaks, &mut cursor);
                    occurrences
                })?;
                heights.starts.push(start);
                heights.occurrences.push(occurrences);
            }
            Ok(heights)
        };
        in_order(shares.len(), threads, look, |shares| {
            let mut all = Self::default();
            for share in shares {
                let Self { peaks, starts, occurrences } = share?;
                let before = all.peaks.len() as u32;
                all.starts.extend(starts.into_iter().map(|start| before + start));
                all.peaks.extend(peaks);
                all.occurrences.extend(occurrences);
            }
            Ok(all)
        })
    }
}

/// The textbook's parameters, for which the peaks are chosen, and the engine's own.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The norms of the textbook's parameters.
fn norms(average: f32) -> [f32; 256] {
    let average = average.max(1.0);
    std::array::from_fn(|code| {
        let length = FieldNormReader::id_to_fieldnorm(code as u8) as f32;
        K1 * (1.0 - B + B * length / average)
    })
}
