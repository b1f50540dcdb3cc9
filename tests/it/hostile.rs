//! Input and circumstances that are out to do harm.

use std::fs;
use std::process::Stdio;

use crate::harness::{Project, Run, TestResult};

/// Text that makes a terminal change its title, colours and direction.
const ESCAPES: &str = "evil \u{1b}]0;owned\u{7}\u{1b}[31m \u{9b}2J \u{202e}word\u{0}\u{8}";

fn is_harmless(text: &str) -> bool {
    text.chars().all(|c| (!c.is_control() || "\n\t".contains(c)) && c != '\u{202e}')
}

#[test]
fn escapes_in_an_article_reach_no_terminal() -> TestResult {
    let title = ESCAPES.replace('\0', "");
    let page =
        format!("<title>{title}</title><h1>{title}</h1><p>{title} {}</p>", "words ".repeat(99));
    let record = serde_json::json!({"id": title, "title": title, "text": ESCAPES}).to_string();
    let project = Project::new(&[("a.html", &page), ("b.jsonl", &record)])?;
    project.excerpt("index")?.ends_with(0)?;
    for options in [
        "",
        "--jsonl ",
        "--json ",
        "--tsv ",
        "--vimgrep ",
        "-c ",
        "-C1 ",
        "--explain ",
        "--passages-before 1 ",
        "--format {title}{heading}{text}{document_id} ",
    ] {
        let run = project.excerpt(&format!("search {options}evil"))?.ends_with(0)?;
        assert!(is_harmless(&run.stdout), "{options}: {:?}", run.stdout);
        assert!(is_harmless(&run.stderr), "{options}: {:?}", run.stderr);
    }
    let shown = project.excerpt("show a.html:1")?.ends_with(0)?;
    assert!(is_harmless(&shown.stdout), "{:?}", shown.stdout);
    Ok(())
}

#[test]
fn escapes_in_arguments_reach_no_terminal() -> TestResult {
    let project = Project::new(&[("a.md", "A word.")])?;
    project.excerpt("index")?.ends_with(0)?;
    let evil = ESCAPES.replace('\0', "");
    for arguments in [
        &["search", "--index", &evil, "word"][..],
        &["search", "--explain-query", &evil],
        &["search", "--format", &format!("{{{evil}}}"), "word"],
        &["search", "--after", &evil, "word"],
        &["show", &evil],
        &["index", &evil],
    ] {
        let run = project.run(arguments)?;
        assert!(is_harmless(&run.stderr), "{arguments:?}: {:?}", run.stderr);
    }
    Ok(())
}

/// A project whose search prints more than a pipe holds.
fn large_output() -> Result<Project, Box<dyn std::error::Error>> {
    let paragraphs: Vec<String> = (0..5_000)
        .map(|number| format!("Paragraph {number} has a word or two, and more than forty letters."))
        .collect();
    let project = Project::new(&[("a.txt", &paragraphs.join("\n\n"))])?;
    project.excerpt("index")?.ends_with(0)?;
    Ok(project)
}

