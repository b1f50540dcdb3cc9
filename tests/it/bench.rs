//! `excerpt bench`, driven from outside. What is measured is never asserted,
//! only that it is there and in order.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use excerpt::index::{self, Input, Silent, UpdateRequest};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::harness::{Project, Run, TestResult};

const QUERIES: &str = r#"{"query": "time difference", "tags": ["union"]}
{"query": "\"relationship chain\"", "tags": ["phrase"]}
{"query": "nowhereword", "tags": ["union"]}
"#;

/// A folder with an index of the sample corpus and queries.
struct Folder(Project);

impl Folder {
    fn new() -> Result<Self, Box<dyn Error>> {
        let project = Project::new(&[("queries.jsonl", QUERIES)])?;
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        for name in ["index", "index-b"] {
            let request = UpdateRequest::new(Input::Paths(vec![corpus.clone()]), corpus.clone());
            index::update(&project.path(name), request, &Silent)?;
        }
        Ok(Self(project))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }

    fn bench(&self, arguments: &[&str]) -> Result<Run, Box<dyn Error>> {
        self.0.run(&[&["bench"], arguments].concat())
    }

    fn printed(&self, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        Ok(self.bench(arguments)?.ends_with(0)?.stdout)
    }

    /// Saves a result; gives it.
    fn save(&self, name: &str) -> Result<Value, Box<dyn Error>> {
        let arguments = ["--index", "index", "--queries", "queries.jsonl", "--rounds", "2"];
        self.printed(&[&arguments[..], &["--threads", "1", "--out", name]].concat())?;
        Ok(serde_json::from_slice(&fs::read(self.path(name))?)?)
    }
}

#[test]
fn per_query_prints_a_time_and_documents_in_file_order() -> TestResult {
    let folder = Folder::new()?;
    let arguments = ["--index", "index", "--queries", "queries.jsonl", "--per-query"];
    let printed = folder.printed(&[&arguments[..], &["--limit", "3", "--reps", "2"]].concat())?;
    let lines: Vec<Vec<&str>> = printed.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.len(), 3);
    for line in &lines {
        assert!(line[0].parse::<f64>()? > 0.0, "{printed}");
        assert!(line.len() <= 4, "{printed}");
    }
    assert_eq!(lines[0][1], "en/time-difference.md");
    assert_eq!(lines[2].len(), 1, "{printed}");
    for line in folder.bench(&[&arguments[..], &["--json"]].concat())?.ends_with(0)?.json()? {
        for key in ["query", "best_us", "program", "index_digest", "query_hash", "parameters"] {
            assert!(!line[key].is_null(), "{key}");
        }
    }
    Ok(())
}

#[test]
fn a_report_has_all_figures_and_where_they_come_from() -> TestResult {
    let folder = Folder::new()?;
    let result = folder.save("result.json")?;
    for key in ["program", "index_digest", "query_hash", "environment", "timed", "warm_up"] {
        assert!(!result[key].is_null(), "{key}");
    }
    for latency in [&result["latency"], &result["best_of"]] {
        let names = ["min_us", "p50_us", "p90_us", "p95_us", "p99_us", "p99_9_us", "max_us"];
        let figures: Vec<f64> = names.iter().filter_map(|name| latency[*name].as_f64()).collect();
        assert_eq!(figures.len(), names.len());
        assert!(figures.is_sorted(), "{figures:?}");
    }
    assert_eq!((&result["latency"]["count"], &result["best_of"]["count"]), (&6.into(), &3.into()));
    // The best was called that of one round.
    assert_eq!(
        (&result["latency"]["rounds"], &result["best_of"]["rounds"]),
        (&2.into(), &2.into())
    );
    let kinds = result["kinds"].as_array().ok_or("no kinds")?;
    let kinds: Vec<_> = kinds.iter().map(|kind| (&kind["kind"], &kind["queries"])).collect();
    assert_eq!(kinds, [(&"union".into(), &2.into()), (&"phrase".into(), &1.into())]);
    let phases = result["phases"].as_array().ok_or("no phases")?;
    let names: Vec<&str> = phases.iter().filter_map(|phase| phase["name"].as_str()).collect();
    assert_eq!(names, ["start", "open", "parse", "match", "fetch", "highlight", "print"]);
    // Each query was timed once, whatever the rounds.
    for phase in phases.iter().skip(2) {
        assert_eq!((&phase["count"], &phase["repeats"]), (&6.into(), &2.into()), "{phase}");
    }
    assert_eq!(result["throughput"].as_array().map(Vec::len), Some(1));
    Ok(())
}

