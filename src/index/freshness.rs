//! Whether a passage still stands in its file where it stood.
//!
//! Looked at when a passage is printed, not when it is searched for. The bytes
//! at its span decide; where they are others, the file is read again and the
//! passage looked for by its hash.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

use super::encode::StoredPassage;
use super::ingest::read_options;
use super::settings::Settings;
use super::sources::{Root, SourceKey};
use crate::corpus;
use crate::document::Coordinates;
use crate::passage::{ByteSpan, ContentHash, LineSpan, Passage};
use crate::split::Splitter;

/// A file larger than this is not read again to find where a passage went.
const REREAD_BYTES: u64 = 64 << 20;

/// So many bytes are read at once; a passage is longer only where the index is
/// damaged.
const READ_AT_ONCE: u64 = 1 << 20;

/// Whether a passage still stands where it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Its bytes are at its span.
    Current,
    /// Its bytes are elsewhere in the file by now.
    Moved {
        /// Where.
        span: ByteSpan,
        /// On which lines.
        lines: LineSpan,
    },
    /// Its bytes are not in the file any more.
    Changed,
    /// The file is gone or cannot be read.
    Missing,
}

/// Looks `stored` up in its file below `base`. `roots` are the index's, as
/// [`Snapshot::roots`] gives them: a file is read again as it was read first.
///
/// The passage is known by its bytes alone, not by its document's id: that of a
/// record without one is its line, which moves with it.
///
/// [`Snapshot::roots`]: super::Snapshot::roots
pub fn freshness(
    stored: &StoredPassage,
    base: &Path,
    settings: &Settings,
    roots: &[Root],
) -> Freshness {
    let key = SourceKey::from_stored(&stored.source);
    if key == SourceKey::stdin() {
        // Nothing to compare with: a stream is what it was.
        return Freshness::Current;
    }
    let path = key.path(base);
    let passage = &stored.passage;
    // Opening a pipe that took the file's place would wait for its other end.
    let is_file = std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file());
    let Some(mut file) = is_file.then(|| File::open(&path).ok()).flatten() else {
        return Freshness::Missing;
    };
    if passage.coordinates == Coordinates::File && holds(&mut file, passage) {
        return Freshness::Current;
    }
    match file.metadata() {
        Ok(metadata) if metadata.is_file() && metadata.len() <= REREAD_BYTES => {
            find_again(&path, &key, passage, settings, roots)
        }
        // Too large to look for it; a compressed file has no span to look at.
        Ok(_) if passage.coordinates != Coordinates::File => Freshness::Current,
        Ok(_) => Freshness::Changed,
        Err(_) => Freshness::Missing,
    }
}

fn holds(file: &mut File, passage: &Passage) -> bool {
    // Room for all of it, so that it is read at once.
    let mut bytes = Vec::with_capacity(passage.span.len().min(READ_AT_ONCE) as usize);
    file.seek(SeekFrom::Start(passage.span.start)).is_ok()
        && file.take(passage.span.len()).read_to_end(&mut bytes).is_ok()
        && ContentHash::of(&bytes) == passage.content_hash
}

/// Reads and splits the file again. Of several equal passages the one nearest
/// to the old place is meant.
fn find_again(
    path: &Path,
    key: &SourceKey,
    passage: &Passage,
    settings: &Settings,
    roots: &[Root],
) -> Freshness {
    let Ok(mut splitter) = Splitter::new(settings.split) else {
        return Freshness::Changed;
    };
    let options = read_options(roots, key);
    let mut nearest: Option<Passage> = None;
    corpus::read_file(path, key.as_str(), &options, &mut |document| {
        for found in splitter.split(&document) {
            if found.content_hash == passage.content_hash {
                let away = |p: &Passage| p.span.start.abs_diff(passage.span.start);
                if nearest.as_ref().is_none_or(|best| away(&found) < away(best)) {
                    nearest = Some(found);
                }
            }
        }
        ControlFlow::Continue(())
    });
    match nearest {
        Some(found) if found.span == passage.span => Freshness::Current,
        Some(found) => Freshness::Moved { span: found.span, lines: found.lines },
        None => Freshness::Changed,
    }
}
