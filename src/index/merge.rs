//! When segments are merged, and the merging.
//!
//! The engine would merge behind the back of an update and keep quiet where it
//! fails. Here merges are asked for one after the other, once the commit is
//! done, and each tells how it ended.

use std::path::Path;

use tantivy::index::SegmentId;
use tantivy::merge_policy::NoMergePolicy;
use tantivy::{Index, IndexWriter, SegmentMeta};

use super::check;
use super::forward::Merging;
use super::request::{Going, Observer};
use crate::error::{Error, Result};

/// A search looks into every segment, so there are at most this many. Merging
/// in more steps would rewrite less and leave more; chosen by hand.
const MAX_SEGMENTS: usize = 8;

/// The least heap that the engine's writer takes. It only deletes, commits and
/// merges here and never fills it.
const WRITER_HEAP_BYTES: usize = 15_000_000;

/// Opens the engine's writer of `index`, which merges only what it is told to.
///
/// # Errors
///
/// [`Error::Engine`].
pub(super) fn open_writer(index: &Index) -> Result<IndexWriter> {
    let writer = index.writer_with_num_threads(1, WRITER_HEAP_BYTES);
    let writer: IndexWriter = writer.map_err(Error::engine("open its writer"))?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    Ok(writer)
}

/// Merges what [`choose`] chooses, until it chooses nothing or the observer says
/// stop. `writer` is as [`open_writer`] opens it; `directory` is that of the whole
/// index.
///
/// # Errors
///
/// [`Error::Engine`] where a merge failed, [`Error::IndexDamaged`] where the commit
/// cannot be read or is not as it was written. The commit is as good as before.
pub(super) fn tidy(
    directory: &Path,
    index: &Index,
    writer: &mut IndexWriter,
    threads: usize,
    observer: &dyn Observer,
) -> Result<()> {
    while observer.going() == Going::On {
        let segments = index.searchable_segment_metas().map_err(Error::engine("list segments"))?;
        let Some(chosen) = choose(segments.iter().map(Size::of).collect()) else { break };
        match check::verify(directory, Some(&chosen), observer) {
            Err(Error::Interrupted) => break,
            verified => verified?,
        }
        let forwards = Merging::begin(directory, &chosen)?;
        let merged = writer.merge(&chosen).wait().map_err(Error::engine("merge segments"))?;
        if let (Some(forwards), Some(merged)) = (forwards, merged) {
            // What fails here is done another way later, and fails aloud there.
            let _ = forwards.finish(directory, merged.id(), threads);
        }
    }
    Ok(())
}

/// How large a segment is, in passages.
#[derive(Debug, Clone, Copy)]
struct Size<Id = SegmentId> {
    id: Id,
    alive: u64,
    deleted: u64,
}

impl Size {
    fn of(segment: &SegmentMeta) -> Self {
        let (alive, deleted) = (segment.num_docs(), segment.num_deleted_docs());
        Self { id: segment.id(), alive: alive.into(), deleted: deleted.into() }
    }
}

/// The segments to merge next; `None` where all is well.
///
/// A segment of which more than half is deleted is written anew. Where there are
/// too many, the smallest ones are merged, and on the way up those that are not
/// much larger than all before them together: so a passage is written again only
/// when it lands in a segment of about twice the size, as in the logarithmic
/// method of Bentley and Saxe ("Decomposable searching problems I. Static-to-dynamic
/// transformation", Journal of Algorithms 1(4), 1980).
fn choose<Id: Copy>(mut segments: Vec<Size<Id>>) -> Option<Vec<Id>> {
    if let Some(hollow) = segments.iter().find(|segment| segment.deleted > segment.alive) {
        return Some(vec![hollow.id]);
    }
    let too_many = segments.len().checked_sub(MAX_SEGMENTS).filter(|&excess| excess > 0)?;
    segments.sort_by_key(|segment| segment.alive);
    let mut merged = 0;
    let mut chosen = Vec::new();
    for segment in segments {
        if chosen.len() > too_many && segment.alive >= 2 * merged {
            break;
        }
        merged += segment.alive;
        chosen.push(segment.id);
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn size(alive: u64, deleted: u64) -> Size<u64> {
        Size { id: alive, alive, deleted }
    }

    /// Adds segments one after the other and returns how many there were at most
    /// and how many passages were written, first writing included.
    fn grow(sizes: impl IntoIterator<Item = u64>) -> (usize, u64) {
        let (mut segments, mut most, mut written) = (Vec::new(), 0, 0);
        for alive in sizes {
            written += alive;
            segments.push((segments.len(), alive));
            let sizes = |segments: &[(usize, u64)]| {
                let sizes = segments.iter().enumerate();
                sizes.map(|(id, &(_, alive))| Size { id, alive, deleted: 0 }).collect::<Vec<_>>()
            };
            while let Some(chosen) = choose(sizes(&segments)) {
                let merged: u64 = chosen.iter().map(|&at| segments[at].1).sum();
                let mut at = 0;
                segments.retain(|_| {
                    at += 1;
                    !chosen.contains(&(at - 1))
                });
                segments.push((0, merged));
                written += merged;
            }
            most = most.max(segments.len());
        }
        (most, written)
    }

    #[test]
    fn a_hollow_segment_is_written_anew() {
        assert_eq!(choose(vec![size(10, 10), size(4, 5)]), Some(vec![4]));
        assert_eq!(choose(vec![size(10, 10), size(4, 4)]), None);
    }

    #[test]
    fn small_updates_leave_a_large_segment_alone() {
        let small = std::iter::once(1_000_000).chain(std::iter::repeat_n(10, 500));
        let (most, written) = grow(small);
        assert_eq!(most, MAX_SEGMENTS);
        // Each passage of the 500 updates is written fewer than six times.
        assert!(written < 1_000_000 + 6 * 5_000, "{written}");
    }

    proptest! {
        #[test]
        fn there_are_never_too_many_segments(sizes in proptest::collection::vec(0u64..1000, 0..60)) {
            let (most, _) = grow(sizes);
            prop_assert!(most <= MAX_SEGMENTS);
        }
    }
}
