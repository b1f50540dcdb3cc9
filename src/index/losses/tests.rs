//! Losses against what they are counted for.

use std::fs;
use std::path::{Path, PathBuf};

use super::count::Counts;
use super::reread::reread;
use crate::analysis::Language;
use crate::error::{Error, Result};
use crate::index::forward::gram_sums;
use crate::index::side_file::of_another_version;
use crate::index::{
    Input, LanguageRequest, SideFiles, Silent, Snapshot, UpdateRequest, check, checksums, update,
};

/// Articles of an index, one file each.
struct Articles {
    directory: tempfile::TempDir,
    language: Language,
    side_files: SideFiles,
}

impl Articles {
    fn new(language: Language) -> Result<Self> {
        Self::with(language, SideFiles::All)
    }

    fn with(language: Language, side_files: SideFiles) -> Result<Self> {
        let directory = tempfile::tempdir().map_err(Error::io("create", "a directory"))?;
        fs::create_dir(directory.path().join("corpus")).map_err(Error::io("create", "corpus"))?;
        let articles = Self { directory, language, side_files };
        for (name, text) in [
            (
                "a.md",
                "---\ntitle: Chains\n---\n# Relations\n\nRunning the relationship chain, 时间差 and the end.\n",
            ),
            (
                "b.md",
                "# The chains of chains\n\nChains, l'homme and don\u{2019}t; the chain runs ｱ.\n\nThe the the.",
            ),
            ("c.txt", "A word that stays, and relationships that run.\n\nThe chain of the end."),
            ("d.txt", "Running, ran and runs; the last of the words."),
        ] {
            articles.write(name, text)?;
        }
        articles.update()?;
        Ok(articles)
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.directory.path().join("corpus").join(name);
        fs::write(&path, text).map_err(Error::io("write", &path))
    }

    fn remove(&self, name: &str) -> Result<()> {
        let path = self.directory.path().join("corpus").join(name);
        fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        self.update()
    }

    fn update(&self) -> Result<()> {
        let corpus = self.directory.path().join("corpus");
        let request = UpdateRequest {
            language: LanguageRequest::Named(self.language),
            side_files: Some(self.side_files),
            ..UpdateRequest::new(Input::Paths(vec![corpus.clone()]), corpus)
        };
        let summary = update(&self.index(), request, &Silent)?;
        assert_eq!(summary.after_commit, None);
        Ok(())
    }

    fn index(&self) -> PathBuf {
        self.directory.path().join("index")
    }

    fn snapshot(&self) -> Result<Snapshot> {
        Snapshot::open(&self.index())
    }
}

/// The files of losses that lie in `data`.
fn files(data: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(data).map_err(Error::io("read", data))?.flatten();
    let paths = entries.map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|it| it == super::EXTENSION)).collect())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(Error::io("read", path))
}

#[test]
fn all_passages_together_hold_what_the_dictionaries_say() -> Result<()> {
    for language in [Language::None, Language::English, Language::French] {
        let articles = Articles::new(language)?;
        let snapshot = articles.snapshot()?;
        let segment = &snapshot.segments()[0];
        let Some(forward) = segment.forward()? else { panic!("there is no forward file") };
        let all: Vec<u32> = (0..segment.max_doc()).collect();
        let Some(counts) = Counts::of(forward, &all) else { panic!("it contradicts itself") };
        for (number, stem) in (0..).zip(&counts.stems) {
            let counted = (stem.passages, stem.occurrences);
            assert_eq!(forward.stem_statistics(number), Some(counted), "{language}, {number}");
        }
        let grams = gram_sums(counts.words.len(), |at| {
            Some((forward.word(at as u32)?, counts.words[at].passages))
        });
        assert!(grams.len() > 30, "{}", grams.len());
        for (hash, passages) in grams {
            assert_eq!(forward.gram_doc_freq(hash), u64::from(passages), "{language}");
        }
    }
    Ok(())
}

