//! Parts on their way to one segment, on disk where memory does not hold them all.
//!
//! The stored values of a part that is put here go to their file at once. The rest
//! of it stays in memory as long as there is room for all parts. Else each becomes a
//! [`Run`], also those that were there before, as they would have to in the end. In
//! the end the parts are written as one segment, or the runs are merged into one,
//! term by term, which takes a small window onto each of them and what a segment's
//! words need.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::index::Segment;
use tantivy::{Index, SegmentMeta};

use super::beside::Beside;
use super::memory::Memory;
use super::part::Part;
use super::run::Run;
use super::runs::write_runs;
use super::segment::{Written, write_parts};
use super::store::StackedStore;
use crate::error::{Error, Result};
use crate::index::draft::Scratch;
use crate::index::in_order::in_order;
use crate::index::schema::Fields;
use crate::index::settings::{Settings, SideFiles};

/// Parts on their way to one segment of `index`.
pub(in crate::index) struct Spill<'a> {
    index: &'a Index,
    fields: &'a Fields,
    settings: Settings,
    /// Where the runs lie for the time being, and the forward file in the end.
    directory: &'a Path,
    /// How many more bytes of parts may stay in memory.
    room_bytes: AtomicUsize,
    /// How many runs were begun.
    begun: AtomicUsize,
    segment: Mutex<Option<Growing>>,
}

/// A segment of which nothing but the store is written.
pub(super) struct Begun {
    pub(super) segment: Segment,
    pub(super) store: StackedStore,
}

/// Such a segment, and what else is to be written of it.
struct Growing {
    begun: Begun,
    /// In the order in which their stored values were added; `None` while one is put on
    /// disk.
    members: Vec<Option<Member>>,
}

/// A part, or what became of it.
enum Member {
    InMemory(Box<Part>),
    OnDisk(Run),
}

impl<'a> Spill<'a> {
    /// Holds parts in memory as far as `memory` has room for them.
    pub(in crate::index) fn new(
        index: &'a Index,
        fields: &'a Fields,
        settings: Settings,
        directory: &'a Path,
        memory: Memory,
    ) -> Self {
        let (begun, segment) = (AtomicUsize::new(0), Mutex::new(None));
        let room_bytes = AtomicUsize::new(memory.parts_bytes);
        Self { index, fields, settings, directory, room_bytes, begun, segment }
    }

    /// Takes in `part`; where there is no room for it, it is put on disk in the thread
    /// that calls, and so are all before it. Parts lie in the segment in the order in
    /// which they are taken in.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Engine`] where something cannot be written.
    pub(in crate::index) fn add(&self, part: Part) -> Result<()> {
        let bytes = part.memory_bytes();
        let (set, get) = (Ordering::Relaxed, Ordering::Relaxed);
        if self.room_bytes.fetch_update(set, get, |room| room.checked_sub(bytes)).is_ok() {
            self.add_last(part)
        } else {
            self.room_bytes.store(0, Ordering::Relaxed);
            let (part, store) = part.without_store();
            let run = self.write_run(&part)?;
            drop(part);
            self.grow(Member::OnDisk(run), store)?;
            self.empty_memory()
        }
    }

    /// Puts the parts on disk that are in memory, together with other threads that do.
    fn empty_memory(&self) -> Result<()> {
        let take = || self.lock().as_mut().and_then(Growing::take_part);
        while let Some((at, part)) = take() {
            let run = self.write_run(&part)?;
            drop(part);
            if let Some(growing) = &mut *self.lock() {
                growing.members[at] = Some(Member::OnDisk(run));
            }
        }
        Ok(())
    }

    /// Takes in the last part of a thread. It stays in memory, of which it takes no
    /// more than it did before.
    ///
    /// # Errors
    /// [`Error::Engine`] where its stored values cannot be written.
    pub(in crate::index) fn add_last(&self, part: Part) -> Result<()> {
        let (part, store) = part.without_store();
        self.grow(Member::InMemory(Box::new(part)), store)
    }