/// Two that were ranked differently had the same name.
#[test]
fn a_ranking_is_called_by_what_was_changed() -> TestResult {
    let folder = Folder::new()?;
    let queries = ["--index", "index", "queries.jsonl", "--rounds", "1", "-j0"];
    let printed = folder.printed(&[&queries[..], &["--out", "a.json"]].concat())?;
    assert!(printed.contains(", ranking full\n"), "{printed}");
    let changed = ["--b", "0.9", "--feedback", "--out", "b.json", "--plot", "b.svg"];
    let printed = folder.printed(&[&queries[..], &changed].concat())?;
    assert!(printed.contains(", ranking full:b=0.9+feedback\n"), "{printed}");
    let picture = fs::read_to_string(folder.path("b.svg"))?;
    assert!(picture.contains("full:b=0.9+feedback"), "{picture}");
    let printed = folder.printed(&["--compare", "a.json", "b.json"])?;
    assert!(printed.contains(", full, index") && printed.contains(", full:b=0.9+feedback, index"));
    Ok(())
}

#[test]
fn a_limit_that_is_passed_ends_in_exit_code_1() -> TestResult {
    let folder = Folder::new()?;
    let mut result = folder.save("a.json")?;
    for query in result["queries"].as_array_mut().ok_or("no queries")? {
        query["best_us"] = (query["best_us"].as_f64().ok_or("no time")? * 2.0).into();
    }
    fs::write(folder.path("b.json"), serde_json::to_vec(&result)?)?;
    for (limit, expected) in [("p99>+5%", 1), ("p99>+150%", 0), ("mean<-5%", 0)] {
        let compare = ["--compare", "a.json", "b.json", "--fail-if", limit];
        let output = folder.bench(&compare)?;
        assert_eq!(output.code, Some(expected), "{limit}");
        // "PASSED, fails" could be read either way.
        let found = if expected == 1 { "is BEYOND the limit" } else { "is within the limit" };
        assert!(output.stdout.contains(found), "{}", output.stdout);
        let output = folder.bench(&[&compare[..], &["--json", "--plot", "p.svg"]].concat())?;
        let compared: Value = serde_json::from_slice(&output.bytes)?;
        assert_eq!(compared["verdicts"][0]["failed"], expected == 1);
        assert_eq!(compared["times"]["slower"], 3);
    }
    assert!(fs::read_to_string(folder.path("p.svg"))?.starts_with("<svg "));
    Ok(())
}

/// The limit was dropped without a word beside an option that excludes `--compare`.
#[test]
fn a_limit_without_a_comparison_is_an_error() -> TestResult {
    let folder = Folder::new()?;
    let limit = ["--index", "index", "--queries", "queries.jsonl", "--fail-if", "p99>+5%"];
    for more in [&[][..], &["--out", "o.json"], &["-j0"], &["--cold"], &["--per-query"]] {
        let run = folder.bench(&[&limit[..], more].concat())?.ends_with(2)?;
        assert!(run.stderr.contains("bench --compare A B --fail-if"), "{more:?}: {}", run.stderr);
    }
    assert!(!folder.path("o.json").exists());
    Ok(())
}

