//! Where passages stand: what is printed leads to the bytes of the file.

use std::fs;

use excerpt::passage::ContentHash;

use crate::harness::{Project, TestResult, sample_corpus};

/// What `tail -c +N FILE | head -c M` gives, for N = start + 1.
fn cut_out(file: &[u8], start: u64, end: u64) -> Option<&[u8]> {
    file.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}

/// Holds every passage of `project` against its file; gives how many there were.
fn check(project: &Project) -> Result<usize, Box<dyn std::error::Error>> {
    // A query of only excluded words finds everything else.
    let all =
        ["search", "--jsonl", "--limit", "1000000", "--not", "nosuchword", "--", "-nosuchword"];
    let passages = project.run(&all)?.ends_with(0)?.json()?;
    for passage in &passages {
        let path = passage["path"].as_str().ok_or("no path")?;
        let file = fs::read(project.path(path))?;
        let number = |name: &str| passage["span"][name].as_u64().ok_or("no number");
        let bytes = cut_out(&file, number("byte_start")?, number("byte_end")?).ok_or("outside")?;
        let id = &passage["passage_id"];
        assert_eq!(passage["content_hash"], ContentHash::of(bytes).to_string(), "{id}");
        assert_eq!(passage["stale"], false, "{id}");
        if path.ends_with(".txt") || path.ends_with(".md") {
            assert_eq!(passage["text"].as_str().map(str::as_bytes), Some(bytes), "{id}");
        }
        let line = |offset: u64| -> Result<u64, Box<dyn std::error::Error>> {
            let before = cut_out(&file, 0, offset).ok_or("outside")?;
            Ok(before.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1)
        };
        assert_eq!(number("line_start")?, line(number("byte_start")?)?, "{id}");
        assert_eq!(number("line_end")?, line(number("byte_end")? - 1)?, "{id}");
    }
    Ok(passages.len())
}

#[test]
fn every_passage_of_the_sample_corpus_is_at_its_place() -> TestResult {
    assert!(check(&sample_corpus()?)? > 70);
    Ok(())
}

#[test]
fn places_survive_line_ends_byte_order_marks_and_many_bytes() -> TestResult {
    let project = Project::new(&[
        (
            "crlf.txt",
            "One paragraph of text,\r\nwhich stands on two lines.\r\n\r\nAnother paragraph of text, which is also long.\r\n",
        ),
        ("bom.md", "\u{FEFF}# A title\n\nThe paragraph that follows it.\n"),
        (
            "wide.txt",
            "时间差的故事，从头说起，一直说到最后，一句也不少。时间差的故事，从头说起，一直说到最后，一句也不少。\n\nÜber die Zeit — und ihre Unterschiede, wie man sie misst.\n",
        ),
        (
            "page.html",
            "<h1>T</h1>\n<p>One &amp; two\n and three words, and more than forty of them in all</p>\n<p>Four five six seven eight nine ten eleven twelve</p>",
        ),
        (
            "notes.jsonl",
            "{\"id\":\"a\",\"text\":\"One two\\nthree \\u00e9.\"}\n{\"id\":\"b\",\"text\":\"Four\"}\n",
        ),
    ])?;
    project.excerpt("index .")?.ends_with(0)?;
    assert!(check(&project)? >= 8);
    Ok(())
}

#[test]
fn places_are_those_that_the_file_has_by_now() -> TestResult {
    let paragraphs: Vec<String> = ["cat", "dog", "cow", "hen", "pig"]
        .iter()
        .map(|animal| {
            format!("This is the paragraph about the {animal}, long enough to stand alone.\n")
        })
        .collect();
    let project = Project::new(&[("a.txt", &paragraphs.join("\n"))])?;
    project.excerpt("index")?.ends_with(0)?;
    let moved = format!(
        "A paragraph put in front of all of them, also long enough.\n\n{}",
        paragraphs.join("\n")
    );
    project.write("a.txt", &moved)?;
    let search = "search cow --passages-before 1 --passages-after 1";
    let run = project.excerpt(search)?.ends_with(0)?;
    let places: Vec<&str> =
        run.stdout.lines().filter_map(|line| line.split("This").next()).collect();
    assert_eq!(places, ["a.txt-5-", "a.txt:7:1:", "a.txt-9-"]);
    let shown = project.excerpt("show a.txt:7")?.ends_with(0)?;
    assert!(shown.stdout.contains("about the cow"), "{}", shown.stdout);
    let json = project.excerpt(&format!("{search} --jsonl"))?.ends_with(0)?.json()?;
    for (key, animal) in [("before", "dog"), ("after", "hen")] {
        let span = &json[0]["neighbours"][key][0]["span"];
        let number = |name: &str| span[name].as_u64().ok_or("no number");
        let bytes = cut_out(moved.as_bytes(), number("byte_start")?, number("byte_end")?);
        let text = std::str::from_utf8(bytes.ok_or("outside")?)?;
        assert!(text.contains(animal) && text.starts_with("This"), "{text}");
    }
    Ok(())
}
