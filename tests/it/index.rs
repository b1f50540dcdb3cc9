//! `excerpt index` and `excerpt stats`.

use std::fs;
use std::io::Write;
use std::time::{Duration, SystemTime};

use crate::harness::{Project, Run, TestResult};

const ARTICLES: [(&str, &str); 2] = [
    ("a.md", "# Alpha\n\nThe first article speaks of a lighthouse and its keeper.\n"),
    (
        "b.txt",
        "The second article speaks of a harbour and its wall.\n\nIt has two paragraphs, and both are of some length.\n",
    ),
];

fn files_of(run: &Run) -> Vec<&str> {
    run.stderr.lines().filter_map(|line| line.strip_prefix("files: ")).collect()
}

#[test]
fn a_second_run_finds_what_is_new_changed_and_gone() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    assert_eq!(files_of(&project.excerpt("index")?.ends_with(0)?), ["2 added"]);
    assert_eq!(files_of(&project.excerpt("index")?.ends_with(0)?), ["2 unchanged"]);
    project.write("c.html", "<p>The third article speaks of a bridge.</p>")?;
    project.write("a.md", "# Alpha\n\nThe first article speaks of a tower now.\n")?;
    fs::remove_file(project.path("b.txt"))?;
    let run = project.excerpt("index")?.ends_with(0)?;
    assert_eq!(files_of(&run), ["1 added, 1 changed, 1 removed"]);
    for (word, code) in [("bridge", 0), ("tower", 0), ("lighthouse", 1), ("harbour", 1)] {
        project.run(&["search", "-q", word])?.ends_with(code)?;
    }
    Ok(())
}

#[test]
fn paths_are_read_from_a_list_and_documents_from_a_stream() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    let list = Run::of(project.command(&["index", "--files-from", "-"]), b"b.txt\n")?;
    assert_eq!(files_of(&list.ends_with(0)?), ["1 added"]);
    let lines = b"{\"id\":\"n1\",\"title\":\"Note\",\"text\":\"A stream of words\"}\n";
    Run::of(project.command(&["index", "--index", "s", "-"]), lines)?.ends_with(0)?;
    let run = project.excerpt("search --index s --jsonl stream")?.ends_with(0)?;
    assert_eq!(run.json()?[0]["document_id"], "n1");
    Ok(())
}

/// Files of gigabytes that were left out by their first bytes counted as read.
#[test]
fn a_file_that_is_left_out_is_not_counted_as_read() -> TestResult {
    let project = Project::new(&ARTICLES[..1])?;
    let size = ARTICLES[0].1.len();
    for (name, magic) in [("book.pdf", b"%PDF-1.7"), ("all.zip", b"PK\x03\x04\0\0\0\0")] {
        fs::write(project.path(name), magic)?;
        fs::OpenOptions::new().write(true).open(project.path(name))?.set_len(1 << 26)?;
    }
    let run = project.excerpt("index")?.ends_with(3)?;
    let expected = format!("read {size} B into 1 passage in ");
    assert!(run.stderr.contains(&expected), "{}", run.stderr);
    Ok(())
}

#[test]
fn a_file_that_is_left_out_is_counted_and_told_by_the_exit_code() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    project.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let run = project.excerpt("index")?.ends_with(3)?;
    assert!(run.stderr.contains("skipped 1 file: 1 "), "{}", run.stderr);
    let quiet = project.excerpt("index --quiet")?;
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    let nothing = project.excerpt("search --in picture.png word")?.ends_with(1)?;
    assert!(nothing.stderr.starts_with("warning: skipped 1 file: 1 "), "{}", nothing.stderr);
    Ok(())
}

