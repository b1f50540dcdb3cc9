//! Rows of all passages of a segment on disk, read back by list.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::sync::Arc;

use tantivy::directory::FileSlice;

use super::gather::{Roles, Row};
use super::heights::Heights;
use super::lists::Listed;
use crate::index::draft::Scratch;
use crate::index::in_order::in_order;
use crate::index::unmapped::UnmappedFile;
use crate::index::window::Window;

/// The rows of the shares of a segment's passages, in a file for the time being.
pub(super) struct Rows {
    scratch: Scratch,
    /// Where each row is in the file.
    places: Vec<Range<usize>>,
    /// How many signatures each list has.
    pub(super) signatures: Vec<u64>,
    /// In how many passages each pair stands.
    pub(super) pairs: Vec<u32>,
    /// How many words are paired.
    pub(super) paired: usize,
}

impl Rows {
    /// Writes the rows of `shares` shares of the passages, which `gather` gives on
    /// `threads` threads.
    pub(super) fn write(
        scratch: Scratch,
        roles: &Roles,
        shares: usize,
        threads: usize,
        gather: impl Fn(usize) -> io::Result<Row> + Sync,
    ) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create(scratch.path())?);
        let mut all = Self {
            scratch,
            places: Vec::with_capacity(shares),
            signatures: vec![0; roles.signed],
            pairs: vec![0; roles.paired * roles.paired],
            paired: roles.paired,
        };
        in_order(shares, threads, gather, |rows| -> io::Result<()> {
            let mut at = 0;
            for row in rows {
                let Row { bytes, signatures, pairs } = row?;
                file.write_all(&bytes)?;
                all.places.push(at..at + bytes.len());
                at += bytes.len();
                let sums = all.signatures.iter_mut().zip(signatures);
                sums.for_each(|(sum, count)| *sum += u64::from(count));
                all.pairs.iter_mut().zip(pairs).for_each(|(sum, count)| *sum += count);
            }
            file.flush()
        })?;
        Ok(all)
    }

    /// Whether each list has as many signatures as its postings have occurrences.
    /// If not, the tokens are none of these postings', and nothing holds.
    pub(super) fn agree(&self, listed: &[Listed], heights: &Heights) -> bool {
        let signed = listed.iter().zip(&heights.occurrences).filter(|(it, _)| it.signed.is_some());
        signed.zip(&self.signatures).all(|((_, occurrences), signatures)| occurrences == signatures)
    }

    /// Reads them: first the signatures of all lists in order, then all pairs.
    pub(super) fn read(&self) -> io::Result<RowReader> {
        let file = FileSlice::new(Arc::new(UnmappedFile::open(self.scratch.path())?));
        let count = self.places.len();
        let window = |place: &Range<usize>| Window::one_of(count, file.slice(place.clone()));
        Ok(RowReader { windows: self.places.iter().map(window).collect(), piece: Vec::new() })
    }
}

/// Reads all rows at a time, each from end to end.
pub(super) struct RowReader {
    windows: Vec<Window>,
    piece: Vec<u8>,
}

impl RowReader {
    /// Copies the signatures of the next list to `to`.
    pub(super) fn signatures(&mut self, to: &mut impl Write) -> io::Result<()> {
        for window in &mut self.windows {
            let count = window.number();
            window.bytes(count as usize, &mut self.piece);
            to.write_all(&self.piece)?;
        }
        Ok(())
    }

    /// Gives the passages of the next pair to `each`, ascending, with how often it
    /// stands in each.
    pub(super) fn pair(&mut self, mut each: impl FnMut(u32, u32)) {
        for window in &mut self.windows {
            let mut doc = 0;
            for _ in 0..window.number() {
                let coded = window.number();
                doc += (coded >> 1) as u32;
                each(doc, if coded & 1 == 1 { 1 } else { window.number() as u32 });
            }
        }
    }

    /// What went wrong on the way, if anything did.
    pub(super) fn close(self) -> io::Result<()> {
        self.windows.into_iter().try_for_each(Window::close)
    }
}
