//! Figures of runs, held against those that trec_eval gives for the same files.
//!
//! The files under `tests/golden/measure` hold ids and numbers only. Three are
//! samples of real rankings and judgments (binary; graded 1 to 5), `graded` is
//! made up to have what is rare: ties, near ties below single precision,
//! negative grades, unjudged documents, topics without anything relevant, and
//! topics that only one side has. The expected figures were made once with
//! pytrec_eval-terrier 0.5.11, which runs trec_eval's own code.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use excerpt::measure::{Averaging, Evaluation, Measure, Qrels, Run, evaluate};

/// The figures are kept with six digits, two more than trec_eval prints.
const HALF_A_DIGIT: f64 = 5.1e-7;

type TestResult = Result<(), Box<dyn Error>>;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/measure").join(name)
}

fn check(collection: &str) -> TestResult {
    let run = Run::load(&golden(&format!("{collection}.run")))?;
    let qrels = Qrels::load(&golden(&format!("{collection}.qrels")))?;
    let mut compared = 0;
    for line in fs::read_to_string(golden(&format!("{collection}.expected.tsv")))?.lines() {
        let [kind, subject, figures] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("not a line of expected figures: {line}").into());
        };
        let averaging = if kind == "judged" { Averaging::Judged } else { Averaging::All };
        for figure in figures.split(' ') {
            let (measure, expected) = figure.split_once('=').ok_or("no figure")?;
            let measures = [measure.parse::<Measure>()?];
            let evaluation = evaluate(&run, &qrels, &measures, averaging);
            let found = value(&evaluation, kind, subject)?;
            let expected: f64 = expected.parse()?;
            assert!(
                (found - expected).abs() < HALF_A_DIGIT,
                "{collection}, {kind} {subject}, {measure}: {found}, expected {expected}"
            );
            compared += 1;
        }
    }
    assert!(compared > 200, "only {compared} figures");
    Ok(())
}

/// The value of a topic, or the mean over as many topics as `subject` says.
fn value(evaluation: &Evaluation, kind: &str, subject: &str) -> Result<f64, Box<dyn Error>> {
    if kind == "topic" {
        let values = evaluation.per_topic.get(subject).ok_or("the topic was not counted")?;
        return Ok(values[0]);
    }
    assert_eq!(evaluation.per_topic.len(), subject.parse::<usize>()?, "{kind}");
    Ok(evaluation.mean[0])
}

#[test]
fn binary_judgments_of_claims_score_as_trec_eval_scores_them() -> TestResult {
    check("scifact")
}

#[test]
fn binary_judgments_of_titles_score_as_trec_eval_scores_them() -> TestResult {
    check("cacm")
}

#[test]
fn five_grades_score_as_trec_eval_scores_them() -> TestResult {
    check("cranfield")
}

#[test]
fn ties_gaps_and_negative_grades_score_as_trec_eval_scores_them() -> TestResult {
    check("graded")
}

#[test]
fn a_run_that_is_written_and_read_again_scores_the_same() -> TestResult {
    let run = Run::load(&golden("graded.run"))?;
    let mut file = Vec::new();
    run.write(&mut file, "again")?;
    assert_eq!(Run::read(&mut &file[..], "again.run")?, run);
    Ok(())
}