/// Only the run that looked at them first named them.
#[test]
fn verbose_names_what_is_left_out_whenever_it_was_found_out() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    project.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    project.write("half.txt.gz", &gzip(b"Half of it is read.\n\n")?[..12])?;
    let named = || -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let run = project.excerpt("index --verbose")?.ends_with(3)?;
        let warnings = run.stderr.lines().filter(|line| line.starts_with("warning: "));
        let mut warnings: Vec<String> = warnings.map(str::to_owned).collect();
        warnings.sort();
        Ok(warnings)
    };
    let first = named()?;
    assert_eq!(first.len(), 2, "{first:?}");
    // Their times prove nothing yet, so that their bytes are compared.
    assert_eq!(named()?, first);
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    for name in ["picture.png", "half.txt.gz"] {
        fs::File::options().write(true).open(project.path(name))?.set_modified(long_ago)?;
    }
    for _ in 0..2 {
        assert_eq!(named()?, first);
    }
    assert!(!project.excerpt("index")?.ends_with(3)?.stderr.contains("warning: "));
    Ok(())
}

/// What was read before the damage was kept, but called skipped, and read again
/// by the next run.
#[test]
fn a_damaged_file_is_read_up_to_its_damage_and_once() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    let text: String = (0..3000u32)
        .map(|n| format!("The number is {}, which is a number.\n\n", n.wrapping_mul(n) % 9973))
        .collect();
    let compressed = gzip(text.as_bytes())?;
    project.write("c.txt.gz", &compressed[..compressed.len() / 2])?;
    project.write("d.txt.gz", &compressed[..12])?;
    for changes in ["3 added", "3 unchanged"] {
        let run = project.excerpt("index")?.ends_with(3)?;
        assert_eq!(files_of(&run), [changes]);
        let reason = "1 damaged: incomplete deflate stream";
        for (what, reason) in [("skipped", "1 damaged: "), ("read only the beginning of", reason)] {
            let line = format!("{what} 1 file: {reason}");
            assert!(run.stderr.contains(&line), "{line} in {}", run.stderr);
        }
        let of_all = |what: &str| what.contains("documents from 3 files");
        assert!(run.stderr.lines().any(of_all), "{}", run.stderr);
    }
    let stats = project.excerpt("stats")?.ends_with(0)?.stdout;
    for line in ["files       3 (2 text, 1 markdown)", "in part     1 (1 damaged: "] {
        assert!(stats.contains(line), "{line} in {stats}");
    }
    project.run(&["search", "-q", "which is a number"])?.ends_with(0)?;
    Ok(())
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[test]
fn other_settings_need_a_rebuild() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    project.excerpt("index")?.ends_with(0)?;
    let run = project.excerpt("index --language german")?.ends_with(2)?;
    assert!(run.stderr.contains("hint: rebuild with `excerpt index --rebuild"), "{}", run.stderr);
    project.excerpt("index --language german --rebuild")?.ends_with(0)?;
    let stats = project.excerpt("stats --json")?.ends_with(0)?.json()?;
    assert_eq!(stats[0]["language"], "german");
    assert_eq!(stats[0]["passages"], 3);
    Ok(())
}

#[test]
fn a_rebuild_keeps_the_bound_that_it_is_not_told() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    project.excerpt("index --min-passage 0")?.ends_with(0)?;
    project.excerpt("index --rebuild --max-passage 300")?.ends_with(0)?;
    let manifest = fs::read(project.path(".excerpt/excerpt.json"))?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest)?;
    let expected = serde_json::json!({"min_chars": 0, "max_chars": 300});
    assert_eq!(manifest["settings"]["split"], expected);
    Ok(())
}

#[test]
fn which_files_count_can_be_changed_without_naming_the_corpus() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    project.excerpt("index")?.ends_with(0)?;
    let run = project.excerpt("index -g *.md")?.ends_with(0)?;
    assert_eq!(files_of(&run), ["1 removed, 1 unchanged"]);
    assert_eq!(files_of(&project.excerpt("index")?.ends_with(0)?), ["1 unchanged"]);
    Ok(())
}

