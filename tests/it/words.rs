//! Which passages the words of a query find, however they are put together.

use crate::harness::{Project, TestResult};

/// The files in which something matches, sorted.
fn files(project: &Project, arguments: &[&str]) -> Result<String, Box<dyn std::error::Error>> {
    let run = project.run(&[&["search", "-l"], arguments].concat())?;
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    let mut files: Vec<&str> = run.stdout.lines().collect();
    files.sort_unstable();
    Ok(files.join(" "))
}

/// They were left out beside plain words only: beside a phrase, parentheses or a
/// wildcard all passages matched that held one.
#[test]
fn stop_words_are_left_out_beside_whatever_says_something() -> TestResult {
    let articles = [
        ("sea/wall.txt", "The harbour wall was built of granite.\n"),
        ("sea/lamp.txt", "The lamp is seen from the harbour wall.\n"),
        ("land/notes.jsonl", "{\"title\":\"Mill\",\"text\":\"The mill grinds corn for a fee.\"}\n"),
    ];
    let project = Project::new(&articles)?;
    project.excerpt("index")?.ends_with(0)?;
    let told = "note: not looked for beside other words: `the`\n";
    for others in [
        "granite",
        "\"granite\"",
        "(granite mill)",
        "(the (granite) the)",
        "granit*",
        "granite~",
        "=granite",
        "title:mill",
        "(+granite)",
        "(granite path:sea/*)",
        "\"harbour wall\"~2",
    ] {
        let expected = files(&project, &[others])?;
        for query in [
            format!("the {others}"),
            format!("{others} OR the"),
            format!("(the) {others}"),
            format!("the~ {others}"),
        ] {
            assert_eq!(files(&project, &[&query])?, expected, "{query}");
            let run = project.run(&["search", "--explain-query", &query])?.ends_with(0)?;
            assert!(run.stderr.ends_with(told), "{query}: {}", run.stderr);
        }
    }
    assert_eq!(files(&project, &["--fuzzy", "the", "granite"])?, "sea/wall.txt");
    assert_eq!(files(&project, &["--exact", "the", "\"granite\""])?, "sea/wall.txt");
    // Where nothing says anything, and where it is meant.
    let all = files(&project, &["the"])?;
    for query in ["the (of a)", "the OR path:sky", "\"the\" granite", "=the granite"] {
        assert_eq!(files(&project, &[query])?, all, "{query}");
    }
    Ok(())
}

/// Their stems had to stand near each other, the words as they are written anywhere.
#[test]
fn exact_words_are_near_each_other_themselves() -> TestResult {
    let far = "The time was short, and a difference is a thing that was called times.\n";
    let project =
        Project::new(&[("far.txt", far), ("near.txt", "A difference of two times is short.\n")])?;
    project.excerpt("index")?.ends_with(0)?;
    for (arguments, expected) in [
        (&["--near", "4", "times", "difference"][..], "far.txt near.txt"),
        (&["--exact", "--near", "4", "times", "difference"], "near.txt"),
        (&["=\"times difference\"~4"], "near.txt"),
        (&["=\"time difference\"~4"], "far.txt"),
        (&["=\"times difference\"~7"], "far.txt near.txt"),
        (&["=\"time times\"~20"], "far.txt"),
        (&["=\"time times\"~2"], ""),
        (&["=\"times times\"~2"], "far.txt near.txt"),
    ] {
        assert_eq!(files(&project, arguments)?, expected, "{arguments:?}");
    }
    Ok(())
}
