//! `excerpt eval`, driven from outside. Several rankings are measured in
//! [`super::eval_rankings`], runs that were written before in [`super::eval_runs`];
//! topics without judgments, or with nothing found, are in [`super::eval_topics`].

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use excerpt::index::{self, Input, Silent, Snapshot, UpdateRequest};
use excerpt::measure::{Averaging, Measure, Qrels, evaluate};
use serde_json::Value;

use crate::harness::{Project, Run, TestResult};

const CORPUS: &str = r#"{"_id": "a", "title": "Time difference", "text": "An hour lies between both towns."}
{"_id": "b", "title": "", "text": "The relationship chain of a messenger."}
{"_id": "c", "title": "Hour", "text": "A messenger rides for an hour and a day."}
"#;

pub const QUERIES: &str = r#"{"_id": "1", "text": "time difference between towns"}
{"_id": "2", "text": "chain"}
{"_id": "train", "text": "not judged"}
"#;

pub const QRELS: &str = "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n";

/// A BEIR folder, and a cache of its own.
pub struct Folder(pub Project);

impl Folder {
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let files = [
            ("small/corpus.jsonl", CORPUS),
            ("small/queries.jsonl", QUERIES),
            ("small/qrels/test.tsv", QRELS),
        ];
        Project::new(&files).map(Self)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }

    /// Runs `excerpt eval` there; gives what it printed.
    pub fn eval(&self, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        Ok(self.run(arguments)?.ends_with(0)?.stdout)
    }

    pub fn run(&self, arguments: &[&str]) -> Result<Run, Box<dyn Error>> {
        self.0.run(&[&["eval"], arguments].concat())
    }

    /// An index of the sample corpus.
    pub fn sample_index(&self) -> Result<String, Box<dyn Error>> {
        let corpus = sample();
        let directory = self.path("sample-index");
        let request = UpdateRequest::new(Input::Paths(vec![corpus.clone()]), corpus);
        index::update(&directory, request, &Silent)?;
        Ok(directory.to_string_lossy().into_owned())
    }
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

pub fn golden(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/measure");
    folder.join(name).to_string_lossy().into_owned()
}

