//! Updates of small folders, from files to commits and back.

mod deletions;
mod freshness;
mod rebuild;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tantivy::DocAddress;

use super::sources::SourceKey;
use super::*;
use crate::error::{Error, Result};

/// A folder of articles and an index of them.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn with(files: &[(&str, &str)]) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(Error::io("make", Path::new("a folder")))?;
        let place = Self { folder };
        files.iter().try_for_each(|(name, text)| place.write(name, text))?;
        Ok(place)
    }

    fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("articles")
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.root().join(name);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            fs::write(&path, text)
        };
        write().map_err(Error::io("write", &path))
    }

    fn index(&self) -> std::path::PathBuf {
        self.folder.path().join("index")
    }

    fn update(&self, fields: &str, observer: &dyn Observer) -> Result<UpdateSummary> {
        let input = Input::Paths(vec![self.root()]);
        let mut request = UpdateRequest::new(input, self.folder.path().to_owned());
        request.fields = if fields.is_empty() { None } else { Some(fields.parse()?) };
        request.memory_bytes = MIN_MEMORY_BYTES;
        update(&self.index(), request, observer)
    }

    /// Where the only passage that holds `words` is by now.
    fn freshness_of(&self, words: &str) -> Result<Option<Freshness>> {
        freshness_in(&Snapshot::open(&self.index())?, words)
    }
}

/// Where the only passage of `snapshot` that holds `words` is by now. Which number it
/// has is not known: workers take files as they come to them.
fn freshness_in(snapshot: &Snapshot, words: &str) -> Result<Option<Freshness>> {
    let mut files = SourceFiles::new(snapshot);
    for (number, segment) in snapshot.segments().iter().enumerate() {
        for doc in 0..segment.doc_count() {
            let stored = snapshot.passage(DocAddress::new(number as u32, doc))?;
            if stored.passage.text.contains(words) {
                let source = SourceKey::from_stored(&stored.source);
                return files.freshness(&source, &stored.passage).map(Some);
            }
        }
    }
    Ok(None)
}

/// Says stop when it was asked so many times.
struct StopsAfter(AtomicUsize);

impl Observer for StopsAfter {
    fn going(&self) -> Going {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        if left.is_ok() { Going::On } else { Going::Stop }
    }
}

#[test]
fn a_file_that_was_stopped_in_its_middle_is_read_again() -> Result<()> {
    let records: String =
        (0..9).map(|n| format!("{{\"id\":\"d{n}\",\"text\":\"record number {n}\"}}\n")).collect();
    let place = Place::with(&[("a.jsonl", &records)])?;
    let stopped = place.update("", &StopsAfter(AtomicUsize::new(8)))?;
    assert!(stopped.interrupted && (1..9).contains(&stopped.passages), "{stopped:?}");
    let whole = place.update("", &Silent)?;
    assert_eq!((whole.changed, whole.documents, whole.passages), (1, 9, 9));
    // And then it is done, but for the hash of a file that was only just written.
    assert_eq!(place.update("", &Silent)?.unchanged, 1);
    Ok(())
}

/// Adds up what it is told, and says stop when it is so much.
struct ReadsUpTo {
    most: u64,
    read: AtomicU64,
    largest_piece: AtomicU64,
}

impl ReadsUpTo {
    fn new(most: u64) -> Self {
        Self { most, read: AtomicU64::new(0), largest_piece: AtomicU64::new(0) }
    }
}

impl Observer for ReadsUpTo {
    fn advanced(&self, _: &Path, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
        self.largest_piece.fetch_max(bytes, Ordering::Relaxed);
    }

    fn going(&self) -> Going {
        if self.read.load(Ordering::Relaxed) < self.most { Going::On } else { Going::Stop }
    }
}

/// A file was told of when it was read to its end, and then with all it has, even where
/// it was not read to its end.
#[test]
fn a_large_file_is_told_of_while_it_is_read() -> Result<()> {
    let words = "lighthouse ".repeat(1 << 14);
    let records = format!("{{\"text\":\"{words}\"}}\n").repeat(60);
    let size = records.len() as u64;
    let place = Place::with(&[("a.jsonl", &records)])?;
    let observer = ReadsUpTo::new(5 << 20);
    let stopped = place.update("", &observer)?;
    assert!(stopped.interrupted && stopped.added == 1, "{stopped:?}");
    assert_eq!(stopped.bytes_read, observer.read.into_inner());
    assert!(stopped.bytes_read < size, "{} of {size}", stopped.bytes_read);
    let observer = ReadsUpTo::new(u64::MAX);
    assert_eq!(place.update("", &observer)?.bytes_read, size);
    assert_eq!(observer.read.into_inner(), size);
    assert!(observer.largest_piece.into_inner() <= 4 << 20);
    Ok(())
}

