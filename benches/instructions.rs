//! Instructions instead of time: what indexing and searching execute.
//!
//! What: `split` and `words` are those of the benches `split` and `analysis`, a
//! query's words among them. `invert` is what each passage takes on its way into a
//! segment in memory, its analysis included; `index` the whole process from files
//! to a committed index, with a single reader. `union`, `long`, `intersection`,
//! `phrase`, `full`, `open` and `fetch` are those of the bench `search`, at its three sizes.
//! `render` is what turns ten hits of a search from the shell into lines and into
//! JSON lines.
//!
//! Corpus: that of the benches named; 10,000 paragraphs for `invert`, `index` and
//! `render`. It is written below the build's directory, natively, before anything
//! is counted.
//!
//! Notes: counts repeat to within 2 in a thousand, `open` to within 2 in a hundred,
//! however busy the machine is; what differs are drawn names and times. They say nothing of caches, branches or
//! disks. `invert` and `render` are found by the names of their functions: a count
//! of 0 means that a name has changed. It needs valgrind and a runner;
//! `benches/record` says where they come from. With gungraun 15 further crates come
//! into the lock file, for tests and benches alone.

#![expect(missing_docs, reason = "what gungraun's macros write is public and bears none")]

mod asked;
mod built;
mod generator;
mod plain;
mod subject;

use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;

use excerpt::analysis::{AnalyzedWord, Analyzer, Language};
use excerpt::document::Document;
use excerpt::index::UpdateSummary;
use excerpt::search::Searcher;
use excerpt::split::Splitter;
use gungraun::prelude::*;
use gungraun::{Callgrind, EntryPoint, EventKind};

use self::built::Built;
use self::subject::{
    Answered, Asked, build, clear, files_to_index, place, query_to_analyse, search_in_a_shell,
    sound, text_to_analyse, text_to_split,
};

/// What each passage goes through on its way into a segment.
const INVERT: &str = "excerpt::index::invert::Inverter::add";

/// What prints a hit, in every format.
const RENDER: &str = "<excerpt::output::* as excerpt::output::Renderer>::*";

main!(
    config = LibraryBenchmarkConfig::default().tool(counting(EntryPoint::Default)),
    setup = build(),
    teardown = clear(),
    library_benchmark_groups = [text, indexing, searching, printing]
);

library_benchmark_group!(name = text, benchmarks = [split, words]);
library_benchmark_group!(name = indexing, benchmarks = [invert, index]);
library_benchmark_group!(
    name = searching,
    benchmarks = [union, long, intersection, phrase, full, open, fetch]
);
library_benchmark_group!(name = printing, benchmarks = [render]);

#[library_benchmark]
#[bench::plain_text(text_to_split())]
fn split((splitter, document): (Splitter, Document<'static>)) -> usize {
    let mut splitter = splitter;
    splitter.split(black_box(&document)).map(black_box).count()
}

#[library_benchmark]
#[bench::article_english(text_to_analyse(Language::English))]
#[bench::article_unstemmed(text_to_analyse(Language::None))]
#[bench::query_english(query_to_analyse(Language::English))]
#[bench::query_unstemmed(query_to_analyse(Language::None))]
fn words((analyzer, text): (Analyzer, String)) -> (Vec<AnalyzedWord>, Analyzer, String) {
    (analyzer.words(black_box(&text)), analyzer, text)
}

#[library_benchmark(
    config = LibraryBenchmarkConfig::default()
        .tool(counting(EntryPoint::Custom(INVERT.to_owned())))
)]
#[bench::of_10_000(files_to_index())]
fn invert((built, place): (Built<PathBuf>, PathBuf)) -> UpdateSummary {
    sound(built.update(&place, Language::English, 1))
}

#[library_benchmark(
    config = LibraryBenchmarkConfig::default().tool(counting(EntryPoint::None))
)]
#[bench::of_10_000(files_to_index())]
fn index((built, place): (Built<PathBuf>, PathBuf)) -> UpdateSummary {
    sound(built.update(&place, Language::English, 1))
}

#[library_benchmark]
#[bench::of_1_000(Asked::union(1_000))]
#[bench::of_10_000(Asked::union(10_000))]
#[bench::of_100_000(Asked::union(100_000))]
fn union(asked: Asked) -> Answered {
    asked.answer()
}

#[library_benchmark]
#[bench::of_1_000(Asked::long(1_000))]
#[bench::of_10_000(Asked::long(10_000))]
#[bench::of_100_000(Asked::long(100_000))]
fn long(asked: Asked) -> Answered {
    asked.answer()
}

#[library_benchmark]
#[bench::of_1_000(Asked::intersection(1_000))]
#[bench::of_10_000(Asked::intersection(10_000))]
#[bench::of_100_000(Asked::intersection(100_000))]
fn intersection(asked: Asked) -> Answered {
    asked.answer()
}

#[library_benchmark]
#[bench::of_1_000(Asked::phrase(1_000))]
#[bench::of_10_000(Asked::phrase(10_000))]
#[bench::of_100_000(Asked::phrase(100_000))]
fn phrase(asked: Asked) -> Answered {
    asked.answer()
}

#[library_benchmark]
#[bench::of_1_000(Asked::full(1_000))]
#[bench::of_10_000(Asked::full(10_000))]
#[bench::of_100_000(Asked::full(100_000))]
fn full(asked: Asked) -> Answered {
    asked.answer()
}

#[library_benchmark]
#[bench::of_1_000(place(1_000))]
#[bench::of_10_000(place(10_000))]
#[bench::of_100_000(place(100_000))]
fn open(place: PathBuf) -> Searcher {
    sound(Searcher::open(black_box(&place)))
}

#[library_benchmark]
#[bench::of_1_000(Answered::fetchable(1_000))]
#[bench::of_10_000(Answered::fetchable(10_000))]
#[bench::of_100_000(Answered::fetchable(100_000))]
fn fetch(answered: Answered) -> (usize, Answered) {
    let snapshot = answered.asked.searcher.snapshot();
    let passages = answered.best.iter().map(|scored| snapshot.passage(scored.address));
    (passages.map(black_box).filter(Result::is_ok).count(), answered)
}

#[library_benchmark(
    config = LibraryBenchmarkConfig::default()
        .tool(counting(EntryPoint::Custom(RENDER.to_owned())))
)]
#[bench::lines(search_in_a_shell(&[]))]
#[bench::jsonl(search_in_a_shell(&["--jsonl"]))]
fn render(mut search: Command) {
    assert!(sound(search.status()).success(), "{search:?} fails");
}

/// Counts instructions between the entry to `entry_point` and its return, and
/// nothing else.
fn counting(entry_point: EntryPoint) -> Callgrind {
    let mut callgrind = Callgrind::with_args(["--cache-sim=no"]);
    callgrind.entry_point(entry_point).format([EventKind::Ir]);
    callgrind
}
