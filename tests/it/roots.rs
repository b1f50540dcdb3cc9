//! What `excerpt index` and `--in` do where the folders they were given are not there
//! any more, lie in each other, or cannot be read again.

use std::fs;

use crate::harness::{Project, Run, TestResult};

/// Two folders, of which one has two articles.
fn two_folders() -> Result<Project, Box<dyn std::error::Error>> {
    Project::new(&[
        ("a/1.txt", "The first article speaks of a lighthouse."),
        ("b/1.txt", "The second article speaks of a harbour."),
        ("b/2.txt", "The third article speaks of a harbour too."),
    ])
}

fn passages(project: &Project) -> Result<u64, Box<dyn std::error::Error>> {
    let stats = project.excerpt("stats --json")?.ends_with(0)?.json()?;
    stats[0]["passages"].as_u64().ok_or_else(|| "no passages".into())
}

fn feed(project: &Project, line: &str) -> Result<Run, Box<dyn std::error::Error>> {
    let command = project.command(&line.split(' ').collect::<Vec<_>>());
    Run::of(command, b"{\"text\":\"The stream speaks of a river.\"}\n")
}

/// A disk that was not mounted cost all that was indexed of it, without a word.
#[test]
fn a_folder_that_is_gone_is_warned_of_and_keeps_its_passages() -> TestResult {
    let project = two_folders()?;
    project.excerpt("index a b")?.ends_with(0)?;
    fs::rename(project.path("b"), project.path("c"))?;
    for line in ["index --quiet", "index a --quiet"] {
        let run = project.excerpt(line)?.ends_with(3)?;
        let warning = format!("warning: not there any more: `{}`; ", project.path("b").display());
        assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
        let index = project.path(".excerpt");
        let hint = format!("`excerpt index --rebuild --index {} <corpus>`", index.display());
        assert!(run.stderr.contains(&hint), "{}", run.stderr);
        assert_eq!(passages(&project)?, 3);
    }
    fs::rename(project.path("c"), project.path("b"))?;
    fs::remove_file(project.path("b/2.txt"))?;
    let run = project.excerpt("index")?.ends_with(0)?;
    assert!(run.stderr.contains("files: 1 removed, 2 unchanged"), "{}", run.stderr);
    Ok(())
}

/// That a passage had changed was said of one whose folder was moved, and to run `excerpt
/// index`, which keeps what is gone altogether.
#[test]
fn a_search_in_a_folder_that_was_moved_says_how_to_follow_it() -> TestResult {
    let project = two_folders()?;
    project.excerpt("index --quiet --index index b")?.ends_with(0)?;
    fs::rename(project.path("b"), project.path("c"))?;
    let run = project.excerpt("search --index index harbour")?.ends_with(0)?;
    let told = "note: the files of 2 passages are not there any more, nor is the folder";
    assert!(run.stderr.starts_with(told), "{}", run.stderr);
    let (_, hinted) = run.stderr.split_once("`excerpt ").ok_or("no command")?;
    let (hinted, _) = hinted.split_once('`').ok_or("no end of it")?;
    project.excerpt(&hinted.replace("<corpus>", "c"))?.ends_with(0)?;
    let run = project.excerpt("search --index index harbour")?.ends_with(0)?;
    assert_eq!((run.stdout.lines().count(), run.stderr.as_str()), (2, ""));
    Ok(())
}

#[test]
fn a_folder_or_file_that_is_gone_from_a_folder_that_is_there_is_removed() -> TestResult {
    let project = two_folders()?;
    project.excerpt("index . b a/1.txt b/1.txt")?.ends_with(0)?;
    fs::remove_dir_all(project.path("b"))?;
    let run = project.excerpt("index")?.ends_with(0)?;
    assert!(run.stderr.contains("files: 2 removed, 1 unchanged"), "{}", run.stderr);
    // A file that was named alone.
    let project = two_folders()?;
    project.excerpt("index a/1.txt b/1.txt")?.ends_with(0)?;
    fs::remove_file(project.path("a/1.txt"))?;
    let run = project.excerpt("index")?.ends_with(0)?;
    assert!(run.stderr.contains("files: 1 removed, 1 unchanged"), "{}", run.stderr);
    fs::remove_dir_all(project.path("b"))?;
    let run = project.excerpt("index")?.ends_with(3)?;
    assert!(run.stderr.contains("files: 1 unchanged"), "{}", run.stderr);
    Ok(())
}

