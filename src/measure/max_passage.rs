//! From ranked passages to ranked documents, for judgments of documents.

use std::collections::HashMap;

use crate::document::DocumentId;
use crate::passage::PassageId;

/// Collapses passages to their documents: the best passage of a document
/// counts. Documents come by score descending; equal ones in the order in which
/// they were first met.
///
/// Source: Callan, "Passage-level evidence in document retrieval", SIGIR 1994;
/// named MaxP by Dai and Callan, "Deeper text understanding for IR with
/// contextual neural language modeling", SIGIR 2019.
pub fn max_passage(passages: impl IntoIterator<Item = (PassageId, f32)>) -> Vec<(DocumentId, f32)> {
    let mut places: HashMap<DocumentId, usize> = HashMap::new();
    let mut documents: Vec<(DocumentId, f32)> = Vec::new();
    for (passage, score) in passages {
        match places.get(&passage.document) {
            Some(&place) => {
                let best = &mut documents[place].1;
                *best = best.max(score);
            }
            None => {
                places.insert(passage.document.clone(), documents.len());
                documents.push((passage.document, score));
            }
        }
    }
    documents.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    documents
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(passages: &[(&str, u32, f32)], expected: &[(&str, f32)]) {
        let passages = passages.iter().map(|&(document, ordinal, score)| {
            (PassageId { document: DocumentId(document.into()), ordinal }, score)
        });
        let documents = max_passage(passages);
        let found: Vec<_> =
            documents.iter().map(|(document, score)| (document.as_str(), *score)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_best_passage_of_a_document_counts() {
        check(
            &[("b", 3, 5.0), ("a", 0, 4.0), ("b", 1, 3.0), ("c", 0, 4.0)],
            &[("b", 5.0), ("a", 4.0), ("c", 4.0)],
        );
    }

    #[test]
    fn passages_need_not_be_sorted() {
        check(&[("a", 0, 1.0), ("b", 0, 2.0), ("a", 1, 3.0)], &[("a", 3.0), ("b", 2.0)]);
        check(&[], &[]);
    }
}
