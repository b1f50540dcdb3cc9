//! `excerpt search` and `excerpt show`: which passages, in which order, and what
//! is said when there are none.

use std::fs;

use crate::harness::{Project, TestResult};

/// Articles in which each word says where it stands.
fn project() -> Result<Project, Box<dyn std::error::Error>> {
    let project = Project::new(&[
        (
            "sea/lighthouse.md",
            "# The lighthouse\n\nA keeper lives on the rock.\n\n## Light\n\n\
             The lamp burns oil at night, and the keeper trims it.\n\n\
             On clear nights the lamp is seen from the harbour wall.\n",
        ),
        (
            "sea/harbour.txt",
            "The harbour wall was built of granite, in six years.\n\nShips of all kinds wait outside for the tide to come.\n",
        ),
        (
            "land/notes.jsonl",
            "{\"id\":\"n1\",\"title\":\"Mill\",\"text\":\"The mill grinds corn.\",\"date\":\"2020-05-01\"}\n{\"id\":\"n2\",\"title\":\"Weir\",\"text\":\"The weir holds the river.\",\"date\":\"2021-06-01\"}\n",
        ),
    ])?;
    project.excerpt("index")?.ends_with(0)?;
    Ok(project)
}

fn places(
    project: &Project,
    arguments: &[&str],
) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let all = [&["search", "--format", "{path}:{line}"], arguments].concat();
    let run = project.run(&all)?;
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    Ok(run.stdout.lines().map(str::to_owned).collect())
}

#[test]
fn options_limit_which_passages_count() -> TestResult {
    let project = project()?;
    for (arguments, expected) in [
        (&["--phrase", "harbour", "wall"][..], &["sea/harbour.txt:1", "sea/lighthouse.md:9"][..]),
        (&["--all", "lamp", "keeper"], &["sea/lighthouse.md:7"]),
        (&["--near", "1", "lamp", "oil"], &["sea/lighthouse.md:7"]),
        (&["--not", "keeper", "lamp"], &["sea/lighthouse.md:9"]),
        (&["--exact", "lamps"], &[]),
        (&["--fuzzy", "granit"], &["sea/harbour.txt:1"]),
        (&["--path", "*.txt", "harbour"], &["sea/harbour.txt:1"]),
        (&["--after", "2021", "the"], &["land/notes.jsonl:2"]),
        (&["--before", "2020-05", "mill", "weir"], &["land/notes.jsonl:1"]),
        (&["title:mill"], &["land/notes.jsonl:1"]),
        (&["heading:light -oil"], &["sea/lighthouse.md:9"]),
        (&["date:2020..2020"], &["land/notes.jsonl:1"]),
    ] {
        let mut found = places(&project, arguments)?;
        found.sort();
        assert_eq!(found, expected, "{arguments:?}");
    }
    Ok(())
}

#[test]
fn limit_and_offset_cut_the_same_ranking() -> TestResult {
    let project = project()?;
    let all = places(&project, &["the"])?;
    assert!(all.len() > 3, "{all:?}");
    let mut pages = places(&project, &["-n", "2", "the"])?;
    pages.extend(places(&project, &["-n", "100", "--offset", "2", "the"])?);
    assert_eq!(pages, all);
    let run = project.excerpt("search --offset 100 the")?.ends_with(1)?;
    assert_eq!(run.stderr, "`--offset 100` leaves out every hit among 7 matching passages\n");
    Ok(())
}

#[test]
fn an_index_is_found_from_below_and_by_its_name() -> TestResult {
    let project = project()?;
    let mut below = project.command(&["search", "--here", "-l", "the"]);
    below.current_dir(project.path("sea"));
    let run = crate::harness::Run::of(below, &[])?.ends_with(0)?;
    let mut paths = run.lines();
    paths.sort_unstable();
    assert_eq!(paths, ["harbour.txt", "lighthouse.md"]);
    let mut named = project.command(&["search", "-l", "mill"]);
    named.current_dir(project.path("..")).env("EXCERPT_INDEX", project.path(".excerpt"));
    let run = crate::harness::Run::of(named, &[])?.ends_with(0)?;
    assert_eq!(run.stdout, "project/land/notes.jsonl\n");
    Ok(())
}

