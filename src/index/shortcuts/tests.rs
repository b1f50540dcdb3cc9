//! Shortcuts of a made-up segment, held against its postings.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use proptest::prelude::*;
use tantivy::TERMINATED;
use tantivy::postings::TermInfo;

use super::{Beside, Bitmap};
use crate::analysis::Language;
use crate::error::{Error, Result};
use crate::index::postings::{Cursor, Positions};
use crate::index::segment::OpenSegment;
use crate::index::side_file::of_another_version;
use crate::index::{
    FieldPostings, Input, LanguageRequest, OptimizeRequest, Reordering, Silent, Snapshot,
    UpdateRequest, check, checksums, optimize, update,
};
use crate::measure::random::SplitMix64;

/// An index over `count` passages of words whose n-th is n times rarer than the
/// first, some with titles.
fn index(count: usize) -> Result<(tempfile::TempDir, Snapshot)> {
    index_of(count, 7)
}

/// The same, of other words for each `seed`.
fn index_of(count: usize, seed: u64) -> Result<(tempfile::TempDir, Snapshot)> {
    let mut random = SplitMix64::new(seed);
    let mut lines = String::new();
    for number in 0..count {
        let mut words = |most| -> String {
            let count = random.below(most);
            let mut word = |_| {
                let sharpness = 1 + random.below(300);
                format!("w{}", random.below(sharpness))
            };
            (0..count).map(&mut word).collect::<Vec<_>>().join(" ")
        };
        let (title, body) = (words(4), words(30));
        let _ = writeln!(lines, r#"{{"id":"{number}","title":"{title}","text":"w1 {body}"}}"#);
    }
    let directory = tempfile::tempdir().map_err(Error::io("create", "a directory"))?;
    let corpus = directory.path().join("corpus.jsonl");
    fs::write(&corpus, lines).map_err(Error::io("write", &corpus))?;
    let request = UpdateRequest {
        language: LanguageRequest::Named(Language::None),
        ..UpdateRequest::new(Input::Paths(vec![corpus]), directory.path().to_owned())
    };
    update(&directory.path().join("index"), request, &Silent)?;
    let snapshot = Snapshot::open(&directory.path().join("index"))?;
    Ok((directory, snapshot))
}

/// The words of each passage, by position.
type Passages = Vec<BTreeMap<u32, String>>;

/// Reads them from the postings, with the places of all lists.
fn read(snapshot: &Snapshot, segment: &OpenSegment) -> Result<(Passages, Vec<(String, TermInfo)>)> {
    let Some(text) = segment.field(snapshot.fields().text)? else { panic!("there is no text") };
    let mut passages = vec![BTreeMap::new(); segment.max_doc() as usize];
    let mut lists = Vec::new();
    let mut stream = text.dictionary.stream().map_err(|error| segment.damaged(error))?;
    let mut found = Vec::new();
    while stream.advance() {
        let word = String::from_utf8_lossy(stream.key()).into_owned();
        let info = stream.value().clone();
        let mut cursor = Cursor::new(&text.lists, &info);
        let mut positions = Positions::new(text, &info);
        let mut doc = cursor.seek(0);
        while (doc as usize) < passages.len() {
            positions.read(&mut cursor, 0, &mut found);
            passages[doc as usize].extend(found.iter().map(|&at| (at, word.clone())));
            doc = cursor.seek(doc + 1);
        }
        lists.push((word, info));
    }
    Ok((passages, lists))
}

#[test]
fn shortcuts_say_what_the_postings_say() -> Result<()> {
    let (_directory, snapshot) = index(4400)?;
    let segment = &snapshot.segments()[0];
    let (passages, lists) = read(&snapshot, segment)?;
    let Some(text) = segment.field(snapshot.fields().text)? else { panic!("there is no text") };
    let Some(shortcuts) = segment.shortcuts()? else { panic!("there are no shortcuts") };
    let mut seen = [0; 4];
    for (word, info) in &lists {
        let Some(list) = shortcuts.list(info) else {
            assert!(info.doc_freq < 128, "{word} has no shortcuts");
            continue;
        };
        if let Some(bitmap) = list.bitmap {
            seen[0] += 1;
            let holds = |words: &BTreeMap<u32, String>| words.values().any(|it| it == word);
            let holders = (0..).zip(&passages).filter(|&(_, words)| holds(words));
            assert!(holders.clone().all(|(doc, _)| bitmap.may_hold(doc)), "{word}");
            let told = (0..).zip(&passages).filter(|&(doc, _)| bitmap.may_hold(doc)).count();
            let most = match segment.max_doc() / info.doc_freq {
                ..16 => holders.count(),
                // A quarter of the bits, each for all that share it.
                _ => passages.len() / 4 + 8,
            };
            assert!(told <= most, "{word}: {told} of {}", info.doc_freq);
            assert_eq!(bitmap.is_exact(), told == info.doc_freq as usize, "{word}");
            if bitmap.is_exact() {
                seen[3] += 1;
                assert_slots_are_counted(text, info, bitmap);
            }
        }
        if let Some(signatures) = list.signatures {
            seen[1] += 1;
            let mut occurrence = 0;
            for words in &passages {
                for (&at, _) in words.iter().filter(|(_, it)| *it == word) {
                    let beside = |at: Option<u32>| Some(words.get(&at?)?.as_str());
                    let beside = Beside::new(beside(at.checked_sub(1)), beside(Some(at + 1)));
                    assert_eq!(signatures.count(occurrence..occurrence + 1, beside), 1);
                    occurrence += 1;
                }
            }
        }
        seen[2] += usize::from(list.paired.is_some());
    }
    assert!(
        seen.iter().all(|&count| count > 1),
        "bitmaps, signatures, pairs, and exact bitmaps: {seen:?}"
    );
    Ok(())
}

/// The ones of an exact bitmap in front of a passage tell its slot, where its
/// frequency is.
fn assert_slots_are_counted(text: &FieldPostings, info: &TermInfo, bitmap: Bitmap<'_>) {
    let mut packed = Cursor::new(&text.lists, info);
    let mut unpacked = Cursor::new(&text.lists, info);
    let mut doc = unpacked.seek(0);
    while doc != TERMINATED {
        packed.seek_block(doc);
        let slot = bitmap.count(packed.first_possible_doc()..doc);
        assert_eq!((slot, packed.freq_in_place(slot)), (unpacked.slot(), unpacked.freq()), "{doc}");
        doc = unpacked.seek(doc + 1);
    }
}

#[test]
fn every_passage_has_the_number_of_its_document() -> Result<()> {
    let (_directory, snapshot) = index(4100)?;
    let segment = &snapshot.segments()[0];
    let Some(shortcuts) = segment.shortcuts()? else { panic!("there are no shortcuts") };
    let Some(numbers) = shortcuts.documents() else { panic!("there are no numbers") };
    let Some(ids) = segment.document_ids()? else { panic!("there are no documents") };
    let mut by_document: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for doc in 0..segment.max_doc() {
        assert_eq!(numbers.of(doc).map(u64::from), ids.ords().first(doc));
        assert_eq!(numbers.of_one_of_many(doc), numbers.of(doc));
        by_document.entry(numbers.of(doc).unwrap_or(u32::MAX)).or_default().push(doc);
    }
    for (document, passages) in by_document {
        assert_eq!(numbers.passages_of(document), passages);
    }
    assert_eq!(numbers.of(segment.max_doc()), None);
    assert_eq!(numbers.of_one_of_many(segment.max_doc()), None);
    Ok(())
}

#[test]
fn pairs_are_what_stands_side_by_side() -> Result<()> {
    let (_directory, snapshot) = index(4400)?;
    let segment = &snapshot.segments()[0];
    let (passages, lists) = read(&snapshot, segment)?;
    let Some(shortcuts) = segment.shortcuts()? else { panic!("there are no shortcuts") };
    let number = |info| shortcuts.list(info).and_then(|list| list.paired);
    let paired: Vec<(&str, u16)> =
        lists.iter().filter_map(|(word, info)| Some((word.as_str(), number(info)?))).collect();
    for &(first, first_number) in &paired {
        for &(second, second_number) in &paired {
            let times = |words: &BTreeMap<u32, String>| {
                let mut places = words.iter().filter(|(_, word)| *word == first);
                let follows = |(at, _): &(&u32, &String)| {
                    words.get(&(**at + 1)).is_some_and(|word| word == second)
                };
                places.by_ref().filter(follows).count() as u32
            };
            let expected: Vec<(u32, u32)> =
                (0..).zip(passages.iter().map(times)).filter(|&(_, freq)| freq > 0).collect();
            let mut found = Vec::new();
            if let Some(info) = shortcuts.pair(first_number, second_number) {
                let mut cursor = Cursor::new(shortcuts.pair_postings(), &info);
                while !cursor.is_past() {
                    cursor.unpack_all();
                    let pairs = cursor.docs().iter().zip(cursor.freqs());
                    found.extend(pairs.map(|(&doc, &freq)| (doc, freq)));
                    cursor.next_block();
                }
            }
            assert_eq!(found, expected, "{first} {second}");
        }
    }
    Ok(())
}

#[test]
fn a_segment_has_the_same_shortcuts_however_they_are_made() -> Result<()> {
    let (directory, snapshot) = index(4100)?;
    let index = directory.path().join("index");
    let path = snapshot.data_directory().join(snapshot.segments()[0].shortcuts_file());
    let first = fs::read(&path).map_err(Error::io("read", &path))?;
    let files = || fs::read_dir(snapshot.data_directory()).map_or(0, Iterator::count);
    let count = files();
    for threads in [1, 3] {
        fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        super::add_missing(&index, threads)?;
        assert!(fs::read(&path).map_err(Error::io("read", &path))? == first, "{threads} threads");
        assert_eq!(files(), count);
    }
    Ok(())
}

// The tokens of another segment say nothing about these postings.
#[test]
fn a_foreign_forward_file_gives_peaks_and_bitmaps_alone() -> Result<()> {
    let (directory, snapshot) = index(4100)?;
    let (_other, foreign) = index_of(4100, 8)?;
    let data = |snapshot: &Snapshot, name| snapshot.data_directory().join(name);
    let path = data(&snapshot, snapshot.segments()[0].shortcuts_file());
    fs::remove_file(&path).map_err(Error::io("remove", &path))?;
    let from = data(&foreign, foreign.segments()[0].forward_file());
    let to = data(&snapshot, snapshot.segments()[0].forward_file());
    fs::copy(from, &to).map_err(Error::io("write", &to))?;
    let index = directory.path().join("index");
    super::add_missing(&index, 2)?;
    let snapshot = Snapshot::open(&index)?;
    let segment = &snapshot.segments()[0];
    let (_, lists) = read(&snapshot, segment)?;
    let Some(shortcuts) = segment.shortcuts()? else { panic!("there are no shortcuts") };
    let lists = || lists.iter().filter_map(|(_, info)| shortcuts.list(info));
    assert!(lists().any(|list| list.bitmap.is_some()));
    assert!(lists().all(|list| list.peaks.best().count() > 0));
    assert!(lists().all(|list| list.signatures.is_none() && list.paired.is_none()));
    Ok(())
}

#[test]
fn a_file_that_is_cut_short_is_refused() -> Result<()> {
    let (directory, snapshot) = index(4100)?;
    let path = snapshot.data_directory().join(snapshot.segments()[0].shortcuts_file());
    let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
    for len in (0..60).chain([bytes.len() / 2, bytes.len() - 1]) {
        fs::write(&path, &bytes[..len]).map_err(Error::io("write", &path))?;
        let snapshot = Snapshot::open(&directory.path().join("index"))?;
        assert!(snapshot.segments()[0].shortcuts().is_err(), "{len} bytes");
    }
    Ok(())
}

#[test]
fn a_file_of_another_version_counts_as_none_and_is_made_anew() -> Result<()> {
    let (directory, snapshot) = index(4100)?;
    let index = directory.path().join("index");
    let path = snapshot.data_directory().join(snapshot.segments()[0].shortcuts_file());
    let read = || fs::read(&path).map_err(Error::io("read", &path));
    let sound = read()?;
    of_another_version(&sound)
        .and_then(|bytes| fs::write(&path, bytes))
        .map_err(Error::io("write", &path))?;
    // Another version wrote it, and the checksums of the commit with it.
    checksums::remove(snapshot.data_directory())?;
    checksums::ensure(&index, snapshot.manifest())?;
    assert!(Snapshot::open(&index)?.segments()[0].shortcuts()?.is_none());
    let request = OptimizeRequest { reordering: Reordering::Never, ..OptimizeRequest::default() };
    optimize(&index, request, &Silent)?;
    assert!(read()? == sound);
    assert!(check(&index, &Silent)?.is_sound());
    Ok(())
}

#[test]
fn peaks_bound_every_list_under_any_parameters() -> Result<()> {
    let (_directory, snapshot) = index(4400)?;
    let segment = &snapshot.segments()[0];
    let (_, lists) = read(&snapshot, segment)?;
    let Some(shortcuts) = segment.shortcuts()? else { panic!("there are no shortcuts") };
    let Some(text) = segment.field(snapshot.fields().text)? else { panic!("there is no text") };
    let lengths = text.lengths.as_deref().unwrap_or_default();
    let mut lists_of_pairs = Vec::new();
    for (_, info) in &lists {
        let Some(list) = shortcuts.list(info) else { continue };
        let mut cursor = Cursor::new(&text.lists, info);
        let mut pairs = Vec::new();
        while !cursor.is_past() {
            cursor.unpack_all();
            let passages = cursor.docs().iter().zip(cursor.freqs());
            pairs.extend(passages.map(|(&doc, &freq)| (lengths[doc as usize], freq)));
            cursor.next_block();
        }
        lists_of_pairs.push((list.peaks, pairs));
    }
    let norm = |k1: f32, b: f32, code: u8| k1 * (1.0 - b + b * f32::from(code) / 20.0);
    proptest!(ProptestConfig::with_cases(20), |(k1 in 0.1f32..5.0, b in 0.0f32..1.0)| {
        for (peaks, pairs) in &lists_of_pairs {
            let quotient = |code: u8, freq: u32| freq as f32 / norm(k1, b, code);
            let peak = |it: super::Peak| quotient(it.length_code, it.term_freq.into());
            let mut quotients: Vec<f32> =
                pairs.iter().map(|&(code, freq)| quotient(code, freq)).collect();
            quotients.sort_by(|a, b| b.total_cmp(a));
            prop_assert_eq!(peaks.best().map(peak).fold(0.0, f32::max), quotients[0]);
            for (least, place) in [
                (peaks.tenth().map(peak).reduce(f32::min), 9),
                (peaks.hundredth().map(peak).reduce(f32::min), 99),
            ] {
                prop_assert!(least.is_some_and(|least| least > 0.0 && least <= quotients[place]));
            }
        }
    });
    Ok(())
}