#[test]
fn results_of_other_queries_are_not_compared() -> TestResult {
    let folder = Folder::new()?;
    folder.save("a.json")?;
    fs::write(folder.path("queries.jsonl"), "other\n")?;
    folder.save("b.json")?;
    for compare in [["a.json", "b.json"], ["a.json", "index"], ["a.json", "nothing.json"]] {
        let output = folder.bench(&["--compare", compare[0], compare[1]])?;
        assert_eq!(output.code, Some(2), "{compare:?}");
    }
    // What is not there was taken for a saved result.
    let compare = ["--compare", "index", "nothing", "--queries", "queries.jsonl"];
    let run = folder.bench(&compare)?.ends_with(2)?;
    assert!(run.stderr.starts_with("error: cannot read `nothing`: "), "{}", run.stderr);
    Ok(())
}

/// The best of fifty times is less than the best of two: the same program was
/// called slower on every query.
#[test]
fn results_of_other_numbers_of_passes_are_not_compared() -> TestResult {
    let folder = Folder::new()?;
    let mut result = folder.save("a.json")?;
    result["passes_per_round"] = 25.into();
    fs::write(folder.path("b.json"), serde_json::to_vec(&result)?)?;
    let run = folder.bench(&["--compare", "b.json", "a.json"])?.ends_with(2)?;
    assert!(run.stderr.contains("the best of 50 times of each query, the other of 2"), "{run:?}");
    assert!(run.stderr.contains("the same `--rounds` and `--reps`"), "{run:?}");
    Ok(())
}

#[test]
fn a_comparison_tells_what_else_may_be_the_reason() -> TestResult {
    let folder = Folder::new()?;
    let mut result = folder.save("a.json")?;
    result["environment"]["load_average"] = serde_json::json!([0, 0, 0]);
    fs::write(folder.path("a.json"), serde_json::to_vec(&result)?)?;
    assert_eq!(folder.bench(&["--compare", "a.json", "a.json"])?.ends_with(0)?.stderr, "");
    for (part, field, value, expected) in [
        ("environment", "is_optimized", Value::from(true), "built with optimisation"),
        ("environment", "cpu", "abacus".into(), "different machines"),
        ("environment", "load_average", serde_json::json!([99, 0, 0]), "B was measured while"),
        ("", "index_digest", "0".into(), "different indexes"),
    ] {
        let mut result = result.clone();
        let of = if part.is_empty() { &mut result } else { &mut result[part] };
        of[field] = if of[field] == value { Value::from(false) } else { value };
        fs::write(folder.path("b.json"), serde_json::to_vec(&result)?)?;
        let run = folder.bench(&["--compare", "a.json", "b.json"])?.ends_with(0)?;
        assert!(run.stderr.contains(expected), "{field}: {}", run.stderr);
    }
    Ok(())
}

/// What says how to measure was ignored beside results that were saved.
#[test]
fn saved_results_are_not_measured_again() -> TestResult {
    let folder = Folder::new()?;
    folder.save("a.json")?;
    let compare = ["--compare", "a.json", "a.json"];
    folder.printed(&compare)?;
    for option in [
        &["--queries", "nofile"][..],
        &["nofile"],
        &["--rounds", "5"],
        &["--reps", "1"],
        &["--limit", "10"],
        &["--ranking", "bm25"],
        &["--b", "0.4"],
        &["--feedback"],
        &["--index", "index"],
    ] {
        let run = folder.bench(&[&compare[..], option].concat())?.ends_with(2)?;
        assert_eq!(run.stdout, "", "{option:?}");
    }
    Ok(())
}

/// These took memory without bound, overflowed or ran for minutes.
#[test]
fn numbers_that_nothing_can_be_done_with_are_refused() -> TestResult {
    let folder = Folder::new()?;
    let queries = ["--index", "index", "--queries", "queries.jsonl"];
    for (option, number, most) in [
        ("--rounds", "1000000000000", "it is at most 10000"),
        ("--rounds", "18446744073709551615", "it is at most 10000"),
        ("--reps", "4294967296", "it is at most 100000"),
        ("--threads", "1025", "it is at most 1024"),
    ] {
        let run = folder.bench(&[&queries[..], &[option, number]].concat())?.ends_with(2)?;
        assert!(run.stderr.contains(most), "{option}: {}", run.stderr);
    }
    Ok(())
}

