//! Which passages have a value in a column, as the engine writes it.

use std::io::{self, Write};

use tantivy::columnar::column_index::{
    SerializableColumnIndex, SerializableOptionalIndex, serialize_column_index,
};

/// So many passages the engine treats as one block.
const BLOCK_PASSAGES: u32 = 1 << 16;

/// What the engine writes of a block behind it: which it is and how many passages of it
/// have a value.
const BLOCK_ENTRY_BYTES: usize = 4;

/// How many blocks there are: the last that it writes.
const COUNT_BYTES: usize = 2;

/// Writes that all have one; returns how many bytes that takes.
pub(super) fn write_full(mut to: &mut dyn Write) -> io::Result<u32> {
    serialize_column_index(SerializableColumnIndex::Full, &mut to)
}

/// Writes that those `with_value`, which ascend, have one, of `passages`; returns how
/// many bytes that takes.
///
/// The engine would have all of them in one list. It is given those of one block at a
/// time, and what it writes is put together.
pub(super) fn write_some(
    with_value: impl Iterator<Item = u32>,
    passages: u32,
    to: &mut dyn Write,
) -> io::Result<u32> {
    let mut with_value = with_value.peekable();
    let mut piece = Vec::new();
    engine(&[], passages, &mut piece)?;
    let head = piece.len() - COUNT_BYTES;
    to.write_all(&piece[..head])?;
    let (mut written, mut entries) = (head, Vec::new());
    let mut block = Vec::new();
    while let Some(first) = with_value.next() {
        let number = first / BLOCK_PASSAGES;
        block.clear();
        block.push(first);
        while let Some(next) = with_value.next_if(|next| next / BLOCK_PASSAGES == number) {
            block.push(next);
        }
        piece.clear();
        engine(&block, passages, &mut piece)?;
        let end = piece.len() - COUNT_BYTES - BLOCK_ENTRY_BYTES;
        to.write_all(&piece[head..end])?;
        entries.extend_from_slice(&piece[end..][..BLOCK_ENTRY_BYTES]);
        written += end - head;
    }
    to.write_all(&entries)?;
    let blocks = (entries.len() / BLOCK_ENTRY_BYTES) as u16;
    to.write_all(&blocks.to_le_bytes())?;
    Ok((written + entries.len() + COUNT_BYTES) as u32)
}

/// Lets the engine write it to memory.
fn engine(with_value: &[u32], passages: u32, to: &mut Vec<u8>) -> io::Result<u32> {
    let optional =
        SerializableOptionalIndex { non_null_row_ids: Box::new(with_value), num_rows: passages };
    serialize_column_index(SerializableColumnIndex::Optional(optional), to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(with_value: &[u32], passages: u32) {
        let (mut whole, mut pieces) = (Vec::new(), Vec::new());
        let whole_len = engine(with_value, passages, &mut whole).ok();
        let len = write_some(with_value.iter().copied(), passages, &mut pieces).ok();
        assert_eq!(len, whole_len);
        assert!(pieces == whole, "{} of {passages}", with_value.len());
    }

    #[test]
    fn blocks_put_together_are_what_the_engine_writes_at_once() {
        check(&[], 7);
        check(&[6], 7);
        check(&(0..400_000).collect::<Vec<_>>(), 400_000);
        // A dense block, one without a value, a sparse one, a full one.
        let mixed =
            (0..60_000).step_by(3).chain((140_000..150_000).step_by(9)).chain(196_608..262_144);
        check(&mixed.collect::<Vec<_>>(), 300_000);
    }
}
