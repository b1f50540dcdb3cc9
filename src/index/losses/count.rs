//! Counts losses by the forward file of a segment.

use std::io::{self, Write};
use std::path::Path;

use tantivy::DocId;
use tantivy::directory::OwnedBytes;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::Field;

use super::{FIELDS, Losses, MAGIC};
use crate::error::{Error, Result};
use crate::index::draft::Draft;
use crate::index::forward::{self, Forward, ForwardToken};
use crate::index::segment::OpenSegment;
use crate::index::snapshot::Snapshot;

/// Writes the losses of the segments of the last commit that have some, a forward
/// file and no file of them. Only the holder of the writer lock may call it.
///
/// # Errors
///
/// [`Error::IndexDamaged`] where a segment cannot be read, [`Error::Io`] where a
/// file cannot be written.
pub(in crate::index) fn add_missing(directory: &Path) -> Result<()> {
    let snapshot = Snapshot::open(directory)?;
    let data = snapshot.data_directory();
    for segment in snapshot.segments() {
        let Some(name) = segment.losses_file().filter(|name| !data.join(name).exists()) else {
            continue;
        };
        let Some(losses) = segment.losses()? else { continue };
        let write = || {
            let mut draft = Draft::create(data, &name)?;
            draft.file.write_all(losses.bytes())?;
            draft.publish()
        };
        write().map_err(Error::io("write", data.join(&name)))?;
    }
    Ok(())
}

/// Counts what the deleted passages of `segment` hold, whose forward file is
/// `forward`.
///
/// # Errors
///
/// [`Error::IndexDamaged`].
pub(in crate::index) fn count(segment: &OpenSegment, forward: &Forward) -> Result<Losses> {
    let damaged = || segment.damaged("its forward file contradicts itself");
    let Counts { words, stems } = Counts::of(forward, segment.deleted()).ok_or_else(damaged)?;
    let grams = forward::gram_sums(words.len(), |at| {
        let passages = words[at].passages;
        (passages > 0).then(|| (forward.word(at as u32).unwrap_or_default(), passages))
    });
    let stems: Vec<(u32, Count)> = (0..).zip(stems).filter(|(_, stem)| stem.passages > 0).collect();
    let mut bytes = MAGIC.to_vec();
    let mut write = |number: u32| bytes.extend(number.to_le_bytes());
    write(segment.max_doc());
    write(segment.deleted().len() as u32);
    write(stems.len() as u32);
    write(grams.len() as u32);
    for field in 0..FIELDS as u32 {
        let tokens = deleted_tokens(segment, Field::from_field_id(field))?;
        write(tokens as u32);
        write((tokens >> u32::BITS) as u32);
    }
    stems.iter().for_each(|&(number, _)| write(number));
    for (_, stem) in &stems {
        write(stem.passages);
        write(stem.occurrences);
    }
    grams.iter().for_each(|&(hash, _)| write(hash));
    grams.iter().for_each(|&(_, passages)| write(passages));
    let losses =
        Losses::open(OwnedBytes::new(bytes), segment.max_doc(), segment.deleted().len() as u32);
    losses
        .and_then(|losses| losses.ok_or(io::ErrorKind::InvalidData.into()))
        .map_err(|error| segment.damaged(error))
}

/// How many tokens of `field` the deleted passages of `segment` have.
///
/// # Errors
///
/// [`Error::IndexDamaged`].
pub(in crate::index) fn deleted_tokens(segment: &OpenSegment, field: Field) -> Result<u64> {
    let deleted = segment.deleted().iter().copied();
    // Only the length of the text is long enough to need its exact number;
    // one-byte norms are exact to 39 tokens.
    if field == segment.fields().text {
        let lengths = segment.numbers("length")?;
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

/// Where a word or a stem stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    /// In how many passages.
    pub(super) passages: u32,
    /// How often.
    pub(super) occurrences: u32,
    /// The number of the last one of them, counted from 1.
    last: u32,
}

impl Count {
    fn meet(&mut self, passage: u32) {
        self.occurrences = self.occurrences.saturating_add(1);
        if self.last != passage {
            self.last = passage;
            self.passages += 1;
        }
    }
}

/// The words and stems of some passages, by their numbers in a forward file.
pub(super) struct Counts {
    pub(super) words: Vec<Count>,
    pub(super) stems: Vec<Count>,
}

impl Counts {
    /// Counts those of the passages `docs`; `None` where `forward` contradicts
    /// itself.
    pub(super) fn of(forward: &Forward, docs: &[DocId]) -> Option<Self> {
        let mut words = vec![Count::default(); forward.word_count()];
        let mut stems = vec![Count::default(); forward.stem_count()];
        for (passage, &doc) in (1..).zip(docs) {
            for token in forward.tokens(doc)?.1 {
                let ForwardToken::Word(word) = token else { continue };
                words.get_mut(word as usize)?.meet(passage);
                let (stem, _) = forward.stem_of(word)?;
                // Some words have a stem that is no term.
                if let Some(stem) = stems.get_mut(stem as usize) {
                    stem.meet(passage);
                }
            }
        }
        Some(Self { words, stems })
    }
}
