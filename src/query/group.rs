//! What stands side by side within one pair of parentheses, and how it is
//! joined: `NOT` first, then `AND`, then `OR`, then by standing there.

use std::mem;

use super::ast::Query;
use super::lexer::Operator;
use super::marks::Sign;
use super::normal;
use super::note::{Note, Notes};

/// What words mean that stand side by side without an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joining {
    /// Any of them suffices.
    Any,
    /// All must be there.
    All,
    /// All must be there, the words at most so many others apart.
    Near(u32),
}

impl Joining {
    /// What it is within parentheses.
    pub(super) fn inner(self) -> Self {
        match self {
            Self::Any | Self::Near(_) => Self::Any,
            Self::All => Self::All,
        }
    }
}

/// Collects operands and operators in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// Side by side; in each the sides of `OR`; in each the sides of `AND`.
    items: Vec<Vec<Vec<Operand>>>,
    /// The operator that waits for its right side.
    pending: Option<Binary>,
    /// How many `NOT` wait for what they negate.
    negations: usize,
}

#[derive(Debug)]
struct Operand {
    sign: Option<Sign>,
    query: Query,
}

#[derive(Debug, Clone, Copy)]
enum Binary {
    And,
    Or,
}

impl Binary {
    fn operator(self) -> Operator {
        match self {
            Self::And => Operator::And,
            Self::Or => Operator::Or,
        }
    }
}

impl Group {
    /// Takes an operator. One without a left side is left out.
    pub(super) fn operator(&mut self, operator: Operator, notes: &mut Notes) {
        let binary = match operator {
            Operator::Not => {
                self.negations += 1;
                return;
            }
            Operator::And => Binary::And,
            Operator::Or => Binary::Or,
        };
        self.drop_waiting(notes);
        if self.items.is_empty() {
            notes.add(Note::DanglingOperator(operator.name()));
        } else {
            self.pending = Some(binary);
        }
    }

    /// Takes an operand. Nothing is as if it were not there.
    pub(super) fn operand(&mut self, mut sign: Option<Sign>, query: Query) {
        if query == Query::Nothing {
            return;
        }
        if mem::take(&mut self.negations) % 2 == 1 {
            sign = match sign {
                Some(Sign::MustNot) => None,
                Some(Sign::Must) | None => Some(Sign::MustNot),
            };
        }
        let operand = Operand { sign, query };
        match (self.pending.take(), self.items.last_mut()) {
            (Some(Binary::And), Some(sides)) => match sides.last_mut() {
                Some(chain) => chain.push(operand),
                None => sides.push(vec![operand]),
            },
            (Some(Binary::Or), Some(sides)) => sides.push(vec![operand]),
            _ => self.items.push(vec![vec![operand]]),
        }
    }

    /// Whether it holds plain words and nothing else, all of which can be demanded.
    pub(super) fn is_bag_of_words(&self) -> bool {
        let is_word = |Operand { sign, query }: &Operand| {
            *sign != Some(Sign::MustNot) && matches!(query, Query::Word(_))
        };
        let mut items = self.items.iter();
        items.all(|sides| sides.len() == 1 && sides.iter().flatten().all(is_word))
    }

    /// All of it as one query, which is part of another.
    pub(super) fn close(self, joining: Joining, notes: &mut Notes) -> Query {
        let Parts { must, should, must_not, .. } = self.parts(joining, notes).filtered();
        normal::boolean(must, should, must_not)
    }

    /// All of it as one query, which is the whole: what it demands is told apart
    /// from what it only looks for.
    pub(super) fn close_whole(self, joining: Joining, notes: &mut Notes) -> Query {
        let parts = self.parts(joining, notes);
        let demands = !parts.must.iter().all(Query::is_filter) && parts.should.is_empty();
        let Parts { mut must, should, must_not, .. } = parts.filtered();
        if demands {
            normal::demand_only(&mut must);
        }
        normal::whole(must, should, must_not)
    }