/// What was read until the stop took the place of all that was there before.
#[test]
fn a_known_file_that_is_stopped_in_its_middle_keeps_what_it_gave() -> Result<()> {
    let records = |count: u32| -> String {
        (0..count).map(|n| format!("{{\"text\":\"record number {n}\"}}\n")).collect()
    };
    let place = Place::with(&[("a.jsonl", &records(9))])?;
    place.update("", &Silent)?;
    place.write("a.jsonl", &records(12))?;
    let snapshot = || Snapshot::open(&place.index());
    let sources = snapshot()?.sources()?;
    for steps in 0..12 {
        match place.update("", &StopsAfter(AtomicUsize::new(steps))) {
            Ok(stopped) => {
                assert!(stopped.interrupted && steps > 2, "{steps}");
                assert_eq!((stopped.passages, stopped.passages_added), (9, 0), "{steps}");
            }
            // While it still looked for files.
            Err(error) => assert!(steps <= 2 && matches!(error, Error::Interrupted), "{error}"),
        }
        assert_eq!(snapshot()?.passage_count(), 9, "{steps}");
        assert_eq!(snapshot()?.sources()?, sources, "{steps}");
        assert_eq!(place.freshness_of("record number 8")?, Some(Freshness::Current), "{steps}");
    }
    let whole = place.update("", &Silent)?;
    assert_eq!((whole.changed, whole.passages), (1, 12));
    assert_eq!(snapshot()?.passage_count(), 12);
    Ok(())
}

/// The list of sources was opened by its name when it was wanted, and damage told of
/// once a later commit had taken it away.
#[test]
fn an_open_commit_knows_its_sources_after_later_commits() -> Result<()> {
    let place = Place::with(&[("a.txt", "The first text."), ("b.txt", "The second text.")])?;
    place.update("", &Silent)?;
    let opened = Snapshot::open(&place.index())?;
    let (roots, sources) = (opened.roots()?, opened.sources()?);
    assert_eq!((roots.len(), sources.records.len()), (1, 2));
    place.write("c.txt", "The third text.")?;
    place.update("", &Silent)?;
    place.write("b.txt", "Another text.")?;
    place.update("", &Silent)?;
    assert_eq!((opened.roots()?, opened.sources()?), (roots, sources.clone()));
    for (key, record) in &sources.records {
        assert_eq!(opened.source(key)?.as_ref(), Some(record));
    }
    // It is looked for as its file was read.
    assert_eq!(freshness_in(&opened, "The second text.")?, Some(Freshness::Changed));
    Ok(())
}

#[test]
fn a_stream_that_is_stopped_leaves_what_the_last_one_gave() -> Result<()> {
    let place = Place::with(&[])?;
    let feed = |text: &str, observer: &dyn Observer| {
        let mut stream = text.as_bytes();
        let input = Input::Stream(&mut stream);
        let request = UpdateRequest::new(input, place.folder.path().to_owned());
        update(&place.index(), request, observer)
    };
    let records: String = (0..9).map(|n| format!("{{\"text\":\"record number {n}\"}}\n")).collect();
    feed(&records, &Silent)?;
    let stopped = feed(&records.replace("record", "line"), &StopsAfter(AtomicUsize::new(3)))?;
    assert!(stopped.interrupted && stopped.passages == 9, "{stopped:?}");
    assert_eq!(Snapshot::open(&place.index())?.passage_count(), 9);
    assert_eq!(place.freshness_of("record number 8")?, Some(Freshness::Current));
    assert_eq!(feed("a text instead", &Silent)?.passages, 1);
    Ok(())
}

