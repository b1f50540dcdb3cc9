//! Writes files of shortcuts, section by section.

use std::io::{self, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::Arc;

use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::serializer::PostingsSerializer;
use tantivy::schema::IndexRecordOption;

use super::bitmap;
use super::heights::Heights;
use super::lists::Listed;
use super::read::pair_key;
use super::rows::{RowReader, Rows};
use super::{HEADER_BYTES, LIST_BYTES, MAGIC, NONE, PAIR_BYTES, START_BYTES};
use crate::index::draft::Draft;
use crate::index::in_order::shares;
use crate::index::list_reader::ListFile;
use crate::index::segment::OpenSegment;

/// So many passages' documents are read of one map. Chosen by hand; in tests so few that
/// there are several.
const PASSAGES_AT_A_TIME: u32 = if cfg!(test) { 1 << 10 } else { 1 << 20 };

/// All that a file of shortcuts holds, most of it still on disk.
pub(super) struct Content<'c> {
    pub(super) passages: u32,
    /// The code of each passage's length.
    pub(super) lengths: Option<&'c OwnedBytes>,
    /// How many tokens all passages have.
    pub(super) tokens: u64,
    /// How many they have in the mean.
    pub(super) average: f32,
    /// The segment that has documents; `None` where their numbers are left out.
    pub(super) documents: Option<&'c OpenSegment>,
    pub(super) listed: &'c [Listed],
    pub(super) file: &'c ListFile<'c>,
    pub(super) heights: &'c Heights,
    /// What stands beside what; `None` where that is not known.
    pub(super) rows: Option<&'c Rows>,
}

/// A pair that occurs.
struct Pair {
    key: u32,
    doc_freq: u32,
    postings: Range<u64>,
}

