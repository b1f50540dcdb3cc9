//! Passages that say the same in the hits of `excerpt search`.

use std::error::Error;

use crate::harness::{Project, TestResult};

/// A paragraph of fifty words, four times: as it is, in other type, with a word
/// more, and with another year. And one of three words under two titles.
const ARTICLES: [(&str, &str); 6] = [
    (
        "a/bet.md",
        "The bet of 2010 was on a time difference: when Tencent took a year to answer, the new \
         messenger had a chance; when it answered within two months, the messenger was lost, and \
         with it all that the young company had put into its making, which was a good deal.\n",
    ),
    (
        "b/copy.html",
        "<p>The bet of 2010 was on a <b>time difference</b>: when Tencent took a year to answer, \
         the new messenger had a chance; when it answered within two months, the messenger was \
         lost – and with it all that the young company had put into its making, which was a good \
         deal!</p>\n",
    ),
    (
        "c/quoted.txt",
        "The bet of 2010 was on a time difference: when Tencent took a year to answer, the new \
         messenger had a chance; when it answered within two months, the messenger was lost, and \
         with it indeed all that the young company had put into its making, which was a good \
         deal.\n",
    ),
    (
        "d/other.txt",
        "The bet of 2011 was on a time difference: when Tencent took a year to answer, the new \
         messenger had a chance; when it answered within two months, the messenger was lost, and \
         with it all that the young company had put into its making, which was a good deal.\n",
    ),
    ("e/one.md", "# Weir\n\nSee the bet.\n"),
    ("e/two.md", "# Mill\n\nSee the bet.\n"),
];

/// The articles, indexed in as many commits as there are `steps`: the arguments of each.
fn project(steps: &[&str]) -> Result<Project, Box<dyn Error>> {
    let project = Project::new(&ARTICLES)?;
    for step in steps {
        project.excerpt(&format!("index --quiet --index index {step}"))?.ends_with(0)?;
    }
    Ok(project)
}

fn search(project: &Project, options: &str) -> Result<String, Box<dyn Error>> {
    let line = format!("search --index index {options} bet time difference");
    Ok(project.excerpt(&line)?.ends_with(0)?.stdout)
}

const PLACES: &str = "--format {rank}|{path}|{duplicates}";

#[test]
fn the_same_words_are_shown_once_and_another_year_is_another_passage() -> TestResult {
    let found = search(&project(&["."])?, PLACES)?;
    let found: Vec<&str> = found.lines().collect();
    assert_eq!(found, ["1|a/bet.md|2", "2|d/other.txt|0", "3|e/one.md|0", "4|e/two.md|0"],);
    Ok(())
}

#[test]
fn what_was_collapsed_is_named_in_json() -> TestResult {
    let project = project(&["."])?;
    let best = &project.excerpt("search --index index --jsonl time difference")?.json()?[0];
    let named = best["duplicates"].as_array().ok_or("no duplicates")?;
    let mut names: Vec<_> = named.iter().filter_map(|d| d["passage_id"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["b/copy.html#0", "c/quoted.txt#0"]);
    let events = project.excerpt("search --index index --json time difference")?.json()?;
    let best = events.iter().find(|event| event["type"] == "match").ok_or("no match")?;
    assert_eq!(best["data"]["duplicates"].as_array(), Some(named));
    Ok(())
}

#[test]
fn neither_segments_nor_threads_show_in_what_is_collapsed() -> TestResult {
    let segments = |project: &Project| -> Result<_, Box<dyn Error>> {
        Ok(project.excerpt("stats --json --index index")?.ends_with(0)?.json()?[0]["segments"]
            .clone())
    };
    let together = project(&["-j1 ."])?;
    let apart = project(&["-j3 d", "-j3 c", "-j3 b a", "-j3 e", "-j3 ."])?;
    assert_ne!(segments(&apart)?, segments(&together)?);
    assert_eq!(search(&apart, "--jsonl")?, search(&together, "--jsonl")?);
    Ok(())
}

#[test]
fn pages_of_hits_continue_each_other() -> TestResult {
    let project = project(&["."])?;
    let all = search(&project, PLACES)?;
    let pages = (0..4).map(|page| search(&project, &format!("{PLACES} -n 1 --offset {page}")));
    assert_eq!(pages.collect::<Result<String, _>>()?, all);
    Ok(())
}

#[test]
fn all_are_kept_where_that_is_asked_and_where_passages_are_counted() -> TestResult {
    let project = project(&["."])?;
    for (options, expected) in
        [("--duplicates keep", 6), ("-l", 6), ("-c", 6), ("--trec", 6), ("--tsv", 4)]
    {
        assert_eq!(search(&project, options)?.lines().count(), expected, "{options}");
    }
    Ok(())
}

/// Each was compared with all of one pattern before it: the lines of a log took time with
/// the square of their number. Now some are, and those with the very same words are found
/// all the same.
#[test]
fn of_many_texts_by_one_pattern_the_same_ones_are_found() -> TestResult {
    let line = |port: usize| {
        format!(
            "{{\"text\":\"2026-11-30 08:01:02 host3 sshd[17]: Failed password for invalid user \
             admin from 10.0.1.2 port {port} ssh2\"}}\n"
        )
    };
    let log: String = (0..300).chain((0..300).rev()).map(line).collect();
    let project = Project::new(&[("log.jsonl", &log)])?;
    project.excerpt("index --quiet .")?.ends_with(0)?;
    for (page, hits) in [("-n 600", 300), ("-n 10 --offset 290", 10)] {
        let line = format!("search password {page} --per-document 0 --format {{duplicates}}");
        assert_eq!(project.excerpt(&line)?.ends_with(0)?.stdout, "1\n".repeat(hits), "{page}");
    }
    Ok(())
}

/// Of more than are compared the first with the same words was looked at alone, and that
/// one stands under other headings.
#[test]
fn short_passages_are_found_under_their_own_headings_however_many_are_alike() -> TestResult {
    let project = Project::new(&[])?;
    for folder in ["a", "b"] {
        for page in 0..40 {
            let text = format!("# Page {page}\n\n## Part\n\nSee the online documentation first.\n");
            project.write(format!("{folder}/{page}.md"), text)?;
        }
    }
    project.excerpt("index --quiet .")?.ends_with(0)?;
    let found = project.excerpt("search documentation -n 100 --format {duplicates}")?;
    assert_eq!(found.ends_with(0)?.stdout, "1\n".repeat(40));
    Ok(())
}
