//! The language of an index that was not told one.

use crate::harness::{Project, Run, TestResult};

const GERMAN: &str = "Zwischen den beiden Städten liegt eine Stunde, und wer am Abend ankommt, \
    muss seine Uhr zurückstellen. Der Bote reitet über die Brücken, ohne auf die Leute zu achten, \
    die dort seit dem Morgen auf Nachricht warten.";
const ENGLISH: &str = "Between both towns there is an hour, and whoever arrives in the evening has \
    to turn the clock back. The messenger rides over the bridges without looking at the people who \
    have been waiting there for news since the morning.";
const UKRAINIAN: &str = "Між обома містами година різниці, і хто приїздить увечері, мусить \
    перевести годинник. Гонець їде через мости і не звертає уваги на людей, які від самого ранку \
    чекають там на звістку.";
const CHINESE: &str = "两个城市之间相差一个小时，晚上到达的人必须把表拨回去。\
    信使骑马过桥，没有理会从早上起就在那里等消息的人们。";

/// An article that is long enough to tell its language by.
fn article(text: &str) -> String {
    [text; 4].join("\n\n")
}

fn told(run: &Run) -> Option<&str> {
    run.stderr.lines().find_map(|line| line.strip_prefix("language: "))
}

fn check(texts: &[&str], expected: &str) -> TestResult {
    let project = Project::new(&[])?;
    for (number, text) in texts.iter().enumerate() {
        project.write(format!("{number}.md"), article(text))?;
    }
    let run = project.excerpt("index")?.ends_with(0)?;
    assert_eq!(told(&run), Some(expected), "{texts:?}");
    let stats = project.excerpt("stats --json")?.ends_with(0)?.json()?;
    assert_eq!(stats[0]["language"].as_str(), expected.split(' ').next(), "{texts:?}");
    Ok(())
}

#[test]
fn a_folder_in_one_language_is_stemmed_for_it() -> TestResult {
    check(&[GERMAN, GERMAN], "german (detected)")?;
    check(&[ENGLISH, ENGLISH], "english (detected)")?;
    check(&[GERMAN, GERMAN, GERMAN, CHINESE], "german (detected)")
}

#[test]
fn a_folder_in_a_language_without_a_stemmer_is_not_stemmed() -> TestResult {
    check(&[UKRAINIAN, UKRAINIAN], "none (detected one without a stemmer)")
}

#[test]
fn a_folder_of_many_languages_or_without_spaces_is_english() -> TestResult {
    check(&[GERMAN, ENGLISH], "english (none detected)")?;
    check(&[CHINESE, CHINESE], "english (none detected)")?;
    check(&["1 2 3"], "english (none detected)")
}

#[test]
fn a_language_is_detected_once_and_kept() -> TestResult {
    let project = Project::new(&[("a.md", &article(GERMAN))])?;
    let run = project.excerpt("index --language auto")?.ends_with(0)?;
    assert_eq!(told(&run), Some("german (detected)"));
    project.excerpt("search -q Brücke")?.ends_with(0)?;
    for number in 0..4 {
        project.write(format!("{number}.md"), article(ENGLISH))?;
    }
    for line in ["index", "index --language auto", "index --rebuild", "index --language german"] {
        assert_eq!(told(&project.excerpt(line)?.ends_with(0)?), None, "{line}");
    }
    // Who asks for it has it detected again, which needs a rebuild.
    let run = project.excerpt("index --rebuild --language auto")?.ends_with(0)?;
    assert_eq!(told(&run), Some("english (detected)"));
    let run = project.excerpt("index --index other --language english a.md")?.ends_with(0)?;
    assert_eq!(told(&run), None);
    Ok(())
}

#[test]
fn the_language_of_a_stream_is_detected_and_nothing_of_it_is_lost() -> TestResult {
    let project = Project::new(&[])?;
    let lines: String = (0..2000)
        .map(|number| format!("{{\"id\":\"n{number}\",\"text\":\"{GERMAN}\"}}\n"))
        .collect();
    let run = Run::of(project.command(&["index", "-"]), lines.as_bytes())?.ends_with(0)?;
    assert_eq!(told(&run), Some("german (detected)"));
    let stats = project.excerpt("stats --json")?.ends_with(0)?.json()?;
    assert_eq!((&stats[0]["documents"], &stats[0]["language"]), (&2000.into(), &"german".into()));
    Ok(())
}

#[test]
fn a_collection_is_evaluated_in_its_language() -> TestResult {
    let corpus: String =
        (0..4).map(|number| format!("{{\"_id\":\"d{number}\",\"text\":\"{GERMAN}\"}}\n")).collect();
    let project = Project::new(&[
        ("small/corpus.jsonl", &corpus),
        ("small/queries.jsonl", "{\"_id\":\"1\",\"text\":\"Brücke\"}\n"),
        ("small/qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\td0\t1\n"),
    ])?;
    let run = project.excerpt("eval --collection small --json")?.ends_with(0)?;
    assert_eq!(run.json()?[0]["language"], "german");
    assert!(run.stderr.contains("small: language german (detected)"), "{}", run.stderr);
    let run = project.excerpt("eval --collection small --language none --json")?.ends_with(0)?;
    assert_eq!(run.json()?[0]["language"], "none");
    // One for a collection that is not evaluated was ignored.
    let run = project.excerpt("eval --collection small --language smal=none")?.ends_with(2)?;
    let refused = "error: invalid value `smal=none` for `--language`: no collection is `smal`\n\
        hint: what is evaluated is `small`\n";
    assert_eq!(run.stderr, refused);
    Ok(())
}

