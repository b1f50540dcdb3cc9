//! From files to a committed index, and from a changed file to the next commit.
//!
//! What: `new` reads, splits, analyses, inverts and commits everything, without
//! stemming and with English stems, side files included; throughput is in bytes
//! of the articles. `unchanged` finds that nothing is to be done. `one file`
//! replaces one article of the corpus, and with it a commit and its syncs.
//!
//! Corpus: made-up articles (`generator`, seed 3) with 20,000 paragraphs, 50 an
//! article, on two threads.
//!
//! Notes: the articles are in the page cache, the index is written to the
//! directory for temporary files: where that is a disk, `one file` measures how
//! long it takes to sync.

mod built;
mod generator;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use criterion::{BatchSize, Criterion, Throughput};
use excerpt::analysis::Language;

use self::built::Built;

const THREADS: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    bench_new(&mut criterion)?;
    bench_update(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn bench_new(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let built = Built::corpus(tempfile::tempdir()?, 20_000)?;
    let sizes = fs::read_dir(built.articles())?.map(|entry| Ok(entry?.metadata()?.len()));
    let bytes = sizes.sum::<std::io::Result<u64>>()?;
    let mut group = criterion.benchmark_group("new");
    group.throughput(Throughput::Bytes(bytes));
    for language in [Language::None, Language::English] {
        group.bench_function(language.name(), |bencher| {
            bencher.iter_batched(
                tempfile::tempdir,
                |directory| {
                    let index = directory
                        .as_ref()
                        .map_or_else(|_| PathBuf::new(), |it| it.path().join("index"));
                    let summary = built.update(&index, language, THREADS);
                    // Removing the directory is not measured.
                    (summary, directory)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    Ok(())
}

fn bench_update(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let built = Built::index(tempfile::tempdir()?, 20_000)?;
    let index = built.place();
    let mut group = criterion.benchmark_group("update");
    group.bench_function("unchanged", |bencher| {
        bencher.iter(|| built.update(&index, Language::English, THREADS));
    });
    let article = built.articles().join("00000.md");
    let text = fs::read_to_string(&article)?;
    let mut round = 0;
    group.bench_function("one file", |bencher| {
        bencher.iter_batched(
            || {
                round += 1;
                fs::write(&article, format!("{text}\n\nAs it stood in round {round}.\n"))
            },
            |written| (written, built.update(&index, Language::English, THREADS)),
            BatchSize::PerIteration,
        );
    });
    let summary = built.update(&index, Language::English, THREADS)?;
    assert_eq!(summary.unchanged, summary.files, "the benches left something to do");
    group.finish();
    Ok(())
}
