//! `excerpt index --compact`: a smaller index that finds the same.

use std::fmt::Write;
use std::fs;

use crate::harness::{Project, TestResult};

/// Enough passages for shortcuts.
const PASSAGES: usize = 4200;

/// Passages of which no two are alike, `first` the number of the first.
fn lines(first: usize, count: usize) -> String {
    let words = ["lighthouse", "keeper", "harbour", "wall", "bridge", "tower", "the", "of"];
    let mut lines = String::new();
    for number in first..first + count {
        let word = |place: usize| words[number / 8usize.pow(place as u32) % 8];
        let body: Vec<&str> = (0..5).map(word).collect();
        let (title, body) = (word(1), body.join(" "));
        let line = format!(r#"{{"id":"n{number}","title":"{title} {number}","text":"{body}"}}"#);
        let _ = writeln!(lines, "{line}");
    }
    lines
}

/// How many files in the data directory have this extension.
fn count(project: &Project, extension: &str) -> std::io::Result<usize> {
    let entries = fs::read_dir(project.path(".excerpt/data-1"))?;
    let names = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    Ok(names.iter().filter(|path| path.extension().is_some_and(|own| own == extension)).count())
}

#[test]
fn a_compact_index_is_smaller_and_finds_the_same() -> TestResult {
    let project = Project::new(&[("a.jsonl", &lines(0, PASSAGES))])?;
    project.excerpt("index --index whole")?.ends_with(0)?;
    project.excerpt("index --compact a.jsonl")?.ends_with(0)?;
    assert_eq!((count(&project, "forward")?, count(&project, "shortcuts")?), (0, 1));
    let stats = |index| project.excerpt(&format!("stats --json --index {index}"))?.ends_with(0);
    let (whole, compact) = (stats("whole")?.json()?, stats(".excerpt")?.json()?);
    assert_eq!((&whole[0]["compact"], &compact[0]["compact"]), (&false.into(), &true.into()));
    assert!(compact[0]["index_bytes"].as_u64() < whole[0]["index_bytes"].as_u64());
    let table = project.excerpt("stats")?.ends_with(0)?;
    assert!(table.stdout.contains(" in 1 segment, compact\n"), "{}", table.stdout);
    finds_the_same(&project)
}

/// Help named `--compact=false`, which without `--rebuild` is an error.
#[test]
fn an_index_is_compact_until_that_is_taken_back_as_help_says() -> TestResult {
    let project = Project::new(&[("a.jsonl", &lines(0, 10))])?;
    project.excerpt("index --compact a.jsonl")?.ends_with(0)?;
    let help = project.excerpt("index --help")?.ends_with(0)?.stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, hinted) = help.split_once("Kept in the index; `").ok_or("nothing of the index")?;
    let (hinted, _) = hinted.split_once("` takes it back").ok_or("no way back")?;
    project.excerpt(&format!("index {hinted}"))?.ends_with(0)?;
    assert_eq!(project.excerpt("stats --json")?.json()?[0]["compact"], false);
    Ok(())
}

#[test]
fn a_compact_index_finds_the_same_when_passages_are_gone() -> TestResult {
    let gone = &lines(PASSAGES, 200);
    let project = Project::new(&[("a.jsonl", &lines(0, PASSAGES)), ("b.jsonl", gone)])?;
    project.excerpt("index --index whole a.jsonl b.jsonl")?.ends_with(0)?;
    project.excerpt("index --compact a.jsonl b.jsonl")?.ends_with(0)?;
    fs::remove_file(project.path("b.jsonl"))?;
    project.excerpt("index --index whole")?.ends_with(0)?;
    project.excerpt("index")?.ends_with(0)?;
    assert_eq!(count(&project, "losses")?, 1);
    finds_the_same(&project)?;
    // Without the file a search finds out for itself.
    let entries = fs::read_dir(project.path(".excerpt/data-1"))?.flatten().map(|it| it.path());
    let mut losses = entries.filter(|path| path.extension().is_some_and(|own| own == "losses"));
    losses.try_for_each(fs::remove_file)?;
    finds_the_same(&project)
}

/// Compares what the index `whole` and the compact one find.
fn finds_the_same(project: &Project) -> TestResult {
    for query in ["bridge tower", "'\"of the keeper\"'", "+wall harbour lighthous*", "1234"] {
        for ranking in ["full", "fast", "bm25"] {
            let search = |index: &str| {
                let line = ["search", "--ranking", ranking, "--jsonl", "--index", index, query];
                project.run(&line)?.ends_with(0)
            };
            let (whole, compact) = (search("whole")?, search(".excerpt")?);
            assert_eq!(compact.stdout, whole.stdout, "{query} by {ranking}");
            assert_eq!(compact.stderr, "");
        }
    }
    Ok(())
}

#[test]
fn an_index_stays_compact_until_it_is_made_anew() -> TestResult {
    let project = Project::new(&[("a.jsonl", &lines(0, PASSAGES))])?;
    project.excerpt("index --compact")?.ends_with(0)?;
    project.write("b.jsonl", lines(PASSAGES, 100))?;
    project.excerpt("index")?.ends_with(0)?;
    project.excerpt("check")?.ends_with(0)?;
    project.excerpt("optimize")?.ends_with(0)?;
    project.excerpt("check")?.ends_with(0)?;
    assert_eq!((count(&project, "forward")?, count(&project, "shortcuts")?), (0, 1));
    let run = project.excerpt("index --compact=false")?.ends_with(2)?;
    assert!(run.stderr.contains("it was made compact"), "{}", run.stderr);
    project.excerpt("index --rebuild")?.ends_with(0)?;
    assert_eq!(project.excerpt("stats --json")?.json()?[0]["compact"], true);
    project.excerpt("index --rebuild --compact=false")?.ends_with(0)?;
    assert_eq!(project.excerpt("stats --json")?.json()?[0]["compact"], false);
    assert_eq!((count(&project, "forward")?, count(&project, "shortcuts")?), (1, 1));
    Ok(())
}
