//! Which passages the words of a query find, however they are put together.

use std::fs;

use crate::harness::{Project, TestResult};

/// The files in which something matches, sorted.
fn files(project: &Project, arguments: &[&str]) -> Result<String, Box<dyn std::error::Error>> {
    let run = project.run(&[&["search", "-l"], arguments].concat())?;
    assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    let mut files: Vec<&str> = run.stdout.lines().collect();
    files.sort_unstable();
    Ok(files.join(" "))
}

/// Of `river rivers` under `--exact` the first alone was looked for, since both have
/// one stem.
#[test]
fn exact_words_of_one_stem_are_each_looked_for() -> TestResult {
    let texts = [("c/a.txt", "rivers"), ("c/b.txt", "river"), ("c/c.txt", "riverside")];
    let project = Project::new(&texts)?;
    project.excerpt("index --language english")?.ends_with(0)?;
    for query in ["river rivers", "rivers river"] {
        assert_eq!(files(&project, &["--exact", query])?, "c/a.txt c/b.txt", "{query}");
        assert_eq!(files(&project, &[&format!("=({query})")])?, "c/a.txt c/b.txt", "{query}");
    }
    Ok(())
}

/// In a field, or as it is written, any piece of it sufficed where it was demanded or
/// excluded.
#[test]
fn a_word_of_several_pieces_is_demanded_and_excluded_whole() -> TestResult {
    let record = |title: &str| format!("{{\"title\":\"{title}\",\"text\":\"body\"}}\n");
    let texts = [
        ("c/e.txt", "send the e-mail".to_owned()),
        ("c/m.txt", "send the mail".to_owned()),
        ("c/te.jsonl", record("An e-mail box")),
        ("c/tm.jsonl", record("A mail box")),
        ("c/z.txt", "他说关系链很重要。".to_owned()),
        ("c/y.txt", "他们的关系很好。".to_owned()),
    ];
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, &**text)).collect();
    let project = Project::new(&texts)?;
    project.excerpt("index --language english")?.ends_with(0)?;
    for (arguments, expected) in [
        (&["+=e-mail send"][..], "c/e.txt c/te.jsonl"),
        (&["--all", "--exact", "send e-mail"], "c/e.txt"),
        (&["send -=e-mail"], "c/m.txt"),
        (&["--exact", "+send -e-mail"], "c/m.txt"),
        (&["--all", "--exact", "send", "--not", "e-mail"], "c/m.txt"),
        (&["+title:e-mail"], "c/te.jsonl"),
        (&["title:e-mail AND body"], "c/te.jsonl"),
        (&["body -title:e-mail"], "c/tm.jsonl"),
        (&["--exact", "--all", "关系链"], "c/z.txt"),
        (&["+=关系链"], "c/z.txt"),
        (&["+e-mail~ send"], "c/e.txt c/te.jsonl"),
        (&["send -e-mail~"], "c/m.txt"),
    ] {
        assert_eq!(files(&project, arguments)?, expected, "{arguments:?}");
    }
    Ok(())
}

/// It demanded all pieces of a word, and found less than without it.
#[test]
fn near_spellings_only_add() -> TestResult {
    let texts =
        [("c/a.txt", "set the time zone"), ("c/b.txt", "a parking zone"), ("c/z.txt", "时间。")];
    let project = Project::new(&texts)?;
    project.excerpt("index --language english")?.ends_with(0)?;
    for (word, expected) in [("time-zone", "c/a.txt c/b.txt"), ("时间差", "c/z.txt")] {
        assert_eq!(files(&project, &[word])?, expected);
        assert_eq!(files(&project, &["--fuzzy", word])?, expected);
        assert_eq!(files(&project, &["--ranking", "bm25", "--fuzzy", word])?, expected);
    }
    assert_eq!(files(&project, &["--all", "--fuzzy", "time-zoen"])?, "c/a.txt");
    Ok(())
}

/// Nearly every other pair of characters is one change away: `--fuzzy` looked for a
/// thousand of them for each, and said so each time.
#[test]
fn scripts_without_spaces_have_no_near_spellings() -> TestResult {
    let texts = [("c/a.txt", "关系。"), ("c/b.txt", "关门。"), ("c/c.txt", "上海 harbour")];
    let project = Project::new(&texts)?;
    project.excerpt("index --language english")?.ends_with(0)?;
    assert_eq!(files(&project, &["--all", "--fuzzy", "关系"])?, "c/a.txt");
    assert_eq!(files(&project, &["--all", "--fuzzy", "上海 harbuor"])?, "c/c.txt");
    assert_eq!(files(&project, &["--all", "上海harbuor~"])?, "c/c.txt");
    let run = project.run(&["search", "--fuzzy", "--explain-query", "关系 harbuor"])?;
    assert_eq!(run.stderr, "query: 关系 harbuor~1\n");
    Ok(())
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

#[test]
fn a_filter_does_not_change_what_a_word_of_several_pieces_finds() -> TestResult {
    let texts = [("c/a.txt", "My mail came.\n"), ("c/b.txt", "微博很好。\n")];
    let project = Project::new(&texts)?;
    project.excerpt("index")?.ends_with(0)?;
    for (word, path) in [("e-mail", "c/a.txt"), ("微信", "c/b.txt"), ("信用微博", "c/b.txt")]
    {
        for query in [word.to_owned(), format!("{word} path:c/*"), format!("({word} path:c/*)")] {
            assert_eq!(files(&project, &[&query])?, path, "{query}");
        }
        for query in [format!("+{word}"), format!("+{word} path:c/*"), format!("+{word} date:..")] {
            assert_eq!(files(&project, &[&query])?, "", "{query}");
        }
        assert_eq!(files(&project, &["--all", &format!("{word} path:c/*")])?, "");
    }
    let run = project.run(&["search", "e-mail date:2050.."])?.ends_with(1)?;
    assert!(run.stderr.contains("`e-mail` is in 1 passage\n"), "{}", run.stderr);
    Ok(())
}

#[test]
fn words_of_deleted_passages_are_no_words_of_the_index() -> TestResult {
    let lines = |numbers: std::ops::Range<u32>| {
        let line = |number| format!("{{\"text\":\"zebra{number} pre{number} common\"}}\n");
        numbers.map(line).collect::<String>()
    };
    let project =
        Project::new(&[("c/a.jsonl", &lines(1000..1600)), ("c/b.jsonl", &lines(1600..2500))])?;
    project.excerpt("index")?.ends_with(0)?;
    let cut = "note: `pre*` stands for more than 1024 words";
    let run = project.excerpt("search -c pre*")?.ends_with(0)?;
    assert_eq!(run.stdout, "c/a.jsonl:600\nc/b.jsonl:424\n");
    assert!(run.stderr.contains(cut), "{}", run.stderr);
    fs::remove_file(project.path("c/a.jsonl"))?;
    project.excerpt("index")?.ends_with(0)?;
    let run = project.excerpt("search -c pre*")?.ends_with(0)?;
    assert_eq!(run.stdout, "c/b.jsonl:900\n");
    assert_eq!(run.stderr, "");
    project.run(&["search", "common -pre*"])?.ends_with(1)?;
    project.excerpt("search zebra1600~1")?.ends_with(0)?;
    let run = project.excerpt("search zebra1599")?.ends_with(1)?;
    // Words that come before it in the alphabet are as near, and gone.
    let expected = "`zebra1599` is in no passage; the nearest word is `zebra1699`";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    Ok(())
}
