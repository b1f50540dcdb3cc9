//! The best passages that hold any of some terms.
//!
//! Block-max MAXSCORE (H. Turtle and J. Flood, "Query Evaluation: Strategies and
//! Optimizations", Information Processing & Management 31(6), 1995; S. Ding and
//! T. Suel, "Faster Top-k Document Retrieval Using Block-Max Indexes", SIGIR
//! 2011), over windows of passages. In each window the lists are put in order of
//! the most they can add there for their length. Those that together cannot lift
//! a passage over the threshold are *optional*: no passage has to be looked for
//! in them. The others are *essential*: their passages are the candidates, which
//! are then completed from the optional lists, the strongest first, and dropped
//! as soon as what is left cannot save them.

mod rarest;

use tantivy::TERMINATED;

pub(super) use self::rarest::union;
use super::list::List;
use super::ones::Ones;
use super::proposal::propose;
use super::survivors::{Absent, Candidate, complete};
use super::target::Target;
use crate::index::Bitmap;

/// How many passages are accumulated at a time at most.
const ACCUMULATED: usize = 16_384;

/// How many where they are close together: 32 KiB of sums, which fit the
/// first-level cache.
const ACCUMULATED_IF_DENSE: usize = 4096;

/// From one passage in so many on they are close together. Chosen by hand.
const DENSE_PART: f64 = 64.0;

/// Windows that give fewer candidates are widened. Of an experiment that came before
/// this code.
const MANY_CANDIDATES: usize = 32;

/// The widest that they are made: wider ones loosen the bounds. Of the same experiment.
const MAX_WIDENED: u32 = 512;

/// Of more lists one or another ends a block every few passages, and to bound all of
/// them each time takes longer than what it saves. By measurement.
const MANY_LISTS: usize = 8;

/// No window of many lists is narrower. By measurement. In tests it is more than is
/// accumulated at a time and less than a sample has.
const LEAST_OF_MANY: u32 = if cfg!(test) { 4_200 } else { 65_536 };

/// The part of the threshold that optional lists may reach together where others are
/// shorter to add up: the less they do, the fewer candidates there are. By measurement.
const OPTIONAL_PART: f64 = 0.7;

/// Room for the evaluation of one query after the other.
pub(super) struct Scratch {
    sums: Box<[f64; ACCUMULATED]>,
    present: Box<[u64; ACCUMULATED / 64]>,
    candidates: Vec<Candidate>,
}

impl Scratch {
    pub(super) fn new() -> Self {
        Self {
            sums: Box::new([0.0; ACCUMULATED]),
            present: Box::new([0; ACCUMULATED / 64]),
            candidates: Vec::with_capacity(ACCUMULATED_IF_DENSE),
        }
    }
}

/// A list in the order of what it is worth for its length.
struct Ranked {
    /// Which list.
    list: usize,
    /// How many passages it has.
    cost: f64,
    /// The most a passage of the list can score.
    bound: f64,
    /// The same within the current window.
    window: f64,
    /// Whether new candidates have to be looked for in it.
    drives: bool,
}

struct Union<'u, 'a, 't, 's> {
    lists: &'u mut [List<'a>],
    order: Vec<Ranked>,
    /// `sums[n]` is the most that the first n lists in order can add in the
    /// window.
    sums: Vec<f64>,
    /// The bitmaps of optional lists without which nothing can enter.
    demanded: Vec<Bitmap<'a>>,
    max_doc: u32,
    target: &'u mut Target<'t, 's>,
    scratch: &'u mut Scratch,
}

