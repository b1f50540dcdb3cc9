//! From a query to hits: reading, evaluation, the passages themselves.
//!
//! A [`Searcher`] holds one open commit. [`Searcher::search`] parses nothing and
//! prints nothing: it takes a [`crate::query::Query`] and gives [`Hit`]s, each
//! with its passage, its place and the words that matched in it.

mod barrier;
mod choose;
mod diagnose;
mod dictionary;
mod documents;
mod duplicates;
mod files;
mod filter;
mod fit;
mod highlight;
mod known_item;
mod like;
mod lower;
mod more;
mod of_source;
mod paths;
mod place;
mod searcher;
mod sought;
mod spelling;
mod taken;
mod topics;

pub use self::barrier::Barrier;
pub use self::choose::{MOST_PER_HIT, PerDocument};
pub use self::diagnose::{Blame, Diagnosis, Standing, WordReport};
pub use self::duplicates::Duplicates;
pub use self::files::{MatchingSources, SourceMatches};
pub use self::filter::{Filters, GlobFrom};
pub use self::known_item::{KnownItem, KnownItemOptions, Origin, known_item_qrels, known_items};
pub use self::place::Neighbours;
pub use self::searcher::{Counting, Explanation, Hit, SearchRequest, SearchResponse, Searcher};
pub use self::topics::{TopicOptions, run_topics};
