//! Every error a user can meet, word for word, with its hint and its code.

use std::fmt::Write;
use std::fs;

use crate::harness::{Project, Run, TestResult};

/// Commands that fail in a directory with `a.md`, its index `.excerpt`, a foreign
/// folder `other`, indexes that were spoilt and such that cannot be read again.
const COMMANDS: &[&str] = &[
    "search --index nowhere word",
    "search --index other word",
    "search --index newer word",
    "search --index broken word",
    "search --index headless word",
    "search --in nowhere word",
    "search --ranking best word",
    "search --b 2 word",
    "search --k1 0 word",
    "search --field-weight title word",
    "search --field-weight body=1 word",
    "search --after yesterday word",
    "search --format {nonsense} word",
    "search --format {path word",
    "search --hyperlink-format emacs word",
    "search -g *.md word",
    "search --in . -t nosuch word",
    "search --limit 0 word",
    "search --near far word",
    "search --fuzzy=3 word",
    "search --k1 much word",
    "search --max-tokens 99999999999999999999 word",
    "search -l --explain word",
    "search --vimgrep -C 2 word",
    "search word -bet",
    "search word -near",
    "search word -gold",
    "search --in . word -time",
    "search -c --max-tokens 100 word",
    "search --trec --offset 1 word",
    "search",
    "show nowhere.md:3",
    "show a.md#99",
    "stats --index nowhere",
    "check --index nowhere",
    "show --index nowhere a.md:1",
    "bench --index nowhere --queries a.md",
    "eval --index nowhere --known-item 1",
    "index nowhere",
    "index --index other a.md",
    "index --memory 1M",
    "index a.md -g {a",
    "index --max-passage 3",
    "index --index fresh --min-passage 5000 a.md",
    "index --compact",
    "index --rebuild --index broken",
    "index --rebuild --index fed",
    "index --rebuild --index of-gone",
    "index - a.md",
    "index - --files-from -",
    "index --language klingon",
    "bench --rounds few",
    "bench --queries a.md --out -",
    "bench --queries a.md --plot -",
    "eval --known-item 1 --run -",
    "eval --known-item 1 --write-topics -",
    "eval --known-item 1 --write-qrels -",
];

#[test]
fn errors_say_what_failed_on_what_and_what_to_do() -> TestResult {
    let project = Project::new(&[("a.md", "A word."), ("other/thesis.txt", "Mine.")])?;
    project.excerpt("index a.md")?.ends_with(0)?;
    let manifest = fs::read_to_string(project.path(".excerpt/excerpt.json"))?;
    let newer = manifest.replace("\"format_version\": 3", "\"format_version\": 99");
    project.write("newer/excerpt.json", newer)?;
    project.write("broken/excerpt.json", "{\"format_version\": ")?;
    project.write("headless/excerpt.json", &manifest)?;
    Run::of(project.command(&["index", "--index", "fed", "-"]), b"A stream of words.")?
        .ends_with(0)?;
    project.write("gone/b.md", "Another word.")?;
    project.excerpt("index --index of-gone gone")?.ends_with(0)?;
    fs::remove_dir_all(project.path("gone"))?;
    let mut transcript = String::new();
    for line in COMMANDS {
        let run = project.excerpt(line)?.ends_with(2)?;
        assert_eq!(run.stdout, "", "{line}");
        writeln!(transcript, "$ excerpt {line}\n{}", project.without_places(&run.stderr))?;
    }
    insta::assert_snapshot!(transcript);
    Ok(())
}

/// `-gold` was taken for the glob `old`, and all that was said is that the index holds no
/// passages.
#[test]
fn where_no_file_fits_the_options_are_named() -> TestResult {
    let project = Project::new(&[("c/a.md", "A word."), ("empty/.keep", "")])?;
    for (options, expected) in [
        (
            "-gold",
            "hint: if `-gold` is of the query, put `--` before the query, or use `--not gold`",
        ),
        ("-tmd -gx.*", "hint: which files count is told by `-g 'x.*' -t md`; links need `-L`;"),
    ] {
        let run = project.excerpt(&format!("search --in c word {options}"))?.ends_with(1)?;
        let [warning, hint, rest @ ..] = &run.stderr.lines().collect::<Vec<_>>()[..] else {
            return Err(run.stderr.into());
        };
        assert!(warning.starts_with("warning: no file to index in `"), "{warning}");
        assert!(hint.starts_with(expected), "{hint}");
        assert_eq!(rest, ["no passage matches `word`", "  the index holds no passages"]);
    }
    Ok(())
}