/// The paths in an index that lies beside its corpus are relative to both.
#[test]
fn an_index_that_was_moved_without_its_corpus_keeps_its_passages() -> TestResult {
    let project = two_folders()?;
    project.excerpt("index a b")?.ends_with(0)?;
    fs::create_dir(project.path("elsewhere"))?;
    fs::rename(project.path(".excerpt"), project.path("elsewhere/.excerpt"))?;
    let run = project.excerpt("index --index elsewhere/.excerpt")?.ends_with(3)?;
    assert!(run.stderr.contains("files: 3 unchanged"), "{}", run.stderr);
    Ok(())
}

/// It was emptied, and said that there was nothing to do.
#[test]
fn a_rebuild_is_refused_that_would_lose_passages() -> TestResult {
    let project = two_folders()?;
    project.excerpt("index a b")?.ends_with(0)?;
    fs::rename(project.path("b"), project.path("c"))?;
    for line in ["index --rebuild", "index --rebuild --hidden"] {
        let run = project.excerpt(line)?.ends_with(2)?;
        let reason = format!("2 of its passages came from `{}`", project.path("b").display());
        assert!(run.stderr.contains(&reason), "{}", run.stderr);
        assert_eq!(passages(&project)?, 3);
    }
    // What is named is what there is from now on.
    project.excerpt("index --rebuild a c")?.ends_with(0)?;
    project.excerpt("index")?.ends_with(0)?;
    assert_eq!(passages(&project)?, 3);

    feed(&project, "index -")?.ends_with(0)?;
    let run = project.excerpt("index --rebuild")?.ends_with(2)?;
    assert!(run.stderr.contains("1 of its passages came from standard input"), "{}", run.stderr);
    assert_eq!(passages(&project)?, 4);
    let run = feed(&project, "index --rebuild --quiet -")?.ends_with(0)?;
    let dropped =
        |paths: &str| format!("warning: not named, so not in the index any more: {paths}\n");
    let folders = ["a", "c"].map(|name| format!("`{}`", project.path(name).display()));
    assert_eq!(run.stderr, dropped(&folders.join(", ")));
    project.excerpt("index a c")?.ends_with(0)?;
    assert_eq!(passages(&project)?, 4);
    let run = project.excerpt("index --rebuild --quiet a c")?.ends_with(0)?;
    assert_eq!(run.stderr, dropped("`<stdin>`"));
    assert_eq!(passages(&project)?, 3);
    Ok(())
}

/// All that had come was replaced by nothing, without a word, where the program before the
/// pipe had failed.
#[test]
fn a_stream_that_gives_nothing_leaves_what_came_before() -> TestResult {
    let project = two_folders()?;
    let stream = |line: &str, bytes: &[u8]| {
        Run::of(project.command(&line.split(' ').collect::<Vec<_>>()), bytes)
    };
    feed(&project, "index -")?.ends_with(0)?;
    let inputs: [(&[u8], &str); 4] = [
        (b"", "no text"),
        (b"\n", "no text"),
        (b"\0\x01\x02", "binary"),
        (b"{\"x\":1}\n", "line 1: no text"),
    ];
    for (bytes, why) in inputs {
        let run = stream("index --quiet -", bytes)?.ends_with(3)?;
        let warning = format!("warning: nothing to index came from standard input ({why}");
        assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
        assert!(run.stderr.contains("\nhint: to drop them, name all"), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 2);
        assert_eq!(passages(&project)?, 1);
    }
    let run = stream("index --rebuild --quiet -", b"")?.ends_with(0)?;
    assert_eq!((run.stderr.as_str(), passages(&project)?), ("", 0));
    // Where nothing is lost there is nothing to say.
    stream("index --quiet -", b"")?.ends_with(0)?;
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_rebuild_of_what_cannot_be_opened_is_refused() -> TestResult {
    use std::os::unix::fs::PermissionsExt;
    for name in ["b", "b/1.txt"] {
        let project = two_folders()?;
        project.excerpt("index a b")?.ends_with(0)?;
        let path = project.path(name);
        let allow = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode));
        allow(0o000)?;
        let can_be_read = fs::File::open(project.path("b/1.txt")).is_ok();
        let lines = ["index --rebuild", "index --rebuild a b"];
        let runs = lines.map(|line| project.excerpt(line));
        allow(0o755)?;
        if can_be_read {
            // Whoever may read everything cannot be kept out.
            return Ok(());
        }
        for run in runs {
            let run = run?.ends_with(2)?;
            let reason = format!("came from `{}`, which is not there", path.display());
            assert!(run.stderr.contains(&reason), "{}", run.stderr);
        }
        assert_eq!(passages(&project)?, 3);
    }
    Ok(())
}

