//! How many passages of one document are among the hits of `excerpt search`.

use std::error::Error;

use crate::harness::{Project, TestResult};

/// One long document with 30 paragraphs about lamps, and `others` with one each.
fn project(others: usize) -> Result<Project, Box<dyn Error>> {
    let paragraph = |number: usize| {
        format!("The lamp number {number} is a lamp that burns oil, as every lamp did then.\n\n")
    };
    let long: String = (1..=30).map(paragraph).collect();
    let project = Project::new(&[("long.txt", &long)])?;
    for other in 0..others {
        let text = format!("On the other side of pier {other} there was no light but one lamp.\n");
        project.write(format!("other-{other}.txt"), text)?;
    }
    project.excerpt("index --quiet")?.ends_with(0)?;
    Ok(project)
}

fn hits(project: &Project, options: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let format = "{document_id} {more}".to_owned();
    let mut arguments = vec!["search", "--format", &format];
    arguments.extend(options.split(' ').filter(|option| !option.is_empty()));
    arguments.push("lamp");
    let run = project.run(&arguments)?.ends_with(0)?;
    Ok(run.stdout.lines().map(str::to_owned).collect())
}

fn of_long(hits: &[String]) -> usize {
    hits.iter().filter(|hit| hit.starts_with("long.txt")).count()
}

#[test]
fn three_of_a_document_come_first_and_the_last_says_how_many_more_match() -> TestResult {
    let hits = hits(&project(12)?, "")?;
    assert_eq!((hits.len(), of_long(&hits)), (10, 3));
    let of_long: Vec<_> = hits.iter().filter(|hit| hit.starts_with("long.txt")).collect();
    assert_eq!(of_long, ["long.txt 0", "long.txt 0", "long.txt 27"]);
    Ok(())
}

#[test]
fn the_others_come_behind_those_of_other_documents_and_none_is_lost() -> TestResult {
    let project = project(12)?;
    let all = hits(&project, "-n 100")?;
    assert_eq!((all.len(), of_long(&all)), (42, 30));
    assert_eq!(of_long(&all[..15]), 3);
    // All are shown, so there are no more.
    assert!(all.iter().all(|hit| hit.ends_with(" 0")), "{all:?}");
    let some = hits(&project, "-n 20")?;
    assert_eq!(some[19], "long.txt 22");
    Ok(())
}

#[test]
fn each_of_many_documents_says_how_many_more_match() -> TestResult {
    let project = Project::new(&[])?;
    for file in 0..14 {
        let paragraph = |number: usize| {
            format!("Row {file} had a lamp of its own in the year {number}, the keeper wrote.\n\n")
        };
        let text: String = (0..3 + file).map(paragraph).collect();
        project.write(format!("{file}.txt"), text)?;
    }
    // In several segments.
    for step in ["1.txt", "2.txt", "."] {
        project.excerpt(&format!("index --quiet {step}"))?.ends_with(0)?;
    }
    for limit in [5, 14] {
        for hit in hits(&project, &format!("--per-document 1 -n {limit}"))? {
            let (document, more) = hit.split_once(".txt ").ok_or("no count")?;
            assert_eq!(more.parse::<u64>()?, document.parse::<u64>()? + 2, "{document}");
        }
    }
    Ok(())
}

#[test]
fn a_number_is_kept_to_and_none_is_no_limit() -> TestResult {
    let project = project(12)?;
    for (options, expected) in [
        ("--per-document 1", (10, 1)),
        ("--per-document 5 -n 100", (17, 5)),
        ("--per-document 0 -n 100", (42, 30)),
    ] {
        let hits = hits(&project, options)?;
        assert_eq!((hits.len(), of_long(&hits)), expected, "{options}");
    }
    Ok(())
}

#[test]
fn a_page_is_filled_where_there_are_few_documents() -> TestResult {
    let few = project(1)?;
    assert_eq!(hits(&few, "")?.len(), 10);
    assert_eq!(hits(&few, "--offset 25")?.len(), 6);
    Ok(())
}

