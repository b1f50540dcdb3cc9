//! Files of an index that were cut short, altered or lost: what a check says of them, and
//! what everything else makes of them.

use std::fs;
use std::path::{Path, PathBuf};

use excerpt::index::{self, Silent};
use excerpt::measure::random::SplitMix64;

use crate::harness::{Project, TestResult, sample_corpus};

/// An index of two segments, with deletions in one.
pub fn index_to_damage() -> Result<Project, Box<dyn std::error::Error>> {
    let project = sample_corpus()?;
    let notes = fs::read_to_string(project.path("corpus/notes.jsonl"))?;
    let first = notes.lines().next().unwrap_or_default();
    project.write("corpus/notes.jsonl", format!("{first}\n"))?;
    project.excerpt("index")?.ends_with(0)?;
    project.excerpt("check")?.ends_with(0)?;
    Ok(project)
}

/// The files of the index but for its locks, which hold nothing.
fn files_of(project: &Project) -> Result<Vec<PathBuf>, Box<dyn std::error::Error>> {
    let mut files = vec![project.path(".excerpt/excerpt.json")];
    for entry in fs::read_dir(project.path(".excerpt/data-1"))? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "lock") {
            files.push(path);
        }
    }
    files.sort();
    assert!(files.iter().any(|path| path.extension().is_some_and(|e| e == "del")), "{files:?}");
    Ok(files)
}

/// The file of the index with the extension `kind`.
fn file_of(project: &Project, kind: &str) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let of_kind = |path: &PathBuf| path.extension().is_some_and(|own| own == kind);
    Ok(files_of(project)?.into_iter().find(of_kind).ok_or(kind)?)
}

/// Puts `bytes` in the place of the file `path`, or nothing.
fn replace(path: &Path, bytes: Option<&[u8]>) -> std::io::Result<()> {
    // Never in place: a file may be mapped.
    fs::remove_file(path)?;
    bytes.map_or(Ok(()), |bytes| fs::write(path, bytes))
}

/// `bytes` with a bit turned over in the middle.
fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

/// `bytes` removed, cut short, made longer, and with single bits turned over.
fn damages(bytes: &[u8], flips: usize, random: &mut SplitMix64) -> Vec<Option<Vec<u8>>> {
    let half = bytes[..bytes.len() / 2].to_vec();
    let shorter = bytes[..bytes.len() - 1].to_vec();
    let longer = [bytes, b" "].concat();
    let mut damages = vec![None, Some(Vec::new()), Some(half), Some(shorter), Some(longer)];
    damages.extend((0..flips).map(|_| {
        let mut bytes = bytes.to_vec();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        Some(bytes)
    }));
    damages
}

#[test]
fn check_finds_every_damage() -> TestResult {
    let project = index_to_damage()?;
    let directory = project.path(".excerpt");
    let mut random = SplitMix64::new(0x00C0_FFEE);
    for path in files_of(&project)? {
        let sound = fs::read(&path)?;
        for damage in damages(&sound, 24, &mut random) {
            replace(&path, damage.as_deref())?;
            let is_found = match index::check(&directory, &Silent) {
                Ok(report) => !report.is_sound() || !report.is_sealed,
                Err(_) => true,
            };
            assert!(is_found, "{path:?}: {damage:?}");
            fs::write(&path, &sound)?;
        }
    }
    assert!(index::check(&directory, &Silent)?.is_sound());
    Ok(())
}

/// An index that has every kind of file of ours beside its segment.
fn index_with_side_files() -> Result<Project, Box<dyn std::error::Error>> {
    let mut random = SplitMix64::new(77);
    let mut lines = |count: u64| -> String {
        let mut line = |_| format!("{{\"text\":\"lighthouse w{}\"}}\n", random.below(300));
        (0..count).map(&mut line).collect()
    };
    // Segments of fewer passages than 4,096 have no shortcuts.
    let project = Project::new(&[("many.jsonl", &lines(4200)), ("few.jsonl", &lines(9))])?;
    project.excerpt("index many.jsonl few.jsonl")?.ends_with(0)?;
    project.write("few.jsonl", "")?;
    project.excerpt("index")?.ends_with(0)?;
    project.excerpt("check")?.ends_with(0)?;
    Ok(project)
}

