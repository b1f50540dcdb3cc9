//! Runs: what a system found, per topic, in the order trec_eval gives it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufRead, Write};
use std::path::Path;

use serde::Serialize;

use super::lines::{Lines, column_id, columns, is_blank, open};
use crate::error::Result;

/// Ranked documents by topic.
///
/// The order is trec_eval's: score descending, compared in single precision,
/// then document id descending by bytes, whatever rank was given. So a run
/// that is written and read again is the same run, and scores the same there
/// and here. White space and control characters in ids stand as `%20` and the
/// like, since the columns of a run cannot hold them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Run {
    topics: BTreeMap<String, Vec<RankedDocument>>,
}

/// A document in a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedDocument {
    /// The document's id.
    pub document: String,
    /// Its score; higher is better, finite.
    pub score: f32,
}

impl Run {
    /// Reads the run in the file at `path`; see [`Run::read`].
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) and
    /// [`Error::Malformed`](crate::Error::Malformed).
    pub fn load(path: &Path) -> Result<Self> {
        Self::read(&mut open(path)?, &path.to_string_lossy())
    }

    /// Reads a run in TREC's six columns, `topic Q0 document rank score tag`;
    /// rank and tag are not looked at. `name` is what errors call the source.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) where reading fails,
    /// [`Error::Malformed`](crate::Error::Malformed) where a line has fewer
    /// columns, a score is not a number, or a document comes twice for a topic.
    pub fn read(reader: &mut dyn BufRead, name: &str) -> Result<Self> {
        let mut lines = Lines::new(reader, "run", name);
        let mut topics: BTreeMap<String, Vec<RankedDocument>> = BTreeMap::new();
        let mut seen: BTreeMap<String, HashSet<String>> = BTreeMap::new();
        while let Some(line) = lines.next_line()? {
            if is_blank(&line) {
                continue;
            }
            let (topic, document, score) = run_columns(&line).ok_or_else(|| {
                lines.malformed("not of the form `topic Q0 document rank score tag`")
            })?;
            // By way of double precision, as `atof` goes: one rounding more.
            let score = match score.parse::<f64>() {
                Ok(score) if score.is_finite() => score as f32,
                _ => return Err(lines.malformed(format!("score `{score}` is not a number"))),
            };
            let (topic, document) = (column_id(topic), column_id(document).into_owned());
            if !seen.entry(topic.to_string()).or_default().insert(document.clone()) {
                return Err(lines
                    .malformed(format!("document `{document}` comes twice for topic `{topic}`")));
            }
            topics
                .entry(topic.into_owned())
                .or_default()
                .push(RankedDocument { document, score: finite(score) });
        }
        topics.values_mut().for_each(|documents| documents.sort_by(trec_order));
        Ok(Self { topics })
    }

    /// Sets what was found for a topic. A document that comes twice keeps its
    /// best score. A topic with nothing found is not in the run, as no line of
    /// its file could say so.
    pub fn insert<D: AsRef<str>>(
        &mut self,
        topic: &str,
        documents: impl IntoIterator<Item = (D, f32)>,
    ) {
        let mut documents: Vec<RankedDocument> = documents
            .into_iter()
            .map(|(document, score)| RankedDocument {
                document: column_id(document.as_ref()).into_owned(),
                score: finite(score),
            })
            .collect();
        documents.sort_by(trec_order);
        let mut seen = HashSet::with_capacity(documents.len());
        documents.retain(|ranked| seen.insert(ranked.document.clone()));
        let topic = column_id(topic).into_owned();
        if documents.is_empty() {
            self.topics.remove(&topic);
        } else {
            self.topics.insert(topic, documents);
        }
    }

    /// Writes the run in TREC's six columns, topics ascending by id. Ranks
    /// begin at 1; scores have the digits that bring them back exactly. `tag`
    /// names the run.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write(&self, out: &mut dyn Write, tag: &str) -> io::Result<()> {
        let tag = column_id(tag);
        for (topic, documents) in &self.topics {
            for (index, ranked) in documents.iter().enumerate() {
                let RankedDocument { document, score } = ranked;
                writeln!(out, "{topic} Q0 {document} {} {score} {tag}", index + 1)?;
            }
        }
        Ok(())
    }

    /// What was found for a topic, best first; empty if nothing was.
    pub fn ranked(&self, topic: &str) -> &[RankedDocument] {
        self.topics.get(topic).map_or(&[], Vec::as_slice)
    }

    /// The ids of the topics with something found, ascending.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.topics.keys().map(String::as_str)
    }
}