#[test]
fn limits_and_offsets_cut_one_list() -> TestResult {
    let project = project(12)?;
    let ids = |options: &str| -> Result<Vec<String>, Box<dyn Error>> {
        let line = format!("search --format {{passage_id}} {options} lamp");
        let run = project.excerpt(&line)?.ends_with(0)?;
        Ok(run.stdout.lines().map(str::to_owned).collect())
    };
    let all = ids("-n 100")?;
    for (limit, offset) in [(1, 0), (3, 0), (10, 5), (20, 12), (100, 30)] {
        let page = ids(&format!("-n {limit} --offset {offset}"))?;
        assert_eq!(page, all[offset..all.len().min(offset + limit)], "{limit} {offset}");
    }
    Ok(())
}

/// They ended without a word, and a page behind the last of them was said to be behind
/// all that matches.
#[test]
fn hits_that_end_before_all_is_looked_at_say_so() -> TestResult {
    let record = |number: usize| format!("{{\"id\":\"a\",\"text\":\"A lamp: {number}.\"}}\n");
    let mut records: String = (0..10_001).map(record).collect();
    records.push_str("{\"id\":\"b\",\"text\":\"Behind all these there is one more lamp.\"}\n");
    let project = Project::new(&[("a.jsonl", &records)])?;
    project.excerpt("index --quiet --min-passage 0")?.ends_with(0)?;
    let said =
        "note: hits end with the best 10,000 passages: a `--limit` over 1,000 looks at more\n";
    let search = "search --per-document 1 --format {document_id} --ranking bm25 lamp";
    for (options, code, printed) in [("", 0, "a\n"), ("--offset 1", 1, "")] {
        let run = project.excerpt(&format!("{search} {options}"))?.ends_with(code)?;
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (printed, said));
    }
    let run = project.excerpt(&format!("{search} -n 2000"))?.ends_with(0)?;
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("a\nb\n", ""));
    // A run does not end there.
    assert_eq!(project.excerpt("search --trec -n 2 lamp")?.ends_with(0)?.lines().len(), 2);
    Ok(())
}

#[test]
fn files_and_counts_and_runs_know_no_limit() -> TestResult {
    let project = project(12)?;
    let counts = project.excerpt("search -c lamp")?.ends_with(0)?;
    assert!(counts.lines().contains(&"long.txt:30"), "{}", counts.stdout);
    assert_eq!(project.excerpt("search -l lamp")?.lines().len(), 13);
    let run = project.excerpt("search --trec -n 100 lamp")?.ends_with(0)?;
    assert_eq!(run.lines().len(), 13);
    Ok(())
}

/// All passages were read back, again and again, to find that there are no more
/// documents than two.
#[test]
fn a_run_reaches_documents_behind_any_number_of_passages() -> TestResult {
    let long: String = (0..2_000).map(|number| format!("A lamp {number}.\n\n")).collect();
    let far = format!("Of lamps too: {}.", "something else altogether ".repeat(20));
    let project = Project::new(&[("c/long.txt", &long), ("c/far.txt", &far)])?;
    project.excerpt("index")?.ends_with(0)?;
    for (limit, expected) in [(1, "long"), (2, "long far"), (50, "long far")] {
        let run = project.excerpt(&format!("search --trec -n {limit} lamp"))?.ends_with(0)?;
        let lines = run.lines();
        let files = lines.iter().filter_map(|line| line.split_whitespace().nth(2));
        let names = files.filter_map(|file| file.strip_prefix("c/")?.strip_suffix(".txt"));
        assert_eq!(names.collect::<Vec<_>>().join(" "), expected, "{limit}");
    }
    Ok(())
}

/// A passage of the second file says what the first does, which the offset leaves out,
/// and comes behind all hits: nothing need be looked up of most that do.
#[test]
fn what_was_collapsed_into_a_hit_before_the_page_is_no_more_of_a_document() -> TestResult {
    let words = |kind: &str, count: usize| -> String {
        (0..count).map(|number| format!(" {kind}{number}")).collect()
    };
    let first = format!("lamp lamp lamp{}", words("word", 97));
    let second = format!("lamp lamp lamp{}\n\n{first}{}\n", words("other", 100), words("more", 6));
    let project = Project::new(&[("c/a.txt", &first), ("c/b.txt", &second)])?;
    project.excerpt("index")?.ends_with(0)?;
    let page = |options: &str| -> Result<String, Box<dyn Error>> {
        let format = "--format {path}|{duplicates}|{more}";
        let line = format!("search --ranking bm25 --per-document 1 {format} {options} lamp");
        Ok(project.excerpt(&line)?.ends_with(0)?.stdout)
    };
    assert_eq!(page("-n 2")?, "c/a.txt|1|0\nc/b.txt|0|0\n");
    assert_eq!(page("-n 1 --offset 1")?, "c/b.txt|0|0\n");
    Ok(())
}

