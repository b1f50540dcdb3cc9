//! Passages that are named by their place, and what stands around them.

use crate::harness::{Project, Run, TestResult};

/// Two files that call other texts by the same ids, indexed in as many commits as
/// there are `steps`.
fn shared_ids(steps: &[&str]) -> Result<Project, Box<dyn std::error::Error>> {
    let project = Project::new(&[
        (
            "a/mills.jsonl",
            "{\"_id\":\"1\",\"text\":\"The mill grinds corn.\\n\\nThe miller sleeps at noon.\"}\n\
             {\"_id\":\"2\",\"text\":\"Corn is ground by a mill.\"}\n",
        ),
        (
            "b/lamps.jsonl",
            "{\"_id\":\"1\",\"text\":\"The lamp burns oil.\\n\\nThe keeper trims wicks.\"}\n\
             {\"_id\":\"2\",\"text\":\"Oil is burnt by a lamp.\"}\n",
        ),
    ])?;
    for step in steps {
        project.run(&["index", "--min-passage", "0", "--index", "index", step])?.ends_with(0)?;
    }
    Ok(project)
}

/// The text of another file was printed at the path and place of this one.
#[test]
fn files_that_share_ids_keep_their_passages_apart() -> TestResult {
    for steps in [&["."][..], &["a", "b"], &["b", "a"]] {
        let project = shared_ids(steps)?;
        let texts = |line: &str| -> Result<Vec<String>, Box<dyn std::error::Error>> {
            let run = project.excerpt(&format!("{line} --index index"))?.ends_with(0)?;
            Ok(run.json()?.iter().map(|passage| passage["text"].to_string()).collect())
        };
        let mills = ["\"The mill grinds corn.\"", "\"The miller sleeps at noon.\""];
        let lamps = ["\"The lamp burns oil.\"", "\"The keeper trims wicks.\""];
        assert_eq!(texts("show --jsonl a/mills.jsonl:1")?, mills, "{steps:?}");
        assert_eq!(texts("show --jsonl b/lamps.jsonl:1")?, lamps, "{steps:?}");
        for (word, near) in [("wicks", lamps[0]), ("sleeps", mills[0])] {
            let line = format!("search --jsonl --passages-before 1 {word} --index index");
            let hit = &project.excerpt(&line)?.ends_with(0)?.json()?[0];
            let before = hit["neighbours"]["before"].as_array().ok_or("no neighbours")?;
            let before: Vec<String> = before.iter().map(|near| near["text"].to_string()).collect();
            assert_eq!(before, [near], "{steps:?}");
        }
    }
    Ok(())
}

/// One of the passages that share an id was shown as if it were the only one.
#[test]
fn an_id_that_is_shared_is_told_of() -> TestResult {
    let same = "{\"_id\":\"x\",\"text\":\"A mill.\"}\n{\"_id\":\"x\",\"text\":\"A lamp.\"}\n";
    let project = Project::new(&[("a.jsonl", same), ("b.txt", "Another text.")])?;
    project.excerpt("index --min-passage 0")?.ends_with(0)?;
    let note = "note: 2 passages are called `x#0`; one of them is taken; another is named by \
                its place, `PATH:LINE:COLUMN`\n";
    assert_eq!(project.excerpt("show x#0")?.ends_with(0)?.stderr, note);
    assert_eq!(project.excerpt("search -q --like x#0 lamp")?.ends_with(0)?.stderr, note);
    assert_eq!(project.excerpt("show b.txt#0")?.ends_with(0)?.stderr, "");
    Ok(())
}

/// What was like a passage of another file was found, or nothing, and that passage
/// was left out too.
#[test]
fn passages_like_one_whose_id_is_shared_are_like_it() -> TestResult {
    for steps in [&["."][..], &["a", "b"], &["b", "a"]] {
        let project = shared_ids(steps)?;
        let like = |place: &str, query: &str| -> Result<String, Box<dyn std::error::Error>> {
            let line = ["search", "--index", "index", "--like", place, "--format", "{text}", query];
            Ok(project.run(&line)?.ends_with(0)?.stdout)
        };
        for (place, expected) in [
            ("a/mills.jsonl:2", "The mill grinds corn.\n"),
            ("b/lamps.jsonl:2", "The lamp burns oil.\n"),
        ] {
            assert_eq!(like(place, "")?, expected, "{steps:?}");
        }
        let with_query = like("a/mills.jsonl:2", "burnt")?;
        assert!(with_query.contains("Oil is burnt by a lamp."), "{steps:?} {with_query}");
    }
    Ok(())
}