/// Files that had only been skipped counted as removed, of more than were ever added.
#[test]
fn files_of_which_nothing_was_indexed_are_not_removed() -> TestResult {
    let project = Project::new(&[
        ("a.txt", "A mill grinds corn."),
        ("b.bin", "\0\u{1}"),
        ("c/d.dat", "\0"),
        ("e.txt", "The lamp burns oil."),
    ])?;
    let run = project.excerpt("index")?.ends_with(3)?;
    assert_eq!(files_of(&run), ["2 added"]);
    fs::remove_file(project.path("b.bin"))?;
    fs::remove_dir_all(project.path("c"))?;
    assert_eq!(files_of(&project.excerpt("index")?.ends_with(0)?), ["2 unchanged"]);
    let stats = project.excerpt("stats --json")?.ends_with(0)?;
    assert_eq!(stats.json()?[0]["skipped"], serde_json::json!({}), "{}", stats.stdout);
    fs::remove_file(project.path("e.txt"))?;
    assert_eq!(files_of(&project.excerpt("index")?.ends_with(0)?), ["1 removed, 1 unchanged"]);
    Ok(())
}

/// The run that dropped its passages said that there was nothing to do.
#[test]
fn a_text_that_has_become_binary_is_changed() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    project.excerpt("index")?.ends_with(0)?;
    project.write("b.txt", b"word\0\x01\x02")?;
    for changes in ["1 changed, 1 unchanged", "1 unchanged"] {
        let run = project.excerpt("index")?.ends_with(3)?;
        assert_eq!(files_of(&run), [changes]);
        assert!(run.stderr.contains("skipped 1 file: 1 binary"), "{}", run.stderr);
    }
    Ok(())
}

#[test]
fn a_listed_path_that_is_gone_is_skipped_and_told_by_the_exit_code() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    let list = || project.command(&["index", "--files-from", "-"]);
    let run = Run::of(list(), b"b.txt\ngone.txt\n")?.ends_with(3)?;
    assert_eq!(files_of(&run), ["1 added"]);
    assert!(run.stderr.contains("warning: skipped `gone.txt`: "), "{}", run.stderr);
    Run::of(list(), b"gone.txt\n")?.ends_with(2).map(drop)
}

/// Each line was said to name no file.
#[test]
fn a_list_may_have_line_ends_of_two_characters() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    let list = b"a.md\r\n\r\nb.txt\r\n";
    let run = Run::of(project.command(&["index", "--files-from", "-"]), list)?.ends_with(0)?;
    assert_eq!(files_of(&run), ["2 added"]);
    #[cfg(unix)]
    {
        // A name that does end so is taken as it is.
        project.write("a.md\r", ARTICLES[0].1)?;
        let command = project.command(&["index", "--index", "i", "--files-from", "-"]);
        Run::of(command, b"a.md\r\n")?.ends_with(0)?;
        let stats = project.excerpt("stats --index i --json")?.json()?;
        assert!(stats[0]["roots"][0].as_str().is_some_and(|root| root.ends_with('\r')));
    }
    Ok(())
}

/// Each of three million paths that were not there had a line of its own; a corpus that
/// was given as a list of itself was printed whole.
#[test]
fn a_list_of_paths_that_are_none_is_not_printed_whole() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    let list = |arguments: &[&str], list: &str| {
        let arguments = [&["index", "--files-from", "-"], arguments].concat();
        Run::of(project.command(&arguments), list.as_bytes())?.ends_with(2)
    };
    let gone = format!("gone{}.txt\n", "e".repeat(2000)).repeat(12);
    let run = list(&[], &gone)?;
    assert_eq!(run.stderr.matches("warning: skipped `gonee").count(), 10, "{}", run.stderr);
    assert!(run.stderr.contains("note: 2 more paths skipped (see them"), "{}", run.stderr);
    assert!(run.stderr.len() < 5000, "{}", run.stderr);
    let run = list(&["--verbose"], &gone)?;
    assert_eq!(run.stderr.matches("skipped").count(), 12, "{}", run.stderr);
    let run = list(&[], "a.md\0b.txt\0")?;
    assert!(run.stderr.contains("path 1 holds NUL"), "{}", run.stderr);
    assert!(run.stderr.contains("hint: with `-0`"), "{}", run.stderr);
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_known_file_that_cannot_be_read_is_kept_and_told_by_the_exit_code() -> TestResult {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new(&ARTICLES)?;
    project.excerpt("index")?.ends_with(0)?;
    let allow = |mode| fs::set_permissions(project.path("b.txt"), fs::Permissions::from_mode(mode));
    allow(0o000)?;
    if fs::read(project.path("b.txt")).is_ok() {
        // Whoever may read everything cannot be kept out.
        return allow(0o644).map_err(Into::into);
    }
    let run = project.excerpt("index")?.ends_with(3)?;
    assert!(run.stderr.contains("skipped 1 file: "), "{}", run.stderr);
    project.excerpt("search harbour")?.ends_with(0)?;
    allow(0o644)?;
    project.excerpt("index")?.ends_with(0).map(drop)
}

