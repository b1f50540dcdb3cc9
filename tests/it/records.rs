//! What `excerpt index` tells of records that it cannot read, or not all of.

use std::fs;

use crate::harness::{Project, Run, TestResult};

/// Nothing at all was said of them, and the exit code was 3.
#[test]
fn quiet_warns_of_bad_records_and_so_does_a_search_that_reads_them() -> TestResult {
    let project = Project::new(&[("a.jsonl", "{\"text\":\"A good record.\"}\nnot a record\n")])?;
    let run = project.excerpt("index --quiet")?.ends_with(3)?;
    let lines: Vec<&str> = run.stderr.lines().collect();
    let [example, count] = lines.as_slice() else { return Err(run.stderr.into()) };
    assert!(example.starts_with("warning: skipped a record in a.jsonl: line 2: "), "{example}");
    assert_eq!(*count, "warning: 1 record could not be read");
    for _ in 0..2 {
        let search = project.excerpt("search --in a.jsonl record")?.ends_with(0)?;
        assert_eq!(search.stderr, run.stderr);
    }
    // By the path that hits have, not by one below what is searched.
    project.write("q/b.jsonl", "{\"text\":\"A good record.\"}\nnot a record\n")?;
    let search = project.excerpt("search --in q record")?.ends_with(0)?;
    assert!(search.stderr.starts_with("warning: skipped a record in q/b.jsonl: line 2: "));
    Ok(())
}

/// The run after that ended with 0 and had nothing to say.
#[test]
fn bad_records_are_warned_of_as_long_as_they_are_there() -> TestResult {
    let project = Project::new(&[
        ("a.csv", "id,text\n1,A good record.\n2,\"A quote without an end.\n"),
        ("b.jsonl", "not a record\n"),
    ])?;
    let warned = || -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let run = project.excerpt("index --quiet")?.ends_with(3)?;
        let mut lines: Vec<String> = run.stderr.lines().map(str::to_owned).collect();
        lines.sort();
        Ok(lines)
    };
    let first = warned()?;
    assert!(first.iter().any(|line| line == "warning: 2 records could not be read"), "{first:?}");
    assert_eq!(first.len(), 3);
    // Read again, since they were only just written; and known by their times.
    assert_eq!(warned()?, first);
    for name in ["a.csv", "b.jsonl"] {
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1 << 30);
        fs::OpenOptions::new().write(true).open(project.path(name))?.set_modified(long_ago)?;
    }
    for _ in 0..2 {
        assert_eq!(warned()?, first);
    }
    project.write("a.csv", "id,text\n1,A good record.\n")?;
    fs::remove_file(project.path("b.jsonl"))?;
    let run = project.excerpt("index --quiet")?.ends_with(0)?;
    assert_eq!(run.stderr, "");
    Ok(())
}

/// Ten files were named, and that there were more was not said, nor which with `-v`.
#[test]
fn of_many_files_with_bad_records_some_are_named_or_all() -> TestResult {
    let project = Project::new(&[])?;
    let names: Vec<String> = (10..22).map(|number| format!("{number}.jsonl")).collect();
    names.iter().try_for_each(|name| project.write(name, "{\"text\":\"A word.\"}\nnone\n"))?;
    let more = "note: records were skipped in 2 more files";
    for (line, named, rest) in [
        ("index --quiet", 10, format!("{more} (see them with --verbose)\n")),
        ("index --verbose", 12, String::new()),
        ("search --in . word", 10, format!("{more}\n")),
    ] {
        let stderr = project.excerpt(line)?.stderr;
        let start = |name: &String| format!("warning: skipped a record in {name}: line 2: ");
        let told = names.iter().filter(|name| stderr.contains(&start(name)));
        let first: Vec<_> = names.iter().take(named).collect();
        assert_eq!(told.collect::<Vec<_>>(), first, "{stderr}");
        assert_eq!(stderr.contains(more), !rest.is_empty(), "{stderr}");
        assert!(stderr.contains(&rest), "{stderr}");
    }
    Ok(())
}

/// Records of which only the titles are read looked like sound ones; what `--field` said
/// was not heard of where documents came from standard input.
#[test]
fn records_without_a_known_text_field_are_told_of() -> TestResult {
    // In the first nothing looks like a text.
    let record = b"{\"title\":\"A word\",\"said\":\"Short\"}\n\
                   {\"title\":\"A report\",\"said\":\"It speaks of a lighthouse.\"}\n";
    let project = Project::new(&[])?;
    project.write("a.jsonl", record)?;
    let run = project.excerpt("index --quiet")?.ends_with(0)?;
    let (start, hint) = ("warning: read only the titles of the records in ", "`--field text=said`");
    assert!(run.stderr.starts_with(start) && run.stderr.contains(hint), "{}", run.stderr);
    project.excerpt("search -q lighthouse")?.ends_with(1)?;
    assert_eq!(project.excerpt("index --quiet --field text=said")?.ends_with(0)?.stderr, "");
    project.excerpt("search -q lighthouse")?.ends_with(0)?;
    let feed = |options: &[&str]| {
        let arguments = [&["index", "--quiet", "--index", "s", "-"], options].concat();
        Run::of(project.command(&arguments), record)?.ends_with(0)
    };
    assert!(feed(&[])?.stderr.starts_with(start));
    assert_eq!(feed(&["--field", "text=said"])?.stderr, "");
    project.excerpt("search -q --index s lighthouse")?.ends_with(0).map(drop)
}

/// The advice was to name the column, where that had just been done.
#[test]
fn a_column_that_is_not_there_is_told_of_with_those_that_are() -> TestResult {
    let project =
        Project::new(&[("a.csv", "id;titel;inhalt\n1;Eine Mühle;Sie mahlt, was kommt.\n")])?;
    let run = project.excerpt("index --field text=text")?.ends_with(3)?;
    let why = "no reader for tables without a column `text`";
    let columns = ": its columns are `id`, `titel`, `inhalt`\n";
    assert!(run.stderr.contains(&format!("{why}{columns}")), "{}", run.stderr);
    // They are no part of what is counted.
    assert!(run.stderr.contains(&format!("skipped 1 file: 1 {why}\n")), "{}", run.stderr);
    project.excerpt("index --quiet --field text=inhalt")?.ends_with(0)?;
    let found = project.excerpt("search --format {document_id}:{text} kommt")?.ends_with(0)?;
    assert_eq!(found.stdout, "1:Sie mahlt, was kommt.\n");
    Ok(())
}

/// Nothing at all was said of them.
#[test]
fn dates_that_are_none_are_told_of_once() -> TestResult {
    let record = "{\"text\":\"A mill.\",\"day\":\"in spring\"}\n";
    let project = Project::new(&[("b.jsonl", record), ("a.jsonl", &record.repeat(2))])?;
    let run = project.excerpt("index --quiet --field date=day")?.ends_with(0)?;
    let lines: Vec<&str> = run.stderr.lines().collect();
    let [warning] = lines.as_slice() else { return Err(run.stderr.into()) };
    let start = "warning: no date could be read of the field named for it in 3 records, first in ";
    assert!(warning.starts_with(start), "{warning}");
    assert!(warning.ends_with("a.jsonl: line 1: in spring"), "{warning}");
    project.write("c.jsonl", record.replace("in spring", "Thu, 05 Mar 2020 10:00:00 GMT"))?;
    project.excerpt("index --quiet")?.ends_with(0)?;
    project.excerpt("search -q mill date:2020-03")?.ends_with(0).map(drop)
}