/// All was measured first, and then lost.
#[test]
fn a_file_that_cannot_be_written_is_told_before_measuring() -> TestResult {
    let folder = Folder::new()?;
    folder.save("a.json")?;
    let queries = ["--index", "index", "--queries", "queries.jsonl", "--rounds", "10000"];
    let queries = [&queries[..], &["--reps", "100000"]].concat();
    for (begin, option) in [
        (&queries[..], "--out"),
        (&queries, "--plot"),
        (&["--compare", "a.json", "a.json"], "--plot"),
    ] {
        for file in ["no/file", "index"] {
            let run = folder.bench(&[begin, &[option, file]].concat())?.ends_with(2)?;
            assert!(run.stderr.contains(&format!("cannot write `{file}`")), "{}", run.stderr);
        }
        // It was overwritten behind the measurement.
        let read = if begin[0] == "--compare" { "./a.json" } else { "./queries.jsonl" };
        let run = folder.bench(&[begin, &[option, read]].concat())?.ends_with(2)?;
        let refused = format!("error: `{option}` would overwrite `{read}`, which ");
        assert!(run.stderr.starts_with(&refused), "{}", run.stderr);
    }
    Ok(())
}

/// A disk may fill up while it is measured.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_saved_is_printed_all_the_same() -> TestResult {
    let folder = Folder::new()?;
    let queries = ["--index", "index", "--queries", "queries.jsonl", "--rounds", "1", "-j0"];
    let run = folder.bench(&[&queries[..], &["--out", "/dev/full"]].concat())?.ends_with(2)?;
    assert!(run.stdout.contains("best of each query"), "{}", run.stdout);
    assert!(run.stderr.contains("cannot write `/dev/full`"), "{}", run.stderr);
    Ok(())
}

/// Long names, and such as take two columns a letter, pushed their figures out of line.
#[test]
fn names_of_kinds_keep_figures_in_line() -> TestResult {
    let folder = Folder::new()?;
    let kinds = ["新闻", "a kind with a name longer than its column"];
    let query = |kind| format!("{{\"query\": \"time\", \"tags\": [\"{kind}\"]}}\n");
    folder.0.write("queries.jsonl", kinds.map(query).concat())?;
    let queries = ["--index", "index", "--queries", "queries.jsonl", "--rounds", "1", "-j0"];
    let printed = folder.printed(&queries)?;
    let table: Vec<&str> = printed.split("\n\n").nth(2).ok_or("no kinds")?.lines().collect();
    assert_eq!(table.len(), 5, "{printed}");
    assert!(table.iter().all(|line| line.width() == table[0].width()), "{printed}");
    Ok(())
}

#[test]
fn two_indexes_are_compared_side_by_side() -> TestResult {
    let folder = Folder::new()?;
    let compare = ["--compare", "index", "index-b", "--queries", "queries.jsonl"];
    let printed = folder.printed(&[&compare[..], &["--fail-if", "mean>+1000000%"]].concat())?;
    assert!(printed.contains("limit mean>+1000000%"), "{printed}");
    assert!(printed.contains("sign test"), "{printed}");
    Ok(())
}

#[test]
fn first_searches_say_whether_they_were_cold() -> TestResult {
    let folder = Folder::new()?;
    let queries = ["--index", "index", "queries.jsonl", "--rounds", "1", "--threads", "0"];
    let printed = folder.printed(&[&queries[..], &["--cold", "--out", "o.json"]].concat())?;
    let result: Value = serde_json::from_slice(&fs::read(folder.path("o.json"))?)?;
    let method = result["cold"]["method"].as_str().ok_or("no method")?;
    // How many they are of was not said.
    let said = format!("first searches: {method}\nof 3 queries, spread over the file");
    assert!(printed.contains(&said), "{printed}");
    // Which it is depends on the machine.
    let is_cold = method.starts_with("the index was dropped from the page cache");
    assert_eq!(result["cold"]["is_cold"], is_cold, "{method}");
    Ok(())
}
