//! Every format, as it is printed into a pipe.

use std::error::Error;

use crate::harness::{Project, TestResult};

/// Two articles that are ranked the same under any sensible ranking.
fn project() -> Result<Project, Box<dyn Error>> {
    let project = Project::new(&[
        (
            "bet.md",
            "# A bet\n\n## How it went\n\nHe was betting on a time difference: \
             a year would do,\na month would not.\nThe time difference was all.\n\nAnd that was what he had to say about it, in the end.\n",
        ),
        (
            "page.html",
            "<html><head><title>Others</title></head>\n<body><p>At that <b>time</b> nobody\nsaw it, and nobody said so either.</p></body></html>\n",
        ),
    ])?;
    project.excerpt("index")?.ends_with(0)?;
    Ok(project)
}

/// What `excerpt search OPTIONS… time difference` prints, without what differs
/// from run to run.
fn printed(options: &[&str]) -> Result<String, Box<dyn Error>> {
    let project = project()?;
    let run = project.run(&[&["search"], options, &["time", "difference"]].concat())?;
    Ok(run.ends_with(0)?.stdout.replace('\0', "␀"))
}

macro_rules! formats {
    ($($name:ident: $($option:literal)*;)*) => {
        $(
            #[test]
            fn $name() -> TestResult {
                let printed = printed(&[$($option),*])?;
                insta::with_settings!({ filters => [
                    (r#""score":[0-9.]+"#, r#""score":[SCORE]"#),
                    (r"(?m)^([0-9]+)\t[0-9.]+\t", "$1\t[SCORE]\t"),
                    (r"(?m) [0-9.]+ excerpt$", " [SCORE] excerpt"),
                    (r#""elapsed_total":\{[^}]*\}"#, r#""elapsed_total":{}"#),
                    (r"excerpt [0-9]+\.[0-9]+\.[0-9]+", "excerpt [VERSION]"),
                    (r#""index_digest":"[0-9a-f]+""#, r#""index_digest":"[DIGEST]""#),
                ] }, {
                    insta::assert_snapshot!(printed);
                });
                Ok(())
            }
        )*
    };
}

formats! {
    pipe: ;
    pipe_with_lines: "-C" "1";
    pipe_with_neighbours: "--passages-after" "1";
    pipe_with_nul: "-0";
    pipe_in_colour: "--color" "always" "-n" "1";
    jsonl: "--jsonl";
    jsonl_with_company: "--jsonl" "-n" "1" "-A" "2" "--passages-after" "1";
    json: "--json";
    json_with_lines: "--json" "-n" "1" "-C" "1";
    tsv: "--tsv";
    trec: "--trec" "--topic" "q 1";
    vimgrep: "--vimgrep";
    vimgrep_in_colour: "--vimgrep" "--color" "always" "-n" "1";
    files: "-l";
    files_in_colour: "-l" "--color" "always";
    files_with_nul: "-l" "-0";
    counts: "-c";
    counts_in_colour: "-c" "--color" "always";
    template_with_nul: "--format" "{path}" "-0";
    template: "--format" r"{rank}|{path}:{line}-{end_line}:{column}|{title}|{heading}|{{{byte_start}..{byte_end}}}\t{passage_id} {text}";
}

#[test]
fn a_line_of_json_has_the_keys_that_scripts_rely_on_in_order() -> TestResult {
    let line = printed(&["--jsonl", "-n", "1"])?;
    let keys = [
        "rank",
        "score",
        "path",
        "document_id",
        "passage_id",
        "span",
        "heading",
        "title",
        "text",
        "highlights",
        "content_hash",
        "stale",
    ];
    let places: Vec<Option<usize>> =
        keys.iter().map(|key| line.find(&format!("\"{key}\":"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{line}");
    assert!(line.starts_with("{\"rank\":1,"));
    Ok(())
}

#[test]
fn highlights_are_places_in_the_text() -> TestResult {
    let project = project()?;
    for hit in project.excerpt("search --jsonl time difference")?.json()? {
        let text = hit["text"].as_str().ok_or("no text")?;
        for range in hit["highlights"].as_array().ok_or("no highlights")? {
            let place = |at: usize| range[at].as_u64().and_then(|at| usize::try_from(at).ok());
            let word = text.get(place(0).ok_or("")?..place(1).ok_or("")?).ok_or("outside")?;
            assert!(["time", "difference"].contains(&word), "{word}");
        }
    }
    Ok(())
}

#[test]
fn quiet_prints_nothing_and_tells_by_its_code() -> TestResult {
    let project = project()?;
    let hit = project.excerpt("search -q time")?.ends_with(0)?;
    assert_eq!((hit.stdout, hit.stderr), (String::new(), String::new()));
    let miss = project.excerpt("search -q zebra")?.ends_with(1)?;
    assert_eq!((miss.stdout, miss.stderr), (String::new(), String::new()));
    Ok(())
}

#[test]
fn no_hit_in_json_is_a_summary_alone() -> TestResult {
    let events = project()?.excerpt("search --json zebra")?.ends_with(1)?.json()?;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["type"], "summary");
    assert_eq!(events[0]["data"]["stats"]["passages"], 0);
    Ok(())
}

/// Only what a terminal shows of a hit had links, so that none could be put through a
/// pager, nor be asked for with `-l`, `-c` and `--vimgrep`.
#[test]
fn links_are_made_where_colour_is() -> TestResult {
    let link = "\u{1b}]8;;vscode://file/";
    let options = ["--hyperlink-format", "vscode", "-n", "1", "--color"];
    for (format, place) in [
        (&[][..], "bet.md:5:1"),
        (&["-C", "1"], "bet.md:4:1"),
        (&["-l"], "bet.md:1:1"),
        (&["-c"], "bet.md:1:1"),
        (&["--vimgrep"], "bet.md:5:21"),
    ] {
        let printed = |when| printed(&[&options[..], &[when], format].concat());
        let coloured = printed("always")?;
        let first = coloured.lines().next().unwrap_or_default();
        assert!(first.starts_with(link) && first.contains(place), "{format:?}: {first:?}");
        let ends = coloured.matches("\u{1b}]8;;\u{1b}\\").count();
        assert_eq!(ends, coloured.matches(link).count(), "{coloured:?}");
        assert!(!printed("never")?.contains(link), "{format:?}");
    }
    for format in ["--jsonl", "--tsv", "--trec"] {
        assert!(!printed(&[&options[..], &["always", format]].concat())?.contains(link));
    }
    let shown = project()?.excerpt("show --color always --hyperlink-format vscode bet.md:5")?;
    assert!(shown.ends_with(0)?.stdout.starts_with(link));
    Ok(())
}

/// Lines beyond the first 64 KiB behind a passage were missing, the last one cut in its
/// middle, and a long line was printed as if it ended there.
#[test]
fn lines_around_a_passage_are_whole() -> TestResult {
    let long = "é".repeat(100_000);
    let many: Vec<String> = (0..6000).map(|n| format!("line {n:05} of the list, é\n")).collect();
    let list = many.concat();
    let project = Project::new(&[(
        "long.txt",
        &format!("{long}\n\nAn iceberg was seen from the ship in the morning.\n\n{long}\n"),
    )])?;
    project.write(
        "many.txt",
        format!("{list}\nA glacier was seen from the ship in the evening.\n\n{list}"),
    )?;
    project.excerpt("index")?.ends_with(0)?;
    let run = project.excerpt("search -B 2 -A 2 --jsonl iceberg")?.ends_with(0)?;
    assert_eq!(run.stderr, "");
    let hit = &run.json()?[0];
    assert_eq!(hit["lines_before"][0]["text"], *long, "{}", hit["lines_before"]);
    assert_eq!(hit["lines_after"][1]["text"], *long);
    let run = project.excerpt("search -B 5001 -A 5001 --color never glacier")?.ends_with(0)?;
    let lines = run.lines();
    assert_eq!((lines.len(), lines[0]), (10_003, "many.txt-1001-line 01000 of the list, é"));
    assert_eq!(lines[10_002], "many.txt-11003-line 04999 of the list, é");
    assert_eq!(run.stderr, "");
    Ok(())
}

/// Where the bound of what is read lay, a line was cut in its middle.
#[test]
fn a_line_that_goes_on_too_far_is_left_out_and_told_of() -> TestResult {
    let long = "far away ".repeat(1 << 20);
    let project = Project::new(&[("a.txt", &format!("An iceberg.\n\n{long}\n"))])?;
    project.excerpt("index")?.ends_with(0)?;
    let run = project.excerpt("search -A 2 iceberg")?.ends_with(0)?;
    assert_eq!(run.stdout, "a.txt:1:1:An iceberg.\na.txt-2-\n");
    let told = "note: beside 1 passage, lines that go on further than 8.0 MiB away are left out\n";
    assert_eq!(run.stderr, told);
    Ok(())
}

/// The column was 1: a byte of \u{4e0a} was taken for the end of a line.
#[test]
fn columns_of_utf_16_are_counted_from_the_ends_of_lines() -> TestResult {
    let line = format!("{}。An iceberg floats.", "上".repeat(1000));
    let text = format!("\u{feff}One.\n\n{line}\n");
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let project = Project::new(&[])?;
    project.write("a.txt", bytes)?;
    project.excerpt("index --max-passage 100")?.ends_with(0)?;
    let run = project.excerpt("search --vimgrep iceberg")?.ends_with(0)?;
    assert!(run.stdout.starts_with("a.txt:3:2009:"), "{}", run.stdout);
    Ok(())
}

/// They were dropped without a word by formats that do not print them.
#[test]
fn what_stands_beside_a_passage_is_refused_where_it_would_not_be_printed() -> TestResult {
    let project = project()?;
    for beside in ["-A1", "-B1", "-C1", "--passages-before=1", "--passages-after=1"] {
        for format in ["--tsv", "--trec", "--vimgrep", "-l", "-c", "--format={text}"] {
            let run = project.run(&["search", beside, format, "time"])?.ends_with(2)?;
            assert!(run.stderr.contains("cannot be used with"), "{beside} {format}");
        }
        for format in ["--json", "--jsonl", "-q", "--color=never"] {
            project.run(&["search", beside, format, "time"])?.ends_with(0)?;
        }
    }
    Ok(())
}
