//! How much matches, beside what is visited one after the other.

use super::*;
use crate::rank::count::{Matches, count, count_passages};

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
        sample.write_text(file, &records(ids))?;
        sample.update()?;
    }
    let snapshot = sample.snapshot()?;
    assert!(snapshot.segments().len() > 1);
    let plan = Plan::term(snapshot.fields().text, "w1".to_owned(), 1.0);
    assert_eq!(count(&snapshot, &plan)?, Matches { passages: 67, documents: 52 });
    Ok(())
}