#[test]
fn an_update_writes_what_a_search_would_count() -> Result<()> {
    let articles = Articles::new(Language::English)?;
    assert!(articles.snapshot()?.segments()[0].losses()?.is_none());
    articles.remove("a.md")?;
    let snapshot = articles.snapshot()?;
    let [written] = &files(snapshot.data_directory())?[..] else { panic!("there is no file") };
    let written_bytes = read(written)?;
    assert!(check(&articles.index(), &Silent)?.is_sound());
    fs::remove_file(written).map_err(Error::io("remove", written))?;
    let snapshot = articles.snapshot()?;
    let Some(losses) = snapshot.segments()[0].losses()? else { panic!("there are no losses") };
    assert!(written_bytes.starts_with(losses.bytes()));
    assert!(losses.tokens(snapshot.fields().text) > 7);
    assert_eq!(losses.tokens(snapshot.fields().title), 1);
    Ok(())
}

#[test]
fn reading_back_counts_what_the_forward_file_does() -> Result<()> {
    for language in [Language::None, Language::English, Language::French] {
        let articles = Articles::new(language)?;
        articles.remove("a.md")?;
        let snapshot = articles.snapshot()?;
        let segment = &snapshot.segments()[0];
        let Some(losses) = segment.losses()? else { panic!("there are no losses") };
        assert!(reread(&snapshot, 0, 2)?.bytes() == losses.bytes(), "{language}");
    }
    Ok(())
}

#[test]
fn a_compact_index_tells_of_its_losses_too() -> Result<()> {
    let removed = |side_files| -> Result<Vec<u8>> {
        let articles = Articles::with(Language::English, side_files)?;
        articles.remove("a.md")?;
        let snapshot = articles.snapshot()?;
        let segment = &snapshot.segments()[0];
        assert_eq!(segment.forward()?.is_some(), side_files == SideFiles::All);
        Ok(segment.losses()?.map(|losses| losses.bytes().to_vec()).unwrap_or_default())
    };
    let losses = removed(SideFiles::Compact)?;
    assert!(!losses.is_empty() && losses == removed(SideFiles::All)?);
    Ok(())
}

#[test]
fn only_the_losses_of_the_last_deletions_stay() -> Result<()> {
    for side_files in [SideFiles::All, SideFiles::Compact] {
        let articles = Articles::with(Language::English, side_files)?;
        articles.remove("d.txt")?;
        let first = files(articles.snapshot()?.data_directory())?;
        articles.remove("a.md")?;
        let second = files(articles.snapshot()?.data_directory())?;
        assert_eq!((first.len(), second.len()), (1, 1));
        assert_ne!(first, second);
        let report = check(&articles.index(), &Silent)?;
        assert!(report.is_sound() && report.leftovers.is_empty());
        // Most of the segment is deleted: it is written anew.
        articles.remove("b.md")?;
        assert_eq!(files(articles.snapshot()?.data_directory())?, Vec::<PathBuf>::new());
    }
    Ok(())
}

#[test]
fn a_file_of_another_version_counts_as_none_and_a_damaged_one_is_refused() -> Result<()> {
    let articles = Articles::new(Language::English)?;
    articles.remove("a.md")?;
    let data = articles.snapshot()?.data_directory().to_owned();
    let [path] = &files(&data)?[..] else { panic!("there is no file") };
    let sound = read(path)?;
    let losses_of = |bytes: &[u8]| -> Result<Vec<u8>> {
        fs::write(path, bytes).map_err(Error::io("write", path))?;
        let snapshot = articles.snapshot()?;
        let losses = snapshot.segments()[0].losses()?;
        Ok(losses.map(|losses| losses.bytes().to_vec()).unwrap_or_default())
    };
    let other = of_another_version(&sound).map_err(Error::io("read", path))?;
    assert!(losses_of(&other)? == losses_of(&sound)?);
    // It is made anew, and its checksum with it.
    losses_of(&other)?;
    checksums::remove(&data)?;
    checksums::ensure(&articles.index(), articles.snapshot()?.manifest())?;
    articles.update()?;
    assert!(read(path)? == sound);
    assert!(check(&articles.index(), &Silent)?.is_sound());
    for len in 0..sound.len() {
        assert!(losses_of(&sound[..len]).is_err(), "{len} bytes");
    }
    Ok(())
}