impl Content<'_> {
    /// Writes the long sections, then the tables in front of them.
    pub(super) fn write(&self, mut draft: Draft) -> io::Result<()> {
        let file = &mut draft.file;
        let pairs = self.rows.map_or(0, |rows| rows.pairs.iter().filter(|&&df| df > 0).count());
        let tables =
            HEADER_BYTES + self.listed.len() * (START_BYTES + LIST_BYTES) + pairs * PAIR_BYTES;
        file.seek(SeekFrom::Start(tables as u64))?;
        self.write_documents(file)?;
        self.write_bitmaps(file)?;
        file.write_all(&self.heights.peaks)?;
        let pairs = match self.rows {
            Some(rows) => {
                let mut reader = rows.read()?;
                (0..rows.signatures.len()).try_for_each(|_| reader.signatures(file))?;
                let pairs = self.write_pairs(file, rows, &mut reader)?;
                reader.close()?;
                pairs
            }
            None => Vec::new(),
        };
        file.rewind()?;
        self.write_header(file, &pairs)?;
        self.write_lists(file)?;
        for pair in pairs {
            file.write_all(&pair.key.to_le_bytes())?;
            file.write_all(&pair.doc_freq.to_le_bytes())?;
            file.write_all(&pair.postings.start.to_le_bytes())?;
            file.write_all(&pair.postings.end.to_le_bytes())?;
        }
        draft.publish_with_footer(None)
    }

    fn write_documents(&self, file: &mut impl Write) -> io::Result<()> {
        let Some(segment) = self.documents else { return Ok(()) };
        for docs in shares(self.passages, PASSAGES_AT_A_TIME) {
            // Else all of the column would be mapped in the end.
            let segment = segment.again().map_err(io::Error::other)?;
            let ids = segment.document_ids().map_err(io::Error::other)?;
            for doc in docs {
                let document = ids.and_then(|ids| ids.ords().first(doc));
                let document = document.and_then(|number| u32::try_from(number).ok());
                file.write_all(&document.unwrap_or(NONE).to_le_bytes())?;
            }
        }
        Ok(())
    }

    fn write_bitmaps(&self, file: &mut impl Write) -> io::Result<()> {
        let reader = self.file.reader()?;
        for listed in self.listed.iter().filter(|listed| listed.has_bitmap) {
            file.write_all(
                &reader.read(&listed.info, |cursor| bitmap::of(cursor, self.passages))?,
            )?;
        }
        Ok(())
    }

    /// Writes the postings of the pairs that occur; returns these, ascending by
    /// their keys.
    fn write_pairs(
        &self,
        file: &mut impl Write,
        rows: &Rows,
        reader: &mut RowReader,
    ) -> io::Result<Vec<Pair>> {
        let lengths = self.lengths.cloned().unwrap_or_else(OwnedBytes::empty);
        let lengths = FileSlice::new(Arc::new(lengths));
        let norms = FieldNormReader::open(lengths).map_err(io::Error::other)?;
        let (mut pairs, mut bytes, mut at) = (Vec::new(), Vec::new(), 0);
        for (pair, &doc_freq) in rows.pairs.iter().enumerate() {
            if doc_freq == 0 {
                reader.pair(|_, _| {});
                continue;
            }
            // One for each, since it cannot be used again after a full block.
            let option = IndexRecordOption::WithFreqs;
            let mut list = PostingsSerializer::new(self.average, option, Some(norms.clone()));
            list.new_term(doc_freq, true);
            reader.pair(|doc, freq| list.write_doc(doc, freq));
            list.close_term(doc_freq, &mut bytes)?;
            file.write_all(&bytes)?;
            let key = pair_key((pair / rows.paired) as u16, (pair % rows.paired) as u16);
            pairs.push(Pair { key, doc_freq, postings: at..at + bytes.len() as u64 });
            at += bytes.len() as u64;
            bytes.clear();
        }
        Ok(pairs)
    }

    fn write_header(&self, file: &mut impl Write, pairs: &[Pair]) -> io::Result<()> {
        let units: u32 = self.listed.iter().map(|listed| self.bitmap_units(listed)).sum();
        let signatures = self.rows.map_or(0, |rows| rows.signatures.iter().sum::<u64>());
        let postings = pairs.last().map_or(0, |pair| pair.postings.end);
        file.write_all(MAGIC)?;
        let documents = self.documents.map_or(0, |_| self.passages);
        let (lists, pairs) = (self.listed.len() as u32, pairs.len() as u32);
        for count in [self.passages, lists, units, pairs, documents] {
            file.write_all(&count.to_le_bytes())?;
        }
        for length in [self.heights.peaks.len() as u64, signatures, postings, self.tokens] {
            file.write_all(&length.to_le_bytes())?;
        }
        Ok(())
    }

    fn write_lists(&self, file: &mut impl Write) -> io::Result<()> {
        for listed in self.listed {
            let start = listed.info.postings_range.start as u64;
            file.write_all(&start.to_le_bytes())?;
        }
        let (mut signatures, mut units) = (0, 0);
        for (listed, &peaks) in self.listed.iter().zip(&self.heights.starts) {
            let signed = listed.signed.zip(self.rows).map(|(number, rows)| {
                signatures += rows.signatures[number as usize];
                signatures - rows.signatures[number as usize]
            });
            let bitmap = listed.has_bitmap.then_some(units);
            units += self.bitmap_units(listed);
            let paired = listed.paired.filter(|_| self.rows.is_some()).map(u32::from);
            file.write_all(&signed.unwrap_or(u64::MAX).to_le_bytes())?;
            for number in [peaks, bitmap.unwrap_or(NONE), paired.unwrap_or(NONE)] {
                file.write_all(&number.to_le_bytes())?;
            }
        }
        Ok(())
    }

    /// How long a list's bitmap is.
    fn bitmap_units(&self, listed: &Listed) -> u32 {
        let units = bitmap::units_of(listed.info.doc_freq, self.passages);
        if listed.has_bitmap { units } else { 0 }
    }
}
