//! Parts on their way to one segment, and what they take.

use super::*;

#[test]
fn runs_become_a_segment_of_a_compact_index_too() {
    const PASSAGES: u32 = 2_000;
    let sourced = |number| (String::from("a.md"), passage(&format!("{number}"), None, &[], "a"));
    let passages: Vec<Sourced> = (0..PASSAGES).map(sourced).collect();
    let (index, fields) = index(Language::None);
    let mut writer: IndexWriter = index.writer_with_num_threads(1, HEAP_BYTES).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let (language, side_files) = (Language::None, SideFiles::Compact);
    let settings = Settings { language, side_files, ..Settings::default() };
    let memory = Memory { inverter_bytes: 0, parts_bytes: 0 };
    let spill = Spill::new(&index, &fields, settings, directory.path(), memory);
    let parts = parts(&index, Language::None, &passages, 4);
    parts.into_iter().for_each(|part| spill.add(part).unwrap());
    writer.add_segment(spill.finish(2).unwrap().unwrap()).unwrap();
    writer.commit().unwrap();
    let ids = only_segment(&index).fast_fields().str("document_id").unwrap().unwrap();
    assert_eq!(ids.term_ords(PASSAGES - 1).count(), 1);
}

#[test]
fn no_parts_make_no_segment() {
    let (index, fields) = index(Language::English);
    let (directory, memory) = (tempfile::tempdir().unwrap(), Memory::share(0, 2));
    let settings = Settings { language: Language::English, ..Settings::default() };
    let spill = Spill::new(&index, &fields, settings, directory.path(), memory);
    assert!(spill.finish(2).unwrap().is_none());
}

#[test]
fn memory_is_counted_as_it_grows() {
    let mut inverter = Inverter::new(Language::English, &IndexSettings::default(), SideFiles::All);
    assert!(inverter.is_empty());
    let before = inverter.memory_bytes();
    let passages = spread(300);
    passages.iter().for_each(|(source, passage)| inverter.add(source, passage));
    // Four bytes for each of at least 60 tokens.
    assert!(inverter.memory_bytes() - before > 300 * 60 * 4);
}

/// The parts that had come before there was no more room stayed in memory until the end,
/// where they had to go to disk all the same.
#[test]
fn all_parts_go_to_disk_once_one_has_to() {
    let language = Language::None;
    let (index, fields) = index(language);
    let directory = tempfile::tempdir().unwrap();
    let runs = || std::fs::read_dir(directory.path()).unwrap().count();
    let parts = parts(&index, language, &spread(100), 4);
    let memory = Memory { inverter_bytes: 0, parts_bytes: 5 * parts[0].memory_bytes() / 2 };
    let settings = Settings { language, ..Settings::default() };
    let spill = Spill::new(&index, &fields, settings, directory.path(), memory);
    for (part, expected) in parts.into_iter().zip([0, 0, 3, 4]) {
        spill.add(part).unwrap();
        assert_eq!(runs(), expected);
    }
}