impl<'u, 'a, 't, 's> Union<'u, 'a, 't, 's> {
    fn new(
        lists: &'u mut [List<'a>],
        max_doc: u32,
        target: &'u mut Target<'t, 's>,
        scratch: &'u mut Scratch,
    ) -> Self {
        let rank = |(number, list): (usize, &mut List<'_>)| Ranked {
            list: number,
            cost: f64::from(list.cursor.doc_freq()),
            bound: list.bound(),
            window: 0.0,
            drives: true,
        };
        let order = lists.iter_mut().enumerate().map(rank).collect();
        Self { lists, order, sums: Vec::new(), demanded: Vec::new(), max_doc, target, scratch }
    }

    fn run(&mut self) {
        let mut doc = 0;
        let least = if self.order.len() > MANY_LISTS { LEAST_OF_MANY } else { 1 };
        let mut widened = least;
        let mut essential_from = 0;
        let mut floor = f64::NEG_INFINITY;
        while doc < self.max_doc {
            if self.target.floor() > floor {
                floor = self.target.floor();
                self.retire_hopeless();
            }
            doc = self.next_driven(doc);
            if doc >= self.max_doc {
                return;
            }
            let end = self.open_window(doc, widened, &mut essential_from);
            let essential = self.order.len() - essential_from;
            let candidates = match essential {
                0 => {
                    doc = self.skip(doc, end);
                    continue;
                }
                1 => self.walk(doc, end),
                _ => self.accumulate(doc, end, essential_from),
            };
            // Windows that hold little cost more to open than to widen.
            let is_sparse = essential > 1 && candidates < MANY_CANDIDATES;
            let wider = if is_sparse { (widened * 2).min(MAX_WIDENED) } else { 1 };
            widened = wider.max(least);
            doc = end;
        }
    }

    /// Takes the drive from the weakest lists whose bounds together stay below
    /// the threshold: a passage that is in no other list cannot enter.
    fn retire_hopeless(&mut self) {
        let floor = self.target.floor();
        self.order.sort_by(|a, b| (a.bound * b.cost).total_cmp(&(b.bound * a.cost)));
        let mut sum = 0.0;
        for ranked in &mut self.order {
            sum += ranked.bound;
            if sum >= floor {
                return;
            }
            ranked.drives = false;
        }
    }

    /// The first passage at or behind `doc` in any list that drives.
    fn next_driven(&mut self, doc: u32) -> u32 {
        if self.order.iter().all(|ranked| ranked.drives) {
            return doc;
        }
        let driving = self.order.iter().filter(|ranked| ranked.drives);
        let next = driving.map(|ranked| self.lists[ranked.list].cursor.peek(doc));
        next.min().unwrap_or(TERMINATED)
    }

    /// Chooses the window that begins at `doc`, bounds every list in it and
    /// parts them in optional and essential ones. Returns the window's end.
    fn open_window(&mut self, doc: u32, widened: u32, essential_from: &mut usize) -> u32 {
        let floor = self.target.floor();
        loop {
            let mut end = self.max_doc;
            for ranked in &self.order[*essential_from..] {
                let cursor = &mut self.lists[ranked.list].cursor;
                cursor.seek_block(doc);
                end = end.min(cursor.last_doc().saturating_add(1));
            }
            let end = end.max(doc.saturating_add(widened)).min(self.max_doc);
            for ranked in &mut self.order {
                let list = &mut self.lists[ranked.list];
                list.cursor.seek_block(doc);
                let is_absent = !list.cursor.may_hold(doc, end - 1);
                ranked.window = if is_absent { 0.0 } else { list.bound_before(end) };
            }
            self.order.sort_by(|a, b| (a.window * b.cost).total_cmp(&(b.window * a.cost)));
            self.sums.clear();
            let mut sum = 0.0;
            self.sums.push(sum);
            self.sums.extend(self.order.iter().map(|ranked| {
                sum += ranked.window;
                sum
            }));
            let optional = self.optional(floor);
            if optional >= *essential_from {
                *essential_from = optional;
                return end;
            }
            // A list became essential whose block may end before the window.
            *essential_from = optional;
        }
    }

    /// How many lists are optional in the window. Where several are essential, the
    /// strongest optional one joins them as long as the optional ones together reach more
    /// than [`OPTIONAL_PART`] of the threshold and it is no longer than the essential ones
    /// together.
    fn optional(&self, floor: f64) -> usize {
        let mut optional = self.sums[1..].iter().take_while(|&&sum| sum < floor).count();
        let essential = &self.order[optional..];
        if essential.len() > 1 {
            let mut passages: f64 = essential.iter().map(|ranked| ranked.cost).sum();
            while optional > 0
                && self.sums[optional] > floor * OPTIONAL_PART
                && self.order[optional - 1].cost <= passages
            {
                optional -= 1;
                passages += self.order[optional].cost;
            }
        }
        optional
    }

    /// Nothing in the window can enter. Goes on from its end over the blocks of
    /// the list that changes soonest, while the others stand still.
    fn skip(&mut self, doc: u32, end: u32) -> u32 {
        let floor = self.target.floor();
        let soonest = (0..self.lists.len()).min_by_key(|&list| self.lists[list].cursor.last_doc());
        let Some(soonest) = soonest else { return end };
        // How far the bounds of the other lists' current blocks hold.
        let mut limit = self.max_doc;
        let mut others = 0.0;
        for ranked in &self.order {
            if ranked.list == soonest {
                continue;
            }
            let list = &mut self.lists[ranked.list];
            let cursor = &list.cursor;
            if ranked.window == 0.0 {
                limit = limit.min(cursor.next_known(doc));
                continue;
            }
            if cursor.last_doc() < end - 1 {
                return end;
            }
            limit = limit.min(cursor.last_doc().saturating_add(1));
            others += list.block_bound();
        }
        let list = &mut self.lists[soonest];
        let mut doc = end;
        while doc < limit {
            list.cursor.seek_block(doc);
            if list.block_bound() + others >= floor {
                break;
            }
            match list.cursor.last_doc() {
                TERMINATED => doc = limit,
                last => doc = last + 1,
            }
        }
        doc.min(limit).max(end)
    }

    /// One list is essential: its blocks give the candidates.
    fn walk(&mut self, doc: u32, end: u32) -> usize {
        let optional = self.order.len() - 1;
        let essential = self.order[optional].list;
        let rest = self.sums[optional];
        let mut from = doc;
        let mut count = 0;
        while from < end {
            let floor = self.target.floor();
            let list = &mut self.lists[essential];
            list.cursor.seek_block(from);
            if list.cursor.is_past() {
                break;
            }
            let last = list.cursor.last_doc();
            let bound = list.block_bound();
            if bound + rest >= floor {
                self.demand(optional, floor - bound);
                let list = &mut self.lists[essential];
                list.cursor.unpack_docs();
                let slots = list.cursor.slots_between(from, end);
                let candidates = &mut self.scratch.candidates;
                propose(candidates, list, slots, &self.demanded, floor - rest);
                count += self.scratch.candidates.len();
                self.complete(optional);
            }
            match last {
                TERMINATED => break,
                last => from = last + 1,
            }
        }
        count
    }

    /// Finds those of the first `optional` lists without which the others of them
    /// do not reach `needed`.
    fn demand(&mut self, optional: usize, needed: f64) {
        let rest = self.sums[optional];
        let lists = self.order[..optional].iter().rev();
        let demanded = lists.filter(|ranked| rest - ranked.window < needed);
        self.demanded.clear();
        self.demanded.extend(demanded.filter_map(|ranked| self.lists[ranked.list].sieve()));
    }

    /// Several lists are essential: their scores are added up passage by
    /// passage, a part of the window at a time.
    fn accumulate(&mut self, doc: u32, end: u32, essential_from: usize) -> usize {
        let essential = &self.order[essential_from..];
        let passages: f64 = essential.iter().map(|ranked| ranked.cost).sum();
        let step = match passages * DENSE_PART < f64::from(self.max_doc) {
            true => ACCUMULATED as u32,
            false => ACCUMULATED_IF_DENSE as u32,
        };
        let mut count = 0;
        let mut from = doc;
        while from < end {
            let until = end.min(from.saturating_add(step));
            for ranked in &self.order[essential_from..] {
                add_scores(&mut self.lists[ranked.list], from, until, self.scratch);
            }
            let floor = self.target.floor() - self.sums[essential_from];
            self.scratch.gather(from, until, floor);
            count += self.scratch.candidates.len();
            self.complete(essential_from);
            from = until;
        }
        count
    }

    /// Adds to the candidates what the first `optional` lists hold of them, and
    /// offers those that are left.
    fn complete(&mut self, optional: usize) {
        for n in (0..optional).rev() {
            if self.scratch.candidates.is_empty() {
                return;
            }
            let floor = self.target.floor() - self.sums[n];
            let list = &mut self.lists[self.order[n].list];
            complete(&mut self.scratch.candidates, list, floor, Absent::Stays);
        }
        self.target.offer_all(&self.scratch.candidates);
    }
}