#[test]
fn a_passage_that_has_moved_is_printed_where_it_is_now() -> TestResult {
    let project = project()?;
    let path = project.path("sea/harbour.txt");
    let text = fs::read_to_string(&path)?;
    fs::write(&path, format!("A new beginning of the article, which is long enough.\n\n{text}"))?;
    let hit = &project.excerpt("search --jsonl granite")?.ends_with(0)?.json()?[0];
    assert_eq!((&hit["stale"], &hit["span"]["line_start"]), (&false.into(), &3.into()));
    assert_eq!(hit["moved"], true);
    let events = project.excerpt("search --json granite")?.ends_with(0)?.json()?;
    assert_eq!(events[1]["data"]["moved"], true);
    assert_eq!(places(&project, &["granite"])?, ["sea/harbour.txt:3"]);
    Ok(())
}

#[test]
fn a_passage_that_is_gone_is_marked_stale() -> TestResult {
    let project = project()?;
    project.write("sea/harbour.txt", "Nothing is left of it.\n")?;
    fs::remove_file(project.path("land/notes.jsonl"))?;
    let changed = ("granite", "1 passage changed since indexing");
    for (query, why) in [changed, ("mill", "the file of 1 passage is not there any more")] {
        let run = project.run(&["search", "--jsonl", query])?.ends_with(0)?;
        assert_eq!(run.json()?[0]["stale"], true, "{query}");
        let index = project.path(".excerpt");
        let note = format!("note: {why}; run `excerpt index --index {}`\n", index.display());
        assert_eq!(run.stderr, note);
    }
    Ok(())
}

#[test]
fn tokens_are_a_budget_for_whole_passages() -> TestResult {
    let project = project()?;
    let run = project.excerpt("search --jsonl --max-tokens 15 lamp keeper")?.ends_with(0)?;
    let letters: usize =
        run.json()?.iter().filter_map(|hit| hit["text"].as_str()).map(str::len).sum();
    assert!(letters > 0 && letters <= 60, "{}", run.stdout);
    let run = project.excerpt("search --max-tokens 1 lamp")?.ends_with(1)?;
    assert!(run.stderr.contains("--max-tokens"), "{}", run.stderr);
    Ok(())
}

/// Passages and lines beside a hit took no tokens, and no more than 100 hits were
/// printed, however many had fit.
#[test]
fn tokens_are_filled_with_all_that_is_printed() -> TestResult {
    let texts =
        (0..300).map(|number| format!("Bird number {number} of the long list of all birds.\n\n"));
    let project = Project::new(&[("a.txt", &texts.collect::<String>())])?;
    project.excerpt("index --min-passage 0")?.ends_with(0)?;
    let printed = |options: &str| -> Result<usize, Box<dyn std::error::Error>> {
        let run = project.excerpt(&format!("search --max-tokens {options} bird"))?;
        Ok(run.ends_with(0)?.stdout.lines().filter(|line| line.contains("Bird")).count())
    };
    // A passage takes 12.
    assert_eq!(printed("1560")?, 130);
    assert_eq!(printed("1000000")?, 300);
    assert_eq!(printed("1560 -n 20")?, 20);
    assert_eq!(printed("50 --passages-after 1")?, 4);
    assert_eq!(printed("50 -A 2")?, 4);
    Ok(())
}

/// It ended with an error: in a query about `--path`, which was not given, in `--path`
/// for paths that a search had printed.
#[test]
fn a_malformed_pattern_is_a_path_as_it_is_written() -> TestResult {
    let project = Project::new(&[("[x/a.md", "Slow growth."), ("y/b.md", "More growth.")])?;
    project.excerpt("index")?.ends_with(0)?;
    let run = project.run(&["search", "-l", "growth path:[x"])?.ends_with(0)?;
    assert_eq!(run.lines(), ["[x/a.md"]);
    assert_eq!(run.stderr, "note: `[x` is no pattern: read as a path as it is written\n");
    let nested = format!("growth path:{}a{}", "{".repeat(300), "}".repeat(300));
    for query in ["growth path:{a,b", "growth path:a\\", "growth path:[z-a]", &nested] {
        let run = project.run(&["search", query])?.ends_with(1)?;
        assert!(run.stderr.contains("is no pattern"), "{query}: {}", run.stderr);
    }
    let run = project.run(&["search", "-l", "--path", "[x/a.md", "growth"])?.ends_with(0)?;
    assert_eq!(run.lines(), ["[x/a.md"]);
    // Of an option it was not said.
    assert_eq!(run.stderr, "note: `[x/a.md` is no pattern: read as a path as it is written\n");
    let run = project.run(&["search", "-l", "--path=[x", "growth path:[x"])?.ends_with(0)?;
    assert_eq!(run.stderr.matches("is no pattern").count(), 1);
    let long = "x".repeat(5000);
    project.run(&["search", "--path", "*", "--path", &long, "growth"])?.ends_with(2)?;
    let run = project.run(&["search", "--path", &long, "growth"])?.ends_with(2)?;
    let expected = "error: invalid value `5000 bytes` for `--path`: at most 64 are taken, of \
                    4096 bytes together\n";
    assert_eq!(run.stderr, expected);
    Ok(())
}