fn remove_checksums(project: &Project) -> TestResult {
    for path in files_of(project)? {
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("checksums-")) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Where the commit had lost its checksums, as when a writer was killed, damage to these
/// files was not found, and the next update hashed it as if it had been written so.
#[test]
fn damage_beside_a_segment_is_found_without_checksums_too() -> TestResult {
    let project = index_with_side_files()?;
    let directory = project.path(".excerpt");
    let mut random = SplitMix64::new(0xD0_0DAD);
    for kind in ["forward", "shortcuts", "losses"] {
        let path = file_of(&project, kind)?;
        let sound = fs::read(&path)?;
        for (n, damage) in damages(&sound, 6, &mut random).into_iter().enumerate() {
            // One that is gone is missed by its checksum only; it is made anew.
            let is_checked = n % 2 == 1 || damage.is_none();
            if !is_checked {
                remove_checksums(&project)?;
            }
            replace(&path, damage.as_deref())?;
            assert!(!index::check(&directory, &Silent)?.is_sound(), "{kind}: {damage:?}");
            project.excerpt("index")?;
            let is_said = !index::check(&directory, &Silent)?.is_sound();
            let is_anew = fs::read(&path).map_or(true, |bytes| bytes == sound);
            assert!(is_said || is_anew, "{kind}: {damage:?}");
            fs::write(&path, &sound)?;
            remove_checksums(&project)?;
            project.excerpt("index")?.ends_with(0)?;
            assert!(index::check(&directory, &Silent)?.is_sound());
        }
    }
    Ok(())
}

#[test]
fn a_search_of_a_damaged_index_ends_with_an_answer_or_an_error() -> TestResult {
    let project = index_to_damage()?;
    let mut random = SplitMix64::new(0xBAD_5EED);
    for path in files_of(&project)? {
        let sound = fs::read(&path)?;
        for damage in damages(&sound, 4, &mut random) {
            replace(&path, damage.as_deref())?;
            let run = project.run(&["search", "\"time difference\" OR tencent*"])?;
            let error = run.stderr.lines().next().unwrap_or_default();
            match run.code {
                Some(0 | 1) => {}
                Some(2) => assert!(error.starts_with("error: "), "{path:?}: {}", run.stderr),
                other => return Err(format!("{path:?}: {other:?}: {}", run.stderr).into()),
            }
            assert!(!run.stderr.contains("panicked"), "{path:?}: {}", run.stderr);
            fs::write(&path, &sound)?;
        }
    }
    Ok(())
}

/// The length in bytes of the blocks of a `store` file, which come first in it: the
/// engine writes it 4 bytes into a record of 28, and behind that one of the length
/// that 8 bytes before the end says.
fn blocks_of_store(store: &[u8]) -> Option<usize> {
    let (_, footer) = store.split_last_chunk::<8>()?;
    let footer = u32::from_le_bytes(*footer.first_chunk()?) as usize;
    let record = store.len().checked_sub(8 + footer + 28)?;
    let blocks = u64::from_le_bytes(*store.get(record + 4..)?.first_chunk()?);
    usize::try_from(blocks).ok().filter(|&blocks| 0 < blocks && blocks <= record)
}

#[test]
fn what_cannot_be_read_back_is_no_miss() -> TestResult {
    let project = index_to_damage()?;
    // Words near each other are read back to see how they are written.
    let phrase = ["search", "-c", "=\"time difference\"~2"];
    project.run(&phrase)?.ends_with(0)?;
    for store in
        files_of(&project)?.iter().filter(|it| it.extension().is_some_and(|e| e == "store"))
    {
        let mut bytes = fs::read(store)?;
        let blocks = blocks_of_store(&bytes).ok_or("no end of blocks")?;
        bytes[..blocks].fill(0xFF);
        replace(store, Some(&bytes))?;
    }
    let run = project.run(&phrase)?.ends_with(2)?;
    assert!(run.stderr.contains("a passage cannot be read back"), "{}", run.stderr);
    Ok(())
}

#[test]
fn check_says_what_is_damaged_and_what_to_do() -> TestResult {
    let project = index_to_damage()?;
    let report = project.excerpt("check --json")?.ends_with(0)?.json()?;
    assert_eq!((&report[0]["sound"], &report[0]["sealed"]), (&true.into(), &true.into()));
    let store = file_of(&project, "store")?;
    let mut bytes = fs::read(&store)?;
    bytes[10] ^= 1;
    replace(&store, Some(&bytes))?;
    let run = project.excerpt("check")?.ends_with(2)?;
    let name = store.file_name().unwrap_or_default().to_string_lossy();
    let line = format!("damaged     data-1/{name}: altered: its checksum does not fit");
    assert!(run.lines().contains(&line.as_str()), "{}", run.stdout);
    assert!(run.stderr.contains("hint: rebuild with `excerpt index --rebuild"), "{}", run.stderr);
    // A commit on top of a changed commit would make it look sound.
    let meta = project.path(".excerpt/data-1/meta.json");
    let text = fs::read_to_string(&meta)?.replace("\"max_doc\": ", "\"max_doc\":  ");
    replace(&meta, Some(text.as_bytes()))?;
    for line in ["index", "optimize"] {
        let run = project.excerpt(line)?.ends_with(2)?;
        assert!(run.stderr.contains("meta.json is not what was committed"), "{}", run.stderr);
    }
    project.excerpt("index --rebuild corpus")?.ends_with(0)?;
    project.excerpt("check")?.ends_with(0).map(drop)
}

#[test]
fn checksums_that_a_killed_writer_did_not_write_are_written_by_the_next() -> TestResult {
    let project = index_to_damage()?;
    let is_checksums =
        |path: &&PathBuf| path.file_name().is_some_and(|n| n.to_string_lossy().contains("checks"));
    for line in ["index", "optimize"] {
        let entries = fs::read_dir(project.path(".excerpt/data-1"))?;
        let paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        let checksums = paths.iter().find(is_checksums).ok_or("no checksums")?;
        fs::remove_file(checksums)?;
        let run = project.excerpt("check")?.ends_with(3)?;
        assert!(run.stderr.contains("checksums are missing"), "{}", run.stderr);
        assert!(!run.stdout.contains(".forward"), "none is left over: {}", run.stdout);
        project.excerpt(line)?.ends_with(0)?;
        project.excerpt("check")?.ends_with(0)?;
    }
    Ok(())
}

/// A merge copied what was damaged, and gave it checksums by which it was sound: nothing
/// told of it any more.
#[test]
fn nothing_is_made_of_damaged_segments() -> TestResult {
    let project = index_with_side_files()?;
    let directory = project.path(".excerpt");
    let search = ["search", "--jsonl", "-n", "50", "lighthouse w7"];
    let answer = project.run(&search)?.ends_with(0)?.stdout;
    for kind in ["idx", "pos", "term", "store", "fast", "fieldnorm", "del"] {
        let path = file_of(&project, kind)?;
        let sound = fs::read(&path)?;
        replace(&path, Some(&flipped(&sound)))?;
        let run = project.excerpt("optimize")?.ends_with(2)?;
        assert!(!run.stderr.contains("panicked"), "{kind}: {}", run.stderr);
        assert!(run.stderr.contains("is not as it was written"), "{kind}: {}", run.stderr);
        assert!(!index::check(&directory, &Silent)?.is_sound(), "{kind}");
        fs::write(&path, &sound)?;
        assert!(index::check(&directory, &Silent)?.is_sound(), "{kind}");
    }
    // What stands beside a segment is made anew.
    for kind in ["losses", "shortcuts", "forward"] {
        let path = file_of(&project, kind)?;
        replace(&path, Some(&flipped(&fs::read(&path)?)))?;
    }
    project.excerpt("optimize")?.ends_with(0)?;
    assert!(index::check(&directory, &Silent)?.is_sound());
    assert_eq!(project.run(&search)?.ends_with(0)?.stdout, answer);
    Ok(())
}

/// As above, of the merges that an update does by itself.
#[test]
fn an_update_merges_no_damaged_segments() -> TestResult {
    let project = Project::new(&[("c/0.txt", "The lamp of the lighthouse burns all night.\n")])?;
    project.excerpt("index c")?.ends_with(0)?;
    let store = fs::read_dir(project.path(".excerpt/data-1"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|own| own == "store"))
        .ok_or("no store")?;
    let mut bytes = fs::read(&store)?;
    let place = bytes.windows(6).position(|word| word == b"burns ").ok_or("no such word")?;
    bytes[place] = b't';
    replace(&store, Some(&bytes))?;
    let mut codes = Vec::new();
    for number in 1..12 {
        project.write(format!("c/{number}.txt"), "Another lamp stands on the mole.\n")?;
        let run = project.excerpt("index")?;
        let is_told = run.stderr.contains("is not as it was written");
        assert_eq!(run.code, Some(if is_told { 2 } else { 0 }), "{}", run.stderr);
        codes.push(run.code);
        let report = index::check(&project.path(".excerpt"), &Silent)?;
        assert!(!report.is_sound(), "{number}");
    }
    assert!(codes.contains(&Some(2)), "none of them merged: {codes:?}");
    assert_eq!(project.excerpt("search -l mole")?.ends_with(0)?.lines().len(), 11);
    Ok(())
}

/// An update said of it that the index is damaged, ended as if all were well, and left it
/// to every search.
#[test]
fn a_file_beside_a_segment_that_is_cut_short_is_made_anew() -> TestResult {
    let project = index_with_side_files()?;
    for kind in ["losses", "shortcuts", "forward"] {
        for has_checksums in [true, false] {
            let path = file_of(&project, kind)?;
            let sound = fs::read(&path)?;
            replace(&path, Some(&sound[..sound.len() / 2]))?;
            if !has_checksums {
                remove_checksums(&project)?;
            }
            let run = project.excerpt("index")?.ends_with(0)?;
            assert!(!run.stderr.contains("warning"), "{kind}: {}", run.stderr);
            assert!(fs::read(&path)? == sound, "{kind}");
            project.excerpt("check")?.ends_with(0)?;
        }
    }
    Ok(())
}
