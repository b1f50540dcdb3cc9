//! Forward files against the analysis that they stand for.

use std::fs;
use std::ops::Range;

use super::{Forward, ForwardToken, NO_STEM, Rows};
use crate::analysis::{Analyzer, Language, Weight};
use crate::error::{Error, Result};
use crate::index::side_file::{from_before_footers, of_another_version};
use crate::index::{
    Input, LanguageRequest, OptimizeRequest, Silent, Snapshot, UpdateRequest, check, checksums,
    forward, optimize, update,
};

/// An index over `lines` of JSON.
fn index(lines: &str) -> Result<(tempfile::TempDir, Snapshot)> {
    index_for(None, lines)
}

fn index_for(language: Option<Language>, lines: &str) -> Result<(tempfile::TempDir, Snapshot)> {
    let directory = tempfile::tempdir().map_err(Error::io("create", "a directory"))?;
    let corpus = directory.path().join("corpus.jsonl");
    fs::write(&corpus, lines).map_err(Error::io("write", &corpus))?;
    let mut request = UpdateRequest::new(Input::Paths(vec![corpus]), directory.path().to_owned());
    request.language = language.map_or(LanguageRequest::Kept, LanguageRequest::Named);
    update(&directory.path().join("index"), request, &Silent)?;
    let snapshot = Snapshot::open(&directory.path().join("index"))?;
    Ok((directory, snapshot))
}

fn words(forward: &Forward, doc: u32) -> Option<(u32, Vec<String>)> {
    let (title_len, tokens) = forward.tokens(doc)?;
    let words = tokens.map(|token| match token {
        ForwardToken::Gap => Some("|".to_owned()),
        ForwardToken::Word(number) => forward.word(number).map(str::to_owned),
    });
    Some((title_len, words.collect::<Option<Vec<String>>>()?))
}

#[test]
fn shares_follow_on_each_other_from_whichever_they_begin() -> Result<()> {
    let line = |at: usize| format!("{{\"text\":\"{}\"}}\n", "word ".repeat(at % 7 + at / 90 * 50));
    let (_directory, snapshot) = index(&(0..200).map(line).collect::<String>())?;
    let segment = &snapshot.segments()[0];
    let Some(forward) = segment.forward()? else { panic!("there is no forward file") };
    let bytes = |docs: Range<u32>| -> usize {
        docs.filter_map(|doc| forward.tokens(doc))
            .map(|(_, tokens)| 1 + tokens.as_bytes().len())
            .sum()
    };
    for step in [1, 20, 300, 1 << 20] {
        let from = |first| forward.shares(first, step as u64, u64::MAX).collect::<Vec<_>>();
        let shares = from(0);
        assert_eq!(shares.last().map(|last| last.end), Some(segment.max_doc()));
        for (at, share) in shares.iter().enumerate() {
            assert_eq!(from(share.start), shares[at..]);
            assert!(bytes(share.start..share.end - 1) < step, "{share:?} of {step}");
            let is_last = share.end == segment.max_doc();
            assert!(is_last || bytes(share.clone()) >= step, "{share:?} of {step}");
        }
    }
    Ok(())
}

#[test]
fn a_passage_is_its_words_in_order() -> Result<()> {
    let (_directory, snapshot) = index(concat!(
        r#"{"id":"a","title":"Huang's bet","text":"Running the relationship chain, 时间差 and the end."}"#,
        "\n",
        r#"{"id":"b","text":"the the the"}"#,
    ))?;
    let segment = &snapshot.segments()[0];
    let Some(forward) = segment.forward()? else { panic!("there is no forward file") };
    for doc in 0..segment.max_doc() {
        let passage = segment.passage(doc)?.passage;
        let analyzer = Analyzer::new(snapshot.language());
        let of = |text: &str| -> Vec<String> {
            analyzer.words(text).into_iter().map(|word| word.surface).collect()
        };
        let mut expected = Vec::new();
        let mut title_len = 0;
        if let Some(title) = &passage.title {
            expected = of(title);
            title_len = expected.len() as u32;
            expected.push("|".to_owned());
        }
        expected.extend(of(&passage.text));
        assert_eq!(words(forward, doc), Some((title_len, expected)));
    }
    Ok(())
}

