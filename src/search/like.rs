//! Passages like another.

use super::place::address_of;
use super::searcher::Searcher;
use crate::error::{Error, Result};
use crate::index::StoredPassage;
use crate::query::Query;
use crate::rank;

/// How many of a passage's words stand for it. Of 5 to 200 the number with which
/// one relevant document found the others of its topic best, over Cranfield, CACM
/// and MED; from 25 to 40 it makes no difference.
const WORDS: usize = 25;

impl Searcher {
    /// A query for what is like a passage: any of the words that tell most about
    /// it. It finds the passage itself too, and first, unless
    /// [`super::Filters::except`] leaves it out.
    ///
    /// # Errors
    ///
    /// [`Error::PassageMissing`] where this commit does not have it,
    /// [`Error::IndexDamaged`].
    pub fn like(&self, passage: &StoredPassage) -> Result<Query> {
        let snapshot = self.snapshot();
        let Some(address) = address_of(snapshot, passage)? else {
            return Err(Error::PassageMissing { place: passage.passage.id.to_string() });
        };
        Ok(Query::any(rank::telling_words(snapshot, address, WORDS)?))
    }
}
