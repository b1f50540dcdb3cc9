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
    files: "-l";
    files_with_nul: "-l" "-0";
    counts: "-c";
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

#[test]
fn links_are_made_where_colour_is() -> TestResult {
    let link = "\u{1b}]8;;vscode://file/";
    let options = ["--color", "always", "--hyperlink-format", "vscode", "-n", "1"];
    // A pipe has no links: what reads it wants paths.
    assert!(!printed(&options)?.contains(link));
    let shown = project()?.excerpt("show --color always --hyperlink-format vscode bet.md:5")?;
    assert!(shown.ends_with(0)?.stdout.starts_with(link));
    Ok(())
}
