//! Plans over the words of a sample: of every shape, and filtered.

use tantivy::DocAddress;
use tantivy::schema::Field;

use super::*;
use crate::rank::{Selection, holders_of_any};

/// Within so many days every passage of a sample is dated.
const DAYS: usize = 28;

/// The day from which on they are, as a Julian day: 2000-01-01.
const FIRST_DAY: i64 = 2_451_545;

/// The date of the passage number `number` of a file.
pub(super) fn date(number: u64) -> String {
    format!("2000-01-{:02}", 1 + number % DAYS as u64)
}

impl Sample {
    /// A plan of any shape over words of the vocabulary, which means the same in every
    /// snapshot: one that a fast way may know, that with filters, or several of these
    /// put together.
    pub(super) fn plan(&mut self, snapshot: &Snapshot) -> Plan {
        match self.random.below(8) {
            0..=3 => self.plain(snapshot),
            4..=6 => self.filtered(snapshot),
            _ => self.nested(snapshot, 1),
        }
    }

    /// A plan in which plans of any shape are put together, `depth` deep.
    pub(super) fn nested(&mut self, snapshot: &Snapshot, depth: u32) -> Plan {
        if depth == 0 {
            return match self.random.below(4) {
                0 => self.filtered(snapshot),
                _ => self.plain(snapshot),
            };
        }
        let mut some = |most: usize| -> Vec<Plan> {
            let count = self.random.below(most + 1);
            (0..count).map(|_| self.nested(snapshot, depth - 1)).collect()
        };
        Plan::Boolean(Clauses { must: some(2), should: some(3), must_not: some(1) })
    }

    /// A selection of all but one passage of `snapshot`.
    pub(super) fn all_but_one(&mut self, snapshot: &Snapshot) -> Selection {
        let segment = self.random.below(snapshot.segments().len());
        let passages = snapshot.segments()[segment].max_doc() as usize;
        Selection::AllBut(DocAddress::new(segment as u32, self.random.below(passages) as u32))
    }

    /// A selection of the passages of `snapshot` that hold any of some words.
    pub(super) fn found(&mut self, snapshot: &Snapshot) -> Result<Selection> {
        let end = self.random.below(10).to_string();
        let fits = [|term: &str| term.ends_with(&end)];
        let mut found = holders_of_any(snapshot, self.field(snapshot), &fits)?;
        Ok(found.swap_remove(0))
    }

    /// Terms, a phrase or words near to each other, alone or with others.
    fn plain(&mut self, snapshot: &Snapshot) -> Plan {
        let count = 1 + self.random.below(6);
        match self.random.below(9) {
            0 => self.term(snapshot),
            1 => boolean(vec![], self.terms(snapshot, count), vec![]),
            2 => boolean(vec![], self.terms(snapshot, 5 * count), vec![]),
            3 => boolean(self.terms(snapshot, 1 + count / 2), vec![], vec![]),
            4 => boolean(
                self.terms(snapshot, 1),
                self.terms(snapshot, count),
                self.terms(snapshot, 1),
            ),
            5 => boolean(vec![], self.terms(snapshot, count), self.terms(snapshot, 1)),
            6 => Plan::Leaf(self.near(snapshot, 2 + count / 3)),
            7 => {
                let phrase = Plan::Leaf(self.phrase(snapshot, 2 + count / 3));
                boolean(vec![phrase], vec![], self.terms(snapshot, 1))
            }
            _ => Plan::Leaf(self.phrase(snapshot, 2 + count / 3)),
        }
    }

    /// A plan with filters, where some pass and some do not, in either of the places
    /// where a query's filters come to stand.
    fn filtered(&mut self, snapshot: &Snapshot) -> Plan {
        let filters: Vec<Selection> =
            (0..=self.random.below(2)).map(|_| self.selection(snapshot)).collect();
        match (self.random.below(3), self.plain(snapshot)) {
            (0, Plan::Boolean(mut clauses)) => {
                let leaf = |select| Plan::Leaf(Leaf::Selection { select, score: 0.0 });
                clauses.must.extend(filters.into_iter().map(leaf));
                Plan::Boolean(clauses)
            }
            (_, plan) => plan.filtered(filters),
        }
    }

    /// Some passages by their words or their dates.
    fn selection(&mut self, snapshot: &Snapshot) -> Selection {
        if self.random.below(2) == 0 {
            let field = self.field(snapshot);
            let terms = (0..=self.random.below(3)).map(|_| self.word()).collect();
            return Selection::Terms { field, terms };
        }
        let from = FIRST_DAY + self.random.below(DAYS) as i64;
        Selection::Dates(from..=from + self.random.below(DAYS) as i64)
    }

    /// The text mostly, or one of its parts.
    fn field(&mut self, snapshot: &Snapshot) -> Field {
        let fields = snapshot.fields();
        match self.random.below(8) {
            0 => fields.title,
            1 => fields.heading,
            _ => fields.text,
        }
    }

    fn term(&mut self, snapshot: &Snapshot) -> Plan {
        let weight = 1.0 + self.random.below(2) as f32 / 2.0;
        Plan::term(self.field(snapshot), self.word(), weight)
    }

    fn terms(&mut self, snapshot: &Snapshot, count: usize) -> Vec<Plan> {
        let mut seen = BTreeSet::new();
        let plans = (0..count).map(|_| self.term(snapshot));
        plans.filter(|plan| seen.insert(format!("{plan:?}"))).collect()
    }

    fn phrase(&mut self, snapshot: &Snapshot, count: usize) -> Leaf {
        let terms: Vec<String> = (0..count).map(|_| self.word()).collect();
        let surfaces = self.surfaces(&terms);
        Leaf::Phrase { field: self.field(snapshot), terms, surfaces }
    }

    fn near(&mut self, snapshot: &Snapshot, count: usize) -> Leaf {
        let mut terms = BTreeSet::new();
        while terms.len() < count {
            terms.insert(self.word());
        }
        let terms: Vec<String> = terms.into_iter().collect();
        let surfaces = self.surfaces(&terms);
        let distance = self.random.below(8) as u32;
        Leaf::Near { field: self.field(snapshot), terms, distance, surfaces }
    }

    /// Now and then `terms` as they must be written: without stemming as they are.
    fn surfaces(&mut self, terms: &[String]) -> Option<Vec<String>> {
        (self.random.below(8) == 0).then(|| terms.to_vec())
    }
}

pub(super) fn boolean(must: Vec<Plan>, should: Vec<Plan>, must_not: Vec<Plan>) -> Plan {
    Plan::Boolean(Clauses { must, should, must_not })
}
