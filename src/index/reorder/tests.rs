//! What reordering must leave as it was, on made-up articles of a few topics.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Order, Reordering};
use crate::error::{Error, Result};
use crate::index::{
    Going, Input, Observer, OptimizeRequest, Silent, Snapshot, StoredPassage, UpdateRequest,
    optimize, update,
};
use crate::measure::random::SplitMix64;

/// Topics of the articles; each has words of its own.
const TOPICS: usize = 12;

/// Articles a file.
const ARTICLES: u64 = 150;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// A folder of `files` files, indexed.
    fn indexed(files: u64) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(Error::io("create", "a directory"))?;
        let place = Self { folder };
        (0..files).try_for_each(|file| place.write(file, file))?;
        place.update()?;
        Ok(place)
    }

    /// Writes the file number `file`, whose articles have the topics and words that
    /// `seed` gives.
    fn write(&self, file: u64, seed: u64) -> Result<()> {
        let mut random = SplitMix64::new(seed);
        let mut lines = String::new();
        for article in 0..ARTICLES {
            let topic = random.below(TOPICS);
            let words: Vec<String> = (0..30)
                .map(|n| match n % 3 {
                    0 => format!("common{}", random.below(40)),
                    _ => format!("topic{topic}word{}", random.below(40)),
                })
                .collect();
            let _ = writeln!(
                lines,
                r#"{{"id":"{file}-{article}","title":"Topic {topic}","text":"{}"}}"#,
                words.join(" ")
            );
        }
        let path = self.folder.path().join("articles").join(format!("{file}.jsonl"));
        fs::create_dir_all(path.parent().unwrap_or(&path))
            .and_then(|()| fs::write(&path, lines))
            .map_err(Error::io("write", path))
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn update(&self) -> Result<()> {
        let input = Input::Paths(vec![self.folder.path().join("articles")]);
        let base = self.folder.path().to_owned();
        update(&self.index(), UpdateRequest::new(input, base), &Silent).map(drop)
    }

    fn reorder(&self) -> Result<Order> {
        let reordering = Reordering::Always;
        let request = OptimizeRequest { reordering, ..OptimizeRequest::default() };
        Ok(optimize(&self.index(), request, &Silent)?.order)
    }
}

/// The passages of the only segment, each with its words by the forward file.
fn contents(index: &Path) -> Result<Vec<(StoredPassage, Vec<String>)>> {
    let snapshot = Snapshot::open(index)?;
    let [segment] = snapshot.segments() else { panic!("there is more than one segment") };
    let forward = segment.forward()?.ok_or_else(|| segment.damaged("no forward file"))?;
    let words = |doc| {
        let (_, tokens) = forward.tokens(doc)?;
        Some(tokens.map(|token| match token {
            crate::index::ForwardToken::Word(word) => forward.word(word).unwrap_or("?").to_owned(),
            crate::index::ForwardToken::Gap => "|".to_owned(),
        }))
    };
    (0..segment.max_doc())
        .map(|doc| Ok((segment.passage(doc)?, words(doc).into_iter().flatten().collect())))
        .collect()
}

fn by_id(contents: Vec<(StoredPassage, Vec<String>)>) -> BTreeMap<String, String> {
    let line = |(stored, words): (StoredPassage, Vec<String>)| {
        (stored.passage.id.to_string(), format!("{stored:?} {words:?}"))
    };
    contents.into_iter().map(line).collect()
}

#[test]
fn passages_stay_what_they_were_and_those_of_a_topic_come_together() -> Result<()> {
    let place = Place::indexed(8)?;
    let before = contents(&place.index())?;
    let Order::Changed(saved) = place.reorder()? else { panic!("nothing changed") };
    assert!(saved > 0.2, "{saved}");
    let after = contents(&place.index())?;
    let changes_of_topic = |contents: &[(StoredPassage, Vec<String>)]| {
        let titles = contents.iter().map(|(stored, _)| &stored.passage.title);
        titles.clone().zip(titles.skip(1)).filter(|(a, b)| a != b).count()
    };
    let (many, few) = (changes_of_topic(&before), changes_of_topic(&after));
    assert!(few * 4 < many, "{few} of {many}");
    assert_eq!(by_id(after), by_id(before));
    Ok(())
}

#[test]
fn the_engine_opens_what_was_made_and_finds_no_damage() -> Result<()> {
    let place = Place::indexed(3)?;
    place.reorder()?;
    let data = Snapshot::open(&place.index())?.data_directory().to_owned();
    let index = tantivy::Index::open_in_dir(data).map_err(Error::engine("open its files"))?;
    let damaged = index.validate_checksum().map_err(Error::engine("read its files"))?;
    assert!(damaged.is_empty(), "{damaged:?}");
    let report = crate::index::check(&place.index(), &Silent)?;
    assert!(report.is_sound() && report.is_sealed && report.leftovers.is_empty(), "{report:?}");
    Ok(())
}

#[test]
fn later_updates_find_their_passages() -> Result<()> {
    let place = Place::indexed(4)?;
    place.reorder()?;
    place.write(2, 99)?;
    fs::remove_file(place.folder.path().join("articles/3.jsonl"))
        .map_err(Error::io("remove", "a file"))?;
    place.update()?;
    let snapshot = Snapshot::open(&place.index())?;
    assert_eq!(snapshot.passage_count(), 3 * ARTICLES);
    drop(snapshot);
    place.reorder()?;
    let fresh = Place { folder: tempfile::tempdir().map_err(Error::io("create", "a directory"))? };
    [(0, 0), (1, 1), (2, 99)].iter().try_for_each(|&(file, seed)| fresh.write(file, seed))?;
    fresh.update()?;
    assert_eq!(by_id(contents(&place.index())?), by_id(contents(&fresh.index())?));
    Ok(())
}

/// Says stop from the n-th question on.
struct Patience(AtomicUsize);

impl Observer for Patience {
    fn going(&self) -> Going {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        if left.is_ok() { Going::On } else { Going::Stop }
    }
}

#[test]
fn interrupted_anywhere_the_index_is_the_one_before() -> Result<()> {
    let place = Place::indexed(8)?;
    let before = contents(&place.index())?;
    let files = |index: &Path| -> BTreeSet<PathBuf> {
        let entries = walkdir::WalkDir::new(index).into_iter().flatten();
        entries.map(|entry| entry.path().to_owned()).collect()
    };
    let were = files(&place.index());
    let request = OptimizeRequest { reordering: Reordering::Always, ..OptimizeRequest::default() };
    let mut patience = 0;
    while let Err(error) = optimize(&place.index(), request, &Patience(AtomicUsize::new(patience)))
    {
        assert!(matches!(error, Error::Interrupted), "{error}");
        assert_eq!(contents(&place.index())?, before);
        assert_eq!(files(&place.index()), were);
        patience += 3;
    }
    assert!(patience > 6, "{patience}");
    assert_eq!(by_id(contents(&place.index())?), by_id(before));
    Ok(())
}