/// The first file kept what it was read with, and a rebuild gave another index.
#[test]
fn what_the_fields_of_nested_folders_mean_does_not_depend_on_their_order() -> TestResult {
    let record = r#"{"text":"It speaks of a harbour.","body2":"It speaks of a lighthouse."}"#;
    let outer = ["index n --field text=body2", "index n/sub"];
    let inner = ["index n", "index n/sub --field text=body2"];
    for (lines, lighthouses) in [(outer, 2), (inner, 1)] {
        for lines in [lines, [lines[1], lines[0]]] {
            let project = Project::new(&[("n/a.jsonl", record), ("n/sub/b.jsonl", record)])?;
            for line in lines.into_iter().chain(["index", "index --rebuild", "index --rebuild n"]) {
                project.excerpt(line)?.ends_with(0)?;
                if line == lines[0] {
                    continue;
                }
                let found = project.excerpt("search -c --duplicates keep lighthouse")?;
                assert_eq!(found.lines().len(), lighthouses, "{lines:?}, {line}");
                // A change of the file alone changes nothing of it.
                project.write("n/sub/b.jsonl", format!("{record}\n"))?;
            }
        }
    }
    Ok(())
}

/// The folder's passages were found for ever, and nothing of the file.
#[test]
fn a_folder_that_has_become_a_file_is_searched_as_a_file() -> TestResult {
    let project = Project::new(&[("t/b.txt", "The walrus was in a folder.")])?;
    let found = |line: &str| -> Result<String, Box<dyn std::error::Error>> {
        Ok(project.excerpt(line)?.ends_with(0)?.stdout)
    };
    let in_folder = "t/b.txt:1:1:The walrus was in a folder.\n";
    assert_eq!(found("search --in t walrus")?, in_folder);
    fs::remove_dir_all(project.path("t"))?;
    project.write("t", "The walrus is in a file.")?;
    assert_eq!(found("search --in t walrus")?, "t:1:1:The walrus is in a file.\n");
    project.excerpt("search --in t folder")?.ends_with(1)?;
    fs::remove_file(project.path("t"))?;
    project.write("t/b.txt", "The walrus was in a folder.")?;
    assert_eq!(found("search --in t walrus")?, in_folder);
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_gone_behind_a_link_is_warned_of() -> TestResult {
    let project = two_folders()?;
    std::os::unix::fs::symlink("b", project.path("link"))?;
    let lines = ["index --quiet a link", "index --quiet"];
    project.excerpt(lines[0])?.ends_with(0)?;
    let fresh = project.excerpt("search --in a --in link harbour")?.ends_with(0)?;
    assert!(!fresh.stderr.contains("warning"), "{}", fresh.stderr);
    fs::rename(project.path("b"), project.path("c"))?;
    let run = project.excerpt("search --in a --in link harbour")?.ends_with(0)?;
    let warning = format!("warning: not there any more: `{}`; ", project.path("link").display());
    assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
    for line in lines {
        let run = project.excerpt(line)?.ends_with(3)?;
        assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
        assert_eq!(passages(&project)?, 3);
    }
    Ok(())
}

/// It was indexed and searched like an empty folder.
#[cfg(unix)]
#[test]
fn a_link_that_never_led_anywhere_is_not_there() -> TestResult {
    let project = two_folders()?;
    std::os::unix::fs::symlink("nowhere", project.path("link"))?;
    let missing = "cannot read `link`: No such file or directory";
    for line in ["index a link", "index link", "search --in link harbour"] {
        let run = project.excerpt(line)?.ends_with(2)?;
        assert!(run.stderr.contains(missing), "{}", run.stderr);
        assert!(!project.path(".excerpt").exists());
    }
    let run = Run::of(project.command(&["index", "--files-from", "-"]), b"link\na\n")?;
    let stderr = run.ends_with(3)?.stderr;
    assert!(stderr.contains("warning: skipped `link`: No such file"), "{stderr}");
    Ok(())
}
