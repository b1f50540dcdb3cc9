//! From a query to a plan: words become terms of the index.
//!
//! A word counts wherever it stands, in the body, the headings or the title.
//! Words that are typed side by side are one bag of terms; a word that is several
//! terms (`e-mail`, 时间差) adds all of them to the bag, and it is the ranking
//! that puts passages first in which they stand together.

mod expand;
mod stop;

use std::collections::HashMap;
use std::hash::Hash;

use tantivy::schema::Field as EngineField;

use super::filter;
use super::paths::Paths;
use crate::analysis::words::Unit;
use crate::analysis::{self, AnalyzedWord, Analyzer, Weight};
use crate::error::Result;
use crate::index::Snapshot;
use crate::query::{Asked, Field, Form, Note, Query};
use crate::rank::{Clauses, Leaf, Plan, QueryWord, Ranking, Selection, Wording};

/// What a function word's score is multiplied by in the first stage. Of the ranking that
/// measured best; see [`Parameters::new`](crate::rank::Parameters::new).
const FUNCTION_WORD: f32 = 0.5;

/// How many words of a query the second stage looks at, which compares each with
/// each. Chosen by hand.
const MAX_WORDING: usize = 512;

/// Lowers queries for one snapshot and ranking.
pub(super) struct Lowering<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) analyzer: Analyzer,
    ranking: Ranking,
    paths: Paths,
    /// The stop words that were left out so far, each once.
    left_out: Vec<String>,
    /// What stood for more words than are looked for, so far.
    pub(super) notes: Vec<Note>,
}

/// Where words are looked for, and how.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Context {
    field: Option<Field>,
    form: Form,
}

/// What stands innermost in `query`, and where and how it is looked for.
fn innermost(query: &Query, context: Context) -> (&Query, Context) {
    match query {
        Query::Exact(query) => innermost(query, Context { form: Form::Exact, ..context }),
        Query::Field { field, query } => {
            innermost(query, Context { field: Some(*field), ..context })
        }
        query => (query, context),
    }
}

