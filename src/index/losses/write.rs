//! Writes losses.

use std::io::Write;
use std::path::Path;

use tantivy::DocId;
use tantivy::directory::OwnedBytes;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::Field;

use super::count::Count;
use super::reread::reread;
use super::{Losses, MAGIC};
use crate::error::{Error, Result};
use crate::index::checksums;
use crate::index::draft::Draft;
use crate::index::schema::MEASURED_FIELDS;
use crate::index::segment::OpenSegment;
use crate::index::snapshot::Snapshot;

/// Writes the losses of the segments of the last commit that have some and no file
/// of them. Only the holder of the writer lock may call it.
///
/// # Errors
///
/// [`Error::IndexDamaged`] where a segment cannot be read, [`Error::Io`] where a
/// file cannot be written.
pub(in crate::index) fn add_missing(directory: &Path, threads: usize) -> Result<()> {
    let snapshot = Snapshot::open(directory)?;
    let data = snapshot.data_directory();
    for (at, segment) in snapshot.segments().iter().enumerate() {
        let Some(name) = segment.losses_file() else { continue };
        if segment.has_losses_file()? {
            continue;
        }
        let reread_losses;
        let losses = match segment.losses()? {
            Some(losses) => losses,
            None => {
                reread_losses = reread(&snapshot, at, threads)?;
                &reread_losses
            }
        };
        checksums::forget(data, &name)?;
        let write = || {
            let mut draft = Draft::create(data, &name)?;
            draft.file.write_all(losses.bytes())?;
            draft.publish_with_footer(None)
        };
        write().map_err(Error::io("write", data.join(&name)))?;
    }
    Ok(())
}

/// Losses of `segment`: what its deleted passages hold of stems, by their numbers in
/// the dictionary of the field `text`, and of grams, both ascending.
///
/// # Errors
///
/// [`Error::IndexDamaged`].
pub(super) fn encode(
    segment: &OpenSegment,
    stems: &[(u32, Count)],
    grams: &[(u32, u32)],
) -> Result<Losses> {
    let mut bytes = MAGIC.to_vec();
    let mut write = |number: u32| bytes.extend(number.to_le_bytes());
    write(segment.max_doc());
    write(segment.deleted().len() as u32);
    write(stems.len() as u32);
    write(grams.len() as u32);
    for field in 0..MEASURED_FIELDS as u32 {
        let tokens = deleted_tokens(segment, Field::from_field_id(field))?;
        write(tokens as u32);
        write((tokens >> u32::BITS) as u32);
    }
    stems.iter().for_each(|&(number, _)| write(number));
    for (_, stem) in stems {
        write(stem.passages);
        write(stem.occurrences);
    }
    grams.iter().for_each(|&(hash, _)| write(hash));
    grams.iter().for_each(|&(_, passages)| write(passages));
    let (passages, deleted) = (segment.max_doc(), segment.deleted().len() as u32);
    Losses::of(OwnedBytes::new(bytes), passages, deleted).map_err(|error| segment.damaged(error))
}

/// How many tokens of `field` the deleted passages of `segment` have.
///
/// # Errors
///
/// [`Error::IndexDamaged`].
pub(in crate::index) fn deleted_tokens(segment: &OpenSegment, field: Field) -> Result<u64> {
    let deleted = segment.deleted().iter().copied();
    // All other fields are counted by what their norms stand for.
    if field == segment.fields().text {
        let lengths = segment.text_lengths()?;
        let length = |doc| lengths.as_ref().and_then(|lengths| lengths.first(doc)).unwrap_or(0);
        return Ok(deleted.map(length).sum());
    }
    let codes = segment.field(field)?.and_then(|postings| postings.lengths.as_ref());
    let length = |doc: DocId| {
        let code = codes.and_then(|codes| codes.get(doc as usize)).copied().unwrap_or(0);
        u64::from(FieldNormReader::id_to_fieldnorm(code))
    };
    Ok(deleted.map(length).sum())
}
