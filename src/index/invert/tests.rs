//! The inverter's segment beside the one that the engine's writer makes.

#![expect(clippy::unwrap_used, reason = "tests")]

mod columns;
mod document;
mod failing;
mod random;
mod spill;

use proptest::prelude::*;
use tantivy::index::SegmentComponent;
use tantivy::indexer::NoMergePolicy;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::TokenStream;
use tantivy::{
    DocSet, Index, IndexSettings, IndexWriter, SegmentMeta, SegmentReader, TERMINATED,
    TantivyDocument, Term,
};

use super::super::schema::{Fields, schema, tokenizers};
use super::super::settings::{Settings, SideFiles};
use super::beside::Beside;
use super::part::Part;
use super::segment::Written;
use super::{Inverter, Memory, Spill};
use crate::analysis::{Language, StemTokenizer};
use crate::document::{Coordinates, DocumentId};
use crate::passage::{ByteSpan, ContentHash, LineSpan, Passage, PassageId};

/// A passage and its source's key.
type Sourced = (String, Passage);

/// Enough for the engine's writer to make one segment of each test's passages.
const HEAP_BYTES: usize = 60_000_000;

fn index(language: Language) -> (Index, Fields) {
    let (schema, fields) = schema();
    let mut index = Index::create_in_ram(schema);
    index.set_tokenizers(tokenizers(language));
    (index, fields)
}

fn document(fields: &Fields, language: Language, (source, passage): &Sourced) -> TantivyDocument {
    let mut length = 0;
    let mut analyzer = StemTokenizer::analyzer(language);
    analyzer.token_stream(&document::whole_text(passage)).process(&mut |_| length += 1);
    document::encode(fields, language, source, passage, length)
}

fn stock(language: Language, passages: &[Sourced]) -> Index {
    let (index, fields) = index(language);
    let mut writer: IndexWriter = index.writer_with_num_threads(1, HEAP_BYTES).unwrap();
    for passage in passages {
        writer.add_document(document(&fields, language, passage)).unwrap();
    }
    writer.commit().unwrap();
    index
}

/// An index of ours and the engine's writer on it.
fn ours(language: Language, passages: &[Sourced], parts: usize) -> (Index, Fields, IndexWriter) {
    let (index, fields) = index(language);
    let writer: IndexWriter = index.writer_with_num_threads(1, HEAP_BYTES).unwrap();
    writer.set_merge_policy(Box::new(NoMergePolicy));
    add(&index, &fields, &writer, language, passages, parts);
    (index, fields, writer)
}

/// The passages inverted by so many parts.
fn parts(index: &Index, language: Language, passages: &[Sourced], parts: usize) -> Vec<Part> {
    let size = passages.len().div_ceil(parts).max(1);
    let parts = passages.chunks(size).map(|passages| {
        let mut inverter = Inverter::new(language, index.settings(), SideFiles::All);
        passages.iter().for_each(|(source, passage)| inverter.add(source, passage));
        assert_eq!(inverter.passages(), passages.len());
        inverter.finish()
    });
    parts.collect()
}

/// `parts` as one segment of `index`, with a room for `parts_bytes` in memory.
fn written<T>(
    (index, fields, language): (&Index, &Fields, Language),
    parts: Vec<Part>,
    parts_bytes: usize,
    then: impl FnOnce(Written) -> T,
) -> T {
    let directory = tempfile::tempdir().unwrap();
    let memory = Memory { inverter_bytes: 0, parts_bytes };
    let settings = Settings { language, ..Settings::default() };
    let spill = Spill::new(index, fields, settings, directory.path(), memory);
    parts.into_iter().for_each(|part| spill.add(part).unwrap());
    Beside::during(|beside| Ok(then(spill.write(2, beside)?.unwrap()))).unwrap()
}

/// An index of ours, of parts that went over the disk where they have no room, and
/// its forward file.
fn spilled(
    language: Language,
    passages: &[Sourced],
    count: usize,
    parts_bytes: usize,
) -> (Index, Vec<u8>) {
    let (index, fields) = index(language);
    let mut writer: IndexWriter = index.writer_with_num_threads(1, HEAP_BYTES).unwrap();
    let parts = parts(&index, language, passages, count);
    let (meta, forward) = written((&index, &fields, language), parts, parts_bytes, |written| {
        with_forward(written, language)
    });
    writer.add_segment(meta).unwrap();
    writer.commit().unwrap();
    (index, forward)
}

fn with_forward(written: Written, language: Language) -> (SegmentMeta, Vec<u8>) {
    let directory = tempfile::tempdir().unwrap();
    let meta = written.with_forward(directory.path(), language, 2).unwrap();
    let file = std::fs::read_dir(directory.path()).unwrap().next().unwrap().unwrap();
    (meta, std::fs::read(file.path()).unwrap())
}