#[test]
fn words_of_scripts_without_spaces_are_found_within_their_runs() -> TestResult {
    let project = Project::new(&[
        ("th.txt", "ประเทศไทยมีเมืองหลวงชื่อกรุงเทพมหานคร\n"),
        ("km.txt", "ភ្នំពេញជារាជធានីនៃប្រទេសកម្ពុជា\n"),
        ("zh.txt", "中国的首都是北京。\n"),
    ])?;
    project.excerpt("index")?.ends_with(0)?;
    for (query, path) in [("เมืองหลวง", "th.txt"), ("រាជធានី", "km.txt"), ("首都", "zh.txt")]
    {
        for options in ["", "--phrase ", "--all "] {
            let run = project.excerpt(&format!("search --jsonl {options}{query}"))?.ends_with(0)?;
            let [hit] = run.json()?.try_into().map_err(|hits| format!("{query}: {hits:?}"))?;
            let text = hit["text"].as_str().ok_or("no text")?;
            let start = text.find(query).ok_or("not there")?;
            assert_eq!(hit["path"], path);
            assert_eq!(hit["highlights"], serde_json::json!([[start, start + query.len()]]));
        }
    }
    Ok(())
}

#[test]
fn single_characters_are_found_where_a_word_need_not_be_exact() -> TestResult {
    let project = Project::new(&[("a.txt", "微信很好。\n"), ("b.txt", "他不信。\n")])?;
    project.excerpt("index")?.ends_with(0)?;
    let found = |options: &str| -> Result<_, Box<dyn std::error::Error>> {
        let run = project.excerpt(&format!("search -l {options}"))?.ends_with(0)?;
        let mut files = run.lines();
        files.sort_unstable();
        Ok(files.join(" "))
    };
    assert_eq!(found("微信")?, "a.txt b.txt");
    for exact in ["--exact 微信", "--all 微信", "--phrase 微信", "=微信", "--ranking bm25 微信"]
    {
        assert_eq!(found(exact)?, "a.txt", "{exact}");
    }
    assert_eq!(found("--exact 信")?, "a.txt b.txt");
    Ok(())
}

/// A single character that was required or near others was looked up among the pairs,
/// which hold only those that stand alone, and was said to be in no passage.
#[test]
fn a_single_character_is_found_wherever_it_is_typed() -> TestResult {
    let project = Project::new(&[("a.txt", "我说微信很好。\n"), ("b.txt", "他不信这个人。\n")])?;
    project.excerpt("index")?.ends_with(0)?;
    for (options, expected) in [
        ("信", "a.txt b.txt"),
        ("+信", "a.txt b.txt"),
        ("=信", "a.txt b.txt"),
        ("--all --exact 信", "a.txt b.txt"),
        ("--all 信 微信", "a.txt"),
        ("信 AND 微信", "a.txt"),
        ("+信 +很", "a.txt"),
        ("--near 3 信 人", "b.txt"),
        ("--near 3 人 信 信", "b.txt"),
        ("--exact --near 3 信 很好 微信", "a.txt"),
        ("微信 NOT 人", "a.txt"),
    ] {
        let run = project.excerpt(&format!("search -l {options}"))?.ends_with(0)?;
        let mut files = run.lines();
        files.sort_unstable();
        assert_eq!(files.join(" "), expected, "{options}");
    }
    for options in ["--all 信 链", "--near 3 信 链", "--all --exact 信 链"] {
        let run = project.excerpt(&format!("search {options}"))?.ends_with(1)?;
        assert!(run.stderr.contains("信` is in 2 passages\n"), "{options}: {}", run.stderr);
        assert!(run.stderr.contains("链` is in no passage"), "{options}: {}", run.stderr);
    }
    Ok(())
}

/// Where a run ended was looked up by places in other words: the last character of a
/// word was not looked for beside a longer one.
#[test]
fn a_longer_word_beside_it_takes_no_character_from_a_word() -> TestResult {
    let project = Project::new(&[("a.txt", "我说微信很好。\n"), ("b.txt", "他不信这个人。\n")])?;
    project.excerpt("index")?.ends_with(0)?;
    for query in ["微信", "微信 聊天软件", "聊天软件 微信", "聊天软件/微信"] {
        for ranking in ["fast", "full"] {
            let run = project.run(&["search", "-l", "--ranking", ranking, query])?.ends_with(0)?;
            assert_eq!(run.lines().len(), 2, "{ranking} {query}: {}", run.stdout);
        }
    }
    Ok(())
}
