//! The postings lists of one field as bytes.

use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::DocId;
use tantivy::directory::OwnedBytes;
use tantivy::schema::IndexRecordOption;

/// Postings lists, one after the other, in the engine's format.
pub struct Lists {
    pub(super) bytes: OwnedBytes,
    pub(super) option: IndexRecordOption,
    /// Their passages are below.
    pub(super) max_doc: DocId,
    damaged: AtomicBool,
}

impl Lists {
    /// Takes `bytes` for lists of passages below `max_doc` that hold what `option`
    /// says.
    pub fn new(bytes: OwnedBytes, option: IndexRecordOption, max_doc: DocId) -> Self {
        Self { bytes, option, max_doc, damaged: AtomicBool::new(false) }
    }

    /// Notes that the bytes of a list contradict themselves. A walk over
    /// postings ends there and does not stop for it; whoever evaluates asks
    /// [`Lists::are_damaged`] in the end.
    pub fn report_damage(&self) {
        self.damaged.store(true, Ordering::Relaxed);
    }

    /// Whether a list that was walked so far contradicted itself.
    pub fn are_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use tantivy::TERMINATED;
    use tantivy::postings::TermInfo;
    use tantivy::postings::serializer::PostingsSerializer;

    use super::*;
    use crate::index::postings::Cursor;

    /// The list of these passages, which ascend, and how often each holds the term, of
    /// a segment of `max_doc`.
    pub(in crate::index::postings) fn list_of(
        passages: &[(DocId, u32)],
        option: IndexRecordOption,
        max_doc: DocId,
    ) -> std::io::Result<(Lists, TermInfo)> {
        let count = passages.len() as u32;
        let mut serializer = PostingsSerializer::new(1.0, option, None);
        serializer.new_term(count, true);
        passages.iter().for_each(|&(doc, freq)| serializer.write_doc(doc, freq));
        let mut bytes = Vec::new();
        serializer.close_term(count, &mut bytes)?;
        let info =
            TermInfo { doc_freq: count, postings_range: 0..bytes.len(), positions_range: 0..0 };
        Ok((Lists::new(OwnedBytes::new(bytes), option, max_doc), info))
    }

    #[test]
    fn a_passage_that_the_segment_does_not_have_is_damage() -> std::io::Result<()> {
        // In a full block, and in the rest behind one.
        for count in [128, 130] {
            let even: Vec<_> = (0..count).map(|number| (2 * number, 1)).collect();
            for (max_doc, is_sound) in [(2 * count - 1, true), (2 * count - 2, false)] {
                let (lists, info) = list_of(&even, IndexRecordOption::WithFreqs, max_doc)?;
                let mut cursor = Cursor::new(&lists, &info);
                let mut doc = cursor.seek(0);
                while doc != TERMINATED {
                    assert!(doc < max_doc);
                    doc = cursor.seek(doc + 1);
                }
                assert_eq!(lists.are_damaged(), !is_sound, "{count} {max_doc}");
            }
        }
        Ok(())
    }
}