#[test]
fn a_query_without_hits_is_explained() -> TestResult {
    let project = project()?;
    for (arguments, expected) in [
        (&["granitt"][..], "`granitt` is in no passage; the nearest word is `granite`"),
        (&["xx"], "`xx` is in no passage\n"),
        (&["--all", "lamp", "corn"], "no passage has them as the query wants them"),
        (&["--path", "land", "granite"], "without `--path` it would match 1 passage"),
        (&["granite", "path:land"], "without `path:land` it would match 1 passage"),
        (&["granite", "date:2050.."], "without `date:2050..` it would match 1 passage"),
        (&["--not", "granite", "granite"], "without `-granite` it would match 1 passage"),
        (&["granite -\"granite\""], "without `-\"granite\"` it would match 1 passage"),
        (
            &["--path", "land", "granite -granite date:2050.."],
            "without `--path`, `-granite` and `date:2050..` it would match 1 passage",
        ),
        (&["path:land date:2050.."], "without `date:2050..` it would match 2 passages"),
        // Of filters alone nothing was said: without them there is no query.
        (&["date:2050.."], "without `date:2050..` it would match 7 passages"),
        (&["--after", "2050", "path:x/*"], "`--after` and `path:x/*` it would match 7 passages"),
        (&["--path", "land", "path:sea/*"], "without `--path` it would match"),
        (&["the zzzzqq"], "passages, but is not looked for beside other words"),
        (&["the \"zzzzqq wall\""], "passages, but is not looked for beside other words"),
        (&["--fuzzy", "the", "zzzzqq"], "`the~1` is in 7 passages, but is not looked for"),
        (&["..."], "note: the query holds no words"),
    ] {
        let run = project.run(&[&["search"], arguments].concat())?.ends_with(1)?;
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    Ok(())
}

/// A word was counted by any of its pieces, in any form and anywhere: in thousands
/// of passages that did not match.
#[test]
fn a_word_without_hits_is_counted_as_it_is_asked_for() -> TestResult {
    let project = project()?;
    for (arguments, expected) in [
        (&["--phrase", "oil-wall"][..], "  `oil-wall` is in no passage\n"),
        (&["--all", "oil-wall", "lamp"], "  `oil-wall` is in no passage\n"),
        (&["\"night harbour\""], "  `night` is in 2 passages\n  `harbour` is in 2 passages\n"),
        (&["=keepers"], "  `=keepers` is in no passage; the nearest word is `keeper`\n"),
        (&["title:granite"], "  `title:granite` is in no passage\n"),
        (&["title:granitt"], "  `title:granitt` is in no passage; the nearest word is `granite`\n"),
        (&["keep*", "path:land"], "  `keep*` is in 2 passages\n"),
    ] {
        let run = project.run(&[&["search"], arguments].concat())?.ends_with(1)?;
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    Ok(())
}

#[test]
fn the_reading_and_the_scores_are_told_when_asked() -> TestResult {
    let project = project()?;
    let run = project.excerpt("search --explain-query the granite")?.ends_with(0)?;
    assert_eq!(run.stderr, "query: the granite\nnote: not looked for beside other words: `the`\n");
    let run = project.excerpt("search --explain-query --explain -n1 lamp (oil")?.ends_with(0)?;
    assert!(run.stderr.starts_with("query: lamp oil\nnote: unbalanced `(`"), "{}", run.stderr);
    assert!(run.stderr.contains("text: lamp"), "{}", run.stderr);
    let hit = &project.excerpt("search --jsonl --explain -n1 lamp oil")?.json()?[0];
    let parts = hit["explanation"].as_array().ok_or("no explanation")?;
    let sum: f64 = parts.iter().filter_map(|part| part["score"].as_f64()).sum();
    let score = hit["score"].as_f64().ok_or("no score")?;
    assert!((sum - score).abs() < 1e-3, "the parts add up to {sum}: {hit}");
    Ok(())
}

/// Once a word was told of that is in the passage, though the rest of what it
/// stands in is not.
#[test]
fn each_hit_is_explained_by_what_matched() -> TestResult {
    let project = project()?;
    let line = "search --jsonl --explain --ranking bm25 (lamp AND granite) OR wall OR ships";
    let hits = project.excerpt(line)?.ends_with(0)?.json()?;
    let mut found = Vec::new();
    for hit in &hits {
        let parts = hit["explanation"].as_array().ok_or("no explanation")?;
        assert_eq!(parts.len(), 1, "{hit}");
        assert_eq!(parts[0]["score"], hit["score"], "{hit}");
        found.push(parts[0]["what"].as_str().ok_or("no word")?);
    }
    found.sort_unstable();
    assert_eq!(found, ["ship", "wall", "wall"]);
    Ok(())
}

#[test]
fn title_and_text_count_as_fifty_words_apart() -> TestResult {
    let project = Project::new(&[("a.md", "# Zulu\n\nYankee x-ray whiskey and nothing else.\n")])?;
    project.excerpt("index")?.ends_with(0)?;
    project.excerpt("search --near 49 zulu yankee")?.ends_with(1)?;
    project.excerpt("search --near 50 zulu yankee")?.ends_with(0)?;
    Ok(())
}

#[test]
fn rankings_and_their_numbers_can_be_chosen() -> TestResult {
    let project = project()?;
    let score = |options: &str| -> Result<f64, Box<dyn std::error::Error>> {
        let run = project.excerpt(&format!("search --jsonl -n1 {options} mill"))?.ends_with(0)?;
        Ok(run.json()?[0]["score"].as_f64().ok_or("no score")?)
    };
    let plain = score("--ranking bm25")?;
    assert_ne!(plain, score("--ranking fast")?);
    assert_ne!(plain, score("--ranking bm25 --k1 2")?);
    assert_ne!(plain, score("--ranking bm25 --b 0")?);
    assert_ne!(score("--ranking fast")?, score("--ranking fast --field-weight title=9")?);
    Ok(())
}

#[test]
fn an_index_keeps_a_ranking_for_searches_that_choose_none() -> TestResult {
    let project = project()?;
    let score = |options: &str| -> Result<f64, Box<dyn std::error::Error>> {
        let run = project.excerpt(&format!("search --jsonl -n1 {options} mill"))?.ends_with(0)?;
        Ok(run.json()?[0]["score"].as_f64().ok_or("no score")?)
    };
    let stored = || -> Result<serde_json::Value, Box<dyn std::error::Error>> {
        let run = project.excerpt("stats --json")?.ends_with(0)?;
        Ok(run.json()?[0]["ranking"].clone())
    };
    let (full, fast) = (score("")?, score("--ranking fast --k1 2")?);
    assert_eq!(stored()?["ranking"], "full");
    // Nothing is read again, and the checksums fit what was written.
    let run = project.excerpt("index --ranking fast --k1 2")?.ends_with(0)?;
    assert!(run.stderr.contains("unchanged"), "{}", run.stderr);
    project.excerpt("check")?.ends_with(0)?;
    assert_eq!((score("")?, score("--ranking full")?), (fast, full));
    // A later update changes what it names; a rebuild keeps the rest too.
    project.excerpt("index --b 0")?.ends_with(0)?;
    project.excerpt("index --rebuild")?.ends_with(0)?;
    assert_eq!((&stored()?["k1"], &stored()?["b"]), (&2.0.into(), &0.0.into()));
    assert_eq!(score("")?, score("--ranking fast --k1 2 --b 0")?);
    assert_eq!(score("--k1 1")?, score("--ranking fast --b 0")?);
    project.excerpt("index --ranking full")?.ends_with(0)?;
    assert_eq!(score("")?, full);
    project.excerpt("index --ranking bm26")?.ends_with(2)?;
    Ok(())
}

#[test]
fn feedback_finds_what_shares_the_words_of_the_best() -> TestResult {
    let project = project()?;
    let paths = |options: &str| -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let run = project.excerpt(&format!("search -l {options}"))?.ends_with(0)?;
        Ok(run.lines().into_iter().map(str::to_owned).collect())
    };
    assert_eq!(paths("granite")?, ["sea/harbour.txt"]);
    assert_eq!(paths("--feedback granite")?, ["sea/harbour.txt", "sea/lighthouse.md"]);
    // A word that was demanded alone was once looked for like any other.
    assert_eq!(paths("--feedback +granite")?, ["sea/harbour.txt"]);
    assert_eq!(paths("--feedback --all granite")?, ["sea/harbour.txt"]);
    assert_eq!(paths("--feedback +granite wall")?, ["sea/harbour.txt"]);
    assert_eq!(paths("--feedback --path *.txt granite")?, ["sea/harbour.txt"]);
    assert_eq!(paths("--feedback granite path:*.txt")?, ["sea/harbour.txt"]);
    let both = ["sea/harbour.txt", "sea/lighthouse.md"];
    assert_eq!(paths("--feedback granite path:sea/*")?, both);
    assert_eq!(paths("--feedback granite path:*")?, paths("--feedback granite")?);
    assert_eq!(paths("--feedback +granite path:sea/*")?, ["sea/harbour.txt"]);
    let run = project.excerpt("search --json --feedback granite")?.ends_with(0)?;
    let (first, _) = run.stderr.split_once(", ").ok_or("no terms")?;
    assert_eq!(first, "feedback: built 0.040");
    let last = run.json()?.pop().ok_or("no summary")?;
    let terms = last["data"]["expansion"].as_array().ok_or("no terms")?;
    assert!(terms.iter().any(|term| term["term"] == "granit"), "{terms:?}");
    Ok(())
}

#[test]
fn passages_like_another_are_found_without_it() -> TestResult {
    let project = project()?;
    let format = "{path}:{line}";
    let found = |options: &[&str]| -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let run = project.run(&[&["search", "--format", format], options].concat())?;
        Ok(run.ends_with(0)?.lines().into_iter().map(str::to_owned).collect())
    };
    let like_the_lamp = ["sea/lighthouse.md:9", "sea/lighthouse.md:3"];
    // The heading above it names the passage, and so does its id.
    for place in ["sea/lighthouse.md:7", "sea/lighthouse.md:5", "sea/lighthouse.md#1"] {
        assert_eq!(found(&["--like", place])?, like_the_lamp, "{place}");
    }
    let elsewhere = found(&["--like", "sea/lighthouse.md:9", "--path", "*.txt"])?;
    assert_eq!(elsewhere, ["sea/harbour.txt:1"]);
    let with_query = found(&["--like", "sea/lighthouse.md:7", "mill"])?;
    assert!(with_query.contains(&"land/notes.jsonl:1".to_owned()), "{with_query:?}");
    // A filter in the query demanded its words.
    let filtered = |query| found(&["--like", "sea/lighthouse.md:7", query]);
    assert_eq!(filtered("mill path:sea/*.md")?, like_the_lamp);
    assert_eq!(filtered("+harbour path:sea/*.md")?, ["sea/lighthouse.md:9"]);
    let unlike = ["search", "-l", "--like", "sea/lighthouse.md:7", "--not", "harbour"];
    let run = project.run(&unlike)?.ends_with(0)?;
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("sea/lighthouse.md\n", ""));
    let read = ["search", "--like", "n1#0", "--explain-query", "+lamp oil"];
    let run = project.run(&read)?.ends_with(0)?;
    assert!(run.stderr.contains("query: +lamp oil mill grinds corn"), "{}", run.stderr);
    let run = project.run(&["search", "--like", "nowhere.md:1"])?.ends_with(2)?;
    assert!(run.stderr.contains("no passage at `nowhere.md:1`"), "{}", run.stderr);
    let run = project.run(&["search", "--like", "n1#0", "--path", "sea"])?.ends_with(1)?;
    assert_eq!(run.stderr, "no other passage is like the one that was given\n");
    Ok(())
}

#[test]
fn a_place_is_shown_with_what_is_around_it() -> TestResult {
    let project = project()?;
    for place in ["sea/lighthouse.md:7", "sea/lighthouse.md:7:1", "sea/lighthouse.md#1"] {
        let run = project.run(&["show", place])?.ends_with(0)?;
        insta::assert_snapshot!("show", run.stdout);
    }
    let shown = &project.excerpt("show --jsonl -A0 n2#0")?.ends_with(0)?.json()?[0]["text"];
    assert_eq!(shown, "The weir holds the river.");
    Ok(())
}
