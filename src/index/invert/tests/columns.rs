//! Columns, beside those that the engine writes.

use super::*;

fn columns(index: &Index) -> Vec<u8> {
    let segment = &index.searchable_segments().unwrap()[0];
    let file = segment.open_read(SegmentComponent::FastFields).unwrap();
    file.read_bytes().unwrap().to_vec()
}

/// Ids that are in several runs, follow on each other or not, and one that is empty;
/// dates that none, some or all passages of a run have.
fn runs() -> impl Strategy<Value = Vec<Vec<Sourced>>> {
    let place = (0u32..3, prop_oneof![0u64..9, any::<u64>()]);
    let dates = prop_oneof![Just(0u32), 0u32..1000, Just(1000)];
    let run = (dates, prop::collection::vec(("[a-c]{0,2}", place, 0u32..1000, 0i64..9), 1..30));
    let run = run.prop_map(|(dated, rows)| {
        let row = |(id, (ordinal, line), chance, day): (String, _, _, i64)| {
            let mut passage = passage(&id, None, &[], "a");
            passage.id.ordinal = ordinal;
            passage.lines = LineSpan { start: line, end: line };
            passage.date = Some(time::macros::date!(2011 - 12 - 15) - time::Duration::days(day))
                .filter(|_| chance < dated);
            (String::from("a.md"), passage)
        };
        rows.into_iter().map(row).collect()
    });
    prop::collection::vec(run, 1..6)
}

proptest! {
    #[test]
    fn they_are_as_the_engine_writes_them(runs in runs()) {
        let language = Language::None;
        let stock = stock(language, &runs.concat());
        // On disk, and in memory.
        for room_bytes in [0, HEAP_BYTES] {
            let (index, fields) = index(language);
            let mut writer: IndexWriter = index.writer_with_num_threads(1, HEAP_BYTES).unwrap();
            let parts = runs.iter().flat_map(|run| parts(&index, language, run, 1)).collect();
            let meta = written((&index, &fields, language), parts, room_bytes, Written::into_meta);
            writer.add_segment(meta).unwrap();
            writer.commit().unwrap();
            prop_assert!(columns(&index) == columns(&stock));
        }
    }
}

/// Dates that all passages of a block of 65,536 have, that some have, and that none have.
#[test]
fn they_are_as_the_engine_writes_them_over_several_blocks() {
    let language = Language::None;
    for (all, some) in [(0, 1), (2, 1), (1, 2)] {
        let sourced = |number: u32| {
            let mut passage = passage(&format!("a{}", number / 7), None, &[], "a");
            let is_dated = match number >> 16 {
                block if block == all => true,
                block if block == some => number.is_multiple_of(5),
                _ => false,
            };
            let date = time::macros::date!(2011 - 12 - 15);
            passage.date = is_dated.then(|| date - time::Duration::days(i64::from(number % 1000)));
            (String::from("a.md"), passage)
        };
        let passages: Vec<Sourced> = (0..140_000).map(sourced).collect();
        let stock = stock(language, &passages);
        let (index, _) = spilled(language, &passages, 3, 0);
        assert!(columns(&index) == columns(&stock), "{all} {some}");
    }
}