fn add(
    index: &Index,
    fields: &Fields,
    writer: &IndexWriter,
    language: Language,
    passages: &[Sourced],
    count: usize,
) {
    let parts = parts(index, language, passages, count);
    let meta = written((index, fields, language), parts, usize::MAX, Written::into_meta);
    writer.add_segment(meta).unwrap();
}

fn only_segment(index: &Index) -> SegmentReader {
    let segments = index.searchable_segments().unwrap();
    assert_eq!(segments.len(), 1);
    SegmentReader::open(&segments[0]).unwrap()
}

/// All that a reader finds in a segment, as lines.
fn contents(reader: &SegmentReader) -> Vec<String> {
    let mut lines = vec![format!("{} passages", reader.max_doc())];
    for (field, entry) in reader.schema().fields() {
        let name = entry.name();
        if entry.is_indexed() {
            let inverted = reader.inverted_index(field).unwrap();
            lines.push(format!("{name}: {} tokens", inverted.total_num_tokens()));
            let mut terms = inverted.terms().stream().unwrap();
            while terms.advance() {
                let (key, info) = (String::from_utf8_lossy(terms.key()), terms.value());
                let option = IndexRecordOption::WithFreqsAndPositions;
                let mut postings = inverted.read_postings_from_terminfo(info, option).unwrap();
                let mut passages = Vec::new();
                while postings.doc() != TERMINATED {
                    let mut positions = Vec::new();
                    postings.positions(&mut positions);
                    passages.push((postings.doc(), postings.term_freq(), positions));
                    postings.advance();
                }
                lines.push(format!("{name}: {key:?} {} {passages:?}", info.doc_freq));
            }
        }
        if entry.is_indexed() && entry.has_fieldnorms() {
            let norms = reader.get_fieldnorms_reader(field).unwrap();
            let norms: Vec<_> = (0..reader.max_doc()).map(|doc| norms.fieldnorm_id(doc)).collect();
            lines.push(format!("{name}: norms {norms:?}"));
        }
    }
    let columns = reader.fast_fields();
    let ids = columns.str("document_id").unwrap().unwrap();
    for doc in 0..reader.max_doc() {
        let mut id = String::new();
        ids.ord_to_str(ids.term_ords(doc).next().unwrap(), &mut id).unwrap();
        let numbers: Vec<_> = ["ordinal", "line", "length", "sketch"]
            .map(|name| columns.u64(name).unwrap().first(doc))
            .into_iter()
            .collect();
        let date = columns.i64("date").unwrap().first(doc);
        lines.push(format!("{doc}: {id:?} {numbers:?} {date:?}"));
    }
    let store = reader.get_store_reader(0).unwrap();
    for doc in 0..reader.max_doc() {
        lines.push(format!("{doc}: {:?}", store.get_document_bytes(doc).unwrap().as_slice()));
    }
    lines
}

/// As `assert_eq!`, which would print all of the lines.
#[track_caller]
fn assert_same(found: Vec<String>, expected: Vec<String>) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.into_iter().zip(expected) {
        assert_eq!(found, expected);
    }
}

fn check(language: Language, passages: &[Sourced], count: usize) {
    let stock = stock(language, passages);
    let (ours, _, mut writer) = ours(language, passages, count);
    writer.commit().unwrap();
    check_against(&stock, &ours, &format!("{language}, {count} parts"));
    let in_memory = spilled(language, passages, count, usize::MAX).1;
    // All of them on disk, and all but the first.
    let first = parts(&ours, language, passages, count)[0].memory_bytes();
    for parts_bytes in [0, first] {
        let how = format!("{language}, {count} parts, room for {parts_bytes} bytes");
        let (spilled, forward) = spilled(language, passages, count, parts_bytes);
        check_against(&stock, &spilled, &how);
        assert!(forward == in_memory, "{how}");
    }
}

fn check_against(stock: &Index, ours: &Index, how: &str) {
    assert!(ours.validate_checksum().unwrap().is_empty());
    let (expected, found) = (only_segment(stock), only_segment(ours));
    assert_same(contents(&found), contents(&expected));
    // What a reader does not show: bounds of blocks, order of fields, and all
    // that is beside the values. The store's blocks end where parts end.
    let bytes = |index: &Index, component| {
        let segment = &index.searchable_segments().unwrap()[0];
        segment.open_read(component).unwrap().read_bytes().unwrap().to_vec()
    };
    for component in [
        SegmentComponent::FieldNorms,
        SegmentComponent::Terms,
        SegmentComponent::Postings,
        SegmentComponent::Positions,
        SegmentComponent::FastFields,
    ] {
        let same = bytes(stock, component.clone()) == bytes(ours, component.clone());
        assert!(same, "{component:?} differs: {how}");
    }
}