#[test]
fn words_know_their_stems_and_weights() -> Result<()> {
    let (_directory, snapshot) = index(r#"{"id":"a","text":"the chains and chain of which"}"#)?;
    let segment = &snapshot.segments()[0];
    let Some(forward) = segment.forward()? else { panic!("there is no forward file") };
    let find = |wanted: &str| {
        let mut numbers = 0..forward.word_count() as u32;
        let number = numbers.find(|&number| forward.word(number) == Some(wanted))?;
        let entry = forward.entry(number)?;
        assert_eq!(entry.surface, wanted);
        assert_eq!(Some((entry.stem, entry.weight)), forward.stem_of(number));
        assert_eq!(Some(entry.statistics), forward.stem_statistics(entry.stem));
        Some((entry.stem, entry.weight))
    };
    assert_eq!(find("chain").map(|(stem, _)| stem), find("chains").map(|(stem, _)| stem));
    assert_eq!(find("the").map(|(_, weight)| weight), Some(Weight::Stop));
    assert_eq!(find("which").map(|(_, weight)| weight), Some(Weight::Function));
    let (stem, weight) = find("chain").unwrap_or((0, Weight::Stop));
    assert_eq!(weight, Weight::Full);
    assert_eq!(forward.stem_statistics(stem), Some((1, 2)));
    // A word whose stem is no term stands nowhere by it; other numbers are none.
    assert_eq!(forward.stem_statistics(NO_STEM), Some((0, 0)));
    assert_eq!(forward.stem_statistics(forward.stem_count() as u32), None);
    assert_eq!(forward.entry(forward.word_count() as u32), None);
    Ok(())
}

#[test]
fn a_file_that_is_cut_short_is_refused() -> Result<()> {
    let (directory, snapshot) = index(r#"{"id":"a","text":"the relationship chain"}"#)?;
    let name = snapshot.segments()[0].forward_file();
    let path = snapshot.data_directory().join(name);
    let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
    for len in 0..bytes.len() {
        fs::write(&path, &bytes[..len]).map_err(Error::io("write", &path))?;
        let snapshot = Snapshot::open(&directory.path().join("index"))?;
        assert!(snapshot.segments()[0].forward().is_err(), "{len} bytes");
    }
    Ok(())
}

#[test]
fn a_file_from_before_there_were_footers_is_made_anew() -> Result<()> {
    let (directory, snapshot) = index(r#"{"id":"a","text":"the relationship chain"}"#)?;
    let index = directory.path().join("index");
    let path = snapshot.data_directory().join(snapshot.segments()[0].forward_file());
    let read = || fs::read(&path).map_err(Error::io("read", &path));
    let sound = read()?;
    from_before_footers(&sound)
        .and_then(|bytes| fs::write(&path, bytes))
        .map_err(Error::io("write", &path))?;
    checksums::remove(snapshot.data_directory())?;
    assert!(check(&index, &Silent)?.is_sound(), "it is no damage");
    optimize(&index, OptimizeRequest::default(), &Silent)?;
    assert!(read()? == sound);
    assert!(check(&index, &Silent)?.is_sound());
    Ok(())
}

#[test]
fn a_file_of_another_version_counts_as_none_and_is_made_anew() -> Result<()> {
    let (directory, snapshot) = index(r#"{"id":"a","text":"the relationship chain"}"#)?;
    let index = directory.path().join("index");
    let path = snapshot.data_directory().join(snapshot.segments()[0].forward_file());
    let read = || fs::read(&path).map_err(Error::io("read", &path));
    let sound = read()?;
    // Another version wrote it, and the checksums of the commit with it.
    let age = || {
        of_another_version(&sound)
            .and_then(|bytes| fs::write(&path, bytes))
            .map_err(Error::io("write", &path))?;
        checksums::remove(snapshot.data_directory())?;
        checksums::ensure(&index, snapshot.manifest())
    };
    age()?;
    assert!(Snapshot::open(&index)?.segments()[0].forward()?.is_none());
    assert!(check(&index, &Silent)?.is_sound());
    optimize(&index, OptimizeRequest::default(), &Silent)?;
    assert!(read()? == sound);
    assert!(check(&index, &Silent)?.is_sound());

    age()?;
    let more = directory.path().join("more.jsonl");
    fs::write(&more, r#"{"id":"b","text":"another chain"}"#).map_err(Error::io("write", &more))?;
    let input = Input::Paths(vec![more]);
    let summary = update(&index, UpdateRequest::new(input, directory.path().into()), &Silent)?;
    assert_eq!(summary.after_commit, None);
    assert!(read()? == sound);
    assert!(check(&index, &Silent)?.is_sound());

    // Merged with another, it is made of what the engine merged.
    age()?;
    optimize(&index, OptimizeRequest::default(), &Silent)?;
    let snapshot = Snapshot::open(&index)?;
    let [merged] = snapshot.segments() else { panic!("there are several segments") };
    assert_eq!(merged.forward()?.map(Forward::word_count), Some(4));
    assert!(check(&index, &Silent)?.is_sound());
    Ok(())
}

#[test]
fn a_file_made_with_its_segment_is_as_one_made_from_it() -> Result<()> {
    let lines = concat!(
        r#"{"id":"a","title":"Huang's bet","text":"Running the relationship chain, 时间差 and the end."}"#,
        "\n",
        r#"{"id":"b","title":"a title","text":"a title"}"#,
        "\n",
        r#"{"id":"c","title":"far\u001eaway","text":"l'homme don\u2019t \u001e ｱ 链 chains the"}"#,
        "\n",
        r#"{"id":"d","text":"the the runs"}"#,
    );
    for language in [Language::None, Language::English, Language::French] {
        let (directory, snapshot) = index_for(Some(language), lines)?;
        let path = snapshot.data_directory().join(snapshot.segments()[0].forward_file());
        let read = || fs::read(&path).map_err(Error::io("read", &path));
        let with_the_segment = read()?;
        fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        forward::add_missing(&directory.path().join("index"), 2)?;
        assert!(with_the_segment == read()?, "{language}");
    }
    Ok(())
}

#[test]
fn a_file_merged_of_others_is_as_one_made_from_the_segment() -> Result<()> {
    let directory = tempfile::tempdir().map_err(Error::io("create", "a directory"))?;
    let (corpus, index) = (directory.path().join("corpus"), directory.path().join("index"));
    let write = |name: &str, texts: &[&str]| {
        let line = |text: &&str| format!("{{\"title\":\"of {name}\",\"text\":{text:?}}}\n");
        let lines: String = texts.iter().map(line).collect();
        fs::create_dir_all(&corpus)
            .and_then(|()| fs::write(corpus.join(format!("{name}.jsonl")), lines))
            .map_err(Error::io("write", &corpus))
    };
    let refresh = || {
        let input = Input::Paths(vec![corpus.clone()]);
        update(&index, UpdateRequest::new(input, directory.path().to_owned()), &Silent)
    };
    write("one", &["the chains of the end", "a word that will be gone"])?;
    write("two", &["chains, bets and 时间差", "the rest", "and more"])?;
    refresh()?;
    write("one", &["the chains of the end", "the word that came"])?;
    refresh()?;
    write("three", &["nothing else"])?;
    refresh()?;
    let segments = |snapshot: &Snapshot| -> Vec<(u32, usize)> {
        let sizes = snapshot.segments().iter();
        let mut sizes: Vec<_> = sizes.map(|s| (s.doc_count(), s.deleted().len())).collect();
        sizes.sort_unstable();
        sizes
    };
    assert_eq!(segments(&Snapshot::open(&index)?), [(1, 0), (2, 0), (3, 2)]);
    optimize(&index, OptimizeRequest::default(), &Silent)?;
    let snapshot = Snapshot::open(&index)?;
    assert_eq!(segments(&snapshot), [(6, 0)]);
    let path = snapshot.data_directory().join(snapshot.segments()[0].forward_file());
    let read = || fs::read(&path).map_err(Error::io("read", &path));
    let merged = read()?;
    fs::remove_file(&path).map_err(Error::io("remove", &path))?;
    forward::add_missing(&index, 2)?;
    assert!(merged == read()?);
    Ok(())
}

#[test]
fn rows_are_counted_as_by_one_token_after_the_other() -> Result<()> {
    // More than 127 words, so that numbers have one byte and two; few enough for rows.
    let mut seed = 7u32;
    let mut draw = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let mut lines = String::new();
    for _ in 0..200 {
        let mut word = || if draw(3) > 0 { draw(4) } else { 4 + draw(296) };
        let words: Vec<String> = (0..40).map(|_| format!("w{}", word())).collect();
        let (title, text) = words.split_at(3);
        let (title, text) = (title.join(" "), text.join(" "));
        lines.push_str(&format!("{{\"title\":{title:?},\"text\":{text:?}}}\n"));
    }
    let (_directory, snapshot) = index_for(Some(Language::None), &lines)?;
    let segment = &snapshot.segments()[0];
    let Some(forward) = segment.forward()? else { panic!("there is no forward file") };
    assert!(forward.word_count() > 200);
    let passages: Vec<Vec<ForwardToken>> = (0..segment.max_doc())
        .map(|doc| forward.tokens(doc).map(|(_, tokens)| tokens.collect()).unwrap_or_default())
        .collect();
    let mut found = 0;
    for round in 0..300 {
        let mut place = || -> Vec<u32> {
            let mut words: Vec<u32> = (0..1 + draw(3)).map(|_| draw(8) * draw(30)).collect();
            words.sort_unstable();
            words.dedup();
            words
        };
        let places: Vec<Vec<u32>> = (0..1 + round % 4).map(|_| place()).collect();
        let mut rows = Rows::new(forward, places.clone());
        for (doc, tokens) in (0..).zip(&passages) {
            let fits = |row: &&[ForwardToken]| {
                let mut pairs = row.iter().zip(&places);
                pairs.all(|(token, place)| match token {
                    ForwardToken::Word(word) => place.contains(word),
                    ForwardToken::Gap => false,
                })
            };
            let expected = tokens.windows(places.len()).filter(fits).count() as u32;
            assert_eq!(rows.count(doc), Some(expected), "{places:?} in {tokens:?}");
            found += expected;
        }
    }
    assert!(found > 10_000, "{found}");
    assert_eq!(Rows::new(forward, vec![vec![0]]).count(segment.max_doc()), None);
    Ok(())
}

#[test]
fn stems_know_their_words() -> Result<()> {
    let (_directory, snapshot) = index(r#"{"id":"a","text":"chains chain chained chain links"}"#)?;
    let segment = &snapshot.segments()[0];
    let Some(forward) = segment.forward()? else { panic!("there is no forward file") };
    let mut families: Vec<Vec<&str>> = (0..forward.stem_count() as u32)
        .map(|stem| forward.words_of(stem).filter_map(|word| forward.word(word)).collect())
        .collect();
    families.iter_mut().for_each(|family| family.sort_unstable());
    families.sort();
    assert_eq!(families, [vec!["chain", "chained", "chains"], vec!["links"]]);
    assert_eq!(forward.words_of(NO_STEM).count(), 0);
    Ok(())
}
