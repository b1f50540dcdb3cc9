//! Which fields of a record mean what: the field map of JSON Lines and CSV.
//!
//! A [`FieldMap`] only names fields. How a record's fields are found is the
//! business of each format; how they become a document is in
//! `super::records`.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Names the fields that hold a record's id, title, text and date.
///
/// Written `title=headline,text=body,id=url,date=day`. A role that is left out
/// has its usual names, of which the first that the record has a value for is
/// taken:
///
/// - id: `_id`, `id`, `docno`, `docid`, `doc_id`
/// - title: `title`, `headline`
/// - text: `text`, `body`, `contents`, `content`, `passage`, `abstract`
/// - date: `date`, `published`, `created`
///
/// A role may be named several times: all the fields named for `text` are
/// joined, in the order given; of the others the first with a value is taken.
/// Names are compared without regard to ASCII case.
///
/// In JSON Lines `meta.title` is the field `title` of the object `meta`, or a
/// field of that very name. In a table without a header a name is a column's
/// number, from 1: `id=1,title=3,text=4`.
///
/// ```
/// use excerpt::corpus::FieldMap;
///
/// let map: FieldMap = "title=headline,text=summary,text=body".parse()?;
/// assert_eq!(map.title, ["headline"]);
/// assert_eq!(map.text, ["summary", "body"]);
/// assert!(map.id.is_empty());
/// # Ok::<(), excerpt::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldMap {
    /// The fields that hold the document's id; empty for the usual names.
    pub id: Vec<String>,
    /// The fields that hold its title; empty for the usual names.
    pub title: Vec<String>,
    /// The fields that hold its text; empty for the usual names.
    pub text: Vec<String>,
    /// The fields that hold its date; empty for the usual names.
    pub date: Vec<String>,
}

/// What a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Id,
    Title,
    Text,
    Date,
}

impl Role {
    pub(super) const ALL: [Self; 4] = [Self::Id, Self::Title, Self::Text, Self::Date];

    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Text => "text",
            Self::Date => "date",
        }
    }

    /// What such a field is called where nothing else is said, the most telling
    /// name first. Chosen by hand from the layouts of BEIR, TREC, Anserini and
    /// the common dumps. A `url` is no id by default: it may repeat.
    pub(super) fn usual_names(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["_id", "id", "docno", "docid", "doc_id"],
            Self::Title => &["title", "headline"],
            Self::Text => &["text", "body", "contents", "content", "passage", "abstract"],
            Self::Date => &["date", "published", "created"],
        }
    }
}

impl FieldMap {
    /// The names that were given for `role`; none if the usual ones hold.
    pub(super) fn given(&self, role: Role) -> &[String] {
        match role {
            Role::Id => &self.id,
            Role::Title => &self.title,
            Role::Text => &self.text,
            Role::Date => &self.date,
        }
    }

    fn given_mut(&mut self, role: Role) -> &mut Vec<String> {
        match role {
            Role::Id => &mut self.id,
            Role::Title => &mut self.title,
            Role::Text => &mut self.text,
            Role::Date => &mut self.date,
        }
    }
}

impl FromStr for FieldMap {
    type Err = Error;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let invalid = |reason: String| Error::InvalidOption {
            option: "field",
            value: value.to_owned(),
            reason,
        };
        let mut map = Self::default();
        for pair in value.split(',') {
            let Some((role, field)) = pair.split_once('=') else {
                return Err(invalid(format!("`{pair}` is not of the form `role=field`")));
            };
            let (role, field) = (role.trim(), field.trim());
            let Some(role) = Role::ALL.into_iter().find(|known| known.name() == role) else {
                return Err(invalid(format!("`{role}` is none of id, title, text, date")));
            };
            if field.is_empty() {
                return Err(invalid(format!("no field is named for `{}`", role.name())));
            }
            map.given_mut(role).push(field.to_owned());
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_may_be_named_several_times() -> Result<(), Error> {
        let map: FieldMap = "text=summary, text = body,id=url".parse()?;
        assert_eq!(map.text, ["summary", "body"]);
        assert_eq!(map.id, ["url"]);
        assert_eq!(map.title, [""; 0]);
        Ok(())
    }

    #[test]
    fn a_map_that_makes_no_sense_is_refused_with_its_reason() {
        let check = |value: &str, expected: &str| {
            let message = value.parse::<FieldMap>().map_err(|error| error.to_string());
            assert_eq!(message, Err(format!("invalid value `{value}` for field: {expected}")));
        };
        check("", "`` is not of the form `role=field`");
        check("title", "`title` is not of the form `role=field`");
        check("titel=x", "`titel` is none of id, title, text, date");
        check("title=", "no field is named for `title`");
    }

    #[test]
    fn a_map_survives_being_stored() -> Result<(), serde_json::Error> {
        let map = FieldMap { text: vec!["body".into()], ..FieldMap::default() };
        assert_eq!(serde_json::from_str::<FieldMap>(&serde_json::to_string(&map)?)?, map);
        assert_eq!(serde_json::from_str::<FieldMap>("{}")?, FieldMap::default());
        Ok(())
    }
}
