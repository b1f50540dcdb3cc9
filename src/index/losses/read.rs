//! Reads losses, which are mapped, or were counted a moment ago.

use std::io;

use tantivy::directory::OwnedBytes;
use tantivy::schema::Field;

use super::{HEADER_BYTES, MAGIC};
use crate::index::schema::MEASURED_FIELDS;
use crate::index::side_file::{self, long, number};

/// What the deleted passages of a segment hold.
pub struct Losses {
    bytes: OwnedBytes,
    stems: usize,
    grams: usize,
}

impl Losses {
    /// Takes `bytes`, which are those of a file, for the losses of a segment of
    /// `passages` passages, of which `deleted` are deleted; `None` where they are laid
    /// out as another version of the program does.
    pub(in crate::index) fn open(
        bytes: OwnedBytes,
        passages: u32,
        deleted: u32,
    ) -> io::Result<Option<Self>> {
        let body = side_file::body(bytes, MAGIC)?;
        body.map(|body| Self::of(body, passages, deleted)).transpose()
    }

    /// As [`Losses::open`], of what stands in the file before its footer.
    pub(super) fn of(bytes: OwnedBytes, passages: u32, deleted: u32) -> io::Result<Self> {
        let count = |n: usize| number(&bytes, 8 + 4 * n);
        let counts = || {
            let (stems, grams) = (count(2)? as usize, count(3)? as usize);
            let is_whole = bytes.get(..8)? == MAGIC
                && (count(0)?, count(1)?) == (passages, deleted)
                && bytes.len() == HEADER_BYTES + 12 * stems + 8 * grams;
            is_whole.then_some((stems, grams))
        };
        let (stems, grams) =
            counts().ok_or_else(|| io::Error::other("a file of losses is malformed"))?;
        Ok(Self { bytes, stems, grams })
    }

    /// How many tokens of `field` the deleted passages have.
    pub fn tokens(&self, field: Field) -> u64 {
        let field = field.field_id() as usize;
        let at = HEADER_BYTES - 8 * MEASURED_FIELDS + 8 * field;
        long(&self.bytes, at).filter(|_| field < MEASURED_FIELDS).unwrap_or(0)
    }

    /// In how many deleted passages a stem stands, and how often. `stem` is its
    /// number in the dictionary of the field `text`.
    pub fn stem(&self, stem: u32) -> (u32, u32) {
        let numbers = HEADER_BYTES;
        let Some(place) = self.find(numbers, self.stems, stem) else { return (0, 0) };
        let at = numbers + 4 * self.stems + 8 * place;
        (number(&self.bytes, at).unwrap_or(0), number(&self.bytes, at + 4).unwrap_or(0))
    }

    /// In how many deleted passages the words with this gram stand, at most: the
    /// sum over the words.
    pub fn gram_doc_freq(&self, hash: u32) -> u64 {
        let hashes = HEADER_BYTES + 12 * self.stems;
        let place = self.find(hashes, self.grams, hash);
        let count = place.and_then(|at| number(&self.bytes, hashes + 4 * (self.grams + at)));
        count.map_or(0, u64::from)
    }

    /// The place of `wanted` among the `count` ascending numbers at `start`.
    fn find(&self, start: usize, count: usize, wanted: u32) -> Option<usize> {
        let numbers = self.bytes.get(start..start + 4 * count)?;
        let numbers = numbers.as_chunks::<4>().0;
        numbers.binary_search_by_key(&wanted, |&bytes| u32::from_le_bytes(bytes)).ok()
    }

    /// The bytes of the file before its footer.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
