//! From the words of passages to the passages of words.
//!
//! A [`Stream`] holds the word numbers of one field as they come, four bytes
//! each. When enough have come, a counting sort by word turns them into a
//! [`Chunk`]: for each word the run of its occurrences, each packed into four
//! bytes as passage and position. Nothing is chained, which is what makes this
//! cheaper than appending to one list per word. When all words are known, the
//! runs are moved once more, into the order of the words' bytes
//! ([`Postings::renumber`]): the writing of the segment then reads memory from
//! end to end, which takes a quarter off it.

use super::dictionary::SEPARATOR;
use crate::analysis::PART_GAP;
use tantivy::fieldnorm::FieldNormReader;

/// So many tokens are sorted at once: the more, the fewer runs a word has, and
/// the farther the sort reaches over memory. Measured in an experiment before.
const CHUNK_TOKENS: usize = 4_600_000;

/// One field's tokens, passage by passage.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The tokens that are not yet in a chunk: word numbers and separators.
    pub(super) ids: Vec<u32>,
    /// Where the passages that are not yet in a chunk end in `ids`.
    ends: Vec<u32>,
    /// How many bits the positions in the next chunk need.
    bits: u32,
    /// The passages that are in chunks.
    passages: u32,
    postings: Postings,
}

/// One field's inverted tokens.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// In the order of the passages.
    pub(super) chunks: Vec<Chunk>,
    /// The field norm of each passage.
    pub(super) norms: Vec<u8>,
    /// How many tokens there are.
    pub(super) tokens: u64,
}

/// The occurrences of all words in a range of passages.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The first passage.
    base: u32,
    /// How many low bits of an occurrence are its position.
    bits: u32,
    /// Where the run of each word ends; words that came later have none.
    ends: Vec<u32>,
    occurrences: Vec<u32>,
}

impl Stream {
    /// Ends a passage, whose tokens were pushed to `ids`; says how many they
    /// are. All word numbers are below `words`.
    pub(super) fn end_passage(&mut self, words: usize) -> u32 {
        let start = self.ends.last().map_or(0, |&end| end as usize);
        let passage = &self.ids[start..];
        let separators = passage.iter().filter(|&&id| id == SEPARATOR).count();
        let tokens = (passage.len() - separators) as u32;
        let positions = u64::from(tokens) + separators as u64 * u64::from(PART_GAP);
        let bits = (64 - positions.leading_zeros()).min(32);
        // A long passage makes the positions of all others wider; when there is
        // no room for that, it begins a chunk.
        let widest = self.bits.max(bits);
        if !self.ends.is_empty() && (self.ends.len() as u64 + 1) << widest > 1 << 32 {
            let passage = self.ids.split_off(start);
            self.sort(words);
            self.ids.extend(passage);
            self.bits = bits;
        } else {
            self.bits = widest;
        }
        self.ends.push(self.ids.len() as u32);
        self.postings.norms.push(FieldNormReader::fieldnorm_to_id(tokens));
        self.postings.tokens += u64::from(tokens);
        if self.ids.len() >= CHUNK_TOKENS {
            self.sort(words);
        }
        tokens
    }

    /// The inverted tokens. All word numbers are below `words`.
    pub(super) fn finish(mut self, words: usize) -> Postings {
        self.sort(words);
        self.postings
    }

    pub(super) fn memory_bytes(&self) -> usize {
        (self.ids.capacity() + self.ends.capacity()) * size_of::<u32>()
            + self.postings.memory_bytes()
    }

    /// Turns what has come into a chunk.
    fn sort(&mut self, words: usize) {
        if !self.ids.is_empty() {
            let chunk = Chunk::sort(&self.ids, &self.ends, self.passages, self.bits, words);
            self.postings.chunks.push(chunk);
        }
        self.passages += self.ends.len() as u32;
        self.ids.clear();
        self.ends.clear();
        self.bits = 0;
    }
}

impl Postings {
    /// Numbers the words anew: `order` names for each new number the old one.
    pub(super) fn renumber(&mut self, order: &[u32]) {
        self.chunks.iter_mut().for_each(|chunk| chunk.renumber(order));
    }

    /// How often each word occurs, in the order of their numbers.
    pub(super) fn counts(&self) -> Vec<u32> {
        let mut counts = Vec::new();
        for chunk in &self.chunks {
            counts.resize(counts.len().max(chunk.ends.len()), 0);
            counts.iter_mut().zip(chunk.counts()).for_each(|(total, count)| *total += count);
        }
        counts
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.norms.capacity() + self.chunks.iter().map(Chunk::memory_bytes).sum::<usize>()
    }
}