/// The last passage was printed for a line far behind it, and the first one for line 0,
/// as if they stood there.
#[test]
fn a_passage_at_another_line_is_told_of() -> TestResult {
    let project = Project::new(&[("a.md", "# Mills\n\nIt grinds corn.\nAnd rye.\n")])?;
    project.excerpt("index")?.ends_with(0)?;
    for (place, line) in [("a.md:9999", 9999), ("a.md:0", 0), ("a.md:2", 2)] {
        let note = format!("note: line {line} is in no passage; the one at line 3 is taken\n");
        let shown = project.run(&["show", place])?.ends_with(0)?;
        assert_eq!((&*shown.stderr, shown.lines()[0]), (&*note, "a.md:3-4"), "{place}");
    }
    let like = project.excerpt("search --like a.md:9999 rye")?;
    assert!(like.stderr.starts_with("note: line 9999 is in no passage; "), "{}", like.stderr);
    for place in ["a.md", "a.md:3", "a.md:4", "a.md:3-4", "a.md#0"] {
        assert_eq!(project.run(&["show", place])?.ends_with(0)?.stderr, "", "{place}");
    }
    // Lines of the index are told of no longer where the file has others by now.
    let moved = format!("{}# Mills\n\nIt grinds corn.\nAnd rye.\n", "\n".repeat(50));
    project.write("a.md", moved)?;
    let shown = project.excerpt("show a.md:60")?.ends_with(0)?;
    assert_eq!((shown.stderr.contains("note: line"), shown.lines()[0]), (false, "a.md:53-54"));
    Ok(())
}

/// Of the passages that begin on one line the last was shown, whatever column was typed.
#[test]
fn what_a_search_prints_leads_back_to_its_passage() -> TestResult {
    let record = r#"{"_id":"r","text":"Granite is quarried.\n\nLimestone has caves.\n\nSandstone is cut \u00e9l\u00e8ve."}"#;
    let long = "Corn is ground by mills that stand\nat the river. Rye is ground by mills\n\
                that stand on the hill. Oats are ground by mills\nthat no one has seen.\n";
    let project = Project::new(&[("r.jsonl", &format!("\n{record}\n")), ("long.txt", long)])?;
    project.excerpt("index --min-passage 0 --max-passage 60")?.ends_with(0)?;
    let show = |place: &str| {
        project.excerpt(&format!("show --jsonl --passages-before 0 --passages-after 0 {place}"))
    };
    let check = || -> TestResult {
        let form = "{path}:{line}:{column}";
        for query in ["granite", "limestone", "sandstone", "mills"] {
            let run = |options: &[&str]| project.run(&[&["search", query], options].concat());
            let ids = run(&["--format", &format!("{form} {{passage_id}}")])?.ends_with(0)?;
            for hit in ids.stdout.lines() {
                let (place, id) = hit.split_once(' ').ok_or("no id")?;
                let shown = show(place)?.ends_with(0)?;
                assert_eq!((&*shown.stderr, &shown.json()?[0]["passage_id"]), ("", &id.into()));
            }
            for word in run(&["--vimgrep"])?.ends_with(0)?.stdout.lines() {
                let place = word.splitn(4, ':').take(3).collect::<Vec<_>>().join(":");
                let shown = show(&place)?.ends_with(0)?;
                let text = shown.json()?[0]["text"].to_string().to_lowercase();
                assert!(text.contains(query.trim_end_matches('s')), "{place} {text}");
            }
        }
        Ok(())
    };
    check()?;
    let noted = |place: &str, note: &str, id: &str| -> TestResult {
        let shown = show(place)?.ends_with(0)?;
        assert_eq!((&*shown.stderr, &shown.json()?[0]["passage_id"]), (note, &id.into()));
        Ok(())
    };
    let several = "note: 3 passages begin on line 2; the first is taken; another is named by \
                   its column, `PATH:2:COLUMN`, or its id\n";
    noted("r.jsonl:2", several, "r#0")?;
    let off = "note: column 43 of line 2 is in no passage; the one at column 44 is taken\n";
    noted("r.jsonl:2:43", off, "r#1")?;
    let like = project.excerpt("search --like r.jsonl:2:44 caves")?;
    assert!(!like.stderr.contains("begin on line"), "{}", like.stderr);
    assert_eq!(project.excerpt("show r.jsonl")?.ends_with(0)?.stderr, "");
    // The places are those that the file has by now.
    project.write("r.jsonl", format!("\n\n{}\n", record.replace("quarried", "cut")))?;
    check()?;
    // Without the file no column leads anywhere.
    std::fs::remove_file(project.path("r.jsonl"))?;
    let by_id =
        "note: 3 passages begin on line 2; the first is taken; another is named by its id\n";
    noted("r.jsonl:2:44", by_id, "r#0")
}

