//! `excerpt eval`: topics that meet their judgments and their index, and what is said of
//! those that do not.

use crate::eval::{Folder, QRELS, QUERIES, lines};
use crate::harness::{Run, TestResult};

/// Zeros were taken from topics and not from judgments; such topics were not read.
#[test]
fn topics_of_trec_meet_their_judgments() -> TestResult {
    let folder = Folder::new()?;
    folder.0.excerpt("index --quiet --index own small/corpus.jsonl")?;
    let web = "<topic number=\"1\"><query>chain</query></topic>\n";
    for (topics, qrels) in [
        ("<top>\n<num> Number: 001\n<title> chain\n</top>\n", "001 0 b 1\n"),
        ("<top>\n<num> Number: 001\n<title> chain\n</top>\n", "1 0\tb\t1\n"),
        ("<top><num>1</num><title>chain</title></top>\n", "1 0 b 1\n"),
        (web, "1 0 b 1\n"),
    ] {
        folder.0.write("topics", topics)?;
        folder.0.write("qrels", qrels)?;
        let judged = ["--index", "own", "--topics", "topics", "--qrels", "qrels", "--json"];
        assert_eq!(lines(&folder.eval(&judged)?)?[0]["measures"]["AP"], 1.0, "{topics}");
    }
    let described = ["--index", "own", "--topics", "topics", "--qrels", "qrels"];
    let run = folder.run(&[&described[..], &["--topic-field", "description"]].concat())?;
    assert!(run.ends_with(2)?.stderr.contains("no topic with a query"));
    Ok(())
}

/// They counted as 0 or were left out without a word.
#[test]
fn topics_that_only_one_side_has_are_told_of() -> TestResult {
    let folder = Folder::new()?;
    folder.0.write("small/qrels/test.tsv", format!("{QRELS}3\ta\t1\n4\tb\t1\n"))?;
    let collection = ["--collection", "small", "--index", "own", "--json"];
    let judged = ["--index", "own", "--topics", "small/queries.jsonl", "--json", "--qrels"];
    let judged = [&judged[..], &["small/qrels/test.tsv"]].concat();
    let (asked, left_out) = ("small: 2 judged topics without a query", "left out\n");
    for (arguments, note, topics, unjudged) in [
        (&collection[..], format!("{asked} counted as 0\n"), 4, 0),
        (
            &[&collection[..], &["--averaging", "judged"]].concat(),
            format!("{asked} {left_out}"),
            2,
            0,
        ),
        (&judged, format!("queries.jsonl: 1 topic without judgments {left_out}"), 2, 1),
    ] {
        let run = folder.run(arguments)?.ends_with(0)?;
        assert!(run.stderr.contains(&note), "{}", run.stderr);
        let line = &run.json()?[0];
        for (key, expected) in [
            ("topics", topics),
            ("topics_missing", 0),
            ("topics_not_asked", 2),
            ("topics_unjudged", unjudged),
        ] {
            assert_eq!(line[key], expected, "{key}");
        }
    }
    folder.0.write("small/qrels/test.tsv", QRELS)?;
    let run = folder.run(&["--collection", "small"])?.ends_with(0)?;
    assert!(!run.stderr.contains("note:"), "{}", run.stderr);
    Ok(())
}

/// They were left out of the means without a word, and where all of them were, the mean
/// was 0.
#[test]
fn topics_that_find_nothing_are_told_of() -> TestResult {
    let folder = Folder::new()?;
    let queries = QUERIES.replace("chain", "xylophone");
    folder.0.write("small/queries.jsonl", &queries)?;
    for (averaging, becomes) in [("judged", "left out"), ("all", "counted as 0")] {
        let arguments = ["--collection", "small", "--ranking", "all", "--averaging", averaging];
        let run = folder.run(&arguments)?.ends_with(0)?;
        let note = format!("note: small: 1 judged topic with nothing found {becomes}\n");
        assert_eq!(run.stderr.matches("with nothing found").count(), 1, "{}", run.stderr);
        assert!(run.stderr.contains(&note), "{}", run.stderr);
    }
    let queries = queries.replace("time difference between towns", "xylophone");
    folder.0.write("small/queries.jsonl", queries)?;
    let run = folder.run(&["--collection", "small"])?.ends_with(0)?;
    assert!(run.stderr.contains("warning: small, full: no judged document was found"), "{run:?}");
    assert!(!run.stderr.contains("note:"), "{}", run.stderr);
    let judged = ["--collection", "small", "--averaging", "judged", "--run", "a.run"];
    let run = folder.run(&judged)?.ends_with(2)?;
    let error = "error: no judged topic of `small` finds anything\nhint: ";
    assert!(run.stderr.contains(error) && run.stdout.is_empty(), "{}", run.stderr);
    assert!(!folder.path("a.run").exists());
    Ok(())
}

/// In an index of the folder around the corpus, paths are other ids than judgments have:
/// the topics of the few records whose ids fit gave low figures without a word.
#[test]
fn an_index_without_most_of_the_judged_documents_is_told_of() -> TestResult {
    let folder = Folder::new()?;
    for (path, text) in [
        ("corpus/a.md", "A bet on a time difference."),
        ("corpus/b.md", "A difference of opinion."),
        ("corpus/notes.jsonl", "{\"id\":\"c\",\"text\":\"The difference it made.\"}\n"),
        ("topics", "1\tdifference\n"),
        ("qrels", "1 0 a.md 1\n1 0 b.md 2\n1 0 c 1\n1 0 d.md 0\n"),
    ] {
        folder.0.write(path, text)?;
    }
    let note = "note: topics: of 3 relevant documents, 2 are not in the index; ";
    for (made_in, corpus, is_told) in [("", "corpus", true), ("corpus", ".", false)] {
        let index = folder.path(&format!("index-of-{corpus}")).to_string_lossy().into_owned();
        let mut making = folder.0.command(&["index", "--quiet", "--index", &index, corpus]);
        making.current_dir(folder.path(made_in));
        Run::of(making, &[])?.ends_with(0)?;
        let judged = ["--index", &index, "--topics", "topics", "--qrels", "qrels"];
        let run = folder.run(&judged)?.ends_with(0)?;
        assert_eq!(run.stderr.contains(note), is_told, "{}", run.stderr);
    }
    Ok(())
}

/// Zeros for all topics were printed without a word.
#[test]
fn an_index_of_other_documents_is_warned_of() -> TestResult {
    let folder = Folder::new()?;
    let index = folder.sample_index()?;
    let warning = "no judged document was found for any topic";
    let run = folder.run(&["--collection", "small", "--index", &index])?.ends_with(0)?;
    assert!(run.stderr.contains(warning), "{}", run.stderr);
    let run = folder.run(&["--collection", "small"])?.ends_with(0)?;
    assert!(!run.stderr.contains(warning), "{}", run.stderr);
    Ok(())
}
