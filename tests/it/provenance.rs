//! Where passages stand: what is printed leads to the bytes of the file.

use std::fs;
use std::io::Write;

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
    // Its neighbours stand around it, unmarked.
    assert!(
        shown.stdout.contains("\n> 7  This is the paragraph about the cow"),
        "{}",
        shown.stdout
    );
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

/// What JSON says has become of `passage`: whether it is stale, whether it moved.
fn fate(passage: &serde_json::Value) -> (bool, bool) {
    (passage["stale"] == true, passage["moved"] == true)
}

/// A neighbour was said to have become what the passage beside it had become.
#[test]
fn each_passage_is_held_against_the_file_by_itself() -> TestResult {
    let [cat, dog, cow] = ["cat", "dog", "cow"].map(|animal| {
        format!("This is the paragraph about the {animal}, long enough to stand alone.\n")
    });
    let project = Project::new(&[("a.txt", &format!("{cat}\n{dog}\n{cow}"))])?;
    project.excerpt("index")?.ends_with(0)?;
    let other = "Another paragraph, which says nothing of any animal at all, took its place.\n";
    project.write("a.txt", format!("{other}\n{dog}\n{cow}"))?;
    let (gone, moved) = ((true, false), (false, true));
    let shown = project.excerpt("show a.txt:3 --jsonl")?.ends_with(0)?.json()?;
    assert_eq!(shown.iter().map(fate).collect::<Vec<_>>(), [gone, moved, moved]);
    let shown = project.excerpt("show a.txt:3")?.ends_with(0)?.stdout;
    let remark = "stand alone.\n     (changed since it was indexed)\n\n> 3  This";
    assert!(shown.contains(remark), "{shown}");
    assert_eq!(shown.matches("(changed").count(), 1, "{shown}");
    let search = "search dog --passages-before 1 --passages-after 1 --jsonl";
    let hit = &project.excerpt(search)?.ends_with(0)?.json()?[0];
    assert_eq!(fate(hit), moved);
    assert_eq!(fate(&hit["neighbours"]["before"][0]), gone);
    assert_eq!(fate(&hit["neighbours"]["after"][0]), moved);
    Ok(())
}