fn passage(document: &str, title: Option<&str>, headings: &[&str], text: &str) -> Passage {
    Passage {
        id: PassageId { document: DocumentId(document.into()), ordinal: text.len() as u32 },
        title: title.map(str::to_owned),
        headings: headings.iter().map(|&heading| heading.to_owned()).collect(),
        text: text.to_owned(),
        date: time::Date::from_julian_day(text.len() as i32 * 7)
            .ok()
            .filter(|_| !text.len().is_multiple_of(3)),
        span: ByteSpan { start: 3, end: 3 + text.len() as u64 },
        lines: LineSpan { start: text.len() as u64, end: text.len() as u64 + 2 },
        coordinates: Coordinates::File,
        content_hash: ContentHash([7; 16]),
    }
}

const LANGUAGES: [Language; 4] =
    [Language::None, Language::English, Language::French, Language::German];

/// Passages whose words are as unevenly spread as those of a text: the word
/// with rank r stands in about every r-th place.
fn spread(count: usize) -> Vec<Sourced> {
    let mut state = 1u64;
    let mut random = move |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let endings = ["", "s", "ing", "ed", "'s", "ation"];
    let sourced = (0..count).map(|number| {
        let mut words = |count: u64| {
            let words = (0..count).map(|_| {
                let rank = 2000 / (1 + random(2000));
                format!("w{rank}or{}", endings[random(6) as usize])
            });
            words.collect::<Vec<_>>().join(" ")
        };
        let (title, heading, text) = (words(3), words(4), words(60));
        let source = format!("{}.md", number / 5);
        let passage = passage(&source, Some(&title), &[&heading, "Rise"], &text);
        (source, passage)
    });
    sourced.collect()
}

#[test]
fn terms_in_many_blocks_are_as_the_engine_writes_them() {
    let passages = spread(600);
    for language in [Language::None, Language::English] {
        for parts in 1..=4 {
            check(language, &passages, parts);
        }
    }
}

#[test]
fn odd_passages_are_as_the_engine_writes_them() {
    let long = "Long".repeat(100);
    let far = "far ".repeat(70_000);
    let passages: Vec<Sourced> = [
        passage("", None, &[], ""),
        passage("a", Some(""), &[""], "one two"),
        passage("a", Some("a\u{1E}b\u{1E}"), &["", "\u{1E}c", "d"], "\u{1E}x\u{1E}\u{1E}y\u{1E}"),
        passage("a", Some("a title"), &["one"], "a title"),
        passage("b", None, &["only", "headings"], ""),
        passage("b", Some("Jun's 时间差"), &["l'homme", &long], &format!("{long}'s 链 ｱ don’t")),
        passage("c", Some("far"), &[], &far),
        passage("c", None, &[], "the end"),
    ]
    .into_iter()
    .zip(["a.md", "", "a.md", "a.md", "b.md", "链.md", "c.md", &"s".repeat(70_000)])
    .map(|(passage, source)| (source.to_owned(), passage))
    .collect();
    for language in LANGUAGES {
        for parts in [1, 2, 8] {
            check(language, &passages, parts);
        }
    }
}

#[test]
fn the_engine_goes_on_with_a_segment_of_ours() {
    let language = Language::English;
    let passages = spread(400);
    let (first, rest) = passages.split_at(300);
    let (second, third) = rest.split_at(60);
    let (index, fields, mut writer) = ours(language, first, 2);
    writer.commit().unwrap();
    writer.delete_term(Term::from_field_text(fields.source, "7.md"));
    add(&index, &fields, &writer, language, second, 3);
    for passage in third {
        writer.add_document(document(&fields, language, passage)).unwrap();
    }
    writer.commit().unwrap();
    let segments = index.searchable_segment_metas().unwrap();
    assert_eq!(segments.len(), 3);
    // Segments have no order of their own: they are told apart by their sizes.
    let mut left = Vec::new();
    for segment in &segments {
        let same = |passages: &&[Sourced]| passages.len() == segment.max_doc() as usize;
        left.extend([first, second, third].into_iter().find(same).unwrap_or_default().to_vec());
    }
    left.retain(|(source, _)| source != "7.md");
    let segments: Vec<_> = segments.iter().map(|segment| segment.id()).collect();
    writer.merge(&segments).wait().unwrap();
    writer.garbage_collect_files().wait().unwrap();
    assert!(index.validate_checksum().unwrap().is_empty());
    // After deletions the engine only estimates how many tokens a field has.
    let contents = |index: &Index| {
        let mut lines = contents(&only_segment(index));
        lines.retain(|line| !line.ends_with(" tokens"));
        lines
    };
    assert_same(contents(&index), contents(&stock(language, &left)));
}

// A trap of the engine: it keeps no opstamps for a segment that is added whole.
#[test]
fn an_uncommitted_deletion_reaches_into_a_segment_that_is_added_after_it() {
    let passages = spread(20);
    let (index, fields, mut writer) = ours(Language::None, &passages, 1);
    writer.commit().unwrap();
    writer.delete_term(Term::from_field_text(fields.source, "0.md"));
    add(&index, &fields, &writer, Language::None, &passages[..5], 1);
    writer.commit().unwrap();
    assert_eq!(index.reader().unwrap().searcher().num_docs(), 15);
}
