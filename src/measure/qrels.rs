//! Judgments (qrels): which documents answer which topic, and how well.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::Path;

use serde::Serialize;

use super::lines::{Lines, column_id, columns, is_blank, open};
use crate::error::Result;

/// Judgments by topic and document.
///
/// A grade of 1 or more means relevant, and how much so; 0 means judged and not
/// relevant; a negative grade counts as not judged, as in trec_eval. White
/// space and control characters in ids stand as `%20` and the like, as in
/// [`Run`](super::run::Run).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Qrels {
    topics: BTreeMap<String, BTreeMap<String, i32>>,
}

impl Qrels {
    /// Reads the judgments of the file at `path`; see [`Qrels::read`].
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) and
    /// [`Error::Malformed`](crate::Error::Malformed).
    pub fn load(path: &Path) -> Result<Self> {
        Self::read(&mut open(path)?, &path.to_string_lossy())
    }

    /// Reads judgments, either TREC's four columns (`topic 0 document grade`)
    /// or BEIR's three between tabs (`query-id`, `corpus-id`, `score`, with or
    /// without that header). `name` is what errors call the source.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) where reading fails,
    /// [`Error::Malformed`](crate::Error::Malformed) where a line has other
    /// columns, a grade is not a whole number that an [`i32`] holds, or a
    /// document is judged twice with different grades.
    ///
    /// ```
    /// use excerpt::measure::Qrels;
    ///
    /// let qrels = Qrels::read(&mut "301 0 FBIS3-10082 1\n".as_bytes(), "qrels.txt")?;
    /// assert_eq!(qrels.grade("301", "FBIS3-10082"), Some(1));
    /// # Ok::<(), excerpt::Error>(())
    /// ```
    pub fn read(reader: &mut dyn BufRead, name: &str) -> Result<Self> {
        let mut lines = Lines::new(reader, "judgments", name);
        let mut qrels = Self::default();
        let mut first = true;
        let mut has_header = false;
        while let Some(line) = lines.next_line()? {
            if is_blank(&line) {
                continue;
            }
            let is_first = std::mem::replace(&mut first, false);
            let (topic, document, grade) =
                judgment_columns(&line, has_header).ok_or_else(|| {
                    lines.malformed(
                        "neither `topic 0 document grade` nor `topic<TAB>document<TAB>grade`",
                    )
                })?;
            let Ok(grade) = grade.parse::<i32>() else {
                if is_first && topic == "query-id" {
                    has_header = true;
                    continue;
                }
                let (least, most) = (i32::MIN, i32::MAX);
                return Err(lines.malformed(format!(
                    "grade `{grade}` is not a whole number from {least} to {most}"
                )));
            };
            let before = qrels.insert(topic, document, grade);
            if before.is_some_and(|before| before != grade) {
                return Err(lines.malformed(format!(
                    "document `{document}` is judged twice for topic `{topic}`, differently"
                )));
            }
        }
        Ok(qrels)
    }

    /// Writes the judgments in TREC's four columns, ascending by topic and
    /// document.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for (topic, documents) in &self.topics {
            for (document, grade) in documents {
                writeln!(out, "{topic} 0 {document} {grade}")?;
            }
        }
        Ok(())
    }

    /// Adds a judgment; gives the grade that it replaces, if there is one.
    pub fn insert(&mut self, topic: &str, document: &str, grade: i32) -> Option<i32> {
        self.topics
            .entry(column_id(topic).into_owned())
            .or_default()
            .insert(column_id(document).into_owned(), grade)
    }

    /// The grade of a document, if it was judged.
    pub fn grade(&self, topic: &str, document: &str) -> Option<i32> {
        self.judged(topic)?.get(document).copied()
    }

    /// The judged documents of a topic with their grades, ascending by id.
    pub fn judged(&self, topic: &str) -> Option<&BTreeMap<String, i32>> {
        self.topics.get(topic)
    }

    /// The ids of the judged topics, ascending.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.topics.keys().map(String::as_str)
    }
}

