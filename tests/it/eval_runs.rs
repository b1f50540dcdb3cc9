//! `excerpt eval --runs`: two runs that were written before, compared.

use crate::eval::{Folder, golden, lines};
use crate::harness::TestResult;

#[test]
fn a_run_does_not_differ_from_itself() -> TestResult {
    let folder = Folder::new()?;
    let (run, qrels) = (golden("cacm.run"), golden("cacm.qrels"));
    let printed = folder.eval(&["--runs", &run, &run, "--qrels", &qrels, "--json"])?;
    for measure in lines(&printed)?[0]["measures"].as_array().ok_or("no measures")? {
        assert_eq!((&measure["wins"], &measure["losses"]), (&0.into(), &0.into()));
        assert_eq!(measure["randomization_p"], 1.0);
    }
    let line = &lines(&printed)?[0];
    assert_eq!(line["baseline_digest"], line["contender_digest"]);
    assert!(line["qrels_digest"].is_string() && line["program"].is_string(), "{line}");
    Ok(())
}

/// Nothing to compare was a table of zeros with p = 1.
#[test]
fn runs_without_a_judged_topic_in_common_are_not_compared() -> TestResult {
    let folder = Folder::new()?;
    let (one, two) = ("1 Q0 a 1 2 x\n", "2 Q0 a 1 2 x\n");
    for (baseline, contender, qrels, reason) in [
        (one, two, "1 0 a 1\n2 0 a 1\n", "no judged topic in common"),
        (two, one, "1 0 a 1\n", "no topic of `a.run` is judged"),
        // That files are empty was not said.
        ("", one, "1 0 a 1\n", "the run `a.run` ranks nothing"),
        (one, "\n", "1 0 a 1\n", "the run `b.run` ranks nothing"),
        (one, one, "", "`qrels` has no judgments"),
    ] {
        folder.0.write("a.run", baseline)?;
        folder.0.write("b.run", contender)?;
        folder.0.write("qrels", qrels)?;
        let run = folder.run(&["--runs", "a.run", "b.run", "--qrels", "qrels"])?.ends_with(2)?;
        assert!(run.stderr.contains(reason) && run.stdout.is_empty(), "{}", run.stderr);
    }
    Ok(())
}

/// `--per-topic` was taken, and nothing came of it.
#[test]
fn each_topic_of_both_runs_can_be_printed() -> TestResult {
    let folder = Folder::new()?;
    folder.0.write("a.run", "1 Q0 a 1 2 x\n2 Q0 a 1 2 x\n")?;
    folder.0.write("b.run", "1 Q0 b 1 2 x\n1 Q0 a 2 1 x\n2 Q0 b 1 2 x\n")?;
    folder.0.write("qrels", "1 0 a 1\n2 0 b 1\n")?;
    let runs = ["--runs", "a.run", "b.run", "--qrels", "qrels", "--measure", "MRR"];
    let runs = [&runs[..], &["--per-topic"]].concat();
    let printed = folder.eval(&runs)?;
    let table = "run\ttopic\tMRR\nA\t1\t1.0000\nA\t2\t0.0000\nB\t1\t0.5000\nB\t2\t1.0000\n";
    assert!(printed.ends_with(&format!("\n\n{table}")), "{printed}");
    let line = &lines(&folder.eval(&[&runs[..], &["--json"]].concat())?)?[0];
    assert_eq!(line["per_topic"]["baseline"]["2"]["MRR"], 0.0);
    assert_eq!(line["per_topic"]["contender"]["1"]["MRR"], 0.5);
    Ok(())
}
