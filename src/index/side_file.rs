//! What the files of ours beside a segment have in common: a magic whose last two
//! digits are the version of the layout, and numbers at fixed places.

/// What of a magic names the kind of file.
const NAME_BYTES: usize = 6;

/// Whether `bytes` are a file of the kind of `magic`, in the layout of another version
/// of the program.
pub(super) fn is_of_another_version(bytes: &[u8], magic: &[u8; 8]) -> bool {
    let (name, version) = magic.split_at(NAME_BYTES);
    bytes.starts_with(name) && bytes.get(NAME_BYTES..8).is_some_and(|own| own != version)
}

/// The number of four bytes at `at`, the lowest first; `None` beyond the end.
pub(super) fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The number of eight bytes at `at`, the lowest first; `None` beyond the end.
pub(super) fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
