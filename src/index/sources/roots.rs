//! What is kept in an index, and which of it holds a source.

use serde::{Deserialize, Serialize};

use super::SourceKey;
use crate::corpus::{FieldMap, WalkOptions};

/// A folder or file that is kept in the index, and how it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Root {
    /// Where it is.
    pub key: SourceKey,
    /// Which files below it count.
    pub walk: WalkOptions,
    /// Which fields of JSON Lines, CSV and TSV mean what.
    pub fields: FieldMap,
}

/// The roots among `roots`, which are in the order of their keys, that `key` is or
/// lies below, the innermost first.
pub fn holding<'r>(roots: &'r [Root], key: &SourceKey) -> impl Iterator<Item = &'r Root> {
    let root_at = |step: &str| roots.binary_search_by(|root| root.key.as_str().cmp(step)).ok();
    key.lineage().filter_map(root_at).map(|at| &roots[at])
}

/// How the records of the source `key` are read: by the fields of the innermost
/// root that holds it and was given some. A root that was given none says nothing
/// about them, so that it makes no difference whether it was named first or last.
pub fn fields_of<'r>(roots: &'r [Root], key: &SourceKey) -> Option<&'r FieldMap> {
    holding(roots, key).map(|root| &root.fields).find(|fields| **fields != FieldMap::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_root_with_fields_says_how_a_source_is_read() -> crate::error::Result<()> {
        let root = |key: &str, text: &str| -> crate::error::Result<Root> {
            let fields = if text.is_empty() { FieldMap::default() } else { text.parse()? };
            let key = SourceKey::from_stored(key);
            Ok(Root { key, walk: WalkOptions::default(), fields })
        };
        let roots = [
            root("/elsewhere", "text=e")?,
            root("n", "text=n")?,
            root("n/a", "")?,
            root("n/b", "text=b")?,
            root("n/b/c", "")?,
            root("n-o", "")?,
        ];
        for (key, expected) in [
            ("n/x.csv", Some("n")),
            ("n/a/x.csv", Some("n")),
            ("n/b/x.csv", Some("b")),
            ("n/b/c/x.csv", Some("b")),
            ("n-o/x.csv", None),
            ("x.csv", None),
            ("/elsewhere/x.csv", Some("e")),
            ("<stdin>", None),
        ] {
            let fields = fields_of(&roots, &SourceKey::from_stored(key));
            assert_eq!(fields.map(|map| map.text[0].as_str()), expected, "{key}");
        }
        Ok(())
    }
}
