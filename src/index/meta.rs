//! The engine's `meta.json`, as far as reading a commit needs it.
//!
//! The engine can read it too, but only through an index object that brings two
//! tokenizer managers, a schema and a list of managed files with it.

use serde::Deserialize;

/// The name of the file that makes a commit.
pub(super) const META_FILE: &str = "meta.json";

/// A commit: its segments and what was said with it.
#[derive(Debug, Deserialize)]
pub(super) struct CommitRecord {
    pub(super) segments: Vec<SegmentRecord>,
    pub(super) payload: Option<String>,
}

/// One segment of a commit.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SegmentRecord {
    /// A UUID with hyphens; file names are made of it without them.
    segment_id: String,
    pub(super) max_doc: u32,
    deletes: Option<Deletes>,
}

#[derive(Debug, Clone, Deserialize)]
struct Deletes {
    num_deleted_docs: u32,
    opstamp: u64,
}

impl SegmentRecord {
    /// The name of the segment's file with `extension`.
    pub(super) fn file(&self, extension: &str) -> String {
        format!("{}.{extension}", self.segment_id.replace('-', ""))
    }

    /// The name of the file that tells which passages are not deleted.
    pub(super) fn deletes_file(&self) -> Option<String> {
        let deletes = self.deletes.as_ref().filter(|deletes| deletes.num_deleted_docs > 0)?;
        Some(self.file(&format!("{}.del", deletes.opstamp)))
    }

    pub(super) fn deleted_count(&self) -> u32 {
        self.deletes.as_ref().map_or(0, |deletes| deletes.num_deleted_docs.min(self.max_doc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_the_engine_names_them() -> serde_json::Result<()> {
        let text = r#"{"segments":[{"segment_id":"5be9a1c4-2d52-4a07-9c31-000000000001","max_doc":7,
            "deletes":{"num_deleted_docs":2,"opstamp":12}}],"payload":null,"opstamp":3}"#;
        let commit: CommitRecord = serde_json::from_str(text)?;
        let segment = &commit.segments[0];
        assert_eq!(segment.file("idx"), "5be9a1c42d524a079c31000000000001.idx");
        let deletes = segment.deletes_file();
        assert_eq!(deletes.as_deref(), Some("5be9a1c42d524a079c31000000000001.12.del"));
        assert_eq!(segment.deleted_count(), 2);
        Ok(())
    }
}