/// Items and rows of HTML, which have no mark, and lines of code flowed together as if
/// they were prose.
#[test]
fn line_ends_of_lists_tables_and_code_are_shown() -> TestResult {
    let item = "an item that is as long as a line of prose may be";
    let project = Project::new(&[
        ("list.html", &format!("<ul><li>{item}</li>\n<li>two\nthree</li></ul>")),
        (
            "table.html",
            "<table><tr><th>Option</th><th>Default</th></tr>\n<tr><td>retries</td><td>3</td></tr></table>",
        ),
        (
            "code.md",
            &format!("```sh\n{item}\nls\n```\n\n{item} and so on\n{item} and so on\nends.\n"),
        ),
    ])?;
    project.excerpt("index")?.ends_with(0)?;
    let shown = |place| -> Result<String, Box<dyn std::error::Error>> {
        let run = project.run(&["show", place])?.ends_with(0)?;
        Ok(run.stdout.lines().skip(2).collect::<Vec<_>>().join("\n"))
    };
    assert_eq!(shown("list.html")?, format!("> 1  {item}\n     two three"));
    assert_eq!(shown("table.html")?, "> 1  Option | Default\n     retries | 3");
    let prose = format!("{item} and so on {item} and so on ends.");
    assert_eq!(shown("code.md:2")?, format!("> 2  {item}\n     ls\n\n  6  {prose}"));
    assert_eq!(shown("code.md:6")?, format!("  2  {item}\n     ls\n\n> 6  {prose}"));
    Ok(())
}

/// The pieces behind the first of a long block flowed together, as did the rows of a page
/// whose name does not say that it is one.
#[test]
fn a_passage_is_shown_as_what_it_was_read_as() -> TestResult {
    let line = "  a line of code that is as long as one of prose, and";
    let code = format!("{line} one\n{line} two\n{line} three\n");
    let table = "<!DOCTYPE html>\n<table><tr><th>An option of the program</th><th>What it is \
                 by default</th></tr>\n<tr><td>retries</td><td>3</td></tr></table>";
    let project = Project::new(&[
        (
            "code.md",
            &format!(
                "# Code\n\n```\n{code}\n{code}```\n\nThat was all of the code that there is in it.\n"
            ),
        ),
        ("page", table),
    ])?;
    project.excerpt("index --max-passage 200")?.ends_with(0)?;
    let mut piped = project.command(&["index", "--quiet", "--index", "piped", "-"]);
    piped.env_remove("EXCERPT_INDEX");
    Run::of(piped, table.as_bytes())?.ends_with(0)?;
    let shown = |line: &str| -> Result<String, Box<dyn std::error::Error>> {
        let run = project
            .excerpt(&format!("show {line} --passages-before 0 --passages-after 0"))?
            .ends_with(0)?;
        let lines = run.stdout.lines().skip_while(|line| !line.starts_with('>'));
        Ok(lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
    };
    for first in [4, 8] {
        let expected = format!("> {first}  {line} one\n     {line} two\n     {line} three");
        assert_eq!(shown(&format!("code.md:{first}"))?, expected);
    }
    let rows = "  An option of the program | What it is by default\n     retries | 3";
    assert_eq!(shown("page:2")?, format!("> 2{rows}"));
    assert_eq!(shown("--index piped <stdin>:2")?, format!("> 2{rows}"));
    Ok(())
}

/// Behind a line with three marks all prose kept its line ends, whatever the line stood
/// in.
#[test]
fn prose_behind_code_that_ended_with_a_quotation_flows() -> TestResult {
    let line = "a line of prose that is as long as those of a page";
    let project = Project::new(&[(
        "a.md",
        &format!("# Code\n\n> ```sh\n> ls\n\n    ~~~~\n\n{line} one\n{line} two\n\nend\n"),
    )])?;
    project.excerpt("index")?.ends_with(0)?;
    let shown = project.excerpt("show a.md:8")?.ends_with(0)?.stdout;
    assert!(shown.contains(&format!("{line} one {line} two\n")), "{shown}");
    Ok(())
}

/// A place without a line was said to be at line 1.
#[test]
fn a_place_that_is_not_there_is_named_as_it_was_typed() -> TestResult {
    let project = Project::new(&[("c/a.md", "A word.")])?;
    project.excerpt("index --quiet c")?.ends_with(0)?;
    for place in ["note-intercom", "c/b.md", "./c/b.md:3", "c/a.md#9"] {
        let run = project.run(&["show", place])?.ends_with(2)?;
        let error = format!("error: no passage at `{place}`\n");
        assert!(run.stderr.starts_with(&error), "{}", run.stderr);
    }
    Ok(())
}