/// Where other tools print, a file named `-` was written.
#[test]
fn what_is_to_be_written_is_no_file_named_by_a_dash() -> TestResult {
    let project = Project::new(&[("a.md", "# A title\n\nA word."), ("queries", "word\n")])?;
    project.excerpt("index a.md")?.ends_with(0)?;
    for line in ["bench --queries queries --out -", "eval --known-item 1 --run -"] {
        project.excerpt(line)?.ends_with(2)?;
        assert!(!project.path("-").exists(), "{line}");
    }
    Ok(())
}

#[test]
fn without_an_index_the_error_says_how_to_get_one() -> TestResult {
    let project = Project::new(&[])?;
    let run = project.excerpt("search word")?.ends_with(2)?;
    insta::assert_snapshot!(project.without_places(&run.stderr));
    Ok(())
}

/// The hint for a missing index did not say where: `excerpt index <corpus>` made another
/// one, and what was named was missing still.
#[test]
fn what_is_hinted_at_makes_the_index_that_was_missing() -> TestResult {
    let project = Project::new(&[("a.md", "A word.")])?;
    let missing = project.excerpt("search --index nowhere word")?.ends_with(2)?.stderr;
    let (_, hint) = missing.split_once("hint: create it with `excerpt ").ok_or("no hint")?;
    let (hinted, _) = hint.split_once('`').ok_or("no end of it")?;
    project.excerpt(&hinted.replace("<corpus>", "a.md"))?.ends_with(0)?;
    project.excerpt("search --index nowhere word")?.ends_with(0)?;
    Ok(())
}

/// Arguments were printed as they were typed, escape sequences and all.
#[test]
fn what_was_typed_does_nothing_to_the_terminal() -> TestResult {
    let project = Project::new(&[])?;
    let evil = "\u{1b}[31mred\u{7}\u{202e}";
    for arguments in [["search", "--color", evil, "x"], ["search", "--limit", evil, "x"]] {
        let run = project.run(&arguments)?.ends_with(2)?;
        assert!(run.stderr.contains("'␛[31mred␇\u{FFFD}'"), "{:?}", run.stderr);
    }
    let run = project.run(&[evil])?.ends_with(2)?;
    assert!(run.stderr.contains("'␛[31mred␇\u{FFFD}'"), "{:?}", run.stderr);
    Ok(())
}

#[test]
fn without_arguments_help_is_printed() -> TestResult {
    let project = Project::new(&[])?;
    let run = project.run::<&str>(&[])?;
    assert!(run.stderr.contains("Usage: excerpt"), "{}", run.stderr);
    let version = project.excerpt("--version")?.ends_with(0)?;
    assert_eq!(version.stdout, format!("excerpt {}\n", env!("CARGO_PKG_VERSION")));
    Ok(())
}

/// A group of options among a command's own once described the whole command.
#[test]
fn each_command_is_described_alike_everywhere() -> TestResult {
    let project = Project::new(&[])?;
    let list = project.excerpt("--help")?.ends_with(0)?.stdout;
    let commands = list.lines().skip_while(|line| *line != "Commands:").skip(1);
    let mut described = 0;
    for line in commands.take_while(|line| line.starts_with("  ")) {
        let Some((name, about)) = line.trim().split_once("  ") else { continue };
        if name != "help" && !line.starts_with("   ") {
            let help = project.excerpt(&format!("{name} --help"))?.ends_with(0)?.stdout;
            let first = help.lines().next().unwrap_or_default();
            assert!(first.starts_with(about.trim()), "{name} is described as {first:?}");
            described += 1;
        }
    }
    assert_eq!(described, 8);
    Ok(())
}
