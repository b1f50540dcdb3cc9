//! The engine's `meta.json`, as far as reading a commit needs it.
//!
//! The engine can read it too, but only through an index object that brings two
//! tokenizer managers, a schema and a list of managed files with it.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::snapshot::CommitInfo;

/// The name of the file that makes a commit.
pub(super) const META_FILE: &str = "meta.json";

/// The engine's list of the files that it made.
pub(super) const ENGINE_FILES: &str = ".managed.json";

/// A commit: its segments and what was said with it.
#[derive(Debug, Deserialize)]
pub(super) struct CommitRecord {
    pub(super) segments: Vec<SegmentRecord>,
    pub(super) payload: Option<String>,
    /// The engine's number of the commit. Merges leave it as it is.
    pub(super) opstamp: u64,
}

impl CommitRecord {
    /// Reads the commit from the file `path`.
    pub(super) fn load(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_slice(&std::fs::read(path)?)?)
    }

    /// What was said with the commit.
    pub(super) fn info(&self) -> serde_json::Result<CommitInfo> {
        self.payload.as_deref().map_or(Ok(CommitInfo::default()), serde_json::from_str)
    }

    /// The names of the files that its segments must have.
    pub(super) fn files(&self) -> impl Iterator<Item = String> {
        self.segments.iter().flat_map(|segment| {
            let parts = SEGMENT_PARTS.iter().map(|extension| segment.file(extension));
            parts.chain(segment.deletes_file())
        })
    }

    /// Whether its segments must have the file `name`.
    pub(super) fn needs(&self, name: &str) -> bool {
        self.files().any(|own| own == name)
    }

    /// Whether the file `name` is a segment's, and none of this commit's: of
    /// another segment, or of deletions that are not the last.
    pub(super) fn disowns(&self, name: &str) -> bool {
        is_of_segment(name) && !self.has(name)
    }

    /// Whether the file `name` is of one of its segments, and of the last deletions
    /// there, if it is of any.
    pub(super) fn has(&self, name: &str) -> bool {
        let is_of_deletions = DELETIONS.iter().any(|extension| name.ends_with(extension));
        self.segments.iter().any(|segment| {
            let prefix = match is_of_deletions {
                true => segment.deletions_file(""),
                false => Some(segment.file("")),
            };
            prefix.is_some_and(|prefix| name.starts_with(&prefix))
        })
    }
}

/// Whether `name` is that of a file of a segment, whichever.
pub(super) fn is_of_segment(name: &str) -> bool {
    name.split_once('.')
        .is_some_and(|(id, _)| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The extensions of the files that every segment has.
const SEGMENT_PARTS: [&str; 6] = ["idx", "pos", "term", "store", "fast", "fieldnorm"];

/// The extensions of files that speak of deleted passages, and are written anew when
/// more are deleted.
const DELETIONS: [&str; 2] = [".del", ".losses"];

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
    /// The segment's id, as its files are named by it.
    pub(super) fn id(&self) -> String {
        self.segment_id.replace('-', "")
    }

    /// The name of the segment's file with `extension`.
    pub(super) fn file(&self, extension: &str) -> String {
        format!("{}.{extension}", self.id())
    }

    /// The name of the file that tells which passages are not deleted.
    pub(super) fn deletes_file(&self) -> Option<String> {
        self.deletions_file("del")
    }

    /// The name of the file with `extension` that speaks of the deleted passages;
    /// `None` where there are none.
    pub(super) fn deletions_file(&self, extension: &str) -> Option<String> {
        let deletes = self.deletes.as_ref().filter(|deletes| deletes.num_deleted_docs > 0)?;
        Some(self.file(&format!("{}.{extension}", deletes.opstamp)))
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
        for (name, expected) in [
            ("5be9a1c42d524a079c31000000000001.idx", false),
            ("5be9a1c42d524a079c31000000000001.12.del", false),
            ("5be9a1c42d524a079c31000000000001.13.del", true),
            ("5be9a1c42d524a079c31000000000001.12.losses", false),
            ("5be9a1c42d524a079c31000000000001.11.losses", true),
            ("5be9a1c42d524a079c31000000000001.forward", false),
            ("5be9a1c42d524a079c31000000000002.idx", true),
            ("meta.json", false),
        ] {
            assert_eq!(commit.disowns(name), expected, "{name}");
        }
        Ok(())
    }
}