pub fn lines(text: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

#[test]
fn a_beir_folder_is_indexed_and_scored() -> TestResult {
    let folder = Folder::new()?;
    // The second time the index in the cache is there already.
    for _ in 0..2 {
        let printed = folder.eval(&["--collection", "small", "--json"])?;
        let line = &lines(&printed)?[0];
        assert_eq!((&line["collection"], &line["topics"]), (&"small".into(), &2.into()));
        for measure in ["nDCG@10", "R@100", "AP"] {
            assert_eq!(line["measures"][measure], 1.0, "{measure}");
        }
        for key in ["program", "index_digest", "language", "query_hash", "parameters"] {
            assert!(!line[key].is_null(), "{key}");
        }
    }
    Ok(())
}

/// It was warned of, and the code was 0, which is for figures over all of a corpus.
#[test]
fn a_record_that_is_left_out_shows_in_the_code() -> TestResult {
    let folder = Folder::new()?;
    folder.0.write("small/corpus.jsonl", format!("{CORPUS}not a record\n"))?;
    for _ in 0..2 {
        let run = folder.run(&["--collection", "small", "--json"])?.ends_with(3)?;
        let warning = "warning: skipped a record in corpus.jsonl: line 4: ";
        assert!(run.stderr.contains(warning), "{}", run.stderr);
        assert_eq!(run.json()?[0]["measures"]["nDCG@10"], 1.0);
    }
    Ok(())
}

#[test]
fn a_run_that_is_written_scores_what_was_printed() -> TestResult {
    let folder = Folder::new()?;
    let index = folder.sample_index()?;
    let (topics, qrels) = (sample().join("topics.tsv"), sample().join("qrels.txt"));
    let printed = folder.eval(&[
        "--index",
        &index,
        "--topics",
        &topics.to_string_lossy(),
        "--qrels",
        &qrels.to_string_lossy(),
        "--run",
        "out.run",
        "--tag",
        "mine",
        "--json",
        "--measure",
        "nDCG@10,MRR",
        "--per-topic",
    ])?;
    let line = &lines(&printed)?[0];
    let run = folder.path("out.run");
    assert!(fs::read_to_string(&run)?.lines().all(|line| line.ends_with(" mine")));
    let measures = ["nDCG@10".parse::<Measure>()?, "MRR".parse()?];
    let again = evaluate(
        &excerpt::measure::Run::load(&run)?,
        &Qrels::load(&qrels)?,
        &measures,
        Averaging::Judged,
    );
    for (measure, mean) in measures.iter().zip(&again.mean) {
        let printed = line["measures"][measure.to_string()].as_f64().ok_or("no figure")?;
        // Numbers in JSON are read back to the last bit but one.
        assert!((printed - mean).abs() < 1e-12, "{measure}: {printed}, expected {mean}");
    }
    assert!(again.mean[0] > 0.7, "{}", again.mean[0]);
    let topics = line["per_topic"].as_object().ok_or("no topics")?;
    assert_eq!(topics.len(), again.per_topic.len());
    Ok(())
}

#[test]
fn a_run_depends_neither_on_threads_nor_on_segments() -> TestResult {
    let folder = Folder::new()?;
    let (topics, qrels) = (sample().join("topics.tsv"), sample().join("qrels.txt"));
    let (topics, qrels) = (topics.to_string_lossy(), qrels.to_string_lossy());
    let (mut runs, mut segments) = (Vec::new(), Vec::new());
    // What is indexed in each commit.
    for (threads, name, steps) in [("1", "one", &["."][..]), ("3", "several", &["en", "zh", "."])] {
        for step in steps {
            let input = Input::Paths(vec![sample().join(step)]);
            let threads = Some(threads.parse()?);
            let request = UpdateRequest { threads, ..UpdateRequest::new(input, sample()) };
            index::update(&folder.path(name), request, &Silent)?;
        }
        segments.push(Snapshot::open(&folder.path(name))?.segments().len());
        let arguments = ["--index", name, "--topics", &topics, "--qrels", &qrels, "--depth", "3"];
        folder.eval(&[&arguments[..], &["--threads", threads, "--run", "out.run"]].concat())?;
        runs.push(fs::read_to_string(folder.path("out.run"))?);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(segments[0], segments[1]);
    Ok(())
}

/// The language was ignored, and figures of an old state passed for those of the corpus.
#[test]
fn an_index_of_another_language_or_state_is_told_of() -> TestResult {
    let folder = Folder::new()?;
    let own = ["--collection", "small", "--index", "own"];
    let with = |language| folder.run(&[&own[..], &["--language", language]].concat());
    with("german")?.ends_with(0)?;
    with("german")?.ends_with(0)?;
    for language in ["english", "small=none"] {
        let run = with(language)?.ends_with(2)?;
        assert!(run.stderr.contains("has the language german, not "), "{}", run.stderr);
    }
    let run = folder.run(&own)?.ends_with(0)?;
    assert!(!run.stderr.contains("changed"), "{}", run.stderr);
    folder.0.write("small/corpus.jsonl", CORPUS.replace("hour", "minute"))?;
    let run = folder.run(&own)?.ends_with(0)?;
    let path = folder.path("small/corpus.jsonl");
    let warning = format!("`{}` has changed since it was indexed", path.display());
    assert!(run.stderr.contains(&warning), "{}", run.stderr);
    folder.0.excerpt("index --index own")?.ends_with(0)?;
    let run = folder.run(&own)?.ends_with(0)?;
    assert!(!run.stderr.contains("changed"), "{}", run.stderr);
    Ok(())
}

#[test]
fn synthetic_topics_are_named_so_and_drawn_again_by_their_seed() -> TestResult {
    let folder = Folder::new()?;
    let index = folder.sample_index()?;
    let draw = |seed: &str, name: &str| -> Result<String, Box<dyn Error>> {
        let topics = folder.path(name).to_string_lossy().into_owned();
        let printed = folder.eval(&[
            "--index",
            &index,
            "--known-item",
            "12",
            "--seed",
            seed,
            "--write-topics",
            &topics,
            "--write-qrels",
            "known.qrels",
            "--json",
        ])?;
        let line = &lines(&printed)?[0];
        assert_eq!(
            (&line["topics"], &line["synthetic"]["seed"]),
            (&12.into(), &seed.parse::<u64>()?.into())
        );
        assert!(line["measures"]["R@100"].as_f64() > Some(0.9), "{line}");
        Ok(fs::read_to_string(topics)?)
    };
    let first = draw("1", "topics-1")?;
    assert_eq!(first, draw("1", "topics-2")?);
    assert_ne!(first, draw("2", "topics-3")?);
    assert!(first.lines().all(|line| line.starts_with("synthetic-")), "{first}");
    assert_eq!(Qrels::load(&folder.path("known.qrels"))?.topics().count(), 12);
    Ok(())
}

/// All topics were run first, and then the figures were lost.
#[test]
fn a_file_that_cannot_be_written_is_told_before_topics_are_run() -> TestResult {
    let folder = Folder::new()?;
    let index = folder.sample_index()?;
    let drawn = ["--index", &index, "--known-item", "12"];
    for (begin, option) in [
        (&["--collection", "small"][..], "--run"),
        (&drawn, "--write-topics"),
        (&drawn, "--write-qrels"),
    ] {
        for file in ["no/file", "small"] {
            let run = folder.run(&[begin, &[option, file]].concat())?.ends_with(2)?;
            assert!(run.stderr.starts_with(&format!("error: cannot write `{file}`")), "{run:?}");
        }
        if cfg!(target_os = "linux") {
            let run = folder.run(&[begin, &[option, "/dev/full"]].concat())?.ends_with(2)?;
            assert!(run.stdout.contains("nDCG@10 / R@100 / AP: means"), "{run:?}");
            assert!(run.stderr.contains("error: cannot write `/dev/full`"), "{run:?}");
        }
    }
    Ok(())
}

/// Topics were overwritten by the run, and of drawn topics, judgments and run in one file
/// the last was left.
#[test]
fn what_is_read_or_written_is_not_overwritten() -> TestResult {
    let folder = Folder::new()?;
    let index = folder.sample_index()?;
    let judged = ["--topics", "small/queries.jsonl", "--qrels", "small/qrels/test.tsv"];
    let drawn = ["--known-item", "12", "--write-topics", "t", "--write-qrels"];
    for (arguments, file, option) in [
        (&["--collection", "small", "--run"][..], "small/qrels/test.tsv", "--collection"),
        (&[&judged[..], &["--run"]].concat(), "./small/queries.jsonl", "--topics"),
        (&drawn, "./t", "--write-topics"),
        (&[&drawn[..], &["q", "--run"]].concat(), "q", "--write-qrels"),
    ] {
        let index = if option == "--collection" { "own" } else { index.as_str() };
        let arguments = [&["--index", index], arguments, &[file]].concat();
        let run = folder.run(&arguments)?.ends_with(2)?;
        let refused = format!("would overwrite `{file}`, which belongs to `{option}`");
        assert!(run.stderr.contains(&refused), "{}", run.stderr);
    }
    assert_eq!(fs::read_to_string(folder.path("small/queries.jsonl"))?, QUERIES);
    assert!(!folder.path("t").exists() && !folder.path("own").exists());
    Ok(())
}

/// What belongs to another subject was ignored without a word.
#[test]
fn an_option_of_another_subject_is_an_error() -> TestResult {
    let folder = Folder::new()?;
    let collection = ["--collection", "small"];
    let topics = ["--topics", "small/queries.jsonl", "--qrels", "small/qrels/test.tsv"];
    let (run, qrels) = (golden("cacm.run"), golden("cacm.qrels"));
    let runs = ["--runs", &run, &run, "--qrels", &qrels];
    for (subject, option, value) in [
        (&collection[..], "--write-topics", "t"),
        (&collection, "--write-qrels", "q"),
        (&collection, "--seed", "7"),
        (&collection, "--topic-field", "both"),
        (&topics, "--seed", "7"),
        (&topics, "--language", "german"),
        (&runs, "--tag", "mine"),
        (&runs, "--topic-field", "both"),
        (&runs, "--depth", "10"),
        (&runs, "--k1", "2"),
        (&runs, "--index", "w"),
    ] {
        let run = folder.run(&[subject, &[option, value]].concat())?.ends_with(2)?;
        assert!(run.stderr.contains("cannot be used with"), "{option}: {}", run.stderr);
    }
    Ok(())
}

#[test]
fn what_cannot_be_evaluated_is_an_error() -> TestResult {
    let folder = Folder::new()?;
    for arguments in [
        &[][..],
        &["--collection", "nowhere"],
        &["--collection", "small", "--ranking", "all", "--run", "out.run"],
        &["--collection", "small", "--measure", "P"],
        &["--topics", "small/queries.jsonl"],
        &["--runs", "a", "b", "--qrels", "small/qrels/test.tsv"],
    ] {
        let run = folder.run(arguments)?;
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}");
    }
    // What is known was half of it, and what is wrong was said twice.
    for (option, value, expected) in [
        (
            "--ranking",
            "foo",
            "invalid value `foo` for `--ranking`: known are bm25, fast and full, each",
        ),
        ("--measure", "foo", "invalid value 'foo' for '--measure <LIST>': known are nDCG, "),
    ] {
        let run = folder.run(&["--collection", "small", option, value])?.ends_with(2)?;
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    fs::write(folder.path("small/qrels/test.tsv"), "query-id\tcorpus-id\tscore\nother\ta\t1\n")?;
    let run = folder.run(&["--collection", "small"])?.ends_with(2)?;
    assert!(run.stderr.contains("error: no topic of `small` is judged"), "{}", run.stderr);
    Ok(())
}
