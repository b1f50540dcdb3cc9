//! The ids of all parts in one order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use tantivy::directory::FileHandle;
use tantivy_sstable::{SSTable, VoidSSTable};

use super::packed::PlacedColumns;
use crate::index::draft::Scratch;
use crate::index::unmapped::ClosedFile;
use crate::index::window::Window;

/// For each id of a part its number among those of all parts, on disk for the time
/// being.
pub(super) struct MergedIds {
    file: ClosedFile,
    /// Where the numbers of each part begin, and where the last ones end.
    bounds: Vec<usize>,
    _scratch: Scratch,
}

impl MergedIds {
    /// Writes the ids of all `parts`, each once, as the engine writes the dictionary of
    /// a column, and their numbers to `scratch`.
    pub(super) fn write(
        parts: &[PlacedColumns<'_>],
        scratch: Scratch,
        dictionary: &mut dyn Write,
    ) -> io::Result<Self> {
        let mut dictionary = VoidSSTable::writer(dictionary);
        let mut numbers = Numbers::create(parts, &scratch)?;
        let mut all: Vec<Ids> = parts.iter().map(|part| Ids::of(part, parts.len())).collect();
        let first = |(part, ids): (usize, &mut Ids)| {
            let mut id = Vec::new();
            ids.next(&mut id).then_some(Reverse((id, part)))
        };
        let mut heads: BinaryHeap<_> = all.iter_mut().enumerate().filter_map(first).collect();
        let (mut last, mut written) = (None::<Vec<u8>>, 0);
        while let Some(mut least) = heads.peek_mut() {
            let Reverse((id, part)) = &mut *least;
            if last.as_ref() != Some(id) {
                dictionary.insert(&id, &())?;
                last.get_or_insert_default().clone_from(id);
                written += 1;
            }
            numbers.push(*part, written - 1)?;
            if !all[*part].next(id) {
                PeekMut::pop(least);
            }
        }
        dictionary.finish()?;
        all.into_iter().try_for_each(|ids| ids.window.close())?;
        let bounds = numbers.close()?;
        Ok(Self { file: ClosedFile::new(scratch.path())?, bounds, _scratch: scratch })
    }

    /// The numbers of the ids of the part number `part`.
    pub(super) fn of_part(&self, part: usize) -> io::Result<Vec<u32>> {
        let bytes = self.file.read_bytes(self.bounds[part]..self.bounds[part + 1])?;
        Ok(bytes.as_chunks().0.iter().map(|&number| u32::from_le_bytes(number)).collect())
    }
}

/// The ids of a part that are still to come.
struct Ids {
    left: u32,
    window: Window,
}

impl Ids {
    /// Those of `part`, one of so many `parts`.
    fn of(part: &PlacedColumns<'_>, parts: usize) -> Self {
        let PlacedColumns { file, columns } = part;
        let window = Window::one_of(parts, file.slice(columns.ids.clone()));
        Self { left: columns.documents, window }
    }

    /// Puts the next one into `id`; gives whether there is one. One that was not read
    /// would stand in no order with the others.
    fn next(&mut self, id: &mut Vec<u8>) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let len = self.window.number() as usize;
        self.window.bytes(len, id);
        !self.window.has_failed()
    }
}

/// A file that has room for a number of each id of each part, in which they are
/// written for all parts at a time.
struct Numbers {
    file: File,
    /// Where those of each part begin, and where the last ones end.
    bounds: Vec<usize>,
    /// For each part where its next ones go, and these.
    waiting: Vec<(usize, Vec<u8>)>,
}

/// So many bytes of numbers wait for each part. Chosen by hand; in tests so few that
/// they are written in several pieces.
const WAITING_BYTES: usize = if cfg!(test) { 8 } else { 1 << 12 };

impl Numbers {
    fn create(parts: &[PlacedColumns<'_>], scratch: &Scratch) -> io::Result<Self> {
        let mut bounds = vec![0];
        for part in parts {
            let bytes = size_of::<u32>() * part.columns.documents as usize;
            bounds.push(bounds[bounds.len() - 1] + bytes);
        }
        let waiting = parts.iter().zip(&bounds).map(|(_, &start)| (start, Vec::new())).collect();
        Ok(Self { file: File::create(scratch.path())?, bounds, waiting })
    }

    fn push(&mut self, part: usize, number: u32) -> io::Result<()> {
        let (at, bytes) = &mut self.waiting[part];
        bytes.extend_from_slice(&number.to_le_bytes());
        if bytes.len() < WAITING_BYTES {
            return Ok(());
        }
        put(&mut self.file, at, bytes)
    }

    /// Where the numbers of each part begin, and where the last ones end.
    fn close(mut self) -> io::Result<Vec<usize>> {
        for (at, bytes) in &mut self.waiting {
            put(&mut self.file, at, bytes)?;
        }
        Ok(self.bounds)
    }
}

fn put(file: &mut File, at: &mut usize, bytes: &mut Vec<u8>) -> io::Result<()> {
    file.seek(SeekFrom::Start(*at as u64))?;
    file.write_all(bytes)?;
    *at += bytes.len();
    bytes.clear();
    Ok(())
}
