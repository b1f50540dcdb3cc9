//! From tokens to a query, with a stack of open parentheses instead of
//! recursion.

use super::ast::Query;
use super::group::{Group, Joining};
use super::lexer::{Lexer, Token};
use super::limits::{Budget, MAX_DEPTH};
use super::marks::Marks;
use super::note::{Note, Notes};

/// Reads `text`, in which words side by side are joined by `joining`.
pub(super) fn read(text: &str, joining: Joining, budget: &mut Budget, notes: &mut Notes) -> Query {
    let mut parser = Parser { joining, innermost: Group::default(), open: Vec::new() };
    parser.read(&mut Lexer::new(text), budget, notes);
    parser.finish(notes)
}

struct Parser {
    joining: Joining,
    /// What is being collected.
    innermost: Group,
    /// The groups around it, from the outside in, each with the marks of the
    /// parenthesis that interrupted it.
    open: Vec<(Group, Marks)>,
}

impl Parser {
    fn read(&mut self, lexer: &mut Lexer<'_>, budget: &mut Budget, notes: &mut Notes) {
        // Parentheses inside the innermost group that are read as if they were
        // not there.
        let mut ignored = 0_usize;
        while let Some(token) = lexer.next(notes) {
            match token {
                Token::Operator(operator) => self.innermost.operator(operator, notes),
                Token::Leaf { marks, query } => {
                    let Some(query) = budget.spend(query, notes) else { return };
                    self.innermost.operand(marks.sign, marks.apply(query));
                }
                Token::Open(_) if self.open.len() == MAX_DEPTH => {
                    notes.add(Note::TooDeep);
                    ignored += 1;
                }
                Token::Open(marks) => {
                    self.open.push((std::mem::take(&mut self.innermost), marks));
                }
                Token::Close { .. } if ignored > 0 => ignored -= 1,
                Token::Close { distance } => self.close(distance, notes),
            }
        }
    }

    fn close(&mut self, distance: Option<u32>, notes: &mut Notes) {
        let Some((around, marks)) = self.open.pop() else {
            notes.add(Note::StrayParenthesis);
            return;
        };
        let group = std::mem::replace(&mut self.innermost, around);
        let joining = match distance {
            Some(distance) if group.is_bag_of_words() => Joining::Near(distance),
            Some(_) => {
                notes.add(Note::NearOfNoWords);
                self.joining.inner()
            }
            None => self.joining.inner(),
        };
        let query = group.close(joining, notes);
        self.innermost.operand(marks.sign, marks.apply(query));
    }

    fn finish(mut self, notes: &mut Notes) -> Query {
        if !self.open.is_empty() {
            notes.add(Note::UnclosedParenthesis);
        }
        while !self.open.is_empty() {
            self.close(None, notes);
        }
        self.innermost.close_whole(self.joining, notes)
    }
}
