//! Topics: test queries with ids, read from the three formats they come in.
//!
//! The format is told by the first character: `{` begins JSON lines as BEIR has
//! them, `<` TREC's tagged topics (`tagged`), anything else is `id<TAB>text`.
//! Queries for timing have no ids and live in [`super::queries`].

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::lines::{Lines, column_id, is_blank, open};
use super::qrels::Qrels;
use super::tagged::Tagged;
use crate::error::Result;

/// A test query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// What judgments and runs call it.
    pub id: String,
    /// The query.
    pub text: String,
}

/// Which part of a TREC topic is the query. The other formats have one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TopicField {
    /// The title: a few words, as people type them.
    #[default]
    Title,
    /// The description: one sentence.
    Description,
    /// Both, the title first.
    TitleAndDescription,
}

/// Reads the topics of the file at `path`, in file order; see [`read`].
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) and
/// [`Error::Malformed`](crate::Error::Malformed).
pub fn load(path: &Path, field: TopicField) -> Result<Vec<Topic>> {
    read(&mut open(path)?, &path.to_string_lossy(), field)
}

/// Reads topics in file order. `name` is what errors call the source.
///
/// A topic whose chosen field is missing or empty is left out: it asks nothing.
/// Ids stay as they are written; see [`meet`].
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) where reading fails,
/// [`Error::Malformed`](crate::Error::Malformed) where a line breaks the format,
/// an id comes twice, or there are tags and no topic between them.
///
/// ```
/// use excerpt::measure::topics::{self, TopicField};
///
/// let mut file = "<top>\n<num> Number: 301\n<title> organized crime\n</top>\n".as_bytes();
/// let topics = topics::read(&mut file, "topics.301-450", TopicField::Title)?;
/// assert_eq!(topics[0].id, "301");
/// assert_eq!(topics[0].text, "organized crime");
/// # Ok::<(), excerpt::Error>(())
/// ```
pub fn read(reader: &mut dyn BufRead, name: &str, field: TopicField) -> Result<Vec<Topic>> {
    let mut lines = Lines::new(reader, "topics", name);
    let mut topics = Topics::default();
    let (mut tagged, mut ended) = (Tagged::default(), Vec::new());
    let mut format = None;
    while let Some(line) = lines.next_line()? {
        if is_blank(&line) {
            continue;
        }
        match *format.get_or_insert_with(|| Format::of(&line)) {
            Format::Json => topics.add(json_topic(&line, &lines)?, &lines)?,
            Format::Tabs => topics.add(tab_topic(&line, &lines)?, &lines)?,
            Format::Tags => {
                tagged.line(&line, field, &mut ended);
                ended.drain(..).try_for_each(|topic| topics.add(topic, &lines))?;
            }
        }
    }
    if let Some(topic) = tagged.end(field) {
        topics.add(topic, &lines)?;
    }
    if matches!(format, Some(Format::Tags)) && !topics.has_any {
        return Err(lines.malformed(
            "tags, but neither `<top>` with `<num>` nor `<topic number=\"…\">` among them",
        ));
    }
    Ok(topics.list)
}

/// Gives each topic the id that its judgments have where the two differ in
/// leading zeros alone: early topics are numbered `051` and their judgments say
/// `51`, in other collections it is the other way.
///
/// ```
/// use excerpt::measure::topics::{self, TopicField};
/// use excerpt::measure::Qrels;
///
/// let mut topics = topics::read(&mut "051\tairbus\n".as_bytes(), "t", TopicField::Title)?;
/// topics::meet(&mut topics, &Qrels::read(&mut "51 0 a 1\n".as_bytes(), "q")?);
/// assert_eq!(topics[0].id, "51");
/// # Ok::<(), excerpt::Error>(())
/// ```
pub fn meet(topics: &mut [Topic], qrels: &Qrels) {
    let mut judged: HashMap<&str, &str> = HashMap::new();
    for id in qrels.topics() {
        judged.entry(without_zeros(id)).or_insert(id);
    }
    let mut taken: HashSet<String> = topics.iter().map(|topic| topic.id.clone()).collect();
    for topic in topics {
        if qrels.judged(&topic.id).is_some() {
            continue;
        }
        if let Some(&id) = judged.get(without_zeros(&topic.id))
            && taken.insert(id.to_owned())
        {
            topic.id = id.to_owned();
        }
    }
}

/// A number without zeros before it; anything else as it is.
fn without_zeros(id: &str) -> &str {
    let short = id.trim_start_matches('0');
    if short.starts_with(|first: char| first.is_ascii_digit()) { short } else { id }
}

/// Writes topics as `id<TAB>text`, in their order. White space in a text becomes
/// one space each.
///
/// # Errors
/// What `out` says.
pub fn write(topics: &[Topic], out: &mut dyn Write) -> io::Result<()> {
    topics.iter().try_for_each(|topic| {
        let text = topic.text.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(out, "{}\t{text}", column_id(&topic.id))
    })
}

#[derive(Clone, Copy)]
enum Format {
    Json,
    Tags,
    Tabs,
}

impl Format {
    fn of(line: &str) -> Self {
        match line.trim_start().chars().next() {
            Some('{') => Self::Json,
            Some('<') => Self::Tags,
            _ => Self::Tabs,
        }
    }
}

#[derive(Default)]
struct Topics {
    list: Vec<Topic>,
    ids: HashSet<String>,
    /// Whether there was any, be it an empty one.
    has_any: bool,
}

