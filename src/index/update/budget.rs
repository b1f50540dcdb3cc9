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
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // Each thread needs its least heap; where memory is short, threads give.
        let threads = request.threads.map_or(cores, usize::from).min((memory >> 26) as usize);
        let threads = threads.clamp(1, 8);
        Ok(Self { threads, inverting: Memory::share(memory - FIXED_BYTES, threads) })
    }
}