#[test]
fn stats_say_what_the_index_holds() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    project.excerpt("index")?.ends_with(0)?;
    let stats = project.excerpt("stats --json")?.ends_with(0)?.json()?;
    for (key, expected) in [("passages", 3), ("documents", 2), ("files", 2), ("schema_version", 1)]
    {
        assert_eq!(stats[0][key], expected, "{key}");
    }
    assert_eq!(stats[0]["formats"]["markdown"], 1);
    assert_eq!(
        stats[0]["source_bytes"],
        ARTICLES.iter().map(|(_, text)| text.len()).sum::<usize>()
    );
    let table = project.excerpt("stats")?.ends_with(0)?;
    assert!(
        table.stdout.contains("passages    3\ndocuments   2\nfiles       2 ("),
        "{}",
        table.stdout
    );
    // It was called the text, which of compressed files is more.
    assert!(table.stdout.contains("\nfile sizes  "), "{}", table.stdout);
    Ok(())
}

/// An index that was made in a visible folder of its corpus took its own lock
/// file for an article that it has no reader for.
#[test]
fn an_index_inside_its_corpus_leaves_itself_out() -> TestResult {
    let project = Project::new(&ARTICLES)?;
    for _ in 0..2 {
        let run = project.excerpt("index --index own .")?.ends_with(0)?;
        assert!(!run.stderr.contains("skipped"), "{}", run.stderr);
    }
    Ok(())
}

/// One stream was read as a list, and what was left of it as documents. A file that a
/// list calls `-` was not looked for: standard input was read instead.
#[test]
fn standard_input_is_read_as_one_thing() -> TestResult {
    let project = Project::new(&[("-", "A dash of words."), ("list", "-\n")])?;
    let run = Run::of(project.command(&["index", "-", "--files-from", "-"]), b"list\n")?;
    let run = run.ends_with(2)?;
    assert!(run.stderr.contains("cannot stand beside other paths"), "{}", run.stderr);
    project.excerpt("index --files-from list")?.ends_with(0)?;
    assert_eq!(project.excerpt("search -l dash")?.ends_with(0)?.stdout, "-\n");
    Ok(())
}

/// The line that says what an index is of was there, and empty.
#[test]
fn what_an_index_is_of_is_told_if_it_is_of_a_stream_too() -> TestResult {
    let project = Project::new(&[("a.md", "A word.")])?;
    Run::of(project.command(&["index", "--index", "both", "-"]), b"A stream.")?.ends_with(0)?;
    let of = |line: &str| format!("\nof          {line}\n");
    let stats = project.excerpt("stats --index both")?.ends_with(0)?;
    assert!(stats.stdout.contains(&of("<stdin>")), "{}", stats.stdout);
    project.excerpt("index --index both a.md")?.ends_with(0)?;
    let stats = project.excerpt("stats --index both")?.ends_with(0)?;
    let file = project.path("a.md");
    assert!(
        stats.stdout.contains(&of(&format!("{}, <stdin>", file.display()))),
        "{}",
        stats.stdout
    );
    Ok(())
}