#[test]
fn a_rebuild_that_is_stopped_leaves_the_index_that_was_there() -> Result<()> {
    let records: String = (0..9).map(|n| format!("{{\"text\":\"record number {n}\"}}\n")).collect();
    let place = Place::with(&[("a.jsonl", &records)])?;
    place.update("", &Silent)?;
    let rebuild = |observer: &dyn Observer| {
        let request = UpdateRequest {
            mode: Mode::Rebuild,
            ..UpdateRequest::new(Input::KnownRoots, place.folder.path().to_owned())
        };
        update(&place.index(), request, observer)
    };
    for steps in 0..6 {
        let stopped = rebuild(&StopsAfter(AtomicUsize::new(steps)));
        assert!(matches!(stopped, Err(Error::Interrupted)), "{steps}: {stopped:?}");
        let snapshot = Snapshot::open(&place.index())?;
        assert_eq!(snapshot.passage_count(), 9);
        let entries = fs::read_dir(place.index()).map_err(Error::io("read", place.index()))?;
        let data = entries.flatten().filter(|it| it.path().is_dir()).count();
        assert_eq!(data, 1, "nothing is left of what was begun");
    }
    assert_eq!(rebuild(&Silent)?.passages, 9);
    Ok(())
}

/// The checksums had been taken away, and what was merged until then lay about.
#[test]
fn a_merge_that_is_stopped_leaves_the_index_that_was_there() -> Result<()> {
    let place = Place::with(&[("a.txt", "The first text.")])?;
    place.update("", &Silent)?;
    place.write("b.txt", "The second text.")?;
    place.update("", &Silent)?;
    let segments = || Snapshot::open(&place.index()).map(|snapshot| snapshot.segments().len());
    assert_eq!(segments()?, 2);
    let request = OptimizeRequest::default();
    let stopped = optimize(&place.index(), request, &StopsAfter(AtomicUsize::new(0)));
    assert!(matches!(stopped, Err(Error::Interrupted)), "{stopped:?}");
    let report = check(&place.index(), &Silent)?;
    assert!(report.is_sound() && report.is_sealed && report.leftovers.is_empty(), "{report:?}");
    optimize(&place.index(), request, &Silent)?;
    assert_eq!(segments()?, 1);
    Ok(())
}

/// The next commit's list was written from it, and hashed as if it were sound.
#[test]
fn no_update_builds_on_a_damaged_list_of_sources() -> Result<()> {
    let place = Place::with(&[("a.txt", "The first text."), ("b.txt", "The second text.")])?;
    place.update("", &Silent)?;
    let snapshot = Snapshot::open(&place.index())?;
    let path = snapshot.data_directory().join(&snapshot.info().sources);
    let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    let damaged = text.replace("articles/b.txt", "articles/c.txt");
    assert_ne!(damaged, text);
    let write = |text: &str| fs::write(&path, text).map_err(Error::io("write", &path));
    write(&damaged)?;
    for _ in 0..2 {
        let refused = place.update("", &Silent);
        assert!(matches!(refused, Err(Error::IndexDamaged { .. })), "{refused:?}");
        checksums::remove(snapshot.data_directory())?;
    }
    write(&text)?;
    assert_eq!(place.update("", &Silent)?.files, 2);
    Ok(())
}

#[test]
fn what_a_killed_writer_left_undone_beside_its_segments_is_made() -> Result<()> {
    let lines = |range: std::ops::Range<u32>| -> String {
        range.map(|n| format!("{{\"text\":\"record number {n}\"}}\n")).collect()
    };
    let place = Place::with(&[("a.jsonl", &lines(0..20)), ("b.jsonl", &lines(20..30))])?;
    place.update("", &Silent)?;
    place.write("b.jsonl", "")?;
    place.update("", &Silent)?;
    let data = Snapshot::open(&place.index())?.data_directory().to_owned();
    let beside = || -> Result<Vec<std::path::PathBuf>> {
        let entries = fs::read_dir(&data).map_err(Error::io("read", &data))?;
        let is_ours = |path: &std::path::PathBuf| {
            path.extension().is_some_and(|own| own == "forward" || own == "losses")
        };
        let mut paths: Vec<_> =
            entries.flatten().map(|entry| entry.path()).filter(is_ours).collect();
        paths.sort();
        Ok(paths)
    };
    let whole = beside()?;
    assert_eq!(whole.len(), 2);
    for path in &whole {
        // Gone, or as another version wrote it.
        fs::remove_file(path).map_err(Error::io("remove", path))?;
    }
    place.update("", &Silent)?;
    assert_eq!(beside()?, whole);
    Ok(())
}

