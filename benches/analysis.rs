//! From text to terms.
//!
//! What: `words` gives the words of a text in both forms, folded and stemmed, as
//! a query's are; with the English stemmer and without any. `query` does it for
//! three words, the length of a typical query. Throughput is in bytes of text.
//!
//! Corpus: one made-up article of 100 paragraphs (`generator`, seed 2).
//!
//! Notes: single-threaded. The text is ASCII, so this says nothing of Chinese or
//! accents; the made-up words are on average about as long as English ones, and
//! the stemmer finds few endings to take off.

mod generator;

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use excerpt::analysis::{Analyzer, Language};

use self::generator::{Generator, word};

fn main() {
    let article = Generator::new(2).article(100);
    let query = [word(40), word(700), word(9_000)].join(" ");
    let mut criterion = Criterion::default().configure_from_args();
    for language in [Language::English, Language::None] {
        bench(&mut criterion, &format!("words/{language}"), language, &article);
        bench(&mut criterion, &format!("query/{language}"), language, &query);
    }
    criterion.final_summary();
}

fn bench(criterion: &mut Criterion, name: &str, language: Language, text: &str) {
    let analyzer = Analyzer::new(language);
    let words = analyzer.words(text).len();
    assert!(words >= 3, "only {words} words");
    let mut group = criterion.benchmark_group("analysis");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(name, |bencher| bencher.iter(|| analyzer.words(black_box(text))));
    group.finish();
}
