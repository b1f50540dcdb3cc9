//! Passages that are taken out by lists that are damaged.

use std::ops::Range;

use super::*;
use crate::index::windows::WindowedDirectory;

/// The engine read over the end of the list, or of the set of passages, in a thread of
/// its own, which ended the process.
#[test]
fn an_update_tells_of_damage_to_the_passages_of_a_source() -> Result<()> {
    let lines = |count: u32| -> String {
        (0..count).map(|n| format!("{{\"text\":\"record number {n}\"}}\n")).collect()
    };
    // A full block of passages, and some more.
    let place = Place::with(&[("a.jsonl", &lines(140)), ("b.jsonl", &lines(3))])?;
    place.update("", &Silent)?;
    let path = place.root().join("a.jsonl");
    fs::remove_file(&path).map_err(Error::io("remove", &path))?;
    let (idx, list) = list_of_source(&place, "articles/a.jsonl")?;
    let sound = fs::read(&idx).map_err(Error::io("read", &idx))?;
    let mut told = 0;
    for (at, bit) in list.clone().flat_map(|at| [(at, 0), (at, 7)]) {
        let mut damaged = sound.clone();
        damaged[at] ^= 1 << bit;
        write_anew(&idx, &damaged)?;
        match find_deleted(&place) {
            Err(Error::IndexDamaged { .. }) => told += 1,
            other => other?,
        }
    }
    assert!(told > 0);
    // The last passage of the rest is behind all that there are.
    let mut damaged = sound.clone();
    damaged[list.end - 1] |= 0x7F;
    write_anew(&idx, &damaged)?;
    let refused = place.update("", &Silent);
    assert!(matches!(refused, Err(Error::IndexDamaged { .. })), "{refused:?}");
    write_anew(&idx, &sound)?;
    assert_eq!(place.update("", &Silent)?.passages, 3);
    Ok(())
}

/// The file of lists of the only segment, and where in it the one of the passages of
/// `source` is.
fn list_of_source(place: &Place, source: &str) -> Result<(std::path::PathBuf, Range<usize>)> {
    let snapshot = Snapshot::open(&place.index())?;
    let (segment, field) = (&snapshot.segments()[0], snapshot.fields().source);
    let idx = snapshot.data_directory().join(format!("{}.idx", segment.id()));
    let bytes = fs::read(&idx).map_err(Error::io("read", &idx))?;
    let files = WindowedDirectory::open(snapshot.data_directory())?;
    let read = || -> std::io::Result<_> {
        let info = segment.field(field).map_err(std::io::Error::other)?;
        let info = info.map(|postings| postings.term(source.as_bytes())).transpose()?.flatten();
        let lists = segment.lists_in(&files, field)?.map(|lists| lists.read_bytes()).transpose()?;
        Ok(info.zip(lists))
    };
    let Some((info, lists)) = read().map_err(|error| segment.damaged(error))? else {
        panic!("the source has no list");
    };
    let start = bytes.windows(lists.len()).position(|bytes| bytes == lists.as_slice());
    let Some(start) = start else { panic!("the lists are not in their file") };
    let Range { start: first, end } = info.postings_range;
    Ok((idx, start + first..start + end))
}

/// Never in place: the file may be mapped.
fn write_anew(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::remove_file(path).and_then(|()| fs::write(path, bytes)).map_err(Error::io("write", path))
}

/// Looks for what is to be deleted of `a.jsonl`.
fn find_deleted(place: &Place) -> Result<()> {
    let sources = [SourceKey::from_stored("articles/a.jsonl")].into();
    delete::Found::of(&sources, &Snapshot::open(&place.index())?).map(drop)
}
