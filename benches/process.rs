//! The whole program, from the start of the process to its end.
//!
//! What: `version` is what starting costs. `search` finds and prints ten
//! passages, a line each and as JSON lines, under `--ranking bm25` and under the
//! default ranking. `print` finds 1,000 and prints them, in each format that a
//! program reads: a thousandth of that is about what one hit takes on its way out,
//! from the index through its file into a line.
//!
//! Corpus: made-up articles (`generator`, seed 3) with 20,000 paragraphs, 50 an
//! article.
//!
//! Notes: standard output goes to nowhere. Between two processes lies what the
//! operating system does to start one; `hyperfine -N` on the same command
//! measures the same.

mod built;
mod generator;

use std::error::Error;
use std::process::{Command, Stdio};

use criterion::Criterion;

use self::built::Built;
use self::generator::word;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    let built = Built::index(tempfile::tempdir()?, 20_000)?;
    let index = built.place().display().to_string();
    let query = format!("{} {}", word(8), word(300));
    bench(&mut criterion, "version", &["--version"])?;
    for ranking in ["bm25", "full"] {
        let search = ["search", "--index", &index, "--ranking", ranking];
        for (format, options) in [("lines", [].as_slice()), ("jsonl", &["--jsonl"])] {
            let arguments = [search.as_slice(), options, &[&query]].concat();
            bench(&mut criterion, &format!("search {ranking} {format}"), &arguments)?;
        }
    }
    let many = ["search", "--index", &index, "--ranking", "bm25", "-n", "1000", "--per-document=0"];
    for format in ["--format={path}:{line}", "--jsonl", "--json", "--tsv", "--vimgrep", "--trec"] {
        let name = format.trim_start_matches('-').split('=').next().unwrap_or(format);
        bench(&mut criterion, &format!("print {name}"), &[&many[..], &[format, &query]].concat())?;
    }
    criterion.final_summary();
    Ok(())
}

fn bench(criterion: &mut Criterion, name: &str, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_excerpt"));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status()
    };
    assert!(run()?.success(), "{arguments:?} fails");
    criterion.benchmark_group("process").bench_function(name, |bencher| bencher.iter(run));
    Ok(())
}
