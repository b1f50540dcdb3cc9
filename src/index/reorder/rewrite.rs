//! A segment made again in another order, and committed in place of the old one.
//!
//! Passages are read back whole and inverted as when they came from their files, so
//! that there is one way only in which segments are made. That costs cutting them
//! into words once more, and knows nothing of the formats of postings, columns and
//! stored values.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::FileSlice;
use tantivy::store::StoreReader;
use tantivy::{Index, SegmentMeta};

use super::progress::Progress;
use crate::error::{Error, Result};
use crate::index::commit;
use crate::index::encode;
use crate::index::footer::Footer;
use crate::index::home;
use crate::index::invert::{Inverter, Memory, Spill};
use crate::index::merge;
use crate::index::request::Going;
use crate::index::schema::{self, Fields};
use crate::index::settings::Settings;
use crate::index::snapshot::Snapshot;
use crate::index::stored;
use crate::index::unmapped::UnmappedFile;
use crate::index::windows::WindowedDirectory;
use crate::threads::join;

/// What rewriting takes however little it inverts at a time: blocks of stored
/// passages, the engine. Chosen by hand.
const FIXED_BYTES: u64 = 48 << 20;

/// Blocks of stored passages that are kept decompressed. In another order few are
/// wanted again soon. Chosen by hand.
const STORE_CACHE_BLOCKS: usize = 8;

/// So many passages are told of at a time. Chosen by hand.
const TOLD_PASSAGES: usize = 256;

/// Makes the only segment of the last commit again, with its passages in `order`,
/// and commits it in place of the old one.
///
/// # Errors
///
/// [`Error::IndexDamaged`], [`Error::Interrupted`], [`Error::Io`] and
/// [`Error::Engine`]. The last commit stays in force.
pub(super) fn rewrite(
    directory: &Path,
    order: &[u32],
    memory_bytes: u64,
    threads: usize,
    progress: &Progress<'_>,
) -> Result<()> {
    let snapshot = Snapshot::open(directory)?;
    let sources = snapshot.sources()?;
    let mut info = snapshot.info().clone();
    let data = snapshot.data_directory().to_owned();
    let store = data.join(snapshot.segments()[0].store_file());
    let settings = snapshot.manifest().settings;
    drop(snapshot);
    let index = WindowedDirectory::open(&data)
        .and_then(|files| Index::open(files).map_err(Error::engine("open its files")))?;
    let fields = schema::schema().1;
    let threads = threads.clamp(1, order.len().max(1));
    let memory = Memory::share(memory_bytes.saturating_sub(FIXED_BYTES), threads);
    let rewriting = Rewriting {
        store: &store,
        index: &index,
        fields: &fields,
        settings,
        memory,
        spill: Spill::new(&index, &fields, settings, &data, memory),
        progress,
    };
    let Some(segment) = rewriting.run(order, threads)? else { return Ok(()) };
    let mut writer = merge::open_writer(&index)?;
    // Until the commit nothing of it is on disk.
    writer.delete_all_documents().map_err(Error::engine("replace a segment"))?;
    writer.add_segment(segment).map_err(Error::engine("take in a segment"))?;
    commit::commit(&mut writer, &data, &mut info, &sources)?;
    writer.wait_merging_threads().map_err(Error::engine("close its writer"))
}

struct Rewriting<'a> {
    store: &'a Path,
    index: &'a Index,
    fields: &'a Fields,
    settings: Settings,
    memory: Memory,
    spill: Spill<'a>,
    progress: &'a Progress<'a>,
}

impl Rewriting<'_> {
    fn run(&self, order: &[u32], threads: usize) -> Result<Option<SegmentMeta>> {
        std::thread::scope(|scope| {
            let share = order.len().div_ceil(threads).max(1);
            let shares: Vec<_> =
                order.chunks(share).map(|share| scope.spawn(move || self.invert(share))).collect();
            shares.into_iter().try_for_each(join)
        })?;
        self.spill.finish(threads)
    }

    /// Inverts the passages `docs`.
    fn invert(&self, docs: &[u32]) -> Result<()> {
        let Settings { language, side_files, .. } = self.settings;
        let fresh = || Inverter::new(language, self.index.settings(), side_files);
        let passages = Passages::open(self.store)?;
        let mut inverter = fresh();
        for docs in docs.chunks(TOLD_PASSAGES) {
            for &doc in docs {
                let stored = passages.get(self.fields, doc)?;
                inverter.add(&stored.source, &stored.passage);
            }
            if inverter.memory_bytes() >= self.memory.inverter_bytes {
                self.spill.add(std::mem::replace(&mut inverter, fresh()).finish())?;
            }
            if self.progress.tell(docs.len()) == Going::Stop {
                return Err(Error::Interrupted);
            }
        }
        if !inverter.is_empty() {
            self.spill.add_last(inverter.finish())?;
        }
        Ok(())
    }
}

/// The stored passages of a segment, read block by block: mapped, all of them would
/// count as memory.
struct Passages<'a> {
    path: &'a Path,
    store: StoreReader,
}

impl<'a> Passages<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        let open = || {
            let footer = Footer::read(&mut File::open(path)?)?;
            let file = FileSlice::new(Arc::new(UnmappedFile::open(path)?));
            StoreReader::open(file.slice_to(footer.body_bytes as usize), STORE_CACHE_BLOCKS)
        };
        Ok(Self { path, store: open().map_err(Error::io("read", path))? })
    }

    fn get(&self, fields: &Fields, doc: u32) -> Result<encode::StoredPassage> {
        let document =
            self.store.get_document_bytes(doc).map_err(Error::engine("read a passage back"))?;
        let packed = stored::value(&document, fields.passage);
        packed.and_then(encode::unpack).ok_or_else(|| {
            let reason = format!("passage {doc} cannot be read back");
            Error::IndexDamaged { path: home::index_of(self.path).to_owned(), reason }
        })
    }
}
