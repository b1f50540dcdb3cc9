//! Cutting documents into passages.
//!
//! What: `plain text` splits a document whose paragraphs are told apart by blank
//! lines; `one paragraph a line` one that has none; `Markdown file` reads a file
//! from disk, decodes it, finds its blocks and splits them. Hashing each
//! passage is part of all three. Throughput is in bytes of the source.
//!
//! Corpus: one made-up article of 400 paragraphs (`generator`, seed 1).
//!
//! Notes: single-threaded. The file is in the page cache. Criterion without its
//! default features brings 11 further crates into the lock file, for tests and
//! benches alone; 0.7 is the last version that needs no compiler for C.

mod generator;
mod plain;

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, Throughput};
use excerpt::corpus::{ReadOptions, read_file};
use excerpt::split::{SplitOptions, Splitter};

use self::generator::Generator;
use self::plain::plain;

fn main() -> Result<(), Box<dyn Error>> {
    let article = Generator::new(1).article(400);
    let lines = article.replace("\n\n", "\n");
    let mut criterion = Criterion::default().configure_from_args();
    bench_text(&mut criterion, "plain text", &article)?;
    bench_text(&mut criterion, "one paragraph a line", &lines)?;
    bench_file(&mut criterion, &article)?;
    criterion.final_summary();
    Ok(())
}

fn bench_text(criterion: &mut Criterion, name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let document = plain(text);
    let splitter = Splitter::new(SplitOptions::default())?;
    let passages = splitter.clone().split(&document).count();
    assert!(passages > 300, "only {passages} passages in {name}");
    let mut group = criterion.benchmark_group("split");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| splitter.clone().split(black_box(&document)).map(black_box).count());
    });
    group.finish();
    Ok(())
}

fn bench_file(criterion: &mut Criterion, article: &str) -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("article.md");
    fs::write(&path, article)?;
    let splitter = Splitter::new(SplitOptions::default())?;
    let options = ReadOptions::default();
    let read = || {
        let mut splitter = splitter.clone();
        let mut passages = 0;
        let outcome = read_file(&path, "article.md", &options, &mut |document| {
            passages += splitter.split(&document).map(black_box).count();
            ControlFlow::Continue(())
        });
        (passages, outcome.skip)
    };
    let (passages, skip) = read();
    assert!(passages > 300 && skip.is_none(), "{passages} passages, {skip:?}");
    let mut group = criterion.benchmark_group("split");
    group.throughput(Throughput::Bytes(article.len() as u64));
    group.bench_function("Markdown file", |bencher| bencher.iter(read));
    group.finish();
    Ok(())
}