    fn write_run(&self, part: &Part) -> Result<Run> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let scratch = Scratch::new(self.directory, &format!("{number}.run"));
        let failed = Error::io("write", scratch.path().to_owned());
        Run::write(scratch, self.fields, part).map_err(failed)
    }

    fn grow(&self, member: Member, store: io::Result<Vec<u8>>) -> Result<()> {
        let mut segment = self.lock();
        let grown = || -> tantivy::Result<()> {
            let growing = match &mut *segment {
                Some(growing) => growing,
                None => segment.insert(Growing::new(self.index.new_segment())?),
            };
            growing.begun.store.add(store?)?;
            growing.members.push(Some(member));
            Ok(())
        };
        grown().map_err(Error::engine("write a segment"))
    }

    /// Writes what was put here as one segment, with its forward file where the
    /// index has such, on `threads` threads and some that mostly wait for the disk.
    /// `None` where there is nothing.
    ///
    /// # Errors
    /// [`Error::Engine`] when a file of the segment cannot be written, [`Error::Io`]
    /// when another cannot.
    pub(in crate::index) fn finish(&self, threads: usize) -> Result<Option<SegmentMeta>> {
        let Settings { language, side_files, .. } = self.settings;
        let finish = |written: Written| match side_files {
            SideFiles::All => written.with_forward(self.directory, language, threads),
            SideFiles::Compact => Ok(written.into_meta()),
        };
        Beside::during(|beside| self.write(threads, beside)?.map(finish).transpose())
    }

    /// Writes what was put here as one segment, some of it `beside`; `None` where
    /// nothing was.
    pub(super) fn write(&self, threads: usize, beside: &Beside<'_, '_>) -> Result<Option<Written>> {
        let Some(Growing { begun, members }) = self.lock().take() else { return Ok(None) };
        let members = members.into_iter().flatten().collect();
        let (fields, threads) = (self.fields, threads.max(1));
        let written = match all_in_memory(members) {
            Ok(parts) => write_parts(begun, self.directory, fields, parts, threads, beside),
            Err(members) => {
                let runs = self.all_on_disk(members, threads)?;
                let language = self.settings.language;
                write_runs(begun, self.directory, fields, language, runs, threads, beside)
            }
        };
        written.map(Some).map_err(Error::engine("write a segment"))
    }

    /// Puts those that are not on disk there.
    fn all_on_disk(&self, members: Vec<Member>, threads: usize) -> Result<Vec<Run>> {
        let members: Vec<_> = members.into_iter().map(|member| Mutex::new(Some(member))).collect();
        let write = |at: usize| {
            // Each is taken once; a poisoned lock has nothing to guard.
            match members[at].lock().unwrap_or_else(PoisonError::into_inner).take()? {
                Member::InMemory(part) => Some(self.write_run(&part)),
                Member::OnDisk(run) => Some(Ok(run)),
            }
        };
        in_order(members.len(), threads, write, |runs| runs.flatten().collect())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Growing>> {
        // A panic while it is held ends the update, which writes no segment then.
        self.segment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Growing {
    fn new(segment: Segment) -> tantivy::Result<Self> {
        let store = StackedStore::create(&segment)?;
        Ok(Self { begun: Begun { segment, store }, members: Vec::new() })
    }

    /// Takes a part that is in memory, and says which member it was.
    fn take_part(&mut self) -> Option<(usize, Box<Part>)> {
        let is_part = |member: &Option<Member>| matches!(member, Some(Member::InMemory(_)));
        let at = self.members.iter().position(is_part)?;
        match self.members[at].take() {
            Some(Member::InMemory(part)) => Some((at, part)),
            _ => None,
        }
    }
}

/// Words of more bytes are not stemmed in one list, which holds less than 4 GiB. No
/// stem is twice as long as its word.
const MAX_WORD_BYTES: usize = 2 << 30;

/// The parts, where all are in memory and their words not too many; else everything
/// back.
fn all_in_memory(members: Vec<Member>) -> std::result::Result<Vec<Part>, Vec<Member>> {
    let mut word_bytes = 0;
    for member in &members {
        match member {
            Member::InMemory(part) => word_bytes += part.words.text_bytes(),
            Member::OnDisk(_) => return Err(members),
        }
    }
    if word_bytes > MAX_WORD_BYTES {
        return Err(members);
    }
    let part = |member| match member {
        Member::InMemory(part) => Some(*part),
        Member::OnDisk(_) => None,
    };
    Ok(members.into_iter().filter_map(part).collect())
}