impl<'s> Lowering<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, ranking: Ranking) -> Self {
        Self {
            snapshot,
            analyzer: Analyzer::new(snapshot.language()),
            ranking,
            paths: Paths::default(),
            left_out: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The plan for `query`, which was fitted.
    pub(super) fn plan(&mut self, query: &Query) -> Result<Plan> {
        self.paths.find(self.snapshot, query)?;
        self.lower(query, Context { field: None, form: Form::Stemmed })
    }

    /// The words that `query` wants, in order, without those that it excludes.
    pub(super) fn wording(&mut self, query: &Query) -> Wording {
        let language = self.snapshot.language();
        let mut words = Vec::new();
        self.collect_words(query, &mut words);
        let words = words.into_iter().take(MAX_WORDING).map(|word| QueryWord {
            weight: analysis::weight(&word.surface, language),
            surface: word.surface,
            stem: word.stem,
            unit: word.unit,
        });
        Wording { words: words.collect() }
    }

    fn collect_words(&mut self, query: &Query, words: &mut Vec<AnalyzedWord>) {
        match query {
            Query::Nothing | Query::Path(_) | Query::Date { .. } | Query::Prefix(_) => {}
            Query::Word(text) | Query::Phrase { text, .. } | Query::Fuzzy { word: text, .. } => {
                words.extend(self.analyzer.words(text));
            }
            Query::Near { words: texts, .. } => {
                words.extend(texts.iter().flat_map(|text| self.analyzer.words(text)));
            }
            Query::Exact(query) | Query::Field { query, .. } => self.collect_words(query, words),
            Query::Boolean { must, should, must_not: _ } => {
                must.iter().chain(should).for_each(|query| self.collect_words(query, words));
            }
        }
    }

    fn lower(&mut self, query: &Query, context: Context) -> Result<Plan> {
        match query {
            Query::Nothing => Ok(Plan::Nothing),
            Query::Word(word) => Ok(any(self.bag(&[word], context))),
            Query::Phrase { text, slop: 0 } => Ok(self.phrase(text, context)),
            Query::Phrase { text, slop } => Ok(self.near(&[text], *slop, context)),
            Query::Near { words, distance } => {
                let words: Vec<&String> = words.iter().collect();
                Ok(self.near(&words, *distance, context))
            }
            Query::Prefix(prefix) => self.prefix(prefix, context),
            Query::Fuzzy { word, distance } => self.fuzzy(word, *distance, context),
            Query::Exact(_) | Query::Field { .. } => {
                let (query, context) = innermost(query, context);
                self.lower(query, context)
            }
            Query::Path(glob) => Ok(self.paths.plan(glob)),
            Query::Date { after, before } => {
                let select = filter::dates(*after, *before);
                Ok(Plan::Leaf(Leaf::Selection { select, score: 0.0 }))
            }
            Query::Boolean { must, should, must_not } => Ok(Plan::Boolean(Clauses {
                must: match Asked::of(must, should) {
                    Asked::LookedFor => self.lower_each(must, context)?,
                    Asked::Demanded => self.lower_required(must, context)?,
                },
                should: self.lower_bag(should, context)?,
                must_not: self.lower_excluded(must_not, context)?,
            })),
        }
    }

    /// Words side by side are one bag; the rest stands beside it.
    fn lower_bag(&mut self, queries: &[Query], context: Context) -> Result<Vec<Plan>> {
        let mut words = Vec::new();
        let mut plans = Vec::new();
        for query in self.without_stop_words(queries, context) {
            match query {
                Query::Word(word) => words.push(word),
                other => plans.push(self.lower(other, context)?),
            }
        }
        let mut bag = self.bag(&words, context);
        bag.append(&mut plans);
        Ok(bag)
    }

    /// A required word that is several terms requires all of them. Each counts
    /// once, weighted by how often it is required.
    fn lower_required(&mut self, queries: &[Query], context: Context) -> Result<Vec<Plan>> {
        let mut words = Vec::new();
        let mut plans = Vec::new();
        for query in queries {
            match innermost(query, context) {
                (Query::Word(word), context) => {
                    words.extend(self.analyzer.words(word).into_iter().map(|it| (it, context)));
                }
                (Query::Fuzzy { word, distance }, context) => {
                    plans.push(all(self.spelled(word, *distance, context)?));
                }
                (other, context) => plans.push(self.lower(other, context)?),
            }
        }
        let key = |(word, context): &(AnalyzedWord, Context)| {
            (*context, word.stem.clone(), word.surface.clone())
        };
        plans.extend(counted(&words, key).into_iter().map(|((word, context), times)| {
            self.single(word, self.term_weight(times, Weight::Full), *context)
        }));
        Ok(plans)
    }

    fn lower_each(&mut self, queries: &[Query], context: Context) -> Result<Vec<Plan>> {
        queries.iter().map(|query| self.lower(query, context)).collect()
    }

    /// An excluded word that is several terms excludes them in a row; one of near
    /// spellings, all of them.
    fn lower_excluded(&mut self, queries: &[Query], context: Context) -> Result<Vec<Plan>> {
        let lower = |query: &Query| match innermost(query, context) {
            (Query::Word(word), context) => Ok(self.phrase(word, context)),
            (Query::Fuzzy { word, distance }, context) => {
                Ok(all(self.spelled(word, *distance, context)?))
            }
            (other, context) => self.lower(other, context),
        };
        queries.iter().map(lower).collect()
    }

    /// The terms of some words, each once; words that differ, where they are to be
    /// exact. Stop words are left out where there are others.
    fn bag(&mut self, words: &[&String], context: Context) -> Vec<Plan> {
        let language = self.snapshot.language();
        let mut words: Vec<Vec<AnalyzedWord>> =
            words.iter().map(|word| self.analyzer.words(word)).collect();
        let weight = |piece: &AnalyzedWord| analysis::weight(&piece.surface, language);
        if context.field.is_none() {
            self.leave_out(analysis::take_stop_words(&mut words, language));
        }
        let mut plans = Vec::new();
        let term = |piece: &AnalyzedWord| match context.form {
            Form::Stemmed => piece.stem.clone(),
            Form::Exact => piece.surface.clone(),
        };
        for (piece, times) in counted(words.iter().flatten(), term) {
            let weight = self.term_weight(times, weight(piece));
            plans.push(self.stem(piece, weight, context));
        }
        if context.field.is_none() {
            plans.extend(self.characters(&words, context.form));
        }
        plans
    }

    /// How much a term counts that the query holds `times` times.
    fn term_weight(&self, times: u32, weight: Weight) -> f32 {
        match self.ranking {
            Ranking::Bm25 => times as f32,
            Ranking::Fast | Ranking::Full => {
                let function = if weight == Weight::Function { FUNCTION_WORD } else { 1.0 };
                function * (times as f32).sqrt()
            }
        }
    }

    /// The single characters of unspaced scripts, which are looked for beside
    /// their pairs; under BM25, and where words are to be exact, only those that have
    /// no neighbour. Each of `words` has its pieces.
    fn characters(&self, words: &[Vec<AnalyzedWord>], form: Form) -> Vec<Plan> {
        let is_wanted = |unit| match (self.ranking, form) {
            (Ranking::Bm25, _) | (_, Form::Exact) => unit == Unit::Single,
            (Ranking::Fast | Ranking::Full, Form::Stemmed) => {
                matches!(unit, Unit::Pair | Unit::Single)
            }
        };
        let mut characters = Vec::new();
        for pieces in words {
            for (number, piece) in pieces.iter().enumerate() {
                if !is_wanted(piece.unit) {
                    continue;
                }
                // Pairs overlap: all but the last of a run give their first one.
                let mut of_piece = piece.surface.chars();
                characters.extend(of_piece.next());
                let next = pieces.get(number + 1);
                if next.is_none_or(|next| next.range.start >= piece.range.end) {
                    characters.extend(of_piece);
                }
            }
        }
        let field = self.snapshot.fields().characters;
        counted(&characters, |character| *character)
            .into_iter()
            .map(|(character, times)| {
                Plan::term(field, character.to_string(), self.term_weight(times, Weight::Full))
            })
            .collect()
    }

    /// One word by itself. One that is a character of an unspaced script counts within
    /// runs too.
    fn single(&self, word: &AnalyzedWord, weight: f32, context: Context) -> Plan {
        match is_character(word, context) {
            true => Plan::term(self.snapshot.fields().characters, word.surface.clone(), weight),
            false => self.stem(word, weight, context),
        }
    }

    /// One stem.
    fn stem(&self, word: &AnalyzedWord, weight: f32, context: Context) -> Plan {
        let plan = Plan::term(self.field_of(context), word.stem.clone(), weight);
        match context.form {
            Form::Stemmed => plan,
            Form::Exact => plan.filtered(vec![self.surface(word)]),
        }
    }

    fn surface(&self, word: &AnalyzedWord) -> Selection {
        let field = self.snapshot.surface_field();
        Selection::Terms { field, terms: vec![word.surface.clone()] }
    }

    /// Words one right behind the other.
    fn phrase(&mut self, text: &str, context: Context) -> Plan {
        let words = self.analyzer.words(text);
        match words.as_slice() {
            [] => Plan::Nothing,
            [only] => self.single(only, 1.0, context),
            several => Plan::Leaf(Leaf::Phrase {
                field: self.field_of(context),
                terms: several.iter().map(|word| word.stem.clone()).collect(),
                surfaces: (context.form == Form::Exact)
                    .then(|| several.iter().map(|word| word.surface.clone()).collect()),
            }),
        }
    }

    /// Words with at most `distance` others between them. Single characters, which
    /// have no positions, have to be there.
    fn near(&mut self, words: &[&String], distance: u32, context: Context) -> Plan {
        let words = words.iter().flat_map(|word| self.analyzer.words(word));
        let (characters, words): (Vec<_>, Vec<_>) =
            words.partition(|word| is_character(word, context));
        let characters = counted(&characters, |word| word.surface.clone()).into_iter();
        let mut plans: Vec<Plan> =
            characters.map(|(word, _)| self.single(word, 1.0, context)).collect();
        let distinct = |form: fn(&AnalyzedWord) -> &String| -> Vec<String> {
            counted(&words, |word| form(word).clone())
                .into_iter()
                .map(|(word, _)| form(word).clone())
                .collect()
        };
        let terms = distinct(|word| &word.stem);
        let surfaces = match context.form {
            Form::Stemmed => None,
            Form::Exact => Some(distinct(|word| &word.surface)),
        };
        plans.extend(match words.first() {
            None => None,
            Some(only) if surfaces.as_ref().unwrap_or(&terms).len() == 1 => {
                Some(self.single(only, 1.0, context))
            }
            Some(_) => {
                let field = self.field_of(context);
                Some(Plan::Leaf(Leaf::Near { field, terms, distance, surfaces }))
            }
        });
        all(plans)
    }

    /// The field that stems are looked for in.
    fn field_of(&self, context: Context) -> EngineField {
        let fields = self.snapshot.fields();
        match context.field {
            None => fields.text,
            Some(Field::Heading) => fields.heading,
            Some(Field::Title) => fields.title,
        }
    }
}