impl Chunk {
    fn sort(ids: &[u32], passage_ends: &[u32], base: u32, bits: u32, words: usize) -> Self {
        // First the number of occurrences, then where the run begins, at last,
        // when it is filled, where it ends.
        let mut ends = vec![0u32; words];
        ids.iter().filter(|&&id| id != SEPARATOR).for_each(|&id| ends[id as usize] += 1);
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let mut occurrences = vec![0; total as usize];
        let mut start = 0;
        for (passage, &end) in passage_ends.iter().enumerate() {
            let passage = ((passage as u64) << bits) as u32;
            let mut position = 0u32;
            for &id in &ids[start..end as usize] {
                if id == SEPARATOR {
                    position = position.wrapping_add(PART_GAP);
                    continue;
                }
                let to = &mut ends[id as usize];
                occurrences[*to as usize] = passage | position;
                *to += 1;
                position = position.wrapping_add(1);
            }
            start = end as usize;
        }
        Self { base, bits, ends, occurrences }
    }

    /// Moves the runs so that those of words that follow on each other do too,
    /// and all that comes later goes through memory in one direction.
    fn renumber(&mut self, order: &[u32]) {
        let mut ends = Vec::with_capacity(order.len());
        let mut occurrences = Vec::with_capacity(self.occurrences.len());
        for &word in order {
            occurrences.extend_from_slice(self.run(word));
            ends.push(occurrences.len() as u32);
        }
        self.ends = ends;
        self.occurrences = occurrences;
    }

    /// The occurrences of `word`, in the order of the passages.
    #[inline]
    pub(super) fn run(&self, word: u32) -> &[u32] {
        let Some(&end) = self.ends.get(word as usize) else { return &[] };
        let start = word.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.occurrences[start as usize..end as usize]
    }

    /// The passage of an occurrence.
    #[inline]
    pub(super) fn passage(&self, occurrence: u32) -> u32 {
        self.base + (u64::from(occurrence) >> self.bits) as u32
    }

    /// The position of an occurrence in its passage.
    #[inline]
    pub(super) fn position(&self, occurrence: u32) -> u32 {
        occurrence & ((1u64 << self.bits) - 1) as u32
    }

    fn counts(&self) -> impl Iterator<Item = u32> {
        let starts = std::iter::once(&0).chain(&self.ends);
        self.ends.iter().zip(starts).map(|(end, start)| end - start)
    }

    fn memory_bytes(&self) -> usize {
        (self.ends.capacity() + self.occurrences.capacity()) * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn occurrences(postings: &Postings, word: u32) -> Vec<(u32, u32)> {
        let all = postings.chunks.iter().flat_map(|chunk| {
            chunk.run(word).iter().map(|&o| (chunk.passage(o), chunk.position(o)))
        });
        all.collect()
    }

    #[test]
    fn occurrences_come_back_by_word() {
        let mut stream = Stream::default();
        for passage in [&[0, 1, 0][..], &[], &[1, SEPARATOR, 2]] {
            stream.ids.extend(passage);
            stream.end_passage(3);
        }
        let postings = stream.finish(3);
        assert_eq!(occurrences(&postings, 0), [(0, 0), (0, 2)]);
        assert_eq!(occurrences(&postings, 1), [(0, 1), (2, 0)]);
        assert_eq!(occurrences(&postings, 2), [(2, 1 + PART_GAP)]);
        assert_eq!(occurrences(&postings, 3), []);
        assert_eq!(postings.tokens, 5);
    }

    #[test]
    fn a_long_passage_among_many_short_ones_keeps_every_position() {
        let mut stream = Stream::default();
        for _ in 0..70_000 {
            stream.ids.push(0);
            stream.end_passage(2);
        }
        stream.ids.extend(std::iter::repeat_n(1, 70_000));
        stream.end_passage(2);
        stream.ids.push(1);
        stream.end_passage(2);
        let postings = stream.finish(2);
        assert_eq!(postings.chunks.len(), 2);
        assert_eq!(occurrences(&postings, 0).len(), 70_000);
        let ones = occurrences(&postings, 1);
        assert_eq!(ones[69_999..], [(70_000, 69_999), (70_001, 0)]);
    }
}
