//! How the memory of an update is shared out.

use crate::error::Result;
use crate::index::request::{self, UpdateRequest};

/// What an update takes however little it inverts at a time: windows onto files,
/// passages on their way between threads, the engine. So chosen that a gigabyte of
/// text is indexed within the least memory, which is more.
const FIXED_BYTES: u64 = 48 << 20;

/// Threads and their memory. Windows onto files have no part in it: see
/// [`crate::index::ingest::read_options`].
pub(super) struct Budget {
    pub(super) threads: usize,
    /// What a thread may hold inverted.
    pub(super) inverter_bytes: usize,
}

impl Budget {
    pub(super) fn new(request: &UpdateRequest<'_>) -> Result<Self> {
        let memory = request.memory_bytes;
        request::check_memory(memory)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // Each thread needs its least heap; where memory is short, threads give.
        let threads = request.threads.map_or(cores, usize::from).min((memory >> 26) as usize);
        let inverted = usize::try_from(memory - FIXED_BYTES).unwrap_or(usize::MAX) / 2;
        Ok(Self {
            threads: threads.clamp(1, 8),
            // The rest is for sorting what is inverted, and for what the allocator
            // holds on to.
            inverter_bytes: inverted / threads.max(1),
        })
    }
}
