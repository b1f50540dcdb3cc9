//! How much matches, beside what is visited one after the other.

use super::*;
use crate::rank::count::{Matches, count, count_passages};
use crate::rank::{Selection, holders_of_any};

/// Holds that what is counted of `plan` are the passages `expected` and their documents.
pub(super) fn check(snapshot: &Snapshot, plan: &Plan, expected: &[(f32, PassageId)]) -> Result<()> {
    let documents: BTreeSet<&str> = expected.iter().map(|(_, id)| id.document.as_str()).collect();
    let (passages, documents) = (expected.len() as u64, documents.len() as u64);
    assert_eq!(count(snapshot, plan)?, Matches { passages, documents }, "{plan:?}");
    assert_eq!(count_passages(snapshot, plan)?, passages, "{plan:?}");
    Ok(())
}

#[test]
fn a_document_counts_once_wherever_its_passages_lie() -> Result<()> {
    let sample = Sample::new(3)?;
    let record = |id: u32| format!("{{\"id\":\"{id}\",\"text\":\"w1 w2\"}}\n");
    let records = |ids: std::ops::Range<u32>| ids.map(record).collect::<String>();
    for (file, ids) in [("a.jsonl", 0..40), ("b.jsonl", 30..50), ("c.jsonl", 45..52)] {
        let rare = if file == "c.jsonl" { "" } else { "{\"id\":\"7\",\"text\":\"w3\"}\n" };
        let own = format!("{{\"id\":\"{file}\",\"text\":\"w3\"}}\n");
        let own = if file == "a.jsonl" { own } else { String::new() };
        sample.write_text(file, &format!("{}{rare}{own}", records(ids)))?;
        sample.update()?;
    }
    let snapshot = sample.snapshot()?;
    assert!(snapshot.segments().len() > 1);
    let count =
        |word: &str| count(&snapshot, &Plan::term(snapshot.fields().text, word.to_owned(), 1.0));
    assert_eq!(count("w1")?, Matches { passages: 67, documents: 52 });
    // So few that they are looked up.
    assert_eq!(count("w3")?, Matches { passages: 3, documents: 2 });
    Ok(())
}

#[test]
fn what_is_found_by_some_terms_is_what_holds_them() -> Result<()> {
    let mut sample = Sample::new(5)?;
    for (name, passages) in [("a", 300), ("b", 200), ("a", 100)] {
        sample.commit(name, passages)?;
    }
    let snapshot = sample.snapshot()?;
    assert!(snapshot.segments().len() > 1);
    let field = snapshot.fields().text;
    let of = |select| count(&snapshot, &Plan::Leaf(Leaf::Selection { select, score: 0.0 }));
    let ends = ["7", "13", "none"];
    let fits = ends.map(|end| move |term: &str| term.ends_with(end));
    for (found, end) in holders_of_any(&snapshot, field, &fits)?.into_iter().zip(ends) {
        let words = (0..400).map(|word| format!("w{word}"));
        let terms = words.filter(|word| word.ends_with(end)).collect();
        let expected = of(Selection::Terms { field, terms })?;
        assert_eq!((of(found)?, expected.passages > 0), (expected, end != "none"), "{end}");
    }
    Ok(())
}

#[test]
fn an_id_has_its_place_among_those_of_any_segment() -> Result<()> {
    let sample = Sample::new(6)?;
    let records: String =
        (0..500).map(|id| format!("{{\"id\":\"{}\",\"text\":\"w1\"}}\n", 3 * id)).collect();
    sample.write_text("a.jsonl", &records)?;
    sample.update()?;
    let snapshot = sample.snapshot()?;
    let segment = &snapshot.segments()[0];
    let mut ids: Vec<String> = (0..500).map(|id| (3 * id).to_string()).collect();
    ids.sort();
    for id in (0..1600).map(|id| id.to_string()).chain(["".into(), "z".into()]) {
        let before = ids.partition_point(|known| *known < id);
        let expected = (before as u64, ids.get(before) == Some(&id));
        assert_eq!(segment.place_of_id(&id)?, expected, "{id}");
    }
    Ok(())
}