#[cfg(unix)]
#[test]
fn files_of_a_folder_that_cannot_be_looked_at_stay() -> Result<()> {
    let files =
        [("a/b/x.txt", "the first text"), ("a/y.txt", "the second text"), ("z.txt", "three")];
    let place = Place::with(&files)?;
    assert_eq!(place.update("", &Silent)?.added, 3);
    let trap = place.root().join("a/.ignore");
    let made = std::process::Command::new("mkfifo").arg(&trap).status();
    assert!(made.is_ok_and(|status| status.success()));
    let trapped = place.update("", &Silent)?;
    assert_eq!((trapped.removed, trapped.unchanged, trapped.passages), (0, 3, 3));
    assert_eq!(trapped.skipped.values().sum::<u64>(), 1);
    // Once it can be looked at again, what is gone is gone.
    let remove = |path: &Path| fs::remove_file(path).map_err(Error::io("remove", path));
    remove(&trap)?;
    remove(&place.root().join("a/y.txt"))?;
    let seen = place.update("", &Silent)?;
    assert_eq!((seen.removed, seen.unchanged, seen.passages), (1, 2, 2));
    Ok(())
}

/// It was counted for each of them.
#[cfg(unix)]
#[test]
fn what_is_left_out_of_roots_that_hold_each_other_counts_once() -> Result<()> {
    let place = Place::with(&[("a/x.txt", "the first text")])?;
    let inner = place.root().join("a");
    let made = std::process::Command::new("mkfifo").arg(inner.join("pipe")).status();
    assert!(made.is_ok_and(|status| status.success()));
    let input = Input::Paths(vec![place.root(), inner]);
    let request = UpdateRequest::new(input, place.folder.path().to_owned());
    let summary = update(&place.index(), request, &Silent)?;
    assert_eq!((summary.files, summary.skipped.values().sum::<u64>()), (1, 1));
    Ok(())
}

#[test]
fn what_was_read_from_one_source_is_found_without_the_others() -> Result<()> {
    let place = Place::with(&[("a", ""), ("a.md", "One."), ("a \"b\".md", "Two."), ("é.md", "")])?;
    (0..60_usize).try_for_each(|n| place.write(&format!("{n}{}", "x".repeat(n * 3)), ""))?;
    place.update("", &Silent)?;
    let snapshot = Snapshot::open(&place.index())?;
    let records = snapshot.sources()?.records;
    assert_eq!(records.len(), 64);
    for (key, record) in &records {
        assert_eq!(snapshot.source(key)?.as_ref(), Some(record));
    }
    for missing in ["", "articles/a.m", "articles/x", "é"] {
        assert_eq!(snapshot.source(&SourceKey::from_stored(missing))?, None, "{missing}");
    }
    Ok(())
}

/// The commit was told of twice, and the files of its segments were listed as leftovers,
/// as if they could be removed.
#[cfg(unix)]
#[test]
fn a_commit_that_cannot_be_read_is_told_of_once_and_leaves_nothing_over() -> Result<()> {
    let place = Place::with(&[("a.txt", "The first text.")])?;
    place.update("", &Silent)?;
    let data = place.index().join(settings::Manifest::load(&place.index())?.data);
    let checksums = checksums::files_of_checksums(&data).map_err(Error::io("read", &data))?;
    let mut unreadable = Vec::new();
    for path in [vec![data.join(meta::META_FILE)], checksums].concat() {
        // A link to itself can be followed by nobody.
        let replace =
            || fs::remove_file(&path).and_then(|()| std::os::unix::fs::symlink(&path, &path));
        replace().map_err(Error::io("replace", &path))?;
        unreadable.push(path);
        let report = check(&place.index(), &Silent)?;
        let unread = report.unread.iter().map(|error| match error {
            Error::Io { path, .. } => path,
            _ => &data,
        });
        assert_eq!(unread.collect::<Vec<_>>(), unreadable.iter().collect::<Vec<_>>());
        assert!(report.damaged.is_empty() && report.leftovers.is_empty(), "{report:?}");
    }
    assert_eq!(unreadable.len(), 2);
    Ok(())
}