/// Adds the scores of `list` for the passages from `from` to before `until`.
fn add_scores(list: &mut List<'_>, from: u32, until: u32, scratch: &mut Scratch) {
    let mut at = from;
    loop {
        list.cursor.seek_block(at);
        if list.cursor.is_past() {
            return;
        }
        list.score_block();
        let slots = list.cursor.slots_between(at, until);
        for (&doc, &score) in list.cursor.docs()[slots.clone()].iter().zip(&list.scores()[slots]) {
            let place = (doc - from) as usize;
            scratch.sums[place] += f64::from(score);
            scratch.present[place / 64] |= 1 << (place % 64);
        }
        match list.cursor.last_doc() {
            last if last >= until - 1 => return,
            last => at = last + 1,
        }
    }
}

impl Scratch {
    /// Makes candidates of the passages whose sums reach `floor`, and clears the
    /// sums. The first place is that of the passage `from`; there are none from `until`
    /// on.
    fn gather(&mut self, from: u32, until: u32, floor: f64) {
        let Self { sums, present, candidates } = self;
        candidates.clear();
        let words = ((until - from) as usize).div_ceil(64);
        for (word, present) in present[..words].iter_mut().enumerate() {
            for place in Ones(std::mem::take(present)).map(|bit| word * 64 + bit) {
                let sum = std::mem::take(&mut sums[place]);
                if sum >= floor {
                    candidates.push(Candidate { doc: from + place as u32, sum });
                }
            }
        }
    }
}