impl Topics {
    fn add(&mut self, topic: Topic, lines: &Lines<'_>) -> Result<()> {
        self.has_any = true;
        if topic.text.trim().is_empty() {
            return Ok(());
        }
        let id = column_id(&topic.id).into_owned();
        if !self.ids.insert(id.clone()) {
            return Err(lines.malformed(format!("topic `{id}` comes twice")));
        }
        self.list.push(Topic { id, text: topic.text });
        Ok(())
    }
}

#[derive(Deserialize)]
struct JsonTopic {
    #[serde(rename = "_id", alias = "id")]
    id: JsonId,
    #[serde(alias = "query")]
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum JsonId {
    Text(String),
    Number(serde_json::Number),
}

fn json_topic(line: &str, lines: &Lines<'_>) -> Result<Topic> {
    let topic: JsonTopic = serde_json::from_str(line).map_err(|error| {
        lines.malformed(format!("not an object with `_id` and `text`: {error}"))
    })?;
    let id = match topic.id {
        JsonId::Text(id) => id,
        JsonId::Number(id) => id.to_string(),
    };
    Ok(Topic { id, text: topic.text })
}

fn tab_topic(line: &str, lines: &Lines<'_>) -> Result<Topic> {
    let (id, text) =
        line.split_once('\t').ok_or_else(|| lines.malformed("not of the form `id<TAB>text`"))?;
    Ok(Topic { id: id.trim().to_owned(), text: text.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use proptest::prelude::*;

    const TREC: &str = "\n<top>\n\n<num> Number: 051\n<title> Topic: Airbus\nSubsidies\n\n\
        <desc> Description:\nWhat is said about\nstate aid?\n\n<narr> Narrative:\nAnything.\n\n</top>\n\n\
        <top>\n<num>52</num>\n<title>Sanctions</title>\n</top>\n";

    fn check(input: &str, field: TopicField, expected: &[(&str, &str)]) -> Result<()> {
        let topics = read(&mut input.as_bytes(), "t", field)?;
        let found: Vec<_> =
            topics.iter().map(|topic| (topic.id.as_str(), topic.text.as_str())).collect();
        assert_eq!(found, expected);
        Ok(())
    }

    fn check_error(input: &str, expected: &str) {
        let result = read(&mut input.as_bytes(), "t", TopicField::Title);
        let message = result.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn tab_separated_topics_keep_their_order() -> Result<()> {
        check("2\tb  c\n\n1\ta\r\n", TopicField::Title, &[("2", "b  c"), ("1", "a")])
    }

    #[test]
    fn topics_survive_being_written_and_read() -> Result<()> {
        let topics = read(&mut "2\tb c\n1\t{a}\n".as_bytes(), "t", TopicField::Title)?;
        let mut file = Vec::new();
        write(&topics, &mut file).map_err(Error::io("write", "t"))?;
        assert_eq!(read(&mut &file[..], "t", TopicField::Title)?, topics);
        Ok(())
    }

    #[test]
    fn beir_topics_may_have_numbers_for_ids() -> Result<()> {
        check(
            "{\"_id\": \"PLAIN-2\", \"text\": \"a\", \"metadata\": {}}\n{\"_id\": 7, \"text\": \"b\"}\n",
            TopicField::Title,
            &[("PLAIN-2", "a"), ("7", "b")],
        )
    }

    #[test]
    fn trec_topics_give_the_field_that_is_asked_for() -> Result<()> {
        check(TREC, TopicField::Title, &[("051", "Airbus Subsidies"), ("52", "Sanctions")])?;
        check(TREC, TopicField::Description, &[("051", "What is said about state aid?")])?;
        check(
            TREC,
            TopicField::TitleAndDescription,
            &[("051", "Airbus Subsidies What is said about state aid?"), ("52", "Sanctions")],
        )
    }

    #[test]
    fn a_trec_topic_without_an_end_is_still_read() -> Result<()> {
        check("<top>\n<num> Number: 1\n<title> a", TopicField::Title, &[("1", "a")])
    }

    #[test]
    fn broken_topics_are_refused_with_their_line() {
        check_error("1\ta\nb\n", "cannot read the topics at `t:2`: not of the form");
        check_error("{\"_id\": 1}\n", "cannot read the topics at `t:1`: not an object with");
        check_error(
            "<topics>\n<t id=\"1\">a</t>\n",
            "cannot read the topics at `t:2`: tags, but neither",
        );
        check_error("1\ta\n1\tb\n", "cannot read the topics at `t:2`: topic `1` comes twice");
    }

    /// Zeros were taken from topics alone: judgments that have them did not meet.
    #[test]
    fn topics_and_judgments_meet_whichever_has_zeros() -> Result<()> {
        for (topics, judgments, expected) in [
            ("051\ta\n", "51 0 d 1\n", &["51"][..]),
            ("1\ta\n", "001 0 d 1\n", &["001"]),
            ("001\ta\n", "001 0 d 1\n1 0 d 1\n", &["001"]),
            ("01\ta\n1\tb\n", "1 0 d 1\n", &["01", "1"]),
            ("01\ta\n0q\tb\n", "2 0 d 1\nq 0 d 1\n", &["01", "0q"]),
        ] {
            let mut topics = read(&mut topics.as_bytes(), "t", TopicField::Title)?;
            meet(&mut topics, &Qrels::read(&mut judgments.as_bytes(), "q")?);
            let ids: Vec<_> = topics.iter().map(|topic| topic.id.as_str()).collect();
            assert_eq!(ids, expected);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&mut &bytes[..], "t", TopicField::TitleAndDescription);
        }

        #[test]
        fn any_tagged_text_is_read(text in "(<(top|num|title|desc|/top)> ?|[a-z:<>/ \n]){0,60}") {
            let _ = read(&mut format!("<top>\n{text}").as_bytes(), "t", TopicField::Title);
        }
    }
}
