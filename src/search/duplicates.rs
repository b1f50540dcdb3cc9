//! Which of some passages are duplicates of each other.
//!
//! Passages that may be are found by the sketches in the index; that they are is
//! decided by their words, which are read back for these few alone. So a sketch
//! can only make us overlook a duplicate, never take one passage for another.

use std::cell::OnceCell;
use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};
use tantivy::DocAddress;
use tantivy::columnar::Column;

use crate::analysis::Language;
use crate::analysis::shingles::{Shingled, Sketch};
use crate::error::Result;
use crate::index::{Snapshot, StoredPassage};
use crate::passage::Passage;

/// What is done with passages that say the same, or nearly.
///
/// They do where they have the same words in the same order, however these are
/// written and whatever stands between them; or where they share nine of ten
/// rows of three words, and one has every word of the other, as often as that.
/// Passages of fewer than 20 words have to have the same title and headings as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// Each is a hit of its own.
    #[default]
    Keep,
    /// The best of them is the hit; the others are named in it.
    Collapse,
}

/// A shorter passage is about what its headings say: there is a "See the
/// documentation." to many things. Chosen by hand.
const SPEAKS_FOR_ITSELF_WORDS: usize = 20;

/// A key of a sketch leads to so many passages, the first that have it. Where more have
/// it their texts are made by one pattern, as the lines of a log are, and to compare each
/// with all would take time with the square of their number. Chosen by hand.
const MOST_ALIKE: usize = 16;

/// With so many passages others are compared, lest memory grows with what is asked for.
/// Chosen by hand: some 90 MB.
const MOST_DISTINCT: usize = 20_000;

/// Passages that are no duplicates of each other, to find duplicates of them.
///
/// One with the very words of one of them is always found, however many are alike: it
/// was the first with one of its keys, or it was read, and its words have a digest.
pub(super) struct Distinct<'s> {
    snapshot: &'s Snapshot,
    /// The sketches of each segment.
    sketches: Vec<Option<Column<u64>>>,
    passages: Vec<(DocAddress, OnceCell<Words>)>,
    by_key: FxHashMap<u32, Vec<usize>>,
    by_digest: FxHashMap<u64, usize>,
}

/// A passage that was read back.
pub(super) struct Words {
    stored: StoredPassage,
    shingled: Shingled,
}

/// What is found out about a passage.
pub(super) enum Found {
    /// It is a duplicate of the one with this number.
    Duplicate(usize, StoredPassage),
    /// It is of none that is known; its words, where they were read.
    New(Option<Words>),
}

impl<'s> Distinct<'s> {
    /// No passages yet.
    pub(super) fn new(snapshot: &'s Snapshot) -> Result<Self> {
        let segments = snapshot.segments().iter();
        let sketches = segments.map(|segment| segment.sketches()).collect::<Result<_>>()?;
        Ok(Self {
            snapshot,
            sketches,
            passages: Vec::new(),
            by_key: FxHashMap::default(),
            by_digest: FxHashMap::default(),
        })
    }

    /// Whether the passage at `address` is a duplicate, and of which: of several the
    /// first that was added.
    pub(super) fn find(&self, address: DocAddress) -> Result<Found> {
        let mut alike: Vec<usize> = self.alike(address).flatten().copied().collect();
        if alike.is_empty() {
            return Ok(Found::New(None));
        }
        let passage = self.read(address)?;
        alike.extend(self.by_digest.get(&passage.digest()));
        alike.sort_unstable();
        alike.dedup();
        for number in alike {
            let (known, words) = &self.passages[number];
            let words = match words.get() {
                Some(words) => words,
                None => {
                    let read = self.read(*known)?;
                    words.get_or_init(|| read)
                }
            };
            if words.says_the_same(&passage) {
                return Ok(Found::Duplicate(number, passage.stored));
            }
        }
        Ok(Found::New(Some(passage)))
    }

    /// The last one that the passage at `address` may be a duplicate of, or some number
    /// behind it; none where it is a duplicate of none.
    pub(super) fn last_alike(&self, address: DocAddress) -> Option<usize> {
        // Those that a full list has no room for are known by their words alone.
        let last = |alike: &Vec<usize>| match alike.len() {
            MOST_ALIKE => Some(usize::MAX),
            _ => alike.last().copied(),
        };
        self.alike(address).filter_map(last).max()
    }

    /// For each key of the passage's sketch those that have it, ascending.
    fn alike(&self, address: DocAddress) -> impl Iterator<Item = &Vec<usize>> {
        let keys = self.sketch(address).into_iter().flat_map(Sketch::keys);
        keys.filter_map(|key| self.by_key.get(&key))
    }

    /// Adds the passage at `address` with its `words`, where they were read, while there
    /// is room. They are numbered from 0 in the order in which they are added.
    pub(super) fn add(&mut self, address: DocAddress, words: Option<Words>) {
        let number = self.passages.len();
        if number == MOST_DISTINCT {
            return;
        }
        if let Some(words) = &words {
            self.by_digest.entry(words.digest()).or_insert(number);
        }
        self.passages.push((address, words.map_or_else(OnceCell::new, OnceCell::from)));
        for key in self.sketch(address).into_iter().flat_map(Sketch::keys) {
            let alike = self.by_key.entry(key).or_default();
            if alike.len() < MOST_ALIKE {
                alike.push(number);
            }
        }
    }

    /// The passages, of which those that were compared with others are read.
    pub(super) fn into_passages(self) -> impl Iterator<Item = Option<StoredPassage>> {
        self.passages.into_iter().map(|(_, words)| words.into_inner().map(|words| words.stored))
    }

    fn sketch(&self, address: DocAddress) -> Option<Sketch> {
        let column = self.sketches[address.segment_ord as usize].as_ref()?;
        column.first(address.doc_id).map(|sketch| Sketch(sketch as u32))
    }

    fn read(&self, address: DocAddress) -> Result<Words> {
        let stored = self.snapshot.passage(address)?;
        Ok(Words::of(stored, self.snapshot.language()))
    }
}

impl Words {
    fn of(stored: StoredPassage, language: Language) -> Self {
        Self { shingled: Shingled::of(&stored.passage.text, language), stored }
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let words = self.shingled.word_count().min(other.shingled.word_count());
        (words >= SPEAKS_FOR_ITSELF_WORDS || self.heads() == other.heads())
            && self.shingled.says_the_same(&other.shingled)
    }

    /// What its text is about.
    fn heads(&self) -> (&Option<String>, &[String]) {
        let Passage { title, headings, .. } = &self.stored.passage;
        (title, headings)
    }

    /// A number that is the same for passages with the very same words, if they say the
    /// same.
    fn digest(&self) -> u64 {
        let heads = match self.shingled.word_count() < SPEAKS_FOR_ITSELF_WORDS {
            true => FxBuildHasher.hash_one(self.heads()),
            false => 0,
        };
        self.shingled.digest() ^ heads
    }
}