fn judgment_columns(line: &str, has_header: bool) -> Option<(&str, &str, &str)> {
    // BEIR's ids may have spaces, so tabs decide. Without its header, a line may have
    // TREC's columns, cut by tabs and spaces.
    if line.matches('\t').count() == 2 && (has_header || !is_trec(line)) {
        let mut columns = line.split('\t').map(str::trim);
        return Some((columns.next()?, columns.next()?, columns.next()?));
    }
    let mut columns = columns(line);
    let (topic, _, document, grade) =
        (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
    columns.next().is_none().then_some((topic, document, grade))
}

/// Whether the line has four columns, of which the second is as TREC fills it.
fn is_trec(line: &str) -> bool {
    let mut columns = columns(line);
    matches!(columns.nth(1), Some("0" | "Q0")) && columns.count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use proptest::prelude::*;

    fn check(input: &str, expected: &[(&str, &str, i32)]) -> Result<()> {
        let qrels = Qrels::read(&mut input.as_bytes(), "q")?;
        let mut found = Vec::new();
        for topic in qrels.topics() {
            for (document, grade) in qrels.judged(topic).into_iter().flatten() {
                found.push((topic, document.as_str(), *grade));
            }
        }
        assert_eq!(found, expected);
        Ok(())
    }

    fn check_error(input: &str, expected: &str) {
        let result = Qrels::read(&mut input.as_bytes(), "q");
        assert_eq!(result.err().map(|error| error.to_string()).as_deref(), Some(expected));
    }

    #[test]
    fn trec_columns_may_be_cut_by_any_space() -> Result<()> {
        check(
            "1 0 a 2\n1\tQ0\tb\t-1\r\n\n2  0   a  0",
            &[("1", "a", 2), ("1", "b", -1), ("2", "a", 0)],
        )
    }

    /// With two tabs the topic was `1 0`.
    #[test]
    fn two_tabs_do_not_make_four_columns_three() -> Result<()> {
        check("1 0\td1\t1\n1\tQ0 d2\t0\n", &[("1", "d1", 1), ("1", "d2", 0)])?;
        check("query-id\tcorpus-id\tscore\n1\t0 d2\t1\n", &[("1", "0%20d2", 1)])
    }

    #[test]
    fn beir_judgments_may_have_a_header_and_spaces_in_ids() -> Result<()> {
        check("query-id\tcorpus-id\tscore\n1\tmy notes.md\t1\n", &[("1", "my%20notes.md", 1)])?;
        check("1\ta\t1\n", &[("1", "a", 1)])
    }

    #[test]
    fn judgments_survive_being_written_and_read() -> Result<()> {
        let qrels = Qrels::read(&mut "2 0 b 0\n1 0 a 2\n1\tmy notes.md\t-1\n".as_bytes(), "q")?;
        let mut file = Vec::new();
        qrels.write(&mut file).map_err(Error::io("write", "q"))?;
        assert_eq!(Qrels::read(&mut &file[..], "q")?, qrels);
        Ok(())
    }

    #[test]
    fn a_judgment_that_is_repeated_is_no_contradiction() -> Result<()> {
        check("1 0 a 1\n1 0 a 1\n", &[("1", "a", 1)])
    }

    #[test]
    fn broken_judgments_are_refused_with_their_line() {
        check_error(
            "1 0 a 1\n1 0 b x\n",
            "cannot read the judgments at `q:2`: grade `x` is not a whole number from \
             -2147483648 to 2147483647",
        );
        // Of this one it was said that it is no whole number.
        check_error(
            "1 0 a 4294967295\n",
            "cannot read the judgments at `q:1`: grade `4294967295` is not a whole number from \
             -2147483648 to 2147483647",
        );
        check_error(
            "1 0 a\n",
            "cannot read the judgments at `q:1`: neither `topic 0 document grade` nor \
             `topic<TAB>document<TAB>grade`",
        );
        check_error(
            "1 0 a 1\n1 0 a 2\n",
            "cannot read the judgments at `q:2`: document `a` is judged twice for topic `1`, differently",
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Qrels::read(&mut &bytes[..], "q");
        }
    }
}