#[test]
fn json_says_how_many_more_match() -> TestResult {
    let project = project(12)?;
    let lines = project.excerpt("search --jsonl lamp")?.json()?;
    assert_eq!(lines[2]["more_in_document"], 27);
    assert_eq!(lines[1].get("more_in_document"), None);
    let events = project.excerpt("search --json lamp")?.json()?;
    let matches: Vec<_> = events.iter().filter(|event| event["type"] == "match").collect();
    assert_eq!(matches[2]["data"]["more_in_document"], 27);
    Ok(())
}

/// The rows of three of six files with the same ids came first, the equal ones of the
/// other three behind all others, and each told of the other files' rows as its own.
#[test]
fn what_several_files_call_by_one_id_are_several_documents() -> TestResult {
    let project = Project::new(&[])?;
    for file in 0..6 {
        let mut rows = format!("id,text\n1,Lamp {file}: lamp and lamp\n");
        for row in 2..30 {
            let filler = "where nothing else was to be seen by anyone on land or at sea";
            rows += &format!("{row},File {file} tells of a lamp {filler} in the year {row}\n");
        }
        project.write(format!("{file}.csv"), rows)?;
    }
    // In one segment and in several.
    for steps in [&["."][..], &["0.csv", "1.csv", "."]] {
        for step in steps {
            let index = format!("index --quiet --index {} {step}", steps.len());
            project.excerpt(&index)?.ends_with(0)?;
        }
        let hits = |limit: u32| -> Result<String, Box<dyn Error>> {
            let format = "{path}+{passage_id}+{more}";
            let place = format!("--index {} --per-document {limit}", steps.len());
            let run = project.excerpt(&format!("search {place} --format {format} -n 200 lamp"))?;
            Ok(run.ends_with(0)?.stdout)
        };
        let all = hits(0)?;
        assert_eq!(all.lines().filter(|hit| hit.ends_with("+0")).count(), 6 * 29, "{all}");
        for limit in [1, 3] {
            assert_eq!(hits(limit)?, all, "{steps:?} {limit}");
        }
    }
    Ok(())
}

/// Each counted what the other file calls by the same id as well.
#[test]
fn the_count_of_what_else_matches_leaves_out_other_files() -> TestResult {
    let project = Project::new(&[])?;
    let paragraphs = |count: usize, what: &str| -> String {
        let paragraph = |n| format!("The {what} lamp number {n} burned oil, as lamps did.\\n\\n");
        (0..count).map(paragraph).collect()
    };
    for (file, count) in [("a", 5), ("b", 9), ("c", 300)] {
        let line = format!("{{\"id\":\"x\",\"text\":\"{}\"}}\n", paragraphs(count, file));
        project.write(format!("{file}.jsonl"), line)?;
    }
    project.write("long.txt", paragraphs(200, "long").replace("\\n", "\n"))?;
    project.excerpt("index --quiet .")?.ends_with(0)?;
    for limit in [1, 4] {
        let search = format!("search --format {{path}}+{{more}} --per-document {limit} lamp -n");
        let hits = project.excerpt(&format!("{search} {}", 4 * limit))?.ends_with(0)?;
        for (path, count) in [("a.jsonl", 5), ("b.jsonl", 9), ("c.jsonl", 300), ("long.txt", 200)] {
            let of_path: Vec<_> =
                hits.lines().into_iter().filter(|hit| hit.starts_with(path)).collect();
            let last = format!("{path}+{}", count - limit);
            assert_eq!(of_path.last(), Some(&last.as_str()), "{}", hits.stdout);
            assert_eq!(of_path.len(), limit);
        }
    }
    Ok(())
}
