//! How the memory of an update is shared out.

use crate::error::Result;
use crate::index::invert::Memory;
use crate::index::request::{self, UpdateRequest};

/// What an update takes however little it inverts at a time: windows onto files,
/// passages on their way between threads, the engine. So chosen that a gigabyte of
/// text is indexed within the least memory, which is more.
const FIXED_BYTES: u64 = 48 << 20;

/// Threads and their memory. Windows onto files have no part in it: see
/// [`crate::index::ingest::read_options`].
pub(super) struct Budget {
    pub(super) threads: usize,
    /// What inverting may take.
    pub(super) inverting: Memory,
}

impl Budget {
    pub(super) fn new(request: &UpdateRequest<'_>) -> Result<Self> {
        let memory = request.memory_bytes;
        request::check_memory(memory)?;
        let threads = request::threads_within(memory, request.threads);
        Ok(Self { threads, inverting: Memory::share(memory - FIXED_BYTES, threads) })
    }
}
