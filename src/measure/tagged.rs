//! TREC's topics between tags, in both of their forms: `<top>` with `<num>` and
//! `<title>`, whose fields need not be closed, and `<topic number="1">` with
//! `<query>`, as the Web track has them. How the fields are cut into lines does
//! not matter.

use super::topics::{Topic, TopicField};

/// A topic while its lines come in. A field lasts until the next tag.
#[derive(Default)]
pub(super) struct Tagged {
    number: Option<String>,
    title: String,
    description: String,
    open: Open,
}

#[derive(Default, Clone, Copy)]
enum Open {
    Number,
    Title,
    Description,
    #[default]
    Other,
}

/// What a tag does.
enum Tag<'t> {
    /// A topic begins, perhaps with its number.
    Begin(Option<&'t str>),
    /// A topic ends.
    End,
    /// A field begins, perhaps with a label that is not part of it.
    Field(Open, &'static str),
}

impl Tagged {
    /// Takes a line; adds the topics that it ends to `ended`.
    pub(super) fn line(&mut self, line: &str, field: TopicField, ended: &mut Vec<Topic>) {
        let line = line.trim();
        let mut rest = line;
        while let Some((before, tag, behind)) = next_tag(rest, rest.len() == line.len()) {
            self.append(before);
            rest = behind;
            match tag {
                // A new topic ends one whose end was forgotten.
                Tag::Begin(number) => {
                    ended.extend(self.end(field));
                    self.number = number.map(str::to_owned);
                }
                Tag::End => ended.extend(self.end(field)),
                Tag::Field(open, label) => {
                    self.open = open;
                    let text = rest.trim_start();
                    rest = text.strip_prefix(label).unwrap_or(text);
                }
            }
        }
        self.append(rest);
    }

    /// Ends the topic, if there is one.
    pub(super) fn end(&mut self, field: TopicField) -> Option<Topic> {
        let topic = std::mem::take(self);
        let text = match field {
            TopicField::Title => topic.title,
            TopicField::Description => topic.description,
            TopicField::TitleAndDescription => format!("{} {}", topic.title, topic.description),
        };
        Some(Topic { id: topic.number?, text: text.trim().to_owned() })
    }

    fn append(&mut self, text: &str) {
        let text = text.trim();
        let field = match self.open {
            Open::Number => self.number.get_or_insert_default(),
            Open::Title => &mut self.title,
            Open::Description => &mut self.description,
            Open::Other => return,
        };
        if !field.is_empty() && !text.is_empty() {
            field.push(' ');
        }
        field.push_str(text);
    }
}

impl<'t> Tag<'t> {
    /// What the tag between `<` and `>` does; `None` if it is not known.
    fn known(tag: &'t str) -> Option<Self> {
        let name = tag.split_whitespace().next()?;
        Some(match name.to_ascii_lowercase().as_str() {
            "top" => Self::Begin(None),
            "topic" => Self::Begin(number_of(tag)),
            "/top" | "/topic" => Self::End,
            "num" => Self::Field(Open::Number, "Number:"),
            "title" => Self::Field(Open::Title, "Topic:"),
            "query" => Self::Field(Open::Title, ""),
            "desc" | "description" => Self::Field(Open::Description, "Description:"),
            "question" => Self::Field(Open::Description, ""),
            "narr" | "narrative" | "subtopic" => Self::OTHER,
            name if name.starts_with('/') => Self::OTHER,
            _ => return None,
        })
    }

    const OTHER: Self = Self::Field(Open::Other, "");
}

/// The number in `topic number="1" type="faceted"`.
fn number_of(tag: &str) -> Option<&str> {
    let (_, value) = tag.split_once("number")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// What stands before the first tag of `text`, what it does, and what stands
/// behind it. Any tag at the beginning of a line is one; further on only those that
/// are known, since a text may have a `<` of its own.
fn next_tag(text: &str, is_whole_line: bool) -> Option<(&str, Tag<'_>, &str)> {
    let mut at = text.find('<')?;
    loop {
        let end = at + 1 + text[at + 1..].find(['<', '>'])?;
        if text[end..].starts_with('<') {
            at = end;
            continue;
        }
        let is_first = at == 0 && is_whole_line;
        if let Some(tag) = Tag::known(&text[at + 1..end]).or(is_first.then_some(Tag::OTHER)) {
            return Some((&text[..at], tag, &text[end + 1..]));
        }
        at = end + text[end..].find('<')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, field: TopicField, expected: &[(&str, &str)]) {
        let (mut tagged, mut ended) = (Tagged::default(), Vec::new());
        input.lines().for_each(|line| tagged.line(line, field, &mut ended));
        ended.extend(tagged.end(field));
        let found: Vec<_> =
            ended.iter().map(|topic| (topic.id.as_str(), topic.text.as_str())).collect();
        assert_eq!(found, expected);
    }

    /// Such topics were not found.
    #[test]
    fn a_line_may_hold_several_tags_and_topics() {
        check(
            "<top><num>1</num><title>a b</title><desc>c</desc><narr>d</narr></top><top>\n\
             <num> Number: 2 <title> e\nf</title>\ng\n</top>",
            TopicField::Title,
            &[("1", "a b"), ("2", "e f")],
        );
    }

    /// Nor were these.
    #[test]
    fn topics_of_the_web_track_are_read() {
        let input = "<?xml version=\"1.0\"?>\n<webtrack>\n\
            <topic number=\"1\" type=\"faceted\"><query>obama family</query>\n\
            <description>Who are\n  they?</description>\n\
            <subtopic number=\"1\" type=\"nav\">x</subtopic></topic>\n\
            <topic number='2'>\n  <query>\n    trees\n  </query>\n</topic>\n</webtrack>\n";
        check(input, TopicField::Title, &[("1", "obama family"), ("2", "trees")]);
        check(input, TopicField::Description, &[("1", "Who are they?"), ("2", "")]);
    }

    #[test]
    fn a_text_may_have_angles_of_its_own() {
        check(
            "<top>\n<num>1\n<title> 1 < 2 > 0, vector<int> <\n<con> x\n</top>",
            TopicField::Title,
            &[("1", "1 < 2 > 0, vector<int> <")],
        );
    }
}