/// Whether `word` is one character of an unspaced script that is looked up among the
/// characters, which single fields do not have.
fn is_character(word: &AnalyzedWord, context: Context) -> bool {
    word.unit == Unit::Single && context.field.is_none()
}

/// The distinct items by `key`, in order of their first occurrence, and how often
/// each occurs.
fn counted<'t, T, K: Eq + Hash>(
    items: impl IntoIterator<Item = &'t T>,
    key: impl Fn(&T) -> K,
) -> Vec<(&'t T, u32)> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut counted: Vec<(&T, u32)> = Vec::new();
    for item in items {
        let place = *places.entry(key(item)).or_insert(counted.len());
        match counted.get_mut(place) {
            Some((_, times)) => *times += 1,
            None => counted.push((item, 1)),
        }
    }
    counted
}

/// At least one of `plans`.
fn any(mut plans: Vec<Plan>) -> Plan {
    match plans.len() {
        0 => Plan::Nothing,
        1 => plans.swap_remove(0),
        _ => Plan::Boolean(Clauses { should: plans, ..Clauses::default() }),
    }
}

/// All of `plans`.
fn all(mut plans: Vec<Plan>) -> Plan {
    match plans.len() {
        0 => Plan::Nothing,
        1 => plans.swap_remove(0),
        _ => Plan::Boolean(Clauses { must: plans, ..Clauses::default() }),
    }
}