fn run_columns(line: &str) -> Option<(&str, &str, &str)> {
    let mut columns = columns(line);
    let (topic, _, document) = (columns.next()?, columns.next()?, columns.next()?);
    let (_, score, _) = (columns.next()?, columns.next()?, columns.next()?);
    Some((topic, document, score))
}

/// The order of `form_res_rels.c` in trec_eval 9, which holds scores as `float`.
fn trec_order(a: &RankedDocument, b: &RankedDocument) -> Ordering {
    b.score.total_cmp(&a.score).then_with(|| b.document.cmp(&a.document))
}

/// The score without what has no place in an order: -0 is 0, infinities are
/// the ends of the range, and what is not a number comes last.
fn finite(score: f32) -> f32 {
    if score.is_nan() { f32::MIN } else { score.clamp(f32::MIN, f32::MAX) + 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order<'r>(run: &'r Run, topic: &str) -> Vec<&'r str> {
        run.ranked(topic).iter().map(|ranked| ranked.document.as_str()).collect()
    }

    fn check_error(input: &str, expected: &str) {
        let result = Run::read(&mut input.as_bytes(), "r");
        assert_eq!(result.err().map(|error| error.to_string()).as_deref(), Some(expected));
    }

    #[test]
    fn ranks_are_ignored_and_ties_go_by_id_descending() -> Result<()> {
        let text = "1 Q0 a 1 1.0 x\n1 Q0 c 2 1.0 x\n1 Q0 b 3 2 x\n\n1 Q0 d 4 1.00000000001 x y\n";
        let run = Run::read(&mut text.as_bytes(), "r")?;
        assert_eq!(order(&run, "1"), ["b", "d", "c", "a"]);
        assert!(run.ranked("2").is_empty());
        Ok(())
    }

    #[test]
    fn a_document_found_twice_keeps_its_best_score() {
        let mut run = Run::default();
        run.insert("1", [("a", 1.0), ("b", 2.0), ("a", 3.0), ("c", f32::NAN)]);
        assert_eq!(order(&run, "1"), ["a", "b", "c"]);
    }

    #[test]
    fn a_topic_with_nothing_found_is_not_in_the_run() {
        let mut run = Run::default();
        run.insert("1", [("a", 1.0)]);
        run.insert("1", Vec::<(String, f32)>::new());
        assert_eq!(run.topics().count(), 0);
    }

    #[test]
    fn broken_runs_are_refused_with_their_line() {
        check_error(
            "1 Q0 a 1 2.0\n",
            "cannot read the run at `r:1`: not of the form `topic Q0 document rank score tag`",
        );
        check_error(
            "1 Q0 a 1 nan x\n",
            "cannot read the run at `r:1`: score `nan` is not a number",
        );
        check_error(
            "1 Q0 a 1 2 x\n1 Q0 a 2 1 x\n",
            "cannot read the run at `r:2`: document `a` comes twice for topic `1`",
        );
    }

    proptest! {
        #[test]
        fn a_run_survives_being_written_and_read(
            documents in prop::collection::vec((".{0,6}", any::<f32>()), 0..20),
        ) {
            let mut run = Run::default();
            run.insert("a topic", documents);
            let mut file = Vec::new();
            prop_assert!(run.write(&mut file, "our tag").is_ok());
            prop_assert_eq!(Run::read(&mut &file[..], "r").ok(), Some(run));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Run::read(&mut &bytes[..], "r");
        }
    }
}
