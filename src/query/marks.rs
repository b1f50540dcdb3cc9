//! What can be glued to the front of a word, a phrase or a parenthesis: a sign,
//! a `=`, and a name with a colon.

use super::ast::{Field, Query};
use super::date::{DateRange, Direction};
use super::normal;
use super::note::{Note, Notes};

/// What is glued to the front of a word, a phrase or a parenthesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks {
    pub(super) sign: Option<Sign>,
    pub(super) form: Form,
    pub(super) place: Option<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Must,
    MustNot,
}

/// In which form a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Form {
    /// In every one with the same stem.
    #[default]
    Stemmed,
    /// As it is written.
    Exact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Field(Field),
    Path,
    Date,
}

impl Marks {
    /// `query` in the field and the form that the marks say.
    pub(super) fn apply(self, mut query: Query) -> Query {
        if self.form == Form::Exact {
            query = normal::exact(query);
        }
        match self.place {
            Some(Place::Field(field)) => normal::field(field, query),
            Some(Place::Path | Place::Date) | None => query,
        }
    }

    /// The filter that `text` is behind `path:` or `date:`, if it is one.
    pub(super) fn filter(self, text: &str, notes: &mut Notes) -> Option<Query> {
        match self.place? {
            Place::Field(_) => None,
            Place::Path if text.trim().is_empty() => Some(Query::Nothing),
            Place::Path => Some(Query::Path(text.to_owned())),
            Place::Date => {
                let Some((DateRange { after, before }, direction)) = DateRange::read(text.trim())
                else {
                    notes.add(Note::NotADate(text.to_owned()));
                    return None;
                };
                if direction == Direction::Backward {
                    notes.add(Note::BackwardDates(text.to_owned()));
                }
                Some(Query::Date { after, before })
            }
        }
    }
}

/// The names that can stand before a colon. Lower case only: prose has `Title:`.
pub(super) const PLACES: [(&str, Place); 4] = [
    ("title", Place::Field(Field::Title)),
    ("heading", Place::Field(Field::Heading)),
    ("path", Place::Path),
    ("date", Place::Date),
];
