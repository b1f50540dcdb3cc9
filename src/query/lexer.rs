//! From text to tokens: operators, parentheses, and words with the marks that
//! are glued to their front.
//!
//! Each character is looked at a bounded number of times. What can be nothing
//! is skipped here, so that every token means something to the parser.

use super::ast::Query;
use super::escape::{unescape, unit_len};
use super::marks::{Form, Marks, PLACES, Place, Sign};
use super::note::{Note, Notes};
use super::quotes::{Quotes, is_opener};
use super::{leaf, limits};

/// The words that are operators when they stand alone.
const OPERATORS: [Operator; 3] = [Operator::And, Operator::Or, Operator::Not];

/// A piece of a query.
#[derive(Debug)]
pub(super) enum Token {
    Operator(Operator),
    /// `(` and what is glued to its front.
    Open(Marks),
    /// `)`, and the number of a `~5` glued to it.
    Close {
        distance: Option<u32>,
    },
    /// A word, a phrase or a filter; never [`Query::Nothing`]. Its marks are
    /// still to be applied.
    Leaf {
        marks: Marks,
        query: Query,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
}

impl Operator {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
            Self::Not => "NOT",
        }
    }
}

/// Gives the tokens of one text.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    quotes: Quotes,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, quotes: Quotes::default() }
    }

    /// The next token, or none at the end.
    pub(super) fn next(&mut self, notes: &mut Notes) -> Option<Token> {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            if self.eat(')') {
                return Some(Token::Close { distance: self.distance(notes) });
            }
            self.peek()?;
            let marks = self.marks();
            if let Some(token) = self.operand(marks, notes) {
                return Some(token);
            }
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn marks(&mut self) -> Marks {
        let sign = self.sign();
        let mut form = self.form();
        let place = self.place();
        if matches!(place, Some(Place::Field(_))) && form == Form::Stemmed {
            form = self.form();
        }
        Marks { sign, form, place }
    }

    /// A sign stands behind white space and is glued to what it is for, which
    /// does not begin with a sign itself: `well-known`, `-` and `--flag` have
    /// none.
    fn sign(&mut self) -> Option<Sign> {
        let before = self.text[..self.at].chars().next_back();
        if before.is_some_and(|c| !c.is_whitespace() && c != '(') {
            return None;
        }
        let sign = match self.peek()? {
            '+' => Sign::Must,
            '-' => Sign::MustNot,
            _ => return None,
        };
        let is_glued = begins_operand(&self.rest()[1..], &['+', '-']);
        is_glued.then(|| {
            self.at += 1;
            sign
        })
    }

    fn form(&mut self) -> Form {
        if self.rest().strip_prefix('=').is_some_and(|rest| begins_operand(rest, &['='])) {
            self.at += 1;
            Form::Exact
        } else {
            Form::Stemmed
        }
    }

    fn place(&mut self) -> Option<Place> {
        let rest = self.rest();
        let (name, place) = PLACES.into_iter().find(|(name, place)| {
            let value = rest.strip_prefix(name).and_then(|rest| rest.strip_prefix(':'));
            let refused: &[char] = if matches!(place, Place::Field(_)) { &[] } else { &['('] };
            value.is_some_and(|value| begins_operand(value, refused))
        })?;
        self.at += name.len() + 1;
        Some(place)
    }

    /// What the marks are for; none where it is nothing.
    fn operand(&mut self, marks: Marks, notes: &mut Notes) -> Option<Token> {
        loop {
            match self.peek()? {
                '(' => {
                    self.at += 1;
                    return Some(Token::Open(marks));
                }
                ')' => return None,
                c if c.is_whitespace() => return None,
                c if is_opener(c) => {
                    if let Some((raw, len)) = self.quotes.quoted(self.rest()) {
                        self.at += len;
                        return self.quote(marks, raw, notes);
                    }
                    notes.add(Note::UnbalancedQuote);
                    self.at += c.len_utf8();
                }
                _ => return self.word(marks, notes),
            }
        }
    }

    fn quote(&mut self, marks: Marks, raw: &str, notes: &mut Notes) -> Option<Token> {
        let text = unescape(raw).text;
        let slop = self.distance(notes).unwrap_or(0);
        let query = marks.filter(&text, notes).unwrap_or_else(|| {
            leaf::note_expanded(raw, notes);
            leaf::phrase(&text, slop)
        });
        token(marks, query)
    }

    fn word(&mut self, marks: Marks, notes: &mut Notes) -> Option<Token> {
        let rest = self.rest();
        let mut len = 0;
        while rest[len..].chars().next().is_some_and(|c| !ends_word(c)) {
            len += unit_len(&rest[len..]);
        }
        let raw = &rest[..len];
        self.at += len;
        if marks == Marks::default()
            && let Some(operator) = OPERATORS.into_iter().find(|operator| operator.name() == raw)
        {
            return Some(Token::Operator(operator));
        }
        let is_filter = |(name, _): &(&str, Place)| raw.strip_suffix(':') == Some(name);
        if self.peek() == Some('(')
            && let Some((name, _)) = PLACES.into_iter().find(is_filter)
        {
            notes.add(Note::FilterOfGroup(name));
        }
        let query = marks.filter(&unescape(raw).text, notes);
        token(marks, query.unwrap_or_else(|| leaf::word(raw, notes)))
    }

    /// The number of a `~5`, where nothing is glued to its end.
    fn distance(&mut self, notes: &mut Notes) -> Option<u32> {
        let behind = self.rest().strip_prefix('~')?;
        let after = behind.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = &behind[..behind.len() - after.len()];
        if digits.is_empty() || after.chars().next().is_some_and(|c| !ends_word(c)) {
            return None;
        }
        self.at += 1 + digits.len();
        // Only an overflow makes this fail.
        Some(limits::distance(digits.parse().unwrap_or(u32::MAX), notes))
    }
}

/// Whether `word` would be an operator if it stood alone.
pub(super) fn is_operator(word: &str) -> bool {
    OPERATORS.iter().any(|operator| operator.name() == word)
}

/// Whether `c` ends a word unless it is escaped.
pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || c == '(' || c == ')' || is_opener(c)
}

/// Whether something that a mark can be for begins here.
fn begins_operand(rest: &str, refused: &[char]) -> bool {
    let first = rest.chars().next();
    first.is_some_and(|c| !c.is_whitespace() && c != ')' && !refused.contains(&c))
}

fn token(marks: Marks, query: Query) -> Option<Token> {
    (query != Query::Nothing).then_some(Token::Leaf { marks, query })
}
