//! The file of columns: one behind the other, and where each is.

use std::io::{self, Write};

use tantivy::columnar::{CURRENT_VERSION, ColumnType};
use tantivy_sstable::value::RangeValueWriter;
use tantivy_sstable::{RangeSSTable, SSTable};

/// A file of columns that is being written.
pub(super) struct Output<W> {
    file: Counted<W>,
    /// Where each column is.
    table: tantivy_sstable::Writer<Vec<u8>, RangeValueWriter>,
}

/// Stands between a column's name and its type.
const END_OF_NAME: u8 = 0;

/// What the engine ends the file with, behind its version.
const MAGIC: [u8; 4] = [2, 113, 119, 66];

impl<W: Write> Output<W> {
    pub(super) fn new(file: W) -> Self {
        Self { file: Counted { inner: file, written: 0 }, table: RangeSSTable::writer(Vec::new()) }
    }

    /// Lets `write` write the next column in the order of their names.
    pub(super) fn column(
        &mut self,
        (name, column_type): (&str, ColumnType),
        write: impl FnOnce(&mut Counted<W>) -> io::Result<()>,
    ) -> io::Result<()> {
        let start = self.file.written;
        write(&mut self.file)?;
        let key = [name.as_bytes(), &[END_OF_NAME, column_type.to_code()]].concat();
        self.table.insert(key, &(start..self.file.written))
    }

    /// Ends the file, of `passages` passages, and gives it back.
    pub(super) fn close(self, passages: u32) -> io::Result<W> {
        let (mut file, table) = (self.file.inner, self.table.finish()?);
        file.write_all(&table)?;
        file.write_all(&(table.len() as u64).to_le_bytes())?;
        file.write_all(&passages.to_le_bytes())?;
        file.write_all(&(CURRENT_VERSION as u32).to_le_bytes())?;
        file.write_all(&MAGIC)?;
        Ok(file)
    }
}

/// What is written to, and how much was.
pub(super) struct Counted<W> {
    inner: W,
    pub(super) written: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