    fn parts(mut self, joining: Joining, notes: &mut Notes) -> Parts {
        self.drop_waiting(notes);
        let mut parts = Parts::default();
        for sides in self.items {
            let sides: Vec<Operand> = sides.into_iter().map(conjunction).collect();
            if sides.len() == 1 {
                sides.into_iter().for_each(|operand| parts.add(operand));
                continue;
            }
            let sides: Vec<Query> =
                sides.into_iter().map(|side| alternative(side, notes)).collect();
            if joining == Joining::Any && !sides.iter().all(Query::is_filter) {
                // Any suffices anyway: no need for a group of its own.
                parts.should.extend(sides);
            } else {
                parts.add(Operand { sign: None, query: normal::boolean(vec![], sides, vec![]) });
            }
        }
        parts.joined(joining, notes)
    }

    /// Leaves out operators that wait for something that does not come.
    fn drop_waiting(&mut self, notes: &mut Notes) {
        if let Some(binary) = self.pending.take() {
            notes.add(Note::DanglingOperator(binary.operator().name()));
        }
        if mem::take(&mut self.negations) > 0 {
            notes.add(Note::DanglingOperator(Operator::Not.name()));
        }
    }
}

/// Operands with `AND` between them; one alone keeps its sign.
fn conjunction(mut chain: Vec<Operand>) -> Operand {
    if chain.len() == 1 {
        return chain.swap_remove(0);
    }
    let (mut must, mut must_not) = (Vec::new(), Vec::new());
    for Operand { sign, query } in chain {
        match sign {
            Some(Sign::MustNot) => must_not.push(query),
            Some(Sign::Must) | None => must.push(query),
        }
    }
    Operand { sign: None, query: normal::boolean(must, vec![], must_not) }
}

/// One side of an `OR`. An excluded one means everything else.
fn alternative(Operand { sign, query }: Operand, notes: &mut Notes) -> Query {
    match sign {
        None => query,
        Some(Sign::Must) => {
            notes.add(Note::MustBesideOr);
            query
        }
        Some(Sign::MustNot) => normal::boolean(vec![], vec![], vec![query]),
    }
}

/// A group's operands by what they are for.
#[derive(Debug, Default)]
struct Parts {
    must: Vec<Query>,
    should: Vec<Query>,
    must_not: Vec<Query>,
    filters: Vec<Query>,
}

impl Parts {
    fn add(&mut self, Operand { sign, query }: Operand) {
        match sign {
            Some(Sign::Must) => self.must.push(query),
            Some(Sign::MustNot) => self.must_not.push(query),
            None if query.is_filter() => self.filters.push(query),
            None => self.should.push(query),
        }
    }

    /// The same, joined as words are that stand side by side.
    fn joined(mut self, joining: Joining, notes: &mut Notes) -> Self {
        match joining {
            Joining::Any => {}
            Joining::All => self.must.append(&mut self.should),
            Joining::Near(distance) => {
                self.must.append(&mut self.should);
                self.bring_near(distance, notes);
            }
        }
        self
    }

    /// Makes a nearness of the words that are demanded, which only words can be in.
    fn bring_near(&mut self, distance: u32, notes: &mut Notes) {
        let (must, must_not) =
            normal::conjunction(mem::take(&mut self.must), mem::take(&mut self.must_not));
        let (mut words, mut others) = (Vec::new(), Vec::new());
        for query in must {
            match query {
                Query::Word(word) => words.push(word),
                other => others.push(other),
            }
        }
        if others.iter().any(|query| !query.is_filter() && !query.only_excludes()) {
            notes.add(if words.len() > 1 { Note::NearOfSome } else { Note::NearOfNoWords });
        }
        self.must = vec![normal::near(words, distance)];
        self.must.retain(|query| *query != Query::Nothing);
        self.must.append(&mut others);
        self.must_not = must_not;
    }

    /// The same, the filters among what must be there. What is filtered must still
    /// hold one of the words.
    fn filtered(mut self) -> Self {
        if !self.filters.is_empty() && self.must.is_empty() && !self.should.is_empty() {
            let wanted = mem::take(&mut self.should);
            self.must.push(normal::boolean(vec![], wanted, vec![]));
        }
        self.must.append(&mut self.filters);
        self
    }
}
