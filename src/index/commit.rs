//! Committing: the list of sources first, then the commit that names it.

use std::path::Path;

use tantivy::IndexWriter;

use super::home;
use super::snapshot::CommitInfo;
use super::sources::SourceList;
use crate::error::{Error, Result};

/// Commits what `writer` was told to the index with the files in `data`: `info` is
/// what the commit says of itself, where its list of sources is being filled in here.
///
/// # Errors
///
/// [`Error::Io`] and [`Error::Engine`]. The last commit stays in force.
pub(super) fn commit(
    writer: &mut IndexWriter,
    data: &Path,
    info: &mut CommitInfo,
    sources: &SourceList,
) -> Result<()> {
    let last = writer.commit_opstamp();
    let mut prepared = writer.prepare_commit().map_err(Error::engine("prepare the commit"))?;
    if prepared.opstamp() == last {
        // Without an addition or a deletion the engine gives the last commit's
        // stamp again, and with it the names of files that are in force.
        drop(prepared);
        prepared = writer.prepare_commit().map_err(Error::engine("prepare the commit"))?;
    }
    info.sources = home::sources_name(prepared.opstamp());
    info.sources_hash = Some(sources.store(&data.join(&info.sources))?);
    let payload =
        serde_json::to_string(info).map_err(|error| Error::io("write", data)(error.into()))?;
    prepared.set_payload(&payload);
    prepared.commit().map(drop).map_err(Error::engine("commit"))
}