#[test]
fn a_closed_pipe_is_no_error() -> TestResult {
    let project = large_output()?;
    let mut command = project.command(&["search", "-n", "5000", "word"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    drop(child.stdout.take());
    let output = child.wait_with_output()?;
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    Ok(())
}

/// Help and version that could not be printed ended with 0.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_error() -> TestResult {
    let project = large_output()?;
    for line in [
        "search word",
        "search -n 5000 word",
        "search --json word",
        "stats",
        "show a.txt:1",
        "--help",
        "help search",
        "--version",
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = project.command(&arguments);
        let full = fs::File::options().write(true).open("/dev/full")?;
        let output = command.stdout(full).stderr(Stdio::piped()).spawn()?.wait_with_output()?;
        assert_eq!(output.status.code(), Some(2), "{line}");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let expected = "error: cannot write to standard output: No space left on device";
        assert!(stderr.starts_with(expected) && stderr.lines().count() == 1, "{line}: {stderr}");
    }
    Ok(())
}

#[test]
fn any_query_is_answered() -> TestResult {
    let project = Project::new(&[("a.md", "A word and another one.")])?;
    project.excerpt("index")?.ends_with(0)?;
    let many = |text: &str, times: usize| text.repeat(times);
    for query in [
        many("(", 20_000),
        many("NOT ", 20_000),
        many("\"", 9_999),
        many("a* ", 2_000),
        many("word~2 ", 2_000),
        "a:(^".to_owned(),
        "((a{1,30}){1,30}){1,30}".to_owned(),
        "word~99999999999 \"a b\"~99999999999 date:99999-99-99..".to_owned(),
        "path:[ title: -".to_owned(),
        "+ - AND OR NOT ()".to_owned(),
        many("word ", 20_000),
        many("x", 120_000),
        many("word-", 8_000) + "word~",
        many("中", 20_000) + "~2",
        many("\"word-word\" ", 2_000),
    ] {
        let shown: String = query.chars().take(20).collect();
        let run = project.run(&["search", "--", &query])?;
        assert!(matches!(run.code, Some(0..=2)), "{shown}: {:?} {}", run.code, run.stderr);
        assert!(!run.stderr.contains("panicked"), "{shown}: {}", run.stderr);
    }
    project.excerpt("search -n 1000000000 --offset 1000000000 word")?.ends_with(1)?;
    let numbers =
        ["search", "-C", "18446744073709551615", "--passages-after", "4294967295", "word"];
    project.run(&numbers)?.ends_with(0)?;
    Ok(())
}

/// A query in the encoding of an old terminal was refused as an argument.
#[cfg(unix)]
#[test]
fn a_query_that_is_no_text_is_answered() -> TestResult {
    use std::os::unix::ffi::OsStrExt;
    let project = Project::new(&[("a.md", "A word and another one.")])?;
    project.excerpt("index")?.ends_with(0)?;
    let arguments = ["search".as_bytes(), b"caf\xE9", b"word"];
    let run = project.run(&arguments.map(std::ffi::OsStr::from_bytes))?.ends_with(0)?;
    assert!(run.stdout.contains("A word and another one."), "{}", run.stdout);
    Ok(())
}

/// Words joined by punctuation escaped the limit, equal spellings were looked up
/// one by one, and so was the nearest word for each of many unknown ones: minutes
/// for a few kilobytes.
#[test]
fn what_a_long_query_costs_is_bounded_and_told() -> TestResult {
    let project = Project::new(&[("a.md", "A word and another one.")])?;
    project.excerpt("index")?.ends_with(0)?;
    let words = "note: query of more than 1024 words: the rest is left out\n";
    for query in ["word-".repeat(8_000), "中".repeat(20_000), "word-".repeat(2_000) + "word~"] {
        let run = project.run(&["search", &format!("word {query}")])?.ends_with(0)?;
        assert_eq!(run.stderr, words);
    }
    let numbered: Vec<String> = (0..900).map(|number| format!("wrd{number}")).collect();
    let run = project.run(&["search", "--fuzzy", "--explain-query", &numbered.join(" ")])?;
    assert!(run.stderr.starts_with("query: wrd0~1 wrd1~1 "), "{}", run.stderr);
    assert!(run.stderr.contains(" wrd63~1 wrd64 "), "{}", run.stderr);
    assert!(run.stderr.contains("note: more than 64 words in near spellings"), "{}", run.stderr);
    let run = project.run(&["search", &numbered.join(" ")])?.ends_with(1)?;
    assert_eq!(run.stderr.lines().count(), 10, "{}", run.stderr);
    assert!(run.stderr.contains("\n  892 more words are in no passage\n"), "{}", run.stderr);
    Ok(())
}

/// The whole of it was repeated, and again as the word or the filter that it held.
#[test]
fn of_a_long_query_without_hits_the_beginning_is_repeated() -> TestResult {
    let project = Project::new(&[("a.md", "A word and another one.")])?;
    project.excerpt("index")?.ends_with(0)?;
    let long = "word".repeat(15_000);
    for query in [
        long.clone(),
        format!("word path:{}", &long[..1_000]),
        format!("word -word -{long}"),
        format!("+{}", "word ".repeat(1_000) + "zebra"),
    ] {
        let run = project.run(&["search", "--all", &query])?.ends_with(1)?;
        let longest = run.stderr.lines().map(str::len).max();
        assert!(longest < Some(200), "{}", run.stderr);
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_folder_is_not_waited_for() -> TestResult {
    let project = Project::new(&[("a.md", "A word."), ("b.md", "Another word.")])?;
    let fifo = |name: &str| std::process::Command::new("mkfifo").arg(project.path(name)).status();
    assert!(fifo("pipe.txt")?.success());
    let run = project.excerpt("index")?;
    assert!(matches!(run.code, Some(0 | 3)), "{}", run.stderr);
    // A pipe that takes the place of an indexed file.
    fs::remove_file(project.path("a.md"))?;
    assert!(fifo("a.md")?.success());
    let run = project.excerpt("search --jsonl word")?.ends_with(0)?;
    let stale = run.json()?.iter().filter(|hit| hit["stale"] == true).count();
    assert_eq!(stale, 1);
    project.excerpt("search -C 2 word")?.ends_with(0)?;
    project.excerpt("index")?;
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_comes_back_as_it_is() -> TestResult {
    use std::os::unix::ffi::OsStrExt;
    let project = Project::new(&[])?;
    let name = b"caf\xe9\nbar.md";
    project.write(std::ffi::OsStr::from_bytes(name), "A word.")?;
    project.excerpt("index")?.ends_with(0)?;
    let paths = project.excerpt("search -l -0 word")?.ends_with(0)?;
    assert_eq!(paths.bytes, [&name[..], b"\0"].concat());
    for format in ["--jsonl", "--json"] {
        let run = project.run(&["search", format, "word"])?.ends_with(0)?;
        assert!(run.stdout.contains("Y2Fm6QpiYXIubWQ="), "{}", run.stdout);
        assert!(run.json().is_ok());
    }
    // Such a place was no argument.
    let place = [&name[..], b":1"].concat();
    let place = std::ffi::OsStr::from_bytes(&place);
    let text = std::ffi::OsStr::new;
    let run = project.run(&[text("show"), text("--jsonl"), place])?.ends_with(0)?;
    let shown = &run.json()?[0];
    assert_eq!(
        (&shown["text"], &shown["path_bytes"]),
        (&"A word.".into(), &"Y2Fm6QpiYXIubWQ=".into())
    );
    let run = project.run(&[text("search"), text("--like"), place])?.ends_with(1)?;
    assert_eq!(run.stderr, "no other passage is like the one that was given\n");
    Ok(())
}

#[test]
fn searching_changes_nothing_in_the_index() -> TestResult {
    let project = Project::new(&[("a.md", "A word.")])?;
    project.excerpt("index")?.ends_with(0)?;
    let index = project.path(".excerpt");
    let before = listing(&index)?;
    set_read_only(&index, true)?;
    let run = project.excerpt("search word");
    let stats = project.excerpt("stats");
    set_read_only(&index, false)?;
    run?.ends_with(0)?;
    stats?.ends_with(0)?;
    assert_eq!(listing(&index)?, before);
    Ok(())
}

fn listing(directory: &std::path::Path) -> std::io::Result<Vec<(std::path::PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(listing(&path)?);
        } else {
            files.push((path.clone(), fs::read(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

/// Takes from everything below `directory` the right to be written, or gives it
/// back. Who runs tests as root keeps it: for them the listing alone is held.
fn set_read_only(directory: &std::path::Path, read_only: bool) -> std::io::Result<()> {
    let mut all = vec![directory.to_owned()];
    let mut at = 0;
    while let Some(path) = all.get(at).cloned() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                all.push(entry?.path());
            }
        }
        at += 1;
    }
    for path in all {
        let mode = match (read_only, path.is_dir()) {
            (true, true) => 0o555,
            (true, false) => 0o444,
            (false, true) => 0o755,
            (false, false) => 0o644,
        };
        set_mode(&path, mode)?;
    }
    Ok(())
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_path: &std::path::Path, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

/// A pipe that was named was skipped without its name or a word on what to do, and stayed
/// a root of the index: each update told of it, and of those that were tried before.
#[cfg(unix)]
#[test]
fn a_pipe_that_is_named_is_refused() -> TestResult {
    let project = Project::new(&[("a.md", "A word.")])?;
    let mut pipe = std::process::Command::new("mkfifo");
    assert!(pipe.arg(project.path("pipe.txt")).status()?.success());
    std::os::unix::fs::symlink("pipe.txt", project.path("link.txt"))?;
    for path in ["pipe.txt", "link.txt", "/dev/zero"] {
        let run = project.excerpt(&format!("index a.md {path}"))?.ends_with(2)?;
        let said = format!("cannot read `{path}`: it is neither a file nor a folder");
        assert!(run.stderr.contains(&said), "{}", run.stderr);
        assert!(run.stderr.contains("hint: `excerpt index -`"), "{}", run.stderr);
    }
    let list = project.command(&["index", "--files-from", "-"]);
    let run = Run::of(list, b"a.md\npipe.txt\n")?.ends_with(3)?;
    assert!(run.stderr.contains("skipped `pipe.txt`: it is neither"), "{}", run.stderr);
    let run = project.excerpt("index")?.ends_with(0)?;
    assert!(run.stderr.contains("files: 1 unchanged"), "{}", run.stderr);
    Ok(())
}

#[test]
fn a_program_that_is_piped_nothing_reads_nothing() -> TestResult {
    let project = Project::new(&[("a.md", "A word.")])?;
    let run = Run::of(project.command(&["index", "--files-from", "-"]), &[])?.ends_with(2)?;
    assert!(run.stderr.contains("no paths in `-`"), "{}", run.stderr);
    Ok(())
}
