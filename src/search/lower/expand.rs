//! Wildcards and near spellings: words that stand for others of the index.

use tantivy::schema::Field as EngineField;

use super::{Context, Lowering, all, any, counted};
use crate::error::Result;
use crate::query::{MAX_NOTES, Note, Query};
use crate::rank::{Leaf, Plan, Selection};
use crate::search::dictionary::Dictionary;
use crate::search::spelling;

/// What a match by wildcard or near spelling scores: less than most words do. Chosen by
/// hand.
const EXPANSION_SCORE: f32 = 1.0;

impl Lowering<'_> {
    pub(super) fn prefix(&mut self, prefix: &str, context: Context) -> Result<Plan> {
        // What precedes the last word of `e-mai*` must be there as it is.
        let words = self.analyzer.words(prefix);
        let Some((last, before)) = words.split_last() else {
            return Ok(Plan::Nothing);
        };
        let field = self.expansion_field(context);
        let words = Dictionary::new(self.snapshot, field).with_prefix(&last.surface)?;
        if words.is_cut {
            self.note_cut(&Query::Prefix(prefix.to_owned()));
        }
        let mut must: Vec<Plan> =
            before.iter().map(|word| self.single(word, 1.0, context)).collect();
        must.push(expansion(field, words.terms));
        Ok(all(must))
    }

    /// Any piece of a word, as it would be found without near spellings too.
    pub(super) fn fuzzy(&mut self, word: &str, distance: u8, context: Context) -> Result<Plan> {
        let mut either = self.spelled(word, distance, context)?;
        if context.field.is_none() {
            let pieces = self.analyzer.words(word);
            either.extend(self.characters(&[pieces], context.form));
        }
        Ok(any(either))
    }

    /// For each piece of a word, what it and its near spellings match.
    pub(super) fn spelled(
        &mut self,
        word: &str,
        distance: u8,
        context: Context,
    ) -> Result<Vec<Plan>> {
        let pieces = self.analyzer.words(word);
        let field = self.expansion_field(context);
        let dictionary = Dictionary::new(self.snapshot, field);
        let mut spelled = Vec::new();
        for (piece, _) in counted(&pieces, |piece| piece.surface.clone()) {
            let mut either = vec![self.single(piece, 1.0, context)];
            let changes = spelling::changes(&piece.surface, distance);
            if spelling::is_spelled(piece) && changes > 0 {
                let words = dictionary.within(&piece.surface, changes)?;
                if words.is_cut {
                    self.note_cut(&Query::Fuzzy { word: word.to_owned(), distance });
                }
                either.push(expansion(field, words.terms));
            }
            spelled.push(any(either));
        }
        Ok(spelled)
    }

    /// Notes, once, that `query` stands for more words than are looked for.
    fn note_cut(&mut self, query: &Query) {
        let note = Note::TooManyExpansions(query.to_string());
        if self.notes.len() < MAX_NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The field whose dictionary wildcards and spellings are looked up in. Words
    /// as they are written stand in one field for all; within a single field
    /// there are only stems.
    fn expansion_field(&self, context: Context) -> EngineField {
        match context.field {
            None => self.snapshot.surface_field(),
            Some(_) => self.field_of(context),
        }
    }
}

fn expansion(field: EngineField, terms: Vec<String>) -> Plan {
    let select = Selection::Terms { field, terms };
    Plan::Leaf(Leaf::Selection { select, score: EXPANSION_SCORE })
}