/// `text` compressed.
fn gzip(text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

/// The same, padded to more than the 64 MiB up to which files are read again.
fn large_gzip(text: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = gzip(text)?;
    bytes.resize((64 << 20) + 1, 0);
    Ok(bytes)
}

#[test]
fn a_compressed_file_written_anew_is_as_it_was_and_another_is_not() -> TestResult {
    let project = Project::new(&[])?;
    let zebra = gzip("The zebra was seen again, and nobody knew why.\n")?;
    project.write("a.txt.gz", &zebra)?;
    project.excerpt("index")?.ends_with(0)?;
    let other = gzip("Nothing is left of it, and nobody knows why.\n")?;
    for (bytes, is_stale) in [(zebra, false), (other, true)] {
        project.write("a.txt.gz", bytes)?;
        let found = project.excerpt("search --jsonl zebra")?.ends_with(0)?.json()?;
        assert_eq!(found[0]["stale"], is_stale);
    }
    Ok(())
}

/// Such a file was said to be as it was, whatever it had become.
#[test]
fn a_compressed_file_too_large_to_read_again_is_known_by_its_looks() -> TestResult {
    let project = Project::new(&[])?;
    project.write("a.txt.gz", large_gzip("The zebra was seen again, and nobody knew why.\n")?)?;
    project.excerpt("index")?.ends_with(0)?;
    let search = "search --jsonl zebra";
    let run = project.excerpt(search)?.ends_with(0)?;
    assert_eq!((run.json()?[0]["stale"].as_bool(), run.stderr.as_str()), (Some(false), ""));
    project.write("a.txt.gz", large_gzip("Nothing is left of it, and nobody knows why.\n")?)?;
    let run = project.excerpt(search)?.ends_with(0)?;
    assert_eq!(run.json()?[0]["stale"], true);
    assert!(run.stderr.contains("1 passage changed since indexing"), "{}", run.stderr);
    Ok(())
}

/// They were left out without a word.
#[test]
fn lines_beside_a_passage_of_a_compressed_file_are_not_printed_and_that_is_said() -> TestResult {
    let text = "A line before it.\n\nThe zebra was seen again.\n";
    let project = Project::new(&[("a.txt", text)])?;
    project.write("b.txt.gz", gzip(text)?)?;
    project.excerpt("index --min-passage 0")?.ends_with(0)?;
    for (options, said) in [("-C2", "note: beside 1 passage of compressed files"), ("", "")] {
        let search = format!("search --duplicates keep {options} zebra");
        let run = project.excerpt(&search)?.ends_with(0)?;
        assert_eq!(run.stdout.contains("a.txt-1-A line before it."), !options.is_empty());
        assert!(run.stderr.starts_with(said) && run.stderr.is_empty() == said.is_empty());
    }
    Ok(())
}

/// Those that were not printed were named at the places that they once had.
#[test]
fn a_duplicate_has_the_place_that_its_file_has_by_now() -> TestResult {
    let text = "The keeper of the lamp trims its wicks each night, long before the ships come.\n";
    let project = Project::new(&[("a.txt", text), ("b.txt", text), ("c.txt", text)])?;
    project.excerpt("index")?.ends_with(0)?;
    project.write("b.txt", format!("A paragraph about another thing, put in front.\n\n{text}"))?;
    project.write("c.txt", "Nothing is left of it.\n")?;
    for format in ["--jsonl", "--json"] {
        let run = project.run(&["search", format, "-n1", "wicks"])?.ends_with(0)?.json()?;
        let hit = run.iter().find_map(|event| match format {
            "--json" => Some(&event["data"]).filter(|data| data["rank"] == 1),
            _ => Some(event),
        });
        let duplicates = hit.and_then(|hit| hit["duplicates"].as_array()).ok_or("none")?;
        let told: Vec<_> = duplicates
            .iter()
            .map(|it| (it["path"].as_str(), it["span"]["line_start"].as_u64(), fate(it)))
            .collect();
        let (moved, gone) = ((false, true), (true, false));
        let expected = [(Some("b.txt"), Some(3), moved), (Some("c.txt"), Some(1), gone)];
        assert_eq!(told, expected, "{format}");
    }
    Ok(())
}

/// The bytes of `text` in UTF-16, with a byte order mark.
fn utf_16(text: &str) -> Vec<u8> {
    "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

/// Words were looked for in the bytes of the passage, and found in the next
/// paragraph or nowhere where the file writes them otherwise.
#[test]
fn every_match_has_the_place_where_the_file_has_it_written() -> TestResult {
    let page =
        "<p>Caf&eacute; z&#101;bra one zebra two</p>\n<p>and then\n another <i>zebra</i></p>";
    let records =
        "{\"text\":\"Nothing\"}\n{\"text\":\"Caf\\u00e9 and a \\u007aebra, then a zebra\"}\n";
    let table = "text\n\"One \"\"zebra\"\"\nand a zebra\"\n";
    let wide = "A zebra one.\nThen \u{10a} zebra\n\nzebra";
    let han = "时间差的故事从头说起一直说到最后\n一匹 zebra 在这里\n";
    for (name, bytes, places) in [
        ("a.html", page.as_bytes().to_vec(), vec!["1:16", "1:31", "3:13"]),
        ("a.jsonl", records.as_bytes().to_vec(), vec!["2:26", "2:45"]),
        ("a.csv", table.as_bytes().to_vec(), vec!["2:8", "3:7"]),
        ("a.md", b"\xef\xbb\xbfA zebra\r\nand a *zebra*".to_vec(), vec!["1:3", "2:8"]),
        ("a.txt", utf_16(wide), vec!["1:5", "2:15", "4:1"]),
        ("b.txt", gbk(&han.repeat(3)), vec!["2:6", "4:6", "6:6"]),
    ] {
        let project = Project::new(&[])?;
        project.write(name, bytes)?;
        project.excerpt("index")?.ends_with(0)?;
        let printed = project.excerpt("search --vimgrep zebra")?.ends_with(0)?.stdout;
        let mut found: Vec<&str> = printed
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .filter_map(|line| Some(line.rsplit_once(':')?.0))
            .collect();
        found.sort_unstable();
        assert_eq!(found, places, "{name}: {printed}");
    }
    Ok(())
}

/// Lines around a passage were printed as if every file were UTF-8, and UTF-16
/// lines began a byte too early.
#[test]
fn lines_around_a_passage_are_decoded_as_the_file_is() -> TestResult {
    let text = "Un café très fort, et rien d'autre à dire.\n\n\
                The zebra was seen again, and nobody knew why.\n\n\
                Du thé pour tout le monde, à cinq heures précises.\n";
    for bytes in [utf_16(text), encoding_rs::WINDOWS_1252.encode(text).0.into_owned()] {
        let project = Project::new(&[])?;
        project.write("a.txt", bytes)?;
        project.run(&["index", "--min-passage", "0"])?.ends_with(0)?;
        let printed = project.excerpt("search -C2 zebra")?.ends_with(0)?.stdout;
        let expected = "a.txt-1-Un café très fort, et rien d'autre à dire.\na.txt-2-\n\
                        a.txt:3:1:The zebra was seen again, and nobody knew why.\n\
                        a.txt-4-\na.txt-5-Du thé pour tout le monde, à cinq heures précises.\n";
        assert_eq!(printed, expected);
    }
    Ok(())
}
