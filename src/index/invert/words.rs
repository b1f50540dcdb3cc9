//! The terms of a segment: the words of its parts in one order, and their stems.

use std::ops::Range;
use std::thread;

use crate::analysis::{Analyzer, Language};
use crate::index::word_list::WordList;
use crate::threads::join;

/// Stands for the number of a word that a part does not have.
pub(super) const ABSENT: u32 = u32::MAX;

/// The distinct words of all parts, in the order of their bytes.
pub(super) struct Merged<'a> {
    parts: Vec<&'a WordList>,
    /// For each word its number in each part.
    ids: Vec<u32>,
}

impl<'a> Merged<'a> {
    pub(super) fn of(parts: Vec<&'a WordList>) -> Self {
        let longest = parts.iter().map(|part| part.len()).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(longest * parts.len());
        let mut heads: Vec<Head<'a>> = parts.iter().map(|part| Head::first(part)).collect();
        while let Some(least) = heads.iter().filter_map(|head| head.word).min() {
            for (part, head) in parts.iter().zip(&mut heads) {
                if head.word == Some(least) {
                    ids.push(head.at as u32);
                    *head = Head::at(part, head.at + 1);
                } else {
                    ids.push(ABSENT);
                }
            }
        }
        Self { parts, ids }
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len() / self.parts.len().max(1)
    }

    /// The number of a word in each part.
    #[inline]
    pub(super) fn ids(&self, word: usize) -> &[u32] {
        &self.ids[word * self.parts.len()..][..self.parts.len()]
    }

    fn word(&self, word: usize) -> &'a [u8] {
        let present = self.ids(word).iter().zip(&self.parts).find(|&(&id, _)| id != ABSENT);
        present.map_or(&[], |(&id, part)| part.get(id as usize))
    }
}

/// The next word of a part in a merge.
struct Head<'a> {
    at: usize,
    word: Option<&'a [u8]>,
}

impl<'a> Head<'a> {
    fn first(part: &'a WordList) -> Self {
        Self::at(part, 0)
    }

    fn at(part: &'a WordList, at: usize) -> Self {
        Self { at, word: (at < part.len()).then(|| part.get(at)) }
    }
}

/// What is a term: each word, or all the words of one stem.
pub(super) struct Terms<'a> {
    words: &'a Merged<'a>,
    stems: Option<Stems>,
}

struct Stems {
    /// In the order of their bytes.
    names: WordList,
    /// The words of each stem, one stem behind the other.
    members: Vec<u32>,
    /// Where the members of each stem end.
    ends: Vec<u32>,
}

impl<'a> Terms<'a> {
    /// Every word is a term.
    pub(super) fn words(words: &'a Merged<'a>) -> Self {
        Self { words, stems: None }
    }

    /// Every stem is a term.
    pub(super) fn stems(words: &'a Merged<'a>, language: Language, threads: usize) -> Self {
        let stems = (language != Language::None).then(|| Stems::of(words, language, threads));
        Self { words, stems }
    }

    pub(super) fn len(&self) -> usize {
        self.stems.as_ref().map_or(self.words.len(), |stems| stems.names.len())
    }

    /// The bytes of a term. Terms are in the order of their bytes.
    pub(super) fn name(&self, term: usize) -> &[u8] {
        match &self.stems {
            None => self.words.word(term),
            Some(stems) => stems.names.get(term),
        }
    }

    /// For each word of a term its number in each part.
    #[inline]
    pub(super) fn ids(&self, term: usize) -> impl Iterator<Item = &[u32]> + Clone {
        let members = match &self.stems {
            None => term..term + 1,
            Some(stems) => stems.members_of(term),
        };
        members.map(|at| {
            self.words.ids(self.stems.as_ref().map_or(at, |stems| stems.members[at] as usize))
        })
    }
}

impl Stems {
    fn of(words: &Merged<'_>, language: Language, threads: usize) -> Self {
        let step = words.len().div_ceil(threads.max(1)).max(1);
        let ranges: Vec<_> = (0..words.len())
            .step_by(step)
            .map(|start| start..(start + step).min(words.len()))
            .collect();
        let stemmed: Vec<(WordList, Vec<u32>)> = thread::scope(|scope| {
            let threads: Vec<_> = ranges
                .iter()
                .map(|range| scope.spawn(|| stem(words, language, range.clone())))
                .collect();
            threads.into_iter().map(join).collect()
        });
        Self::merge(&stemmed, step)
    }

    /// Brings together what threads have stemmed, `step` words each.
    fn merge(stemmed: &[(WordList, Vec<u32>)], step: usize) -> Self {
        let mut stems = Self { names: WordList::default(), members: Vec::new(), ends: Vec::new() };
        let mut heads: Vec<Head<'_>> =
            stemmed.iter().map(|(stems, _)| Head::first(stems)).collect();
        while let Some(least) = heads.iter().filter_map(|head| head.word).min() {
            stems.names.push(least);
            for (index, ((part, order), head)) in stemmed.iter().zip(&mut heads).enumerate() {
                while head.word == Some(least) {
                    stems.members.push((index * step) as u32 + order[head.at]);
                    *head = Head::at(part, head.at + 1);
                }
            }
            stems.ends.push(stems.members.len() as u32);
        }
        stems
    }

    fn members_of(&self, stem: usize) -> Range<usize> {
        let start = stem.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[stem] as usize
    }
}

/// The stems of the words in `range` in the order of their bytes, one for each
/// word, and the place in `range` of each one's word.
fn stem(words: &Merged<'_>, language: Language, range: Range<usize>) -> (WordList, Vec<u32>) {
    // Every word was a string before.
    let surfaces = range.map(|word| std::str::from_utf8(words.word(word)).unwrap_or_default());
    let analyzer = Analyzer::new(language);
    let mut stems = WordList::default();
    surfaces.for_each(|surface| stems.push(analyzer.stem(surface).as_bytes()));
    stems.sorted()
}
