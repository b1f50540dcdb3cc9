//! From files to a committed index, and from a changed file to the next commit.
//!
//! What: `new` reads, splits, analyses, inverts and commits everything, without
//! stemming and with English stems, side files included; throughput is in bytes
//! of the articles. `invert` does it on one thread for one text that is in memory:
//! it stands for the inverter, which has no door of its own; the bench
//! `instructions` counts that alone. `unchanged` finds that nothing is to be done.
//! `one file` replaces one article of the corpus, and with it a commit and its
//! syncs.
//!
//! Corpus: made-up articles (`generator`, seed 3) with 20,000 paragraphs, 50 an
//! article, on two threads; for `invert` one article of as many.
//!
//! Notes: the articles are in the page cache, the index is written to the
//! directory for temporary files: where that is a disk, `one file` measures how
//! long it takes to sync.

mod built;
mod generator;

use std::error::Error;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use criterion::measurement::Measurement;
use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput};
use excerpt::analysis::Language;
use excerpt::index::{Input, LanguageRequest, Silent, UpdateRequest, UpdateSummary, update};

use self::built::Built;
use self::generator::Generator;

const THREADS: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    bench_new(&mut criterion)?;
    bench_invert(&mut criterion);
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
        bench_fresh(&mut group, language.name(), |index| built.update(index, language, THREADS));
    }
    group.finish();
    Ok(())
}

fn bench_invert(criterion: &mut Criterion) {
    let text = Generator::new(3).article(20_000);
    let mut group = criterion.benchmark_group("invert");
    group.throughput(Throughput::Bytes(text.len() as u64));
    for language in [Language::None, Language::English] {
        bench_fresh(&mut group, language.name(), |index| {
            let mut stream = text.as_bytes();
            let request = UpdateRequest {
                threads: Some(NonZeroUsize::MIN),
                language: LanguageRequest::Named(language),
                ..UpdateRequest::new(Input::Stream(&mut stream), index.to_owned())
            };
            update(index, request, &Silent)
        });
    }
    group.finish();
}

/// Times `update` where no index is yet.
fn bench_fresh<M: Measurement>(
    group: &mut BenchmarkGroup<'_, M>,
    name: &str,
    update: impl Fn(&Path) -> excerpt::Result<UpdateSummary>,
) {
    group.bench_function(name, |bencher| {
        bencher.iter_batched(
            tempfile::tempdir,
            |directory| {
                let index = directory
                    .as_ref()
                    .map_or_else(|_| PathBuf::new(), |it| it.path().join("index"));
                let summary = update(&index);
                // Removing the directory is not measured.
                (summary, directory)
            },
            BatchSize::PerIteration,
        );
    });
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
