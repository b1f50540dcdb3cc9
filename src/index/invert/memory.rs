//! How the memory of inverting is shared out.

/// What inverting may take.
#[derive(Debug, Clone, Copy)]
pub(in crate::index) struct Memory {
    /// What a thread may hold while it inverts.
    pub(in crate::index) inverter_bytes: usize,
    /// What the parts that threads have finished may take before they go to disk.
    pub(in crate::index) parts_bytes: usize,
}

/// What it takes to write a part to disk. Chosen by measurement.
const WRITING_BYTES: u64 = 24 << 20;

/// A thread never holds more while it inverts: a greater table of words takes longer
/// to look up, and a part that is written to disk late keeps the others waiting.
/// Measured over a million passages: 7.55 s with 16 MiB, 6.84 with 32, 6.74 with 64,
/// 6.79 with 128, 7.18 with 256, 7.40 with 512.
const LARGEST_INVERTER_BYTES: usize = 64 << 20;

impl Memory {
    /// Shares out `bytes` among `threads` threads.
    pub(in crate::index) fn share(bytes: u64, threads: usize) -> Self {
        let bounded = |bytes| usize::try_from(bytes).unwrap_or(usize::MAX);
        // Threads take less than parts: a small table of words is looked up faster,
        // and what the parts hold need not go to disk and come back. An eighth is
        // for sorting what is inverted, and for what the allocator holds on to.
        Self {
            inverter_bytes: (bounded(bytes / 4) / threads.max(1)).min(LARGEST_INVERTER_BYTES),
            parts_bytes: bounded((bytes / 8 * 5).saturating_sub(WRITING_BYTES)),
        }
    }
}
